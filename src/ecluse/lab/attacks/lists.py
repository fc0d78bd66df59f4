"""Broadcast lists: one message to 256 people at once, list after list, with some who know the sender among them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecluse.events import Chat
from ecluse.lab.draft import Draft
from ecluse.lab.newsletter import LIST_MAX
from ecluse.lab.reactions import UNASKED, Feelings, past, reactions
from ecluse.lab.stage import Played, Stage, at, by_machine
from ecluse.lab.wording import SALE, same

_DAYS_AGO = (1.0, 200.0)  # when the account wrote with those who know it


@dataclass(frozen=True, slots=True, kw_only=True)
class BroadcastLists:
    """lists: of each account, of 256. known: people on them who once wrote with the account; the others never did."""

    accounts: int = 5
    lists: int = 8
    known: int = 60
    gap_s: float = 300.0
    age_days: float = 300.0
    feelings: Feelings = UNASKED

    def play(self, stage: Stage) -> Played:
        """All lists of an account within an hour or so, minutes apart."""
        accounts = stage.grown("lister", self.accounts, self.age_days)
        lists = stage.strangers(self.accounts * self.lists * LIST_MAX, days=_DAYS_AGO[1]).reshape(self.accounts, -1)
        drafts: list[Draft] = []
        for account, people in zip(accounts.tolist(), lists, strict=True):
            drafts.append(past(stage, account, people[: self.known], _DAYS_AGO))
            at_ms = by_machine(stage.rng, at(0, 8 + 8 * stage.rng.random()), self.lists, self.gap_s, 0.3)
            text = int(stage.texts.add(same(stage.rng, SALE, 1, "rundruf"))[0])
            counts = np.full(self.lists, LIST_MAX)
            peers = stage.rng.permutation(people)
            sends = stage.send(at_ms, account, chat=Chat.BROADCAST, peers=peers, counts=counts, text=text)
            drafts += [sends, *reactions(stage, sends, self.feelings)]
        return Played(accounts, drafts, lists[:, : self.known].ravel())
