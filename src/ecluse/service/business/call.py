"""A call of the business API: what came, and what is answered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import parse_qsl

import msgspec

from ecluse.business.codes import ApiError
from ecluse.business.directory import Caller
from ecluse.business.limits import BODY_MAX
from ecluse.service.body import Bodies, declared_length
from ecluse.service.problems import ProblemError
from ecluse.service.rsgi import Scope, Transport

if TYPE_CHECKING:
    from ecluse.service.business.door import BusinessDoor

FIELDS_MAX: Final = 64
"""Fields of a query."""


class Answer(NamedTuple):
    """An answer of status 200. file: sent instead of the body."""

    body: bytes
    type: str = "application/json"
    file: Path | None = None


class Call:
    """One request. ids: those of its path, by name. now_ms: when it came."""

    def __init__(self, head: Scope, transport: Transport, bodies: Bodies, ids: dict[str, str], now_ms: int) -> None:
        self.head, self.transport, self.ids, self.now_ms = head, transport, ids, now_ms
        self._bodies = bodies
        self.header = head.headers.get
        self.caller: Caller | None = None
        try:
            pairs = parse_qsl(head.query_string, keep_blank_values=True, max_num_fields=FIELDS_MAX)
        except ValueError:
            raise ApiError(100, f"The query has over {FIELDS_MAX} fields.") from None
        self.query = dict(pairs)

    @property
    def now_s(self) -> int:
        """The second at which it came."""
        return self.now_ms // 1000

    @property
    def who(self) -> Caller:
        """Who asks; there is somebody wherever a route needs a token."""
        assert self.caller is not None
        return self.caller

    def token(self) -> str | None:
        """The token that was shown: that of the query, else of the header."""
        if given := self.query.get("access_token"):
            return given
        scheme, _, token = (self.header("authorization") or "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else None

    async def body(self) -> bytes:
        """The body. Raises ApiError."""
        declared = declared_length(self.head)
        if declared is not None and declared > BODY_MAX:
            raise ApiError(100, f"The body has over {BODY_MAX} bytes.")
        try:
            body = await self._bodies.read(self.transport, declared)
        except ProblemError as problem:
            raise ApiError(2 if problem.status == 503 else 100, problem.title) from None
        if len(body) > BODY_MAX:
            raise ApiError(100, f"The body has over {BODY_MAX} bytes.")
        return body

    async def document(self) -> dict[str, Any]:
        """The body as a JSON object, an empty one for none. Raises ApiError 100."""
        body = await self.body()
        if not body.strip():
            return {}
        try:
            document = msgspec.json.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise ApiError(100, "The body is not JSON.") from None
        if not isinstance(document, dict):
            raise ApiError(100, "The body is not a JSON object.")
        return document


Handler = Callable[["BusinessDoor", Call], Awaitable[Answer]]


def reply(document: Any) -> Answer:
    """An answer in JSON."""
    return Answer(msgspec.json.encode(document))


SUCCESS: Final = Answer(b'{"success":true}')
