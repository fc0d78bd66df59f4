"""Rules as two arrays of records: all that the kernel knows of terms.

A condition is an interval: ``strangers.1h > 50`` holds from the first float above 50 on. So every comparison is the
same two steps without a branch, and an unknown signal (NaN) lies in no interval.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import inf, nextafter
from typing import NamedTuple

import numpy as np

RULE = np.dtype(
    [
        ("start", "<i4"),  # its conditions: [start, stop)
        ("stop", "<i4"),
        ("kinds", "<u2"),  # bit k: the rule judges events of kind k
        ("outcome", "u1"),
        ("reserved", "u1"),
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


class CompiledRule(NamedTuple):
    """One rule in numbers. kinds: bit k for kind k. conditions: column of the signal, comparison, limit."""

    outcome: int
    kinds: int
    conditions: tuple[tuple[int, str, float], ...]


class Compiled(NamedTuple):
    """Terms as the kernel reads them: r rules, in their order, with c conditions in all."""

    rules: np.ndarray  # RULE, (r,)
    conditions: np.ndarray  # CONDITION, (c,)


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


def compile_rules(rules: Iterable[CompiledRule]) -> Compiled:
    """Lay rules out as arrays, in their order.

    >>> compile_rules([CompiledRule(4, 0b11, ((5, "<=", 50.0),))]).conditions["high"]
    array([50.])
    """
    rules = tuple(rules)
    laid_out = np.zeros(len(rules), RULE)
    conditions = np.zeros(sum(len(rule.conditions) for rule in rules), CONDITION)
    stop = 0
    for record, rule in zip(laid_out, rules, strict=True):
        start, stop = stop, stop + len(rule.conditions)
        record["start"], record["stop"] = start, stop
        record["kinds"], record["outcome"] = rule.kinds, rule.outcome
        for condition, (signal, comparison, limit) in zip(conditions[start:stop], rule.conditions, strict=True):
            condition["low"], condition["high"], condition["outside"] = interval(comparison, limit)
            condition["signal"] = signal
    return Compiled(laid_out, conditions)
