"""Forgetting: what a person wrote and was written goes. Their opting in and out stays, for it is evidence."""

from __future__ import annotations

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from ecluse.desk.folding import fold
from ecluse.desk.tables import Conversation, Evidence, Message, Note, Person, Pull, Subscription, Tag


def forget(session: Session, conversation: Conversation) -> None:
    """Forget a person, within a writing transaction: all of them, or, if there is evidence, all but that and whose."""
    person = session.get_one(Person, conversation.person_id)
    for table in (Message, Note, Tag):
        session.execute(delete(table).where(table.conversation_id == conversation.id))
    for of_person in (Pull, Subscription):
        session.execute(delete(of_person).where(of_person.person_id == person.id))
    if session.scalar(select(exists().where(Evidence.person_id == person.id))):
        person.name, person.folded, person.fields = person.wa_id, fold(person.wa_id), {}
        conversation.last_text, conversation.unread, conversation.waiting_s = "", 0, None
        conversation.flow, conversation.step, conversation.read_due = None, None, None
    else:
        session.delete(conversation)
        session.flush()
        session.delete(person)
