"""Strikes, sanctions, and the restrictions that a sanction lays on an account."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, UniqueConstraint
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


class Strike(Table):
    """What counts against an account (or campaign, provider, network) until it expires.

    It is undone, and counts no more, when the sanction that rests on it is reversed.
    """

    __tablename__ = "strikes"
    __table_args__ = (Index(None, "subject_kind", "subject", "at_s"), Index(None, "rule"), Index(None, "at_s"))

    id: Mapped[Key]
    subject_kind: Mapped[Word]
    subject: Mapped[ServiceId]
    at_s: Mapped[Second]
    """The second of the event that completed it."""
    first_s: Mapped[Second]
    """The second of the first refusal that it counts."""
    expires_s: Mapped[Second]
    rule: Mapped[Name]
    clause: Mapped[Words]
    terms: Mapped[Name]
    """``id@version``."""
    terms_digest: Mapped[Name]
    refusals: Mapped[Count]
    figures: Mapped[JsonList]
    """What was measured against which limit: objects of signal, value, comparison, limit."""
    events: Mapped[JsonList]
    """Ids of refused events, the first few."""
    by: Mapped[Name]
    """``gate``, or who gave it by hand."""
    account: Mapped[ServiceId | None]
    """Of a provider's, campaign's or network's strike: the account whose event it was."""
    region: Mapped[Word | None]
    undone_s: Mapped[Second | None]
    undone_why: Mapped[Words | None]
    error: Mapped[bool] = mapped_column(default=False)
    """Undone because it was wrong: an error of the rule."""


class Sanction(Table):
    """What was decided about an account, why, by whom, and what became of it."""

    __tablename__ = "sanctions"
    __table_args__ = (
        Index(None, "subject_kind", "subject"),
        Index(None, "status"),
        Index(None, "made_s"),
        Index(None, "parent_id"),
    )

    id: Mapped[Key]
    subject_kind: Mapped[Word]
    """``account``, ``campaign``, ``provider`` or ``network``."""
    subject: Mapped[ServiceId]
    measure: Mapped[Word]
    """``warning``, ``limit``, ``suspension``, ``expulsion`` or ``legal_referral``."""
    step: Mapped[Name]
    """The step of the ladder it comes from; empty if a person chose it freely."""
    status: Mapped[Word]
    """``proposed``, ``announced``, ``in_force``, ``expired``, ``lifted``, ``reversed``, ``dismissed``."""
    made_s: Mapped[Second]
    """When it was decided or proposed."""
    from_s: Mapped[Second]
    """When it applies from; later than ``made_s``: announced."""
    until_s: Mapped[Second | None]
    """Null: until it is lifted."""
    lead_s: Mapped[Count] = mapped_column(default=0)
    """Seconds for which it is announced before it applies, from the last signature on."""
    ended_s: Mapped[Second | None]
    ended_by: Mapped[Name | None]
    ended_why: Mapped[Words | None]
    rule: Mapped[Name]
    clause: Mapped[Words]
    terms: Mapped[Name]
    terms_digest: Mapped[Name]
    facts: Mapped[Words]
    """What happened, in a sentence or more."""
    figures: Mapped[JsonList]
    found_by: Mapped[Word]
    """``gate`` (own initiative, automated), ``report``, ``trusted_flagger``, ``authority``, ``person``."""
    decided_by: Mapped[Name]
    """``gate``, or the person (see the audit)."""
    automated_detection: Mapped[bool]
    automated_decision: Mapped[Word]
    """``fully``, ``partially`` or ``not``."""
    signatures_needed: Mapped[Count]
    """Persons who must sign before it applies: 0 automatic, 1 a person, 2 with a second one."""
    reports_before: Mapped[Count]
    """Reports and blocks about the account before it was decided; 0 = found before any report."""
    account_type: Mapped[Word]
    """``private`` or ``business``."""
    region: Mapped[Word | None]
    language: Mapped[Word | None]
    case_id: Mapped[Ref | None] = mapped_column(ForeignKey("cases.id"))
    parent_id: Mapped[Ref | None] = mapped_column(ForeignKey("sanctions.id"))
    """The sanction of the provider or campaign that this account's follows from."""
    members: Mapped[Word | None]
    """Of a campaign: whom it holds for: ``named`` accounts, those ``present`` when it took effect, or also ``later``
    ones."""
    request: Mapped[Name | None] = mapped_column(unique=True)
    """The caller's own id of what it asked for: asked again, the same sanction is the answer."""
    restrictions: Mapped[list[Restriction]] = relationship(order_by="Restriction.id", lazy="selectin")
    signatures: Mapped[list[Signature]] = relationship(order_by="Signature.id", lazy="selectin")


class SanctionStrike(Table):
    """Which strikes a sanction rests on."""

    __tablename__ = "sanction_strikes"

    sanction_id: Mapped[Ref] = mapped_column(ForeignKey("sanctions.id"), primary_key=True)
    strike_id: Mapped[Ref] = mapped_column(ForeignKey("strikes.id"), primary_key=True)


class Restriction(Table):
    """One capability that a sanction takes away or bounds; each ends by itself."""

    __tablename__ = "restrictions"
    __table_args__ = (Index(None, "sanction_id"), Index(None, "until_s"))

    id: Mapped[Key]
    sanction_id: Mapped[Ref] = mapped_column(ForeignKey("sanctions.id"))
    capability: Mapped[Word]
    """``start``, ``answer``, ``add``, ``forward``, ``register``, ``send``, ``all`` or ``new_contacts``."""
    new_contacts_a_day: Mapped[Count | None]
    """Of ``new_contacts``: how many are left."""
    from_s: Mapped[Second]
    until_s: Mapped[Second | None]
    lifted_s: Mapped[Second | None]
    lifted_by: Mapped[Name | None]
    lifted_why: Mapped[Words | None]


class Signature(Table):
    """A person confirmed, or refused to confirm, a sanction that needs one. No key signs twice."""

    __tablename__ = "signatures"
    __table_args__ = (UniqueConstraint("sanction_id", "key_id"),)

    id: Mapped[Key]
    sanction_id: Mapped[Ref] = mapped_column(ForeignKey("sanctions.id"))
    key_id: Mapped[Name]
    who: Mapped[Name]
    at_s: Mapped[Second]
    decision: Mapped[Word]
    """``confirm`` or ``dismiss``."""
    note: Mapped[Words]


class Review(Table):
    """A person looked at a sanction again: who, for how long, what they saw, and whether it changed anything.

    GDPR Art. 22 asks for a review that is real; courts asked for exactly these facts.
    """

    __tablename__ = "reviews"
    __table_args__ = (Index(None, "sanction_id"), Index(None, "appeal_id"))

    id: Mapped[Key]
    sanction_id: Mapped[Ref | None] = mapped_column(ForeignKey("sanctions.id"))
    subject_kind: Mapped[Word]
    subject: Mapped[ServiceId]
    appeal_id: Mapped[Ref | None] = mapped_column(ForeignKey("appeals.id"))
    cause: Mapped[Word]
    """``appeal``, ``human_review``, ``second_signature``, ``reports`` (many reports, too doubtful to act on)."""
    opened_s: Mapped[Second]
    reviewer: Mapped[Name | None]
    began_s: Mapped[Second | None]
    closed_s: Mapped[Second | None]
    seen: Mapped[JsonList]
    """What the reviewer was shown, each with when."""
    outcome: Mapped[Word | None]
    """``upheld`` or ``reversed``; of a signature ``confirmed`` or ``dismissed``; ``withdrawn``."""
    note: Mapped[Words | None]
    details: Mapped[Json]


class GateAct(Table):
    """An act on its way to the gate's journal: written with the sanction, marked once the journal has it."""

    __tablename__ = "gate_acts"
    __table_args__ = (Index(None, "applied_s"),)

    id: Mapped[Key]
    at_s: Mapped[Second]
    sanction_id: Mapped[Ref] = mapped_column(ForeignKey("sanctions.id"))
    act: Mapped[Json]
    applied_s: Mapped[Second | None]


class TermsKept(Table):
    """The text of every version of the terms that a strike, sanction or case rests on."""

    __tablename__ = "terms_kept"

    digest: Mapped[Digest] = mapped_column(primary_key=True)
    name: Mapped[Name]
    document: Mapped[Words]
    kept_s: Mapped[Second]
