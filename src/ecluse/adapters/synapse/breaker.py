"""A circuit breaker: after some failures in a row the gate is left alone, and tried by one question now and then."""

from __future__ import annotations

from typing import Final

PAUSE_S: Final = 1.0
"""Seconds before the first question after it broke; they double with each that fails."""

PAUSE_MAX_S: Final = 30.0


class Breaker:
    """Counts failures. failures: how many in a row break it. Times are seconds of a clock that only goes on.

    >>> breaker = Breaker(2)
    >>> breaker.failed(0.0), breaker.failed(0.0), breaker.is_broken
    (None, None, True)
    >>> breaker.may_try(0.5), breaker.may_try(1.0), breaker.may_try(1.0)
    (False, True, False)
    """

    def __init__(self, failures: int) -> None:
        self._failures_max = failures
        self._failures = 0
        self._pause_s = PAUSE_S
        self._next_s = 0.0
        self.is_broken = False

    def failed(self, now_s: float) -> None:
        """The gate did not judge."""
        self._failures += 1
        if self._failures >= self._failures_max and not self.is_broken:
            self.is_broken, self._pause_s = True, PAUSE_S
            self._next_s = now_s + self._pause_s

    def went_well(self) -> None:
        """The gate judged."""
        self._failures, self.is_broken = 0, False

    def may_try(self, now_s: float) -> bool:
        """Whether it is time for one question to a gate that is left alone; the next is due after a longer pause."""
        if not self.is_broken or now_s < self._next_s:
            return False
        self._pause_s = min(2 * self._pause_s, PAUSE_MAX_S)
        self._next_s = now_s + self._pause_s
        return True
