"""What a business may send, as JSON has it: one struct a type of message. Unknown fields and nulls are passed over.

Only shapes are here; what else must hold is in ``composing.py``.
"""

from __future__ import annotations

from typing import Any

import msgspec


class Text(msgspec.Struct):
    """A text. preview_url: show a preview of its first link."""

    body: str | None = None
    preview_url: bool | None = None


class MediaRef(msgspec.Struct, omit_defaults=True):
    """A picture, video, sound, document or sticker: uploaded (id), or to be fetched (link)."""

    id: str | None = None
    link: str | None = None
    caption: str | None = None
    filename: str | None = None
    voice: bool | None = None


class Reaction(msgspec.Struct):
    """An emoji under a message; none takes it away."""

    message_id: str | None = None
    emoji: str | None = None


class Location(msgspec.Struct, omit_defaults=True):
    """A place. Degrees."""

    latitude: float | str | None = None
    longitude: float | str | None = None
    name: str | None = None
    address: str | None = None


class Header(msgspec.Struct, omit_defaults=True):
    """The head of an interactive message: a text, or media."""

    type: str | None = None
    text: str | None = None
    image: MediaRef | None = None
    video: MediaRef | None = None
    document: MediaRef | None = None


class Words(msgspec.Struct):
    """Body or footer."""

    text: str | None = None


class Reply(msgspec.Struct):
    """What a button says, and the id that comes back."""

    id: str | None = None
    title: str | None = None


class Button(msgspec.Struct):
    """A button."""

    type: str | None = None
    reply: Reply | None = None


class ListRow(msgspec.Struct, omit_defaults=True):
    """A choice of a list."""

    id: str | None = None
    title: str | None = None
    description: str | None = None


class Section(msgspec.Struct, omit_defaults=True):
    """Choices under a title."""

    title: str | None = None
    rows: list[ListRow] | None = None


class LinkButton(msgspec.Struct):
    """Where a button leads."""

    display_text: str | None = None
    url: str | None = None


class Action(msgspec.Struct, omit_defaults=True):
    """What the user may do."""

    name: str | None = None
    button: str | None = None
    buttons: list[Button] | None = None
    sections: list[Section] | None = None
    parameters: LinkButton | None = None


class Interactive(msgspec.Struct, omit_defaults=True):
    """A message with buttons, a list, a link, or a question for the location."""

    type: str | None = None
    header: Header | None = None
    body: Words | None = None
    footer: Words | None = None
    action: Action | None = None


class Language(msgspec.Struct):
    """A template's language."""

    code: str | None = None


class Template(msgspec.Struct):
    """A text made beforehand, with parameters. components: as Meta has them."""

    name: str | None = None
    language: Language | None = None
    components: list[dict[str, Any]] | None = None


class Context(msgspec.Struct):
    """What a message answers."""

    message_id: str | None = None


class Typing(msgspec.Struct):
    """That somebody is writing."""

    type: str | None = None


class Outgoing(msgspec.Struct):
    """The body of ``POST P/messages``: a message, or a read mark with or without typing."""

    messaging_product: str | None = None
    recipient_type: str | None = None
    to: str | None = None
    recipient: str | None = None
    type: str | None = None
    context: Context | None = None
    biz_opaque_callback_data: str | None = None
    status: str | None = None
    message_id: str | None = None
    typing_indicator: Typing | None = None
    text: Text | None = None
    image: MediaRef | None = None
    video: MediaRef | None = None
    audio: MediaRef | None = None
    document: MediaRef | None = None
    sticker: MediaRef | None = None
    reaction: Reaction | None = None
    location: Location | None = None
    contacts: list[dict[str, Any]] | None = None
    interactive: Interactive | None = None
    template: Template | None = None
