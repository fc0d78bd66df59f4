"""The arena: every ledger of a gate in one stretch of memory, and its housekeeping between batches."""

from __future__ import annotations

from typing import Final

import numpy as np

from ecluse.errors import InputError
from ecluse.ledger.allocation import (
    ARENA,
    ARENA_BYTES,
    CONTROL_FIELDS,
    FREE,
    FREE_BYTES,
    INDEX,
    INDEX_MASK,
    LEDGERS,
    LEDGERS_MAX,
    RESERVE_BYTES,
    START,
    STARVED,
    USED_BYTES,
    index_all,
    rehash,
    room,
)
from ecluse.ledger.compaction import compact, survey
from ecluse.ledger.layout import GRANULE, HEADER, HEADER_BYTES, RECORD_BYTES_MAX, ROW, ROW_BYTES
from ecluse.ledger.record import BLOCK_BYTES

MEMORY_BYTES_MIN: Final = 1 << 22
MEMORY_BYTES_MAX: Final = 1 << 35
INDEX_SLOTS_MIN: Final = 1 << 10
LOAD_MAX: Final = 0.7
RESERVE_BYTES_MAX: Final = 2 * RECORD_BYTES_MAX


class Arena:
    """The memory of the ledgers, and its housekeeping between batches.

    memory_bytes: the arena's size; pages are taken from the system as they are needed. The index takes 11 to 23 bytes
    a ledger besides. Raises InputError.
    """

    def __init__(self, memory_bytes: int) -> None:
        if not MEMORY_BYTES_MIN <= memory_bytes <= MEMORY_BYTES_MAX:
            raise InputError("memory_bytes", memory_bytes, f"{MEMORY_BYTES_MIN} to {MEMORY_BYTES_MAX}")
        self.bytes = np.zeros(memory_bytes // GRANULE * GRANULE, np.uint8)
        self.control = np.zeros(CONTROL_FIELDS, np.int64)
        self.control[ARENA] = self.bytes.ctypes.data
        self.control[ARENA_BYTES] = len(self.bytes)
        self.control[USED_BYTES] = START
        self._reserve_bytes = min(RESERVE_BYTES_MAX, memory_bytes // 16)
        self.control[RESERVE_BYTES] = self._reserve_bytes
        self._take_index(np.zeros(INDEX_SLOTS_MIN, np.uint64))

    @property
    def ledgers(self) -> int:
        """How many ledgers there are."""
        return int(self.control[LEDGERS])

    @property
    def used_bytes(self) -> int:
        """Bytes of the arena in use, free blocks among them."""
        return int(self.control[USED_BYTES])

    @property
    def index_bytes(self) -> int:
        """Bytes of the index."""
        return int(self.index.nbytes)

    def _take_index(self, index: np.ndarray) -> None:
        self.index = index
        self.control[INDEX] = index.ctypes.data
        self.control[INDEX_MASK] = len(index) - 1
        self.control[LEDGERS_MAX] = int(len(index) * LOAD_MAX)

    def grow_index(self, more: int) -> None:
        """Make the index large enough for ``more`` further ledgers."""
        slots = len(self.index)
        while slots * LOAD_MAX < self.ledgers + more:
            slots *= 2
        if slots > len(self.index):
            index = np.zeros(slots, np.uint64)
            rehash(self.index, index)
            self._take_index(index)

    def make_room(self, now_s: int) -> None:
        """Close up the arena. If it is full even so, what retention has ended goes, then, down to seven eighths, the
        ledgers that have been silent longest. A ledger with a status (a sanction) stays.

        Closing up takes about a second for 2 GB, and comes at most once for every quarter that the arena grows by.
        """
        self._compact(0)
        if self._has_reserve():
            return
        self._compact(now_s)
        wanted = len(self.bytes) * 7 // 8
        if self.used_bytes > wanted:
            latest_s, sizes = np.zeros(self.ledgers, np.int64), np.zeros(self.ledgers, np.int64)
            survey(self.control, latest_s, sizes)
            order = np.argsort(latest_s, kind="stable")[::-1]
            kept = int(np.searchsorted(np.cumsum(sizes[order]), wanted - START, side="right"))
            if kept < len(order):
                since_s = int(latest_s[order[kept]])
                self._compact(now_s, since_s, int(np.count_nonzero(latest_s[order[kept:]] == since_s)))
        if not self._has_reserve():
            self.control[RESERVE_BYTES] = 0

    def _has_reserve(self) -> bool:
        self.control[STARVED] = 0
        self.control[RESERVE_BYTES] = self._reserve_bytes
        return len(self.bytes) - self.used_bytes > self._reserve_bytes

    def _compact(self, now_s: int, silent_since_s: int = 0, as_silent: int = 0) -> None:
        compact(self.control, now_s, silent_since_s, as_silent)
        self.index[:] = 0
        index_all(self.control)

    def header(self, place: int) -> np.void:
        """The header of the ledger at ``place``, dtype HEADER."""
        return self.bytes[place : place + HEADER_BYTES].view(HEADER)[0]

    def rows(self, place: int) -> np.ndarray:
        """The rows of the ledger at ``place``, dtype ROW, shape (n_peers,), a copy, in no order."""
        header = self.header(place)
        start = place + HEADER_BYTES + int(BLOCK_BYTES[header["blocks"]])
        return self.bytes[start : start + int(header["n_rows"]) * ROW_BYTES].copy().view(ROW)

    def record_bytes(self, place: int) -> int:
        """Bytes of the ledger at ``place`` that are in use."""
        header = self.header(place)
        return HEADER_BYTES + int(BLOCK_BYTES[header["blocks"]]) + int(header["n_rows"]) * ROW_BYTES

    def is_full(self) -> bool:
        """Whether room has to be made before the next event."""
        return not room(self.control)

    def state(self) -> dict[str, np.ndarray]:
        """What a snapshot keeps; arrays are views, to be copied before the next batch."""
        return {"arena": self.bytes[: self.used_bytes], "index": self.index, "control": self.control}

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Take a snapshot's state. Raises InputError if it does not fit into this arena."""
        kept, control = state["arena"], state["control"]
        if len(kept) > len(self.bytes):
            raise InputError("memory_bytes", len(self.bytes), f"at least the snapshot's {len(kept)}")
        self.bytes[: len(kept)] = kept
        self.bytes[len(kept) : self.used_bytes] = 0  # what is behind is so already, and its pages are not yet taken
        self._take_index(np.array(state["index"], np.uint64))
        for field in (USED_BYTES, LEDGERS, STARVED, FREE_BYTES, *range(FREE, CONTROL_FIELDS)):
            self.control[field] = control[field]
