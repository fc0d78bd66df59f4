"""Cases: what is gathered against somebody for legal action."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ecluse.records.tables.base import (
    Count,
    Digest,
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


class Case(Table):
    """One case, from its opening to an order or its end."""

    __tablename__ = "cases"
    __table_args__ = (Index(None, "status"),)

    id: Mapped[Key]
    title: Mapped[Name]
    status: Mapped[Word]
    """``open``, ``notice_sent``, ``referred``, ``filed``, ``decided``, ``settled``, ``closed``."""
    opened_s: Mapped[Second]
    opened_by: Mapped[Name]
    summary: Mapped[Words]
    technique: Mapped[Words | None]
    """How limits were passed."""
    marks: Mapped[JsonList]
    """Trade marks that were used."""
    relief: Mapped[JsonList]
    """What is asked for: stop, remove the site, stop using marks, a daily fine, damages."""
    cutoff_s: Mapped[Second | None]
    """The date from which going on is a breach (of the terms or of the letter)."""
    terms: Mapped[Name]
    terms_digest: Mapped[Name]
    accepted_s: Mapped[Second | None]
    """When the respondent accepted the terms."""
    hold: Mapped[bool] = mapped_column(default=False)
    """Legal hold: nothing in it is erased or runs out."""
    closed_s: Mapped[Second | None]
    closed_why: Mapped[Words | None]
    details: Mapped[Json]
    request: Mapped[Name | None] = mapped_column(unique=True)
    parties: Mapped[list[CaseParty]] = relationship(order_by="CaseParty.id")
    evidence: Mapped[list[CaseEvidence]] = relationship(order_by="CaseEvidence.id")
    timeline: Mapped[list[CaseEntry]] = relationship(order_by="CaseEntry.at_s, CaseEntry.id")
    letters: Mapped[list[CaseLetter]] = relationship(order_by="CaseLetter.id")


class CaseParty(Table):
    """Somebody in a case: a firm, a group, a front, a person; and the accounts tied to it."""

    __tablename__ = "case_parties"
    __table_args__ = (Index(None, "case_id"), Index(None, "subject_kind", "subject"))

    id: Mapped[Key]
    case_id: Mapped[Ref] = mapped_column(ForeignKey("cases.id"))
    role: Mapped[Word]
    """``respondent``, ``linked``, ``person``, ``client`` or ``claimant``."""
    name: Mapped[Name]
    subject_kind: Mapped[Word | None]
    subject: Mapped[ServiceId | None]
    details: Mapped[Json]
    added_s: Mapped[Second]
    added_by: Mapped[Name]


class CaseEvidence(Table):
    """One piece of evidence, from the service or from outside it, with its hash."""

    __tablename__ = "case_evidence"
    __table_args__ = (Index(None, "case_id"),)

    id: Mapped[Key]
    case_id: Mapped[Ref] = mapped_column(ForeignKey("cases.id"))
    origin: Mapped[Word]
    """``service`` or ``outside``."""
    kind: Mapped[Word]
    """``ledger``, ``verdicts``, ``terms``, ``campaign``, ``reports``, ``sanctions``; ``claim``, ``capture``, ..."""
    title: Mapped[Name]
    url: Mapped[Words | None]
    text: Mapped[Words | None]
    found_by: Mapped[Name]
    found_s: Mapped[Second]
    file_name: Mapped[Name | None]
    media_type: Mapped[Name | None]
    size_bytes: Mapped[Count]
    sha256: Mapped[Digest]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    details: Mapped[Json]
    added_s: Mapped[Second]
    added_by: Mapped[Name]


class CaseEntry(Table):
    """One line of a case's timeline."""

    __tablename__ = "case_entries"
    __table_args__ = (Index(None, "case_id"),)

    id: Mapped[Key]
    case_id: Mapped[Ref] = mapped_column(ForeignKey("cases.id"))
    at_s: Mapped[Second]
    kind: Mapped[Word]
    """``event``, ``sanction``, ``letter``, ``answer``, ``continuation``, ``order``, ``breach``, ``note``."""
    words: Mapped[Words]
    refers: Mapped[Json]
    added_s: Mapped[Second]
    added_by: Mapped[Name]


class CaseLetter(Table):
    """A letter that went out: a notice, or a cease-and-desist letter; and its answer."""

    __tablename__ = "case_letters"
    __table_args__ = (Index(None, "case_id"),)

    id: Mapped[Key]
    case_id: Mapped[Ref] = mapped_column(ForeignKey("cases.id"))
    kind: Mapped[Word]
    """``notice``, ``cease_and_desist`` or ``other``."""
    recipient: Mapped[Name]
    address: Mapped[Words | None]
    language: Mapped[Word]
    template: Mapped[Name | None]
    subject: Mapped[Words]
    body: Mapped[Words]
    sha256: Mapped[Digest]
    made_s: Mapped[Second]
    made_by: Mapped[Name]
    sent_s: Mapped[Second | None]
    sent_by: Mapped[Word | None]
    """``post``, ``email``, ``bailiff``, ..."""
    answer_due_s: Mapped[Second | None]
    answered_s: Mapped[Second | None]
    answer: Mapped[Words | None]


class Erasure(Table):
    """An account's data was erased: what went, and what law lets be kept, and why."""

    __tablename__ = "erasures"

    id: Mapped[Key]
    account_digest: Mapped[Digest]
    """A keyed hash of the account's id: enough to answer whether it was erased, not to name it."""
    asked_s: Mapped[Second]
    done_s: Mapped[Second | None]
    erased: Mapped[Json]
    """Rows by table."""
    kept: Mapped[JsonList]
    """What was kept: table, rows, why, until when."""
