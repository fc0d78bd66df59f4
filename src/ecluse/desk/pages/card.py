"""The card of a person: what they asked for and when, word for word, what they told the bot, and tags."""

from __future__ import annotations

from typing import Any

from nicegui import ui

from ecluse.desk.inbox import TAG_CHARACTERS_MAX
from ecluse.desk.pages.build import tag
from ecluse.desk.pages.seat import Seat
from ecluse.desk.pages.words import stamp
from ecluse.desk.views import ConversationView, EvidenceView


class Card:
    """The card of the person of a conversation."""

    def __init__(self, seat: Seat, conversation_id: int) -> None:
        self._seat, self._id = seat, conversation_id
        self._shown: Any = None

    def build(self) -> None:
        """Add it."""
        self._box = tag("div", classes="about")
        with tag("div", classes="tagging"):
            self._input = ui.input("Add a tag").props(f"outlined dense maxlength={TAG_CHARACTERS_MAX}")
            self._input.on("keydown.enter", self._tag)

    def show(self, view: ConversationView) -> None:
        """Show what is known now."""
        now = (view.row.wa_id, view.row.name, view.row.tags, view.subscriptions, view.evidence, view.fields, view.flow)
        if now == self._shown:
            return
        self._shown = now
        self._box.clear()
        with self._box:
            tag("p", view.row.name, classes="strong", dir="auto")
            tag("p", f"+{view.row.wa_id}" if view.row.wa_id.isdigit() else view.row.wa_id, classes="soft")
            self._tags(view)
            _fields(view)
            _subscriptions(view)
            tag("h2", "Opt-ins and opt-outs")
            if not view.evidence:
                tag("p", "None: they never opted in or out.", classes="soft")
            for one in reversed(view.evidence):
                _evidence(one)

    def _tags(self, view: ConversationView) -> None:
        if view.row.tags:
            with tag("p", classes="tags"):
                for word in view.row.tags:
                    with tag("span", classes="tag"):
                        tag("span", word)
                        button = tag("button", "×", type="button", aria_label=f"Take the tag {word} away")
                        button.on("click", lambda word=word: self._untag(word))

    async def _tag(self) -> None:
        word = (self._input.value or "").strip()
        if word and await self._seat.do(lambda: self._seat.inbox.tag(self._id, word)):
            self._input.set_value("")

    async def _untag(self, word: str) -> None:
        await self._seat.do(lambda: self._seat.inbox.untag(self._id, word))


def _fields(view: ConversationView) -> None:
    if view.fields:
        tag("h2", "What the bot asked")
        with tag("dl"):
            for name, value in view.fields.items():
                tag("dt", str(name))
                tag("dd", str(value), dir="auto")
    if view.flow is not None:
        tag("p", f"The bot is asking: {view.flow}", classes="soft")


def _subscriptions(view: ConversationView) -> None:
    if view.subscriptions:
        tag("h2", "Newsletters")
        with tag("ul"):
            for one in view.subscriptions:
                ended = f", ended {stamp(one.ended_s)}" if one.ended_s is not None else ""
                tag("li", f"{one.newsletter}: since {stamp(one.since_s)}{ended}")


def _evidence(one: EvidenceView) -> None:
    with tag("div", classes="evidence"):
        what = "Opted in" if one.kind == "opt_in" else "Opted out"
        tag("p", f"{what}{f' to {one.newsletter}' if one.newsletter else ' of everything'}", classes="strong")
        with tag("p"):
            tag("span", "wrote ")
            tag("q", one.wrote, dir="auto")
        tag("p", stamp(one.at_s), classes="soft")
        if one.wording:
            with tag("p", classes="soft"):
                tag("span", "had been shown: ")
                tag("q", one.wording, dir="auto")
        tag("p", f"message {one.wamid}", classes="soft id")
