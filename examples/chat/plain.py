"""A small chat: whoever opens the page with a name can write to every other name.

Run it: ``python -m granian --interface asgi examples.chat.plain:app``, then open ``http://127.0.0.1:8000/?name=ada``.
A name stands in for whatever your service knows people by; there is no sign-in here, so don't put it on the internet.
"""

from __future__ import annotations

from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

PAGE = Path(__file__).with_name("page.html")

here: dict[str, set[WebSocket]] = {}
"""The open connections, by name."""


async def page(request: Request) -> FileResponse:  # noqa: ARG001
    """The page with the chat."""
    return FileResponse(PAGE)


async def talk(socket: WebSocket) -> None:
    """One connection: what it sends goes to whoever it names, ``{"to": "bob", "text": "Hello"}``."""
    name = socket.query_params.get("name", "nobody")
    await socket.accept()
    here.setdefault(name, set()).add(socket)
    try:
        async for message in socket.iter_json():
            said = {"from": name, "to": str(message["to"]), "text": str(message["text"])}
            for other in here.get(said["to"], set()) | {socket}:
                await other.send_json(said)
    finally:
        here[name].discard(socket)
        if not here[name]:
            del here[name]


app = Starlette(routes=[Route("/", page), WebSocketRoute("/talk", talk)])
