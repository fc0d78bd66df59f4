"""Parts: what is sent, as the API has it, checked before it is kept; and what people read of a message."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import msgspec

from ecluse.business import limits
from ecluse.business.codes import ApiError
from ecluse.business.composing import MEDIA_TYPES, compose
from ecluse.business.outgoing import Outgoing
from ecluse.errors import InputError

PARTS_MAX: Final = 10
"""Messages that one answer, or one issue, may be."""
BUTTONS_MAX: Final = limits.BUTTONS_MAX


class Part(NamedTuple):
    """A message to be sent. type: such as ``text``. content: as the API has it under that name."""

    type: str
    content: dict[str, Any]


class Choice(NamedTuple):
    """Something that a person may choose. id: comes back when they do."""

    id: str
    title: str
    description: str | None = None


def text_part(text: str, *, preview: bool = True) -> Part:
    """A text. preview: show one of its first link."""
    return Part("text", {"body": text, "preview_url": preview})


def media_part(kind: str, link: str, caption: str | None = None, filename: str | None = None) -> Part:
    """A picture, video, sound or document, by its address."""
    given = {"link": link, "caption": caption, "filename": filename}
    return Part(kind, {name: value for name, value in given.items() if value is not None})


def link_part(text: str, url: str, label: str) -> Part:
    """A text with a button that opens an address."""
    action = {"name": "cta_url", "parameters": {"display_text": label, "url": url}}
    return Part("interactive", {"type": "cta_url", "body": {"text": text}, "action": action})


def choices_part(text: str, choices: Sequence[Choice], *, opener: str, footer: str | None = None) -> Part:
    """A text with choices: as buttons if they are few and short, else as a list. opener: what opens the list."""
    short = all(len(one.title) <= limits.BUTTON_TITLE_MAX and one.description is None for one in choices)
    buttons = len(choices) <= BUTTONS_MAX and short and len(text) <= limits.INTERACTIVE_BODY_MAX
    return buttons_part(text, choices, footer) if buttons else list_part(text, choices, opener=opener, footer=footer)


def buttons_part(text: str, choices: Sequence[Choice], footer: str | None = None) -> Part:
    """A text with buttons."""
    buttons = [{"type": "reply", "reply": {"id": one.id, "title": one.title}} for one in choices]
    return Part("interactive", _with_footer({"type": "button", "body": {"text": text}}, footer, {"buttons": buttons}))


def list_part(text: str, choices: Sequence[Choice], *, opener: str, footer: str | None = None) -> Part:
    """A text with a list."""
    rows = [
        {name: value for name, value in one._asdict().items() if value is not None}
        for one in choices  # a description may lack
    ]
    action = {"button": opener, "sections": [{"rows": rows}]}
    return Part("interactive", _with_footer({"type": "list", "body": {"text": text}}, footer, action))


def _with_footer(content: dict[str, Any], footer: str | None, action: dict[str, Any]) -> dict[str, Any]:
    return content | ({"footer": {"text": footer}} if footer else {}) | {"action": action}


def check_part(part: Part, field: str) -> Part:
    """Check a part as the API will. field: its name in errors. Raises InputError."""
    given = {"messaging_product": "whatsapp", "to": "1", "type": part.type, part.type: part.content}
    try:
        compose(msgspec.convert(given, Outgoing))
    except ApiError as error:
        raise InputError(field, part.content, f"what the API takes: {error.details}") from None
    except msgspec.ValidationError as error:
        raise InputError(field, part.content, f"what the API takes: {error}") from None
    return part


def text_of(kind: str, content: Any) -> str:
    """What people read of a message, theirs or ours; what can't be read stands in brackets.

    >>> text_of("text", {"body": "NEWS"}), text_of("image", {"id": "1", "caption": "A dot"}), text_of("audio", {})
    ('NEWS', '[image] A dot', '[audio]')
    """
    if kind == "contacts" and isinstance(content, list):
        names = [one.get("name") for one in content if isinstance(one, dict)]
        return "[contacts] " + ", ".join(_said(name, "formatted_name") for name in names)
    if kind == "text":
        return _said(content, "body")
    if kind in MEDIA_TYPES:
        return f"[{kind}] {_said(content, 'caption') or _said(content, 'filename')}".rstrip()
    if kind == "interactive":
        inner = content.get(content.get("type")) if isinstance(content, dict) else None
        return _said(inner, "title") or _said(content.get("body") if isinstance(content, dict) else None, "text")
    if kind == "button":
        return _said(content, "text")
    if kind == "reaction":
        return _said(content, "emoji") or "[reaction taken back]"
    if kind == "location":
        return f"[location] {_said(content, 'name')} {_said(content, 'address')}".rstrip()
    return f"[{kind}]"


def choices_of(kind: str, content: Any) -> tuple[str, ...]:
    """What the buttons or the list of one of our messages offer, in words."""
    action = content.get("action") if kind == "interactive" and isinstance(content, dict) else None
    if not isinstance(action, dict):
        return ()
    buttons = [_said(button.get("reply"), "title") for button in action.get("buttons") or []]
    rows = [_said(row, "title") for section in action.get("sections") or [] for row in section.get("rows") or []]
    label = _said(action.get("parameters"), "display_text")
    return tuple(filter(None, (*buttons, *rows, label)))


def _said(content: Any, name: str) -> str:
    said = content.get(name) if isinstance(content, dict) else None
    return said if isinstance(said, str) else ""
