"""Reports and blocks by recipients, and what is known of those who report."""

from __future__ import annotations

from sqlalchemy import Float, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ecluse.records.tables.base import Count, Json, Key, Name, Ref, Second, ServiceId, Table, Word, Words


class Report(Table):
    """One report or block, and what became of it."""

    __tablename__ = "reports"
    __table_args__ = (
        UniqueConstraint("reporter", "subject", "kind", "request"),
        Index(None, "subject", "at_s"),
        Index(None, "reporter", "at_s"),
        Index(None, "received_s"),
    )

    id: Mapped[Key]
    kind: Mapped[Word]
    """``report`` or ``block``."""
    reporter: Mapped[ServiceId]
    subject: Mapped[ServiceId]
    """The account that it is about."""
    at_s: Mapped[Second]
    received_s: Mapped[Second]
    source: Mapped[Word]
    """``user``, ``trusted_flagger``, ``authority``, ``election_court`` or ``court``."""
    category: Mapped[Word]
    """What it is reported for: ``bulk``, ``automation``, ``scam``, ``misinformation``, ``other``."""
    words: Mapped[Words | None]
    content: Mapped[Words | None]
    """What it says of the text, picture or video."""
    reporter_name: Mapped[Name | None]
    city: Mapped[Name | None]
    state: Mapped[Name | None]
    region: Mapped[Word | None]
    subject_wrote_first: Mapped[bool | None]
    """Whether the account reported began the conversation; if not, a false report is likelier."""
    first_message: Mapped[bool | None]
    """Whether it is about a stranger's first message, which weighs more."""
    event: Mapped[Name | None]
    weight: Mapped[float] = mapped_column(Float, default=0.0)
    """What it weighed when it was taken, by its reporter's record."""
    request: Mapped[Name]
    """The caller's own id of it, or one made of its fields: the same report is taken once."""
    acknowledged_s: Mapped[Second | None]
    outcome: Mapped[Word | None]
    """``off_topic``, ``duplicate``, ``not_an_account``, ``already_banned``, ``banned``, ``no_action``; null: open."""
    outcome_s: Mapped[Second | None]
    sanction_id: Mapped[Ref | None] = mapped_column(ForeignKey("sanctions.id"))
    details: Mapped[Json]


class Reporter(Table):
    """Somebody who reported: how often, and how often it was borne out."""

    __tablename__ = "reporters"

    reporter: Mapped[ServiceId] = mapped_column(primary_key=True)
    known_since_s: Mapped[Second | None]
    """When the account registered, if it is known."""
    first_s: Mapped[Second]
    last_s: Mapped[Second]
    reports: Mapped[Count] = mapped_column(default=0)
    borne_out: Mapped[Count] = mapped_column(default=0)
    """Reports after which a sanction was laid and stayed."""
    unfounded: Mapped[Count] = mapped_column(default=0)
    """Reports that a person found to be unfounded."""
    suspended_until_s: Mapped[Second | None]
    """Its reports weigh nothing until then (DSA Art. 23)."""
