"""Asking a gate over HTTP, and what to do when it can't be reached: that choice is the caller's.

>>> with Client("http://127.0.0.1:8787", key="ecl_…", on_failure="open") as gate:  # doctest: +SKIP
...     verdict = gate.decide(Event(kind="send", at=now_ms, sender="ada", recipients=["bob"]))

``on_failure``: ``open`` lets everything pass, ``closed`` refuses everything, ``raise`` raises. A verdict that no gate
gave says so: ``verdict.unjudged``. Only failures to reach a gate that judges are meant; a request that a gate turns
down as wrong (400 to 499) always raises.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Any, Final, Literal, Self, overload
from urllib.parse import quote

import httpx
import msgspec

from ecluse.errors import EcluseError
from ecluse.events import Event
from ecluse.wire import Account, Reason, Rehearsal, TermsAct, TermsProposal, TermsState, Verdict

OnFailure = Literal["open", "closed", "raise"]

TIMEOUT_S: Final = 2.0
"""Seconds that a request may take."""

RETRY_S: Final = 5
"""``retry_after`` of the verdicts of a gate that fails closed."""

EVENTS_MAX: Final = 1_000
"""Events put into one request; more are sent as several."""


class UnreachableError(EcluseError):
    """No gate judged: it could not be reached, took too long, or failed. status: None if there was no answer."""

    def __init__(self, reason: str, status: int | None = None) -> None:
        self.reason, self.status = reason, status
        super().__init__(f"the gate did not answer: {reason}")


class RefusedError(EcluseError):
    """The gate turned the request down: it is wrong, or not allowed. Members as in the gate's problem details."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        self.status, self.problem = status, problem
        self.code: str = str(problem.get("code", "unknown"))
        self.field: str | None = problem.get("field")
        self.value: str | None = problem.get("value")
        self.expected: str | None = problem.get("expected")
        self.where: str | None = problem.get("where")
        super().__init__(f"{status} {self.code}: {problem.get('detail') or problem.get('title') or 'no reason given'}")


_ENCODER: Final = msgspec.json.Encoder()
_VERDICTS: Final = msgspec.json.Decoder(list[Verdict])
_ACCOUNT: Final = msgspec.json.Decoder(Account)
_TERMS: Final = msgspec.json.Decoder(TermsState)
_HISTORY: Final = msgspec.json.Decoder(list[TermsAct])
_REHEARSAL: Final = msgspec.json.Decoder(Rehearsal)
_JSON: Final = {"content-type": "application/json"}


class _Choice:
    """What both clients share: the requests, and what their answers and failures mean."""

    def __init__(self, key: str | None, timeout_s: float, on_failure: OnFailure, retry_s: int) -> None:
        self._on_failure, self._retry_s = on_failure, retry_s
        self._timeout_s = timeout_s
        self._headers = {"authorization": f"Bearer {key}"} if key is not None else {}

    def _instead(self, events: Sequence[Event], error: UnreachableError) -> list[Verdict]:
        """Verdicts on events that no gate judged. Raises ``error`` if that was the choice."""
        if self._on_failure == "raise":
            raise error
        if self._on_failure == "open":
            return [Verdict(event.id, "pass", unjudged=True) for event in events]
        return [Verdict(event.id, "refuse", retry_after=self._retry_s, unjudged=True) for event in events]


def _parts(events: Sequence[Event]) -> Iterator[Sequence[Event]]:
    for start in range(0, len(events), EVENTS_MAX):
        yield events[start : start + EVENTS_MAX]


def _body(response: httpx.Response) -> bytes:
    """The body of an answer. Raises RefusedError, UnreachableError."""
    if response.status_code >= 500 or response.status_code in (408, 429):
        raise UnreachableError(f"status {response.status_code}", response.status_code)
    if response.status_code >= 300:
        raise RefusedError(response.status_code, _problem(response.content))
    return response.content


def _problem(body: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}


def _verdicts(body: bytes, n: int) -> list[Verdict]:
    """Verdicts on ``n`` events. Raises UnreachableError: whatever answers there is no gate."""
    try:
        verdicts = _VERDICTS.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        verdicts = []
    if len(verdicts) != n:
        raise UnreachableError("what it said are not the verdicts")
    return verdicts


def _account_path(account_id: str, at: str | None) -> str:
    return f"/v1/accounts/{quote(account_id, safe='')}" + (f"?at={quote(at, safe='')}" if at is not None else "")


def _said(error: httpx.HTTPError | httpx.InvalidURL) -> str:
    return f"{type(error).__name__}{f': {error}' if str(error) else ''}"


class Client(_Choice):
    """A gate at ``url``, asked one request after another. May be used from several threads.

    key: an API key. timeout_s: seconds a request may take. retry_s: ``retry_after`` where it fails closed.
    """

    def __init__(
        self,
        url: str,
        *,
        key: str | None = None,
        timeout_s: float = TIMEOUT_S,
        on_failure: OnFailure = "raise",
        retry_s: int = RETRY_S,
    ) -> None:
        super().__init__(key, timeout_s, on_failure, retry_s)
        self._http = httpx.Client(base_url=url, headers=self._headers, timeout=timeout_s)

    @overload
    def decide(self, events: Event) -> Verdict: ...
    @overload
    def decide(self, events: Sequence[Event]) -> list[Verdict]: ...
    def decide(self, events: Event | Sequence[Event]) -> Verdict | list[Verdict]:
        """Put an event, or several, to the gate. Raises RefusedError; UnreachableError if that was the choice."""
        if isinstance(events, Event):
            return self._decide([events])[0]
        return [verdict for part in _parts(events) for verdict in self._decide(part)]

    def _decide(self, events: Sequence[Event]) -> list[Verdict]:
        try:
            return _verdicts(self._send("POST", "/v1/decisions", _ENCODER.encode(events)), len(events))
        except UnreachableError as error:
            return self._instead(events, error)

    def observe(self, events: Event | Sequence[Event]) -> bool:
        """Tell the gate of events that need no verdict. Returns whether it took them all. Raises as ``decide``."""
        try:
            for part in _parts([events] if isinstance(events, Event) else events):
                self._send("POST", "/v1/events", _ENCODER.encode(part))
        except UnreachableError:
            if self._on_failure == "raise":
                raise
            return False
        return True

    def account(self, account_id: str, *, at: str | None = None) -> Account:
        """What the gate knows of an account. at: RFC 3339, epoch milliseconds or ``latest``; now, unless given.

        Raises RefusedError, UnreachableError.
        """
        return _ACCOUNT.decode(self._send("GET", _account_path(account_id, at)))

    def terms(self) -> TermsState:
        """The terms as they stand. Raises RefusedError, UnreachableError."""
        return _TERMS.decode(self._send("GET", "/v1/terms"))

    def terms_history(self) -> list[TermsAct]:
        """Who put which version in force, when and why; the oldest act first. Raises as ``terms``."""
        return _HISTORY.decode(self._send("GET", "/v1/terms/history"))

    def activate(self, document: str, why: str, from_: str | None = None) -> TermsState:
        """Put a version in force. document: in YAML. from_: RFC 3339; None for when it says, or at once.

        Needs the scope admin. Raises as ``terms``.
        """
        proposal = _ENCODER.encode(TermsProposal(document, why, from_))
        return _TERMS.decode(self._send("POST", "/v1/terms", proposal))

    def roll_back(self, why: str) -> TermsState:
        """Withdraw the version to come last; else put the one before in force again. As ``activate``."""
        return _TERMS.decode(self._send("POST", "/v1/terms/rollback", _ENCODER.encode(Reason(why))))

    def rehearse(self, document: str, why: str) -> TermsState:
        """Put a version in shadow beside those in force. As ``activate``."""
        proposal = _ENCODER.encode(TermsProposal(document, why))
        return _TERMS.decode(self._send("PUT", "/v1/terms/rehearsal", proposal))

    def end_rehearsal(self, why: str) -> TermsState:
        """Rehearse no longer. As ``activate``."""
        return _TERMS.decode(self._send("POST", "/v1/terms/rehearsal/end", _ENCODER.encode(Reason(why))))

    def rehearsal(self) -> Rehearsal:
        """What came of the rehearsal so far. Raises as ``terms``."""
        return _REHEARSAL.decode(self._send("GET", "/v1/terms/rehearsal"))

    def ask(self, method: str, path: str, body: Any = None) -> bytes:
        """Ask any route of the gate; the answer's body, in JSON. body: made into JSON. path: percent-encoded.

        For routes that have no verb here, such as ``GET /v1/sanctions/7``. Raises RefusedError, UnreachableError.
        """
        return self._send(method, path, None if body is None else _ENCODER.encode(body))

    def _send(self, method: str, path: str, body: bytes | None = None) -> bytes:
        try:
            return _body(self._http.request(method, path, content=body, headers=_JSON if body is not None else None))
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise UnreachableError(_said(error)) from error

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


class AsyncClient(_Choice):
    """The same as ``Client``, for asyncio; any number of requests at once."""

    def __init__(
        self,
        url: str,
        *,
        key: str | None = None,
        timeout_s: float = TIMEOUT_S,
        on_failure: OnFailure = "raise",
        retry_s: int = RETRY_S,
    ) -> None:
        super().__init__(key, timeout_s, on_failure, retry_s)
        self._http = httpx.AsyncClient(base_url=url, headers=self._headers, timeout=timeout_s)

    @overload
    async def decide(self, events: Event) -> Verdict: ...
    @overload
    async def decide(self, events: Sequence[Event]) -> list[Verdict]: ...
    async def decide(self, events: Event | Sequence[Event]) -> Verdict | list[Verdict]:
        """Put an event, or several, to the gate. Raises RefusedError; UnreachableError if that was the choice."""
        if isinstance(events, Event):
            return (await self._decide([events]))[0]
        return [verdict for part in _parts(events) for verdict in await self._decide(part)]

    async def _decide(self, events: Sequence[Event]) -> list[Verdict]:
        try:
            return _verdicts(await self._send("POST", "/v1/decisions", _ENCODER.encode(events)), len(events))
        except UnreachableError as error:
            return self._instead(events, error)

    async def observe(self, events: Event | Sequence[Event]) -> bool:
        """Tell the gate of events that need no verdict. Returns whether it took them all. Raises as ``decide``."""
        try:
            for part in _parts([events] if isinstance(events, Event) else events):
                await self._send("POST", "/v1/events", _ENCODER.encode(part))
        except UnreachableError:
            if self._on_failure == "raise":
                raise
            return False
        return True

    async def account(self, account_id: str, *, at: str | None = None) -> Account:
        """What the gate knows of an account. at: RFC 3339, epoch milliseconds or ``latest``; now, unless given.

        Raises RefusedError, UnreachableError.
        """
        return _ACCOUNT.decode(await self._send("GET", _account_path(account_id, at)))

    async def terms(self) -> TermsState:
        """The terms as they stand. Raises RefusedError, UnreachableError."""
        return _TERMS.decode(await self._send("GET", "/v1/terms"))

    async def _send(self, method: str, path: str, body: bytes | None = None) -> bytes:
        try:
            headers = _JSON if body is not None else None
            return _body(await self._http.request(method, path, content=body, headers=headers))
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise UnreachableError(_said(error)) from error

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.close()
