"""Asking a gate on behalf of a service that has to go on when there is no gate.

A guard asks one event at a time. When asking fails, its answer is the operator's choice: ``open`` lets everything
pass, ``closed`` refuses everything. After several failures in a row it doesn't even try for a while, so that a gate
that hangs costs its callers nothing. What passed meanwhile is told to the gate once it answers again.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from time import monotonic
from typing import Final, Literal
from uuid import uuid4

import msgspec
import structlog

from ecluse.client import RETRY_S, AsyncClient, RefusedError, UnreachableError
from ecluse.events import Event
from ecluse.wire import Verdict

TIMEOUT_S: Final = 0.5
"""Seconds that an answer may take."""

FAILURES_MAX: Final = 5
"""Failures in a row after which a gate is left alone."""

PAUSE_S: Final = 5.0
"""Seconds for which it is."""

BACKLOG_MAX: Final = 10_000
"""Events that are kept to be told later; of more, the oldest go."""

PART: Final = 500
"""Events told at once."""

log = structlog.get_logger(__name__)


@dataclass
class Counts:
    """What a guard did since it was made, in events: judged, unjudged, told later, and lost for want of room."""

    judged: int = 0
    unjudged: int = 0
    caught_up: int = 0
    lost: int = 0


class Guard:
    """A gate at ``url``, asked with the API key ``key`` (scopes: decide, and observe for catching up).

    on_failure: what becomes of an event that no gate judged. timeout_s: seconds that an answer may take. Use it on one
    event loop.
    """

    def __init__(
        self,
        url: str,
        *,
        key: str | None = None,
        on_failure: Literal["open", "closed"] = "open",
        timeout_s: float = TIMEOUT_S,
        pause_s: float = PAUSE_S,
        backlog_max: int = BACKLOG_MAX,
    ) -> None:
        self.counts = Counts()
        self._gate = AsyncClient(url, key=key, timeout_s=timeout_s, on_failure="raise")
        self._open, self._pause_s = on_failure == "open", pause_s
        self._failures, self._until = 0, 0.0
        self._backlog: deque[Event] = deque(maxlen=backlog_max)
        self._catching_up: asyncio.Task[None] | None = None

    async def decide(self, event: Event) -> Verdict:
        """The gate's verdict on ``event``, or the operator's choice, which says ``unjudged``.

        An event without an id is given one, so that it counts once, whatever gets lost. Raises RefusedError if the
        event itself is wrong (status 422).
        """
        if event.id is None:
            event = msgspec.structs.replace(event, id=uuid4().hex)
        if self._failures >= FAILURES_MAX and monotonic() < self._until:
            return self._instead(event)
        try:
            verdict = await self._gate.decide(event)
        except UnreachableError as error:
            return self._failed(event, str(error))
        except RefusedError as error:
            if error.status == 422:
                raise
            return self._failed(event, str(error))  # a key that opens nothing, say: nobody's message is at fault
        if self._failures:
            log.warning("the gate answers again", unjudged=self.counts.unjudged, to_tell=len(self._backlog))
            self._failures = 0
        self.counts.judged += 1
        if self._backlog and self._catching_up is None:
            self._catching_up = asyncio.create_task(self._catch_up())
        return verdict

    def _failed(self, event: Event, reason: str) -> Verdict:
        self._failures += 1
        self._until = monotonic() + self._pause_s
        if self._failures in (1, FAILURES_MAX):
            log.warning("no gate judges", reason=reason, passes=self._open, failures=self._failures)
        return self._instead(event)

    def _instead(self, event: Event) -> Verdict:
        self.counts.unjudged += 1
        if not self._open:
            return Verdict(event.id, "refuse", retry_after=RETRY_S, unjudged=True)
        self.counts.lost += len(self._backlog) == self._backlog.maxlen
        self._backlog.append(event)
        return Verdict(event.id, "pass", unjudged=True)

    async def _catch_up(self) -> None:
        """Tell the gate what passed unjudged, oldest first, until all is told or it fails again."""
        try:
            while self._backlog:
                part = [self._backlog.popleft() for _ in range(min(PART, len(self._backlog)))]
                try:
                    await self._gate.observe(part)
                except UnreachableError:
                    self._keep(part)
                    return
                except RefusedError as error:
                    self.counts.lost += len(part)
                    log.error("the gate takes no observations", reason=error.code, lost=len(part))
                else:
                    self.counts.caught_up += len(part)
        finally:
            self._catching_up = None

    def _keep(self, part: list[Event]) -> None:
        room = (self._backlog.maxlen or 0) - len(self._backlog)
        self.counts.lost += max(0, len(part) - room)
        self._backlog.extendleft(reversed(part[max(0, len(part) - room) :]))

    async def close(self) -> None:
        """Close the connections; what is still to be told is given up."""
        if self._catching_up is not None:
            self._catching_up.cancel()
            await asyncio.gather(self._catching_up, return_exceptions=True)
        self.counts.lost += len(self._backlog)
        self._backlog.clear()
        await self._gate.close()
