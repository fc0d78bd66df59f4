"""The audit: one row for each administrative act, chained by hashes, and the head of that chain."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from ecluse.records.tables.base import Digest, Name, Second, Table, Word, Words


class AuditRow(Table):
    """One act. ``digest`` is the SHA-256 of all other columns, ``previous`` (the digest before it) among them.

    Rows are only ever added, one after another, numbered from 1 without a gap: the database refuses anything else.
    """

    __tablename__ = "audit"
    __table_args__ = (Index(None, "about"),)

    seq: Mapped[Second] = mapped_column(primary_key=True, autoincrement=False)
    at_s: Mapped[Second]
    who: Mapped[Name]
    """Who did it: ``key 1a2b3c4d (Ada)``, ``command line (ada)`` or ``gate``."""
    act: Mapped[Word]
    about: Mapped[Name]
    """What it was done to: ``sanction 7``, ``appeal 3``, ``case 2``. Never an account's id: the audit stays whole when
    an account's data is erased."""
    body: Mapped[Words]
    """The rest, as canonical JSON."""
    previous: Mapped[Digest]
    """The digest of the row before; 64 zeros in the first."""
    digest: Mapped[Digest]


class AuditHead(Table):
    """The last row of the audit: its one row is the lock that every writer of records takes."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[Second]
    digest: Mapped[Digest]
