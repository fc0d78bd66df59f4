"""Finding, making and growing ledgers: a hash index over blocks of size classes.

Kernels get the arena as one small array of int64, ``control``: the addresses of the arena and of the index, how much
of each is used, and the heads of the free lists. A place is a byte offset into the arena; 0 is "nowhere".
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from ecluse.compiled import kernel, leaf
from ecluse.ledger.layout import HEADER_BYTES, N_SIZE_CLASSES, ROW_BYTES, ROWS_MAX, SIZE_CLASSES
from ecluse.ledger.memory import (
    LINE_BYTES,
    ask_lines,
    peek_u8,
    peek_u16,
    peek_u64,
    poke_u8,
    poke_u16,
    poke_u64,
    prefetch,
)
from ecluse.ledger.record import KEY, N_ROWS, SIZE_CLASS, copy_words, rows_start

# Fields of ``control``.
ARENA: Final = 0
ARENA_BYTES: Final = 1
USED_BYTES: Final = 2
INDEX: Final = 3
INDEX_MASK: Final = 4
LEDGERS: Final = 5
LEDGERS_MAX: Final = 6  # of this index; then it must grow
STARVED: Final = 7  # 1: a block could not be had
RESERVE_BYTES: Final = 8  # free bytes below which room is made; 0: there is no more room to be made
FREE_BYTES: Final = 9  # in the free lists
FREE: Final = 10
CONTROL_FIELDS: Final = FREE + N_SIZE_CLASSES

START: Final = 64
"""The first place of an arena."""

SCATTERED_SHARE: Final = 8
"""One part in so many of the arena may lie in free blocks."""

SCATTERED_BYTES_MIN: Final = 1 << 16
"""Bytes of an arena under which free blocks are left alone."""

"""Bytes of a cache line."""

ASKED_BYTES: Final = 4 * LINE_BYTES
"""Bytes of a ledger that are asked for ahead: most of a median one."""

_U = np.uint64
_TAG: Final = _U(0xFFFFFFFF)
_32: Final = _U(32)
_PLACE: Final = _U(0xFFFFFFFF)
_3: Final = _U(3)


@leaf
def room(control: Any) -> bool:
    """Whether the arena has room for what an event usually takes, and little of it lies waste."""
    if is_scattered(control):
        return False
    if control[RESERVE_BYTES] == 0:
        return True
    return control[STARVED] == 0 and control[ARENA_BYTES] - control[USED_BYTES] >= control[RESERVE_BYTES]


@leaf
def is_scattered(control: Any) -> bool:
    """Whether more than an eighth of the arena lies in free blocks: time to close up."""
    return control[FREE_BYTES] * SCATTERED_SHARE > control[USED_BYTES] and control[USED_BYTES] > SCATTERED_BYTES_MIN


@leaf
def find(control: Any, key: Any) -> int:
    """The place of the ledger of ``key``, or 0."""
    return _probe(control, key)[1]


@leaf
def find_or_create(control: Any, key: Any) -> int:
    """The place of the ledger of ``key``, made empty if there is none; 0 if there is no room."""
    slot, place = _probe(control, key)
    if place != 0:
        return place
    place = _allocate(control, 0)
    if place == 0:
        return 0
    arena = control[ARENA]
    for word in range(0, HEADER_BYTES, 8):
        poke_u64(arena, place + word, _U(0))
    poke_u64(arena, place + KEY, key)
    poke_u64(control[INDEX], slot << 3, _entry(key & _TAG, place))
    control[LEDGERS] += 1
    return place


@leaf
def _probe(control: Any, key: Any) -> Any:
    """The slot of ``key`` in the index and the place of its ledger; an empty slot and 0 if it has none."""
    arena, index, mask = control[ARENA], control[INDEX], control[INDEX_MASK]
    tag = key & _TAG
    slot = _first_slot(control, key)
    while True:
        entry = peek_u64(index, slot << 3)
        if entry == _U(0):
            return slot, 0
        if entry >> _32 == tag:
            place = _place_of(entry)
            if peek_u64(arena, place + KEY) == key:
                return slot, place
        slot = (slot + 1) & mask


@leaf
def _first_slot(control: Any, key: Any) -> int:
    return np.int64(key & _TAG) & control[INDEX_MASK]


@leaf
def _place_of(entry: Any) -> int:
    return np.int64(entry & _PLACE) << 3


@leaf
def ask_index(control: Any, key: Any) -> None:
    """Ask for the memory of the index where ``key`` is looked up first."""
    prefetch(control[INDEX], _first_slot(control, key) << 3)


@leaf
def ask_ledger(control: Any, key: Any) -> None:
    """Ask for the first lines of the ledger that the index, asked for before, has for ``key``: most often its own."""
    entry = peek_u64(control[INDEX], _first_slot(control, key) << 3)
    if entry != _U(0):
        ask_lines(control[ARENA], _place_of(entry), ASKED_BYTES)


@leaf
def _entry(tag: Any, place: int) -> Any:
    return (tag << _32) | (_U(place) >> _3)


@kernel
def _allocate(control: Any, size_class: int) -> int:
    """A block of a size class, its bytes as they were; 0 if there is none left."""
    arena = control[ARENA]
    place = control[FREE + size_class]
    if place != 0:
        control[FREE + size_class] = np.int64(peek_u64(arena, place + 8))
        control[FREE_BYTES] -= SIZE_CLASSES[size_class]
        return place
    place = control[USED_BYTES]
    if place + SIZE_CLASSES[size_class] > control[ARENA_BYTES]:
        control[STARVED] = 1
        return 0
    control[USED_BYTES] = place + SIZE_CLASSES[size_class]
    return place


@kernel
def _release(control: Any, place: int, size_class: int) -> None:
    arena = control[ARENA]
    poke_u64(arena, place + KEY, _U(0))
    poke_u64(arena, place + 8, _U(control[FREE + size_class]))
    poke_u8(arena, place + SIZE_CLASS, size_class)
    control[FREE + size_class] = place
    control[FREE_BYTES] += SIZE_CLASSES[size_class]


@kernel
def fit(control: Any, place: int, n_bytes: int) -> int:
    """Make the block of a ledger hold ``n_bytes``. Returns its place, which may be new, or 0 if there is no room."""
    arena = control[ARENA]
    old_class = peek_u8(arena, place + SIZE_CLASS)
    if n_bytes <= SIZE_CLASSES[old_class]:
        return place
    new_class = old_class + 1
    while SIZE_CLASSES[new_class] < n_bytes:
        new_class += 1
    target = _allocate(control, new_class)
    if target == 0:
        return 0
    used = rows_start(arena, place) - place + peek_u16(arena, place + N_ROWS) * ROW_BYTES
    copy_words(arena, place, target, used)
    poke_u8(arena, target + SIZE_CLASS, new_class)
    _move(control, peek_u64(arena, target + KEY), place, target)
    _release(control, place, old_class)
    return target


@kernel
def _move(control: Any, key: Any, source: int, target: int) -> None:
    """Let the index say that a ledger is now at ``target``."""
    index, mask = control[INDEX], control[INDEX_MASK]
    tag = key & _TAG
    old = _entry(tag, source)
    slot = np.int64(tag) & mask
    while peek_u64(index, slot << 3) != old:
        slot = (slot + 1) & mask
    poke_u64(index, slot << 3, _entry(tag, target))


@kernel
def add_row(control: Any, place: int) -> int:
    """Make room for one more row at a ledger's end. Returns the ledger's place, which may be new, or 0."""
    arena = control[ARENA]
    n_rows = peek_u16(arena, place + N_ROWS)
    needed = rows_start(arena, place) - place + (n_rows + 1) * ROW_BYTES
    place = fit(control, place, needed)
    if place != 0:
        poke_u16(arena, place + N_ROWS, n_rows + 1)
    return place


@kernel
def fit_rows(control: Any, place: int, more: int) -> int:
    """Let the block of a ledger hold ``more`` further rows, so that it grows once and leaves one free block.

    Returns the ledger's place, which may be new, or 0 if there is no room.
    """
    arena = control[ARENA]
    rows = min(peek_u16(arena, place + N_ROWS) + more, ROWS_MAX)
    return fit(control, place, rows_start(arena, place) - place + rows * ROW_BYTES)


@kernel
def rehash(old: Any, new: Any) -> None:
    """Put every entry of an index into a larger, empty one: the tag alone says where."""
    mask = len(new) - 1
    for i in range(len(old)):
        entry = old[i]
        if entry != _U(0):
            slot = np.int64(entry >> _32) & mask
            while new[slot] != _U(0):
                slot = (slot + 1) & mask
            new[slot] = entry


@kernel
def index_all(control: Any) -> None:
    """Index every ledger of the arena anew, into an empty index."""
    arena, index, mask = control[ARENA], control[INDEX], control[INDEX_MASK]
    place = START
    while place < control[USED_BYTES]:
        key = peek_u64(arena, place + KEY)
        if key != _U(0):
            tag = key & _TAG
            slot = np.int64(tag) & mask
            while peek_u64(index, slot << 3) != _U(0):
                slot = (slot + 1) & mask
            poke_u64(index, slot << 3, _entry(tag, place))
        place += SIZE_CLASSES[peek_u8(arena, place + SIZE_CLASS)]
