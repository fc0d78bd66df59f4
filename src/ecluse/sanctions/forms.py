"""What is shown of sanctions, strikes, notices, appeals and the audit, and what is taken to make them."""

from __future__ import annotations

from typing import Any

import msgspec

from ecluse.records.tables import Appeal, AuditRow, Notice, Restriction, Sanction, Statement, Strike
from ecluse.wire import maybe_time_form, time_form


class RestrictionForm(msgspec.Struct, frozen=True):
    """One capability that a sanction takes. until: None until it is lifted. Times RFC 3339."""

    capability: str
    new_contacts_a_day: int | None
    from_: str = msgspec.field(name="from")
    until: str | None
    lifted: str | None


class SignatureForm(msgspec.Struct, frozen=True):
    """A person who signed. decision: ``confirm`` or ``dismiss``."""

    who: str
    at: str
    decision: str
    note: str


class SanctionForm(msgspec.Struct, frozen=True):
    """A sanction. status: ``proposed``, ``announced``, ``in_force``, ``expired``, ``lifted``, ``reversed`` or
    ``dismissed``. figures: signal, value, comparison and limit of what was measured. members: of a campaign's: whom it
    holds for, ``named``, ``present`` or ``later``. parent: the provider's or campaign's that it follows from.
    """

    sanction: int
    subject_kind: str
    subject: str
    measure: str
    step: str
    status: str
    made: str
    from_: str = msgspec.field(name="from")
    until: str | None
    ended: str | None
    ended_by: str | None
    ended_why: str | None
    rule: str
    clause: str
    terms: str
    facts: str
    figures: list[dict[str, Any]]
    found_by: str
    decided_by: str
    automated_detection: bool
    automated_decision: str
    signatures_needed: int
    signatures: list[SignatureForm]
    restrictions: list[RestrictionForm]
    account_type: str
    case: int | None
    parent: int | None
    members: str | None


class StrikeForm(msgspec.Struct, frozen=True):
    """A strike. counts: it has not expired, and is not undone."""

    strike: int
    rule: str
    clause: str
    terms: str
    first: str
    at: str
    expires: str
    refusals: int
    figures: list[dict[str, Any]]
    events: list[str]
    account: str | None
    undone: str | None
    counts: bool


class StandingForm(msgspec.Struct, frozen=True):
    """What is against an account, provider, campaign or network, and was."""

    subject_kind: str
    subject: str
    strikes: list[StrikeForm]
    sanctions: list[SanctionForm]


class SanctionProposal(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A sanction to be laid or proposed. subject_kind, subject: not where the path names an account. measure:
    ``warning``, ``limit``, ``suspension``, ``expulsion`` or ``legal_referral``. rule: of the terms in force. facts:
    what happened. lasts_s: of a limit or suspension. from_: RFC 3339; at once, or after the lead that the terms ask
    for, unless given. members: the accounts of a campaign that get one of their own; none: those that belong to it,
    with later_members also those that come to. request: the caller's own id: asked again, the same is the answer.
    """

    measure: str
    rule: str
    facts: str
    subject_kind: str | None = None
    subject: str | None = None
    lasts_s: int | None = None
    takes: list[str] = []
    new_contacts: int | None = None
    from_: str | None = msgspec.field(name="from", default=None)
    business: bool = False
    region: str | None = None
    language: str | None = None
    found_by: str = "person"
    parent: int | None = None
    case: int | None = None
    members: list[str] = []
    later_members: bool = False
    request: str | None = None


class SignatureProposal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A person's word on a proposed sanction: ``confirm`` or ``dismiss``, and why. seen: what they looked at, besides
    the file.
    """

    decision: str
    note: str
    seen: list[str] = []


class LiftProposal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a sanction is lifted. capability: the one that is given back; all, unless given."""

    why: str
    capability: str | None = None


class AppealForm(msgspec.Struct, frozen=True):
    """An appeal. kind: ``appeal`` or ``human_review``. status: ``open``, ``assigned``, ``upheld`` (the sanction stays),
    ``reversed`` or ``withdrawn``. outside: what a body outside decided, None if it was not asked.
    """

    appeal: int
    sanction: int
    subject_kind: str
    subject: str
    kind: str
    words: str
    language: str
    contact: str | None
    received: str
    due: str
    status: str
    assigned_to: str | None
    decided: str | None
    decided_by: str | None
    answer: str | None
    outside: dict[str, str] | None


class AppealProposal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An appeal, in the person's words. request: the caller's own id of it."""

    sanction: int
    words: str
    kind: str = "appeal"
    language: str | None = None
    contact: str | None = None
    request: str | None = None


class AppealAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The answer to an appeal. outcome: ``upheld`` (the sanction stays) or ``reversed``. seen: what the person looked
    at, besides the file.
    """

    outcome: str
    answer: str
    seen: list[str] = []


class OutsideProposal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a body outside decided about an appeal. body: ``out_of_court``, ``court`` or ``appellate_committee``.
    outcome: ``open``, ``upheld`` (the sanction stays) or ``reversed``.
    """

    body: str
    outcome: str
    words: str


class NoticeForm(msgspec.Struct, frozen=True):
    """A notice, in words and as data. What is posted to a webhook, too."""

    notice: int
    subject_kind: str
    subject: str
    kind: str
    sanction: int | None
    appeal: int | None
    language: str
    title: str
    body: str
    facts: dict[str, Any]
    made: str
    delivered: str | None
    delivered_by: str | None


class StatementForm(msgspec.Struct, frozen=True):
    """A statement of reasons. published: without personal data, by the fields of the Commission's database.
    recipient: what the account's own copy says besides.
    """

    sanction: int
    made: str
    published: dict[str, Any]
    recipient: dict[str, Any]


class AuditForm(msgspec.Struct, frozen=True):
    """A row of the audit."""

    seq: int
    at: str
    who: str
    act: str
    about: str
    body: dict[str, Any]
    previous: str
    digest: str


class AuditHeadForm(msgspec.Struct, frozen=True):
    """The end of the audit's chain: its last row's number and digest, to be kept elsewhere as an anchor.

    signature: Ed25519, in hexadecimal, of ``<seq> <digest> <at>``; fingerprint: of the key. None where nothing signs.
    """

    seq: int
    digest: str
    at: str
    signature: str | None = None
    fingerprint: str | None = None

    @property
    def signed(self) -> bytes:
        """What the signature is of."""
        return f"{self.seq} {self.digest} {self.at}".encode()


class FlawForm(msgspec.Struct, frozen=True):
    """A place where the audit is not what was written."""

    seq: int
    reason: str


class AuditVerification(msgspec.Struct, frozen=True):
    """Whether the audit is whole. flaws: none if it is."""

    seq: int
    digest: str
    whole: bool
    flaws: list[FlawForm]


def restriction_form(restriction: Restriction) -> RestrictionForm:
    """A restriction as it is shown."""
    return RestrictionForm(
        restriction.capability,
        restriction.new_contacts_a_day,
        time_form(restriction.from_s),
        maybe_time_form(restriction.until_s),
        maybe_time_form(restriction.lifted_s),
    )


def sanction_form(sanction: Sanction) -> SanctionForm:
    """A sanction as it is shown."""
    return SanctionForm(
        sanction=sanction.id,
        subject_kind=sanction.subject_kind,
        subject=sanction.subject,
        measure=sanction.measure,
        step=sanction.step,
        status=sanction.status,
        made=time_form(sanction.made_s),
        from_=time_form(sanction.from_s),
        until=maybe_time_form(sanction.until_s),
        ended=maybe_time_form(sanction.ended_s),
        ended_by=sanction.ended_by,
        ended_why=sanction.ended_why,
        rule=sanction.rule,
        clause=sanction.clause,
        terms=sanction.terms,
        facts=sanction.facts,
        figures=sanction.figures,
        found_by=sanction.found_by,
        decided_by=sanction.decided_by,
        automated_detection=sanction.automated_detection,
        automated_decision=sanction.automated_decision,
        signatures_needed=sanction.signatures_needed,
        signatures=[SignatureForm(one.who, time_form(one.at_s), one.decision, one.note) for one in sanction.signatures],
        restrictions=[restriction_form(one) for one in sanction.restrictions],
        account_type=sanction.account_type,
        case=sanction.case_id,
        parent=sanction.parent_id,
        members=sanction.members,
    )


def strike_form(strike: Strike, now_s: int) -> StrikeForm:
    """A strike as it is shown."""
    return StrikeForm(
        strike=strike.id,
        rule=strike.rule,
        clause=strike.clause,
        terms=strike.terms,
        first=time_form(strike.first_s),
        at=time_form(strike.at_s),
        expires=time_form(strike.expires_s),
        refusals=strike.refusals,
        figures=strike.figures,
        events=strike.events,
        account=strike.account,
        undone=maybe_time_form(strike.undone_s),
        counts=strike.undone_s is None and strike.expires_s > now_s,
    )


def appeal_form(appeal: Appeal) -> AppealForm:
    """An appeal as it is shown."""
    return AppealForm(
        appeal=appeal.id,
        sanction=appeal.sanction_id,
        subject_kind=appeal.subject_kind,
        subject=appeal.subject,
        kind=appeal.kind,
        words=appeal.words,
        language=appeal.language,
        contact=appeal.contact,
        received=time_form(appeal.received_s),
        due=time_form(appeal.due_s),
        status=appeal.status,
        assigned_to=appeal.assigned_to,
        decided=maybe_time_form(appeal.decided_s),
        decided_by=appeal.decided_by,
        answer=appeal.answer,
        outside=appeal.external or None,
    )


def notice_form(notice: Notice) -> NoticeForm:
    """A notice as it is shown and posted."""
    return NoticeForm(
        notice=notice.id,
        subject_kind=notice.subject_kind,
        subject=notice.subject,
        kind=notice.kind,
        sanction=notice.sanction_id,
        appeal=notice.appeal_id,
        language=notice.language,
        title=notice.title,
        body=notice.body,
        facts=notice.facts,
        made=time_form(notice.made_s),
        delivered=maybe_time_form(notice.delivered_s),
        delivered_by=notice.delivered_by,
    )


def statement_form(statement: Statement) -> StatementForm:
    """A statement of reasons as it is shown."""
    own = {"id", "sanction_id", "made_s", "recipient", "submitted_s", "submission"}
    columns = [column.key for column in Statement.__table__.columns if column.key not in own]
    values = {name: getattr(statement, name) for name in columns}
    published = {name: value for name, value in values.items() if value not in (None, [])}
    return StatementForm(statement.sanction_id, time_form(statement.made_s), published, statement.recipient)


def audit_form(row: AuditRow) -> AuditForm:
    """A row of the audit as it is shown."""
    body = msgspec.json.decode(row.body, type=dict[str, Any])
    return AuditForm(row.seq, time_form(row.at_s), row.who, row.act, row.about, body, row.previous, row.digest)
