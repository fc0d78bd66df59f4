"""Which messages are sent next, and what is kept of each try: in the order of their conversation, each once.

A message that is being sent is leased. If the process dies meanwhile, the lease runs out, and it is sent again with
the same key, so that an API that knows keys takes it once. For others a status may tell meanwhile that it was taken.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session, aliased

from ecluse.desk.failures import ApiLaterError, ApiRefusedError, NotOpenError, UnreachableApiError
from ecluse.desk.lines import NOT_OPEN, ended, sent, why_closed
from ecluse.desk.parts import Part
from ecluse.desk.store import DeskStore
from ecluse.desk.tables import Conversation, Message, Person
from ecluse.desk.views import Fate
from ecluse.errors import EcluseError

AT_ONCE_MAX: Final = 32
"""Messages that are sent at the same time, each of another conversation."""
LEASE_S: Final = 60
RETRY_FIRST_S: Final = 1
RETRY_MAX_S: Final = 300
_IN_LINE: Final = (Fate.WAITING, Fate.SENDING)


class Ready(NamedTuple):
    """A message that is to be sent now."""

    id: int
    business: str
    to: str
    part: Part
    key: str
    reply_to: str | None


def release(store: DeskStore, businesses: dict[str, bool]) -> None:
    """When a desk starts: let what was being sent be sent again at once, by APIs that take a key once.

    businesses: whether the API of each does.
    """
    for business, idempotent in businesses.items():
        if idempotent:
            with store.writing(business) as session:
                leased = (Message.business == business, Message.status == Fate.SENDING)
                session.execute(update(Message).where(*leased).values(next_s=0))


def claim(store: DeskStore, businesses: list[str], now_s: int) -> Iterator[Ready]:
    """Lease the messages that are next: of each conversation the first in line, if its time has come.

    One whose conversation is not open any more is refused instead.
    """
    earlier = aliased(Message)
    before = exists().where(
        earlier.conversation_id == Message.conversation_id, earlier.id < Message.id, earlier.status.in_(_IN_LINE)
    )
    next_ = select(Message.id, Message.business).where(
        Message.status.in_(_IN_LINE), Message.next_s <= now_s, Message.business.in_(businesses), ~before
    )
    with store.reading() as session:
        found = session.execute(next_.order_by(Message.id).limit(AT_ONCE_MAX)).all()
    for business in dict.fromkeys(business for _, business in found):
        with store.writing(business) as session:
            ready = [_lease(session, message_id, now_s) for message_id, of in found if of == business]
        yield from filter(None, ready)


def _lease(session: Session, message_id: int, now_s: int) -> Ready | None:
    message = session.get(Message, message_id)
    if message is None or message.status not in _IN_LINE or message.next_s > now_s:
        return None  # it was forgotten or taken meanwhile, or a status told of it
    conversation = session.get_one(Conversation, message.conversation_id)
    why = why_closed(conversation, now_s) if not message.last_word else None
    if why is not None:
        if conversation.stopped:
            ended(message, Fate.DROPPED, None, why, now_s)
        else:
            ended(message, Fate.REFUSED, NOT_OPEN, why, now_s)
        return None
    message.status, message.status_s = Fate.SENDING, now_s
    message.attempts, message.next_s = message.attempts + 1, now_s + LEASE_S
    person = session.get_one(Person, conversation.person_id)
    part = Part(message.type, message.content)
    return Ready(message.id, message.business, person.wa_id, part, message.key or "", message.context_id)


def keep_sent(store: DeskStore, ready: Ready, wamid: str, now_s: int) -> None:
    """Keep that the API took a message."""
    with store.writing(ready.business) as session:
        message = session.get(Message, ready.id)
        if message is not None:  # else it was forgotten meanwhile
            sent(session, message, wamid, now_s)


def keep_failure(store: DeskStore, ready: Ready, failure: EcluseError, now_s: int, *, idempotent: bool) -> None:
    """Keep that a try failed: for good, or until the next one. Where nobody knows whether the API took the message,
    that comes soon if the API takes a key once (idempotent), and else when the lease runs out.
    """
    with store.writing(ready.business) as session:
        message = session.get(Message, ready.id)
        if message is None or message.status != Fate.SENDING:
            return  # it was forgotten, or a status told of it meanwhile
        if isinstance(failure, NotOpenError):
            ended(message, Fate.REFUSED, failure.code, failure.details, now_s)
        elif isinstance(failure, ApiRefusedError) and not isinstance(failure, ApiLaterError):
            ended(message, Fate.FAILED, failure.code, failure.details, now_s)
        else:
            message.code = failure.code if isinstance(failure, ApiRefusedError) else None
            message.error = failure.details if isinstance(failure, ApiRefusedError) else str(failure)
            if isinstance(failure, ApiLaterError | UnreachableApiError):
                wait_s = failure.retry_after_s if isinstance(failure, ApiLaterError) else None
                message.status, message.next_s = Fate.WAITING, now_s + (wait_s or pause_s(message.attempts))
            elif idempotent:
                message.next_s = now_s + pause_s(message.attempts)


def pause_s(attempts: int) -> int:
    """Seconds until the next try, after so many.

    >>> [pause_s(attempts) for attempts in (1, 2, 3, 9, 10, 5_000)]
    [1, 2, 4, 256, 300, 300]
    """
    return min(RETRY_FIRST_S << min(attempts - 1, 20), RETRY_MAX_S)


def take_read_marks(store: DeskStore, businesses: list[str]) -> list[tuple[str, str]]:
    """Business and message of the read marks that are due; they are due no more. One that gets lost is no harm."""
    due = select(Conversation.id, Conversation.business).where(
        Conversation.read_due.is_not(None), Conversation.business.in_(businesses)
    )
    with store.reading() as session:
        found = session.execute(due.limit(AT_ONCE_MAX)).all()
    marks = []
    for business in dict.fromkeys(business for _, business in found):
        with store.writing(business) as session:
            for conversation_id, of in found:
                conversation = session.get_one(Conversation, conversation_id)
                if of == business and conversation.read_due is not None:
                    marks.append((business, conversation.read_due))
                    conversation.read_due = None
    return marks
