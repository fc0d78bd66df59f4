"""Taking the name from records that still have to be counted: no id, no words of a person, no id of an event."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, CursorResult, select, update
from sqlalchemy.orm import Session

from ecluse.records.tables import Appeal, Sanction, Statement, Strike

WORDS_GONE: Final = "(erased)"


def nameless_strikes(session: Session, condition: ColumnElement[bool], name: str) -> int:
    """Strikes lose whom they are of, and the events; rule and second stay. Returns how many."""
    return _run(session, update(Strike).where(condition).values(subject=name, account=None, events=[], figures=[]))


def nameless_sanctions(session: Session, condition: ColumnElement[bool], name: str) -> int:
    """Sanctions lose whom they are of, and the facts; their statements, the copy that was the account's."""
    some = select(Sanction.id).where(condition)
    _run(session, update(Statement).where(Statement.sanction_id.in_(some)).values(recipient={}))
    return _run(
        session, update(Sanction).where(condition).values(subject=name, facts=WORDS_GONE, figures=[], request=None)
    )


def nameless_appeals(session: Session, condition: ColumnElement[bool], name: str) -> int:
    """Appeals lose who appealed, how they are reached, their words and the answer."""
    gone = {"subject": name, "words": WORDS_GONE, "contact": None, "answer": None, "request": None}
    return _run(session, update(Appeal).where(condition).values(**gone))


def _run(session: Session, statement: Any) -> int:
    result: CursorResult[Any] = session.execute(statement)  # type: ignore[assignment]
    return result.rowcount
