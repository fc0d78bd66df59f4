"""Erasing an account: its ledger, its rows in the ledgers of others, and the device that it was seen by."""

from __future__ import annotations

from typing import Any

import numpy as np

from ecluse.compiled import kernel
from ecluse.ledger.allocation import ARENA, START, USED_BYTES, find
from ecluse.ledger.layout import HEADER_BYTES, ROW_BYTES, SIZE_CLASSES
from ecluse.ledger.memory import peek_u8, peek_u16, peek_u64, poke_u8, poke_u16, poke_u32, poke_u64
from ecluse.ledger.record import (
    ACCOUNT_KIND,
    BLOCKS_THERE,
    KEY,
    LAST_SEND_S,
    LATEST_S,
    N_ROWS,
    PEER,
    REGISTERED_S,
    SIZE_CLASS,
    copy_words,
    rows_start,
)
from ecluse.ledger.standing import DEVICE_WAYS

_U = np.uint64


@kernel
def erase_account(control: Any, devices: Any, key: Any) -> None:
    """Leave nothing of an account but its key and status: without a status the ledger goes when the arena is closed up.

    Cost: one pass over all ledgers, near 0.3 s a gigabyte. What is erased is overwritten with zeros.
    """
    arena = control[ARENA]
    place = START
    while place < control[USED_BYTES]:
        if peek_u64(arena, place + KEY) != _U(0):
            _erase_rows(arena, place, key)
        place += SIZE_CLASSES[peek_u8(arena, place + SIZE_CLASS)]
    own = find(control, key)
    if own != 0:
        _blank(arena, own)
    first = np.int64(key & _U(len(devices) // DEVICE_WAYS - 1)) * DEVICE_WAYS
    kept = first
    for slot in range(first, first + DEVICE_WAYS):
        if devices[slot, 0] != key:
            devices[kept, 0], devices[kept, 1] = devices[slot, 0], devices[slot, 1]
            kept += 1
    for slot in range(kept, first + DEVICE_WAYS):
        devices[slot, 0], devices[slot, 1] = _U(0), _U(0)


@kernel
def _erase_rows(arena: int, place: int, key: Any) -> None:
    """Erase the row of a peer from a ledger; the last row takes its place."""
    row = rows_start(arena, place)
    end = row + peek_u16(arena, place + N_ROWS) * ROW_BYTES
    while row < end:
        if peek_u64(arena, row + PEER) == key:
            end -= ROW_BYTES
            copy_words(arena, end, row, ROW_BYTES)
            for word in range(end, end + ROW_BYTES, 8):
                poke_u64(arena, word, _U(0))
            poke_u16(arena, place + N_ROWS, peek_u16(arena, place + N_ROWS) - 1)
            return
        row += ROW_BYTES


@kernel
def _blank(arena: int, place: int) -> None:
    """Overwrite all of a ledger but its key, size and status."""
    for word in range(place + HEADER_BYTES, place + SIZE_CLASSES[peek_u8(arena, place + SIZE_CLASS)], 8):
        poke_u64(arena, word, _U(0))
    for field in (LATEST_S, REGISTERED_S, LAST_SEND_S):
        poke_u32(arena, place + field, 0)
    poke_u16(arena, place + N_ROWS, 0)
    poke_u8(arena, place + BLOCKS_THERE, 0)
    poke_u8(arena, place + ACCOUNT_KIND, 0)
