"""What those who are reached do about it: answer, report, block. What is never delivered has no reaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from ecluse.events import Kind
from ecluse.lab.draft import Draft, draft
from ecluse.lab.draws import Ints, repeat_rows, spread
from ecluse.lab.habits import DAY_S, Spread
from ecluse.lab.stage import Stage, whole_ms
from ecluse.lab.wording import ANSWER, spun


@dataclass(frozen=True, slots=True, kw_only=True)
class Feelings:
    """How the people that a message reaches take it. Shares of them; each reaction's time in waking seconds."""

    answers: float = 0.0
    reports: float = 0.0
    blocks: float = 0.0
    after_s: Spread = Spread(900.0, 1.2)
    thanks: float = 0.0  # of the answers, answered in turn by the sender, a minute or so later


UNASKED: Final = Feelings(answers=0.01, reports=0.02, blocks=0.04)
"""Strangers who never asked for it. Ours: nobody published such shares."""

ACQUAINTED: Final = Feelings(answers=0.9, after_s=Spread(13.3 * 60, 1.6), thanks=0.4)
"""People who know the sender: 0.85 to 0.95 within a day is assumed (docs/lab.md); the times are the messenger's."""

UNACQUAINTED: Final = Feelings(answers=0.4, reports=0.002, blocks=0.03, after_s=Spread(3.9 * 3_600, 2.9), thanks=0.6)
"""Strangers whom a person writes to: of one message. With those who answer only the next one it comes near CollegeMsg,
where 34 % answer within a day, 47 % ever, half of these in 3.9 hours.
"""

_THANKS_S: Final = Spread(60.0, 1.0)


def reactions(stage: Stage, sends: Draft, feelings: Feelings) -> list[Draft]:
    """What the recipients of numbered messages do, each because of the one it got."""
    rng = stage.rng
    event = repeat_rows(sends.counts)
    at_ms, sender, because = sends.at_ms[event], sends.sender[event], sends.message[event]
    drafts: list[Draft] = []
    for kind, share in ((Kind.SEND, feelings.answers), (Kind.REPORT, feelings.reports), (Kind.BLOCK, feelings.blocks)):
        some = np.flatnonzero(rng.random(len(event)) < share)
        after_ms = stage.awake(at_ms[some], spread(rng, feelings.after_s, len(some)))
        who, about, why = sends.peers[some], sender[some], because[some]
        if kind == Kind.SEND:
            texts = stage.texts.add(spun(rng, ANSWER, len(some)))
            answers = stage.send(after_ms, who, peers=about, text=texts, because=why)
            drafts += [answers, *_thanks(stage, answers, feelings.thanks)]
        else:
            drafts.append(draft(after_ms, who, kind=kind, subject=about, because=why))
    return [part for part in drafts if len(part.at_ms)]


def _thanks(stage: Stage, answers: Draft, share: float) -> list[Draft]:
    some = np.flatnonzero(stage.rng.random(len(answers.at_ms)) < share)
    at_ms = stage.awake(answers.at_ms[some], spread(stage.rng, _THANKS_S, len(some)))
    texts = stage.texts.add(spun(stage.rng, ANSWER, len(some)))
    return [
        stage.send(at_ms, answers.peers[some], peers=answers.sender[some], text=texts, because=answers.message[some])
    ]


def past(stage: Stage, account: int, people: Ints, days_ago: tuple[float, float], *, wrote_first: bool = True) -> Draft:
    """Talks from before the log: each of ``people`` and the account wrote to each other once, between so many days ago.

    wrote_first: the account began. The other answers within the hour.
    """
    low, high = days_ago
    ago_s = (low + (high - low) * stage.rng.random(len(people))) * DAY_S
    first_ms = whole_ms(-ago_s * 1_000)
    second_ms = first_ms + 1_000 + whole_ms(stage.rng.random(len(people)) * 3_500_000)
    account_ms, people_ms = (first_ms, second_ms) if wrote_first else (second_ms, first_ms)
    everybody = np.full(len(people), account)
    return draft(
        np.concatenate((account_ms, people_ms)),
        np.concatenate((everybody, people)),
        peers=np.concatenate((people, everybody)),
    )
