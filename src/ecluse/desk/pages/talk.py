"""A conversation: what was said, what became of it, notes between agents; and what an agent may do about it."""

from __future__ import annotations

from typing import Any, Final

from nicegui import ui

from ecluse.business.composing import MEDIA_TYPES
from ecluse.desk.pages.answering import AnswerBox
from ecluse.desk.pages.build import tag
from ecluse.desk.pages.card import Card
from ecluse.desk.pages.deeds import Deeds
from ecluse.desk.pages.files import media_id
from ecluse.desk.pages.seat import Seat
from ecluse.desk.pages.words import fate_of, is_lost, moment, stamp
from ecluse.desk.views import Author, ConversationView, MessageView, NoteView

MESSAGES: Final = 100
"""Messages that are shown at first, and more for each time that earlier ones are asked for."""
MESSAGES_MAX: Final = 200
_TO_END: Final = "(box => box && (box.scrollTop = box.scrollHeight))(document.querySelector('.said'))"


async def add_talk(seat: Seat, view: ConversationView, back: str) -> None:
    """Add a conversation; it stays as it is in the database. back: the address of the list."""
    deeds = Deeds(seat, view.row.id)
    with tag("div", classes="talk"):
        with tag("div", classes="head"):
            tag("a", "‹ Inbox", classes="back", href=back)
            deeds.build(view)
        said = tag("div", classes="said", tabindex="0", role="log", aria_label="Messages")
        box = AnswerBox(seat, view.row.id)
        await box.build(view)
    card = Card(seat, view.row.id)
    with tag("details", classes="card", open="") as about:
        tag("summary", "About this person")
        card.build()
    about.props["id"] = "about"
    talk = _Talk(seat, view.row.id, said)

    def show(now: ConversationView) -> None:
        deeds.show(now)
        box.show(now)
        card.show(now)
        talk.show(now)

    async def draw() -> None:
        now = await seat.look(lambda: seat.inbox.conversation(view.row.id, limit=talk.limit, now_s=seat.now_s()))
        if now is None or said.is_deleted:
            return
        show(now)
        if now.row.unread:
            await seat.do(lambda: seat.inbox.read(view.row.id))

    talk.draw = draw
    show(view)
    ui.run_javascript("if (matchMedia('(max-width: 70rem)').matches) document.getElementById('about').open = false")
    if view.row.unread:
        await seat.do(lambda: seat.inbox.read(view.row.id))
    seat.keep(draw)
    ui.timer(1.0, box.tick)


class _Talk:
    """Messages and notes in the order of their times. What is new is added; what is shown already stays."""

    def __init__(self, seat: Seat, conversation_id: int, box: ui.element) -> None:
        self._seat, self._id, self._box = seat, conversation_id, box
        self._shown: dict[tuple[str, int], tuple[Any, ui.element]] = {}
        self._earlier = False
        self.limit = MESSAGES
        self.draw: Any = None

    def show(self, view: ConversationView) -> None:
        """Show what is in a conversation now."""
        now_s = self._seat.now_s()
        found: list[tuple[tuple[str, int], Any]] = _merged(view)
        keys = [key for key, _ in found]
        before = list(self._shown)
        is_new = bool(keys) and keys[-1] not in self._shown
        if keys[: len(before)] != before or view.earlier != self._earlier:
            self._box.clear()
            self._shown.clear()
            before = []
            with self._box:
                self._add_earlier(view.earlier)
        bubble: ui.element
        for key, one in found:
            if key not in self._shown:
                with self._box:
                    bubble = tag("div")
            elif self._shown[key][0] == one:
                continue
            else:
                bubble = self._shown[key][1]
                bubble.clear()
            with bubble:
                self._note(bubble, one, now_s) if isinstance(one, NoteView) else self._message(bubble, one, now_s)
            self._shown[key] = one, bubble
        if is_new:
            ui.run_javascript(f"requestAnimationFrame(() => requestAnimationFrame(() => {_TO_END}))")

    def _add_earlier(self, earlier: bool) -> None:
        self._earlier = earlier
        if earlier and self.limit < MESSAGES_MAX:
            tag("button", "Show earlier messages", classes="earlier", type="button").on("click", self._more)
        elif earlier:
            tag("p", "Earlier messages are kept, and found by the search.", classes="soft")

    async def _more(self) -> None:
        self.limit = MESSAGES_MAX
        await self.draw()

    def _message(self, bubble: ui.element, one: MessageView, now_s: int) -> None:
        bubble.classes(f"bubble {'in' if one.incoming else 'out'}{' lost' if is_lost(one.fate) else ''}")
        tag("p", one.text or f"[{one.type}]", classes="text", dir="auto")
        self._file(one)
        if one.choices:
            with tag("ul", classes="choices", aria_label="Choices offered"):
                for choice in one.choices:
                    tag("li", choice)
        author = {Author.BOT: "bot", Author.AGENT: one.agent or "agent"}.get(one.author)
        parts = [part for part in (author, moment(one.at_s, now_s, self._seat.zone), fate_of(one)) if part]
        tag("p", " · ".join(parts), classes="soft fate", title=stamp(one.at_s))

    def _note(self, bubble: ui.element, one: NoteView, now_s: int) -> None:
        bubble.classes("bubble note")
        tag("p", one.text, classes="text", dir="auto")
        at = moment(one.at_s, now_s, self._seat.zone)
        tag("p", f"note of {one.agent} · {at} · only agents see it", classes="soft fate", title=stamp(one.at_s))

    def _file(self, one: MessageView) -> None:
        if media_id(one) is not None:
            address = self._seat.path(f"media/{one.id}")
            tag("a", f"Save the {one.type}", classes="file", href=address, download="")
        link = one.content.get("link") if one.type in MEDIA_TYPES and not one.incoming else None
        if isinstance(link, str) and link.startswith("https://"):
            tag("a", link, classes="file", href=link, rel="noopener noreferrer", target="_blank")


def _merged(view: ConversationView) -> list[tuple[tuple[str, int], Any]]:
    """Messages in their order, and each note after the last message before it; none from before the first one shown."""
    first_s = view.messages[0].at_s if view.messages and view.earlier else 0
    notes = [note for note in view.notes if note.at_s >= first_s]
    found: list[tuple[tuple[str, int], Any]] = []
    for message in view.messages:
        while notes and notes[0].at_s < message.at_s:
            note = notes.pop(0)
            found.append((("note", note.id), note))
        found.append((("message", message.id), message))
    return found + [(("note", note.id), note) for note in notes]
