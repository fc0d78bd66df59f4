"""Throttles: how many in how long, for each key, in memory that is bounded. Time is an argument."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

KEYS_MAX: Final = 100_000


class Throttle:
    """Buckets of ``burst`` tokens that fill at ``rate`` a second; a bucket that is full again is forgotten.

    keys_max: buckets held; over that, the one used longest ago is forgotten, which errs on the side of letting through.
    """

    def __init__(self, keys_max: int = KEYS_MAX) -> None:
        self._keys_max = keys_max
        self._buckets: OrderedDict[object, tuple[float, float]] = OrderedDict()

    def take(self, key: object, rate: float, burst: float, now: float) -> float:
        """Take a token. Returns 0 if there was one, else the seconds until there is.

        >>> throttle = Throttle()
        >>> [throttle.take("a", 0.5, 2, now) for now in (0.0, 0.0, 0.0, 2.0)]
        [0.0, 0.0, 2.0, 0.0]
        """
        tokens, since = self._buckets.pop(key, (burst, now))
        tokens = min(burst, tokens + max(0.0, now - since) * rate)
        wait = 0.0 if tokens >= 1 else (1 - tokens) / rate
        self._buckets[key] = (tokens - 1 if wait == 0.0 else tokens, now)
        if len(self._buckets) > self._keys_max:
            self._buckets.popitem(last=False)
        return wait
