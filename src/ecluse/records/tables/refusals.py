"""Refusals that are counted and are no strike yet."""

from __future__ import annotations

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ecluse.records.tables.base import Count, JsonList, Key, Name, Second, ServiceId, Table, Word, Words


class OpenRefusals(Table):
    """The refusals of one subject by one rule within the time that a strike is about.

    Once they made a strike they count on, and make none until the time is over: one burst is one strike.
    """

    __tablename__ = "open_refusals"
    __table_args__ = (UniqueConstraint("subject_kind", "subject", "rule"), Index(None, "until_s"))

    id: Mapped[Key]
    subject_kind: Mapped[Word]
    subject: Mapped[ServiceId]
    rule: Mapped[Name]
    clause: Mapped[Words]
    terms: Mapped[Name]
    terms_digest: Mapped[Name]
    first_s: Mapped[Second]
    last_s: Mapped[Second]
    until_s: Mapped[Second]
    """When the time is over, and the next refusal begins another."""
    refusals: Mapped[Count]
    accounts: Mapped[JsonList]
    figures: Mapped[JsonList]
    events: Mapped[JsonList]
    struck: Mapped[bool] = mapped_column(default=False)
