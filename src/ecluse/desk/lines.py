"""The line in which messages to people wait: put in, refused where nothing may be sent, and told what became of them.

All is done within a transaction of ``DeskStore.writing``.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ecluse.business.limits import WINDOW_S
from ecluse.business.window import is_open
from ecluse.desk.folding import fold
from ecluse.desk.parts import Part, text_of
from ecluse.desk.tables import Conversation, Message
from ecluse.desk.views import Author, Fate, Window

NOT_OPEN: Final = 131047
"""The API's code of a message into a conversation that is not open; ours, too, where the desk refuses first."""
_ON_THE_WAY: Final = (Fate.WAITING, Fate.SENDING)


def window_of(conversation: Conversation, now_s: int) -> Window:
    """Whether a person may be written to, and for how long."""
    closes_s = conversation.heard_s + WINDOW_S
    open_ = is_open(conversation.heard_s, now_s) and not conversation.stopped
    return Window(open_, closes_s, max(0, closes_s - now_s) if open_ else 0)


def why_closed(conversation: Conversation, now_s: int) -> str | None:
    """Why nothing may be sent, in words; None: something may."""
    if conversation.stopped:
        return "This person said stop. You can write again once they write."
    if not is_open(conversation.heard_s, now_s):
        last = datetime.fromtimestamp(conversation.heard_s, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
        return f"This person last wrote at {last}, more than 24 hours ago. You can write again once they write."
    return None


def queue(
    session: Session,
    conversation: Conversation,
    part: Part,
    *,
    author: Author,
    agent: str | None = None,
    now_s: int,
    answers: bool = True,
    last_word: bool = False,
) -> Message:
    """Put a checked part in line. Where nothing may be sent it is kept as refused, with 131047, and never sent.

    answers: what came before is answered by it. last_word: the one message that says that stop was heard.
    """
    why = None if last_word else why_closed(conversation, now_s)
    text = text_of(part.type, part.content)
    message = Message(
        business=conversation.business,
        conversation_id=conversation.id,
        incoming=False,
        key=f"desk-{secrets.token_hex(16)}",
        type=part.type,
        content=part.content,
        text=text,
        folded=fold(text),
        author=author,
        agent=agent,
        at_s=now_s,
        handled=True,
        answers=answers,
        last_word=last_word,
        status=Fate.WAITING if why is None else Fate.REFUSED,
        status_s=now_s,
        code=None if why is None else NOT_OPEN,
        error=why,
        attempts=0,
        next_s=now_s,
    )
    session.add(message)
    conversation.updated_s = max(conversation.updated_s, now_s)
    conversation.last_text, conversation.last_incoming = text, False
    session.flush()
    return message


def drop(session: Session, conversation: Conversation, now_s: int) -> None:
    """Take out of line what was not given to the API yet."""
    waiting = session.scalars(
        select(Message).where(Message.conversation_id == conversation.id, Message.status == Fate.WAITING)
    )
    for message in waiting:
        message.status, message.status_s = Fate.DROPPED, now_s


def sent(session: Session, message: Message, wamid: str | None, now_s: int) -> None:
    """Note that the API took a message: what came before it is answered, unless it is no answer."""
    if message.wamid is None:
        message.wamid = wamid
    if message.status not in _ON_THE_WAY:
        return
    message.status, message.status_s, message.code, message.error = Fate.SENT, now_s, None, None
    if not message.answers:
        return
    unanswered = (
        select(Message)
        .where(Message.conversation_id == message.conversation_id, Message.incoming, Message.answered_s.is_(None))
        .where(Message.id < message.id)
    )
    for one in session.scalars(unanswered):
        one.answered_s, one.answered_by = max(one.at_s, now_s), message.author
    conversation = session.get_one(Conversation, message.conversation_id)
    session.flush()
    conversation.waiting_s = session.scalar(
        select(func.min(Message.at_s)).where(
            Message.conversation_id == message.conversation_id,
            Message.incoming,
            Message.answered_s.is_(None),
        )
    )


def ended(message: Message, fate: Fate, code: int | None, error: str, now_s: int) -> None:
    """Note that a message will not be sent, and why."""
    message.status, message.status_s, message.code, message.error = fate, now_s, code, error
