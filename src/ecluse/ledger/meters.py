"""Meters: counts in time buckets, six a window, for what is not about peers.

A bucket is a sixth of its window, numbered ``second // width``. The value at a second is the sum over the six newest
bucket numbers, so it covers between 5/6 of the window and all of it: never more than the window. Counts saturate.
"""

from __future__ import annotations

from typing import Any, Final

from ecluse.compiled import kernel, leaf
from ecluse.ledger.allocation import ARENA, add_block
from ecluse.ledger.layout import BUCKET_MAX, BUCKETS, METER, place_in
from ecluse.ledger.memory import peek_u8, peek_u16, peek_u32, poke_u16, poke_u32
from ecluse.ledger.record import BLOCKS_THERE, block_start
from ecluse.ledger.signals import N_WINDOWS, WINDOWS

_W0, _W1, _W2, _W3 = (window_s // BUCKETS for window_s in WINDOWS.values())

_COUNTS: Final = place_in(METER, "counts")
_RING_BYTES: Final = 2 * BUCKETS


@leaf
def bucket_of(second: int, window: int) -> int:
    """The number of the bucket of ``second``; divisions by constants, which compile to multiplications."""
    if window == 0:
        return second // _W0
    if window == 1:
        return second // _W1
    if window == 2:
        return second // _W2
    return second // _W3


@leaf
def width_of(window: int) -> int:
    """Seconds of a bucket of a window."""
    if window == 0:
        return _W0
    if window == 1:
        return _W1
    if window == 2:
        return _W2
    return _W3


@leaf
def meter_value(arena: int, meter: int, window: int, now_s: int) -> int:
    """The value of a window of the meter at ``meter`` at second ``now_s``."""
    newest = bucket_of(peek_u32(arena, meter), window)
    ring = meter + _COUNTS + window * _RING_BYTES
    total = 0
    first = max(bucket_of(now_s, window), newest) - BUCKETS + 1
    if first == newest - BUCKETS + 1:
        for slot in range(BUCKETS):
            total += peek_u16(arena, ring + slot * 2)
        return total
    for bucket in range(first, newest + 1):
        total += peek_u16(arena, ring + bucket % BUCKETS * 2)
    return total


@leaf
def meter_room(arena: int, meter: int, window: int, now_s: int) -> int:
    """How much the bucket of second ``now_s``, not before the latest addition, can still count."""
    bucket = bucket_of(now_s, window)
    if bucket_of(peek_u32(arena, meter), window) < bucket:
        return BUCKET_MAX
    return BUCKET_MAX - peek_u16(arena, meter + _COUNTS + window * _RING_BYTES + bucket % BUCKETS * 2)


@leaf
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
        newest, bucket = bucket_of(latest_s, window), bucket_of(second, window)
        ring = meter + _COUNTS + window * _RING_BYTES
        for passed in range(max(newest, bucket - BUCKETS) + 1, bucket + 1):
            poke_u16(arena, ring + passed % BUCKETS * 2, 0)
        if bucket > newest - BUCKETS:
            counter = ring + bucket % BUCKETS * 2
            poke_u16(arena, counter, min(BUCKET_MAX, peek_u16(arena, counter) + more))
    poke_u32(arena, meter, max(latest_s, second))
    return moved
