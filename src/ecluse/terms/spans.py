"""Spans: which values of a signal conditions leave open. What lint reasons with; nothing here is on an event's way."""

from __future__ import annotations

from math import ceil, floor, inf, isfinite
from typing import Final, NamedTuple

from ecluse.ledger import SIGNAL_COLUMNS, SIGNALS
from ecluse.terms.compiled import interval
from ecluse.terms.condition import Condition

_BROKEN_UNITS: Final = ("share", "ratio", "truth")


class Span(NamedTuple):
    """The numbers in [low, high] but for the ``holes``; none if low is above high."""

    low: float = -inf
    high: float = inf
    holes: frozenset[float] = frozenset()

    @property
    def empty(self) -> bool:
        """Whether it holds no number."""
        return self.low > self.high or (self.low == self.high and self.low in self.holes)

    def meet(self, other: Span) -> Span:
        """The numbers that lie in both.

        >>> Span(0, 5).meet(Span(3, 9)), Span(0, 5).meet(Span(6, 9)).empty
        (Span(low=3, high=5, holes=frozenset()), True)
        """
        return Span(max(self.low, other.low), min(self.high, other.high), self.holes | other.holes)

    def within(self, other: Span) -> bool:
        """Whether every number of this one lies in the other.

        >>> Span(3, 5).within(Span(0, 5)), Span(3, 6).within(Span(0, 5))
        (True, False)
        """
        if self.empty:
            return True
        holes = all(hole in self.holes or not self.low <= hole <= self.high for hole in other.holes)
        return other.low <= self.low and self.high <= other.high and holes

    def whole(self) -> Span:
        """The whole numbers of it, told by the least and the greatest of them.

        >>> Span(0.5, 3.5, frozenset({1.0})).whole()
        Span(low=2, high=3, holes=frozenset())
        """
        low = ceil(self.low) if isfinite(self.low) else self.low
        high = floor(self.high) if isfinite(self.high) else self.high
        while low in self.holes:
            low += 1
        while high in self.holes:
            high -= 1
        return Span(low, high, frozenset(hole for hole in self.holes if low < hole < high and hole == int(hole)))


def is_whole(signal: str) -> bool:
    """Whether a signal is a whole number whenever it is known.

    >>> is_whole("strangers.1h"), is_whole("reply_ratio.1h")
    (True, False)
    """
    return SIGNALS[SIGNAL_COLUMNS[signal]].unit not in _BROKEN_UNITS


def span_of(condition: Condition) -> Span:
    """The values of its signal for which a condition holds.

    >>> span_of(Condition("strangers.1h", ">", 50.0)).low
    51
    """
    low, high, outside = interval(condition.comparison, condition.number)
    span = Span(holes=frozenset({low})) if outside else Span(low, high)
    return span.whole() if is_whole(condition.signal) else span
