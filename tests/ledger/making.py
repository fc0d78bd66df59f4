"""Ledgers made by hand: an arena of the smallest size, and ledgers in it put together row by row."""

import numpy as np

from ecluse.ledger.allocation import add_row, find, find_or_create, fit_rows
from ecluse.ledger.arena import MEMORY_BYTES_MIN, Arena
from ecluse.ledger.fold import SLOTS
from ecluse.ledger.layout import HEADER, HEADER_BYTES, MEMBERS_SHIFT, ROW, ROW_BYTES
from ecluse.ledger.record import BLOCK_BYTES

NOBODY = np.zeros(1, np.uint64)
"""Peers of an event that has none."""


def slots():
    """An empty table of an event's peers."""
    return np.zeros(SLOTS, np.int32)


class Ledgers:
    """The smallest arena, its ledgers known by small keys."""

    def __init__(self, memory_bytes=MEMORY_BYTES_MIN):
        self.arena = Arena(memory_bytes)

    @property
    def control(self):
        return self.arena.control

    @property
    def address(self):
        """Where the arena lies: what kernels call ``arena``."""
        return int(self.arena.bytes.ctypes.data)

    def place(self, key):
        """Where a ledger is, 0 for nowhere."""
        return int(find(self.control, np.uint64(key)))

    def make(self, key, rows=(), **header):
        """A ledger with these rows (as ``row`` makes them) and fields of its header. Returns its place."""
        self.arena.grow_index(1)
        place = find_or_create(self.control, np.uint64(key))
        place = fit_rows(self.control, place, len(rows)) or place
        for _ in rows:
            place = add_row(self.control, place)
        if len(rows):
            self.rows(place)[:] = rows
        for field, value in header.items():
            self.header(place)[field] = value
        return place

    def header(self, place):
        """The header at a place, to be read and written."""
        return self.arena.bytes[place : place + HEADER_BYTES].view(HEADER)[0]

    def rows(self, place):
        """The rows of the ledger at a place, to be read and written."""
        header = self.header(place)
        start = place + HEADER_BYTES + int(BLOCK_BYTES[header["blocks"]])
        return self.arena.bytes[start : start + int(header["n_rows"]) * ROW_BYTES].view(ROW)

    def row_at(self, place):
        """The one row that lies at a place."""
        return self.arena.bytes[place : place + ROW_BYTES].view(ROW)[0]

    def contents(self, key):
        """All that a ledger says but for where it lies and how large its block is; None if it is gone."""
        place = self.place(key)
        if place == 0:
            return None
        header = self.header(place).copy()
        header["size_class"] = 0
        record = self.arena.bytes[place + HEADER_BYTES : place + self.arena.record_bytes(place)]
        return header.item(), record.tobytes()


def row(peer, wrote=0, heard=0, first=None, unanswered=0, kind=0, members=1):
    """A row: who, when last written to, when last heard."""
    first = wrote if first is None else first
    return np.array((peer, first, wrote, heard, unanswered, kind | members << MEMBERS_SHIFT), ROW)


def rows(*made):
    """Rows, as an array."""
    return np.array([one.item() for one in made], ROW)
