"""Where a gate's bytes lie: header, blocks, rows, what a block of the arena has to spare, free blocks, index."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ecluse.gate import Gate
from ecluse.ledger.layout import GRANULE, HEADER, HEADER_BYTES, ROW_BYTES, SIZE_CLASSES, place_in
from ecluse.ledger.record import BLOCK_BYTES

_PLACE = np.uint64(0xFFFFFFFF)


class Survey(NamedTuple):
    """Bytes of every ledger, shape (n_ledgers,), and of what is shared by all."""

    rows: np.ndarray  # count of peers, not bytes
    blocks: np.ndarray  # sends, meters and gaps
    spare: np.ndarray  # of the arena's block, behind the record
    free_bytes: int  # blocks of the arena that nobody has
    index_bytes: int

    @property
    def ledger(self) -> np.ndarray:
        """Bytes of each ledger's block of the arena."""
        held: np.ndarray = HEADER_BYTES + self.blocks + ROW_BYTES * self.rows + self.spare
        return held

    @property
    def shared(self) -> float:
        """Bytes of index and free blocks for each ledger."""
        return (self.free_bytes + self.index_bytes) / len(self.rows)

    @property
    def mean(self) -> float:
        """Bytes of an account in all, in the mean."""
        return float(self.ledger.mean()) + self.shared

    @property
    def median(self) -> float:
        """Bytes of the median account in all."""
        return float(np.median(self.ledger)) + self.shared


def survey(gate: Gate) -> Survey:
    """Look at every ledger of a gate."""
    arena = gate._arena
    index = arena.index
    places = ((index[index != 0] & _PLACE) * np.uint64(GRANULE)).astype(np.int64)
    n_rows = _field(arena.bytes, places, "n_rows", "<u2").astype(np.int64)
    blocks = BLOCK_BYTES[_field(arena.bytes, places, "blocks", "u1")]
    held = SIZE_CLASSES[_field(arena.bytes, places, "size_class", "u1")]
    spare = held - HEADER_BYTES - blocks - ROW_BYTES * n_rows
    return Survey(n_rows, blocks, spare, arena.used_bytes - int(held.sum()), arena.index_bytes)


def _field(arena: np.ndarray, places: np.ndarray, name: str, dtype: str) -> np.ndarray:
    """One field of the headers at ``places``."""
    width = np.dtype(dtype).itemsize
    words = arena.view(dtype)  # a record starts at a multiple of 8, and its fields lie at multiples of their widths
    values: np.ndarray = words[(places + place_in(HEADER, name)) // width]
    return values
