"""The last moment before Synapse stores a message: what was asked when it was checked is waited for here.

Between the check for spam and storing, Synapse notes who takes part, checks the rules of the room and works out whom to
notify. Meanwhile the gate judges, in another process; so hardly anything is left to be waited for.

No callback of the module API is called that late. So the one method that stores new messages is wrapped, on the object
that this process of Synapse uses. It is not relied upon before it has been seen to work: as long as no message that was
judged has come by here, each waits in its check, as in a process of Synapse that leaves the storing to another.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Any, Final

from synapse.events import EventBase
from synapse.module_api import ModuleApi

from ecluse.adapters.synapse.metrics import LATE
from ecluse.adapters.synapse.remembered import Remembered

CHECKED_KEPT: Final = 1_000
"""Messages that waited in their check and may come by here, which would show that others need not."""

COME_BY_S: Final = 30.0
"""Seconds in which a message that was checked is stored, or never is: for Synapse refused it."""

logger = logging.getLogger(__name__)

Wait = Callable[[], Awaitable[None]]
"""Waits for a verdict, and raises what the client is to be told, if anything."""


class Storing:
    """Messages that Synapse is about to store, and who waits for their verdicts."""

    def __init__(self, api: ModuleApi) -> None:
        self._checked: Remembered[str, bool] = Remembered(CHECKED_KEPT)
        self._waits: dict[str, tuple[Wait, float]] = {}
        self._last_s = 0.0
        self.is_seen = False
        """Whether Synapse was seen to come by here with messages that had been checked."""
        try:
            hs = api._hs
            handler = hs.get_event_creation_handler()
            self._store = handler.persist_and_notify_client_events
            self._alone = hs.config.worker.events_shard_config.instances == [hs.get_instance_name()]
        except AttributeError as error:
            self._alone = False
            logger.warning("this Synapse stores messages in another way: each waits in its check (%s)", error)
            return
        if self._alone:
            handler.persist_and_notify_client_events = self._came_by

    def can_wait(self, event: EventBase) -> bool:
        """Whether a message may be waited for here. Only those that a client sends: the others never come by."""
        if not self._alone or getattr(event.internal_metadata, "txn_id", None) is None:
            return False
        if self.is_seen:
            self._look()
        else:
            self._checked.put(event.event_id, True, COME_BY_S)
        return self.is_seen

    def put(self, event_id: str, wait: Wait) -> None:
        """Wait for a message here."""
        self._waits[event_id] = wait, monotonic()

    async def _came_by(self, requester: Any, events_and_context: Any, *args: Any, **more: Any) -> Any:
        """What Synapse calls in place of what stores messages."""
        for event, _ in events_and_context:
            found = self._waits.pop(event.event_id, None)
            if found is not None:
                self._last_s = monotonic()
                await found[0]()
            elif not self.is_seen and self._checked.pop(event.event_id):
                self.is_seen, self._last_s = True, monotonic()
                LATE.set(1)
        return await self._store(requester, events_and_context, *args, **more)

    def _look(self) -> None:
        """Forget the oldest message if Synapse never stored it; wait in checks if that is so of all of them."""
        oldest = next(iter(self._waits), None)
        if oldest is None or monotonic() - self._waits[oldest][1] < COME_BY_S:
            return
        _, since_s = self._waits.pop(oldest)
        if self._last_s < since_s:
            self.is_seen = False
            LATE.set(0)
            logger.warning("a message was not stored after its check, and none since: the next waits in its check")
