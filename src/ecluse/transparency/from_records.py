"""Statements of reasons as the records have them, in the shape of the Commission's database."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from ecluse.errors import InputError
from ecluse.records.audit import append
from ecluse.records.tables import Statement as Kept
from ecluse.transparency.period import Period
from ecluse.transparency.statement import Statement


def statements_of(session: Session, period: Period, *, unsent: bool = False) -> list[Statement]:
    """The statements made in a period, the oldest first. unsent: only those that were not handed in yet."""
    made = select(Kept).where(Kept.made_s >= period.from_s, Kept.made_s < period.to_s).order_by(Kept.id)
    found = made.where(Kept.submitted_s.is_(None)) if unsent else made
    return [statement_of(kept) for kept in session.scalars(found)]


def statement_of(kept: Kept) -> Statement:
    """One statement, without ``recipient``: that is the account's alone. What is empty is absent. Raises InputError."""
    fields = {name: getattr(kept, name) for name in Statement.__struct_fields__ if hasattr(kept, name)}
    there = {name: value for name, value in fields.items() if value not in (None, [], "")}
    try:
        return msgspec.convert(there, Statement)
    except msgspec.ValidationError as error:
        raise InputError("statement", kept.puid, f"as the database has it: {error}") from None


def mark_sent(session: Session, puids: Sequence[str], *, at_s: int, who: str) -> int:
    """Say that statements were handed in. Returns how many were not before. Needs ``Records.writing``."""
    found = session.scalars(select(Kept).where(Kept.puid.in_(puids), Kept.submitted_s.is_(None))).all()
    for kept in found:
        kept.submitted_s = at_s
    if found:
        append(
            session, at_s=at_s, who=who, act="submit_statements", about="statements", body={"statements": len(found)}
        )
    return len(found)
