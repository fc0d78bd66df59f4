"""Which contents were checked for truth: a bounded table in the gate's memory, changed by acts alone.

Open addressing with linear probing; what is taken out leaves no gap, so a look-up ends at the first free place. Keys
are those of things, which are keyed hashes already.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from ecluse.compiled import kernel, leaf

CHECKS_MAX: Final = 32_768
"""Contents that may have a fact-check at one time."""
CHECK_PLACES: Final = 1 << 16

CHECK = np.dtype(
    [
        ("key", "<u8"),  # of the thing, 0 = free
        ("cluster", "<u8"),
        ("number", "<u8"),  # of the fact-check in the records
        ("truth", "<f8"),  # 0 (false) to 1 (true); NaN = not said
    ]
)
assert CHECK.itemsize == 32

_U = np.uint64


@leaf
def _home(checks: Any, key: Any) -> int:
    return np.int64(key >> _U(1) & _U(len(checks) - 1))


@kernel
def find_check(checks: Any, key: Any) -> int:
    """The place of a thing's fact-check, or -1."""
    if len(checks) == 0:
        return -1
    place = _home(checks, key)
    while checks[place].key != _U(0):
        if checks[place].key == key:
            return place
        place = (place + 1) & (len(checks) - 1)
    return -1


@kernel
def put_check(checks: Any, checked: Any, key: Any, cluster: Any, number: Any, truth: float) -> None:
    """Set a thing's fact-check, unless there is no room for another. checked: int64, shape (1,), how many there are."""
    if len(checks) == 0:
        return
    place = _home(checks, key)
    while checks[place].key != _U(0) and checks[place].key != key:
        place = (place + 1) & (len(checks) - 1)
    check = checks[place]
    if check.key == _U(0):
        if checked[0] >= CHECKS_MAX:
            return
        checked[0] += 1
    check.key, check.cluster, check.number, check.truth = key, cluster, number, truth


@kernel
def drop_check(checks: Any, checked: Any, key: Any) -> None:
    """Take a thing's fact-check away; those behind it move up, so that no gap hides them."""
    gap = find_check(checks, key)
    if gap < 0:
        return
    mask = len(checks) - 1
    place = (gap + 1) & mask
    while checks[place].key != _U(0):
        if ((place - _home(checks, checks[place].key)) & mask) >= ((place - gap) & mask):
            _copy(checks[place], checks[gap])
            gap = place
        place = (place + 1) & mask
    free = checks[gap]
    free.key, free.cluster, free.number, free.truth = _U(0), _U(0), _U(0), 0.0
    checked[0] -= 1


@leaf
def _copy(source: Any, target: Any) -> None:
    target.key = source.key
    target.cluster = source.cluster
    target.number = source.number
    target.truth = source.truth
