"""The door: the two routes that events come through, as plain RSGI. No framework stands on this path.

Measured beside an empty route of the same server by ``benchmarks/http.py``.
"""

from __future__ import annotations

from time import perf_counter, time
from typing import Final

import structlog

from ecluse.errors import InputError
from ecluse.partners import DeedError, NotAdmittedError
from ecluse.records import RecordsError
from ecluse.sanctions.subjects import NotFoundError, StateError
from ecluse.service.access import Access
from ecluse.service.body import Bodies, declared_length
from ecluse.service.chamber import Chamber, Place
from ecluse.service.media import Media, Request, decode, encode, media_of
from ecluse.service.metrics import Metrics
from ecluse.service.problems import PROBLEM_TYPE, ProblemError
from ecluse.service.rsgi import Headers, Transport
from ecluse.service.rsgi import Scope as Head
from ecluse.service.settings import Settings
from ecluse.stores.journal import JournalError
from ecluse.stores.keys import Scope
from ecluse.stores.remembering import GateClosedError

DECISIONS: Final = "/v1/decisions"
OBSERVATIONS: Final = "/v1/events"

log = structlog.get_logger(__name__)

_HEADERS: Final[dict[Media, Headers]] = {media: [("content-type", media.value)] for media in Media}


class Door:
    """Answers ``POST /v1/decisions`` and ``POST /v1/events``. ``chamber``: None until the gate is there."""

    def __init__(self, settings: Settings, access: Access, metrics: Metrics) -> None:
        self.access, self._metrics, self._events_max = access, metrics, settings.events_max
        self.bodies = Bodies(settings.body_max, settings.bodies_max, settings.body_seconds)
        self.chamber: Chamber | None = None
        self.stopping = False

    async def decisions(self, head: Head, transport: Transport) -> None:
        """Judge the events of a request, and answer with a verdict on each."""
        try:
            request, place = await self._take(head, transport, Scope.DECIDE)
            assert place.verdicts is not None
            body = encode(request, place.verdicts, place.start)
        except Exception as error:
            self.refuse(problem_of(error), transport)
            return
        transport.response_bytes(200, _HEADERS[request.media], body)

    async def observations(self, head: Head, transport: Transport) -> None:
        """Take the events of a request without judging them."""
        try:
            await self._take(head, transport, Scope.OBSERVE)
        except Exception as error:
            self.refuse(problem_of(error), transport)
            return
        transport.response_empty(204, [])

    async def _take(self, head: Head, transport: Transport, scope: Scope) -> tuple[Request, Place]:
        """Look at a request's head, take its body, and put its events to the gate. Raises what is wrong with them."""
        since = perf_counter()
        if head.method != "POST":
            raise ProblemError("method-not-allowed", headers={"allow": "POST"})
        header = head.headers.get
        self.access.require(header("authorization"), scope, int(time()))
        media = media_of(header("content-type"))
        if header("content-encoding") not in (None, "identity"):
            raise ProblemError("compressed", "the header Content-Encoding", headers={"accept-encoding": "identity"})
        chamber = self.open_chamber()
        body = await self.bodies.read(transport, declared_length(head))
        request = decode(body, media, self._events_max)
        return request, await chamber.enter(request.events, observe=scope is Scope.OBSERVE, since=since)

    def open_chamber(self) -> Chamber:
        """Where events are judged. Raises ProblemError while there is no gate."""
        chamber = self.chamber
        if chamber is None or self.stopping:
            raise ProblemError("stopping" if self.stopping else "starting")
        return chamber

    def refuse(self, problem: ProblemError, transport: Transport) -> None:
        """Answer with a problem."""
        self._metrics.refused(problem.code)
        headers = [("content-type", PROBLEM_TYPE), *problem.headers.items()]
        transport.response_bytes(problem.status, headers, problem.body())


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
        case NotAdmittedError():
            return ProblemError("partner-not-verified", str(error), members={"status": error.status.value})
        case DeedError():
            return ProblemError("conflict", error.reason)
        case GateClosedError():
            return ProblemError("stopping")
        case NotFoundError():
            return ProblemError("not-found", str(error))
        case StateError():
            members = {"field": "status", "value": error.status, "expected": error.expected}
            return ProblemError("conflict", str(error), members=members)
        case RecordsError():
            log.error("records failed", reason=error.reason)
            return ProblemError("records")
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
