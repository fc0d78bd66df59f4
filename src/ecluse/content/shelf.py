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
from ecluse.content.places import PLACES, count_bits, free_places, lowest_bit, places_of_key
from ecluse.ledger.memory import prefetch, zeros_in_lines

WAYS: Final = PLACES
SLOT_BYTES: Final = 8 + 4
RETENTION_S: Final = 30 * 86_400
"""Seconds for which a key is remembered after it was last seen: the longest window."""

_U = np.uint64
_BIT: Final = _U(1)
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


@leaf
def find_on(shelf: Any, key: Any) -> int:
    """The place of a key, whatever its bit, or -1."""
    for choice in range(2):
        first = _first(shelf, key, choice)
        places = places_of_key(shelf.keys.ctypes.data + first * 8, key)
        if places != 0:
            return first + lowest_bit(places)
    return -1


@leaf
def place_for(shelf: Any, key: Any, at_s: int) -> int:
    """The place that a key which is not there would take at ``at_s``; -1 - it if a remembered key stands there."""
    one, other = _first(shelf, key, 0), _first(shelf, key, 1)
    free, free_there = _free(shelf, one, at_s), _free(shelf, other, at_s)
    if free | free_there == 0:
        return -1 - _oldest(shelf, one, other)
    return other + lowest_bit(free_there) if count_bits(free_there) > count_bits(free) else one + lowest_bit(free)


@kernel
def put_on(shelf: Any, key: Any, at_s: int) -> int:
    """A place for a key that is not there, last seen at ``at_s``. Returns it."""
    place = place_for(shelf, key, at_s)
    if place < 0:
        place = -1 - place
        shelf.given_up[0] += 1
    shelf.keys[place] = key
    shelf.last_s[place] = at_s
    return place


@leaf
def _free(shelf: Any, first: int, at_s: int) -> int:
    keys, seconds = shelf.keys.ctypes.data + first * 8, shelf.last_s.ctypes.data + first * 4
    return free_places(keys, seconds, at_s - RETENTION_S)


@leaf
def _oldest(shelf: Any, one: int, other: int) -> int:
    """Of two sets the place of the key that was seen longest ago."""
    oldest = one
    for k in range(2 * WAYS):
        place = one + k if k < WAYS else other + k - WAYS
        if shelf.last_s[place] < shelf.last_s[oldest]:
            oldest = place
    return oldest


def used(shelf: Shelf) -> int:
    """Places that hold a key, remembered still or not."""
    return int(np.count_nonzero(shelf.keys))
