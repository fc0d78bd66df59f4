"""Rules as arrays: all that the kernel knows of terms."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np


class CompiledRule(NamedTuple):
    """One rule in numbers. kinds: bit k for kind k. conditions: column of the signal, comparison, limit."""

    outcome: int
    kinds: int
    conditions: tuple[tuple[int, int, float], ...]


class Compiled(NamedTuple):
    """r rules with c conditions in all; those of rule i are ``rule_start[i]`` up to ``rule_start[i + 1]``."""

    rule_outcome: np.ndarray  # uint8 (r,), of Outcome
    rule_kinds: np.ndarray  # uint16 (r,), bit k: the rule judges events of kind k
    rule_start: np.ndarray  # int32 (r + 1,)
    cond_signal: np.ndarray  # int16 (c,), column of the signal
    cond_op: np.ndarray  # uint8 (c,): 0 <, 1 <=, 2 >, 3 >=, 4 ==, 5 !=
    cond_limit: np.ndarray  # float64 (c,), in the signal's unit


def compile_rules(rules: Iterable[CompiledRule]) -> Compiled:
    """Lay rules out as arrays, in their order.

    >>> compile_rules([CompiledRule(4, 0b11, ((5, 2, 50.0),))]).cond_limit
    array([50.])
    """
    rules = tuple(rules)
    conditions = [condition for rule in rules for condition in rule.conditions]
    return Compiled(
        np.array([rule.outcome for rule in rules], np.uint8),
        np.array([rule.kinds for rule in rules], np.uint16),
        np.cumsum([0, *(len(rule.conditions) for rule in rules)], dtype=np.int32),
        np.array([signal for signal, _, _ in conditions], np.int16),
        np.array([comparison for _, comparison, _ in conditions], np.uint8),
        np.array([limit for _, _, limit in conditions], np.float64),
    )
