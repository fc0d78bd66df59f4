"""A shop that answers: 300 customers write first, and each is answered within minutes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecluse.events import AccountKind
from ecluse.lab.draft import Draft
from ecluse.lab.draws import Ints, spread
from ecluse.lab.habits import Spread
from ecluse.lab.reactions import Feelings, reactions
from ecluse.lab.stage import Played, Stage, at, whole_ms
from ecluse.lab.wording import ASKING, SHOP, spun


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """accounts: businesses. customers: of each, in one day from ``opens`` to ``closes`` (UTC); most ask more."""

    accounts: int = 10
    customers: int = 300
    opens: float = 7.0
    closes: float = 18.0
    answers_s: Spread = Spread(240.0, 0.8)
    feelings: Feelings = Feelings(answers=0.7, after_s=Spread(180.0, 1.2), thanks=0.8)

    def play(self, stage: Stage) -> Played:
        """Each customer asks, is answered, and may go on."""
        accounts = stage.grown("shop", self.accounts, 600, kind=AccountKind.BUSINESS)
        drafts: list[Draft] = []
        people: list[Ints] = []
        for account in accounts.tolist():
            customers = stage.strangers(self.customers)
            people.append(customers)
            open_ms = at(0, self.closes - self.opens)
            asked_ms = at(0, self.opens) + whole_ms(np.sort(stage.rng.random(len(customers))) * open_ms)
            texts = stage.texts.add(spun(stage.rng, ASKING, len(customers)))
            drafts.append(stage.send(asked_ms, customers, peers=np.full(len(customers), account), text=texts))
            answered_ms = asked_ms + whole_ms(spread(stage.rng, self.answers_s, len(customers)) * 1_000)
            texts = stage.texts.add(spun(stage.rng, SHOP, len(customers)))
            sends = stage.send(answered_ms, account, peers=customers, text=texts)
            drafts += [sends, *reactions(stage, sends, self.feelings)]
        return Played(accounts, drafts, np.unique(np.concatenate(people)))
