"""A hacked account: old, with real contacts who answered it for years; then a machine writes to all of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecluse.lab.draft import Draft
from ecluse.lab.habits import Spread
from ecluse.lab.reactions import Feelings, past, reactions
from ecluse.lab.stage import Played, Stage, at, by_machine
from ecluse.lab.wording import HACKED, tracked

_DAYS_AGO = (1.0, 360.0)  # when the account wrote with its contacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Hacked:
    """accounts: members of the population, who go on with their own talks. contacts: of each; it wrote with all.

    Nobody asked for what they get, though everybody knows the sender.
    """

    accounts: int = 10
    contacts: int = 120
    gap_s: float = 4.0
    jitter: float = 0.1
    feelings: Feelings = Feelings(answers=0.15, reports=0.02, blocks=0.02, after_s=Spread(1_200.0, 1.2))

    def play(self, stage: Stage) -> Played:
        """One night's work, from a network where the owner never was."""
        accounts = stage.residents(self.accounts, days=400)
        network = int(stage.rng.integers(1 << 24, 1 << 28))
        drafts: list[Draft] = []
        for account in accounts.tolist():
            contacts = stage.strangers(self.contacts, but=(account,), days=_DAYS_AGO[1])
            at_ms = by_machine(stage.rng, at(1, 10 + 8 * stage.rng.random()), len(contacts), self.gap_s, self.jitter)
            texts = stage.texts.add(tracked(stage.rng, HACKED, len(contacts), "video-von-dir"))
            sends = stage.send(at_ms, account, peers=contacts, text=texts, network=network)
            drafts += [past(stage, account, contacts, _DAYS_AGO), sends, *reactions(stage, sends, self.feelings)]
        return Played(accounts, drafts, np.zeros(0, dtype=np.int64))
