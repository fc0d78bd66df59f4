"""What the gate is told without being asked for a verdict: what passed unjudged, once it is back, and reports."""

from __future__ import annotations

import logging
from typing import Any, Final

from synapse.logging.context import make_deferred_yieldable
from synapse.module_api import ModuleApi

from ecluse.adapters.synapse.backlog import CHUNK, Backlog
from ecluse.adapters.synapse.link import Link, UnjudgedError
from ecluse.adapters.synapse.metrics import BACKLOG, CAUGHT_UP, LOST

ONE_IS_WRONG: Final = frozenset({"invalid", "malformed", "too-many-events"})
"""Problems that may be one event's fault, or too many of them: the others are told without it."""

logger = logging.getLogger(__name__)


class Telling:
    """Tells the gate. events_max: kept at most while it can't be told."""

    def __init__(self, api: ModuleApi, events_max: int) -> None:
        self._api = api
        self._backlog = Backlog(events_max)
        self._is_telling = False

    def keep(self, passed: dict[str, Any]) -> None:
        """Keep what passed unjudged, for when the gate is back."""
        lost = self._backlog.lost
        self._backlog.add(passed)
        LOST.inc(self._backlog.lost - lost)
        BACKLOG.set(len(self._backlog))

    def catch_up(self, link: Link) -> None:
        """The gate is asked again: tell it what passed meanwhile."""
        if self._backlog and not self._is_telling:
            self._is_telling = True
            self._api.run_as_background_process("ecluse_catch_up", self._tell, link)

    async def _tell(self, link: Link) -> None:
        try:
            while self._backlog and link.is_up:
                some = self._backlog.take()
                told = await self.observe(link, some)
                if told is None:
                    self._backlog.put_back(some)
                    return
                CAUGHT_UP.inc(told)
                BACKLOG.set(len(self._backlog))
        finally:
            self._is_telling = False
            BACKLOG.set(len(self._backlog))

    async def observe(self, link: Link, events: list[dict[str, Any]]) -> int | None:
        """Tell of events. Returns how many the gate took; None if all are to be told again. (It knows them by ids.)"""
        took = 0
        for start in range(0, len(events), CHUNK):
            some = await self._observe(link, events[start : start + CHUNK])
            if some is None:
                return None
            took += some
        return took

    async def _observe(self, link: Link, events: list[dict[str, Any]]) -> int | None:
        try:
            await make_deferred_yieldable(link.ask("observe", events))
        except UnjudgedError as error:
            if not error.wrong:
                return None
            if error.why not in ONE_IS_WRONG or len(events) == 1:
                LOST.inc(len(events))
                return 0
        else:
            return len(events)
        half = len(events) // 2
        first = await self._observe(link, events[:half])
        second = None if first is None else await self._observe(link, events[half:])
        return None if first is None or second is None else first + second
