"""Receiving: what a webhook tells is stored, each message once, before anybody answers it."""

from __future__ import annotations

import json
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from ecluse.desk.folding import fold
from ecluse.desk.lines import NOT_OPEN, ended, sent
from ecluse.desk.parts import text_of
from ecluse.desk.tables import Conversation, Message, Person
from ecluse.desk.views import Author, Fate, Handling, Status

NAME_CHARACTERS_MAX: Final = 200
ID_CHARACTERS_MAX: Final = 200
TEXT_CHARACTERS_MAX: Final = 65_536
"""Of what is kept of one message for people to read."""
CLOCKS_S: Final = 300
"""Seconds by which an API's clock may run ahead; a later time is taken for now."""
_RANKS: Final = (Fate.WAITING, Fate.SENDING, Fate.SENT, Fate.DELIVERED, Fate.READ, Fate.PLAYED)


class Heard(NamedTuple):
    """A message of a person. choice: the id of the button or row that they chose; None: they chose none.

    number_id: the business's number that it came to.
    """

    number_id: str
    wamid: str
    wa_id: str
    name: str
    type: str
    content: dict[str, Any]
    text: str
    choice: str | None
    at_s: int
    context_id: str | None


class Told(NamedTuple):
    """What became of a message of ours. key: our id of it, if the API gave it back."""

    number_id: str
    wamid: str
    status: str
    at_s: int
    key: str | None
    code: int | None
    error: str | None


class _Profile(msgspec.Struct):
    name: str | None = None


class _Contact(msgspec.Struct):
    profile: _Profile | None = None
    wa_id: str | None = None
    user_id: str | None = None


class _Metadata(msgspec.Struct):
    phone_number_id: str


class _Details(msgspec.Struct):
    details: str | None = None


class _Error(msgspec.Struct):
    code: int | None = None
    title: str | None = None
    message: str | None = None
    error_data: _Details | None = None


class _Status(msgspec.Struct):
    id: str
    status: str
    timestamp: str | int = 0
    biz_opaque_callback_data: str | None = None
    errors: list[_Error] | None = None


class _Value(msgspec.Struct):
    metadata: _Metadata | None = None
    contacts: list[_Contact] | None = None
    messages: list[dict[str, Any]] | None = None
    statuses: list[_Status] | None = None


class _Change(msgspec.Struct):
    field: str = ""
    value: _Value | None = None


class _Entry(msgspec.Struct):
    changes: list[_Change] = []


class _Webhook(msgspec.Struct):
    entry: list[_Entry] = []


_DECODER: Final = msgspec.json.Decoder(_Webhook)


def read_webhook(body: bytes) -> tuple[list[Heard], list[Told]]:
    """What a webhook tells, in its order. What is of no use to a desk is passed over. Raises ValueError."""
    heard: list[Heard] = []
    told: list[Told] = []
    for entry in _decode(body).entry:
        for change in entry.changes:
            value = change.value
            if change.field != "messages" or value is None or value.metadata is None:
                continue
            number_id = value.metadata.phone_number_id
            found = (_heard(number_id, message, value.contacts or []) for message in value.messages or [])
            heard += [message for message in found if message is not None]
            told += [_told(number_id, status) for status in value.statuses or [] if len(status.id) <= ID_CHARACTERS_MAX]
    return heard, told


def _decode(body: bytes) -> _Webhook:
    """Read JSON; also that with lone surrogates, which a person can write and msgspec does not take."""
    try:
        return _DECODER.decode(body)
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:
        return msgspec.convert(json.loads(body), _Webhook)


def _heard(number_id: str, given: dict[str, Any], contacts: list[_Contact]) -> Heard | None:
    message = _clean(given)
    wamid, kind = message.get("id"), message.get("type")
    sender = message.get("from") or message.get("from_user_id")
    if not all(isinstance(one, str) and 0 < len(one) <= ID_CHARACTERS_MAX for one in (wamid, sender, kind)):
        return None
    if kind in ("system", "unknown"):
        return None
    theirs = (one for one in contacts if sender in (_clean(one.wa_id), _clean(one.user_id)))
    names = [one.profile.name for one in theirs if one.profile is not None]
    said = message.get(str(kind))
    content = said if isinstance(said, dict) else {"contacts": said} if isinstance(said, list) else {}
    context = message.get("context")
    context_id = context.get("id") if isinstance(context, dict) else None
    return Heard(
        number_id=number_id,
        wamid=str(wamid),
        wa_id=str(sender),
        name=_clean(next(filter(None, names), "") or "")[:NAME_CHARACTERS_MAX] or str(sender),
        type=str(kind)[:40],
        content=content,
        text=text_of(str(kind), said)[:TEXT_CHARACTERS_MAX],
        choice=_choice(str(kind), content),
        at_s=_second(message.get("timestamp")),
        context_id=context_id[:ID_CHARACTERS_MAX] if isinstance(context_id, str) else None,
    )


def _choice(kind: str, content: dict[str, Any]) -> str | None:
    inner = content.get(str(content.get("type"))) if kind == "interactive" else content if kind == "button" else None
    chosen = inner.get("id") or inner.get("payload") if isinstance(inner, dict) else None
    return chosen if isinstance(chosen, str) else None


def _told(number_id: str, status: _Status) -> Told:
    error = status.errors[0] if status.errors else None
    details = error.error_data.details if error is not None and error.error_data is not None else None
    said = None if error is None else details or error.message or error.title
    return Told(
        number_id,
        _clean(status.id),
        status.status,
        _second(status.timestamp),
        _clean(status.biz_opaque_callback_data),
        None if error is None else error.code,
        _clean(said),
    )


def _second(given: Any) -> int:
    text = str(given)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 11 else 0


def _clean(value: Any) -> Any:
    """A value whose texts are without what databases do not take: NUL and lone surrogates."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_clean(str(key)): _clean(inner) for key, inner in value.items()}
    return [_clean(inner) for inner in value] if isinstance(value, list) else value


def store_heard(session: Session, business: str, heard: Heard, now_s: int) -> Message | None:
    """Store a message of a person, in a transaction of ``DeskStore.writing``. None: it was there already."""
    known = select(Message.id).where(Message.business == business, Message.wamid == heard.wamid)
    if session.scalar(known) is not None:
        return None
    at_s = heard.at_s if 0 < heard.at_s <= now_s + CLOCKS_S else now_s
    conversation = _conversation(session, business, heard, at_s)
    message = Message(
        business=business,
        conversation_id=conversation.id,
        incoming=True,
        wamid=heard.wamid,
        type=heard.type,
        content=heard.content | ({"choice": heard.choice} if heard.choice else {}),
        text=heard.text,
        folded=fold(heard.text),
        author=Author.PERSON,
        at_s=at_s,
        context_id=heard.context_id,
        handled=False,
        answers=False,
        last_word=False,
        status=Fate.RECEIVED,
        status_s=at_s,
        attempts=0,
        next_s=at_s,
    )
    session.add(message)
    conversation.heard_s = max(conversation.heard_s, at_s)
    conversation.updated_s = max(conversation.updated_s, at_s)
    conversation.status = Status.OPEN
    conversation.unread += 1
    conversation.last_text, conversation.last_incoming = heard.text, True
    if heard.type == "reaction":  # it asks nothing, and takes no stop back
        message.handled, message.answered_s = True, at_s
    else:
        conversation.stopped = False
        if conversation.waiting_s is None:
            conversation.waiting_s = at_s
    session.flush()
    return message


def _conversation(session: Session, business: str, heard: Heard, at_s: int) -> Conversation:
    person = session.scalars(
        select(Person).where(Person.business == business, Person.wa_id == heard.wa_id)
    ).one_or_none()
    if person is not None:
        if heard.name != heard.wa_id:
            person.name, person.folded = heard.name, fold(f"{heard.name} {heard.wa_id}")
        return session.scalars(select(Conversation).where(Conversation.person_id == person.id)).one()
    person = Person(
        business=business,
        wa_id=heard.wa_id,
        name=heard.name,
        folded=fold(f"{heard.name} {heard.wa_id}"),
        first_s=at_s,
        fields={},
    )
    session.add(person)
    session.flush()
    conversation = Conversation(
        business=business,
        person_id=person.id,
        status=Status.OPEN,
        handling=Handling.BOT,
        heard_s=at_s,
        updated_s=at_s,
        unread=0,
        last_text="",
        last_incoming=True,
        stopped=False,
        tries=0,
    )
    session.add(conversation)
    session.flush()
    return conversation


def store_told(session: Session, business: str, told: Told, now_s: int) -> None:
    """Store what became of a message of ours; it only goes up, and what is not ours is passed over."""
    by = [Message.wamid == told.wamid, *([Message.key == told.key] if told.key else [])]
    message = session.scalars(
        select(Message).where(Message.business == business, Message.incoming.is_(False), or_(*by)).limit(1)
    ).one_or_none()
    if message is None:
        return
    at_s = told.at_s or now_s
    if told.status == "failed":
        if message.status in _RANKS[:3]:
            message.wamid = message.wamid or told.wamid
            fate = Fate.REFUSED if told.code == NOT_OPEN else Fate.FAILED
            ended(message, fate, told.code, told.error or "The API says that it failed.", at_s)
        return
    sent(session, message, told.wamid, at_s)
    if told.status in _RANKS and message.status in _RANKS[: _RANKS.index(Fate(told.status))]:
        message.status, message.status_s = Fate(told.status), at_s
