"""Coverage: which rules the cases never saw speak or never saw let pass, and which conditions never mattered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from ecluse.gate import Verdicts
from ecluse.ledger import SIGNAL_COLUMNS
from ecluse.terms import Rule, Terms


class RuleCoverage(NamedTuple):
    """What the cases saw of a rule, on events of which something was expected.

    spoke: on how many it spoke, in whatever mode. passed: on how many of its kinds it did not. idle: its conditions
    that never were the one for which it kept silent, all others holding.
    """

    terms: str
    rule: str
    spoke: int
    passed: int
    idle: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether it was seen to speak, and to let something pass."""
        return self.spoke > 0 and self.passed > 0


@dataclass
class _Seen:
    terms: str
    rule: Rule
    spoke: int = 0
    passed: int = 0
    mattered: np.ndarray = field(default_factory=lambda: np.zeros(0, np.bool_))


class Coverage:
    """Collects over cases what they saw of each rule."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], _Seen] = {}

    def add(self, verdicts: Verdicts, kinds: np.ndarray, expected: np.ndarray) -> None:
        """Take the verdicts on n events. kinds: of them, shape (n,). expected: bool, shape (n,), where
        something was. ``verdicts`` have their signals.
        """
        assert verdicts.signals is not None
        signals = verdicts.signals[expected]
        kinds = kinds[expected]
        for number, (terms, rule) in enumerate(verdicts.versions.rules):
            seen = self._of(terms, rule)
            asked = np.isin(kinds, rule.kinds)
            spoke = verdicts.spoke[expected, number] > 0
            seen.spoke += int(spoke.sum())
            seen.passed += int((asked & ~spoke).sum())
            columns = [signals[asked, SIGNAL_COLUMNS[condition.signal]] for condition in rule.conditions]
            holds = np.array([c.holds(column) for c, column in zip(rule.conditions, columns, strict=True)])
            seen.mattered |= (~holds & (holds.sum(axis=0) == len(holds) - 1)).any(axis=1)

    def _of(self, terms: Terms, rule: Rule) -> _Seen:
        fresh = _Seen(terms.name, rule, mattered=np.zeros(len(rule.conditions), np.bool_))
        return self._seen.setdefault((terms.name, rule.id), fresh)

    @property
    def rules(self) -> list[RuleCoverage]:
        """What was seen of each rule, in the order of the terms."""
        return [
            RuleCoverage(
                seen.terms,
                seen.rule.id,
                seen.spoke,
                seen.passed,
                tuple(str(c) for c, mattered in zip(seen.rule.conditions, seen.mattered, strict=True) if not mattered),
            )
            for seen in self._seen.values()
        ]

    @property
    def incomplete(self) -> list[RuleCoverage]:
        """Rules that were never seen to speak, or never to let pass."""
        return [rule for rule in self.rules if not rule.complete]
