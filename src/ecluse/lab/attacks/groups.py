"""Groups as a way around: strangers added by the hundred, or groups created in series."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecluse.events import Chat, Kind
from ecluse.lab.draft import Draft
from ecluse.lab.draws import Ints
from ecluse.lab.reactions import Feelings, reactions
from ecluse.lab.stage import Played, Stage, at, by_machine
from ecluse.lab.wording import LURE, same


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupFlood:
    """groups: of each account. first: members that a group is created with. added: strangers put into it later, some
    at a time. Each group is then written to ``messages`` times.
    """

    accounts: int = 5
    groups: int = 10
    first: int = 10
    added: int = 190
    at_a_time: int = 20
    gap_s: float = 30.0
    messages: int = 3
    age_days: float = 20.0
    feelings: Feelings = Feelings(reports=0.01, blocks=0.01)

    def play(self, stage: Stage) -> Played:
        """One group after another: created, filled, written to. Those put into it may report or block who did it."""
        accounts = stage.grown("founder", self.accounts, self.age_days, networks=2)
        size = self.first + self.added
        lists = stage.strangers(self.accounts * self.groups * size).reshape(self.accounts, self.groups, size)
        drafts: list[Draft] = []
        for account, groups in zip(accounts.tolist(), lists, strict=True):
            start_ms = at(0, 8 + 8 * stage.rng.random())
            for people in groups:
                drafts += self._group(stage, account, people, start_ms)
                start_ms = int(drafts[-1].at_ms[-1])
        return Played(accounts, drafts, accounts[:0])

    def _group(self, stage: Stage, account: int, people: Ints, start_ms: int) -> list[Draft]:
        counts = np.append(self.first, np.diff(np.append(np.arange(0, self.added, self.at_a_time), self.added)))
        steps = len(counts) if self.added else 1
        counts = counts[:steps]
        at_ms = by_machine(stage.rng, start_ms, steps + self.messages, self.gap_s, 0.2)
        group = stage.group()
        additions = stage.send(
            at_ms[:steps],
            account,
            kind=np.where(np.arange(steps) == 0, Kind.CREATE_GROUP, Kind.ADD_TO_GROUP),
            peers=people,
            counts=counts,
            group=group,
            members=1 + np.cumsum(counts),
        )
        texts = stage.texts.add(same(stage.rng, LURE, self.messages, "gruppe"))
        written = stage.send(at_ms[steps:], account, chat=Chat.GROUP, group=group, members=1 + len(people), text=texts)
        return [*reactions(stage, additions, self.feelings), additions, written]
