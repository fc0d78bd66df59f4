"""The day's rhythm: a clock that runs fast when people are awake and nearly stands still at night.

Everything that people do is drawn on it with the same law at any hour, then read off as real time: so the hours of day
come out as given, and who is written to at four in the morning answers at seven.
"""

from __future__ import annotations

from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

HOUR_S = 3_600


class Clock(NamedTuple):
    """Real seconds since the start of the log against waking seconds, at every full hour.

    real_s, waking_s: float64, shape (24 x days + 1,), both rising from 0 to ``days`` x 86,400.
    """

    real_s: Floats
    waking_s: Floats

    @classmethod
    def of(cls, hours: tuple[float, ...], days: int, utc_offset_h: int) -> Self:
        """A clock for ``days`` days from midnight UTC; ``hours``: 24 weights above 0, local midnight first.

        >>> Clock.of((1.0,) * 12 + (3.0,) * 12, days=1, utc_offset_h=0).to_real(np.array([21_600.0]))
        array([43200.])
        """
        weights = np.roll(np.asarray(hours, dtype=np.float64), -utc_offset_h)
        waking = np.tile(weights / weights.mean(), days) * HOUR_S
        real_s = np.arange(24 * days + 1, dtype=np.float64) * HOUR_S
        return cls(real_s, np.concatenate(([0.0], np.cumsum(waking))))

    @property
    def end_s(self) -> float:
        """The end of the log, in waking seconds."""
        return float(self.waking_s[-1])

    def to_real(self, waking_s: Floats) -> Floats:
        """Waking seconds as real seconds since the start; shape kept."""
        return np.interp(waking_s, self.waking_s, self.real_s)

    def to_waking(self, real_s: Floats) -> Floats:
        """Real seconds since the start as waking seconds; shape kept."""
        return np.interp(real_s, self.real_s, self.waking_s)
