"""One connection of the line door: lines come in, answers go out as they are there; nobody can make it grow.

What has not been parsed, what is under way and what has not been read by the other side are each bounded. A caller who
asks faster than it reads is not read from until it has caught up.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from functools import partial
from time import perf_counter, time
from typing import Final, Protocol, cast

from ecluse.service.access import Access
from ecluse.service.body import Bodies
from ecluse.service.chamber import Chamber, Place
from ecluse.service.door import problem_of
from ecluse.service.line_requests import (
    Asked,
    LineError,
    brief_line,
    problem_line,
    read_line,
    scopes_line,
    taken_line,
    verdict_line,
)
from ecluse.service.metrics import Metrics
from ecluse.service.problems import ProblemError
from ecluse.stores.keys import Scope

UNDER_WAY_MAX: Final = 1_024
"""Lines of one connection that wait for their answers, and answers that wait to be sent; no more are read before."""

UNREAD_BYTES_MAX: Final = 1 << 20
"""Bytes of answers that the other side has not taken; nothing more is read from it before."""

KEY_LINE_BYTES_MAX: Final = 1_024
"""The longest line of a connection that has not shown its key."""


class LineService(Protocol):
    """What a connection needs of the door that it came through."""

    access: Access
    metrics: Metrics
    bodies: Bodies
    line_max: int
    line_seconds: float
    events_max: int

    def chamber(self) -> Chamber:
        """Where events are judged. Raises ProblemError while there is no gate."""

    def entered(self, connection: Connection) -> None:
        """A connection is there."""

    def proven(self, connection: Connection) -> None:
        """A connection has shown a key."""

    def left(self, connection: Connection) -> None:
        """A connection is gone."""


class Connection(asyncio.Protocol):
    """One connection. trusted: it came over the socket, whose file says who may."""

    def __init__(self, service: LineService, trusted: bool) -> None:
        self._service, self._loop = service, asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._trusted = trusted
        self._authorization: str | None = None
        self._buffer = bytearray()
        self._looked_at = self._counted = 0
        self._under_way = 0
        self._entered: list[tuple[Asked, asyncio.Future[Place]]] = []
        self._out: list[bytes] = []
        self._unread = self._paused = self._ending = self._lingering = self._said_all = False
        self._due: float | None = None

    @property
    def known(self) -> bool:
        """Whether it may ask: it came over the socket, has shown a key, or none are asked for."""
        return self._trusted or self._authorization is not None or not self._service.access.asks

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast(asyncio.Transport, transport)
        self._transport.set_write_buffer_limits(high=UNREAD_BYTES_MAX)
        if not self._trusted:
            self._transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        if not self.known:
            self._due = self._loop.time() + self._service.line_seconds
        self._service.entered(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """Forget what was not read; what is under way is judged all the same."""
        self._buffer.clear()
        self._count()
        self._transport, self._ending = None, True
        self._service.left(self)

    def data_received(self, data: bytes) -> None:
        """Take bytes, and act on the lines that are complete."""
        if not self._ending:
            self._buffer += data
            self._read()

    def eof_received(self) -> bool:
        """The other side will ask nothing more: what is under way is still answered."""
        self._lingering = False
        self.end()
        return True

    def pause_writing(self) -> None:
        """The other side does not take its answers: read nothing from it until it does."""
        self._unread = True
        self._due = self._loop.time() + self._service.line_seconds
        self._hold_up()

    def resume_writing(self) -> None:
        """It has caught up."""
        self._unread, self._due = False, None
        self._go_on()

    def overdue(self, now: float) -> bool:
        """Whether what the other side has to do (show a key, end a line, read) has taken it too long."""
        return self._due is not None and now > self._due

    def overrun(self) -> None:
        """Hang up on a connection that is overdue, and say why if that will be read."""
        if self._unread or self._ending:
            self.cut()
        else:
            self.give_up("body-too-slow" if self.known else "key-missing")

    def cut(self) -> None:
        """Hang up at once."""
        if self._transport is not None:
            self._transport.abort()

    def give_up(self, code: str) -> None:
        """Hang up with a problem of that code, once what is under way has been answered."""
        self._refuse(None, ProblemError(code))
        self._linger()

    def end(self) -> None:
        """Take nothing more, and hang up once what is under way has been answered."""
        self._hold_up()
        self._ending, self._due = True, self._loop.time() + self._service.line_seconds
        self._hang_up()

    def _linger(self) -> None:
        """As ``end``; but what still comes is thrown away until the other side hangs up, or it would be reset and
        might never read why.
        """
        self._ending = self._lingering = True
        self._due = self._loop.time() + self._service.line_seconds
        if self._paused and self._transport is not None and not self._unread:
            self._paused = False
            self._transport.resume_reading()
        self._hang_up()

    def _hang_up(self) -> None:
        """Once everything has been answered."""
        transport = self._transport
        if transport is None or transport.is_closing() or self._under_way or self._out:
            return
        if not self._lingering:
            transport.close()
        elif not self._said_all:
            self._said_all = True
            transport.write_eof()

    def _read(self) -> None:
        """Act on every complete line, while there is room for its answer."""
        buffer, since = self._buffer, perf_counter()
        begun = bool(self._counted)
        while not self._ending:
            if self._under_way + len(self._out) >= UNDER_WAY_MAX or self._unread:
                self._hold_up()
                break
            end = buffer.find(b"\n", self._looked_at)
            if end < 0:
                self._looked_at = len(buffer)
                break
            line = bytes(memoryview(buffer)[:end])
            del buffer[: end + 1]
            self._looked_at, begun = 0, False
            if len(line) > self._longest:
                self.give_up("body-too-large")
            elif line.strip():
                self._line(line, since)
        if self._entered:
            self._settle()
        if self._ending:
            buffer.clear()
        elif len(buffer) > self._longest and not self._paused:
            self.give_up("body-too-large")
        self._count()
        if self.known and not self._unread:
            if not buffer or self._paused:
                self._due = None
            elif self._due is None or not begun:
                self._due = self._loop.time() + self._service.line_seconds

    @property
    def _longest(self) -> int:
        return self._service.line_max if self.known else KEY_LINE_BYTES_MAX

    def _line(self, line: bytes, since: float) -> None:
        """Act on one line."""
        service = self._service
        try:
            asked = read_line(line, service.events_max)
        except LineError as error:
            self._refuse(error.id, problem_of(error.problem))
            if not self.known:
                self._linger()
            return
        try:
            if asked.key is not None:
                self._show(asked.id, asked.key)
                return
            self._allow(asked.scope)
            assert asked.request is not None
            observe = asked.scope is Scope.OBSERVE
            place = service.chamber().enter(asked.request.events, observe=observe, since=since)
        except ProblemError as problem:
            self._refuse(asked.id, problem)
            if problem.status == 401:
                self._linger()
            return
        self._under_way += 1
        self._entered.append((asked, place))

    def _settle(self) -> None:
        """Answer what was read, as soon as it is judged: now, if nobody else asks."""
        entered, self._entered = self._entered, []
        with contextlib.suppress(ProblemError):
            self._service.chamber().flush_if_quiet()
        for asked, place in entered:
            if place.done():
                self._answer(asked, place)
                self._flush()
            else:
                place.add_done_callback(partial(self._answer, asked))

    def _show(self, line_id: int, key: str) -> None:
        """Take a key. Raises ProblemError."""
        authorization = f"Bearer {key}"
        scopes = self._service.access.scopes(authorization, int(time()))
        self._authorization, self._trusted, self._due = authorization, False, None
        self._service.proven(self)
        self._say(scopes_line(line_id, scopes))

    def _allow(self, scope: Scope) -> None:
        """Raises ProblemError if the caller may not: as over HTTP, a key that was revoked opens nothing any more."""
        if not self._trusted:
            self._service.access.require(self._authorization, scope, int(time()))

    def _answer(self, asked: Asked, place: asyncio.Future[Place]) -> None:
        self._under_way -= 1
        if place.cancelled():
            return
        error = place.exception()
        if error is not None:
            self._refuse(asked.id, problem_of(cast(Exception, error)))
        elif self._transport is not None:
            verdicts, start, plain = place.result()
            assert asked.request is not None
            if verdicts is None:
                self._say(taken_line(asked.id, len(asked.request.events)))
            elif asked.brief and plain is not None:
                self._say(brief_line(asked.id, asked.request, verdicts, start, plain))
            else:
                self._say(verdict_line(asked.id, asked.request, verdicts, start))

    def _refuse(self, line_id: int | None, problem: ProblemError) -> None:
        self._service.metrics.refused(problem.code)
        self._say(problem_line(line_id, problem))

    def _say(self, line: bytes) -> None:
        """Send a line, with all others of this tick."""
        if not self._out:
            self._loop.call_soon(self._flush)
        self._out.append(line)

    def _flush(self) -> None:
        out, self._out = self._out, []
        if self._transport is not None and out:
            self._transport.write(b"".join(out))
            if self._ending:
                self._hang_up()
            elif not self._unread:
                self._go_on()

    def _hold_up(self) -> None:
        if self._transport is not None and not self._paused and not self._transport.is_closing():
            self._paused = True
            self._transport.pause_reading()

    def _go_on(self) -> None:
        if self._paused and not self._ending and self._transport is not None:
            self._paused = False
            self._transport.resume_reading()
            self._read()

    def _count(self) -> None:
        """Count what has come and was not acted on among the bodies under way; hang up if they are too much."""
        n, self._counted = len(self._buffer) - self._counted, len(self._buffer)
        try:
            self._service.bodies.hold(n)
        except ProblemError:
            self._buffer.clear()
            self._count()
            self.give_up("busy")
