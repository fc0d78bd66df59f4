"""Comparison: what came of the same log under two terms, A and B, side by side."""

from __future__ import annotations

from enum import Enum
from functools import cached_property
from typing import NamedTuple

import numpy as np

from ecluse.replay.compare.changes import Changes
from ecluse.replay.compare.duel import Pair
from ecluse.replay.compare.fared import Fared
from ecluse.replay.compare.ordinary import Roles, ordinary
from ecluse.replay.tally import Affected, Tally
from ecluse.terms import Outcome, Versions


class Group(Enum):
    """Accounts judged otherwise, in the order in which one should look at them."""

    NEWLY_TOUCHED = "ordinary accounts newly touched"
    NEWLY_STOPPED = "bulk senders newly stopped"
    NO_LONGER = "accounts no longer touched"
    OTHERWISE = "accounts touched by both, but otherwise"


class Changed(NamedTuple):
    """An account that was judged otherwise. a, b: what it felt under each, None for nothing; not both are None.

    otherwise: how many of its events were judged otherwise.
    """

    name: str
    group: Group
    ordinary: bool
    a: Affected | None
    b: Affected | None
    otherwise: int


class Refused(NamedTuple):
    """Of some accounts, those ever refused. reached: people each of these had reached before, ascending, float64."""

    accounts: int
    refused: int
    reached: np.ndarray


class Touched(NamedTuple):
    """How many accounts were touched: refused, kept from strangers, or delayed."""

    both: int
    only_a: int
    only_b: int


class Side:
    """What one terms did. name: what they are called beside the others."""

    def __init__(self, name: str, versions: Versions, *, measured: bool) -> None:
        self.name, self.versions = name, versions
        self.tally, self.fared = Tally(versions, measured=measured), Fared()

    @property
    def touched(self) -> np.ndarray:
        """Which accounts were touched, bool, shape (accounts,)."""
        touched: np.ndarray = self.tally.strongest >= Outcome.DELAY
        return touched


class Comparison:
    """Two terms on one log. Memory grows with accounts, not with events.

    roles: accounts of which it is known what they are; the others are told by the log. secret: what ids are hashed
    with.
    """

    def __init__(self, a: Versions, b: Versions, *, secret: bytes, roles: Roles | None = None) -> None:
        names = [versions.name for versions in (a, b)]
        if names[0] == names[1]:
            names = [f"{names[0]} (A)", f"{names[1]} (B)"]
        self.a, self.b = Side(names[0], a, measured=True), Side(names[1], b, measured=False)
        self.changes = Changes()
        self._roles, self._secret = roles, secret

    def add(self, pair: Pair) -> None:
        """Count a batch."""
        accounts = self.a.tally.numbering.of(pair.a.keys)  # B's tally numbers them alike: in order of appearance
        for side, judged in zip((self.a, self.b), pair, strict=True):
            side.tally.add(judged)
            side.fared.add(accounts, judged)
        self.changes.add(accounts, pair)

    @property
    def events(self) -> int:
        """Events judged."""
        return self.a.tally.events

    @property
    def accounts(self) -> int:
        """Accounts that did something."""
        return self.a.tally.accounts

    @property
    def otherwise(self) -> int:
        """Events judged otherwise."""
        matrix = self.changes.matrix
        return int(matrix.sum() - np.trace(matrix))

    @cached_property
    def ordinary(self) -> np.ndarray:
        """Which accounts are of ordinary people, bool, shape (accounts,). To be asked for when all is counted."""
        told = ordinary(self.a.tally.spread, self.accounts)
        if self._roles is not None:
            numbers = self._roles.numbers(self.a.tally.numbering, self._secret)
            there = numbers >= 0
            told[numbers[there]] = self._roles.ordinary[there]
        return told

    @property
    def account_matrix(self) -> np.ndarray:
        """Accounts by the strongest outcome under A and under B, int64, shape (n_outcomes, n_outcomes)."""
        n = len(Outcome)
        both = self.a.tally.strongest.astype(np.int64) * n + self.b.tally.strongest
        return np.bincount(both, minlength=n * n).reshape(n, n)

    def touched(self, among: np.ndarray | None = None) -> Touched:
        """Accounts touched by both, or by one alone. among: bool, shape (accounts,); None: all."""
        of = np.ones(self.accounts, np.bool_) if among is None else among
        a, b = self.a.touched & of, self.b.touched & of
        return Touched(*(int(which.sum()) for which in (a & b, a & ~b, b & ~a)))

    def refused(self, side: Side, among: np.ndarray | None = None) -> Refused:
        """The accounts that one side ever refused. among: bool, shape (accounts,); None: all."""
        reached = side.fared.reached(self.accounts)
        if among is not None:
            reached = reached[among]
        known = reached[~np.isnan(reached)]
        return Refused(len(reached), len(known), np.sort(known))

    def _members(self, group: Group) -> np.ndarray:
        a, b, people = self.a.touched, self.b.touched, self.ordinary
        members: np.ndarray = {
            Group.NEWLY_TOUCHED: b & ~a & people,
            Group.NEWLY_STOPPED: b & ~a & ~people,
            Group.NO_LONGER: a & ~b,
            Group.OTHERWISE: a & b & (self.changes.otherwise(self.accounts) > 0),
        }[group]
        return members

    def count(self, group: Group) -> int:
        """How many accounts are in a group."""
        return int(self._members(group).sum())

    def changed(self, group: Group, limit: int) -> list[Changed]:
        """At most ``limit`` accounts of a group, those first that were most often refused, then dropped from, then
        delayed, by the side that touched them; of those touched by both, with most events judged otherwise.
        """
        members, otherwise = np.flatnonzero(self._members(group)), self.changes.otherwise(self.accounts)
        tally = (self.a if group is Group.NO_LONGER else self.b).tally
        felt = [tally.times(o)[members] for o in (Outcome.DELAY, Outcome.DROP_STRANGERS, Outcome.REFUSE)]
        if group is Group.OTHERWISE:
            felt.append(otherwise[members])
        order = np.lexsort([-times.astype(np.int64) for times in felt]) if len(members) else members
        return [self._changed(int(number), group, int(otherwise[number])) for number in members[order[:limit]]]

    def _changed(self, number: int, group: Group, otherwise: int) -> Changed:
        a = None if group in (Group.NEWLY_TOUCHED, Group.NEWLY_STOPPED) else self.a.tally.account(number)
        b = None if group is Group.NO_LONGER else self.b.tally.account(number)
        felt = b or a
        assert felt is not None
        return Changed(felt.name, group, bool(self.ordinary[number]), a, b, otherwise)
