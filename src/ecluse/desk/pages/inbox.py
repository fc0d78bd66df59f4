"""The inbox: the list of conversations, and one of them beside it; on a phone one or the other."""

from __future__ import annotations

import asyncio

from fastapi import Request, Response
from nicegui import ui

from ecluse.desk.pages.build import tag
from ecluse.desk.pages.listing import Listed, add_listing, shown_of
from ecluse.desk.pages.seat import BUILT_S, Office, frame, no_page, seat_of
from ecluse.desk.pages.talk import add_talk
from ecluse.errors import InputError

SEARCH_CHARACTERS_MAX = 200


def add_inbox(office: Office) -> None:
    """Add the pages of inboxes."""

    @ui.page("/b/{business}", response_timeout=BUILT_S)
    async def inbox(request: Request, business: str, show: str = "", q: str = "", page: int = 1) -> Response | None:
        return await _draw(office, request, business, None, show, q, page)

    @ui.page("/b/{business}/c/{conversation_id}", response_timeout=BUILT_S)
    async def conversation(
        request: Request, business: str, conversation_id: int, show: str = "", q: str = "", page: int = 1
    ) -> Response | None:
        return await _draw(office, request, business, conversation_id, show, q, page)


async def _draw(
    office: Office, request: Request, business: str, conversation_id: int | None, show: str, q: str, page: int
) -> Response | None:
    seat = seat_of(office, request, business)
    if isinstance(seat, Response):
        return seat
    view = None
    if conversation_id is not None:
        try:
            view = await asyncio.to_thread(lambda: seat.inbox.conversation(conversation_id, now_s=seat.now_s()))
        except InputError:
            return no_page()
    listed = Listed(shown_of(show), q[:SEARCH_CHARACTERS_MAX], max(1, min(page, 10_000)), conversation_id)
    content = await frame(seat, "", view.row.name if view is not None else "Inbox")
    content.classes("inbox one" if view is not None else "inbox")
    with content:
        with tag("div", classes="list"):
            await add_listing(seat, listed)
        if view is not None:
            await add_talk(seat, view, seat.path(**listed.query()))
        else:
            tag("p", "Choose a conversation.", classes="empty soft")
    return None
