"""The inbox of one business: what agents see and do. Every call is one transaction, and may block: call it in a thread.

It sees the rows of its business and no others. Times are arguments: it looks at no clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from ecluse.business.limits import TEXT_MAX
from ecluse.desk import issues, looking, numbers
from ecluse.desk.forgetting import forget
from ecluse.desk.lines import queue
from ecluse.desk.looking import Filter, find_conversation, message_view
from ecluse.desk.parts import Part, check_part, text_part
from ecluse.desk.store import DeskStore
from ecluse.desk.tables import CannedReply, Conversation, Evidence, Message, Note, Person, Tag
from ecluse.desk.views import (
    Author,
    Canned,
    ConversationView,
    EvidenceView,
    Fate,
    Handling,
    IssueView,
    Listing,
    MessageView,
    NoteView,
    Numbers,
    Order,
    Status,
)
from ecluse.errors import InputError

NOTE_CHARACTERS_MAX: Final = 4_000
TAG_CHARACTERS_MAX: Final = 40
TAGS_MAX: Final = 20
"""Tags of one conversation."""
NAME_CHARACTERS_MAX: Final = 100
"""Characters of an agent's name, and of a canned reply's."""
CANNED_MAX: Final = 500


class Inbox:
    """The inbox of a business. Raises, everywhere: InputError for what is not there, RecordsError."""

    def __init__(self, store: DeskStore, business: str) -> None:
        self.business, self._store = business, store
        store.changed(business)

    def changed(self) -> int:
        """A number that is higher after each change of anything: cheap, so that pages ask it often."""
        return self._store.changed(self.business)

    # What is there

    def conversations(
        self,
        wanted: Filter = Filter(),  # noqa: B008
        *,
        search: str = "",
        order: Order = Order.NEWEST,
        limit: int = 50,
        offset: int = 0,
        now_s: int,
    ) -> Listing:
        """Those that pass the filter and have every word of ``search``: in a message, the name or the number."""
        with self._store.reading() as session:
            return looking.list_conversations(
                session, self.business, wanted, search=search, order=order, limit=limit, offset=offset, now_s=now_s
            )

    def conversation(
        self, conversation_id: int, *, before: int | None = None, limit: int = 100, now_s: int
    ) -> ConversationView:
        """One conversation with its last messages; before: those before this message."""
        with self._store.reading() as session:
            return looking.read_conversation(
                session, self.business, conversation_id, before=before, limit=limit, now_s=now_s
            )

    def messages(self, search: str, *, limit: int = 50) -> tuple[MessageView, ...]:
        """Messages that have every word of ``search``, the newest first."""
        with self._store.reading() as session:
            return looking.search_messages(session, self.business, search, limit)

    def message(self, message_id: int) -> MessageView:
        """One message."""
        with self._store.reading() as session:
            mine = (Message.id == message_id, Message.business == self.business)
            found = session.scalars(select(Message).where(*mine)).one_or_none()
            if found is None:
                raise InputError("message", message_id, "the number of a message of this business")
            return message_view(found)

    def tags(self) -> tuple[str, ...]:
        """All tags that are in use."""
        with self._store.reading() as session:
            return tuple(
                session.scalars(select(Tag.tag).where(Tag.business == self.business).distinct().order_by(Tag.tag))
            )

    def evidence(self, *, after: int = 0, limit: int = 100) -> tuple[EvidenceView, ...]:
        """Who opted in and out, the oldest first; after: from after this row."""
        with self._store.reading() as session:
            return looking.list_evidence(session, self.business, after=after, limit=limit)

    def evidence_count(self) -> int:
        """How many rows of evidence there are."""
        with self._store.reading() as session:
            return session.scalar(select(func.count()).where(Evidence.business == self.business)) or 0

    def issues(self, newsletter: str | None = None, *, limit: int = 50) -> tuple[IssueView, ...]:
        """Issues, the newest first."""
        with self._store.reading() as session:
            return issues.list_issues(session, self.business, newsletter, limit)

    def numbers(self, from_s: int, until_s: int) -> Numbers:
        """What happened from one second to before another."""
        with self._store.reading() as session:
            return numbers.count(session, self.business, from_s, until_s)

    # What is done

    def reply(self, conversation_id: int, text: str, *, agent: str, now_s: int) -> MessageView:
        """Write to the person. The message waits to be sent; its fate is ``refused``, with 131047, if nothing may be.

        Unless it is refused, people answer this conversation from now on; if nobody has it, then this agent.
        """
        if not text.strip() or len(text) > TEXT_MAX:
            raise InputError("text", text, f"1 to {TEXT_MAX} characters")
        return self.send(conversation_id, text_part(text), agent=agent, now_s=now_s)

    def send(self, conversation_id: int, part: Part, *, agent: str, now_s: int) -> MessageView:
        """Send anything else to the person, as ``reply`` does; parts are made by ``ecluse.desk.parts``."""
        check_part(part, "message")
        with self._store.writing(self.business) as session:
            conversation = find_conversation(session, self.business, conversation_id)
            message = queue(session, conversation, part, author=Author.AGENT, agent=_agent(agent), now_s=now_s)
            if message.status == Fate.WAITING:
                conversation.handling, conversation.flow, conversation.step = Handling.PEOPLE, None, None
                conversation.status, conversation.unread = Status.OPEN, 0
                conversation.assigned_to = conversation.assigned_to or agent
            return message_view(message)

    def assign(self, conversation_id: int, to: str | None, *, now_s: int) -> None:
        """Let an agent have a conversation, and people answer it; to None: nobody has it."""
        with self._store.writing(self.business) as session:
            conversation = find_conversation(session, self.business, conversation_id)
            conversation.assigned_to = None if to is None else _agent(to)
            if to is not None:
                conversation.handling, conversation.flow, conversation.step = Handling.PEOPLE, None, None
            conversation.updated_s = max(conversation.updated_s, now_s)

    def hand_over(self, conversation_id: int, handling: Handling) -> None:
        """Let people answer a conversation, or the bot again; then nobody has it."""
        with self._store.writing(self.business) as session:
            conversation = find_conversation(session, self.business, conversation_id)
            _hand_over(conversation, handling)

    def close(self, conversation_id: int, *, now_s: int) -> None:
        """Be done with a conversation: the bot answers again, and the person's next message opens it."""
        with self._store.writing(self.business) as session:
            conversation = find_conversation(session, self.business, conversation_id)
            _hand_over(conversation, Handling.BOT)
            conversation.status, conversation.unread, conversation.waiting_s = Status.CLOSED, 0, None
            conversation.updated_s = max(conversation.updated_s, now_s)

    def reopen(self, conversation_id: int) -> None:
        """Open a closed conversation. (Whether the person may be written to is another matter.)"""
        with self._store.writing(self.business) as session:
            find_conversation(session, self.business, conversation_id).status = Status.OPEN

    def read(self, conversation_id: int) -> None:
        """Note that an agent has read a conversation; the person is shown it."""
        with self._store.writing(self.business) as session:
            conversation = find_conversation(session, self.business, conversation_id)
            if conversation.unread:
                conversation.unread = 0
                theirs = (Message.conversation_id == conversation.id, Message.incoming)
                conversation.read_due = session.scalar(
                    select(Message.wamid).where(*theirs).order_by(Message.id.desc()).limit(1)
                )

    def note(self, conversation_id: int, text: str, *, agent: str, now_s: int) -> NoteView:
        """Note something that the person never sees."""
        if not 0 < len(text.strip()) <= NOTE_CHARACTERS_MAX:
            raise InputError("text", text, f"1 to {NOTE_CHARACTERS_MAX} characters")
        with self._store.writing(self.business) as session:
            find_conversation(session, self.business, conversation_id)
            kept = Note(
                business=self.business, conversation_id=conversation_id, agent=_agent(agent), text=text, at_s=now_s
            )
            session.add(kept)
            session.flush()
            return NoteView(kept.id, kept.agent, kept.text, kept.at_s)

    def tag(self, conversation_id: int, tag: str) -> None:
        """Mark a conversation with a word."""
        word = tag.strip()
        if not 0 < len(word) <= TAG_CHARACTERS_MAX or not word.isprintable():
            raise InputError("tag", tag, f"1 to {TAG_CHARACTERS_MAX} printable characters")
        with self._store.writing(self.business) as session:
            find_conversation(session, self.business, conversation_id)
            there = set(session.scalars(select(Tag.tag).where(Tag.conversation_id == conversation_id)))
            if word not in there and len(there) >= TAGS_MAX:
                raise InputError("tag", tag, f"one of at most {TAGS_MAX}")
            if word not in there:
                session.add(Tag(business=self.business, conversation_id=conversation_id, tag=word))

    def untag(self, conversation_id: int, tag: str) -> None:
        """Take a tag away."""
        with self._store.writing(self.business) as session:
            find_conversation(session, self.business, conversation_id)
            session.execute(delete(Tag).where(Tag.conversation_id == conversation_id, Tag.tag == tag))

    def publish(self, newsletter: str, title: str, parts: Sequence[Part], *, by: str, now_s: int) -> IssueView:
        """Add an issue of a newsletter, for whoever asks. Nothing is sent."""
        with self._store.writing(self.business) as session:
            issue = issues.publish(session, self.business, newsletter, title, parts, by=by, now_s=now_s)
            return issues.issue_view(issue)

    def forget(self, conversation_id: int) -> None:
        """Forget a person: messages, notes, tags, answers, name. Evidence of opting in and out stays, and of whom."""
        with self._store.writing(self.business) as session:
            forget(session, find_conversation(session, self.business, conversation_id))

    # Canned replies

    def canned(self) -> tuple[Canned, ...]:
        """All canned replies, by name."""
        with self._store.reading() as session:
            mine = select(CannedReply).where(CannedReply.business == self.business).order_by(CannedReply.name)
            return tuple(Canned(one.name, one.text, one.changed_s, one.changed_by) for one in session.scalars(mine))

    def save_canned(self, name: str, text: str, *, agent: str, now_s: int) -> None:
        """Keep a canned reply; one of that name is replaced. ``{name}`` in it stands for the person's name."""
        if not 0 < len(name.strip()) <= NAME_CHARACTERS_MAX or not name.isprintable():
            raise InputError("name", name, f"1 to {NAME_CHARACTERS_MAX} printable characters")
        if not text.strip() or len(text) > TEXT_MAX:
            raise InputError("text", text, f"1 to {TEXT_MAX} characters")
        with self._store.writing(self.business) as session:
            kept = session.get(CannedReply, (self.business, name.strip()))
            if kept is None:
                mine = CannedReply.business == self.business
                if (session.scalar(select(func.count()).where(mine)) or 0) >= CANNED_MAX:
                    raise InputError("name", name, f"one of at most {CANNED_MAX}")
                kept = CannedReply(business=self.business, name=name.strip())
                session.add(kept)
            kept.text, kept.changed_s, kept.changed_by = text, now_s, _agent(agent)

    def delete_canned(self, name: str) -> None:
        """Throw a canned reply away."""
        with self._store.writing(self.business) as session:
            kept = session.get(CannedReply, (self.business, name))
            if kept is None:
                raise InputError("name", name, "the name of a canned reply")
            session.delete(kept)

    def fill_canned(self, name: str, conversation_id: int) -> str:
        """The text of a canned reply for the person of a conversation, to be looked over and sent."""
        with self._store.reading() as session:
            kept = session.get(CannedReply, (self.business, name))
            if kept is None:
                raise InputError("name", name, "the name of a canned reply")
            conversation = find_conversation(session, self.business, conversation_id)
            return kept.text.replace("{name}", _name(session, conversation))


def _name(session: Session, conversation: Conversation) -> str:
    return session.get_one(Person, conversation.person_id).name


def _agent(name: str) -> str:
    if not 0 < len(name) <= NAME_CHARACTERS_MAX or not name.isprintable():
        raise InputError("agent", name, f"1 to {NAME_CHARACTERS_MAX} printable characters")
    return name


def _hand_over(conversation: Conversation, handling: Handling) -> None:
    conversation.handling = handling
    conversation.flow, conversation.step, conversation.tries = None, None, 0
    if handling is Handling.BOT:
        conversation.assigned_to = None
