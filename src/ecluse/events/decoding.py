"""Events from JSON: one object, an array, or one object a line; whatever is wrong is said by field and value."""

from __future__ import annotations

from typing import Any

import msgspec

from ecluse.errors import InputError
from ecluse.events.checking import check_needs
from ecluse.events.event import Event
from ecluse.events.faults import explain

_event_decoder = msgspec.json.Decoder(Event)
_events_decoder = msgspec.json.Decoder(list[Event])
_WRONG = (msgspec.DecodeError, RecursionError, UnicodeDecodeError)
_SHOWN_BYTES = 60


def decode_event(body: bytes) -> Event:
    """Decode and check one JSON object. Raises InputError, which names the field, the value and what would be right.

    >>> decode_event(b'{"kind": "send", "at": 1575676800000, "sender": "ada", "recipients": ["bob"]}').sender
    'ada'
    """
    event: Event = _decode(_event_decoder, body, None)
    check_needs(event)
    return event


def decode_events(body: bytes) -> list[Event]:
    """Decode and check a JSON array of events, or one event as an object. Raises InputError."""
    if not body.lstrip(b" \t\r\n").startswith(b"["):
        return [decode_event(body)]
    events: list[Event] = _decode(_events_decoder, body, None)
    for place, event in enumerate(events):
        check_needs(event, f"event {place}")
    return events


def decode_lines(body: bytes) -> list[Event]:
    """Decode and check newline-delimited JSON; empty lines are passed over. Raises InputError, which names the line."""
    events = []
    for number, line in enumerate(body.split(b"\n"), start=1):
        if not line.strip():
            continue
        where = f"line {number}"
        event: Event = _decode(_event_decoder, line, where)
        check_needs(event, where)
        events.append(event)
    return events


def _decode(decoder: msgspec.json.Decoder[Any], body: bytes, where: str | None) -> Any:
    try:
        return decoder.decode(body)
    except _WRONG as error:
        complaint = str(error)
    try:
        document = msgspec.json.decode(body)
    except RecursionError:
        raise InputError("body", _shown(body), "JSON without deep nesting", where) from None
    except _WRONG as error:
        reason = str(error).partition(" - at `")[0]
        raise InputError("body", _shown(body), f"JSON in UTF-8 ({reason})", where) from None
    raise explain(complaint, document, where)


def _shown(body: bytes) -> str:
    return body[:_SHOWN_BYTES].decode("utf-8", "replace")
