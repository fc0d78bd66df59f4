"""Below every limit: a slow drip, a number rotation (snowshoe), a provider that spreads its clients' lists."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecluse.events import AccountKind
from ecluse.lab.draft import Draft
from ecluse.lab.draws import Ints
from ecluse.lab.imitation import Content, content
from ecluse.lab.reactions import Feelings, reactions
from ecluse.lab.stage import DAY_MS, HOUR_MS, Played, Stage, whole_ms

_SITE = "kredit-sofort"
_DAY_H = (7.0, 19.0)  # UTC: when they send


@dataclass(frozen=True, slots=True, kw_only=True)
class Below:
    """Many accounts that each do little. recipients: of each, spread over ``days``; each gets ``issues`` messages.

    age_days: at the start. networks: shared by all; at_home: those of the population. client: businesses that one
    provider sends for by its tool. staggered: the days are any of the log's, others for each account. sites: that links
    lead to, each account's one of them.
    """

    accounts: int
    recipients: int
    days: int
    issues: int = 1
    age_days: float = 90.0
    networks: int = 25
    at_home: bool = False
    client: bool = False
    staggered: bool = False
    sites: int = 1
    content: Content = "spun"
    feelings: Feelings = Feelings(answers=0.03, reports=0.005, blocks=0.01)

    def play(self, stage: Stage) -> Played:
        """Each account writes at random times of the day, to as many people on each day."""
        accounts = self._enlist(stage)
        lists = stage.strangers(self.accounts * self.recipients).reshape(self.accounts, self.recipients)
        times = self.recipients * self.issues
        day = np.arange(times) * self.days // times
        drafts: list[Draft] = []
        for place, (account, people) in enumerate(zip(accounts.tolist(), lists, strict=True)):
            first_day = int(stage.rng.integers(stage.days - self.days + 1)) if self.staggered else 0
            hours = _DAY_H[0] + (_DAY_H[1] - _DAY_H[0]) * stage.rng.random(times)
            at_ms = np.sort(whole_ms((first_day + day) * DAY_MS + hours * HOUR_MS))
            what = content(stage, self.content, times, self._site(place))
            sends = stage.send(at_ms, account, peers=np.tile(people, self.issues), **what)
            drafts += [sends, *reactions(stage, sends, self.feelings)]
        return Played(accounts, drafts, accounts[:0])

    def _site(self, place: int) -> str:
        return _SITE if self.sites == 1 else f"{_SITE}-{place % self.sites}"

    def _enlist(self, stage: Stage) -> Ints:
        if self.client:
            business = {"kind": AccountKind.CLIENT, "tool": "many-numbers", "provider": "provider-2"}
            return stage.grown("client", self.accounts, self.age_days, networks=self.networks, **business)
        if self.at_home:
            return stage.neighbours("sim", self.accounts, self.age_days)
        return stage.grown("sim", self.accounts, self.age_days, networks=self.networks)
