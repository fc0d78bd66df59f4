"""Adding the pages to a desk's app."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

from fastapi import FastAPI, Request
from nicegui import ui
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ecluse.desk.desk import Desk
from ecluse.desk.pages.figures import add_figures
from ecluse.desk.pages.files import add_files
from ecluse.desk.pages.inbox import add_inbox
from ecluse.desk.pages.issuing import add_issuing
from ecluse.desk.pages.linking import add_linking
from ecluse.desk.pages.live import Watch
from ecluse.desk.pages.replies import add_replies
from ecluse.desk.pages.seat import SIGN_IN, SIGN_OUT, Office, no_page, to_sign_in
from ecluse.desk.pages.sessions import Sessions
from ecluse.desk.pages.signing import add_signing

RECONNECT_S: Final = 10.0
"""Seconds that a page may be without a connection before it is forgotten and loads anew."""
POLICY: Final = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",  # NiceGUI's own script lies in the page, and Vue compiles
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
"""What browsers may load for our pages: nothing but from the desk itself."""
_OPEN: Final = re.compile(rf"/|{SIGN_IN}|{SIGN_OUT}|/healthz|/favicon\.ico|/webhook/[^/]+")
"""What strangers may ask for, word for word: NiceGUI makes a page for each address that it does not know."""
_FILES: Final = "/_nicegui"
"""Where NiceGUI's own files begin, which only pages of agents load."""
_HEADERS: Final = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
}


def add_pages(app: FastAPI, desk: Desk, *, now_s: Callable[[], int] | None = None) -> None:
    """Add sign-in, inboxes and the other pages to the app of a desk, before it is served. now_s: the clock.

    Once for each process: NiceGUI keeps its pages in the process, and those that were added last are the ones shown.
    """
    office = Office(desk, now_s or _now_s, Sessions(desk), Watch(desk.store))
    add_signing(app, office)
    add_files(app, office)
    for add in (add_inbox, add_issuing, add_linking, add_replies, add_figures):
        add(office)
    ui.run_with(
        app,
        title="Desk",
        dark=None,
        language="en-US",
        favicon=_ICON,
        reconnect_timeout=RECONNECT_S,
        binding_refresh_interval=None,
        tailwind=False,
        show_welcome_message=False,
    )
    app.add_middleware(_Front, office=office)
    inner = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(given: FastAPI) -> AsyncIterator[Any]:
        watching = asyncio.create_task(office.watch.run())
        try:
            async with inner(given) as state:
                yield state
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching

    app.router.lifespan_context = lifespan


class _Front:
    """Stands before everything: strangers get no further than the sign-in, and each answer says what may be loaded.

    NiceGUI makes elements for whatever is asked of it; so it is asked by agents alone.
    """

    def __init__(self, app: ASGIApp, office: Office) -> None:
        self._app, self._office = app, office

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        answer = self._app if _OPEN.fullmatch(scope["path"]) else self._answer(scope)
        await answer(scope, receive, with_headers)

    def _answer(self, scope: Scope) -> ASGIApp:
        request, path = Request(scope), scope["path"]
        if not path.startswith(("/b/", _FILES)):
            return no_page()
        if self._office.agent(request) is not None:
            return self._app
        return no_page() if path.startswith(_FILES) else to_sign_in(request)


def _now_s() -> int:
    return int(time.time())


_ICON: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#c2410c"/>'
    '<path d="M7 9h18v11H16l-5 4v-4H7z" fill="#fff"/></svg>'
)
