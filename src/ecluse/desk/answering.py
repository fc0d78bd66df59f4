"""Answering: what the bot does about a stored message, kept in one transaction with the message's being handled."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from ecluse.desk import issues
from ecluse.desk.bot import Bot
from ecluse.desk.lines import drop, queue
from ecluse.desk.parts import Part, check_part, text_part
from ecluse.desk.playing import Asked, Done, Latest, play
from ecluse.desk.tables import Conversation, Evidence, Message, Person, Pull, Subscription
from ecluse.desk.views import Author, Handling, Status
from ecluse.errors import InputError

OPT_IN: Final = "opt_in"
OPT_OUT: Final = "opt_out"
WORDS_CHARACTERS_MAX: Final = 20_000
"""Of what is kept of a person's words as evidence."""


def answer(session: Session, bot: Bot | None, message: Message, now_s: int) -> None:
    """Let the bot do what it does about a message, once; without a bot people answer. In a writing transaction."""
    if message.handled:
        return
    message.handled = True
    conversation = session.get_one(Conversation, message.conversation_id)
    person = session.get_one(Person, conversation.person_id)
    conversation.read_due = message.wamid
    if bot is None:
        conversation.handling = Handling.PEOPLE
        return
    asked = Asked(
        message.text,
        message.content.get("choice"),
        person.name,
        Handling(conversation.handling),
        conversation.flow,
        conversation.step,
        conversation.tries,
        dict(person.fields),
    )
    done = play(bot, asked)
    _stand(conversation, person, done)
    if done.handling is Handling.BOT:
        conversation.unread = 0
    if done.stopped:
        _stop(session, conversation, person, message, done, now_s)
        return
    if done.started:
        _start(session, person, message, done)
    for part in _parts(session, bot, conversation, done, now_s):
        queue(session, conversation, part, author=Author.BOT, now_s=now_s, answers=done.answers)


def hand_over(session: Session, message: Message) -> None:
    """Leave a message that the bot can't handle to people."""
    message.handled = True
    conversation = session.get_one(Conversation, message.conversation_id)
    conversation.handling, conversation.flow, conversation.step = Handling.PEOPLE, None, None


def _stand(conversation: Conversation, person: Person, done: Done) -> None:
    conversation.flow, conversation.step, conversation.tries = done.flow, done.step, done.tries
    conversation.handling = done.handling
    if done.fields is not None and done.fields != person.fields:
        person.fields = done.fields


def _parts(session: Session, bot: Bot, conversation: Conversation, done: Done, now_s: int) -> list[Part]:
    found: list[Part] = []
    for part in done.parts:
        if isinstance(part, Part):
            found.append(_checked(part))
            continue
        issue = issues.latest(session, conversation.business, part.newsletter)
        if issue is None:
            found.append(text_part(bot.no_issue))
            continue
        found += issues.parts_of(issue)
        pull = Pull(business=conversation.business, issue_id=issue.id, person_id=conversation.person_id, at_s=now_s)
        session.add(pull)
    return found


def _checked(part: Part) -> Part:
    """A part, or what is left of it where what a person answered made it too long for its type."""
    try:
        return check_part(part, "part")
    except InputError:
        body = part.content.get("body")
        said = body.get("text") if isinstance(body, dict) else body
        return text_part(str(said)[:1_000] or "…")


def _start(session: Session, person: Person, message: Message, done: Done) -> None:
    newsletter = done.keyword.newsletter if done.keyword else None
    if newsletter is None:
        return
    kept = session.get(Subscription, (person.id, newsletter))
    if kept is None:
        kept = Subscription(business=person.business, person_id=person.id, newsletter=newsletter, since_s=message.at_s)
        session.add(kept)
    elif kept.ended_s is not None:
        kept.since_s, kept.ended_s = message.at_s, None
    _evidence(session, person, message, done, OPT_IN, newsletter)


def _stop(
    session: Session, conversation: Conversation, person: Person, message: Message, done: Done, now_s: int
) -> None:
    running = select(Subscription).where(Subscription.person_id == person.id, Subscription.ended_s.is_(None))
    for subscription in session.scalars(running):
        subscription.ended_s = message.at_s
    _evidence(session, person, message, done, OPT_OUT, None)
    drop(session, conversation, now_s)
    conversation.stopped, conversation.assigned_to, conversation.waiting_s = True, None, None
    for part in done.parts:
        if not isinstance(part, Latest):
            queue(session, conversation, _checked(part), author=Author.BOT, now_s=now_s, last_word=True)
    conversation.status, conversation.unread = Status.CLOSED, 0


def _evidence(
    session: Session, person: Person, message: Message, done: Done, kind: str, newsletter: str | None
) -> None:
    keyword = done.keyword
    assert keyword is not None
    session.add(
        Evidence(
            business=person.business,
            person_id=person.id,
            kind=kind,
            newsletter=newsletter,
            wrote=message.text[:WORDS_CHARACTERS_MAX],
            wamid=message.wamid or "",
            at_s=message.at_s,
            keyword=keyword.words[0] if keyword.words else "",
            wording=keyword.wording or keyword.say or "",
        )
    )
