"""Asking a gate over its line door: one connection, any number of requests under way, a quarter of HTTP's time.

>>> async with LineClient("run/gate.sock", on_failure="open") as gate:  # doctest: +SKIP
...     verdict = await gate.decide(Event(kind="send", at=now_ms, sender="ada", recipients=["bob"]))

``on_failure`` is what it is for ``ecluse.client``: ``open``, ``closed`` or ``raise``. A connection that breaks is made
again at the next request. The page about the lines is ``docs/reference/lines.md``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Final, Self, cast, overload

import msgspec

from ecluse.client import RETRY_S, TIMEOUT_S, Choice, OnFailure, RefusedError, UnreachableError, parts
from ecluse.events import Event
from ecluse.wire import Verdict


class _Answer(msgspec.Struct):
    """A line that answers. id: of the request; None if the gate could not read it."""

    id: int | None
    verdict: Verdict | None = None
    verdicts: list[Verdict] | None = None
    taken: int | None = None
    scopes: list[str] | None = None
    problem: dict[str, Any] | None = None


_ENCODER: Final = msgspec.json.Encoder()
_ANSWER: Final = msgspec.json.Decoder(_Answer)
_UNREADABLE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class _Lines(asyncio.Protocol):
    """One connection: what was asked and waits for its answer."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._waiting: dict[int, asyncio.Future[_Answer]] = {}
        self._next = 0
        self._rest = bytearray()
        self._out: list[bytes] = []
        self._ready = asyncio.Event()
        self._ready.set()

    @property
    def is_open(self) -> bool:
        """Whether it may be asked."""
        return self._transport is not None and not self._transport.is_closing()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._ready.set()
        self._fail(f"the connection was lost{f': {exc}' if exc else ''}")

    def pause_writing(self) -> None:
        self._ready.clear()

    def resume_writing(self) -> None:
        self._ready.set()

    def data_received(self, data: bytes) -> None:
        self._rest += data
        if b"\n" not in data:
            return
        *lines, self._rest = self._rest.split(b"\n")
        for line in lines:
            try:
                answer = _ANSWER.decode(line)
            except _UNREADABLE:
                self.close("what it said is no answer")
                return
            if answer.id is None:  # nothing that was asked here: the gate is about to hang up, and says why
                code = (answer.problem or {}).get("code", "unknown")
                self.close(f"it hung up: {code}")
                return
            waiting = self._waiting.pop(answer.id, None)
            if waiting is not None and not waiting.done():
                waiting.set_result(answer)

    async def ask(self, verb: bytes, body: bytes) -> _Answer:
        """Ask, and wait for the answer. Raises UnreachableError."""
        await self._ready.wait()
        if self._transport is None:
            raise UnreachableError("the connection was lost")
        number, self._next = self._next, self._next + 1
        if not self._out:
            self._loop.call_soon(self._flush)
        self._out.append(b'{"id":%d,"%b":%b}\n' % (number, verb, body))
        waiting = self._waiting[number] = self._loop.create_future()
        try:
            answer: _Answer = await waiting
            return answer
        finally:
            self._waiting.pop(number, None)

    def _flush(self) -> None:
        out, self._out = self._out, []
        if self._transport is not None:
            self._transport.write(b"".join(out))

    def close(self, reason: str = "it was closed") -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.abort()
        self._fail(reason)

    def _fail(self, reason: str) -> None:
        waiting, self._waiting = self._waiting, {}
        for answer in waiting.values():
            if not answer.done():
                answer.set_exception(UnreachableError(reason))


class LineClient(Choice):
    """A gate's line door at ``address``: the path of a socket, or HOST:PORT. To be used on one loop.

    key: an API key; a socket needs none. timeout_s: seconds that a request may take, connecting included. retry_s:
    ``retry_after`` where it fails closed.
    """

    def __init__(
        self,
        address: str,
        *,
        key: str | None = None,
        timeout_s: float = TIMEOUT_S,
        on_failure: OnFailure = "raise",
        retry_s: int = RETRY_S,
    ) -> None:
        super().__init__(key, timeout_s, on_failure, retry_s)
        self._address, self._key = address, key
        self._lines: _Lines | None = None
        self._connecting = asyncio.Lock()

    @overload
    async def decide(self, events: Event) -> Verdict: ...
    @overload
    async def decide(self, events: Sequence[Event]) -> list[Verdict]: ...
    async def decide(self, events: Event | Sequence[Event]) -> Verdict | list[Verdict]:
        """Put an event, or several, to the gate. Raises RefusedError; UnreachableError if that was the choice."""
        if isinstance(events, Event):
            try:
                verdict = (await self._ask(b"decide", events)).verdict
                if verdict is None:
                    raise UnreachableError("what it said is not the verdict")
            except UnreachableError as error:
                return self.instead([events], error)[0]
            return verdict
        return [verdict for part in parts(events) for verdict in await self._decide(part)]

    async def ping(self) -> None:
        """Ask whether the gate judges, whatever the choice on failure. Raises RefusedError, UnreachableError."""
        if (await self._ask(b"decide", [])).verdicts != []:
            raise UnreachableError("what it said is no answer")

    async def _decide(self, events: Sequence[Event]) -> list[Verdict]:
        try:
            verdicts = (await self._ask(b"decide", events)).verdicts
            if verdicts is None or len(verdicts) != len(events):
                raise UnreachableError("what it said are not the verdicts")
        except UnreachableError as error:
            return self.instead(events, error)
        return verdicts

    async def observe(self, events: Event | Sequence[Event]) -> bool:
        """Tell the gate of events that need no verdict. Returns whether it took them all. Raises as ``decide``."""
        try:
            for part in parts([events] if isinstance(events, Event) else events):
                await self._ask(b"observe", part)
        except UnreachableError:
            if self._on_failure == "raise":
                raise
            return False
        return True

    async def _ask(self, verb: bytes, events: Event | Sequence[Event]) -> _Answer:
        """Raises RefusedError, UnreachableError."""
        body = _ENCODER.encode(events)
        try:
            async with asyncio.timeout(self._timeout_s):
                answer = await (await self._connected()).ask(verb, body)
        except TimeoutError:
            raise UnreachableError("it did not answer in time") from None
        return _checked(answer)

    async def _connected(self) -> _Lines:
        """The connection, made if there is none. Raises UnreachableError, RefusedError."""
        if self._lines is not None and self._lines.is_open:
            return self._lines
        async with self._connecting:
            if self._lines is None or not self._lines.is_open:
                self._lines = await self._connect()
            return self._lines

    async def _connect(self) -> _Lines:
        loop = asyncio.get_running_loop()
        host, _, port = self._address.rpartition(":")
        try:
            if host and port.isdecimal():
                _, lines = await loop.create_connection(_Lines, host.strip("[]"), int(port))
            else:
                _, lines = await loop.create_unix_connection(_Lines, self._address)
        except OSError as error:
            raise UnreachableError(f"{type(error).__name__}: {error}") from error
        if self._key is not None:
            try:
                _checked(await lines.ask(b"key", _ENCODER.encode(self._key)))
            except BaseException:
                lines.close()
                raise
        return lines

    async def close(self) -> None:
        """Close the connection."""
        if self._lines is not None:
            self._lines.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.close()


def _checked(answer: _Answer) -> _Answer:
    """The answer, if it is no problem. Raises RefusedError, UnreachableError."""
    if answer.problem is None:
        return answer
    status = answer.problem.get("status")
    if not isinstance(status, int) or status >= 500 or status in (408, 429):
        raise UnreachableError(f"{answer.problem.get('code', 'unknown')}", status if isinstance(status, int) else None)
    raise RefusedError(status, answer.problem)
