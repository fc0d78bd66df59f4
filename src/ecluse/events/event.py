"""One event as JSON: the fields, what each may hold, and decoding that says what is wrong.

Only ``kind``, ``at`` and ``sender`` are always needed; a send or forward also needs its recipients or its group, and
a report or block its subject. An answer is a plain send the other way.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta

from ecluse.errors import InputError

BATCH_MAX = 4_096
"""Events judged at once; longer batches are cut."""

RECIPIENTS_MAX = 1_024
"""Recipients of one event."""

ID_CHARACTERS_MAX = 255
"""Characters of an id."""

TEXT_CHARACTERS_MAX = 65_536
"""Characters of a text."""

MEMBERS_MAX = 10_000_000
"""Members of a group."""

HOPS_MAX = 1_000_000
"""Hops of a forward."""

AT_MS_MIN = 946_684_800_000
"""2000-01-01, the earliest time an event may have, in epoch milliseconds."""

AT_MS_MAX = 4_102_444_800_000
"""2100-01-01, the first time an event may no longer have, in epoch milliseconds."""

EXPECTED_TIME = "RFC 3339 or epoch milliseconds, from 2000 to 2099"

Id = Annotated[str, Meta(min_length=1, max_length=ID_CHARACTERS_MAX)]
Time = Annotated[int, Meta(ge=AT_MS_MIN, lt=AT_MS_MAX)] | Annotated[datetime, Meta(tz=True)]
KindWord = Literal["send", "forward", "register", "create_group", "add_to_group", "report", "block", "import_contacts"]
ChatWord = Literal["direct", "group", "broadcast"]
AccountKindWord = Literal["personal", "business", "client"]


class Event(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """Something that an account did. ``at`` and ``registered_at``: RFC 3339 or epoch milliseconds.

    With a ``group`` the group is the one peer, and ``recipients`` are not looked at.
    """

    kind: KindWord
    at: Time
    sender: Id
    id: Id | None = None
    recipients: Annotated[list[Id], Meta(min_length=1, max_length=RECIPIENTS_MAX)] | None = None
    chat: ChatWord | None = None
    group: Id | None = None
    members: Annotated[int, Meta(ge=1, le=MEMBERS_MAX)] | None = None
    text: Annotated[str, Meta(max_length=TEXT_CHARACTERS_MAX)] | None = None
    fingerprint: Annotated[int, Meta(ge=0)] | None = None
    hops: Annotated[int, Meta(ge=0, le=HOPS_MAX)] | None = None
    origin: Id | None = None
    sender_kind: AccountKindWord | None = None
    registered_at: Time | None = None
    tool: Id | None = None
    provider: Id | None = None
    network: Id | None = None
    region: Id | None = None
    language: Id | None = None
    subject: Id | None = None


def milliseconds(time: int | datetime) -> int:
    """Epoch milliseconds of an event's time.

    >>> milliseconds(datetime.fromisoformat("2019-12-07T00:00:00+00:00"))
    1575676800000
    """
    return time if isinstance(time, int) else int(time.timestamp() * 1000)


_event_decoder = msgspec.json.Decoder(Event)
_events_decoder = msgspec.json.Decoder(list[Event])
_FAULT = re.compile(r"^(?P<what>.*?)(?: - at `(?P<path>\$.*?)`)?$", re.DOTALL)
_UNKNOWN_FIELD = re.compile(r"unknown field `(?P<field>.*)`", re.DOTALL)
_MISSING_FIELD = re.compile(r"missing required field `(?P<field>.*)`", re.DOTALL)
_STEP = re.compile(r"\.(?P<name>\w+)|\[(?P<index>\d+|\.\.\.)\]")

_EXPECTED: dict[str, str] = {
    "kind": "one of " + ", ".join(KindWord.__args__),  # type: ignore[attr-defined]
    "chat": "one of " + ", ".join(ChatWord.__args__),  # type: ignore[attr-defined]
    "sender_kind": "one of " + ", ".join(AccountKindWord.__args__),  # type: ignore[attr-defined]
    "at": EXPECTED_TIME,
    "registered_at": EXPECTED_TIME,
    "recipients": f"1 to {RECIPIENTS_MAX} ids of 1 to {ID_CHARACTERS_MAX} characters",
    "members": f"a whole number from 1 to {MEMBERS_MAX}",
    "hops": f"a whole number from 0 to {HOPS_MAX}",
    "fingerprint": "a whole number of 64 bits",
    "text": f"a text of up to {TEXT_CHARACTERS_MAX} characters",
}


def expected(field: str) -> str:
    """What a field of an event may hold, in words."""
    return _EXPECTED.get(field, f"an id of 1 to {ID_CHARACTERS_MAX} characters")


def decode_event(body: bytes) -> Event:
    """Decode and check one JSON object. Raises InputError, which names the field, the value and what would be right.

    >>> decode_event(b'{"kind": "send", "at": 1575676800000, "sender": "ada", "recipients": ["bob"]}').sender
    'ada'
    """
    try:
        event = _event_decoder.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise _explain(error, body, None) from None
    check_event(event)
    return event


def decode_events(body: bytes) -> list[Event]:
    """Decode and check a JSON array of events, or one event as an object. Raises InputError."""
    if not body.lstrip(b" \t\r\n").startswith(b"["):
        return [decode_event(body)]
    try:
        events = _events_decoder.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise _explain(error, body, None) from None
    for place, event in enumerate(events):
        check_event(event, f"event {place}")
    return events


def decode_lines(body: bytes) -> list[Event]:
    """Decode and check newline-delimited JSON; empty lines are passed over. Raises InputError, which names the line."""
    events = []
    for number, line in enumerate(body.split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            event = _event_decoder.decode(line)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
            raise _explain(error, line, f"line {number}") from None
        check_event(event, f"line {number}")
        events.append(event)
    return events


def check_event(event: Event, where: str | None = None) -> None:
    """Check what one field alone can't say: the fields that a kind of event needs. Raises InputError."""
    kind = event.kind
    if kind in ("send", "forward"):
        if event.recipients is None and event.group is None:
            raise InputError("recipients", None, f"{_EXPECTED['recipients']}, or a group", where)
    elif kind in ("report", "block"):
        if event.subject is None:
            raise InputError("subject", None, f"the id of the account that the {kind} is about", where)
    elif kind == "add_to_group" and event.recipients is None:
        raise InputError("recipients", None, _EXPECTED["recipients"], where)
    at = event.at
    if not isinstance(at, int):
        _check_time("at", at, where)
    registered_at = event.registered_at
    if registered_at is not None and not isinstance(registered_at, int):
        _check_time("registered_at", registered_at, where)
    if event.fingerprint is not None and event.fingerprint >= 1 << 64:
        raise InputError("fingerprint", event.fingerprint, _EXPECTED["fingerprint"], where)


def _check_time(field: str, time: datetime, where: str | None) -> None:
    if not AT_MS_MIN <= milliseconds(time) < AT_MS_MAX:
        raise InputError(field, time.isoformat(), EXPECTED_TIME, where)


def _explain(error: Exception, body: bytes, where: str | None) -> InputError:
    """Turn a decoder's complaint into one that names the field, the value and what would be right."""
    fault = _FAULT.match(str(error))
    what, path = (fault["what"], fault["path"]) if fault else (str(error), None)
    document = _lenient(body)
    if document is UNSET:
        shown = body[:60].decode("utf-8", "replace")
        return InputError("body", shown, f"JSON in UTF-8 ({what[0].lower() + what[1:]})", where)
    names, value, index = _follow(document, path or "$")
    if where is None and index is not None:
        where = f"event {index}"
    if unknown := _UNKNOWN_FIELD.search(what):
        name = unknown["field"]
        given = value.get(name) if isinstance(value, dict) else None
        return InputError(name, given, f"a field of an event: {', '.join(Event.__struct_fields__)}", where)
    if missing := _MISSING_FIELD.search(what):
        name = missing["field"]
        return InputError(name, None, f"given: {expected(name)}", where)
    if not names:
        return InputError("body", value, f"an event: a JSON object ({what})", where)
    return InputError(names[0], value, expected(names[0]), where)


def _lenient(body: bytes) -> Any:
    """The body decoded without a schema, or UNSET if it is no JSON."""
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return UNSET


def _follow(document: Any, path: str) -> tuple[list[str], Any, int | None]:
    """Walk a decoder's path: the names of the fields on it, the value at its end, and the event's place."""
    names: list[str] = []
    index: int | None = None
    value = document
    for step in _STEP.finditer(path):
        if step["name"] is not None:
            names.append(step["name"])
            value = value.get(step["name"]) if isinstance(value, dict) else None
        elif step["index"] == "...":
            value = _culprit(value, names)
            if value is None:
                break
        else:
            place = int(step["index"])
            if not names and index is None:
                index = place
            value = value[place] if isinstance(value, list) and place < len(value) else None
    return names, value, index


def _culprit(items: Any, names: list[str]) -> Any:
    """The first item of a list of ids that is none."""
    if not names or not isinstance(items, list):
        return None
    return next((i for i in items if not isinstance(i, str) or not 0 < len(i) <= ID_CHARACTERS_MAX), None)
