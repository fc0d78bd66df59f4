"""Messages that were told to wait: the same message, tried again after its time, passes and is not counted again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from time import monotonic
from typing import Any, Final, TypeAlias

from ecluse.adapters.synapse.answers import PASSED, Answer
from ecluse.adapters.synapse.remembered import Remembered

KEPT_S: Final = 60.0
"""Seconds after its time for which a message may be tried again."""

Again: TypeAlias = tuple[str, str, str, str]
"""By what a message is known again: its sender, device, room and transaction, as Synapse itself knows it."""


class Delayed:
    """Messages that wait. kept: at most so many."""

    def __init__(self, kept: int) -> None:
        self._waiting: Remembered[Again, tuple[Answer, float, bytes]] = Remembered(kept)

    def put(self, again: Again, content: Mapping[str, Any], told: Answer, wait_s: float) -> None:
        """A message was told to wait."""
        self._waiting.put(again, (told, monotonic() + wait_s, _digest(content)), wait_s + KEPT_S)

    def get(self, again: Again, content: Mapping[str, Any]) -> Answer | None:
        """What becomes of a message that is tried again; None if it is another one, or none that waits.

        It passes once: another under the same transaction is one of its own.
        """
        waiting = self._waiting.get(again)
        if waiting is None:
            return None
        told, due, digest = waiting
        if digest != _digest(content):
            return None
        left_s = due - monotonic()
        if left_s > 0:
            return told._replace(retry_ms=max(1, int(1000 * left_s)))
        self._waiting.pop(again)
        return Answer(PASSED, labels=told.labels)


def _digest(content: Mapping[str, Any]) -> bytes:
    return sha256(json.dumps(content, sort_keys=True, default=dict).encode()).digest()
