"""Mobs: people who report somebody honest, together. Scenarios for the weight of reports, not for terms.

The actors are the honest accounts reported; nobody of a mob is one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from ecluse.events import AccountKind, Kind
from ecluse.lab.draft import Draft, draft
from ecluse.lab.draws import Ints
from ecluse.lab.reactions import ACQUAINTED, UNACQUAINTED, past, reactions
from ecluse.lab.scenarios import START, Scenario
from ecluse.lab.stage import MINUTE_MS, Played, Stage, at, whole_ms
from ecluse.lab.wording import ANSWER, ASKING, SHOP, spun

_HONEST: Final = "honest"


def _reports(stage: Stage, who: Ints, about: int, from_ms: int, within_ms: int) -> Draft:
    """Each of ``who`` reports an account once, at some time from ``from_ms`` on."""
    at_ms = from_ms + whole_ms(stage.rng.random(len(who)) * within_ms)
    return draft(at_ms, who, kind=Kind.REPORT, subject=about)


@dataclass(frozen=True, slots=True, kw_only=True)
class FreshMob:
    """reporters: accounts that register within the hour, and never were in touch with whom they report."""

    reporters: int = 1_000

    def play(self, stage: Stage) -> Played:
        """One person, who talks with a few friends."""
        target = int(stage.grown(_HONEST, 1, 700)[0])
        friends = stage.residents(20)
        mob = stage.enlist("mob", at(1, 9) + whole_ms(stage.rng.random(self.reporters) * 60 * MINUTE_MS), networks=200)
        sends = stage.send(at(0, 9) + np.arange(20) * 20 * MINUTE_MS, target, peers=friends, text=_texts(stage, 20))
        drafts = [past(stage, target, friends, (5, 200)), sends, *reactions(stage, sends, ACQUAINTED)]
        return _played(target, [*drafts, _reports(stage, mob, target, at(1, 10), 30 * MINUTE_MS)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Baiters:
    """reporters: accounts of a rival that ask a shop something, are answered, and report the answer."""

    reporters: int = 300
    age_days: float = 90.0

    def play(self, stage: Stage) -> Played:
        """One shop, that answers whoever asks."""
        target = int(stage.grown(_HONEST, 1, 700, kind=AccountKind.BUSINESS)[0])
        mob = stage.grown("mob", self.reporters, self.age_days)
        asked_ms = at(0, 8) + whole_ms(np.sort(stage.rng.random(self.reporters)) * 480 * MINUTE_MS)
        asked = stage.texts.add(spun(stage.rng, ASKING, self.reporters))
        answered = stage.texts.add(spun(stage.rng, SHOP, self.reporters))
        drafts = [
            stage.send(asked_ms, mob, peers=np.full(self.reporters, target), text=asked),
            stage.send(asked_ms + 3 * MINUTE_MS, target, peers=mob, text=answered),
        ]
        return _played(target, [*drafts, _reports(stage, mob, target, at(1, 9), 60 * MINUTE_MS)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring:
    """reporters: a circle that an organiser did write to, and that reported ``before`` other honest people together."""

    reporters: int = 12
    before: int = 3

    def play(self, stage: Stage) -> Played:
        """One organiser, who writes to the circle and to others, whom she does not know either."""
        target = int(stage.grown(_HONEST, 1, 700)[0])
        ring = stage.grown("mob", self.reporters, 400)
        others = stage.residents(30)
        earlier = stage.residents(self.before, days=90)
        people = stage.rng.permutation(np.concatenate((ring, others)))
        sends = stage.send(
            at(1, 8) + np.arange(len(people)) * 12 * MINUTE_MS, target, peers=people, text=_texts(stage, len(people))
        )
        drafts = [_reports(stage, ring, int(person), at(0, 9), 120 * MINUTE_MS) for person in earlier]
        drafts += [sends, *reactions(stage, sends, UNACQUAINTED)]
        return _played(target, [*drafts, _reports(stage, ring, target, at(2, 9), 60 * MINUTE_MS)])


def _texts(stage: Stage, count: int) -> Ints:
    return stage.texts.add(spun(stage.rng, ANSWER, count))


def _played(target: int, drafts: list[Draft]) -> Played:
    actors = np.array([target], np.int64)
    return Played(actors, drafts, actors[:0])


def _mob(id_: str, title: str, part: FreshMob | Baiters | Ring, hides: str) -> Scenario:
    return Scenario(id=id_, title=title, honest=True, part=part, hides=hides, seen_by=(), days=4, start=START)


MOBS: Final = (
    _mob("mob-fresh", "1,000 fresh accounts report one honest person", FreshMob(), "the number of reporters"),
    _mob("mob-bait", "A rival's 300 accounts ask a shop, and report its answers", Baiters(), "contact"),
    _mob("mob-ring", "A circle of 12 that reports people together", Ring(), "contact that was real"),
)
"""The attacks on honest people by reports."""
