"""Issues of a business's newsletters: published here, and given to whoever asks. Nothing is sent by publishing."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response
from nicegui import ui

from ecluse.business.limits import TEXT_MAX
from ecluse.desk.issues import TITLE_CHARACTERS_MAX
from ecluse.desk.pages.build import tag
from ecluse.desk.pages.drawn import Drawn
from ecluse.desk.pages.seat import BUILT_S, Office, Seat, frame, seat_of
from ecluse.desk.pages.words import stamp
from ecluse.desk.parts import Part, link_part, media_part, text_of, text_part
from ecluse.desk.views import IssueView


def add_issuing(office: Office) -> None:
    """Add the page of issues."""

    @ui.page("/b/{business}/issues", response_timeout=BUILT_S)
    async def issues(request: Request, business: str) -> Response | None:
        seat = seat_of(office, request, business)
        if isinstance(seat, Response):
            return seat
        content = await frame(seat, "issues", "Issues")
        bot = office.desk.config.business(business).bot
        names = {one.id: one.name for one in bot.newsletters} if bot is not None else {}
        with content:
            tag("h1", "Issues")
            tag("p", "Publishing sends nothing. Whoever asks for the newsletter gets its latest issue.", classes="lede")
            _Form(seat, names).build()
            tag("h2", "Published")
            box = tag("div")
        await Drawn(seat, box, seat.inbox.issues, lambda found: _show(found, names)).keep()
        return None


class _Form:
    def __init__(self, seat: Seat, names: dict[str, str]) -> None:
        self._seat, self._names = seat, names

    def build(self) -> None:
        with tag("div", classes="form"):
            self._newsletter: Any
            if len(self._names) > 1:
                first = next(iter(self._names))
                self._newsletter = ui.select(self._names, label="Newsletter", value=first).props("outlined dense")
            elif not self._names:
                self._newsletter = ui.input("Newsletter").props("outlined dense maxlength=40")
            else:
                self._newsletter = None
            self._title = ui.input("Title; people do not see it").props("outlined dense")
            self._title.props(f"maxlength={TITLE_CHARACTERS_MAX}")
            self._text = ui.textarea("Text").props(f"outlined dense autogrow maxlength={TEXT_MAX}")
            self._link = ui.input("Address that a button opens (if any)").props("outlined dense type=url")
            self._label = ui.input("What the button says", value="Read").props("outlined dense maxlength=20")
            self._image = ui.input("Address of a picture (if any)").props("outlined dense type=url")
            ui.button("Publish", on_click=self._publish, color=None).props("unelevated no-caps").classes("send")

    async def _publish(self) -> None:
        seat = self._seat
        newsletter = self._newsletter.value if self._newsletter is not None else next(iter(self._names))
        title, parts = (
            self._title.value or "",
            parts_of(self._text.value or "", self._link.value or "", self._label.value or "", self._image.value or ""),
        )
        done = await seat.do(
            lambda: seat.inbox.publish(newsletter or "", title, parts, by=seat.agent.name, now_s=seat.now_s()),
            "Published. Whoever asks gets it.",
        )
        if done:
            for field in (self._title, self._text, self._link, self._image):
                field.set_value("")


def parts_of(text: str, link: str, label: str, image: str) -> list[Part]:
    """The messages of an issue: a picture, if there is one, and a text, with a button if there is a link.

    >>> [part.type for part in parts_of("Today", "https://example.org/1", "Read", "https://example.org/1.png")]
    ['image', 'interactive']
    """
    parts = [media_part("image", image.strip())] if image.strip() else []
    if link.strip():
        parts.append(link_part(text.strip() or label.strip(), link.strip(), label.strip()))
    elif text.strip():
        parts.append(text_part(text.strip()))
    return parts


def _show(found: tuple[IssueView, ...], names: dict[str, str]) -> None:
    if not found:
        tag("p", "No issue yet.", classes="soft")
    for issue in found:
        with tag("div", classes="issue"):
            name = names.get(issue.newsletter, issue.newsletter)
            tag("h3", f"{name}, number {issue.number}: {issue.title}", dir="auto")
            for part in issue.parts:
                tag("p", text_of(part["type"], part["content"]), classes="text", dir="auto")
            asked = f"asked for {issue.pulled:,} times" if issue.pulled != 1 else "asked for once"
            tag("p", f"{stamp(issue.published_s)} by {issue.published_by} · {asked}", classes="soft")
