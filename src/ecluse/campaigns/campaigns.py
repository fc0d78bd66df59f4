"""Campaigns, found as sends come."""

from __future__ import annotations

from typing import Final

import numpy as np

from ecluse.campaigns.campaign import Campaign, show
from ecluse.campaigns.graph import Graph, note_all
from ecluse.campaigns.looking import look
from ecluse.campaigns.sends import Sends, check
from ecluse.content.slots import GIVEN_UP, USED, find_slot
from ecluse.errors import InputError

MEMORY_BYTES: Final = 64 << 20
"""Memory of the graph, unless told otherwise: room for 128,000 accounts that wrote to strangers in 30 days."""

ENDED_MAX: Final = 1_024
"""Ids of campaigns that ended in another that are remembered, the latest."""


class Campaigns:
    """Finds accounts that are one sender, by what they share, in fixed memory.

    memory_bytes: for the graph, at least 1 MiB. Campaigns are looked for at points that depend on the sends alone, so
    the same sends give the same campaigns with the same ids, however they are cut into calls. Not for several threads
    at once. Raises InputError.
    """

    def __init__(self, memory_bytes: int = MEMORY_BYTES) -> None:
        self._graph = Graph.new(memory_bytes)
        self._ended = np.zeros((ENDED_MAX, 2), np.uint64)

    def add(self, sends: Sends) -> None:
        """Take sends. Raises InputError if they are none. Cost: 0.3 µs a send; looks about as much again."""
        sends = check(sends)
        first, n = 0, len(sends.account)
        while first < n:
            first = note_all(self._graph, sends, first)
            if first < n:
                self.look()

    def look(self) -> None:
        """Look for campaigns now. Only for who wants to see the latest: it is done by itself as sends come."""
        ended = look(self._graph)
        if len(ended):
            self._ended = np.concatenate((self._ended[len(ended) :], ended[-ENDED_MAX:]))

    def all(self) -> list[Campaign]:
        """All campaigns, the eldest first."""
        numbers = np.flatnonzero(self._graph.campaign["id"])
        return show(self._graph, numbers[np.argsort(self._graph.campaign["serial"][numbers])])

    def get(self, id_: int) -> Campaign | None:
        """The campaign of this id, or the one in which it ended."""
        ids = self._graph.campaign["id"]
        for _ in range(ENDED_MAX):
            numbers = np.flatnonzero(ids == np.uint64(id_))
            if len(numbers) and id_:
                return show(self._graph, numbers)[0]
            later = np.flatnonzero(self._ended[:, 0] == np.uint64(id_))
            if not len(later) or not id_:
                return None
            id_ = int(self._ended[later[-1], 1])
        return None

    def of_account(self, account: int) -> int:
        """The id of the campaign that an account belongs to, or 0."""
        slot = find_slot(self._graph.accounts, np.uint64(account))
        return int(self._graph.campaign["id"][self._graph.account["campaign"][slot]]) if slot >= 0 else 0

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays; pages are taken from the system as they are used."""
        return self._ended.nbytes + sum(array.nbytes for array in self._graph.arrays().values())

    @property
    def accounts(self) -> int:
        """Accounts in memory: those that wrote to strangers in the last 30 days."""
        return int(self._graph.accounts.control[USED])

    @property
    def accounts_max(self) -> int:
        """Accounts that there is room for."""
        return len(self._graph.account)

    @property
    def given_up(self) -> int:
        """Accounts, things and ties that went for want of room before their 30 days were over."""
        parts = self._graph.accounts, self._graph.things, self._graph.ties
        return sum(int(slots.control[GIVEN_UP]) for slots in parts)

    def state(self) -> dict[str, np.ndarray]:
        """What a snapshot keeps; arrays are views, to be copied before the next call."""
        return {**self._graph.arrays(), "ended": self._ended}

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Take a snapshot's state, from one of the same size. Raises InputError if it is of another."""
        for name, array in self.state().items():
            if state[name].shape != array.shape or state[name].dtype != array.dtype:
                raise InputError(name, state[name].shape, f"{array.dtype} of shape {array.shape}")
        for name, array in self.state().items():
            array[...] = state[name]
