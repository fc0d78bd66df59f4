"""What an agent does about a conversation: have it, give it to another or to the bot, be done with it."""

from __future__ import annotations

from typing import Any, Final

from nicegui import events, ui

from ecluse.desk.pages.build import tag
from ecluse.desk.pages.seat import Seat
from ecluse.desk.views import ConversationView, Handling, Status

NOBODY: Final = "Nobody"


class Deeds:
    """The head of a conversation: who it is with, who has it, and buttons."""

    def __init__(self, seat: Seat, conversation_id: int) -> None:
        self._seat, self._id = seat, conversation_id
        self._assigned: str | None = None

    def build(self, view: ConversationView) -> None:
        """Add it."""
        seat, row = self._seat, view.row
        self._assigned = row.assigned_to
        with tag("div", classes="whom"):
            self._name = tag("h1", row.name, dir="auto")
            self._state = tag("span", classes="soft")
        with tag("div", classes="deeds"):
            agents = seat.office.desk.agents.of(seat.business)
            names = dict.fromkeys((*agents, *([row.assigned_to] if row.assigned_to else [])))
            self._options = {"": NOBODY} | {
                name: f"{name} (you)" if name == seat.agent.name else name for name in names
            }
            self._select = ui.select(
                self._options, label="Assigned to", value=row.assigned_to or "", on_change=self._given
            )
            self._select.props("outlined dense options-dense").classes("assigned")
            self._mine = self._button("Take it", self._take)
            self._bot = self._button("Hand to bot", self._hand_back)
            self._done = self._button("Close", self._close)

    def show(self, view: ConversationView) -> None:
        """Show how it stands."""
        row = view.row
        self._assigned = row.assigned_to
        if row.assigned_to and row.assigned_to not in self._options:
            self._options[row.assigned_to] = row.assigned_to
            self._select.set_options(self._options)
        if self._select.value != (row.assigned_to or ""):
            self._select.set_value(row.assigned_to or "")
        closed, bot = row.status is Status.CLOSED, row.handling is Handling.BOT
        self._name.set_text(row.name)
        self._state.set_text("closed" if closed else "the bot answers" if bot else "people answer")
        self._mine.set_visibility(row.assigned_to != self._seat.agent.name)
        self._bot.set_visibility(
            not bot and self._seat.office.desk.config.business(self._seat.business).bot is not None
        )
        self._done.set_text("Open again" if closed else "Close")
        self._closed = closed

    def _button(self, text: str, deed: Any) -> ui.button:
        return ui.button(text, on_click=deed).props("outline no-caps dense")

    async def _given(self, event: events.ValueChangeEventArguments[Any]) -> None:
        to = str(event.value) or None
        if to != self._assigned:
            self._assigned = to
            await self._assign(to)

    async def _take(self) -> None:
        await self._assign(self._seat.agent.name)

    async def _assign(self, to: str | None) -> None:
        await self._seat.do(lambda: self._seat.inbox.assign(self._id, to, now_s=self._seat.now_s()))

    async def _hand_back(self) -> None:
        await self._seat.do(lambda: self._seat.inbox.hand_over(self._id, Handling.BOT), "The bot answers again.")

    async def _close(self) -> None:
        inbox, closed = self._seat.inbox, self._closed
        await self._seat.do(
            lambda: inbox.reopen(self._id) if closed else inbox.close(self._id, now_s=self._seat.now_s())
        )
