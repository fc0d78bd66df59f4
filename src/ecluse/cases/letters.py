"""Letters: a notice or a cease-and-desist letter, from a template; when it went out, to whom, what was answered."""

from __future__ import annotations

import hashlib
from enum import StrEnum
from importlib.resources import files
from typing import Final

from babel.dates import format_date
from jinja2 import Environment, PackageLoader, StrictUndefined
from sqlalchemy.orm import Session

from ecluse.cases.case import Happening, Status, add_entry, checked, checked_second, one_of, set_status
from ecluse.cases.dates import day_of
from ecluse.errors import InputError
from ecluse.records.audit import append
from ecluse.records.tables import Case, CaseLetter
from ecluse.records.tables.base import NAME_CHARACTERS
from ecluse.sanctions.subjects import NotFoundError

LETTERS_MAX: Final = 500

_TEMPLATES: Final = Environment(  # plain text, no HTML: nothing is escaped
    loader=PackageLoader("ecluse.cases", "templates/letters"),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


class LetterKind(StrEnum):
    """What a letter is."""

    NOTICE = "notice"
    CEASE_AND_DESIST = "cease_and_desist"
    OTHER = "other"


class Sent(StrEnum):
    """How a letter went out."""

    POST = "post"
    EMAIL = "email"
    BAILIFF = "bailiff"
    COURIER = "courier"
    PORTAL = "portal"


LANGUAGES: Final = tuple(
    sorted({path.name.split(".")[1] for path in files("ecluse.cases").joinpath("templates/letters").iterdir()})
)
"""Languages that there are templates in."""


def draft_letter(
    session: Session,
    case: Case,
    *,
    kind: str,
    recipient: str,
    service: str,
    answer_due_s: int,
    at_s: int,
    who: str,
    language: str = "en",
    address: str | None = None,
    subject: str | None = None,
    body: str | None = None,
) -> CaseLetter:
    """Draft a letter from its template, or from ``subject`` and ``body``. Raises InputError.

    recipient: whom it is to. service: in whose name it is written. answer_due_s: until when an answer is awaited. The
    template takes the clause, the claims, marks and what is asked for from the case.
    """
    what = one_of(LetterKind, "kind", kind)
    if len(case.letters) >= LETTERS_MAX:
        raise InputError("letters", len(case.letters), f"up to {LETTERS_MAX} in a case")
    if language not in LANGUAGES:
        raise InputError("language", language, f"one of {', '.join(LANGUAGES)}")
    recipient = checked("recipient", recipient, NAME_CHARACTERS)
    template = None
    if body is None:
        if what is LetterKind.OTHER:
            raise InputError("body", None, "there: a letter of kind other has no template")
        template = f"{what}.{language}.txt"
        subject, body = _rendered(case, template, recipient, service, answer_due_s, at_s, language)
    letter = CaseLetter(
        case_id=case.id,
        kind=what,
        recipient=recipient,
        address=None if address is None else checked("address", address),
        language=language,
        template=template,
        subject=checked("subject", subject or ""),
        body=checked("body", body),
        sha256=hashlib.sha256(f"{subject}\n\n{body}".encode()).hexdigest(),
        made_s=at_s,
        made_by=who,
        answer_due_s=checked_second("answer_due_s", answer_due_s),
    )
    case.letters.append(letter)
    session.flush()
    details = {"letter": letter.id, "sha256": letter.sha256}
    append(session, at_s=at_s, who=who, act="draft_letter", about=f"case {case.id}", body=details)
    return letter


def find_letter(case: Case, number: int) -> CaseLetter:
    """The letter of that number in a case. Raises NotFoundError."""
    found = next((letter for letter in case.letters if letter.id == number), None)
    if found is None:
        raise NotFoundError(f"letter {number} of case {case.id}")
    return found


def letter_sent(
    session: Session, case: Case, letter: CaseLetter, *, sent_s: int, sent_by: str, at_s: int, who: str
) -> None:
    """Say that a letter went out; the case is then one in which notice was given. Raises InputError."""
    if letter.sent_s is not None:
        raise InputError("letter", letter.id, "a letter that did not go out yet")
    letter.sent_s, letter.sent_by = checked_second("sent_s", sent_s), one_of(Sent, "sent_by", sent_by)
    words = f"{letter.kind.replace('_', ' ')} to {letter.recipient}, by {letter.sent_by}: {letter.subject}"
    append(session, at_s=at_s, who=who, act="letter_sent", about=f"case {case.id}", body={"letter": letter.id})
    add_entry(
        session,
        case,
        happened_s=sent_s,
        kind=Happening.LETTER,
        words=words,
        at_s=at_s,
        who=who,
        refers={"letter": letter.id},
    )
    if case.status == Status.OPEN:
        set_status(session, case, Status.NOTICE_SENT, why=f"letter {letter.id} went out", at_s=at_s, who=who)


def letter_answered(
    session: Session, case: Case, letter: CaseLetter, *, answered_s: int, answer: str, at_s: int, who: str
) -> None:
    """Keep the answer to a letter. Raises InputError."""
    if letter.sent_s is None or answered_s < letter.sent_s:
        raise InputError("answered_s", answered_s, "a time after the letter went out")
    if letter.answered_s is not None:
        raise InputError("letter", letter.id, "a letter without an answer yet")
    letter.answered_s, letter.answer = checked_second("answered_s", answered_s), checked("answer", answer)
    append(session, at_s=at_s, who=who, act="letter_answered", about=f"case {case.id}", body={"letter": letter.id})
    add_entry(
        session,
        case,
        happened_s=answered_s,
        kind=Happening.ANSWER,
        words=f"{letter.recipient} answered letter {letter.id}",
        at_s=at_s,
        who=who,
        refers={"letter": letter.id},
    )


def _rendered(
    case: Case, template: str, recipient: str, service: str, answer_due_s: int, at_s: int, language: str
) -> tuple[str, str]:
    """Subject and body: a template's first line, and what comes after the empty one."""

    def day(second: int) -> str:
        return format_date(day_of(second), format="long", locale=language.replace("-", "_"))

    text = _TEMPLATES.get_template(template).render(
        case=case,
        recipient=recipient,
        service=checked("service", service, NAME_CHARACTERS),
        day=day,
        today=day(at_s),
        due=day(answer_due_s),
        claims=[piece for piece in case.evidence if piece.kind in ("claim", "capture")],
    )
    subject, _, body = text.partition("\n\n")
    return subject.strip(), body.strip()
