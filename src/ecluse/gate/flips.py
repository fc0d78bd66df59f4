"""Seconds at which what is not about rows may change a rule's mind: meters that empty, an age, a gap that grows."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from ecluse.compiled import kernel, leaf
from ecluse.ledger.gaps import WINDOWS_S, kept_run, next_gap, regularity
from ecluse.ledger.layout import BUCKETS
from ecluse.ledger.memory import peek_u32
from ecluse.ledger.meters import bucket_of, latest_addition_s, width_of
from ecluse.ledger.reading import METER_COLUMNS
from ecluse.ledger.record import LAST_SEND_S
from ecluse.ledger.signals import N_WINDOWS
from ecluse.terms.evaluate import holds

OTHER: Final = 1 << 16
_SECOND_MAX: Final = 0xFFFFFFFF
_U = np.uint64


@leaf
def add_moment(moments: Any, n: int, second: int, now_s: int, code: int) -> int:
    """Add a moment to ``moments`` if it is still to come. Returns how many there are."""
    if now_s < second <= _SECOND_MAX:
        moments[n] = _U(second) << _U(32) | _U(code)
        n += 1
    return n


@kernel
def collect_meter_ends(arena: int, place: int, column: int, now_s: int, moments: Any, n: int) -> int:
    """Add the seconds at which a bucket of a meter's window, the newest of now included, stops to count."""
    for block in range(len(METER_COLUMNS)):
        window = column - METER_COLUMNS[block]
        if not 0 <= window < N_WINDOWS:
            continue
        latest_s = latest_addition_s(arena, place, block)
        if latest_s > 0:
            width_s = width_of(window)
            newest = bucket_of(latest_s, window)
            for bucket in range(newest - BUCKETS + 1, newest + 1):
                n = add_moment(moments, n, (bucket + BUCKETS) * width_s, now_s, OTHER)
            n = add_moment(moments, n, (newest + 1) * width_s, now_s, OTHER)  # a full bucket counts on
    return n


@kernel
def collect_age_flips(registered_s: int, now_s: int, low_s: float, high_s: float, moments: Any, n: int) -> int:
    """Add the seconds at which an account comes to the ages [low, high], and is past them."""
    if registered_s > 0:
        if 0 <= low_s < _SECOND_MAX:
            n = add_moment(moments, n, registered_s + int(np.ceil(low_s)), now_s, OTHER)
        if 0 <= high_s < _SECOND_MAX:
            n = add_moment(moments, n, registered_s + int(np.floor(high_s)) + 1, now_s, OTHER)
    return n


@kernel
def collect_place_bounds(registered_s: int, now_s: int, scope: Any, moments: Any, n: int) -> int:
    """Add the seconds at which a place of the terms (dtype SCOPE) begins and ends, for an account that grows older."""
    n = add_moment(moments, n, scope.from_s, now_s, OTHER)
    n = add_moment(moments, n, scope.until_s, now_s, OTHER)
    if scope.ages == 1:
        n = collect_age_flips(registered_s, now_s, scope.age_low, scope.age_high, moments, n)
    return n


@kernel
def collect_gap_flips(arena: int, place: int, window: int, now_s: int, condition: Any, moments: Any, n: int) -> int:
    """Add the seconds at which a gap that grows by waiting brings the regularity into or out of a condition.

    As the gap grows the regularity falls, then rises: at most one crossing on either side of its lowest point.
    """
    last_send_s = peek_u32(arena, place + LAST_SEND_S)
    if last_send_s == 0:
        return n
    window_s = WINDOWS_S[window]
    n = add_moment(moments, n, last_send_s + window_s + 1, now_s, OTHER)
    count, mean, variance = kept_run(arena, place, window)
    low, high = now_s - last_send_s, window_s
    if low >= high:
        return n
    lowest = min(max(_lowest_gap(mean, variance), low), high - 1)
    n = add_moment(moments, n, last_send_s + lowest, now_s, OTHER)
    n = add_moment(moments, n, last_send_s + lowest + 1, now_s, OTHER)
    for piece in range(2):
        left, right = (low, lowest) if piece == 0 else (lowest + 1, high)
        before = _holds_after(count, mean, variance, left, condition)
        if before != _holds_after(count, mean, variance, right, condition):
            while right - left > 1:
                middle = (left + right) // 2
                if _holds_after(count, mean, variance, middle, condition) == before:
                    left = middle
                else:
                    right = middle
            n = add_moment(moments, n, last_send_s + right, now_s, OTHER)
    return n


@kernel
def _holds_after(count: int, mean: float, variance: float, gap_s: int, condition: Any) -> bool:
    """Whether a condition on the regularity holds once a gap of ``gap_s`` is in the run."""
    n, next_mean, next_variance = next_gap(count, mean, variance, gap_s)
    return holds(regularity(n, next_mean, next_variance), condition)


@kernel
def _lowest_gap(mean: float, variance: float) -> int:
    """The gap that leaves the least regularity: for n gaps, the mean plus variance / mean (the derivative's zero)."""
    if mean <= 0.0:
        return 0
    return int(mean + variance / mean)
