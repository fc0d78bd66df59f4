"""Entry links of a business, and their QR codes: how people come to it."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import Request, Response
from nicegui import ui

from ecluse.desk.bot import Keyword
from ecluse.desk.entry import TEXT_CHARACTERS_MAX, entry_link
from ecluse.desk.pages.build import tag
from ecluse.desk.pages.seat import BUILT_S, Office, Seat, frame, seat_of
from ecluse.errors import InputError


def add_linking(office: Office) -> None:
    """Add the page of links."""

    @ui.page("/b/{business}/links", response_timeout=BUILT_S)
    async def links(request: Request, business: str, keyword: str = "") -> Response | None:
        seat = seat_of(office, request, business)
        if isinstance(seat, Response):
            return seat
        content = await frame(seat, "links", "Links")
        bot = office.desk.config.business(business).bot
        with content:
            tag("h1", "Entry links")
            tag("p", "Who opens one writes to you first, and may be answered for 24 hours. Print the code, or put the "
                "link on your site.", classes="lede")  # fmt: skip
            _form(seat, keyword)
            if keyword:
                _entry(office, seat, keyword, None)
            for one in bot.keywords if bot is not None else ():
                if one.words:
                    _entry(office, seat, one.words[0], one)
        return None


def _form(seat: Seat, keyword: str) -> None:
    with tag("form", classes="search", method="get", action=seat.path("links")):
        tag("label", "What the person's first message will be", for_="keyword")
        with tag("div", classes="line"):
            tag("input", id="keyword", name="keyword", value=keyword, maxlength=str(TEXT_CHARACTERS_MAX))
            tag("button", "Make the link", type="submit")


def _entry(office: Office, seat: Seat, word: str, keyword: Keyword | None) -> None:
    config = office.desk.config
    one = config.business(seat.business)
    try:
        link = entry_link(config.link_base, one.number, word, one.bot)
    except InputError as error:
        tag("p", str(error), classes="wrong", role="alert")
        return
    image = seat.path("qr.svg", keyword=word)
    with tag("div", classes="entry"):
        tag("img", src=image, alt=f"QR code of the link for {word}", width="132", height="132")
        with tag("div"):
            tag("h2", word, dir="auto")
            if keyword is not None:
                tag("p", _does(keyword), classes="soft")
                if keyword.wording:
                    tag("p", f"Show beside it: {keyword.wording}", dir="auto")
            tag("input", classes="address", readonly="", value=link, aria_label=f"Link for {word}",
                onfocus="this.select()")  # fmt: skip
            with tag("p"):
                tag("a", "Save the QR code (SVG)", href=image, download=f"{seat.business}-{quote(word, safe='')}.svg")


def _does(keyword: Keyword) -> str:
    said = {
        "latest": f"gives the latest issue of {keyword.newsletter}",
        "start": f"opts in to {keyword.newsletter}",
        "stop": "ends everything",
        "menu": "shows the menu",
        "flow": f"begins the flow {keyword.flow}",
        "people": "hands over to people",
        "say": "gets an answer",
    }[keyword.act.value]
    more = f"; the same: {', '.join(keyword.words[1:])}" if len(keyword.words) > 1 else ""
    return said + more
