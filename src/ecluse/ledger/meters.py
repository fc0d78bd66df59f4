"""Meters: counts in time buckets, six a window, for what is not about peers.

A bucket is a sixth of its window, numbered ``second // width``. The value at a second is the sum over the six newest
bucket numbers, so it covers between 5/6 of the window and all of it: never more than the window. Counts saturate.
The first messages have no meter: they are the sends that a ledger keeps one by one, and are sorted into buckets here.
"""

from __future__ import annotations

from typing import Any, Final

from ecluse.compiled import kernel, leaf
from ecluse.ledger.allocation import ARENA
from ecluse.ledger.blocks import COUNTS_START, add_block, widen
from ecluse.ledger.layout import BUCKET_MAX, BUCKETS, MESSAGES, NARROW_MAX, SENDS, SENDS_MAX
from ecluse.ledger.memory import peek_u8, peek_u16, peek_u32, poke_u8, poke_u16, poke_u32
from ecluse.ledger.record import BLOCKS_THERE, LAST_SEND_S, WIDE_BIT, block_start, has_sends
from ecluse.ledger.signals import N_WINDOWS, WINDOWS

_W0, _W1, _W2, _W3 = (window_s // BUCKETS for window_s in WINDOWS.values())

_LONGEST: Final = N_WINDOWS - 1


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
def _peek_count(arena: int, meter: int, wide: bool, window: int, bucket: int) -> int:
    """The count in the place of a bucket."""
    k = window * BUCKETS + bucket % BUCKETS
    counts = meter + COUNTS_START
    return peek_u16(arena, counts + 2 * k) if wide else peek_u8(arena, counts + k)


@leaf
def _poke_count(arena: int, meter: int, wide: bool, window: int, bucket: int, value: int) -> None:
    k = window * BUCKETS + bucket % BUCKETS
    counts = meter + COUNTS_START
    if wide:
        poke_u16(arena, counts + 2 * k, value)
    else:
        poke_u8(arena, counts + k, value)


@leaf
def meter_value(arena: int, meter: int, wide: bool, window: int, now_s: int) -> int:
    """The value of a window of the meter at ``meter`` at second ``now_s``."""
    newest = bucket_of(peek_u32(arena, meter), window)
    total = 0
    first = max(bucket_of(now_s, window), newest) - BUCKETS + 1
    if first == newest - BUCKETS + 1:
        for slot in range(BUCKETS):
            total += _peek_count(arena, meter, wide, window, slot)
        return total
    for bucket in range(first, newest + 1):
        total += _peek_count(arena, meter, wide, window, bucket)
    return total


@leaf
def _bucket_count(arena: int, meter: int, wide: bool, window: int, second: int) -> int:
    """What the bucket of ``second`` has counted, 0 if it is not among those held."""
    newest, bucket = bucket_of(peek_u32(arena, meter), window), bucket_of(second, window)
    if not newest - BUCKETS < bucket <= newest:
        return 0
    return _peek_count(arena, meter, wide, window, bucket)


@leaf
def _sends_value(arena: int, place: int, blocks: int, window: int, now_s: int) -> int:
    """What a meter would say of the sends of a ledger that keeps them one by one."""
    last_s = peek_u32(arena, place + LAST_SEND_S)
    if last_s == 0:
        return 0
    since_s = (bucket_of(max(now_s, last_s), window) - BUCKETS + 1) * width_of(window)
    total = 1 if last_s >= since_s else 0
    if has_sends(blocks):
        sends = block_start(blocks, place, SENDS)
        for k in range(SENDS_MAX - 1):
            second = peek_u32(arena, sends + 4 * k)
            total += 1 if second != 0 and second >= since_s else 0
    return total


@leaf
def latest_addition_s(arena: int, place: int, block: int) -> int:
    """The second of the latest addition to a meter, or of what it would say of the sends; 0 for none."""
    blocks = peek_u8(arena, place + BLOCKS_THERE)
    if blocks >> block & 1:
        return peek_u32(arena, block_start(blocks, place, block))
    return peek_u32(arena, place + LAST_SEND_S) if block == MESSAGES else 0


@leaf
def read_meter(arena: int, place: int, block: int, now_s: int, more: int, signals: Any, column: int) -> None:
    """Write a meter's four values, with ``more`` counted at ``now_s``, to ``signals[column:]``."""
    blocks = peek_u8(arena, place + BLOCKS_THERE)
    if not blocks >> block & 1:
        for window in range(N_WINDOWS):
            sends = _sends_value(arena, place, blocks, window, now_s) if block == MESSAGES else 0
            signals[column + window] = sends + min(more, BUCKET_MAX)
        return
    meter, wide = block_start(blocks, place, block), blocks & WIDE_BIT != 0
    for window in range(N_WINDOWS):
        value = meter_value(arena, meter, wide, window, now_s)
        if more > 0:
            value += min(more, BUCKET_MAX - _bucket_count(arena, meter, wide, window, now_s))
        signals[column + window] = value


@kernel
def count(control: Any, place: int, block: int, second: int, more: int) -> int:
    """Add ``more`` to a meter at ``second``; what is older than its oldest bucket is lost. Returns the ledger's place.

    MESSAGES are counted in a ledger without sends only: ``note_send`` sees to that.
    """
    moved = add_block(control, place, block)
    if moved == 0:
        return place
    arena = control[ARENA]
    blocks = peek_u8(arena, moved + BLOCKS_THERE)
    meter, wide = block_start(blocks, moved, block), blocks & WIDE_BIT != 0
    # each bucket lies within one of the longest window's, so that one is the first to be full
    if not wide and _bucket_count(arena, meter, wide, _LONGEST, second) + more > NARROW_MAX:
        wider = widen(control, moved)
        if wider != 0:
            moved, wide = wider, True
            meter = block_start(blocks | WIDE_BIT, moved, block)
    latest_s = peek_u32(arena, meter)
    most = BUCKET_MAX if wide else NARROW_MAX
    for window in range(N_WINDOWS):
        newest, bucket = bucket_of(latest_s, window), bucket_of(second, window)
        for passed in range(max(newest, bucket - BUCKETS) + 1, bucket + 1):
            _poke_count(arena, meter, wide, window, passed, 0)
        if bucket > newest - BUCKETS:
            before = _peek_count(arena, meter, wide, window, bucket)
            _poke_count(arena, meter, wide, window, bucket, min(most, before + more))
    poke_u32(arena, meter, max(latest_s, second))
    return moved
