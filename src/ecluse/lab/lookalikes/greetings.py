"""The same text to everybody one knows: a wedding invitation, New Year's wishes after a year of silence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from ecluse.lab.draft import Draft
from ecluse.lab.draws import Ints
from ecluse.lab.habits import Spread
from ecluse.lab.reactions import ACQUAINTED, Feelings, past, reactions
from ecluse.lab.stage import Played, Stage, at
from ecluse.lab.wording import NEW_YEAR, WEDDING, same, spun

DISTANT: Final = Feelings(answers=0.75, after_s=Spread(40 * 60.0, 1.6), thanks=0.3)
"""People one writes to once a year: fewer answer than friends do, and later. Ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Greeting:
    """accounts: members of the population, who go on with their own talks. contacts: of each, all of whom it last wrote
    with so many days ago. hours: UTC, of day 1, when a sitting begins; the contacts are spread evenly over sittings.
    """

    accounts: int = 20
    contacts: int = 80
    text: str = WEDDING
    copied: bool = True  # one text for all; else alternatives of it
    hours: tuple[float, ...] = (18.0,)
    gap_s: Spread = Spread(35.0, 1.0)
    days_ago: tuple[float, float] = (1.0, 250.0)
    feelings: Feelings = ACQUAINTED

    def play(self, stage: Stage) -> Played:
        """Written by hand, one after another; most answer, and some are thanked for it."""
        accounts = stage.residents(self.accounts, days=self.days_ago[1] + 10)
        drafts: list[Draft] = []
        people: list[Ints] = []
        for account in accounts.tolist():
            contacts = stage.strangers(self.contacts, but=(account,), days=self.days_ago[1])
            people.append(contacts)
            drafts.append(past(stage, account, contacts, self.days_ago))
            worded = (same if self.copied else spun)(stage.rng, self.text, len(contacts))
            texts = stage.texts.add(worded)
            for hour, some in zip(self.hours, np.array_split(np.arange(len(contacts)), len(self.hours)), strict=True):
                start_ms = at(1, hour + 0.5 * stage.rng.random())
                at_ms = stage.by_hand(start_ms, len(some), self.gap_s)
                sends = stage.send(at_ms, account, peers=contacts[some], text=texts[some])
                drafts += [sends, *reactions(stage, sends, self.feelings)]
        return Played(accounts, drafts, np.unique(np.concatenate(people)))


NEW_YEARS_WISHES: Final = Greeting(
    contacts=120,
    text=NEW_YEAR,
    hours=(20.0, 34.0),  # from nine in the evening local time, and from eleven in the morning after
    gap_s=Spread(25.0, 1.0),
    days_ago=(358.0, 372.0),
    feelings=DISTANT,
)
"""New Year's wishes to 120 people, each last written with at the turn of the year before."""
