"""Which labels the terms give a content for what fact-checkers say of it, whoever sends it."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from ecluse.gate.spreading import Rating
from ecluse.terms import Mode, Versions

_SIGNALS: Final = ("content.fact_checked", "content.truth")


def labels_for(versions: Versions, rating: Rating | None, at_s: int) -> list[str]:
    """Labels of enforced rules that ask for a fact-check, as far as that goes; outside of scopes.

    What else such a rule asks for (a forward, hops) is not looked at.
    """
    truth = math.nan if rating is None or rating.truth is None else rating.truth
    values = {"content.fact_checked": float(rating is not None), "content.truth": truth}
    found: list[str] = []
    for variant in versions.program(at_s).variants:
        conditions = [c for c in variant.conditions if c.signal in _SIGNALS]
        label = variant.rule.label
        if label is None or variant.mode is not Mode.ENFORCE or variant.scope is not None or not conditions:
            continue
        if all(bool(c.holds(np.array([values[c.signal]]))[0]) for c in conditions):
            found.append(label)
    return list(dict.fromkeys(found))
