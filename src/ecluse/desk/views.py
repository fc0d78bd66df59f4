"""What is shown of a desk: plain values, which hold nothing of the database. Times are seconds of the epoch."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, NamedTuple


class Status(StrEnum):
    """Whether somebody is to look after a conversation."""

    OPEN = "open"
    CLOSED = "closed"


class Handling(StrEnum):
    """Who answers a conversation."""

    BOT = "bot"
    PEOPLE = "people"


class Author(StrEnum):
    """Who wrote a message."""

    PERSON = "person"
    BOT = "bot"
    AGENT = "agent"


class Fate(StrEnum):
    """What became of a message."""

    RECEIVED = "received"
    """A person's."""
    WAITING = "waiting"
    """It is to be sent."""
    SENDING = "sending"
    """The API was asked, and has not answered yet."""
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    PLAYED = "played"
    FAILED = "failed"
    """The API said no, and would again."""
    REFUSED = "refused"
    """The conversation is not open (code 131047): nothing may be sent until the person writes."""
    DROPPED = "dropped"
    """The person said stop before it was sent."""


class Order(StrEnum):
    """In which order conversations are listed."""

    NEWEST = "newest"
    """The latest message first."""
    WAITING = "waiting"
    """Who waits longest first; those who do not wait last."""


class Window(NamedTuple):
    """Whether a person may be written to. closes_s: the first second at which not. left_s: until then; 0: closed."""

    open: bool
    closes_s: int
    left_s: int


class ConversationRow(NamedTuple):
    """A conversation as lists show it. waiting_s: since when the person waits for an answer; None: they do not.

    stopped: the person said stop and has not written since. unread: messages that no agent has read.
    """

    id: int
    wa_id: str
    name: str
    status: Status
    handling: Handling
    assigned_to: str | None
    tags: tuple[str, ...]
    unread: int
    last_text: str
    last_incoming: bool
    updated_s: int
    waiting_s: int | None
    window: Window
    stopped: bool


class Listing(NamedTuple):
    """A page of conversations. total: how many there are on all pages."""

    rows: tuple[ConversationRow, ...]
    total: int


class MessageView(NamedTuple):
    """A message. text: what people read of it. content: as the API has it under the name of its type.

    agent: who wrote it, of an agent's. code, error: with which it failed or was refused, of the API or of ours.
    choices: what its buttons or list offer. answered_s: of a person's, when it was answered.
    """

    id: int
    conversation_id: int
    author: Author
    agent: str | None
    at_s: int
    type: str
    text: str
    content: dict[str, Any]
    choices: tuple[str, ...]
    fate: Fate
    fate_s: int
    code: int | None
    error: str | None
    wamid: str | None
    context_id: str | None
    answered_s: int | None

    @property
    def incoming(self) -> bool:
        """Whether it is the person's."""
        return self.author is Author.PERSON


class NoteView(NamedTuple):
    """A note of an agent."""

    id: int
    agent: str
    text: str
    at_s: int


class EvidenceView(NamedTuple):
    """That somebody opted in or out (kind ``opt_in``, ``opt_out``). wrote: their words. wording: what they were shown.

    newsletter: None for all of them. wamid: the id of their message.
    """

    id: int
    wa_id: str
    name: str
    kind: str
    newsletter: str | None
    wrote: str
    wamid: str
    at_s: int
    keyword: str
    wording: str


class SubscriptionView(NamedTuple):
    """That somebody asked for a newsletter. ended_s: None while they do."""

    newsletter: str
    since_s: int
    ended_s: int | None


class ConversationView(NamedTuple):
    """A conversation with what is in it. messages: the oldest first. earlier: there are more before them.

    fields: what the person answered in flows. flow, step: where the bot is with them; None: in none.
    """

    row: ConversationRow
    messages: tuple[MessageView, ...]
    earlier: bool
    notes: tuple[NoteView, ...]
    evidence: tuple[EvidenceView, ...]
    subscriptions: tuple[SubscriptionView, ...]
    fields: dict[str, Any]
    flow: str | None
    step: str | None


class Canned(NamedTuple):
    """A reply that was written beforehand."""

    name: str
    text: str
    changed_s: int
    changed_by: str


class IssueView(NamedTuple):
    """An issue. parts: what is sent of it, each with ``type`` and ``content``. pulled: how often it was asked for."""

    id: int
    newsletter: str
    number: int
    title: str
    parts: tuple[dict[str, Any], ...]
    published_s: int
    published_by: str
    pulled: int


class Times(NamedTuple):
    """Seconds from a message to its answer; None if there is none. answers: how many there are."""

    answers: int
    median_s: int | None
    p90_s: int | None


class Day(NamedTuple):
    """What happened on a day. date: of UTC, such as ``2026-11-29``."""

    date: str
    asked: int
    people: int
    by_bot: int
    by_agents: int
    opt_ins: int
    opt_outs: int
    pulls: int


class Numbers(NamedTuple):
    """What happened from one second to another.

    asked: messages of people. people: how many of them. by_bot, by_agents: messages that each answered. unanswered:
    that nobody did. times: of all answers, bot_times and agent_times: of those by each. pulls: issues asked for.
    refused: messages of ours that were not sent because the conversation was not open. failed: for another reason.
    days: those on which something happened, the first first.
    """

    from_s: int
    until_s: int
    asked: int
    people: int
    by_bot: int
    by_agents: int
    unanswered: int
    times: Times
    bot_times: Times
    agent_times: Times
    opt_ins: int
    opt_outs: int
    pulls: int
    refused: int
    failed: int
    days: tuple[Day, ...]
