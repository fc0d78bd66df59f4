"""Bodies as they arrive: counted while they do, for a bounded time, all of them in a bounded memory."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from granian.rsgi import ProtocolClosed, ProtocolError  # type: ignore[attr-defined]

from ecluse.service.problems import ProblemError
from ecluse.service.rsgi import Scope, Transport

SWEEP_S: Final = 0.25
"""Seconds between two looks for bodies that are overdue."""

WHOLE_BODIES: Final = 2_048
"""Bodies that may be taken whole are so small that this many of them fit: twice the requests that are under way."""

CLOSE: Final = {"connection": "close"}


def declared_length(head: Scope) -> int | None:
    """The length of a body, if a header says it and nothing else."""
    header = head.headers.get
    declared = header("content-length") if header("transfer-encoding") is None else None
    return None if declared is None else int(declared)


class Bodies:
    """Reads bodies. body_max: bytes of one; bodies_max: of all under way; body_s: seconds for one to arrive.

    A small body whose length is declared is taken whole, and counts by that length until it is there: a quicker way,
    and all of them together fill half of ``bodies_max`` at most. Any other counts as it arrives. Overdue bodies are
    looked for every quarter of a second, which costs less than a timer for each request.
    """

    def __init__(self, body_max: int, bodies_max: int, body_s: float) -> None:
        self._body_max, self._bodies_max, self._body_s = body_max, bodies_max, body_s
        self._whole_max = min(body_max, bodies_max // WHOLE_BODIES)
        self._held = 0
        self._due: dict[asyncio.Task[Any], float] = {}
        self._overdue: set[asyncio.Task[Any]] = set()
        self._loop = asyncio.get_running_loop()
        self._loop.call_later(SWEEP_S, self._sweep)

    async def read(self, transport: Transport, declared: int | None) -> bytes:
        """Read one body to its end. declared: its length, if a header says it and nothing else.

        Raises ProblemError, also when the caller hangs up: nobody may be there to hear of it.
        """
        if declared is not None and declared > self._body_max:
            raise self._too_large()
        if declared == 0:
            return b""
        task = asyncio.current_task()
        assert task is not None
        self._due[task] = self._loop.time() + self._body_s
        try:
            if declared is not None and declared <= self._whole_max:
                return await self._read_whole(transport, declared)
            return await self._read_parts(transport, declared)
        except asyncio.CancelledError:
            if task not in self._overdue:
                raise
            task.uncancel()
            seconds = f"{self._body_s:g} seconds"
            raise ProblemError("body-too-slow", f"it had not arrived after {seconds}", headers=CLOSE) from None
        finally:
            del self._due[task]
            self._overdue.discard(task)

    async def _read_whole(self, transport: Transport, declared: int) -> bytes:
        self.hold(declared)
        try:
            return await transport()
        except (ProtocolError, ProtocolClosed):
            raise self._broken_off() from None
        finally:
            self._held -= declared

    async def _read_parts(self, transport: Transport, declared: int | None) -> bytes:
        parts: list[bytes] = []
        size, ends = 0, 0
        try:
            async for part in transport:
                parts.append(part)
                ends += not part
                size += len(part)
                self.hold(len(part))
                if size > self._body_max:
                    raise self._too_large()
                if size == declared:
                    break
        finally:
            self._held -= size
        if size != declared if declared is not None else ends != 1:
            raise self._broken_off()
        return b"".join(parts)

    def hold(self, size: int) -> None:
        """Count bytes as held, even if they are too many, or, below 0, as let go. Raises ProblemError if too many."""
        self._held += size
        if size > 0 and self._held > self._bodies_max:
            raise ProblemError("busy", headers=CLOSE)

    def _broken_off(self) -> ProblemError:
        return ProblemError("malformed", "it broke off before its end, or has trailers", headers=CLOSE)

    def _too_large(self) -> ProblemError:
        return ProblemError("body-too-large", f"over {self._body_max} bytes", headers=CLOSE)

    def _sweep(self) -> None:
        now = self._loop.time()
        for task, due in self._due.items():
            if due > now:
                break  # they were added in the order in which they fall due
            if task not in self._overdue:
                self._overdue.add(task)
                task.cancel()
        self._loop.call_later(SWEEP_S, self._sweep)
