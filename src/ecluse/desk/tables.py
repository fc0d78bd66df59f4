"""The tables of a desk. Each row is of one business, and nothing is ever looked up without it.

Times are whole seconds of the epoch, in columns that end in ``_s``. ``folded`` columns hold what is searched in.
"""

from __future__ import annotations

from sqlalchemy import Boolean, ForeignKey, Index, MetaData, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from ecluse.records.tables.base import NAMES, Count, Json, Key, Name, Ref, Second, Word, Words


class DeskTable(DeclarativeBase):
    """Base of all tables of a desk."""

    metadata = MetaData(naming_convention=NAMES)


class Business(DeskTable):
    """A business of the desk. Its row is the lock that every writer of its rows takes.

    changed: raised by every writing, so that pages know when to look again.
    """

    __tablename__ = "desk_businesses"

    id: Mapped[Name] = mapped_column(primary_key=True)
    changed: Mapped[Count]


class Person(DeskTable):
    """Somebody who wrote to a business. wa_id: as the API gives it. fields: what they answered in flows."""

    __tablename__ = "desk_people"
    __table_args__ = (UniqueConstraint("business", "wa_id"),)

    id: Mapped[Key]
    business: Mapped[Name] = mapped_column(ForeignKey("desk_businesses.id"))
    wa_id: Mapped[Name]
    name: Mapped[Name]
    folded: Mapped[Words]
    """Name and ``wa_id``."""
    first_s: Mapped[Second]
    fields: Mapped[Json]


class Conversation(DeskTable):
    """What a person and a business write to each other: one for each person, opened again by their next message."""

    __tablename__ = "desk_conversations"
    __table_args__ = (Index(None, "business", "updated_s"), Index(None, "business", "status", "updated_s"))

    id: Mapped[Key]
    business: Mapped[Name] = mapped_column(ForeignKey("desk_businesses.id"))
    person_id: Mapped[Ref] = mapped_column(ForeignKey("desk_people.id"), unique=True)
    status: Mapped[Word]
    """``open`` or ``closed``."""
    handling: Mapped[Word]
    """Who answers: ``bot`` or ``people``."""
    assigned_to: Mapped[Name | None]
    heard_s: Mapped[Second]
    """When the person last wrote; the window is counted from here."""
    updated_s: Mapped[Second]
    waiting_s: Mapped[Second | None]
    """Since when a message of the person is not answered; null: none is."""
    unread: Mapped[Count]
    """Messages of the person that no agent has read."""
    last_text: Mapped[Words]
    last_incoming: Mapped[bool] = mapped_column(Boolean)
    stopped: Mapped[bool] = mapped_column(Boolean)
    """The person said stop and has not written since: nothing is sent."""
    flow: Mapped[Name | None]
    step: Mapped[Name | None]
    tries: Mapped[Count]
    """Answers to the step that were none."""
    read_due: Mapped[Name | None]
    """A message of theirs that the API is yet to be told was read."""


class Message(DeskTable):
    """A message, of a person or to one. What is to be sent waits here until it is."""

    __tablename__ = "desk_messages"
    __table_args__ = (
        UniqueConstraint("business", "wamid"),
        UniqueConstraint("business", "key"),
        Index(None, "conversation_id", "id"),
        Index(None, "business", "at_s"),
        Index(None, "status", "next_s"),
        Index(None, "handled", "id"),
    )

    id: Mapped[Key]
    business: Mapped[Name] = mapped_column(ForeignKey("desk_businesses.id"))
    conversation_id: Mapped[Ref] = mapped_column(ForeignKey("desk_conversations.id"))
    incoming: Mapped[bool] = mapped_column(Boolean)
    wamid: Mapped[Name | None]
    """The API's id; of a message to be sent null until the API took it."""
    key: Mapped[Name | None]
    """Our own id of a message to be sent, by which the API sends it once and its statuses are known."""
    type: Mapped[Word]
    content: Mapped[Json]
    """As the API has it under the name of its type."""
    text: Mapped[Words]
    """What of it is read by people."""
    folded: Mapped[Words]
    author: Mapped[Word]
    """``person``, ``bot`` or ``agent``."""
    agent: Mapped[Name | None]
    at_s: Mapped[Second]
    context_id: Mapped[Name | None]
    """The ``wamid`` that it answers or quotes."""
    handled: Mapped[bool] = mapped_column(Boolean)
    """Of a person's: the bot has seen it, and what it answers is in this table."""
    answers: Mapped[bool] = mapped_column(Boolean)
    """Of ours: what came before it is answered by it. That somebody will answer is no answer."""
    last_word: Mapped[bool] = mapped_column(Boolean)
    """It says that stop was heard; all else of ours is dropped then."""
    answered_s: Mapped[Second | None]
    answered_by: Mapped[Word | None]
    """``bot`` or ``agent``."""
    status: Mapped[Word]
    """``received``; ``waiting``, ``sending``, ``sent``, ``delivered``, ``read``, ``played``, ``failed``, ``refused``,
    ``dropped``."""
    status_s: Mapped[Second]
    code: Mapped[int | None]
    """The API's code of the error with which it failed or was refused."""
    error: Mapped[Words | None]
    attempts: Mapped[Count]
    next_s: Mapped[Second]


class Note(DeskTable):
    """What an agent notes of a conversation; the person never sees it."""

    __tablename__ = "desk_notes"
    __table_args__ = (Index(None, "conversation_id", "id"),)

    id: Mapped[Key]
    business: Mapped[Name] = mapped_column(ForeignKey("desk_businesses.id"))
    conversation_id: Mapped[Ref] = mapped_column(ForeignKey("desk_conversations.id"))
    agent: Mapped[Name]
    text: Mapped[Words]
    at_s: Mapped[Second]


class Tag(DeskTable):
    """A word that a conversation is marked with."""

    __tablename__ = "desk_tags"
    __table_args__ = (Index(None, "business", "tag"),)

    conversation_id: Mapped[Ref] = mapped_column(ForeignKey("desk_conversations.id"), primary_key=True)
    tag: Mapped[Word] = mapped_column(primary_key=True)
    business: Mapped[Name] = mapped_column(ForeignKey("desk_businesses.id"))


class CannedReply(DeskTable):
    """A reply that was written beforehand."""

    __tablename__ = "desk_canned_replies"

    business: Mapped[Name] = mapped_column(ForeignKey("desk_businesses.id"), primary_key=True)
    name: Mapped[Name] = mapped_column(primary_key=True)
    text: Mapped[Words]
    changed_s: Mapped[Second]
    changed_by: Mapped[Name]


class Evidence(DeskTable):
    """That a person opted in or out: their own words. Rows are only ever added."""

    __tablename__ = "desk_evidence"
    __table_args__ = (Index(None, "business", "person_id"), Index(None, "business", "at_s"))

    id: Mapped[Key]
    business: Mapped[Name] = mapped_column(ForeignKey("desk_businesses.id"))
    person_id: Mapped[Ref] = mapped_column(ForeignKey("desk_people.id"))
    kind: Mapped[Word]
    """``opt_in`` or ``opt_out``."""
    newsletter: Mapped[Name | None]
    """Null: all of them."""
    wrote: Mapped[Words]
    wamid: Mapped[Name]
    at_s: Mapped[Second]
    keyword: Mapped[Name]
    wording: Mapped[Words]
    """What the person was shown: beside the link or button, or as the answer."""


class Subscription(DeskTable):
    """That a person asked for a newsletter. Nothing is sent for it: they pull the latest issue."""

    __tablename__ = "desk_subscriptions"

    person_id: Mapped[Ref] = mapped_column(ForeignKey("desk_people.id"), primary_key=True)
    newsletter: Mapped[Name] = mapped_column(primary_key=True)
    business: Mapped[Name] = mapped_column(ForeignKey("desk_businesses.id"))
    since_s: Mapped[Second]
    ended_s: Mapped[Second | None]


class Issue(DeskTable):
    """An issue of a newsletter."""

    __tablename__ = "desk_issues"
    __table_args__ = (UniqueConstraint("business", "newsletter", "number"),)

    id: Mapped[Key]
    business: Mapped[Name] = mapped_column(ForeignKey("desk_businesses.id"))
    newsletter: Mapped[Name]
    number: Mapped[Count]
    title: Mapped[Name]
    messages: Mapped[Json]
    """``parts``: what is sent of it, one message after another, each with ``type`` and ``content``."""
    published_s: Mapped[Second]
    published_by: Mapped[Name]


class Pull(DeskTable):
    """That a person asked for an issue and it was queued for them."""

    __tablename__ = "desk_pulls"
    __table_args__ = (Index(None, "business", "at_s"),)

    id: Mapped[Key]
    business: Mapped[Name] = mapped_column(ForeignKey("desk_businesses.id"))
    issue_id: Mapped[Ref] = mapped_column(ForeignKey("desk_issues.id"))
    person_id: Mapped[Ref] = mapped_column(ForeignKey("desk_people.id"))
    at_s: Mapped[Second]


for _table in DeskTable.metadata.tables.values():
    if "id" in _table.columns and _table.columns["id"].autoincrement is True:
        _table.kwargs["sqlite_autoincrement"] = True  # a number is never given again: messages are sent in its order
