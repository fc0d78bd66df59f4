"""Times of a log: seconds, milliseconds or RFC 3339, whichever it holds, to epoch milliseconds."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

SECONDS_BELOW: Final = 100_000_000_000
"""A number below this is in seconds: as milliseconds it would be before 1973, as seconds it is after the year 5000."""

EXPECTED: Final = "seconds, milliseconds or RFC 3339, from 2000 to 2099"

_NUMBER: Final = r"^\s*[+-]?\d+(\.\d+)?\s*$"
_NANOSECONDS: Final = pa.timestamp("ns", "UTC")

# Above a float's error at 1e12 and below any digit that a log writes: 1575676800.123 s is 123 ms, not 122.9999.
_NUDGE_MS: Final = 1e-3


class AtUnit(StrEnum):
    """Unit of a log's numeric times."""

    S = "s"
    MS = "ms"


def milliseconds(times: pa.Array, unit: AtUnit | None) -> pa.Array:
    """Epoch milliseconds, int64, of times as numbers or text. unit: None = tell by the size of each number.

    Raises pa.ArrowInvalid if one of them is no time.

    >>> milliseconds(pa.array(["1575676800", "1575676800000", "2019-12-07T01:00:00+01:00"]), None).to_pylist()
    [1575676800000, 1575676800000, 1575676800000]
    """
    if pa.types.is_string(times.type) or pa.types.is_large_string(times.type):
        return _of_text(times, unit)
    if pa.types.is_integer(times.type):
        return _of_integers(times.cast(pa.int64()), unit)
    return _of_floats(times.cast(pa.float64()), unit)


def _of_text(times: pa.Array, unit: AtUnit | None) -> pa.Array:
    numeric = pc.fill_null(pc.match_substring_regex(times, _NUMBER), False)
    blank = pa.scalar(None, times.type)
    numbers = pc.utf8_trim_whitespace(pc.if_else(numeric, times, blank))
    if pc.any(pc.match_substring(numbers, ".")).as_py():
        counted = _of_floats(numbers.cast(pa.float64()), unit)
    else:
        counted = _of_integers(numbers.cast(pa.int64()), unit)
    if pc.all(pc.or_(numeric, pc.is_null(times))).as_py():
        return counted
    written = pc.if_else(numeric, blank, times).cast(_NANOSECONDS).cast(pa.timestamp("ms", "UTC"), safe=False)
    return pc.coalesce(counted, written.cast(pa.int64()))


def _of_integers(numbers: pa.Array, unit: AtUnit | None) -> pa.Array:
    if unit is AtUnit.MS:
        return numbers
    if unit is AtUnit.S:
        return pc.multiply_checked(numbers, 1000)
    return pc.if_else(pc.less(numbers, SECONDS_BELOW), pc.multiply(numbers, 1000), numbers)


def _of_floats(numbers: pa.Array, unit: AtUnit | None) -> pa.Array:
    scaled = numbers
    if unit is not AtUnit.MS:
        thousandfold = pc.multiply(numbers, 1000.0)
        scaled = thousandfold if unit else pc.if_else(pc.less(numbers, SECONDS_BELOW), thousandfold, numbers)
    return pc.floor(pc.add(scaled, _NUDGE_MS)).cast(pa.int64())
