"""The rules, asked: a pure loop over arrays. A comparison with an unknown signal (NaN) never holds."""

from __future__ import annotations

from typing import Any, Final

from ecluse.compiled import leaf
from ecluse.terms.outcome import Outcome

PASS: Final = int(Outcome.PASS)


@leaf
def compare(value: float, comparison: int, limit: float) -> bool:
    """Whether a comparison holds: 0 <, 1 <=, 2 >, 3 >=, 4 ==, 5 !=."""
    if value != value:
        return False
    if comparison == 0:
        return value < limit
    if comparison == 1:
        return value <= limit
    if comparison == 2:
        return value > limit
    if comparison == 3:
        return value >= limit
    if comparison == 4:
        return value == limit
    return value != limit


@leaf
def evaluate(rules: Any, kind: int, signals: Any, spoke: Any) -> int:
    """Ask every rule. Fills ``spoke`` and returns the strongest outcome; a rule that lets pass ends the asking."""
    outcome = PASS
    n_rules = len(rules.rule_outcome)
    for r in range(n_rules):
        spoke[r] = False
    for r in range(n_rules):
        if not rules.rule_kinds[r] >> kind & 1:
            continue
        holds = True
        for c in range(rules.rule_start[r], rules.rule_start[r + 1]):
            if not compare(signals[rules.cond_signal[c]], rules.cond_op[c], rules.cond_limit[c]):
                holds = False
                break
        if holds:
            spoke[r] = True
            outcome = max(outcome, rules.rule_outcome[r])
            if rules.rule_outcome[r] == PASS:
                break
    return outcome
