"""Problems: every error that HTTP answers, as problem details (RFC 9457) with a code that stays the same.

``type`` is ``urn:ecluse:problem:<code>``. Members besides the standard ones: ``field``, ``value``, ``expected``,
``where`` (of what came in) and ``retry_after`` (seconds).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import msgspec

from ecluse.errors import EcluseError, InputError

PROBLEM_TYPE: Final = "application/problem+json"
URN: Final = "urn:ecluse:problem:"

RETRY_S: Final = 1
"""Seconds after which a gate that is busy, starting or stopping may be asked again."""


class Code(NamedTuple):
    """One sort of problem. retry: the same request may succeed in a moment."""

    status: int
    title: str
    doc: str
    retry: bool = False


CODES: Final[dict[str, Code]] = {
    "malformed": Code(400, "The body is not what its type says", "It is no JSON, no NDJSON or no Arrow stream."),
    "key-missing": Code(401, "No API key", "Send `Authorization: Bearer ecl_…`."),
    "key-refused": Code(401, "The API key opens nothing", "It is malformed, unknown, expired or revoked."),
    "scope-missing": Code(403, "The API key does not allow this", "`expected` names the scope that is needed."),
    "partner-not-verified": Code(403, "The partner is not verified", "Only verified and trusted partners get this."),
    "not-found": Code(404, "There is nothing here", "No route of that path, or nothing of that number."),
    "method-not-allowed": Code(405, "Not by this method", "The header `Allow` names those that are."),
    "body-too-slow": Code(408, "The body took too long", "See the setting `body_seconds`.", True),
    "conflict": Code(409, "It is not in that state", "What was asked does not go with what has become of it."),
    "body-too-large": Code(413, "The body is too large", "See the setting `body_max`."),
    "too-many-events": Code(413, "Too many events in one request", "See the setting `events_max`."),
    "media-type": Code(415, "Not a type of events", "The header `Accept-Post` names those that are."),
    "compressed": Code(415, "Compressed bodies are not taken", "Neither `Content-Encoding` nor in Arrow's buffers."),
    "invalid": Code(422, "A value is not what it should be", "`field`, `value`, `expected` and `where` say which."),
    "internal": Code(500, "The gate failed", "A fault of the gate; its log says where."),
    "starting": Code(503, "The gate is starting", "It is reading what it knew.", True),
    "stopping": Code(503, "The gate is stopping", "It takes no more requests.", True),
    "busy": Code(503, "The gate is busy", "Bodies under way fill the memory set aside for them.", True),
    "journal": Code(503, "The journal takes nothing", "The disk is full or fails; nothing was judged.", True),
    "records": Code(503, "The records take nothing", "Their database can't be used now; nothing was changed.", True),
}
"""Every code, with its status."""


class ProblemError(EcluseError):
    """A problem to be answered. Only its code may be logged: the rest may hold what a caller sent."""

    def __init__(
        self,
        code: str,
        detail: str | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        members: Mapping[str, Any] | None = None,
    ) -> None:
        self.code = code
        self.status, self.title, _, retry = CODES[code]
        self.detail = detail
        self.members = dict(members or {})
        self.headers = dict(headers or {})
        if retry:
            self.members["retry_after"] = RETRY_S
            self.headers["retry-after"] = str(RETRY_S)
        if self.status == 401:
            self.headers["www-authenticate"] = "Bearer"
        super().__init__(code)

    @classmethod
    def of_input(cls, error: InputError) -> ProblemError:
        """The problem that a refused value makes."""
        members = {"field": error.field, "value": error.value, "expected": error.expected}
        if error.where is not None:
            members["where"] = error.where
        return cls("malformed" if error.field == "body" else "invalid", str(error), members=members)

    def body(self) -> bytes:
        """The problem as JSON."""
        document = {"type": URN + self.code, "title": self.title, "status": self.status, "code": self.code}
        if self.detail is not None:
            document["detail"] = self.detail
        return msgspec.json.encode({**document, **self.members})
