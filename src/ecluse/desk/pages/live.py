"""Live pages: told when something of their business changed, whoever changed it, in this process or in another.

A business's counter in the database rises with each change. One task for all pages looks at it a few times a second,
and at once when a page of this process has changed something.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

import structlog

from ecluse.desk.store import DeskStore
from ecluse.errors import EcluseError

LOOK_S: Final = 0.3
"""Seconds after which the counters are looked at, even if nobody called."""
_LOG: Final = structlog.get_logger("ecluse.desk")


class Watch:
    """Tells pages of a desk that something changed. All calls are from the loop's own thread."""

    def __init__(self, store: DeskStore) -> None:
        self._store = store
        self._told: dict[str, set[Callable[[], None]]] = {}
        self._seen: dict[str, int] = {}
        self._called = asyncio.Event()

    def add(self, business: str, tell: Callable[[], None]) -> Callable[[], None]:
        """Call ``tell`` after each change of a business. Returns what ends that."""
        self._told.setdefault(business, set()).add(tell)

        def end() -> None:
            self._told.get(business, set()).discard(tell)

        return end

    def call(self) -> None:
        """Say that something was changed just now."""
        self._called.set()

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            self._called.clear()
            for business in [name for name, told in self._told.items() if told]:
                await self._look(business)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._called.wait(), LOOK_S)

    async def _look(self, business: str) -> None:
        try:
            changed = await asyncio.to_thread(self._store.changed, business)
        except EcluseError as error:
            _LOG.warning("the pages cannot look", business=business, error=str(error))
            return
        if self._seen.get(business) != changed:
            self._seen[business] = changed
            for tell in list(self._told[business]):
                tell()


class Drawing:
    """Draws something again when called: one at a time, and once more if it was called meanwhile."""

    def __init__(self, draw: Callable[[], Awaitable[None]]) -> None:
        self._draw = draw
        self._task: asyncio.Task[None] | None = None
        self._again = False

    def call(self) -> None:
        """Draw it again, soon."""
        if self._task is not None and not self._task.done():
            self._again = True
            return
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def _run(self) -> None:
        while True:
            self._again = False
            try:
                await self._draw()
            except EcluseError as error:
                _LOG.warning("a page cannot be drawn", error=str(error))
            if not self._again:
                return
