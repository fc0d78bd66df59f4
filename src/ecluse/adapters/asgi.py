"""One's own chat back end behind the gate: a middleware for every ASGI app, for HTTP and for WebSockets.

The app says in one small function what a request or message is; the middleware asks the gate, and what is refused
never reaches the app:

>>> def event_of(asked):
...     message = asked.json()
...     return Event(kind="send", at=datetime.now(UTC), sender=message["from"], recipients=[message["to"]])
>>> guard = Guard("http://127.0.0.1:8787", key="ecl_…")  # doctest: +SKIP
>>> app = GateMiddleware(app, guard=guard, event_of=event_of)  # doctest: +SKIP

A refusal is a problem (RFC 9457): an answer of type ``application/problem+json`` with ``Retry-After``, or the same
JSON as one message on the WebSocket.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, MutableMapping
from time import monotonic
from typing import Any, Final, NamedTuple

import msgspec
import structlog

from ecluse.adapters.guard import Guard
from ecluse.client import RefusedError
from ecluse.events import Event
from ecluse.wire import Verdict

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

VERDICT: Final = "ecluse.verdict"
"""Where the app finds the verdict, in its scope: of the request, or of the message that it received last."""

METHODS: Final = frozenset({"POST", "PUT", "PATCH"})
"""Methods of HTTP that may send something."""

BODY_MAX: Final = 1 << 20
"""Bytes of a body, or of a message on a WebSocket, that is looked at; a longer one is answered by 413."""

DELAY_MAX_S: Final = 60
"""Seconds that a delayed message is held here; a longer delay is answered as a refusal."""

TRACED_S: Final = 60.0
"""Seconds between two tracebacks in the log, of messages that ``event_of`` did not understand."""

URN: Final = "urn:ecluse:problem:"

log = structlog.get_logger(__name__)


class Asked(NamedTuple):
    """A request, or one message on a WebSocket. body: the whole of it, as it came."""

    scope: Scope
    body: bytes

    def json(self) -> Any:
        """The body, read as JSON. Raises msgspec.DecodeError."""
        return msgspec.json.decode(self.body)

    def header(self, name: str) -> str | None:
        """A header of the request, or of the one that opened the WebSocket; None if it is not there."""
        wanted = name.lower().encode("latin-1")
        found = next((value for key, value in self.scope["headers"] if key == wanted), None)
        return found.decode("latin-1") if found is not None else None

    def language(self) -> str | None:
        """The language that its sender likes best, by ``Accept-Language``; None if it does not say."""
        first = (self.header("accept-language") or "").split(",")[0].split(";")[0].strip()
        return first if 0 < len(first) <= 35 and first != "*" else None


EventOf = Callable[[Asked], Event | None]
"""What a request or message is; None for one that the gate has no business with. What it raises refuses the message:
whatever can't be understood must not pass for that."""

Problem = dict[str, Any]


class GateMiddleware:
    """``app``, behind a gate.

    dropping: the app leaves out those whom ``scope[VERDICT].dropped`` names; unless it says so, an event with any is
    refused. methods: of HTTP, all others pass unseen. refusal: what is sent on a WebSocket for a refused message, made
    of the message and its problem; the problem's JSON, unless given.
    """

    def __init__(
        self,
        app: App,
        *,
        guard: Guard,
        event_of: EventOf,
        dropping: bool = False,
        methods: Collection[str] = METHODS,
        body_max: int = BODY_MAX,
        refusal: Callable[[Asked, Problem], str] | None = None,
    ) -> None:
        self._app, self._guard, self._event_of, self._dropping = app, guard, event_of, dropping
        self._methods, self._body_max, self._refusal = methods, body_max, refusal or _as_json
        self._traced_s = -TRACED_S

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, WebSocket or lifespan."""
        if scope["type"] == "http" and scope["method"] in self._methods:
            await self._http(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._app(scope, self._messages(scope, receive, send), send)
        else:
            await self._app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = bytearray()
        more = True
        while more:
            message = await receive()
            if message["type"] != "http.request":
                return
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > self._body_max:
                return await _answer(send, _problem(413, "body-too-large", "The body is too large"))
        whole: Message = {"type": "http.request", "body": bytes(body), "more_body": False}
        problem = await self._judge(Asked(scope, whole["body"]))
        if problem is not None:
            return await _answer(send, problem)
        held = [whole]

        async def again() -> Message:
            return held.pop() if held else await receive()

        return await self._app(scope, again, send)

    def _messages(self, scope: Scope, receive: Receive, send: Send) -> Receive:
        """What the app receives of a WebSocket: all but the refused messages."""

        async def judged() -> Message:
            while True:
                message = await receive()
                if message["type"] != "websocket.receive":
                    return message
                text = message.get("text")
                asked = Asked(scope, text.encode() if text is not None else message.get("bytes") or b"")
                if len(asked.body) > self._body_max:
                    problem: Problem | None = _problem(413, "body-too-large", "The message is too large")
                else:
                    problem = await self._judge(asked)
                if problem is None:
                    return message
                await send({"type": "websocket.send", "text": self._refusal(asked, problem)})

        return judged

    async def _judge(self, asked: Asked) -> Problem | None:
        """None if it may go on to the app, after the time that it is delayed by."""
        scope = asked.scope
        scope[VERDICT] = None
        try:
            event = self._event_of(asked)
            if event is None:
                return None
            verdict = await self._guard.decide(event)
        except RefusedError as error:
            return _problem(422, "invalid", "A value is not what it should be", error.problem.get("detail"))
        except Exception as error:
            self._tell(error, scope.get("path"))
            return _problem(422, "malformed", "The message could not be understood")
        scope[VERDICT] = verdict
        if verdict.outcome == "delay" and (verdict.retry_after or 0) <= DELAY_MAX_S:
            await asyncio.sleep(verdict.retry_after or 0)
            return None
        if verdict.outcome in ("pass", "label"):
            return None
        if verdict.outcome == "drop_strangers" and (self._dropping or not verdict.dropped):
            return None
        return _refused(verdict)

    def _tell(self, error: Exception, path: str | None) -> None:
        """Log what a message was not understood for; where, only now and then: senders may send nonsense at will."""
        now_s = monotonic()
        where = now_s >= self._traced_s + TRACED_S
        self._traced_s = now_s if where else self._traced_s
        log.warning("a message was not understood", path=path, error=type(error).__qualname__, exc_info=where)


def _refused(verdict: Verdict) -> Problem:
    """The problem that a verdict makes: 503 if no gate gave it, 429 if waiting helps, else 403."""
    if verdict.unjudged:
        problem = _problem(503, "unjudged", "Nothing can be sent at the moment")
    else:
        notices = [rule.notice for rule in verdict.rules if rule.notice]
        if verdict.sanction is not None:
            notices = [verdict.sanction.notice]
        status = 429 if verdict.retry_after is not None else 403
        problem = _problem(status, "refused", "This was not sent", " ".join(dict.fromkeys(notices)) or None)
        problem["rules"] = [rule.rule for rule in verdict.rules]
        if verdict.sanction is not None:
            problem["sanction"] = verdict.sanction.sanction
    if verdict.retry_after is not None:
        problem["retry_after"] = verdict.retry_after
    return problem


def _problem(status: int, code: str, title: str, detail: str | None = None) -> Problem:
    problem: Problem = {"type": URN + code, "title": title, "status": status, "code": code}
    return problem if detail is None else {**problem, "detail": detail}


def _as_json(asked: Asked, problem: Problem) -> str:  # noqa: ARG001
    return msgspec.json.encode(problem).decode()


async def _answer(send: Send, problem: Problem) -> None:
    body = msgspec.json.encode(problem)
    headers = [(b"content-type", b"application/problem+json"), (b"content-length", str(len(body)).encode())]
    if "retry_after" in problem:
        headers.append((b"retry-after", str(problem["retry_after"]).encode()))
    await send({"type": "http.response.start", "status": problem["status"], "headers": headers})
    await send({"type": "http.response.body", "body": body})
