"""Canned replies of a business: written beforehand, filled in at a conversation, looked over and sent."""

from __future__ import annotations

from fastapi import Request, Response
from nicegui import ui

from ecluse.business.limits import TEXT_MAX
from ecluse.desk.inbox import NAME_CHARACTERS_MAX
from ecluse.desk.pages.build import tag
from ecluse.desk.pages.drawn import Drawn
from ecluse.desk.pages.seat import BUILT_S, Office, Seat, frame, seat_of
from ecluse.desk.pages.words import stamp
from ecluse.desk.views import Canned


def add_replies(office: Office) -> None:
    """Add the page of canned replies."""

    @ui.page("/b/{business}/replies", response_timeout=BUILT_S)
    async def replies(request: Request, business: str) -> Response | None:
        seat = seat_of(office, request, business)
        if isinstance(seat, Response):
            return seat
        content = await frame(seat, "replies", "Replies")
        drawn = _Replies(seat)
        with content:
            tag("h1", "Replies")
            tag("p", "Written beforehand, for all who answer. {name} stands for the person's name.", classes="lede")
            box = drawn.build()
        await Drawn(seat, box, seat.inbox.canned, drawn.show).keep()
        return None


class _Replies:
    def __init__(self, seat: Seat) -> None:
        self._seat = seat

    def build(self) -> ui.element:
        """Add the form. Returns where the replies are shown."""
        with tag("div", classes="form"):
            self._name = ui.input("Name").props(f"outlined dense maxlength={NAME_CHARACTERS_MAX}")
            self._text = ui.textarea("Text").props(f"outlined dense autogrow maxlength={TEXT_MAX}")
            ui.button("Keep it", on_click=self._save, color=None).props("unelevated no-caps").classes("send")
        return tag("div")

    def show(self, found: tuple[Canned, ...]) -> None:
        """Show the replies that there are."""
        if not found:
            tag("p", "None yet.", classes="soft")
        for one in found:
            self._one(one)

    def _one(self, one: Canned) -> None:
        with tag("div", classes="issue"):
            tag("h3", one.name, dir="auto")
            tag("p", one.text, classes="text", dir="auto")
            tag("p", f"{stamp(one.changed_s)} by {one.changed_by}", classes="soft")
            with tag("div", classes="line"):
                ui.button("Change", on_click=lambda: self._change(one)).props("outline no-caps dense")
                ui.button("Throw away", on_click=lambda: self._delete(one.name)).props("outline no-caps dense")

    def _change(self, one: Canned) -> None:
        self._name.set_value(one.name)
        self._text.set_value(one.text)
        self._text.run_method("focus")

    async def _save(self) -> None:
        seat, name, text = self._seat, self._name.value or "", self._text.value or ""
        kept = await seat.do(
            lambda: seat.inbox.save_canned(name, text, agent=seat.agent.name, now_s=seat.now_s()), "Kept."
        )
        if kept:
            self._name.set_value("")
            self._text.set_value("")

    async def _delete(self, name: str) -> None:
        await self._seat.do(lambda: self._seat.inbox.delete_canned(name), "Thrown away.")
