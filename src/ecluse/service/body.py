"""Bodies as they arrive: counted while they do, for a bounded time, all of them in a bounded memory."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from starlette.types import Message, Receive

from ecluse.service.problems import ProblemError

SWEEP_S: Final = 0.25
"""Seconds between two looks for bodies that are overdue."""

CLOSE: Final = {"connection": "close"}


class CallerGoneError(Exception):
    """The caller hung up before the body had arrived: nobody is there to be answered."""


class Bodies:
    """Reads bodies. body_max: bytes of one; bodies_max: of all under way; body_s: seconds for one to arrive.

    Overdue bodies are looked for every quarter of a second, which costs less than a timer for each request.
    """

    def __init__(self, body_max: int, bodies_max: int, body_s: float) -> None:
        self._body_max, self._bodies_max, self._body_s = body_max, bodies_max, body_s
        self._held = 0
        self._due: dict[asyncio.Task[Any], float] = {}
        self._overdue: set[asyncio.Task[Any]] = set()
        self._loop = asyncio.get_running_loop()
        self._loop.call_later(SWEEP_S, self._sweep)

    async def read(self, receive: Receive, declared: int | None) -> bytes:
        """Read one body to its end. declared: the header ``Content-Length``. Raises ProblemError, CallerGoneError."""
        if declared is not None and declared > self._body_max:
            raise self._too_large()
        if declared == 0:
            return b""
        task = asyncio.current_task()
        assert task is not None
        self._due[task] = self._loop.time() + self._body_s
        try:
            message = await receive()
            body: bytes = message.get("body", b"")
            if len(body) == declared or (message["type"] == "http.request" and not message.get("more_body")):
                return body
            return await self._read_rest(receive, declared, message)
        except asyncio.CancelledError:
            if task not in self._overdue:
                raise
            task.uncancel()
            seconds = f"{self._body_s:g} seconds"
            raise ProblemError("body-too-slow", f"it had not arrived after {seconds}", headers=CLOSE) from None
        finally:
            del self._due[task]
            self._overdue.discard(task)

    async def _read_rest(self, receive: Receive, declared: int | None, message: Message) -> bytes:
        chunks: list[bytes] = []
        size = 0
        try:
            while True:
                if message["type"] == "http.disconnect":
                    raise CallerGoneError
                chunk: bytes = message.get("body", b"")
                chunks.append(chunk)
                size += len(chunk)
                self._held += len(chunk)
                if size > self._body_max:
                    raise self._too_large()
                if self._held > self._bodies_max:
                    raise ProblemError("busy", headers=CLOSE)
                if size == declared or not message.get("more_body"):
                    return b"".join(chunks)
                message = await receive()
        finally:
            self._held -= size

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
