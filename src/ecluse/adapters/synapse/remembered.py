"""Something remembered for a while, of a bounded number of things; the oldest are forgotten first."""

from __future__ import annotations

from collections import OrderedDict
from time import monotonic
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Remembered(Generic[K, V]):
    """A value for each of at most ``kept`` keys, each until its time is over."""

    def __init__(self, kept: int) -> None:
        self._kept = kept
        self._values: OrderedDict[K, tuple[V, float | None]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._values)

    def put(self, key: K, value: V, seconds: float | None) -> None:
        """Remember a value. seconds: for how long; None: until others need its place."""
        self._values.pop(key, None)
        self._values[key] = value, None if seconds is None else monotonic() + seconds
        if len(self._values) > self._kept:
            self._values.popitem(last=False)

    def get(self, key: K) -> V | None:
        """What is remembered; None if nothing is."""
        found = self._values.get(key)
        if found is None:
            return None
        value, until = found
        if until is not None and until <= monotonic():
            del self._values[key]
            return None
        return value

    def pop(self, key: K) -> V | None:
        """What is remembered, and forget it."""
        value = self.get(key)
        self._values.pop(key, None)
        return value
