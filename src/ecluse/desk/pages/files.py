"""Files that pages link to: QR codes, and what people sent."""

from __future__ import annotations

import asyncio
import re
from typing import Any, Final

from fastapi import FastAPI, Request, Response

from ecluse.business.composing import MEDIA_TYPES
from ecluse.desk.entry import entry_link, qr_svg
from ecluse.desk.pages.seat import Office, Seat, no_page, plain, seat_of
from ecluse.desk.views import MessageView
from ecluse.errors import EcluseError, InputError

_TYPE: Final = re.compile(r"[a-z]+/[a-z0-9.+-]{1,100}")
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9_.-]+")


def add_files(app: FastAPI, office: Office) -> None:
    """Add the routes of files."""
    files = _Files(office)
    app.add_api_route("/b/{business}/qr.svg", files.qr, methods=["GET"], response_model=None)
    app.add_api_route("/b/{business}/media/{message_id}", files.media, methods=["GET"], response_model=None)


def media_id(message: MessageView) -> str | None:
    """The API's id of the file of a person's message; None: it has none."""
    found = message.content.get("id") if message.incoming and message.type in (*MEDIA_TYPES, "voice") else None
    return found if isinstance(found, str) and found else None


class _Files:
    def __init__(self, office: Office) -> None:
        self._office = office

    async def qr(self, request: Request, business: str, keyword: str = "") -> Response:
        """The QR code of an entry link."""
        seat = seat_of(self._office, request, business)
        if isinstance(seat, Response):
            return seat
        config = self._office.desk.config
        one = config.business(business)
        try:
            svg = qr_svg(entry_link(config.link_base, one.number, keyword, one.bot))
        except InputError:
            return no_page()
        return Response(svg, media_type="image/svg+xml", headers={"cache-control": "private, max-age=300"})

    async def media(self, request: Request, business: str, message_id: int) -> Response:
        """A file that a person sent, to be saved: a browser never shows it as a page of ours."""
        seat = seat_of(self._office, request, business)
        if isinstance(seat, Response):
            return seat
        message = await asyncio.to_thread(_message, seat, message_id)
        found = media_id(message) if message is not None else None
        if message is None or found is None:
            return no_page()
        try:
            media = await self._office.desk.media(business, found)
        except EcluseError as error:
            return plain("gone.html", 502, why=str(error))
        return Response(media.body, headers=_headers(message, media.type))


def _message(seat: Seat, message_id: int) -> MessageView | None:
    try:
        return seat.inbox.message(message_id)
    except InputError:
        return None


def _headers(message: MessageView, kind: str) -> dict[str, str]:
    """The heads of a file: its name is made of what the person called it, as far as that is harmless."""
    said: Any = message.content.get("filename")
    name = _UNSAFE.sub("_", said)[:100].strip("._") if isinstance(said, str) else ""
    kind = kind.partition(";")[0].strip().lower()
    return {
        "content-type": kind if _TYPE.fullmatch(kind) else "application/octet-stream",
        "content-disposition": f'attachment; filename="{name or f"{message.type}-{message.id}"}"',
        "content-security-policy": "sandbox; default-src 'none'",
        "cache-control": "private, no-store",
    }
