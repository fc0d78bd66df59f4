"""Bought answers: confederates answer everything at once, so that an account looks like one that people talk to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from ecluse.lab.draft import Draft
from ecluse.lab.draws import Ints
from ecluse.lab.habits import Spread
from ecluse.lab.imitation import content
from ecluse.lab.reactions import UNASKED, Feelings, reactions
from ecluse.lab.stage import Played, Stage, at, whole_ms
from ecluse.lab.wording import ANSWER, spun

_BOUGHT: Final = Feelings(answers=1.0, after_s=Spread(40.0, 0.5))


@dataclass(frozen=True, slots=True, kw_only=True)
class Confederates:
    """confederates: bought once, shared by all accounts; each answers every message. a_day: strangers, each account."""

    accounts: int = 5
    confederates: int = 60
    a_day: int = 60
    days: int = 6
    hours: float = 10.0  # of a day, over which it is spread
    age_days: float = 10.0
    feelings: Feelings = UNASKED

    def play(self, stage: Stage) -> Played:
        """Every day each account writes to all confederates and, between them, to as many strangers as it dares."""
        accounts = stage.grown("boaster", self.accounts, self.age_days, networks=1)
        crew = stage.grown("confederate", self.confederates, 20, networks=1)
        shape = (self.accounts, self.days, self.a_day)
        lists = stage.strangers(self.accounts * self.days * self.a_day).reshape(shape)
        drafts: list[Draft] = []
        for account, days in zip(accounts.tolist(), lists, strict=True):
            for day, people in enumerate(days):
                drafts += self._day(stage, account, day, people, crew)
        return Played(accounts, drafts, crew)

    def _day(self, stage: Stage, account: int, day: int, people: Ints, crew: Ints) -> list[Draft]:
        def times(count: int) -> Ints:
            return np.sort(at(day, 8) + whole_ms(at(0, self.hours) * stage.rng.random(count)))

        chat = stage.texts.add(spun(stage.rng, ANSWER, len(crew)))
        bought = stage.send(times(len(crew)), account, peers=stage.rng.permutation(crew), text=chat)
        what = content(stage, "spun", len(people), "nebenjob")
        sends = stage.send(times(len(people)), account, peers=people, **what)
        return [bought, *reactions(stage, bought, _BOUGHT), sends, *reactions(stage, sends, self.feelings)]
