"""Meters: counts in time buckets, six a window, for what is not about peers.

A bucket is a sixth of its window, numbered ``second // width``. The value at a second is the sum over the six newest
bucket numbers, so it covers between 5/6 of the window and all of it: never more than the window. Counts saturate.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from ecluse.compiled import kernel
from ecluse.ledger.allocation import ARENA, add_block
from ecluse.ledger.layout import BUCKET_MAX, BUCKETS, METER
from ecluse.ledger.memory import peek_u8, peek_u16, peek_u32, poke_u16, poke_u32
from ecluse.ledger.record import BLOCKS_THERE, block_start
from ecluse.ledger.signals import N_WINDOWS, WINDOWS

WIDTHS_S: Final = np.array([window_s // BUCKETS for window_s in WINDOWS.values()], np.int64)
"""Seconds of a bucket, by window."""

_COUNTS: Final = int(METER.fields["counts"][1])
_RING_BYTES: Final = 2 * BUCKETS


@kernel
def meter_value(arena: int, meter: int, window: int, now_s: int) -> int:
    """The value of a window of the meter at ``meter`` at second ``now_s``."""
    width_s = WIDTHS_S[window]
    newest = peek_u32(arena, meter) // width_s
    ring = meter + _COUNTS + window * _RING_BYTES
    total = 0
    for bucket in range(max(now_s // width_s, newest) - BUCKETS + 1, newest + 1):
        total += peek_u16(arena, ring + bucket % BUCKETS * 2)
    return total


@kernel
def meter_room(arena: int, meter: int, window: int, now_s: int) -> int:
    """How much the bucket of second ``now_s``, not before the latest addition, can still count."""
    width_s = WIDTHS_S[window]
    bucket = now_s // width_s
    if peek_u32(arena, meter) // width_s < bucket:
        return BUCKET_MAX
    return BUCKET_MAX - peek_u16(arena, meter + _COUNTS + window * _RING_BYTES + bucket % BUCKETS * 2)


@kernel
def read_meter(arena: int, place: int, block: int, now_s: int, more: int, signals: Any, column: int) -> None:
    """Write a meter's four values, with ``more`` counted at ``now_s``, to ``signals[column:]``."""
    blocks = peek_u8(arena, place + BLOCKS_THERE)
    if not blocks >> block & 1:
        for window in range(N_WINDOWS):
            signals[column + window] = min(more, BUCKET_MAX)
        return
    meter = block_start(blocks, place, block)
    for window in range(N_WINDOWS):
        value = meter_value(arena, meter, window, now_s)
        if more > 0:
            value += min(more, meter_room(arena, meter, window, now_s))
        signals[column + window] = value


@kernel
def count(control: Any, place: int, block: int, second: int, more: int) -> int:
    """Add ``more`` to a meter at ``second``; what is older than its oldest bucket is lost. Returns its place."""
    moved = add_block(control, place, block)
    if moved == 0:
        return place
    arena = control[ARENA]
    meter = block_start(peek_u8(arena, moved + BLOCKS_THERE), moved, block)
    latest_s = peek_u32(arena, meter)
    for window in range(N_WINDOWS):
        width_s = WIDTHS_S[window]
        newest, bucket = latest_s // width_s, second // width_s
        ring = meter + _COUNTS + window * _RING_BYTES
        for passed in range(max(newest, bucket - BUCKETS) + 1, bucket + 1):
            poke_u16(arena, ring + passed % BUCKETS * 2, 0)
        if bucket > newest - BUCKETS:
            counter = ring + bucket % BUCKETS * 2
            poke_u16(arena, counter, min(BUCKET_MAX, peek_u16(arena, counter) + more))
    poke_u32(arena, meter, max(latest_s, second))
    return moved
