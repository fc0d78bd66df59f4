"""Honest crowds: many accounts with something in common, a text, a link, a provider, a network, and nothing to hide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from ecluse.events import AccountKind
from ecluse.lab.draft import Draft
from ecluse.lab.draws import Ints
from ecluse.lab.habits import Spread
from ecluse.lab.reactions import ACQUAINTED, UNACQUAINTED, Feelings, past, reactions
from ecluse.lab.stage import Played, Stage, at
from ecluse.lab.wording import (
    ASKING,
    CODE,
    JOKE,
    MARKET,
    NEIGHBOUR,
    PETITION,
    SHOP,
    VIDEO,
    WARNING,
    WISH,
    same,
    spun,
)

Who = Literal["members", "households", "businesses", "clients"]
"""members: of the population. households: people on one network. businesses, clients: as the service knows them."""

SILENT: Final = Feelings()
WISHED: Final = Feelings(answers=0.75, after_s=Spread(40 * 60.0, 1.6), thanks=0.3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """accounts: of the crowd. known: people whom each writes to who wrote with it in the last 300 days; strangers:
    others. customers: people who write to it first, and are answered. spread_h: hours over which the accounts begin.
    """

    accounts: int
    who: Who = "members"
    known: int = 0
    strangers: int = 0
    customers: int = 0
    text: str = WISH
    copied: bool = True  # one text and link for all of the crowd; else alternatives for each message
    site: str = ""
    hour: float = 17.0
    spread_h: float = 4.0
    days: int = 1
    gap_s: Spread = Spread(60.0, 1.0)
    knowing: Feelings = ACQUAINTED
    unknowing: Feelings = UNACQUAINTED

    def play(self, stage: Stage) -> Played:
        """Each account writes, on each of the days to others of its people."""
        accounts = self._enlist(stage)
        drafts: list[Draft] = []
        asked: list[Ints] = [accounts[:0]]
        text = same(stage.rng, self.text, 1, self.site)[0]
        for account in accounts.tolist():
            people = stage.strangers(self.known + self.strangers, but=accounts.tolist(), days=310)
            known, strangers = people[: self.known], people[self.known :]
            drafts += [past(stage, account, known, (1.0, 300.0))]
            asked.append(known)
            for day in range(self.days):
                start_ms = at(day, self.hour + self.spread_h * stage.rng.random())
                for some, feelings in ((known, self.knowing), (strangers, self.unknowing)):
                    some = np.array_split(some, self.days)[day]
                    drafts += self._write(stage, account, some, start_ms, text, feelings)
            drafts += self._answer(stage, account, stage.strangers(self.customers, but=accounts.tolist()), asked)
        return Played(accounts, drafts, np.unique(np.concatenate(asked)))

    def _enlist(self, stage: Stage) -> Ints:
        if self.who == "members":
            return stage.residents(self.accounts, days=310)
        if self.who == "households":
            return stage.grown("household", self.accounts, 900, networks=1)
        if self.who == "businesses":
            return stage.grown("business", self.accounts, 1_200, networks=1, kind=AccountKind.BUSINESS)
        of_provider = {"kind": AccountKind.CLIENT, "tool": "helpdesk", "provider": "provider-3"}
        return stage.grown("client", self.accounts, 400, networks=2, **of_provider)

    def _write(
        self, stage: Stage, account: int, people: Ints, start_ms: int, text: str, feelings: Feelings
    ) -> list[Draft]:
        if not len(people):
            return []
        worded = [text] * len(people) if self.copied else spun(stage.rng, self.text, len(people), self.site)
        at_ms = stage.by_hand(start_ms, len(people), self.gap_s)
        sends = stage.send(at_ms, account, peers=people, text=stage.texts.add(worded))
        return [sends, *reactions(stage, sends, feelings)]

    def _answer(self, stage: Stage, account: int, people: Ints, asked: list[Ints]) -> list[Draft]:
        """Customers ask, are answered a few minutes later, and may say something to that."""
        if not len(people):
            return []
        asked.append(people)
        hours = 7.0 + 11.0 * np.sort(stage.rng.random(len(people)))
        at_ms = (hours * 3_600_000).astype(np.int64)
        asking = stage.texts.add(spun(stage.rng, ASKING, len(people)))
        texts = stage.texts.add(spun(stage.rng, SHOP, len(people)))
        asks = stage.send(at_ms, people, peers=np.full(len(people), account), text=asking)
        answers = stage.send(at_ms + 180_000, account, peers=people, text=texts)
        return [asks, answers, *reactions(stage, answers, self.knowing)]


WELL_WISHERS: Final = Crowd(accounts=200, known=15, strangers=1, text=WISH, hour=22.0, spread_h=3.0, knowing=WISHED)
"""Everybody wishes everybody a happy new year around midnight."""

JOKERS: Final = Crowd(accounts=150, known=8, strangers=1, text=JOKE, spread_h=20.0, days=2, hour=7.0)
"""A joke that everybody passes on."""

LINKERS: Final = Crowd(
    accounts=150, known=6, strangers=1, text=VIDEO, copied=False, site="video-portal", hour=7.0, spread_h=12.0, days=2
)
"""A domain that everybody links to."""

CODES: Final = Crowd(
    accounts=3,
    who="businesses",
    strangers=1_500,
    text=CODE,
    copied=False,
    hour=6.0,
    spread_h=1.0,
    days=3,
    gap_s=Spread(40.0, 1.0),
    unknowing=SILENT,
)
"""A bank's one-time codes: three numbers, thousands of people who never wrote, and nobody answers."""

ACTIVISTS: Final = Crowd(accounts=60, known=30, strangers=6, text=PETITION, site="unser-park", spread_h=6.0, days=2)
"""A group that collects signatures: one text with a link, to friends and to some neighbours."""

HELPDESKS: Final = Crowd(accounts=60, who="clients", customers=40, text=SHOP)
"""A provider's clients that only answer."""

HOUSEHOLDS: Final = Crowd(
    accounts=300, who="households", known=5, strangers=4, text=NEIGHBOUR, copied=False, hour=7.0, spread_h=11.0, days=3
)
"""Three hundred households behind one carrier's address."""

BUYERS: Final = Crowd(accounts=120, strangers=6, text=MARKET, hour=7.0, spread_h=11.0, days=3)
"""People who ask about small ads, all with the phrase that the site offers: strangers, one text, two in five answer."""

WARNERS: Final = Crowd(accounts=80, known=10, strangers=1, text=WARNING, site="kredit-sofort", hour=8.0, spread_h=10.0)
"""People who warn their friends of a link that is going round, and quote it."""
