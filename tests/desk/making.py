"""People who write to a desk without any API between, and what becomes of what is sent to them."""

from itertools import count

from sqlalchemy import select

from ecluse.desk.inbox import Inbox
from ecluse.desk.lines import sent
from ecluse.desk.receiving import Heard, store_heard
from ecluse.desk.tables import Message
from ecluse.desk.views import Fate

BUSINESSES = ("flowers", "fruit")
NOW_S = 1_795_910_400
_IDS = count(1)


def heard(text="NEWS", wa_id="336001", *, name="Zoe", at_s=NOW_S, choice=None, kind="text"):
    """A message of a person, as a webhook tells it."""
    content = {"body": text} if kind == "text" else {}
    return Heard("1", f"wamid.{next(_IDS)}", wa_id, name, kind, content, text, choice, at_s, None)


def writes(store, business="flowers", text="NEWS", wa_id="336001", **given):
    """A person writes. Returns the number of the conversation."""
    message = heard(text, wa_id, **given)
    with store.writing(business) as session:
        return store_heard(session, business, message, message.at_s).conversation_id


def takes_all(store, business="flowers", at_s=NOW_S):
    """The API takes whatever is waiting. Returns how many that was."""
    with store.writing(business) as session:
        waiting = session.scalars(
            select(Message).where(Message.business == business, Message.status == Fate.WAITING).order_by(Message.id)
        ).all()
        for message in waiting:
            sent(session, message, f"wamid.out{message.id}", at_s)
        return len(waiting)


def inbox(store, business="flowers"):
    return Inbox(store, business)
