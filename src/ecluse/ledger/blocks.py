"""Putting blocks into a ledger: new ones, wider meters, and messages and gaps in place of the sends."""

from __future__ import annotations

from typing import Any

import numpy as np

from ecluse.compiled import kernel, leaf
from ecluse.ledger.allocation import ARENA, fit
from ecluse.ledger.layout import (
    BUCKETS,
    GAPS_BYTES,
    HEADER_BYTES,
    METER,
    METER_BYTES,
    N_METERS,
    ROW_BYTES,
    SENDS_BYTES,
    WIDE_METER_BYTES,
    place_in,
)
from ecluse.ledger.memory import peek_u8, peek_u16, peek_u64, poke_u8, poke_u16, poke_u64
from ecluse.ledger.record import (
    BLOCK_BYTES,
    BLOCKS_THERE,
    GAPS_BIT,
    MESSAGES_BIT,
    N_ROWS,
    WIDE_BIT,
    block_start,
    has_sends,
    rows_start,
)
from ecluse.ledger.signals import N_WINDOWS

COUNTS_START = place_in(METER, "counts")
N_BUCKETS = N_WINDOWS * BUCKETS

_U = np.uint64


@leaf
def _end(arena: int, place: int) -> int:
    """Bytes of the ledger at ``place`` that are in use."""
    return rows_start(arena, place) - place + peek_u16(arena, place + N_ROWS) * ROW_BYTES


@leaf
def _shift(arena: int, start: int, end: int, n_bytes: int) -> None:
    """Move the words from ``start`` to ``end`` further back by ``n_bytes``."""
    word = end - 8
    while word >= start:
        poke_u64(arena, word + n_bytes, peek_u64(arena, word))
        word -= 8


@leaf
def _open(arena: int, start: int, end: int, n_bytes: int) -> None:
    """Put ``n_bytes`` of zeros before what lies from ``start`` to ``end``."""
    _shift(arena, start, end, n_bytes)
    for word in range(start, start + n_bytes, 8):
        poke_u64(arena, word, _U(0))


@kernel
def add_block(control: Any, place: int, block: int) -> int:
    """Put an empty block into a ledger that lacks it. Returns the ledger's place, which may be new, or 0.

    MESSAGES are not put beside sends: ``open_counts`` puts them in their stead.
    """
    arena = control[ARENA]
    blocks = peek_u8(arena, place + BLOCKS_THERE)
    if blocks >> block & 1:
        return place
    n_bytes = BLOCK_BYTES[blocks | 1 << block] - BLOCK_BYTES[blocks]
    end = _end(arena, place)
    place = fit(control, place, end + n_bytes)
    if place == 0:
        return 0
    _open(arena, block_start(blocks, place, block), place + end, n_bytes)
    poke_u8(arena, place + BLOCKS_THERE, blocks | 1 << block)
    return place


@kernel
def open_counts(control: Any, place: int) -> int:
    """Put empty messages and gaps into a ledger without messages; sends that it had are gone.

    Returns the ledger's place, which may be new, or 0.
    """
    arena = control[ARENA]
    blocks = peek_u8(arena, place + BLOCKS_THERE)
    n_bytes = BLOCK_BYTES[blocks | MESSAGES_BIT | GAPS_BIT] - BLOCK_BYTES[blocks]
    end = _end(arena, place)
    place = fit(control, place, end + n_bytes)
    if place == 0:
        return 0
    meter_bytes = WIDE_METER_BYTES if blocks & WIDE_BIT else METER_BYTES
    rows = rows_start(arena, place)
    gaps = rows - SENDS_BYTES if has_sends(blocks) else rows
    _shift(arena, rows, place + end, n_bytes)
    _open(arena, place + HEADER_BYTES, gaps, meter_bytes)
    gaps += meter_bytes
    for word in range(gaps, gaps + GAPS_BYTES, 8):
        poke_u64(arena, word, _U(0))
    poke_u8(arena, place + BLOCKS_THERE, blocks | MESSAGES_BIT | GAPS_BIT)
    return place


@kernel
def widen(control: Any, place: int) -> int:
    """Let all meters of a ledger, which are narrow, be wide. Returns the ledger's place, which may be new, or 0."""
    arena = control[ARENA]
    blocks = peek_u8(arena, place + BLOCKS_THERE)
    n_bytes = BLOCK_BYTES[blocks | WIDE_BIT] - BLOCK_BYTES[blocks]
    end = _end(arena, place)
    place = fit(control, place, end + n_bytes)
    if place == 0:
        return 0
    old = block_start(blocks, place, N_METERS)
    _shift(arena, old, place + end, n_bytes)
    new = old + n_bytes
    while old > place + HEADER_BYTES:  # from the last meter and bucket to the first: what is written has been read
        old -= METER_BYTES
        new -= WIDE_METER_BYTES
        for k in range(N_BUCKETS - 1, -1, -1):
            poke_u16(arena, new + COUNTS_START + 2 * k, peek_u8(arena, old + COUNTS_START + k))
        poke_u64(arena, new, peek_u64(arena, old))
    poke_u8(arena, place + BLOCKS_THERE, blocks | WIDE_BIT)
    return place
