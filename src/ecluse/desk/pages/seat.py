"""Seats: an agent at a page of one of their businesses, and the frame that all of these pages have."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import tzinfo
from typing import Any, Final, NamedTuple, TypeVar
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from nicegui import ui

from ecluse.desk.agents import Agent
from ecluse.desk.desk import Desk
from ecluse.desk.inbox import Inbox
from ecluse.desk.looking import Filter
from ecluse.desk.pages.build import tag
from ecluse.desk.pages.live import Drawing, Watch
from ecluse.desk.pages.sessions import COOKIE, Sessions
from ecluse.desk.pages.zones import TELL_ZONE, zone_of
from ecluse.errors import EcluseError
from ecluse.pages import templates

SIGN_IN: Final = "/sign-in"
SIGN_OUT: Final = "/sign-out"
PAGES: Final = (("", "Inbox"), ("issues", "Issues"), ("links", "Links"), ("replies", "Replies"), ("numbers", "Numbers"))
"""The pages of a business: where they are and what they are called."""
BUILT_S: Final = 30.0
"""Seconds that a page may take to be made, on a database that is slow."""
TEMPLATES: Final = templates("ecluse.desk.pages")
TEMPLATES.globals["tell_zone"] = TELL_ZONE
T = TypeVar("T")


class Office(NamedTuple):
    """What all pages of a desk share. now_s: the clock."""

    desk: Desk
    now_s: Callable[[], int]
    sessions: Sessions
    watch: Watch

    def agent(self, request: Request) -> Agent | None:
        """Who asks; None: nobody that is known."""
        return self.sessions.read(request.cookies.get(COOKIE), self.now_s())


class Seat:
    """An agent at a page of a business. It is theirs as long as their session lasts. zone: of times that they read."""

    def __init__(self, office: Office, agent: Agent, business: str, cookie: str, zone: tzinfo) -> None:
        self.office, self.agent, self.business, self._cookie, self.zone = office, agent, business, cookie, zone
        self.inbox: Inbox = office.desk.inbox_for(agent, business)
        self.name = office.desk.config.business(business).name

    def now_s(self) -> int:
        """The desk's clock."""
        return self.office.now_s()

    def path(self, page: str = "", /, **query: Any) -> str:
        """The address of a page of this business."""
        given = "&".join(f"{name}={quote(str(value), safe='')}" for name, value in query.items() if value)
        return f"/b/{self.business}{'/' + page if page else ''}{'?' + given if given else ''}"

    def is_taken(self) -> bool:
        """Whether the session lasts."""
        return self.office.sessions.read(self._cookie, self.now_s()) == self.agent

    async def look(self, work: Callable[[], T]) -> T | None:
        """Ask the inbox, in a thread; None, and the page shows the sign-in, if the session has ended."""
        if not self.is_taken():
            ui.context.client.open(SIGN_IN)
            return None
        return await asyncio.to_thread(work)

    async def do(self, work: Callable[[], Any], done: str = "") -> bool:
        """Do something in the inbox, and say so; what is wrong is said, too. Returns whether it was done."""
        client = ui.context.client
        try:
            if not self.is_taken():
                client.open(SIGN_IN)
                return False
            await asyncio.to_thread(work)
        except EcluseError as error:
            if not client.is_deleted:
                ui.notify(str(error), type="negative", multi_line=True, timeout=10_000)
            return False
        self.office.watch.call()
        if done and not client.is_deleted:
            ui.notify(done, type="positive")
        return True

    def keep(self, draw: Callable[[], Awaitable[None]]) -> None:
        """Draw something again after each change of the business, as long as this page is open."""
        client = ui.context.client

        async def within() -> None:
            if not client.is_deleted:
                with client:
                    await draw()

        drawing = Drawing(within)
        client.on_delete(self.office.watch.add(self.business, drawing.call))
        drawing.call()  # what changed since it was drawn first


def seat_of(office: Office, request: Request, business: str) -> Seat | Response:
    """The seat of who asks for a page; or what they are answered instead, the same for another's business and none."""
    agent = office.agent(request)
    if agent is None:
        return to_sign_in(request)
    if business not in agent.businesses or business not in office.desk.config.businesses:
        return no_page()
    return Seat(office, agent, business, request.cookies[COOKIE], zone_of(request))


def to_sign_in(request: Request) -> Response:
    """The way to the sign-in, and from there to what was asked for."""
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"{SIGN_IN}?then={quote(request.url.path + query)}", 303)


def no_page() -> Response:
    """What is not there, or is not theirs."""
    return plain("none.html", 404)


def plain(template: str, status: int = 200, /, **given: Any) -> Response:
    """A page that needs no script."""
    return Response(TEMPLATES.get_template(template).render(given), status, media_type="text/html; charset=utf-8")


async def frame(seat: Seat, here: str, title: str) -> ui.element:
    """Begin a page: look, head and links. here: its place in PAGES. Returns where its content goes."""
    ui.add_head_html(f"<style>{TEMPLATES.get_template('desk.css').render()}</style>")
    ui.add_head_html(f"<script>{TELL_ZONE}</script>")
    client = ui.context.client
    with tag("div", classes="bar"):
        tag("a", seat.name, classes="home", href="/", title="Your businesses")
        with tag("nav", classes="pages", aria_label="Pages"):
            for page, name in PAGES:
                current = "page" if page == here else None
                link = tag("a", name, href=seat.path(page), aria_current=current)
                if not page:
                    inbox_link = link
        with tag("form", classes="out", method="post", action=SIGN_OUT):
            tag("span", seat.agent.name, classes="who")
            tag("button", "Sign out", type="submit")

    async def count(*, first: bool = False) -> None:
        unread = await seat.look(
            lambda: seat.inbox.conversations(Filter(unread=True), limit=1, now_s=seat.now_s()).total
        )
        if unread is None or client.is_deleted:
            return
        inbox_link.set_text(f"Inbox ({unread})" if unread else "Inbox")
        whole = f"({unread}) {title} – {seat.name}" if unread else f"{title} – {seat.name}"
        if first:
            client.title = whole
        else:
            ui.page_title(whole)

    await count(first=True)
    seat.keep(count)
    return tag("div", classes="page")
