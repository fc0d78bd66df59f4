"""Timeline: how many events of each outcome there were when, in bars that widen as the log turns out to be long."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import numpy as np

from ecluse.terms import Outcome

WIDTHS_S: Final = (1, 10, 60, 600, 3_600, 21_600, 86_400, 604_800, 2_419_200)
"""Widths of a bar: each is a whole number of the one before."""

BARS_MAX: Final = 400
"""Bars from the first to the last event, unless even the widest would be more."""

assert all(wide % narrow == 0 for narrow, wide in pairwise(WIDTHS_S))


class Timeline:
    """Counts of events by class, which is their outcome unless told otherwise.

    width_s: of a bar, which starts at a multiple of it.
    """

    def __init__(self, classes: int = len(Outcome)) -> None:
        self.width_s = WIDTHS_S[0]
        self._classes = classes
        self._bars = np.empty(0, np.int64)
        self._counts = np.empty((0, classes), np.int64)

    def add(self, at_s: np.ndarray, of_class: np.ndarray) -> None:
        """Count events. at_s: seconds, of_class: numbers below ``classes``, both shape (n,)."""
        both, times = np.unique(at_s.astype(np.int64) // self.width_s * self._classes + of_class, return_counts=True)
        counts = np.zeros((len(both), self._classes), np.int64)
        counts[np.arange(len(both)), both % self._classes] = times
        self._merge(both // self._classes, counts)
        while len(self._bars) and self._bars[-1] - self._bars[0] >= BARS_MAX and self.width_s < WIDTHS_S[-1]:
            wider = WIDTHS_S[WIDTHS_S.index(self.width_s) + 1]
            bars, counts = self._bars * self.width_s // wider, self._counts
            self.width_s, self._bars, self._counts = wider, self._bars[:0], self._counts[:0]
            self._merge(bars, counts)

    def _merge(self, bars: np.ndarray, counts: np.ndarray) -> None:
        self._bars, places = np.unique(np.concatenate([self._bars, bars]), return_inverse=True)
        merged = np.zeros((len(self._bars), self._classes), np.int64)
        np.add.at(merged, places, np.concatenate([self._counts, counts]))
        self._counts = merged

    def bars(self) -> tuple[np.ndarray, np.ndarray]:
        """Seconds at which bars start, int64, shape (b,), without a gap, and counts, int64, shape (b, classes)."""
        if not len(self._bars):
            return self._bars, self._counts
        first, last = int(self._bars[0]), int(self._bars[-1])
        counts = np.zeros((last - first + 1, self._classes), np.int64)
        counts[self._bars - first] = self._counts
        return np.arange(first, last + 1) * self.width_s, counts
