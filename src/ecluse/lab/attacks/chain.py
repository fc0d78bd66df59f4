"""A forward chain: a message is passed on from account to account, and by each to strangers, five chats at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecluse.events import Kind
from ecluse.lab.draft import Draft
from ecluse.lab.forwards import CHATS_MAX
from ecluse.lab.reactions import Feelings, reactions
from ecluse.lab.stage import Played, Stage, at, by_machine
from ecluse.lab.wording import CHAIN, same


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardChain:
    """links: levels of accounts, each passing on to ``widens`` more; each also to ``recipients`` strangers.

    With four levels a message has at most four hops, below what counts as forwarded many times.
    """

    links: int = 4
    widens: int = 3
    recipients: int = 50
    gap_s: float = 20.0
    level_minutes: float = 30.0
    age_days: float = 200.0
    feelings: Feelings = Feelings(answers=0.02, reports=0.003, blocks=0.01)

    def play(self, stage: Stage) -> Played:
        """Level after level; the first to pass it on begins the chain."""
        sizes = self.widens ** np.arange(self.links)
        accounts = stage.grown("relay", int(sizes.sum()), self.age_days)
        text = int(stage.texts.add(same(stage.rng, CHAIN, 1, "kettenbrief"))[0])
        level = np.repeat(np.arange(self.links), sizes)
        people = stage.strangers(len(accounts) * self.recipients).reshape(len(accounts), self.recipients)
        drafts: list[Draft] = []
        for place, account in enumerate(accounts.tolist()):
            next_ = accounts[self.widens * place + 1 : self.widens * (place + 1) + 1]
            peers = np.concatenate((next_, people[place]))
            counts = np.diff(np.append(np.arange(0, len(peers), CHATS_MAX), len(peers)))
            start_ms = at(0, 9 + (level[place] + 0.5 * stage.rng.random()) * self.level_minutes / 60)
            sends = stage.send(
                by_machine(stage.rng, start_ms, len(counts), self.gap_s, 0.6),
                account,
                kind=Kind.FORWARD,
                peers=peers,
                counts=counts,
                hops=int(level[place]) + 1,
                origin=int(accounts[0]),
                text=text,
            )
            drafts += [sends, *reactions(stage, sends, self.feelings)]
        return Played(accounts, drafts, accounts)
