"""Slots: which keys an index remembers, found at once, and given up in the order in which they were last seen.

A fixed number of slots, each with a key, the second at which it was last seen, and its place in the order from the one
seen last to the one seen longest ago; and a hash table from key to slot. All of it is arrays and places in them, so it
can be copied, written down and read again as it is.
"""

from __future__ import annotations

from typing import Final, NamedTuple, Self

import numpy as np

from ecluse.compiled import kernel, leaf
from ecluse.ledger.memory import ask_lines, prefetch, zeros_in_lines

USED: Final = 0
NEWEST: Final = 1
OLDEST: Final = 2
GIVEN_UP: Final = 3
"""How many keys went for want of room while they were still remembered."""
CONTROL_FIELDS: Final = 4

NONE: Final = 0xFFFFFFFF
SLOTS_MAX: Final = 1 << 28

SLOT_FIELDS: Final = (("key", "<u8"), ("last_s", "<u4"), ("newer", "<u4"), ("older", "<u4"))
"""What every row begins with. There may be more behind it, which is the caller's."""
SLOT = np.dtype([*SLOT_FIELDS])
assert SLOT.itemsize == 20

_U = np.uint64


class Slots(NamedTuple):
    """The arrays.

    rows: SLOT_FIELDS and what else the caller keeps, shape (n_slots,). table: uint32, a power of two of at least twice
    n_slots, slot + 1 or 0. control: int64, shape (CONTROL_FIELDS,).
    """

    rows: np.ndarray
    table: np.ndarray
    control: np.ndarray

    @classmethod
    def new(cls, n_slots: int, row: np.dtype = SLOT) -> Self:
        """Empty slots. row: of what type."""
        control = np.array([0, NONE, NONE, 0], np.int64)
        table = np.zeros(1 << (2 * n_slots - 1).bit_length(), np.uint32)
        return cls(zeros_in_lines((n_slots,), row), table, control)

    @property
    def keys(self) -> np.ndarray:
        """The key of each slot: a view, uint64."""
        return self.rows["key"]

    @property
    def last_s(self) -> np.ndarray:
        """When each was last seen: a view, uint32."""
        return self.rows["last_s"]

    def packed(self) -> dict[str, np.ndarray]:
        """What of it is used, copied: slots are taken from the first on, and the table follows from the keys."""
        return {"slots": self.rows[: int(self.control[USED])].copy(), "control": self.control.copy()}

    def restore_packed(self, parts: dict[str, np.ndarray]) -> None:
        """Take what ``packed`` gave, of slots of the same number."""
        self.control[:] = parts["control"]
        self.rows[: len(parts["slots"])] = parts["slots"]
        _enter_all(self, int(self.control[USED]))


@leaf
def find(slots, key):  # type: ignore[no-untyped-def]
    """The slot of ``key``, or -1."""
    mask = len(slots.table) - 1
    place = np.int64(key & _U(mask))
    while slots.table[place]:
        slot = np.int64(slots.table[place]) - 1
        if slots.rows[slot].key == key:
            return slot
        place = place + 1 & mask
    return -1


@leaf
def ask_table(slots, key):  # type: ignore[no-untyped-def]
    """Ask for the memory of the table where ``key`` is looked up first."""
    prefetch(slots.table.ctypes.data, np.int64(key & _U(len(slots.table) - 1)) * 4)


@leaf
def ask_slot(slots, key):  # type: ignore[no-untyped-def]
    """Ask for what is kept of the slot that the table, asked for before, has first for ``key``. Returns it, or -1."""
    slot = np.int64(slots.table[np.int64(key & _U(len(slots.table) - 1))]) - 1
    if slot >= 0:
        ask_lines(slots.rows.ctypes.data, slot * slots.rows.itemsize, slots.rows.itemsize)
    return slot


@leaf
def _enter(slots, slot):  # type: ignore[no-untyped-def]
    mask = len(slots.table) - 1
    place = np.int64(slots.rows[slot].key & _U(mask))
    while slots.table[place]:
        place = place + 1 & mask
    slots.table[place] = slot + 1


@kernel
def _enter_all(slots, used):  # type: ignore[no-untyped-def]
    slots.table[:] = 0
    for slot in range(used):
        _enter(slots, slot)


@leaf
def _leave(slots, slot):  # type: ignore[no-untyped-def]
    """Take a slot's key out of the table; those behind it move up, so that no gap hides them."""
    mask = len(slots.table) - 1
    place = np.int64(slots.rows[slot].key & _U(mask))
    while slots.table[place] != slot + 1:
        place = place + 1 & mask
    gap, place = place, place + 1 & mask
    while slots.table[place]:
        home = np.int64(slots.rows[slots.table[place] - 1].key & _U(mask))
        if (place - home & mask) >= (place - gap & mask):
            slots.table[gap] = slots.table[place]
            gap = place
        place = place + 1 & mask
    slots.table[gap] = 0


@leaf
def _unlink(slots, slot):  # type: ignore[no-untyped-def]
    newer, older = slots.rows[slot].newer, slots.rows[slot].older
    if newer == NONE:
        slots.control[NEWEST] = older
    else:
        slots.rows[newer].older = older
    if older == NONE:
        slots.control[OLDEST] = newer
    else:
        slots.rows[older].newer = newer


@leaf
def _link(slots, slot):  # type: ignore[no-untyped-def]
    newest = slots.control[NEWEST]
    slots.rows[slot].newer = NONE
    slots.rows[slot].older = newest
    if newest == NONE:
        slots.control[OLDEST] = slot
    else:
        slots.rows[newest].newer = slot
    slots.control[NEWEST] = slot


@leaf
def touch(slots, slot, at_s):  # type: ignore[no-untyped-def]
    """A key was seen again. An earlier second than its last changes only its place in the order."""
    slots.rows[slot].last_s = max(slots.rows[slot].last_s, at_s)
    if slots.control[NEWEST] != slot:
        _unlink(slots, slot)
        _link(slots, slot)


@leaf
def take(slots, key, at_s, since_s):  # type: ignore[no-untyped-def]
    """A slot for a key that has none: a new one, else that of the key seen longest ago. It is the newest now.

    since_s: a key last seen at this second or before is no longer remembered anyway.
    """
    if slots.control[USED] < len(slots.rows):
        slot = slots.control[USED]
        slots.control[USED] += 1
    else:
        slot = slots.control[OLDEST]
        if slots.rows[slot].last_s > since_s:
            slots.control[GIVEN_UP] += 1
        _unlink(slots, slot)
        _leave(slots, slot)
    slots.rows[slot].key = key
    slots.rows[slot].last_s = at_s
    _enter(slots, slot)
    _link(slots, slot)
    return slot


@leaf
def unname(slots, slot):  # type: ignore[no-untyped-def]
    """Let a slot have its own number for a key, as last seen never; it stays where it is in the order."""
    _leave(slots, slot)
    slots.rows[slot].key = slot + 1
    slots.rows[slot].last_s = 0
    _enter(slots, slot)


@kernel
def find_slot(slots, key):  # type: ignore[no-untyped-def]
    """The slot of ``key``, or -1: for callers that are not compiled."""
    return find(slots, key)
