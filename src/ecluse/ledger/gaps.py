"""The regularity of the gaps between an account's sends: a clock has 0, a person over 1.

For each window the current run of sends, ended by a gap longer than the window; of its gaps the count, the mean and
the variance, kept by Welford's method (B. P. Welford, Technometrics 4/3, 1962) with the oldest fading past 64 gaps.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from ecluse.compiled import leaf
from ecluse.ledger.allocation import ARENA
from ecluse.ledger.blocks import add_block
from ecluse.ledger.layout import GAP, GAPS, GAPS_BLOCK, GAPS_MIN, GAPS_WEIGHED, place_in
from ecluse.ledger.memory import peek_f32, peek_u8, peek_u32, poke_f32, poke_u8
from ecluse.ledger.record import BLOCKS_THERE, LAST_SEND_S, block_start, has_gaps
from ecluse.ledger.signals import N_WINDOWS, WINDOWS

WINDOWS_S: Final = np.array(list(WINDOWS.values()), np.int64)

_COUNTS: Final = place_in(GAPS_BLOCK, "counts")
_RUN_BYTES: Final = GAP.itemsize
_COUNT_MAX: Final = 255


@leaf
def next_gap(count: int, mean: float, variance: float, gap_s: int) -> Any:
    """Count, mean and variance of a run once a further gap is in it; kept as float32."""
    n = min(count + 1, GAPS_WEIGHED)
    distance = gap_s - mean
    mean = mean + distance / n
    variance = variance + (distance * (gap_s - mean) - variance) / n
    return min(count + 1, _COUNT_MAX), np.float64(np.float32(mean)), np.float64(np.float32(variance))


@leaf
def kept_run(arena: int, place: int, window: int) -> Any:
    """Count, mean and variance of the latest run as it is kept; zeros while sends are kept one by one."""
    blocks = peek_u8(arena, place + BLOCKS_THERE)
    if not has_gaps(blocks):
        return 0, 0.0, 0.0
    block = block_start(blocks, place, GAPS)
    run = block + window * _RUN_BYTES
    return peek_u8(arena, block + _COUNTS + window), peek_f32(arena, run), peek_f32(arena, run + 4)


@leaf
def run_with(arena: int, place: int, window: int, now_s: int) -> Any:
    """Count, mean and variance of the current run with a send at ``now_s`` in it."""
    last_send_s = peek_u32(arena, place + LAST_SEND_S)
    gap_s = now_s - last_send_s
    if last_send_s == 0 or gap_s > WINDOWS_S[window]:
        return 0, 0.0, 0.0
    blocks = peek_u8(arena, place + BLOCKS_THERE)
    if not has_gaps(blocks):
        return next_gap(0, 0.0, 0.0, gap_s)
    block = block_start(blocks, place, GAPS)
    run = block + window * _RUN_BYTES
    return next_gap(peek_u8(arena, block + _COUNTS + window), peek_f32(arena, run), peek_f32(arena, run + 4), gap_s)


@leaf
def regularity(count: int, mean: float, variance: float) -> float:
    """The coefficient of variation of a run's gaps; NaN with fewer than 8 of them."""
    if count < GAPS_MIN:
        return np.nan
    if mean == 0.0:
        return 0.0
    return float(np.sqrt(max(variance, 0.0)) / mean)


@leaf
def read_gaps(arena: int, place: int, now_s: int, is_send: bool, signals: Any, column: int) -> None:
    """Write the four regularities to ``signals[column:]``, a send at ``now_s`` counted if it is one."""
    for window in range(N_WINDOWS):
        if is_send:
            signals[column + window] = next_regularity(arena, place, window, now_s)
        else:
            count, mean, variance = kept_run(arena, place, window)
            signals[column + window] = regularity(count, mean, variance)


@leaf
def next_regularity(arena: int, place: int, window: int, now_s: int) -> float:
    """The regularity of the current run with a send at ``now_s`` in it; short runs cost no division.

    Sends that are kept one by one are a short run.
    """
    blocks = peek_u8(arena, place + BLOCKS_THERE)
    if not has_gaps(blocks):
        return np.nan
    if peek_u8(arena, block_start(blocks, place, GAPS) + _COUNTS + window) < GAPS_MIN - 1:
        return np.nan
    count, mean, variance = run_with(arena, place, window, now_s)
    return regularity(count, mean, variance)


@leaf
def add_gap(control: Any, place: int, now_s: int) -> int:
    """Keep the gap that a send at ``now_s`` ends, in a ledger that counts messages. Returns the ledger's place."""
    arena = control[ARENA]
    if peek_u32(arena, place + LAST_SEND_S) == 0:
        return place
    moved = add_block(control, place, GAPS)
    if moved == 0:
        return place
    block = block_start(peek_u8(arena, moved + BLOCKS_THERE), moved, GAPS)
    for window in range(N_WINDOWS):
        count, mean, variance = run_with(arena, moved, window, now_s)
        run = block + window * _RUN_BYTES
        poke_f32(arena, run, mean)
        poke_f32(arena, run + 4, variance)
        poke_u8(arena, block + _COUNTS + window, count)
    return moved
