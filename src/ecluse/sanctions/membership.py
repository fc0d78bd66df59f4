"""Members: the accounts that a campaign's sanction holds for, each with a sanction of its own once its id is known.

The gate knows members by keyed hashes alone, and a notice needs an id. Ids come with events: those that were refused in
the campaign are known at once, others with their next message.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from ecluse.ledger.standing import Capability
from ecluse.records.tables import OpenRefusals, Sanction, Strike
from ecluse.sanctions.decision import MEMBERS_MAX
from ecluse.sanctions.laying import apply, audit_act, of_account, of_member
from ecluse.sanctions.people import GATE
from ecluse.sanctions.restoring import restored
from ecluse.sanctions.subjects import STANDING
from ecluse.terms import Measure, SubjectKind
from ecluse.terms.ladder import Members

CAMPAIGN: Final = SubjectKind.CAMPAIGN.word
CAMPAIGN_ID: Final = re.compile(r"[0-9a-f]{16}", re.ASCII)
"""A campaign that the gate found; persons may sanction others, with their members named."""


def open_campaigns(session: Session, now_s: int) -> list[Sanction]:
    """The sanctions of campaigns that stand and hold for whoever belongs to them, the oldest first."""
    found = select(Sanction).where(
        Sanction.subject_kind == CAMPAIGN,
        Sanction.status.in_(STANDING),
        Sanction.members.in_(Members.words()),
    )
    rows = session.scalars(found.order_by(Sanction.id)).all()
    return [one for one in rows if CAMPAIGN_ID.fullmatch(one.subject) and (one.until_s is None or now_s < one.until_s)]


def known_accounts(session: Session, campaign: str) -> set[str]:
    """The accounts that are known to have been refused in a campaign, by their ids; not all of them are members."""
    counted = select(OpenRefusals.accounts).where(
        OpenRefusals.subject_kind == CAMPAIGN, OpenRefusals.subject == campaign
    )
    found = {account for accounts in session.scalars(counted) for account in accounts}
    struck = select(Strike.account).where(Strike.subject_kind == CAMPAIGN, Strike.subject == campaign)
    return found | {account for account in session.scalars(struck) if account is not None}


def joined(session: Session, sanction: Sanction) -> set[str]:
    """The accounts that a campaign's sanction was laid on, whatever became of that."""
    return set(session.scalars(select(Sanction.subject).where(Sanction.parent_id == sanction.id)))


def join(session: Session, parent: Sanction, since: Iterable[tuple[str, int]], now_s: int) -> list[Sanction]:
    """Lay a campaign's sanction on members of it. since: accounts, and since which second each belongs to it.

    Each gets one, once: whoever had it lifted or won an appeal does not get it again. It takes what is left of the
    campaign's, and ends with it. Within ``Records.writing``.
    """
    if parent.status not in STANDING or (parent.until_s is not None and parent.until_s <= now_s):
        return []
    there = joined(session, parent)
    room = MEMBERS_MAX - len(there)
    later = parent.members == Members.LATER.word
    wanted = [
        account
        for account, since_s in sorted(since)
        if account not in there and (later or since_s <= max(parent.made_s, parent.from_s))
    ]
    return [_join(session, parent, account, now_s) for account in wanted[: max(room, 0)]]


def _join(session: Session, parent: Sanction, account: str, now_s: int) -> Sanction:
    left = [Capability.of(one.capability) for one in parent.restrictions if one.lifted_s is None]
    from_s = max(now_s, parent.from_s)
    lasting = parent.until_s is not None and parent.measure != Measure.WARNING.word
    decision = of_account(restored(session, parent), account, parent.id)._replace(
        takes=tuple(left),
        lasts_s=(parent.until_s or 0) - from_s if lasting else None,
        from_s=from_s,
        lead_s=0,
    )
    child = of_member(decision, now_s)
    child.automated_detection, child.automated_decision = parent.automated_detection, parent.automated_decision
    child.decided_by, child.signatures_needed = parent.decided_by, parent.signatures_needed
    session.add(child)
    session.flush()
    audit_act(session, child, GATE, "join", now_s, parent=parent.id)
    apply(session, child, decision, now_s)
    return child
