"""RSGI as granian speaks it: what a request is to the front, and what may be done with it.

Source: granian, docs/spec/RSGI.md. Only what is used here is named.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Protocol, TypeAlias

Headers: TypeAlias = list[tuple[str, str]]
"""Headers of an answer; ASCII, or granian fails."""


class RequestHeaders(Protocol):
    """A request's headers by their names in lower case. Values that are not ASCII are passed over."""

    def get(self, name: str) -> str | None:
        """The first value."""

    def items(self) -> list[tuple[str, str]]:
        """All of them."""


class Scope(Protocol):
    """A request's head. path: percent-decoded, what is no UTF-8 replaced."""

    method: str
    path: str
    query_string: str
    http_version: str
    scheme: str
    headers: RequestHeaders
    """A new copy each time that it is read."""


class Transport(Protocol):
    """A request's body, and the way to its answer. The body may be read once: whole, or in parts."""

    def __call__(self) -> Awaitable[bytes]:
        """The whole body. Raises ProtocolClosed if the caller hangs up before its end."""

    def __aiter__(self) -> AsyncIterator[bytes]:
        """Its parts, then an empty one; two empty ones if the caller hung up (or sent trailers)."""

    def response_empty(self, status: int, headers: Headers) -> None:
        """Answer without a body."""

    def response_bytes(self, status: int, headers: Headers, body: bytes) -> None:
        """Answer."""

    def response_file(self, status: int, headers: Headers, file: str) -> None:
        """Answer with the bytes of a file, by its path."""


App: TypeAlias = Callable[[Scope, Transport], Awaitable[None]]
