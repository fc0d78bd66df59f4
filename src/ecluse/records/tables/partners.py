"""Partners of the business API: who they are, what they showed for it, their tokens, and what people think of them."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from ecluse.records.tables.base import Count, Digest, Key, Name, Second, Table, Word


class PartnerRow(Table):
    """A partner. Its fields are those of ``ecluse.partners.Partner``."""

    __tablename__ = "partners"

    id: Mapped[Name] = mapped_column(primary_key=True)
    name: Mapped[Name]
    sort: Mapped[Word]
    status: Mapped[Word]
    domain: Mapped[str] = mapped_column(String(253))
    region: Mapped[Word]
    contact: Mapped[str] = mapped_column(String(254))
    provider_id: Mapped[Name | None] = mapped_column(ForeignKey("partners.id"))
    applied_s: Mapped[Second]
    decided_s: Mapped[Second]
    """When a person decided last; 0: never."""
    domain_s: Mapped[Second]
    before: Mapped[Word | None]
    quality_since_s: Mapped[Second]


class PartnerDocument(Table):
    """A document that a partner showed: its hash, and nothing of what it says."""

    __tablename__ = "partner_documents"
    __table_args__ = (Index(None, "partner_id"),)

    id: Mapped[Key]
    partner_id: Mapped[Name] = mapped_column(ForeignKey("partners.id"))
    title: Mapped[Name]
    digest: Mapped[Digest]
    size: Mapped[Count]
    """Bytes."""
    added_s: Mapped[Second]


class PartnerToken(Table):
    """A token, without its secret."""

    __tablename__ = "partner_tokens"

    id: Mapped[Name] = mapped_column(primary_key=True)
    partner_id: Mapped[Name] = mapped_column(ForeignKey("partners.id"))
    name: Mapped[Name]
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    created_s: Mapped[Second]
    expires_s: Mapped[Second | None]
    revoked_s: Mapped[Second | None]


class PartnerDay(Table):
    """What was counted of a partner on one day. day: days of the epoch, UTC."""

    __tablename__ = "partner_days"

    partner_id: Mapped[Name] = mapped_column(primary_key=True)
    day: Mapped[Count] = mapped_column(primary_key=True)
    people: Mapped[Count]
    sent: Mapped[Count]
    reports: Mapped[Count]
    blocks: Mapped[Count]
    endings: Mapped[Count]
    pushes: Mapped[Count]
