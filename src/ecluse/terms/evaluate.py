"""The rules, asked: a pure loop over arrays."""

from __future__ import annotations

from typing import Any, Final

from ecluse.compiled import leaf
from ecluse.terms.outcome import Outcome

PASS: Final = int(Outcome.PASS)


@leaf
def holds(value: float, condition: Any) -> bool:
    """Whether a condition (dtype CONDITION) holds for the value of its signal; never for an unknown one (NaN)."""
    inside = (value >= condition.low) & (value <= condition.high)
    return (inside != (condition.outside == 1)) & (value == value)


@leaf
def evaluate(terms: Any, kind: int, signals: Any, spoke: Any) -> int:
    """Ask every rule. Fills ``spoke`` and returns the strongest outcome; a rule that lets pass ends the asking."""
    outcome = PASS
    asking = True
    for r in range(len(terms.rules)):
        rule = terms.rules[r]
        speaks = asking and rule.kinds >> kind & 1 == 1
        c = rule.start
        while speaks and c < rule.stop:
            condition = terms.conditions[c]
            speaks = holds(signals[condition.signal], condition)
            c += 1
        spoke[r] = speaks
        if speaks:
            outcome = max(outcome, rule.outcome)
            asking = rule.outcome != PASS
    return outcome
