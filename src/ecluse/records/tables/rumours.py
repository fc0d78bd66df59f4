"""Fact-checks: what is known of how true the messages of a content cluster are, and who attached it."""

from __future__ import annotations

from sqlalchemy import Float, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ecluse.records.tables.base import Key, Name, Second, Table, Word, Words


class FactCheck(Table):
    """A fact-checker's review of a claim (schema.org's ClaimReview), attached to the cluster that spreads the claim.

    A cluster's number is a keyed hash: the records hold no message.
    """

    __tablename__ = "fact_checks"
    __table_args__ = (UniqueConstraint("cluster", "url"), Index(None, "attached_s"))

    id: Mapped[Key]
    cluster: Mapped[Word]
    """Sixteen hexadecimal digits, as a verdict names it."""
    claim: Mapped[Words]
    rating: Mapped[Name]
    """The fact-checker's verdict in words."""
    truth: Mapped[float | None] = mapped_column(Float)
    """0 (false) to 1 (true); null: it is not said."""
    url: Mapped[Words]
    publisher: Mapped[Name]
    language: Mapped[Word]
    published: Mapped[Name]
    source: Mapped[Word]
    """``hand`` or ``feed``."""
    attached_s: Mapped[Second]
    attached_by: Mapped[Name]
    withdrawn_s: Mapped[Second | None]
    withdrawn_by: Mapped[Name | None]
    withdrawn_why: Mapped[Words | None]
