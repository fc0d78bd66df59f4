"""Rules as arrays of records: all that the kernel knows of terms.

A condition is an interval: ``strangers.1h > 50`` holds from the first float above 50 on. So every comparison is the
same two steps without a branch, and an unknown signal (NaN) lies in no interval.

A rule may have several **variants**, one after another: for those in transition, then for each scope, then the rule as
it stands. The first one whose transition and scope hold is asked, the others are not.
"""

from __future__ import annotations

from math import inf, nextafter
from typing import Final, NamedTuple

import numpy as np

NOWHERE: Final = -1
"""No transition, or no scope."""

RULE = np.dtype(
    [
        ("start", "<i4"),  # its conditions: [start, stop)
        ("stop", "<i4"),
        ("next", "<i4"),  # place of the next rule's first variant
        ("transition", "<i2"),  # place in ``scopes`` of where it applies, NOWHERE for everywhere
        ("scope", "<i2"),  # the same; both must hold
        ("number", "<i2"),  # of the rule among all rules of all versions
        ("kinds", "<u2"),  # bit k: the rule judges events of kind k
        ("outcome", "u1"),
        ("mode", "u1"),
        ("begins", "u1"),  # 1: the first variant of a document
        ("rehearsed", "u1"),  # 1: counts for what rehearsed terms would say
    ]
)

CONDITION = np.dtype(
    [
        ("low", "<f8"),  # in the signal's unit
        ("high", "<f8"),
        ("signal", "<i2"),  # column of the signal
        ("outside", "u1"),  # 1: it holds for a known signal that is not in [low, high]
        ("reserved", "u1", (5,)),
    ]
)

SCOPE = np.dtype(
    [
        ("from_s", "<i8"),  # [from, until)
        ("until_s", "<i8"),
        ("age_low", "<f8"),  # seconds; [low, high]
        ("age_high", "<f8"),
        ("regions_start", "<i4"),  # in ``members``: least number << 32 | greatest
        ("regions_stop", "<i4"),
        ("providers_start", "<i4"),  # in ``members``: keyed hashes
        ("providers_stop", "<i4"),
        ("account_kinds", "u1"),  # bit k: kind k; 0 for any
        ("chats", "u1"),
        ("ages", "u1"),  # 1: the age is asked for
        ("reserved", "u1", (5,)),
    ]
)


class Compiled(NamedTuple):
    """A program as the kernel reads it: r variants, in their order, with c conditions in all, and s places."""

    rules: np.ndarray  # RULE, (r,)
    conditions: np.ndarray  # CONDITION, (c,)
    scopes: np.ndarray  # SCOPE, (s,)
    members: np.ndarray  # uint64, regions and providers of scopes


def interval(comparison: str, limit: float) -> tuple[float, float, bool]:
    """The numbers for which a comparison with ``limit`` holds: those in [low, high], or, if so said, those outside.

    >>> interval(">=", 50.0)
    (50.0, inf, False)
    """
    match comparison:
        case "<":
            return -inf, nextafter(limit, -inf), False
        case "<=":
            return -inf, limit, False
        case ">":
            return nextafter(limit, inf), inf, False
        case ">=":
            return limit, inf, False
        case "==":
            return limit, limit, False
        case "!=":
            return limit, limit, True
    raise ValueError(comparison)
