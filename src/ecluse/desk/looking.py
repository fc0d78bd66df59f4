"""Looking: conversations as lists and by themselves, from the rows of one business."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final, Literal, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, func, not_, or_, select
from sqlalchemy.orm import Session

from ecluse.business.limits import WINDOW_S
from ecluse.desk.folding import search_words
from ecluse.desk.lines import window_of
from ecluse.desk.parts import choices_of
from ecluse.desk.tables import Conversation, Evidence, Message, Note, Person, Subscription, Tag
from ecluse.desk.views import (
    Author,
    ConversationRow,
    ConversationView,
    EvidenceView,
    Fate,
    Handling,
    Listing,
    MessageView,
    NoteView,
    Order,
    Status,
    SubscriptionView,
)
from ecluse.errors import InputError

ROWS_MAX: Final = 200
"""Conversations of one page, and messages of one look into one."""
NOTES_SHOWN_MAX: Final = 200


class Filter(NamedTuple):
    """Which conversations are listed; None: whatever it is. assigned_to: an agent, or "" for nobody.

    waiting: only those whose person waits for an answer. window: those that may (``open``) or may not be written into.
    """

    status: Status | None = Status.OPEN
    handling: Handling | None = None
    assigned_to: str | None = None
    tag: str | None = None
    waiting: bool = False
    unread: bool = False
    window: Literal["open", "closed"] | None = None


def find_conversation(session: Session, business: str, conversation_id: int) -> Conversation:
    """A conversation of a business. Raises InputError, the same for another's and for none."""
    found = session.scalars(
        select(Conversation).where(Conversation.id == conversation_id, Conversation.business == business)
    ).one_or_none()
    if found is None:
        raise InputError("conversation", conversation_id, "the number of a conversation of this business")
    return found


def list_conversations(
    session: Session,
    business: str,
    wanted: Filter,
    *,
    search: str,
    order: Order,
    limit: int,
    offset: int,
    now_s: int,
) -> Listing:
    """Conversations that pass a filter and have every word of ``search``, in a message, the name or the number."""
    where = [Conversation.business == business, *_conditions(wanted, now_s), *_said(search)]
    joined = select(Conversation, Person).join(Person, Person.id == Conversation.person_id).where(*where)
    total = session.scalar(select(func.count()).select_from(joined.subquery())) or 0
    page = _ordered(joined, order).limit(max(1, min(limit, ROWS_MAX))).offset(max(0, offset))
    found = session.execute(page).all()
    tags = _tags(session, [conversation.id for conversation, _ in found])
    return Listing(tuple(row_of(one, person, tags[one.id], now_s) for one, person in found), total)


def _ordered(query: Select[Conversation, Person], order: Order) -> Select[Conversation, Person]:
    newest = (Conversation.updated_s.desc(), Conversation.id.desc())
    if order is Order.WAITING:
        return query.order_by(Conversation.waiting_s.is_(None), Conversation.waiting_s, *newest)
    return query.order_by(*newest)


def _conditions(wanted: Filter, now_s: int) -> Iterable[ColumnElement[bool]]:
    if wanted.status is not None:
        yield Conversation.status == wanted.status
    if wanted.handling is not None:
        yield Conversation.handling == wanted.handling
    if wanted.assigned_to is not None:
        assigned = Conversation.assigned_to
        yield assigned == wanted.assigned_to if wanted.assigned_to else assigned.is_(None)
    if wanted.tag is not None:
        yield exists().where(Tag.conversation_id == Conversation.id, Tag.tag == wanted.tag)
    if wanted.waiting:
        yield Conversation.waiting_s.is_not(None)
    if wanted.unread:
        yield Conversation.unread > 0
    if wanted.window is not None:
        open_ = and_(Conversation.heard_s > now_s - WINDOW_S, not_(Conversation.stopped))
        yield open_ if wanted.window == "open" else not_(open_)


def _said(search: str) -> Iterable[ColumnElement[bool]]:
    for word in search_words(search):
        in_message = exists().where(
            Message.conversation_id == Conversation.id, Message.folded.contains(word, autoescape=True)
        )
        yield or_(Person.folded.contains(word, autoescape=True), in_message)


def search_messages(session: Session, business: str, search: str, limit: int) -> tuple[MessageView, ...]:
    """Messages of a business that have every word of ``search``, the newest first."""
    words = search_words(search)
    if not words:
        return ()
    query = select(Message).where(Message.business == business)
    query = query.where(*(Message.folded.contains(word, autoescape=True) for word in words))
    found = session.scalars(query.order_by(Message.id.desc()).limit(max(1, min(limit, ROWS_MAX))))
    return tuple(map(message_view, found))


def read_conversation(
    session: Session, business: str, conversation_id: int, *, before: int | None, limit: int, now_s: int
) -> ConversationView:
    """One conversation with its last messages, or the last before the message ``before``. Raises InputError."""
    conversation = find_conversation(session, business, conversation_id)
    person = session.get_one(Person, conversation.person_id)
    limit = max(1, min(limit, ROWS_MAX))
    query = select(Message).where(Message.conversation_id == conversation.id)
    if before is not None:
        query = query.where(Message.id < before)
    messages = session.scalars(query.order_by(Message.id.desc()).limit(limit + 1)).all()
    notes = session.scalars(
        select(Note).where(Note.conversation_id == conversation.id).order_by(Note.id.desc()).limit(NOTES_SHOWN_MAX)
    ).all()
    subscriptions = session.scalars(
        select(Subscription).where(Subscription.person_id == person.id).order_by(Subscription.newsletter)
    )
    return ConversationView(
        row_of(conversation, person, _tags(session, [conversation.id])[conversation.id], now_s),
        tuple(map(message_view, reversed(messages[:limit]))),
        len(messages) > limit,
        tuple(NoteView(note.id, note.agent, note.text, note.at_s) for note in reversed(notes)),
        list_evidence(session, business, person_id=person.id),
        tuple(SubscriptionView(one.newsletter, one.since_s, one.ended_s) for one in subscriptions),
        dict(person.fields),
        conversation.flow,
        conversation.step,
    )


def list_evidence(
    session: Session, business: str, *, person_id: int | None = None, after: int = 0, limit: int = ROWS_MAX
) -> tuple[EvidenceView, ...]:
    """Evidence of a business, or of one person; the oldest first, from after the row ``after``."""
    query = select(Evidence, Person).join(Person, Person.id == Evidence.person_id)
    query = query.where(Evidence.business == business, Evidence.id > after)
    if person_id is not None:
        query = query.where(Evidence.person_id == person_id)
    found = session.execute(query.order_by(Evidence.id).limit(max(1, min(limit, ROWS_MAX)))).all()
    return tuple(
        EvidenceView(
            row.id, person.wa_id, person.name, row.kind, row.newsletter,
            row.wrote, row.wamid, row.at_s, row.keyword, row.wording,
        )
        for row, person in found
    )  # fmt: skip


def row_of(conversation: Conversation, person: Person, tags: Iterable[str], now_s: int) -> ConversationRow:
    """A conversation as lists show it."""
    return ConversationRow(
        id=conversation.id,
        wa_id=person.wa_id,
        name=person.name,
        status=Status(conversation.status),
        handling=Handling(conversation.handling),
        assigned_to=conversation.assigned_to,
        tags=tuple(tags),
        unread=conversation.unread,
        last_text=conversation.last_text,
        last_incoming=conversation.last_incoming,
        updated_s=conversation.updated_s,
        waiting_s=conversation.waiting_s,
        window=window_of(conversation, now_s),
        stopped=conversation.stopped,
    )


def message_view(message: Message) -> MessageView:
    """A message as it is shown."""
    return MessageView(
        id=message.id,
        conversation_id=message.conversation_id,
        author=Author(message.author),
        agent=message.agent,
        at_s=message.at_s,
        type=message.type,
        text=message.text,
        content=message.content,
        choices=() if message.incoming else choices_of(message.type, message.content),
        fate=Fate(message.status),
        fate_s=message.status_s,
        code=message.code,
        error=message.error,
        wamid=message.wamid,
        context_id=message.context_id,
        answered_s=message.answered_s,
    )


def _tags(session: Session, conversation_ids: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for tag in session.scalars(select(Tag).where(Tag.conversation_id.in_(conversation_ids)).order_by(Tag.tag)):
        found[tag.conversation_id].append(tag.tag)
    return found
