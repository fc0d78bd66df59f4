"""What passed unjudged, kept until the gate is back and can be told; bounded, the oldest go first."""

from __future__ import annotations

from collections import deque
from typing import Any, Final

CHUNK: Final = 500
"""Events told in one line."""


class Backlog:
    """Events in the order in which they passed. events_max: kept at most. ``lost``: how many had to go."""

    def __init__(self, events_max: int) -> None:
        self._events: deque[dict[str, Any]] = deque()
        self._events_max = events_max
        self.lost = 0

    def __len__(self) -> int:
        return len(self._events)

    def add(self, event: dict[str, Any]) -> None:
        """Keep an event."""
        self._events.append(event)
        self._cut()

    def take(self) -> list[dict[str, Any]]:
        """The oldest events, to be told now."""
        return [self._events.popleft() for _ in range(min(CHUNK, len(self._events)))]

    def put_back(self, events: list[dict[str, Any]]) -> None:
        """Keep events that could not be told after all."""
        self._events.extendleft(reversed(events))
        self._cut()

    def _cut(self) -> None:
        while len(self._events) > self._events_max:
            self._events.popleft()
            self.lost += 1
