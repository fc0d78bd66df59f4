"""Appeals against sanctions (Digital Services Act, Art. 20), and other complaints."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from ecluse.records.tables.base import Json, Key, Name, Ref, Second, ServiceId, Table, Word, Words


class Appeal(Table):
    """An appeal: the person's words, who answers it until when, and the answer."""

    __tablename__ = "appeals"
    __table_args__ = (Index(None, "subject_kind", "subject"), Index(None, "sanction_id"), Index(None, "status"))

    id: Mapped[Key]
    sanction_id: Mapped[Ref] = mapped_column(ForeignKey("sanctions.id"))
    subject_kind: Mapped[Word]
    subject: Mapped[ServiceId]
    kind: Mapped[Word]
    """``appeal``, or ``human_review`` of what a machine decided."""
    words: Mapped[Words]
    language: Mapped[Word]
    contact: Mapped[Name | None]
    received_s: Mapped[Second]
    acknowledged_s: Mapped[Second]
    """When its receipt was said; India asks for 24 hours."""
    due_s: Mapped[Second]
    """Until when it is to be answered."""
    status: Mapped[Word]
    """``open``, ``assigned``, ``upheld``, ``reversed``, ``withdrawn``. Upheld: the sanction stays."""
    assigned_to: Mapped[Name | None]
    assigned_s: Mapped[Second | None]
    decided_s: Mapped[Second | None]
    decided_by: Mapped[Name | None]
    answer: Mapped[Words | None]
    external: Mapped[Json]
    """What a body outside decided afterwards: an out-of-court body, a court, an appellate committee."""
    request: Mapped[Name | None] = mapped_column(unique=True)


class Complaint(Table):
    """A complaint that is no appeal and no report; its kinds are those of India's monthly report."""

    __tablename__ = "complaints"
    __table_args__ = (Index(None, "received_s"), Index(None, "status"))

    id: Mapped[Key]
    kind: Mapped[Word]
    """``support``, ``ban_appeal``, ``product``, ``safety`` or ``other``."""
    by: Mapped[ServiceId]
    about: Mapped[ServiceId | None]
    words: Mapped[Words]
    region: Mapped[Word | None]
    received_s: Mapped[Second]
    acknowledged_s: Mapped[Second | None]
    due_s: Mapped[Second]
    status: Mapped[Word]
    """``open`` or ``answered``."""
    decided_s: Mapped[Second | None]
    decided_by: Mapped[Name | None]
    actioned: Mapped[Word | None]
    """``banned``, ``restored`` or null: only these two count as acted on."""
    answer: Mapped[Words | None]
    appeal_id: Mapped[Ref | None] = mapped_column(ForeignKey("appeals.id"))
    appellate_order: Mapped[bool] = mapped_column(default=False)
    request: Mapped[Name | None] = mapped_column(unique=True)
