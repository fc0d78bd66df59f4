"""Blasts: accounts that write to strangers as fast as they dare. A fresh one at full speed, one that nobody reports,
one with random gaps; texts spun for each, in letters that only look alike, or images alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from ecluse.lab.draft import Draft
from ecluse.lab.draws import Ints
from ecluse.lab.imitation import Content, content
from ecluse.lab.reactions import UNASKED, Feelings, reactions
from ecluse.lab.stage import MINUTE_MS, Played, Stage, at, by_machine, whole_ms


@dataclass(frozen=True, slots=True, kw_only=True)
class Blast:
    """recipients: of each account, over all days. age_days: None: registers minutes before. gap_s, jitter: see
    ``by_machine``; a jitter of 0.83 and more has gaps as irregular as chance makes them.
    """

    accounts: int = 5
    recipients: int = 600
    days: int = 1
    age_days: float | None = 30.0
    waits_minutes: float = 5.0  # of a fresh account, before it writes
    gap_s: float = 20.0
    jitter: float = 0.1
    networks: int = 2
    content: Content = "same"
    feelings: Feelings = UNASKED

    def play(self, stage: Stage) -> Played:
        """Each account writes to its share of strangers a day, from some hour of the morning on."""
        accounts, first_ms = self._enlist(stage)
        lists = stage.strangers(self.accounts * self.recipients).reshape(self.accounts, self.days, -1)
        drafts: list[Draft] = []
        for account, start_ms, days in zip(accounts.tolist(), first_ms.tolist(), lists, strict=True):
            for day, people in enumerate(days):
                at_ms = by_machine(stage.rng, start_ms + at(day, 0), len(people), self.gap_s, self.jitter)
                what = content(stage, self.content, len(people), "angebot")
                sends = stage.send(at_ms, account, peers=people, **what)
                drafts += [sends, *reactions(stage, sends, self.feelings)]
        return Played(accounts, drafts, accounts[:0])

    def _enlist(self, stage: Stage) -> tuple[Ints, Ints]:
        """The accounts, and when each begins."""
        start_ms = at(0, 7) + whole_ms(at(0, 8) * stage.rng.random(self.accounts))
        if self.age_days is None:
            registered_ms = start_ms - int(self.waits_minutes * MINUTE_MS)
            return stage.enlist("blaster", registered_ms, networks=self.networks), start_ms
        return stage.grown("blaster", self.accounts, self.age_days, networks=self.networks), start_ms
