"""Checking events: what the schema can't say of one, and whether one that code made is as good as one decoded."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec

from ecluse.errors import InputError
from ecluse.events.event import (
    AT_MS_MAX,
    AT_MS_MIN,
    EXPECTED_TIME,
    HOPS_MAX,
    ID_CHARACTERS_MAX,
    MEMBERS_MAX,
    RECIPIENTS_MAX,
    TEXT_CHARACTERS_MAX,
    Event,
    expected,
    milliseconds,
)
from ecluse.events.faults import explain
from ecluse.events.regions import is_region
from ecluse.events.vocabulary import AccountKind, Chat, Kind

# Tuples: what is not hashable may be looked for in them.
_KIND_WORDS: Final = Kind.words()
_CHAT_WORDS: Final = (None, *Chat.words())
_SENDER_KIND_WORDS: Final = (None, *AccountKind.words())


def check_event(event: Event, where: str | None = None) -> None:
    """Check all of an event that code made: a struct takes whatever it is given. Raises InputError.

    >>> check_event(Event(kind="send", at=1575676800, sender="ada", recipients=["bob"]))
    Traceback (most recent call last):
    ecluse.errors.InputError: at: 1575676800 is not RFC 3339 or epoch milliseconds, from 2000 to 2099
    """
    if not _is_sound(event):
        document = msgspec.to_builtins(event, builtin_types=(bytes, bytearray, memoryview, datetime), enc_hook=repr)
        try:
            msgspec.convert(document, Event)
        except msgspec.ValidationError as error:
            raise explain(str(error), document, where) from None
    check_needs(event, where)


def check_needs(event: Event, where: str | None = None) -> None:
    """Check what the schema can't say: the fields that a kind needs, times as text, 64 bits. Raises InputError."""
    kind = event.kind
    if kind in ("send", "forward"):
        if event.recipients is None and event.group is None:
            raise InputError("recipients", None, f"{expected('recipients')}, or a group", where)
    elif kind in ("report", "block"):
        if event.subject is None:
            raise InputError("subject", None, f"the id of the account that the {kind} is about", where)
    elif kind == "add_to_group" and event.recipients is None:
        raise InputError("recipients", None, expected("recipients"), where)
    at = event.at
    if not isinstance(at, int):
        _check_time("at", at, where)
    registered_at = event.registered_at
    if registered_at is not None and not isinstance(registered_at, int):
        _check_time("registered_at", registered_at, where)
    if event.fingerprint is not None and event.fingerprint >= 1 << 64:
        raise InputError("fingerprint", event.fingerprint, expected("fingerprint"), where)


def _check_time(field: str, time: datetime, where: str | None) -> None:
    if not AT_MS_MIN <= milliseconds(time) < AT_MS_MAX:
        raise InputError(field, time.isoformat(), EXPECTED_TIME, where)


def _is_sound(event: Event) -> bool:
    """Whether an event holds what the schema allows."""
    recipients, at, sender, event_id = event.recipients, event.at, event.sender, event.id
    return (
        event.kind in _KIND_WORDS
        and (AT_MS_MIN <= at < AT_MS_MAX if type(at) is int else _is_time(at))
        and type(sender) is str
        and 0 < len(sender) <= ID_CHARACTERS_MAX
        and (recipients is None or _are_recipients(recipients))
        and (event_id is None or _is_id(event_id))
        and (
            (event.group is None and event.members is None and event.hops is None and event.subject is None)
            or _is_sound_in_kind(event)
        )
        and (
            (event.sender_kind is None and event.registered_at is None and event.tool is None and event.device is None)
            or _is_sound_of_sender(event)
        )
        and (
            (event.provider is None and event.network is None and event.region is None and event.language is None)
            or _is_sound_of_place(event)
        )
        and (
            (event.chat is None and event.text is None and event.fingerprint is None and event.origin is None)
            or _is_sound_in_content(event)
        )
    )


def _is_sound_in_kind(event: Event) -> bool:
    return (
        _is_id(event.group)
        and _is_id(event.subject)
        and (event.members is None or (type(event.members) is int and 1 <= event.members <= MEMBERS_MAX))
        and (event.hops is None or (type(event.hops) is int and 0 <= event.hops <= HOPS_MAX))
    )


def _is_sound_of_sender(event: Event) -> bool:
    known = event.registered_at is None or _is_time(event.registered_at)
    return known and event.sender_kind in _SENDER_KIND_WORDS and _is_id(event.tool) and _is_id(event.device)


def _is_sound_of_place(event: Event) -> bool:
    region = event.region
    in_region = region is None or (type(region) is str and is_region(region))
    return in_region and all(map(_is_id, (event.provider, event.network, event.language)))


def _is_sound_in_content(event: Event) -> bool:
    return (
        event.chat in _CHAT_WORDS
        and _is_id(event.origin)
        and (event.text is None or (type(event.text) is str and len(event.text) <= TEXT_CHARACTERS_MAX))
        and (event.fingerprint is None or (type(event.fingerprint) is int and event.fingerprint >= 0))
    )


def _is_id(text: str | None) -> bool:
    return text is None or (type(text) is str and 0 < len(text) <= ID_CHARACTERS_MAX)


def _is_time(time: object) -> bool:
    if type(time) is int:
        return AT_MS_MIN <= time < AT_MS_MAX
    return isinstance(time, datetime) and time.tzinfo is not None


def _are_recipients(recipients: list[str]) -> bool:
    if type(recipients) is not list or not 1 <= len(recipients) <= RECIPIENTS_MAX:
        return False
    for recipient in recipients:
        if type(recipient) is not str or not 0 < len(recipient) <= ID_CHARACTERS_MAX:
            return False
    return True
