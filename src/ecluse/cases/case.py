"""Cases: opening one, saying who is in it, what happened when, and how it stands.

Each act is a part of a transaction of ``Records.writing``, with its row of the audit: both stand, or neither.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from ecluse.errors import InputError
from ecluse.records.audit import append
from ecluse.records.tables import Case, CaseEntry, CaseParty, TermsKept
from ecluse.records.tables.base import ID_CHARACTERS, NAME_CHARACTERS, WORDS_CHARACTERS_MAX
from ecluse.sanctions.subjects import NotFoundError
from ecluse.terms import Terms

LIST_MAX: Final = 50
"""Marks of a case, or things asked for."""
PARTIES_MAX: Final = 1_000
ENTRIES_MAX: Final = 10_000
UNSEEN: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
SECOND_MAX: Final = 4_102_444_800
"""The first second of 2100."""


class Status(StrEnum):
    """How a case stands."""

    OPEN = "open"
    NOTICE_SENT = "notice_sent"
    REFERRED = "referred"
    FILED = "filed"
    DECIDED = "decided"
    SETTLED = "settled"
    CLOSED = "closed"


class Role(StrEnum):
    """What somebody is in a case."""

    RESPONDENT = "respondent"
    LINKED = "linked"
    """A firm behind it, or a front."""
    PERSON = "person"
    CLIENT = "client"
    CLAIMANT = "claimant"


class SubjectKind(StrEnum):
    """What an id of the service is of."""

    ACCOUNT = "account"
    CAMPAIGN = "campaign"
    PROVIDER = "provider"
    NETWORK = "network"


class Happening(StrEnum):
    """What a line of the timeline is about."""

    EVENT = "event"
    SANCTION = "sanction"
    LETTER = "letter"
    ANSWER = "answer"
    CONTINUATION = "continuation"
    """It went on after the letter or the date that it named."""
    ORDER = "order"
    BREACH = "breach"
    NOTE = "note"


def open_case(
    session: Session,
    *,
    title: str,
    summary: str,
    terms: Terms,
    at_s: int,
    who: str,
    technique: str | None = None,
    marks: list[str] | None = None,
    relief: list[str] | None = None,
    rules: list[str] | None = None,
    accepted_s: int | None = None,
    cutoff_s: int | None = None,
    request: str | None = None,
) -> Case:
    """Open a case. Raises InputError.

    terms: those that were broken, whose text is kept with it; rules: which of their rules, by id. technique: how limits
    were passed; marks: trade marks that were used; relief: what is asked for. accepted_s: when the respondent accepted
    the terms; cutoff_s: from when going on is a breach.
    request: the caller's own id of what it asks for; asked again, the same case is the answer.
    """
    if request is not None:
        same = session.scalars(select(Case).where(Case.request == checked("request", request, NAME_CHARACTERS))).first()
        if same is not None:
            return same
    keep_terms(session, terms, at_s)
    case = Case(
        title=checked("title", title, NAME_CHARACTERS),
        status=Status.OPEN,
        opened_s=at_s,
        opened_by=who,
        summary=checked("summary", summary),
        technique=None if technique is None else checked("technique", technique),
        marks=_words("marks", marks),
        relief=_words("relief", relief),
        cutoff_s=checked_second("cutoff_s", cutoff_s),
        terms=terms.name,
        terms_digest=terms.digest,
        accepted_s=checked_second("accepted_s", accepted_s),
        hold=False,
        details={"clauses": _clauses(terms, rules or [])},
        request=request,
    )
    session.add(case)
    session.flush()
    append(session, at_s=at_s, who=who, act="open_case", about=f"case {case.id}", body={"terms": terms.digest})
    return case


def _clauses(terms: Terms, rules: list[str]) -> list[dict[str, str]]:
    clauses = {rule.id: str(rule.clause) for rule in terms.rules}
    for rule in rules:
        if rule not in clauses:
            raise InputError("rules", rule, f"rules of {terms.name}: {', '.join(clauses)}")
    return [{"rule": rule, "clause": clauses[rule]} for rule in rules]


def keep_terms(session: Session, terms: Terms, at_s: int) -> None:
    """Keep the text of terms that something rests on, once."""
    if session.get(TermsKept, terms.digest) is None:
        session.add(TermsKept(digest=terms.digest, name=terms.name, document=terms.source, kept_s=at_s))


def find_case(session: Session, number: int) -> Case:
    """The case of that number. Raises NotFoundError."""
    case = session.get(Case, number) if 0 < number < 1 << 62 else None
    if case is None:
        raise NotFoundError(f"case {number}")
    return case


def list_cases(session: Session, status: Status | None = None) -> list[Case]:
    """All cases, the newest first."""
    found = select(Case).order_by(Case.id.desc())
    return list(session.scalars(found if status is None else found.where(Case.status == status)))


def add_party(
    session: Session,
    case: Case,
    *,
    role: str,
    name: str,
    at_s: int,
    who: str,
    subject_kind: str | None = None,
    subject: str | None = None,
    details: dict[str, Any] | None = None,
) -> CaseParty:
    """Say who is in a case, and which account (or provider, campaign, network) is theirs. Raises InputError."""
    if len(case.parties) >= PARTIES_MAX:
        raise InputError("parties", len(case.parties), f"up to {PARTIES_MAX} in a case")
    if (subject is None) != (subject_kind is None):
        raise InputError("subject", subject, "there together with subject_kind, or both absent")
    party = CaseParty(
        case_id=case.id,
        role=one_of(Role, "role", role),
        name=checked("name", name, NAME_CHARACTERS),
        subject_kind=None if subject_kind is None else one_of(SubjectKind, "subject_kind", subject_kind),
        subject=None if subject is None else checked("subject", subject, ID_CHARACTERS),
        details=details or {},
        added_s=at_s,
        added_by=who,
    )
    case.parties.append(party)
    session.flush()
    append(session, at_s=at_s, who=who, act="add_party", about=f"case {case.id}", body={"party": party.id})
    return party


def add_entry(
    session: Session,
    case: Case,
    *,
    happened_s: int,
    kind: str,
    words: str,
    at_s: int,
    who: str,
    refers: dict[str, Any] | None = None,
) -> CaseEntry:
    """Add a line to the timeline. happened_s: when it happened, at_s: now. Raises InputError."""
    if len(case.timeline) >= ENTRIES_MAX:
        raise InputError("timeline", len(case.timeline), f"up to {ENTRIES_MAX} lines in a case")
    entry = CaseEntry(
        case_id=case.id,
        at_s=checked_second("happened_s", happened_s),
        kind=one_of(Happening, "kind", kind),
        words=checked("words", words),
        refers=refers or {},
        added_s=at_s,
        added_by=who,
    )
    case.timeline.append(entry)
    session.flush()
    append(session, at_s=at_s, who=who, act="add_entry", about=f"case {case.id}", body={"entry": entry.id})
    return entry


def set_status(session: Session, case: Case, status: str, *, why: str, at_s: int, who: str) -> None:
    """Say how a case stands now; a closed one can be opened again. Raises InputError."""
    to = one_of(Status, "status", status)
    why = checked("why", why)
    if to == case.status:
        raise InputError("status", status, f"another than it has: case {case.id} is {case.status}")
    before, case.status = case.status, to
    case.closed_s, case.closed_why = (at_s, why) if to is Status.CLOSED else (None, None)
    append(session, at_s=at_s, who=who, act="set_case_status", about=f"case {case.id}", body={"from": before, "to": to})
    add_entry(
        session,
        case,
        happened_s=at_s,
        kind=Happening.NOTE,
        words=f"{before.replace('_', ' ')} → {to.replace('_', ' ')}: {why}",
        at_s=at_s,
        who=who,
    )


def set_hold(session: Session, case: Case, hold: bool, *, at_s: int, who: str) -> None:
    """Put a case under legal hold, or take it off: nothing in it is erased or runs out meanwhile."""
    case.hold = hold
    append(session, at_s=at_s, who=who, act="set_case_hold", about=f"case {case.id}", body={"hold": hold})


def checked(field: str, text: str, characters_max: int = WORDS_CHARACTERS_MAX) -> str:
    """A text that may be kept: not empty, not too long, without characters that nobody sees. Raises InputError."""
    expected = f"1 to {characters_max} characters without control characters"
    plain = text.strip() if isinstance(text, str) else ""
    seen = plain.replace("\n", "").replace("\t", "").replace("\r", "")
    if not 0 < len(plain) <= characters_max or any(
        ord(letter) < 32 or 0xD800 <= ord(letter) < 0xE000 for letter in seen
    ):
        raise InputError(field, text, expected)
    return plain


def checked_second(field: str, second: int | None) -> Any:
    """A second of the epoch, 1970 to 2099; None for None. Raises InputError."""
    if second is not None and not 0 <= second < SECOND_MAX:
        raise InputError(field, second, "a second from 1970 to 2099")
    return second


def one_of(words: type[StrEnum], field: str, word: str) -> Any:
    """A word of a closed vocabulary. Raises InputError."""
    try:
        return words(word)
    except ValueError:
        raise InputError(field, word, f"one of {', '.join(words)}") from None


def _words(field: str, words: list[str] | None) -> list[str]:
    if len(words or ()) > LIST_MAX:
        raise InputError(field, len(words or ()), f"up to {LIST_MAX}")
    return [checked(field, word, NAME_CHARACTERS) for word in words or ()]
