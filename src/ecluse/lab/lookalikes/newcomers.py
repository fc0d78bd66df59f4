"""People with a reason to write to strangers: a journalist on a story, somebody who has moved to a new town."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ecluse.lab.draft import Draft
from ecluse.lab.draws import Ints
from ecluse.lab.habits import Spread
from ecluse.lab.reactions import UNACQUAINTED, Feelings, reactions
from ecluse.lab.stage import Played, Stage, at
from ecluse.lab.wording import NEIGHBOUR, PRESS, spun


@dataclass(frozen=True, slots=True, kw_only=True)
class Approach:
    """accounts: members of the population, who go on with their own talks. a_day: strangers whom each writes to on each
    of the days. again: the share of them who are written to once more the day after, answered or not.
    """

    accounts: int = 20
    a_day: int = 30
    days: int = 1
    hour: float = 8.0
    again: float = 0.3
    text: str = PRESS
    gap_s: Spread = Spread(420.0, 1.1)
    feelings: Feelings = UNACQUAINTED

    def play(self, stage: Stage) -> Played:
        """Spread over the day, as people are found."""
        accounts = stage.residents(self.accounts)
        drafts: list[Draft] = []
        for account in accounts.tolist():
            people = stage.strangers(self.days * self.a_day, but=(account,)).reshape(self.days, self.a_day)
            for day in range(self.days):
                again = people[day][stage.rng.random(self.a_day) < self.again]
                drafts += self._write(stage, account, people[day], at(day, self.hour + stage.rng.random()))
                drafts += self._write(stage, account, again, at(day + 1, self.hour + 1 + stage.rng.random()))
        return Played(accounts, drafts, accounts[:0])

    def _write(self, stage: Stage, account: int, people: Ints, start_ms: int) -> list[Draft]:
        texts = stage.texts.add(spun(stage.rng, self.text, len(people)))
        sends = stage.send(stage.by_hand(start_ms, len(people), self.gap_s), account, peers=people, text=texts)
        return [sends, *reactions(stage, sends, self.feelings)]


NEW_IN_TOWN: Final = Approach(a_day=8, days=6, hour=9.0, again=0.2, text=NEIGHBOUR, gap_s=Spread(1_800.0, 1.0))
"""Eight strangers a day for a week: flats, clubs, neighbours."""
