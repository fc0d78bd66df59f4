"""A case as it is shown over HTTP, on the command line, and in its bundle. Times are RFC 3339, UTC."""

from __future__ import annotations

from typing import Any

import msgspec

from ecluse.records.tables import Case, CaseEntry, CaseEvidence, CaseLetter, CaseParty
from ecluse.wire import maybe_time_form, time_form


class PartyForm(msgspec.Struct, frozen=True, omit_defaults=True):
    """Somebody in a case. subject: the id of the service that is theirs."""

    party: int
    role: str
    name: str
    subject_kind: str | None = None
    subject: str | None = None
    details: dict[str, Any] = {}


class EvidenceForm(msgspec.Struct, frozen=True, omit_defaults=True):
    """A piece of evidence, without its bytes."""

    evidence: int
    origin: str
    kind: str
    title: str
    found_by: str
    found: str
    bytes: int
    sha256: str
    media_type: str | None = None
    file_name: str | None = None
    url: str | None = None
    text: str | None = None
    details: dict[str, Any] = {}


class EntryForm(msgspec.Struct, frozen=True, omit_defaults=True):
    """A line of the timeline."""

    at: str
    kind: str
    words: str
    added: str
    added_by: str
    refers: dict[str, Any] = {}


class LetterForm(msgspec.Struct, frozen=True, omit_defaults=True):
    """A letter, and what became of it. sha256: of its subject, an empty line and its body."""

    letter: int
    kind: str
    recipient: str
    language: str
    subject: str
    body: str
    sha256: str
    made: str
    made_by: str
    address: str | None = None
    template: str | None = None
    sent: str | None = None
    sent_by: str | None = None
    answer_due: str | None = None
    answered: str | None = None
    answer: str | None = None


class CaseForm(msgspec.Struct, frozen=True, omit_defaults=True):
    """A whole case."""

    case: int
    title: str
    status: str
    opened: str
    opened_by: str
    summary: str
    terms: str
    terms_digest: str
    hold: bool = False
    technique: str | None = None
    marks: list[str] = []
    relief: list[str] = []
    clauses: list[dict[str, str]] = []
    accepted: str | None = None
    cutoff: str | None = None
    closed: str | None = None
    closed_why: str | None = None
    parties: list[PartyForm] = []
    evidence: list[EvidenceForm] = []
    timeline: list[EntryForm] = []
    letters: list[LetterForm] = []


class CaseLine(msgspec.Struct, frozen=True):
    """A case in a list."""

    case: int
    title: str
    status: str
    opened: str
    respondents: list[str]
    evidence: int
    hold: bool


class CaseProposal(msgspec.Struct, forbid_unknown_fields=True):
    """A case to open. terms: a document, or the id of a shipped one; rules: of them, those broken. Dates or times.

    request: the caller's own id of it; asked again, the same case is the answer.
    """

    title: str
    summary: str
    terms: str
    rules: list[str] = []
    technique: str | None = None
    marks: list[str] = []
    relief: list[str] = []
    accepted: str | None = None
    cutoff: str | None = None
    request: str | None = None


class PartyProposal(msgspec.Struct, forbid_unknown_fields=True):
    """Somebody in a case. role: respondent, linked, person, client or claimant."""

    role: str
    name: str
    subject_kind: str | None = None
    subject: str | None = None
    details: dict[str, Any] = {}


class EvidenceProposal(msgspec.Struct, forbid_unknown_fields=True):
    """Evidence from outside (kind: claim, capture, document or testimony).

    content: the bytes of a file, in Base64. found: when; now, unless given. Or, alone: account, provider or campaign
    (its id), for all that the service itself has of it.
    """

    kind: str = "claim"
    title: str | None = None
    text: str | None = None
    url: str | None = None
    found_by: str | None = None
    found: str | None = None
    content: bytes = b""
    file_name: str | None = None
    media_type: str = "text/plain"
    account: str | None = None
    provider: str | None = None
    campaign: str | None = None


class EntryProposal(msgspec.Struct, forbid_unknown_fields=True):
    """A line for the timeline. at: when it happened; now, unless given."""

    words: str
    kind: str = "event"
    at: str | None = None


class LetterProposal(msgspec.Struct, forbid_unknown_fields=True):
    """A letter to draft, from its template or with a subject and body of its own."""

    kind: str
    recipient: str
    service: str
    due: str
    language: str = "en"
    address: str | None = None
    subject: str | None = None
    body: str | None = None


class LetterSent(msgspec.Struct, forbid_unknown_fields=True):
    """A letter went out. by: post, email, bailiff, courier or portal. on: when; now, unless given."""

    by: str
    on: str | None = None


class LetterAnswered(msgspec.Struct, forbid_unknown_fields=True):
    """A letter was answered. on: when; now, unless given."""

    answer: str
    on: str | None = None


class StatusProposal(msgspec.Struct, forbid_unknown_fields=True):
    """How a case is to stand."""

    status: str
    why: str


class HoldProposal(msgspec.Struct, forbid_unknown_fields=True):
    """Whether a case is under legal hold."""

    hold: bool


class SealingKeyForm(msgspec.Struct, frozen=True):
    """The public key that bundles are sealed with. pem: SubjectPublicKeyInfo. fingerprint: its SHA-256, in hex."""

    algorithm: str
    pem: str
    fingerprint: str


def case_form(case: Case) -> CaseForm:
    """A case as it is shown."""
    return CaseForm(
        case=case.id,
        title=case.title,
        status=case.status,
        opened=time_form(case.opened_s),
        opened_by=case.opened_by,
        summary=case.summary,
        terms=case.terms,
        terms_digest=case.terms_digest,
        hold=case.hold,
        technique=case.technique,
        marks=case.marks,
        relief=case.relief,
        clauses=case.details.get("clauses", []),
        accepted=maybe_time_form(case.accepted_s),
        cutoff=maybe_time_form(case.cutoff_s),
        closed=maybe_time_form(case.closed_s),
        closed_why=case.closed_why,
        parties=[party_form(party) for party in case.parties],
        evidence=[evidence_form(piece) for piece in case.evidence],
        timeline=[entry_form(entry) for entry in sorted(case.timeline, key=lambda entry: (entry.at_s, entry.id))],
        letters=[letter_form(letter) for letter in case.letters],
    )


def case_line(case: Case) -> CaseLine:
    """A case in a list."""
    respondents = [party.name for party in case.parties if party.role == "respondent"]
    return CaseLine(
        case.id, case.title, case.status, time_form(case.opened_s), respondents, len(case.evidence), case.hold
    )


def party_form(party: CaseParty) -> PartyForm:
    """A party as it is shown."""
    return PartyForm(party.id, party.role, party.name, party.subject_kind, party.subject, party.details)


def evidence_form(piece: CaseEvidence) -> EvidenceForm:
    """A piece of evidence as it is shown."""
    return EvidenceForm(
        evidence=piece.id,
        origin=piece.origin,
        kind=piece.kind,
        title=piece.title,
        found_by=piece.found_by,
        found=time_form(piece.found_s),
        bytes=piece.size_bytes,
        sha256=piece.sha256,
        media_type=piece.media_type,
        file_name=piece.file_name,
        url=piece.url,
        text=piece.text,
        details=piece.details,
    )


def entry_form(entry: CaseEntry) -> EntryForm:
    """A line of the timeline as it is shown."""
    return EntryForm(
        time_form(entry.at_s), entry.kind, entry.words, time_form(entry.added_s), entry.added_by, entry.refers
    )


def letter_form(letter: CaseLetter) -> LetterForm:
    """A letter as it is shown."""
    return LetterForm(
        *(letter.id, letter.kind, letter.recipient, letter.language, letter.subject, letter.body, letter.sha256),
        *(time_form(letter.made_s), letter.made_by, letter.address, letter.template, maybe_time_form(letter.sent_s)),
        *(letter.sent_by, maybe_time_form(letter.answer_due_s), maybe_time_form(letter.answered_s), letter.answer),
    )
