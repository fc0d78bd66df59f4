"""Composing: whether what a business sends is a message, type by type, and what of it is delivered."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from ecluse.business import limits
from ecluse.business.codes import ApiError, invalid, missing
from ecluse.business.outgoing import (
    Action,
    Header,
    Interactive,
    ListRow,
    Location,
    MediaRef,
    Outgoing,
    Reaction,
    Section,
    Template,
    Text,
    Words,
)

Content = dict[str, Any]
"""What is delivered of a message: as JSON has it, without nulls and unknown fields."""

MEDIA_TYPES: Final = ("image", "video", "audio", "document", "sticker")
_CAPTIONED: Final = ("image", "video", "document")
_DECODER: Final = msgspec.json.Decoder(Outgoing, strict=True)


def decode_outgoing(body: bytes) -> Outgoing:
    """Read the body of ``POST P/messages``. Raises ApiError 100 for what is no JSON, or has a value of another type."""
    try:
        message = _DECODER.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ApiError(100, f"The body is not what it should be: {error}") from None
    if message.messaging_product != "whatsapp":
        raise ApiError(100, "The parameter messaging_product is required, and must be whatsapp.")
    return message


def compose(message: Outgoing) -> Content:
    """Check one message, and give what is delivered of it. Raises ApiError: 131008, 131009, 131051."""
    kind = message.type or "text"
    if message.recipient_type not in (None, "individual"):
        raise invalid("recipient_type", "individual: groups are not offered")
    if not message.to and not message.recipient:
        raise missing("to")
    _length("to", message.to or message.recipient, limits.USER_ID_MAX)
    _length("biz_opaque_callback_data", message.biz_opaque_callback_data, limits.OPAQUE_MAX)
    if message.context is not None:
        _length("context.message_id", message.context.message_id, limits.MESSAGE_ID_MAX)
    composer = _COMPOSERS.get(kind)
    if composer is None:
        raise ApiError(131051, f"The type {kind[:60]} is not offered; these are: {', '.join(_COMPOSERS)}.")
    given = getattr(message, kind)
    if given is None:
        raise missing(kind)
    return composer(kind, given)


def media_of(kind: str, content: Content) -> Content | None:
    """Where a message's media stands in its content; None if it has none."""
    if kind in MEDIA_TYPES:
        return content
    if kind == "interactive" and content.get("header", {}).get("type") in MEDIA_TYPES:
        header: Content = content["header"]
        return header[header["type"]]  # type: ignore[no-any-return]
    return None


def _text(_: str, given: Text) -> Content:
    body = _needed("text.body", given.body, limits.TEXT_MAX)
    return {"body": body, "preview_url": bool(given.preview_url)}


def _media(kind: str, given: MediaRef) -> Content:
    if (given.id is None) == (given.link is None):
        raise invalid(kind, "an id or a link, and not both")
    _length(f"{kind}.id", given.id, limits.MESSAGE_ID_MAX)
    if given.link is not None:
        _link(f"{kind}.link", given.link)
    if kind not in _CAPTIONED and given.caption:
        raise invalid(f"{kind}.caption", "empty: this type has none")
    _length(f"{kind}.caption", given.caption, limits.CAPTION_MAX)
    _length(f"{kind}.filename", given.filename, limits.FILENAME_MAX)
    return _without_nulls(given)


def _reaction(_: str, given: Reaction) -> Content:
    message_id = _needed("reaction.message_id", given.message_id, limits.MESSAGE_ID_MAX)
    _length("reaction.emoji", given.emoji, limits.EMOJI_MAX)
    return {"message_id": message_id, "emoji": given.emoji or ""}


def _location(_: str, given: Location) -> Content:
    _length("location.name", given.name, limits.PLACE_TEXT_MAX)
    _length("location.address", given.address, limits.PLACE_TEXT_MAX)
    content = _without_nulls(given)
    content["latitude"] = _degrees("location.latitude", given.latitude, 90)
    content["longitude"] = _degrees("location.longitude", given.longitude, 180)
    return content


def _degrees(field: str, given: float | str | None, most: int) -> float:
    if given is None:
        raise missing(field)
    try:
        degrees = float(given)
    except ValueError:
        degrees = math.nan
    if not -most <= degrees <= most:
        raise invalid(field, f"a number of degrees from -{most} to {most}")
    return degrees


def _contacts(_: str, given: list[dict[str, Any]]) -> Any:
    _count("contacts", given, limits.CONTACTS_MAX)
    for contact in given:
        name = contact.get("name")
        if not isinstance(name, dict) or not isinstance(name.get("formatted_name"), str) or not name["formatted_name"]:
            raise missing("contacts.name.formatted_name")
    if len(msgspec.json.encode(given)) > limits.CONTACT_BYTES_MAX:
        raise invalid("contacts", f"at most {limits.CONTACT_BYTES_MAX} bytes")
    return given


def _interactive(_: str, given: Interactive) -> Content:
    checker = _INTERACTIVE.get(given.type or "")
    if checker is None:
        raise invalid("interactive.type", f"one of {', '.join(_INTERACTIVE)}")
    most = limits.LIST_BODY_MAX if given.type == "list" else limits.INTERACTIVE_BODY_MAX
    _words("interactive.body", given.body, most)
    if given.footer is not None:
        _words("interactive.footer", given.footer, limits.FOOTER_MAX)
    if given.header is not None:
        _header(given.header, only_text=given.type == "list")
    if given.action is None:
        raise missing("interactive.action")
    checker(given.action)
    return _without_nulls(given)


def _words(field: str, given: Words | None, most: int) -> None:
    _needed(f"{field}.text", None if given is None else given.text, most)


def _header(header: Header, *, only_text: bool) -> None:
    if header.type == "text":
        _needed("interactive.header.text", header.text, limits.HEADER_MAX)
        return
    if only_text or header.type not in ("image", "video", "document"):
        raise invalid("interactive.header.type", "text" if only_text else "one of text, image, video, document")
    media = getattr(header, header.type)
    if media is None:
        raise missing(f"interactive.header.{header.type}")
    _media(header.type, media)


def _buttons(action: Action) -> None:
    buttons = _count("interactive.action.buttons", action.buttons, limits.BUTTONS_MAX)
    for button in buttons:
        reply = button.reply
        if button.type not in (None, "reply") or reply is None:
            raise missing("interactive.action.buttons.reply")
        _needed("interactive.action.buttons.reply.title", reply.title, limits.BUTTON_TITLE_MAX)
        _needed("interactive.action.buttons.reply.id", reply.id, limits.BUTTON_ID_MAX)
    _differ("interactive.action.buttons.reply.id", [button.reply.id for button in buttons if button.reply])
    _differ("interactive.action.buttons.reply.title", [button.reply.title for button in buttons if button.reply])


def _list(action: Action) -> None:
    _needed("interactive.action.button", action.button, limits.OPENER_MAX)
    sections: list[Section] = _count("interactive.action.sections", action.sections, limits.LIST_SECTIONS_MAX)
    rows: list[ListRow] = []
    for section in sections:
        if len(sections) > 1:
            _needed("interactive.action.sections.title", section.title, limits.SECTION_TITLE_MAX)
        _length("interactive.action.sections.title", section.title, limits.SECTION_TITLE_MAX)
        rows += _count("interactive.action.sections.rows", section.rows, limits.LIST_ROWS_MAX)
    _count("interactive.action.sections.rows", rows, limits.LIST_ROWS_MAX)
    for row in rows:
        _needed("interactive.action.sections.rows.id", row.id, limits.ROW_ID_MAX)
        _needed("interactive.action.sections.rows.title", row.title, limits.ROW_TITLE_MAX)
        _length("interactive.action.sections.rows.description", row.description, limits.ROW_DESCRIPTION_MAX)
    _differ("interactive.action.sections.rows.id", [row.id for row in rows])


def _cta_url(action: Action) -> None:
    if action.name != "cta_url":
        raise invalid("interactive.action.name", "cta_url")
    if action.parameters is None:
        raise missing("interactive.action.parameters")
    _needed("interactive.action.parameters.display_text", action.parameters.display_text, limits.CTA_TEXT_MAX)
    _link("interactive.action.parameters.url", action.parameters.url)


def _location_request(action: Action) -> None:
    if action.name != "send_location":
        raise invalid("interactive.action.name", "send_location")


def _template(_: str, given: Template) -> Content:
    name = _needed("template.name", given.name, limits.TEMPLATE_NAME_MAX)
    code = _needed("template.language.code", given.language.code if given.language else None, 20)
    parameters: list[str] = []
    for component in given.components or []:
        listed = component.get("parameters") or []
        if str(component.get("type", "")).lower() == "body" and isinstance(listed, list):
            for parameter in listed:
                text = parameter.get("text") if isinstance(parameter, dict) else None
                parameters.append(_needed("template.components.parameters.text", text, limits.TEMPLATE_PARAMETER_MAX))
    if len(parameters) > limits.TEMPLATE_PARAMETERS_MAX:
        raise invalid("template.components.parameters", f"at most {limits.TEMPLATE_PARAMETERS_MAX}")
    return {"name": name, "language": code, "parameters": parameters}


def _needed(field: str, text: object, most: int) -> str:
    if text is None or text == "":
        raise missing(field)
    return _length(field, text, most) or ""


def _length(field: str, text: object, most: int) -> str | None:
    if text is None:
        return None
    if not isinstance(text, str) or len(text) > most:
        raise invalid(field, f"a text of at most {most} characters")
    if any("\ud800" <= letter <= "\udfff" for letter in text) if not text.isascii() else False:
        raise invalid(field, "a text without lone surrogates")
    return text


def _count(field: str, given: Any, most: int) -> Any:
    if not given:
        raise missing(field)
    if len(given) > most:
        raise invalid(field, f"a list of at most {most}")
    return given


def _differ(field: str, values: list[str | None]) -> None:
    if len(set(values)) < len(values):
        raise invalid(field, "different from every other")


def _link(field: str, url: str | None) -> None:
    _needed(field, url, limits.URL_MAX)
    try:
        parts = urlsplit(url or "")
    except ValueError:
        raise invalid(field, "a URL") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise invalid(field, "an http or https URL")


def _without_nulls(given: Any) -> Content:
    return _clean(msgspec.to_builtins(given))  # type: ignore[no-any-return]


def _clean(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _clean(inner) for key, inner in value.items() if inner is not None}
    return [_clean(inner) for inner in value] if isinstance(value, list) else value


_COMPOSERS: Final[dict[str, Callable[[str, Any], Content]]] = {
    "text": _text,
    **dict.fromkeys(MEDIA_TYPES, _media),
    "reaction": _reaction,
    "location": _location,
    "contacts": _contacts,
    "interactive": _interactive,
    "template": _template,
}
_INTERACTIVE: Final[dict[str, Callable[[Action], None]]] = {
    "button": _buttons,
    "list": _list,
    "cta_url": _cta_url,
    "location_request_message": _location_request,
}

TYPES: Final = tuple(_COMPOSERS)
"""The types of message that a business may send."""
