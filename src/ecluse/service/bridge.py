"""A bridge from granian's RSGI to ASGI, for the app of everything that is asked now and then.

A body is read when a route asks for it, and handed on whole; an answer goes out when it is complete.
"""

from __future__ import annotations

from starlette.types import ASGIApp, Message
from starlette.types import Scope as ASGIScope

from ecluse.service.body import Bodies, declared_length
from ecluse.service.rsgi import App, Scope, Transport


def bridge(app: ASGIApp, bodies: Bodies) -> App:
    """``app`` as RSGI. bodies: what reads them, within its limits."""

    async def bridged(scope: Scope, transport: Transport) -> None:
        status, headers, parts = 500, [], []
        declared = declared_length(scope)

        async def receive() -> Message:
            return {"type": "http.request", "body": await bodies.read(transport, declared), "more_body": False}

        async def send(message: Message) -> None:
            nonlocal status, headers
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in message["headers"]]
            else:
                parts.append(message.get("body", b""))

        await app(_asgi_scope(scope), receive, send)
        transport.response_bytes(status, headers, b"".join(parts))

    return bridged


def _asgi_scope(scope: Scope) -> ASGIScope:
    """A request's head as ASGI has it."""
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": scope.http_version,
        "method": scope.method,
        "scheme": scope.scheme,
        "path": scope.path,
        "query_string": scope.query_string.encode("latin-1"),
        "root_path": "",
        "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in scope.headers.items()],
    }
