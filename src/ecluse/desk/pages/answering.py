"""The box in which an agent answers: Enter sends. It is shut, and says why, while nothing may be sent."""

from __future__ import annotations

from typing import Any, Final

from nicegui import events, ui

from ecluse.business.limits import TEXT_MAX
from ecluse.desk.inbox import NOTE_CHARACTERS_MAX
from ecluse.desk.pages.build import tag
from ecluse.desk.pages.seat import Seat
from ecluse.desk.pages.words import is_urgent, left, why_shut
from ecluse.desk.views import Canned, ConversationRow, ConversationView

_ENTER: Final = """(event) => {
  if (event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  const box = event.target, now = Date.now();
  if (!box.value.trim() || now - (+box.dataset.at || 0) < 400) return;
  box.dataset.at = now;
  emit(box.value);
}"""
"""Emits the text when Enter is pressed alone, and not within a word that is being composed."""


class AnswerBox:
    """The box, and the one for notes."""

    def __init__(self, seat: Seat, conversation_id: int) -> None:
        self._seat, self._id = seat, conversation_id
        self._row: ConversationRow | None = None
        self._shut: str | None = None
        self._sending = False

    async def build(self, view: ConversationView) -> None:
        """Add it."""
        canned = await self._seat.look(self._seat.inbox.canned) or ()
        self._row = view.row
        with tag("div", classes="answer"):
            self._why = tag("p", classes="why", role="status")
            self._text = ui.textarea("Answer").props(f"outlined dense autogrow maxlength={TEXT_MAX}")
            self._text.classes("write").on("keydown.enter", self._entered, js_handler=_ENTER)
            with tag("div", classes="line"):
                self._window = tag("span", classes="pill")
                self._add_canned(canned)
                self._send = (
                    ui.button("Send", on_click=self._clicked, color=None).props("unelevated no-caps").classes("send")
                )
            with tag("details", classes="noting"):
                tag("summary", "Note for other agents")
                self._note = ui.textarea("Note").props(f"outlined dense autogrow maxlength={NOTE_CHARACTERS_MAX}")
                self._note.classes("write").on("keydown.enter", self._noted, js_handler=_ENTER)
                ui.button("Add note", on_click=self._note_clicked).props("outline no-caps")

    def show(self, view: ConversationView) -> None:
        """Show whether the person may be written to now."""
        self._row = view.row
        self.tick()

    def tick(self) -> None:
        """Count down; shut when the time has come."""
        if self._row is None:
            return
        now_s = self._seat.now_s()
        shut = why_shut(self._row, now_s, self._seat.zone)
        said = "closed" if shut else f"{left(self._row.window, now_s)} left to answer"
        if self._window.text != said:
            self._window.set_text(said)
            add = "shut" if shut else "hot" if is_urgent(self._row.window, now_s) else ""
            self._window.classes(add=add, remove=" ".join({"shut", "hot"} - {add}))
        if self._why.text != (shut or ""):
            self._why.set_text(shut or "")
            self._text.set_enabled(shut is None)
            self._send.set_enabled(shut is None)

    def _add_canned(self, canned: tuple[Canned, ...]) -> None:
        if not canned:
            tag("a", "Write replies beforehand", classes="soft", href=self._seat.path("replies"))
            return
        with ui.button("Replies").props("flat no-caps dense"), ui.menu():
            for one in canned:
                ui.menu_item(one.name, on_click=lambda name=one.name: self._fill(name))

    async def _fill(self, name: str) -> None:
        text = await self._seat.look(lambda: self._seat.inbox.fill_canned(name, self._id))
        if text is not None:
            self._text.set_value(text)
            self._text.run_method("focus")

    async def _entered(self, event: events.GenericEventArguments) -> None:
        await self._reply(str(event.args))

    async def _clicked(self) -> None:
        await self._reply(self._text.value or "")

    async def _reply(self, text: str) -> None:
        if self._sending or not text.strip() or (self._row is not None and why_shut(self._row, self._seat.now_s())):
            return
        self._sending = True
        try:
            seat = self._seat
            sent = await seat.do(lambda: seat.inbox.reply(self._id, text, agent=seat.agent.name, now_s=seat.now_s()))
            if sent:
                self._text.set_value("")
        finally:
            self._sending = False

    async def _noted(self, event: events.GenericEventArguments) -> None:
        await self._keep_note(str(event.args))

    async def _note_clicked(self) -> None:
        await self._keep_note(self._note.value or "")

    async def _keep_note(self, text: str) -> None:
        seat: Any = self._seat
        if text.strip() and await seat.do(
            lambda: seat.inbox.note(self._id, text, agent=seat.agent.name, now_s=seat.now_s())
        ):
            self._note.set_value("")
