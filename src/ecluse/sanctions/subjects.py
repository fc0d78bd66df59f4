"""Sanctions by their number and by whom they are about."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from ecluse.errors import EcluseError
from ecluse.records.tables import Restriction, Sanction
from ecluse.sanctions.people import Subject
from ecluse.terms import SubjectKind

STANDING: Final = ("announced", "in_force")
"""States of a sanction that binds somebody, or will."""
PENDING: Final = ("proposed", *STANDING)
STATES: Final = (*PENDING, "expired", "lifted", "reversed", "dismissed")
"""Every state."""


class StateError(EcluseError):
    """What was asked does not go with what has become of it. about: such as ``sanction 7``. status: what it is."""

    def __init__(self, about: str, status: str, expected: str) -> None:
        self.about, self.status, self.expected = about, status, expected
        super().__init__(f"{about} is {status}, not {expected}")


class NotFoundError(EcluseError):
    """There is nothing of that number."""

    def __init__(self, about: str) -> None:
        self.about = about
        super().__init__(f"there is no {about}")


def about(sanction: Sanction) -> str:
    """A sanction as the audit names it."""
    return f"sanction {sanction.id}"


def sanction_of(session: Session, number: int) -> Sanction:
    """The sanction of that number. Raises NotFoundError."""
    found = session.get(Sanction, number) if 0 < number < 1 << 63 else None
    if found is None:
        raise NotFoundError(f"sanction {number}")
    return found


def subject_of(sanction: Sanction) -> Subject:
    """Whom it is about."""
    return Subject(SubjectKind.of(sanction.subject_kind), sanction.subject)


def sanctions_of(
    session: Session,
    subject: Subject | None = None,
    *,
    status: str | None = None,
    parent: int | None = None,
    after: int = 0,
    limit: int = 100,
) -> list[Sanction]:
    """Sanctions numbered past ``after``, in their order. subject: None: of all. status: None: of any. parent: only
    those that follow from that one.
    """
    query = select(Sanction).where(Sanction.id > after).order_by(Sanction.id).limit(limit)
    if subject is not None:
        query = query.where(Sanction.subject_kind == subject.kind.word, Sanction.subject == subject.id)
    if parent is not None:
        query = query.where(Sanction.parent_id == parent)
    if status is not None:
        query = query.where(Sanction.status == status)
    return list(session.scalars(query))


def holds(restriction: Restriction, at_s: int) -> bool:
    """Whether a restriction holds at a second, as far as the records say."""
    begun = restriction.from_s <= at_s and restriction.lifted_s is None
    return begun and (restriction.until_s is None or at_s < restriction.until_s)
