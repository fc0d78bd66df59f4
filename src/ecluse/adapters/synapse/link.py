"""The connection to the gate, on Twisted: lines with ids, what waits for its answer, a timeout, and a circuit breaker.

Nothing here blocks the reactor. A question leaves at once while no other waits for its answer; those of one turn of the
reactor that come after it leave in one piece, and the gate judges them as one batch. Verdicts are asked for in brief:
what passes with nothing to say is answered by a number. No clock runs for a single question: one timer looks at what
falls due first. The page about the lines is ``docs/reference/lines.md``.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from time import monotonic
from typing import Any, Final

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall
from twisted.internet.protocol import Protocol, ReconnectingClientFactory

from ecluse.adapters.synapse.breaker import Breaker
from ecluse.adapters.synapse.metrics import BROKEN, CONNECTED, WAIT_S
from ecluse.adapters.synapse.settings import Settings
from ecluse.errors import EcluseError

RECONNECT_S: Final = 0.1
"""Seconds before the first attempt to connect again."""

RECONNECT_MAX_S: Final = 5.0

TICK_S: Final = 0.05
"""Seconds between two looks whether a gate that was left alone may be tried again."""

BACK_S: Final = 1.0
"""Seconds between two attempts to tell the gate what it has missed."""

LINE_MAX: Final = 64 << 20
"""The longest answer."""

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_decode = json.JSONDecoder().decode

logger = logging.getLogger(__name__)


class UnjudgedError(EcluseError):
    """The gate did not judge. why: a word for metrics. wrong: the question was at fault, and asking again is no use."""

    def __init__(self, why: str, wrong: bool = False) -> None:
        self.why, self.wrong = why, wrong
        super().__init__(f"the gate did not judge: {why}")


class Link(ReconnectingClientFactory):  # type: ignore[misc]
    """A gate that is asked over its line door. back: called now and then while the gate is asked."""

    initialDelay = RECONNECT_S  # noqa: N815
    maxDelay = RECONNECT_MAX_S  # noqa: N815
    noisy = False

    def __init__(self, reactor: Any, settings: Settings, back: Callable[[], None]) -> None:
        self._reactor, self._settings, self._back = reactor, settings, back
        self._breaker = Breaker(settings.failures)
        self._timeout_s = settings.timeout_ms / 1000
        self._lines: _Lines | None = None
        self._waiting: dict[int, tuple[Deferred[dict[str, Any]], float]] = {}
        self._next = 0
        self._out: list[bytes] = []
        self._look_due = 0.0
        self._looking: IDelayedCall | None = None
        self._back_due = 0.0

    def open(self) -> None:
        """Connect, and stay connected."""
        if self._settings.socket is not None:
            self._reactor.connectUNIX(self._settings.socket, self)
        else:
            host, _, port = (self._settings.lines or "").rpartition(":")
            self._reactor.connectTCP(host.strip("[]"), int(port), self, timeout=5)
        self._look()

    @property
    def is_up(self) -> bool:
        """Whether the gate is asked."""
        return self._lines is not None and not self._breaker.is_broken

    def ask(self, verb: str, events: Any) -> Deferred[dict[str, Any]]:
        """Ask. The answer comes as a dict, or as UnjudgedError."""
        answered: Deferred[dict[str, Any]] = Deferred()
        if self._lines is None:
            answered.errback(UnjudgedError("unreachable"))
        elif self._breaker.is_broken:
            answered.errback(UnjudgedError("breaker"))
        else:
            self._ask(verb, events, answered)
        return answered

    def _ask(self, verb: str, asked: Any, answered: Deferred[dict[str, Any]]) -> None:
        number, self._next = self._next, self._next + 1
        question = {"id": number, verb: asked, "brief": True} if verb == "decide" else {"id": number, verb: asked}
        line, due = _encode(question).encode(), monotonic() + self._timeout_s
        if self._out:
            self._out.append(line)
        elif self._waiting:
            self._out.append(line)
            self._reactor.callLater(0, self._flush)
        elif self._lines is not None:
            self._lines.send(line + b"\n")
        self._waiting[number] = answered, due
        if due < self._look_due:
            self._look_at(due)

    def _flush(self) -> None:
        out, self._out = self._out, []
        if self._lines is not None and out:
            self._lines.send(b"\n".join(out) + b"\n")

    def _look(self) -> None:
        """Give up on what has waited too long; try a gate that was left alone."""
        now = monotonic()
        for number, (_, due) in list(self._waiting.items()):
            if due > now:
                break  # they were asked in the order in which they fall due
            self._fail(number, UnjudgedError("timeout"))
        if self._lines is not None and self._breaker.may_try(now):
            probe: Deferred[dict[str, Any]] = Deferred()
            probe.addErrback(lambda _: None)
            self._ask("decide", [], probe)
        if self.is_up and now >= self._back_due:
            self._back_due = now + BACK_S
            self._back()
        first = next(iter(self._waiting.values()), None)
        later = now + (TICK_S if self._breaker.is_broken else BACK_S)
        self._look_at(later if first is None else min(first[1], later))

    def _look_at(self, due: float) -> None:
        """Look again at a time, and not before."""
        if self._looking is not None and self._looking.active():
            self._looking.cancel()
        self._look_due = due
        self._looking = self._reactor.callLater(max(0.0, due - monotonic()), self._look)

    def answered(self, line: bytes) -> None:
        """Take a line of the gate. Raises ValueError if it is none."""
        said = _decode(line.decode())
        if not isinstance(said, dict):
            raise ValueError("no object")
        number, problem = said.get("id"), said.get("problem")
        if number not in self._waiting:
            if problem is not None:
                logger.error("the gate said %s: %s", problem.get("code"), problem.get("detail"))
            return
        if problem is None:
            answered, due = self._waiting.pop(number)
            WAIT_S.observe(self._timeout_s - (due - monotonic()))
            self._went_well()
            if self.delay != self.initialDelay:
                self.resetDelay()  # and not when connected: a gate that takes no key hangs up at once
            answered.callback(said)
        elif problem.get("status", 500) >= 500 or problem.get("status") in (408, 429):
            self._fail(number, UnjudgedError(str(problem.get("code"))))
        else:
            logger.error("the gate turned down what was asked: %s: %s", problem.get("code"), problem.get("detail"))
            self._waiting.pop(number)[0].errback(UnjudgedError(str(problem.get("code")), wrong=True))

    def _fail(self, number: int, error: UnjudgedError) -> None:
        self._breaker.failed(monotonic())
        if self._breaker.is_broken:
            BROKEN.set(1)
            self._look_at(monotonic() + TICK_S)
        self._waiting.pop(number)[0].errback(error)

    def _went_well(self) -> None:
        if self._breaker.is_broken:
            BROKEN.set(0)
        self._breaker.went_well()

    def connected(self, lines: _Lines) -> None:
        """There is a connection."""
        self._lines = lines
        CONNECTED.set(1)
        if self._settings.key is not None:
            self._ask("key", self._settings.key, Deferred())
            self._waiting[self._next - 1][0].addErrback(lambda _: None)
        self._went_well()

    def disconnected(self, lines: _Lines) -> None:
        """There is none any more: nobody will answer what waits."""
        if self._lines is lines:
            self._lines = None
            CONNECTED.set(0)
            waiting, self._waiting, self._out = self._waiting, {}, []
            for answered, _ in waiting.values():
                answered.errback(UnjudgedError("disconnected"))

    def buildProtocol(self, addr: Any) -> Protocol:  # noqa: ARG002, N802
        """What Twisted calls for each connection."""
        return _Lines(self)

    def close(self) -> None:
        """Ask no more."""
        self.stopTrying()
        if self._looking is not None and self._looking.active():
            self._looking.cancel()
        if self._lines is not None and self._lines.transport is not None:
            self._lines.transport.loseConnection()


class _Lines(Protocol):  # type: ignore[misc]
    """One connection."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._rest = bytearray()

    def connectionMade(self) -> None:  # noqa: N802
        self._link.connected(self)

    def send(self, data: bytes) -> None:
        """Send what the socket takes now, not in the reactor's next turn; the rest goes later."""
        transport = self.transport
        if transport is not None and transport.connected:
            transport.write(data)
            transport.doWrite()

    def dataReceived(self, data: bytes) -> None:  # noqa: N802
        self._rest += data
        if b"\n" not in data:
            if len(self._rest) > LINE_MAX:
                self._give_up("a line without end")
            return
        *lines, self._rest = self._rest.split(b"\n")
        for line in lines:
            try:
                self._link.answered(bytes(line))
            except ValueError as error:
                self._give_up(f"what it said is no answer ({error})")
                return

    def _give_up(self, why: str) -> None:
        logger.error("hanging up on the gate: %s", why)
        if self.transport is not None:
            self.transport.abortConnection()

    def connectionLost(self, reason: Any = None) -> None:  # noqa: ARG002, N802
        self._link.disconnected(self)
