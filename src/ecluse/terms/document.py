"""Terms: what a service allows, as rules. The document as the rest of the package sees it, checked and frozen."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from ecluse.events import Kind
from ecluse.ledger import SIGNAL_COLUMNS, SIGNALS
from ecluse.terms.compiled import Compiled, CompiledRule, compile_rules, interval
from ecluse.terms.outcome import Outcome

RULES_MAX: Final = 256
"""Rules of one document."""

CONDITIONS_MAX: Final = 1_024
"""Conditions of one document, all of its rules together."""

COMPARISONS: Final = ("<", "<=", ">", ">=", "==", "!=")
"""How a condition may compare."""

DURATIONS_S: Final = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
"""Units that a limit in seconds may be written with."""

KINDS_JUDGED: Final = (
    Kind.SEND,
    Kind.FORWARD,
    Kind.REGISTER,
    Kind.CREATE_GROUP,
    Kind.ADD_TO_GROUP,
    Kind.IMPORT_CONTACTS,
)
"""Kinds that a rule may name: all but reports and blocks, which a person may always make."""

KINDS_BY_DEFAULT: Final = (Kind.SEND, Kind.FORWARD, Kind.CREATE_GROUP, Kind.ADD_TO_GROUP)
"""Kinds of a rule that names none."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison of a signal with a number. comparison: one of COMPARISONS. number: in the signal's unit.

    >>> str(Condition("strangers.1h", ">", 50.0)), str(Condition("account_age", "<", 604_800.0))
    ('strangers.1h > 50', 'account_age < 7d')
    """

    signal: str
    comparison: str
    number: float

    def __str__(self) -> str:
        return f"{self.signal} {self.comparison} {self._limit()}"

    def holds(self, values: np.ndarray) -> np.ndarray:
        """For which values of its signal it holds; for none that is unknown. values: float64; bool of their shape.

        >>> Condition("messages.1h", "!=", 2.0).holds(np.array([1.0, 2.0, np.nan]))
        array([ True, False, False])
        """
        low, high, outside = interval(self.comparison, self.number)
        inside: np.ndarray = (values >= low) & (values <= high)
        found: np.ndarray = (inside != outside) & ~np.isnan(values)
        return found

    def _limit(self) -> str:
        if not self.number.is_integer() or abs(self.number) >= 1e15:
            return repr(self.number)
        number = int(self.number)
        if number and SIGNALS[SIGNAL_COLUMNS[self.signal]].unit == "seconds":
            for unit, seconds in reversed(DURATIONS_S.items()):
                if number % seconds == 0:
                    return f"{number // seconds}{unit}"
        return str(number)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: it speaks on an event of its kinds when all of its conditions hold.

    clause: what it says to people. outcome: what it asks for when it speaks. label: with LABEL, else None.
    """

    id: str
    clause: str
    kinds: tuple[Kind, ...]
    conditions: tuple[Condition, ...]
    outcome: Outcome
    label: str | None = None


@dataclass(frozen=True)
class Terms:
    """Terms of one version, their rules in the order in which they are asked.

    source: the document as it was written; parsed again, it gives the same terms.
    """

    id: str
    version: str
    title: str
    rules: tuple[Rule, ...]
    source: str

    @property
    def name(self) -> str:
        """How verdicts name these terms: ``id@version``."""
        return f"{self.id}@{self.version}"

    @cached_property
    def digest(self) -> str:
        """32 hex digits of what the terms say, however it is laid out: comments and spacing do not count."""
        meaning = [
            self.id,
            self.version,
            self.title,
            [
                [
                    rule.id,
                    rule.clause,
                    sorted(kind.word for kind in rule.kinds),
                    [str(condition) for condition in rule.conditions],
                    rule.outcome.word,
                    rule.label,
                ]
                for rule in self.rules
            ],
        ]
        text = json.dumps(meaning, ensure_ascii=True, separators=(",", ":"))
        return hashlib.blake2b(text.encode(), digest_size=16, person=b"ecluse:terms").hexdigest()

    @cached_property
    def compiled(self) -> Compiled:
        """The rules as arrays, for the kernel ``evaluate``."""
        return compile_rules(
            CompiledRule(
                int(rule.outcome),
                sum(1 << kind for kind in set(rule.kinds)),
                tuple((SIGNAL_COLUMNS[c.signal], c.comparison, c.number) for c in rule.conditions),
            )
            for rule in self.rules
        )
