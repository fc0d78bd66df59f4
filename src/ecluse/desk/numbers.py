"""Numbers: how many asked, who answered and how soon, who came and who left; in all and by day (UTC)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from math import ceil
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ecluse.desk.tables import Evidence, Message, Pull
from ecluse.desk.views import Author, Day, Fate, Numbers, Times
from ecluse.errors import InputError

DAY_S: Final = 86_400
DAYS_MAX: Final = 400
"""The longest time that is counted at once."""


def count(session: Session, business: str, from_s: int, until_s: int) -> Numbers:
    """Count what happened to a business from one second to before another. Raises InputError.

    A reaction is no question. Memory grows with the messages of the time: 100 bytes each.
    """
    if not 0 <= from_s < until_s or until_s - from_s > DAYS_MAX * DAY_S:
        raise InputError("until", until_s, f"later than {from_s}, by {DAYS_MAX} days at most")
    asked = session.execute(
        select(Message.at_s, Message.conversation_id, Message.answered_s, Message.answered_by)
        .where(Message.business == business, Message.at_s >= from_s, Message.at_s < until_s)
        .where(Message.incoming, Message.type != "reaction")
    ).all()
    waits: dict[str, list[int]] = {Author.BOT: [], Author.AGENT: []}
    days: dict[str, Counter[str]] = {}
    people: dict[str, set[int]] = {}
    for at_s, conversation_id, answered_s, answered_by in asked:
        day = date_of(at_s)
        counts = days.setdefault(day, Counter())
        counts["asked"] += 1
        people.setdefault(day, set()).add(conversation_id)
        if answered_s is not None and answered_by is not None:
            waits[answered_by].append(answered_s - at_s)
            counts[answered_by] += 1
    evidence = select(Evidence.at_s, Evidence.kind).where(Evidence.business == business)
    for at_s, kind in session.execute(evidence.where(Evidence.at_s >= from_s, Evidence.at_s < until_s)):
        days.setdefault(date_of(at_s), Counter())[kind] += 1
    pulls = select(Pull.at_s).where(Pull.business == business, Pull.at_s >= from_s, Pull.at_s < until_s)
    for at_s in session.scalars(pulls):
        days.setdefault(date_of(at_s), Counter())["pulls"] += 1
    total = sum(days.values(), Counter())
    fates = _fates(session, business, from_s, until_s)
    return Numbers(
        from_s=from_s,
        until_s=until_s,
        asked=total["asked"],
        people=len(set().union(*people.values())),
        by_bot=total[Author.BOT],
        by_agents=total[Author.AGENT],
        unanswered=total["asked"] - total[Author.BOT] - total[Author.AGENT],
        times=times_of(waits[Author.BOT] + waits[Author.AGENT]),
        bot_times=times_of(waits[Author.BOT]),
        agent_times=times_of(waits[Author.AGENT]),
        opt_ins=total["opt_in"],
        opt_outs=total["opt_out"],
        pulls=total["pulls"],
        refused=fates.get(Fate.REFUSED, 0),
        failed=fates.get(Fate.FAILED, 0),
        days=tuple(_day(date, days[date], len(people.get(date, ()))) for date in sorted(days)),
    )


def _fates(session: Session, business: str, from_s: int, until_s: int) -> dict[str, int]:
    query = select(Message.status, func.count()).where(Message.business == business)
    query = query.where(Message.at_s >= from_s, Message.at_s < until_s, Message.incoming.is_(False))
    return {row[0]: row[1] for row in session.execute(query.group_by(Message.status))}


def _day(date: str, counts: Counter[str], people: int) -> Day:
    return Day(
        date=date,
        asked=counts["asked"],
        people=people,
        by_bot=counts[Author.BOT],
        by_agents=counts[Author.AGENT],
        opt_ins=counts["opt_in"],
        opt_outs=counts["opt_out"],
        pulls=counts["pulls"],
    )


def date_of(at_s: int) -> str:
    """The day of UTC that a second lies in.

    >>> date_of(1_795_910_400)
    '2026-11-29'
    """
    return datetime.fromtimestamp(at_s, UTC).date().isoformat()


def times_of(waits: Sequence[int]) -> Times:
    """Median and p90 by nearest rank: values that occurred.

    >>> times_of([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), times_of([])
    (Times(answers=10, median_s=5, p90_s=9), Times(answers=0, median_s=None, p90_s=None))
    """
    if not waits:
        return Times(0, None, None)
    ordered = sorted(waits)
    return Times(len(ordered), *(ordered[ceil(len(ordered) * share / 10) - 1] for share in (5, 9)))
