"""Campaigns, found as sends come."""

from __future__ import annotations

from typing import Final

import numpy as np

from ecluse.campaigns.campaign import Campaign, Sharing, shared, show
from ecluse.campaigns.graph import Graph, is_look_due, note_all
from ecluse.campaigns.looking import look
from ecluse.campaigns.sends import Sends, check
from ecluse.content.slots import GIVEN_UP, USED, find_slot
from ecluse.errors import InputError

MEMORY_BYTES: Final = 64 << 20
"""Memory of the graph, unless told otherwise: room for 113,000 accounts that wrote to strangers in 30 days."""

ENDED_MAX: Final = 1_024
"""Ids of campaigns that ended in another that are remembered, the latest."""


class Campaigns:
    """Finds accounts that are one sender, by what they share, in fixed memory.

    memory_bytes: for the graph, at least 1 MiB; 0: for none, and nothing may be added. Campaigns are looked for at
    points that depend on the sends alone, so the same sends give the same campaigns with the same ids, however they are
    cut into calls. Not for several threads at once. Raises InputError.
    """

    def __init__(self, memory_bytes: int = MEMORY_BYTES) -> None:
        self.graph = Graph.new(memory_bytes)
        self._ended = np.zeros((ENDED_MAX, 2), np.uint64)

    def add(self, sends: Sends) -> None:
        """Take sends. Raises InputError if they are none. Cost: 0.3 µs a send; looks about as much again."""
        sends = check(sends)
        first, n = 0, len(sends.account)
        while first < n:
            first = note_all(self.graph, sends, first)
            if first < n:
                self.look()

    def is_due(self, at_s: int) -> bool:
        """Whether campaigns are to be looked for before what happens at ``at_s``."""
        return bool(is_look_due(self.graph, at_s))

    def look(self) -> None:
        """Look for campaigns now. Only for who wants to see the latest: it is done by itself as sends come."""
        ended = look(self.graph)
        if len(ended):
            self._ended = np.concatenate((self._ended[len(ended) :], ended[-ENDED_MAX:]))

    def all(self) -> list[Campaign]:
        """All campaigns, the eldest first."""
        numbers = np.flatnonzero(self.graph.campaign["id"])
        return show(self.graph, numbers[np.argsort(self.graph.campaign["serial"][numbers])])

    def get(self, id_: int) -> Campaign | None:
        """The campaign of this id, or the one in which it ended."""
        ids = self.graph.campaign["id"]
        for _ in range(ENDED_MAX):
            numbers = np.flatnonzero(ids == np.uint64(id_))
            if len(numbers) and id_:
                return show(self.graph, numbers)[0]
            later = np.flatnonzero(self._ended[:, 0] == np.uint64(id_))
            if not len(later) or not id_:
                return None
            id_ = int(self._ended[later[-1], 1])
        return None

    def sharing(self, id_: int) -> tuple[Campaign, Sharing] | None:
        """The same campaign, and who of it shares what."""
        campaign = self.get(id_)
        if campaign is None:
            return None
        number = int(np.flatnonzero(self.graph.campaign["id"] == np.uint64(campaign.id))[0])
        return campaign, shared(self.graph, number, campaign)

    def of_account(self, account: int) -> int:
        """The id of the campaign that an account belongs to, or 0."""
        slot = find_slot(self.graph.accounts, np.uint64(account))
        return int(self.graph.campaign["id"][self.graph.accounts.rows["campaign"][slot]]) if slot >= 0 else 0

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays; pages are taken from the system as they are used."""
        return self._ended.nbytes + sum(array.nbytes for array in self.graph.arrays().values())

    @property
    def accounts(self) -> int:
        """Accounts in memory: those that wrote to strangers in the last 30 days."""
        return int(self.graph.accounts.control[USED])

    @property
    def accounts_max(self) -> int:
        """Accounts that there is room for."""
        return len(self.graph.accounts.rows)

    @property
    def given_up(self) -> int:
        """Accounts, things and ties that went for want of room before their 30 days were over."""
        parts = self.graph.accounts, self.graph.things, self.graph.ties
        return sum(int(slots.control[GIVEN_UP]) for slots in parts)

    def packed_state(self) -> dict[str, np.ndarray]:
        """What a snapshot keeps, of what is used only; copies."""
        graph = self.graph
        parts = {"ended": self._ended.copy(), "size": np.array([self.accounts_max], np.int64)}
        for name, slots in graph.tables().items():
            parts |= {f"{name}.{part}": array for part, array in slots.packed().items()}
        return parts | {"campaign": graph.campaign.copy(), "control": graph.control.copy()}

    def restore_packed(self, parts: dict[str, np.ndarray]) -> None:
        """Take what ``packed_state`` gave, of a graph of the same size that has seen nothing; of another: nothing."""
        graph = self.graph
        if "size" not in parts or int(parts["size"][0]) != self.accounts_max:
            return
        self._ended[:] = parts["ended"]
        for name, slots in graph.tables().items():
            slots.restore_packed({part: parts[f"{name}.{part}"] for part in ("slots", "control")})
        graph.campaign[:], graph.control[:] = parts["campaign"], parts["control"]

    def state(self) -> dict[str, np.ndarray]:
        """What a snapshot keeps; arrays are views, to be copied before the next call."""
        return {**self.graph.arrays(), "ended": self._ended}

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Take a snapshot's state, from one of the same size. Raises InputError if it is of another."""
        for name, array in self.state().items():
            if state[name].shape != array.shape or state[name].dtype != array.dtype:
                raise InputError(name, state[name].shape, f"{array.dtype} of shape {array.shape}")
        for name, array in self.state().items():
            array[...] = state[name]
