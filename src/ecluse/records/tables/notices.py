"""What an account is told: notices, their delivery, and statements of reasons."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ecluse.records.tables.base import (
    Count,
    Json,
    JsonList,
    Key,
    Name,
    Ref,
    Second,
    ServiceId,
    Table,
    Word,
    Words,
)


class Notice(Table):
    """A message to an account (or the contact of a provider), in its language, until it is known to be delivered."""

    __tablename__ = "notices"
    __table_args__ = (Index(None, "subject_kind", "subject"), Index(None, "delivered_s"), Index(None, "next_try_s"))

    id: Mapped[Key]
    subject_kind: Mapped[Word]
    subject: Mapped[ServiceId]
    """Whom it is for."""
    kind: Mapped[Word]
    """``transition``, ``warning``, ``announced``, ``sanction``, ``lifted``, ``expired``, ``appeal_received``,
    ``appeal_decided``, ..."""
    sanction_id: Mapped[Ref | None] = mapped_column(ForeignKey("sanctions.id"))
    appeal_id: Mapped[Ref | None] = mapped_column(ForeignKey("appeals.id"))
    language: Mapped[Word]
    title: Mapped[Words]
    body: Mapped[Words]
    facts: Mapped[Json]
    """The same as data: clause, version, figures, dates, how to appeal."""
    made_s: Mapped[Second]
    once: Mapped[Name | None] = mapped_column(unique=True)
    """What it may be said once for, such as a transition's rule and account."""
    attempts: Mapped[Count] = mapped_column(default=0)
    next_try_s: Mapped[Second | None]
    """When the webhook is tried next; null: not by webhook, or no more."""
    last_error: Mapped[Words | None]
    delivered_s: Mapped[Second | None]
    delivered_by: Mapped[Word | None]
    """``webhook`` or ``poll``."""


class Statement(Table):
    """A statement of reasons (Digital Services Act, Art. 17), with the fields of the Commission's database.

    Fields that end in ``_other``, ``_explanation`` and the like are as the database names them; none of them holds
    personal data. ``recipient`` holds what the account's own copy says besides.
    """

    __tablename__ = "statements"
    __table_args__ = (UniqueConstraint("sanction_id"), Index(None, "made_s"))

    id: Mapped[Key]
    puid: Mapped[Name] = mapped_column(unique=True)
    sanction_id: Mapped[Ref] = mapped_column(ForeignKey("sanctions.id"))
    made_s: Mapped[Second]
    decision_visibility: Mapped[JsonList]
    decision_visibility_other: Mapped[Words | None]
    decision_monetary: Mapped[Name | None]
    decision_provision: Mapped[Name | None]
    decision_account: Mapped[Name | None]
    account_type: Mapped[Name | None]
    decision_facts: Mapped[Words]
    decision_ground: Mapped[Name]
    decision_ground_reference_url: Mapped[Words | None]
    illegal_content_legal_ground: Mapped[Words | None]
    illegal_content_explanation: Mapped[Words | None]
    incompatible_content_ground: Mapped[Words | None]
    incompatible_content_explanation: Mapped[Words | None]
    incompatible_content_illegal: Mapped[Word | None]
    category: Mapped[Name]
    category_addition: Mapped[JsonList]
    category_specification: Mapped[JsonList]
    category_specification_other: Mapped[Words | None]
    content_type: Mapped[JsonList]
    content_type_other: Mapped[Words | None]
    content_date: Mapped[Word]
    """YYYY-MM-DD."""
    content_language: Mapped[Word | None]
    territorial_scope: Mapped[JsonList]
    application_date: Mapped[Word]
    end_date_account_restriction: Mapped[Word | None]
    end_date_service_restriction: Mapped[Word | None]
    end_date_visibility_restriction: Mapped[Word | None]
    end_date_monetary_restriction: Mapped[Word | None]
    source_type: Mapped[Name]
    source_identity: Mapped[Words | None]
    automated_detection: Mapped[Word]
    """``Yes`` or ``No``."""
    automated_decision: Mapped[Name]
    """``AUTOMATED_DECISION_FULLY``, ``..._PARTIALLY`` or ``AUTOMATED_DECISION_NOT_AUTOMATED``."""
    recipient: Mapped[Json]
    """The recipient's own copy: clause, version, incidents, earlier steps, what still works, appeal and redress."""
    submitted_s: Mapped[Second | None]
    """When it was handed in to a transparency database."""
    submission: Mapped[Name | None]
    """The database's own id of it."""
