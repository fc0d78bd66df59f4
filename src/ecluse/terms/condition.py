"""One condition of a rule: a signal, a comparison and a number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from ecluse.ledger import SIGNAL_COLUMNS, SIGNALS
from ecluse.terms.compiled import interval

COMPARISONS: Final = ("<", "<=", ">", ">=", "==", "!=")
"""How a condition may compare."""

DURATIONS_S: Final = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
"""Units that a limit in seconds may be written with."""


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
