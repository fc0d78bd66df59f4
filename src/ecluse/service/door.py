"""The door: the two routes that events come through, as plain ASGI. No framework stands on this path.

Measured beside an empty route of the same server by ``benchmarks/http.py``.
"""

from __future__ import annotations

from time import perf_counter, time
from typing import Final

import structlog
from starlette.types import Message, Receive, Send
from starlette.types import Scope as ASGIScope

from ecluse.errors import InputError
from ecluse.service.access import Access
from ecluse.service.body import Bodies, CallerGoneError
from ecluse.service.chamber import Chamber
from ecluse.service.media import Media, decode, encode, media_of
from ecluse.service.metrics import Metrics
from ecluse.service.problems import PROBLEM_TYPE, ProblemError
from ecluse.service.settings import Settings
from ecluse.stores.journal import JournalError
from ecluse.stores.keys import Scope
from ecluse.stores.remembering import GateClosedError

DECISIONS: Final = "/v1/decisions"
OBSERVATIONS: Final = "/v1/events"

log = structlog.get_logger(__name__)

_START: Final[dict[Media, Message]] = {
    media: {"type": "http.response.start", "status": 200, "headers": [(b"content-type", media.value)]}
    for media in Media
}
_NO_CONTENT: Final[Message] = {"type": "http.response.start", "status": 204, "headers": []}


class Door:
    """Answers ``POST /v1/decisions`` and ``POST /v1/events``. ``chamber``: None until the gate is there."""

    def __init__(self, settings: Settings, access: Access, metrics: Metrics) -> None:
        self._access, self._metrics, self._events_max = access, metrics, settings.events_max
        self._bodies = Bodies(settings.body_max, settings.bodies_max, settings.body_seconds)
        self.chamber: Chamber | None = None
        self.stopping = False

    async def decisions(self, scope: ASGIScope, receive: Receive, send: Send) -> None:
        """Judge the events of a request, and answer with a verdict on each."""
        await self._answer(scope, receive, send, observe=False)

    async def observations(self, scope: ASGIScope, receive: Receive, send: Send) -> None:
        """Take the events of a request without judging them."""
        await self._answer(scope, receive, send, observe=True)

    async def _answer(self, scope: ASGIScope, receive: Receive, send: Send, *, observe: bool) -> None:
        since = perf_counter()
        try:
            start, body = await self._take(scope, receive, observe, since)
        except CallerGoneError:
            return
        except Exception as error:
            await self.refuse(problem_of(error), send)
            return
        await send(start)
        await send({"type": "http.response.body", "body": body})

    async def _take(self, scope: ASGIScope, receive: Receive, observe: bool, since: float) -> tuple[Message, bytes]:
        if scope["method"] != "POST":
            raise ProblemError("method-not-allowed", headers={"allow": "POST"})
        authorization = content_type = declared = encoding = None
        for name, value in scope["headers"]:
            if name == b"authorization":
                authorization = value
            elif name == b"content-type":
                content_type = value
            elif name == b"content-length":
                declared = int(value)
            elif name == b"content-encoding" and value != b"identity":
                encoding = value
        self._access.require(authorization, Scope.OBSERVE if observe else Scope.DECIDE, int(time()))
        media = media_of(content_type)
        if encoding is not None:
            raise ProblemError("compressed", "the header Content-Encoding", headers={"accept-encoding": "identity"})
        chamber = self.chamber
        if chamber is None or self.stopping:
            raise ProblemError("stopping" if self.stopping else "starting")
        body = await self._bodies.read(receive, declared)
        request = decode(body, media, self._events_max)
        verdicts, start = await chamber.enter(request.events, observe=observe, since=since)
        if verdicts is None:
            return _NO_CONTENT, b""
        return _START[media], encode(request, verdicts, start)

    async def refuse(self, problem: ProblemError, send: Send) -> None:
        """Answer with a problem."""
        self._metrics.refused(problem.code)
        headers = [(b"content-type", PROBLEM_TYPE.encode())]
        headers += [(name.encode("latin-1"), value.encode("latin-1")) for name, value in problem.headers.items()]
        await send({"type": "http.response.start", "status": problem.status, "headers": headers})
        await send({"type": "http.response.body", "body": problem.body()})


def problem_of(error: Exception) -> ProblemError:
    """The problem that an error is answered by. What nobody foresaw is logged: its type and place, not its words."""
    match error:
        case ProblemError():
            return error
        case InputError():
            return ProblemError.of_input(error)
        case JournalError():
            log.error("journal failed", reason=error.reason)
            return ProblemError("journal")
        case GateClosedError():
            return ProblemError("stopping")
    log.error("failed", error=type(error).__qualname__, at=_place(error))
    return ProblemError("internal")


def _place(error: Exception) -> str:
    """Where an error came from: file, line and function, innermost first."""
    places = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename}:{trace.tb_lineno} {code.co_qualname}")
        trace = trace.tb_next
    return ", ".join(reversed(places))
