"""A shelf: a table of keys in fixed memory, each with the second at which it was last seen.

A key can stand in one of two sets of eight, as in a processor's cache with two choices, and a new one goes where more
is free. What was last seen over 30 days ago is free. If nothing is, the key that was seen longest ago of the sixteen
goes. So every look-up reads at most sixteen keys, and nothing is ever moved. The least bit of a key is the caller's.

Source: Y. Azar, A. Broder, A. Karlin, E. Upfal, Balanced allocations, SIAM J. Computing 29/1, 1999.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple, Self

import numpy as np

from ecluse.compiled import kernel, leaf
from ecluse.ledger.memory import prefetch, zeros_in_lines

WAYS: Final = 8
SLOT_BYTES: Final = 8 + 4
RETENTION_S: Final = 30 * 86_400
"""Seconds for which a key is remembered after it was last seen: the longest window."""

_U = np.uint64
_BIT: Final = _U(1)
_REST: Final = ~_U(1)
_LOW: Final = _U(0xFFFFFFFF)
_32: Final = _U(32)


class Shelf(NamedTuple):
    """keys: uint64, shape (sets * WAYS,), 0 = free. last_s: uint32, the same shape. given_up: int64, shape (1,), keys
    that went for want of room before their 30 days were over.
    """

    keys: np.ndarray
    last_s: np.ndarray
    given_up: np.ndarray

    @classmethod
    def new(cls, slots: int) -> Self:
        """An empty shelf of at most ``slots`` places; 0: one on which nothing is ever found."""
        n = slots // WAYS * WAYS
        return cls(zeros_in_lines((n,), np.uint64), zeros_in_lines((n,), np.uint32), np.zeros(1, np.int64))


@leaf
def _first(shelf: Any, key: Any, choice: int) -> int:
    """Where the first or the second set of a key begins."""
    half = key >> _32 if choice else (key & _LOW) & ~_BIT
    return np.int64(half * _U(len(shelf.keys) // WAYS) >> _32) * WAYS


@leaf
def ask_shelf(shelf: Any, key: Any) -> None:
    """Ask for the memory in which a key can stand."""
    for choice in range(2):
        first = _first(shelf, key, choice)
        prefetch(shelf.keys.ctypes.data, first * 8)
        prefetch(shelf.last_s.ctypes.data, first * 4)


@kernel
def find_on(shelf: Any, key: Any) -> int:
    """The place of a key, whatever its bit, or -1."""
    for choice in range(2):
        first = _first(shelf, key, choice)
        for slot in range(first, first + WAYS):
            if (shelf.keys[slot] ^ key) & _REST == _U(0) and shelf.keys[slot] != _U(0):
                return slot
    return -1


@kernel
def put_on(shelf: Any, key: Any, at_s: int) -> int:
    """A place for a key that is not there, last seen at ``at_s``. Returns it."""
    since_s = at_s - RETENTION_S
    best, most_free = -1, 0
    oldest = _first(shelf, key, 0)
    for choice in range(2):
        first = _first(shelf, key, choice)
        free, place = 0, -1
        for slot in range(first, first + WAYS):
            if shelf.keys[slot] == _U(0) or np.int64(shelf.last_s[slot]) <= since_s:
                free += 1
                if place < 0:
                    place = slot
            elif shelf.last_s[slot] < shelf.last_s[oldest]:
                oldest = slot
        if free > most_free:
            best, most_free = place, free
    if best < 0:
        best = oldest
        shelf.given_up[0] += 1
    shelf.keys[best] = key
    shelf.last_s[best] = at_s
    return best


def used(shelf: Shelf) -> int:
    """Places that hold a key, remembered still or not."""
    return int(np.count_nonzero(shelf.keys))
