"""Erasing an account from the records (GDPR, Art. 17): what names it goes; what only counts stays, without a name.

What law lets one keep is kept, and said (Art. 17(3)(b) and (e)): what is in a case, and what a sanction that is in
force rests on, for otherwise whoever was expelled could have that undone by asking. The audit never had the id.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, CursorResult, and_, delete, or_, select, update
from sqlalchemy.orm import Session

from ecluse.records.audit import append
from ecluse.records.tables import (
    Appeal,
    CaseParty,
    Complaint,
    Erasure,
    Notice,
    OpenRefusals,
    Report,
    Reporter,
    Review,
    Sanction,
    SanctionStrike,
    Strike,
)
from ecluse.rights.namelessness import WORDS_GONE, nameless_appeals, nameless_sanctions, nameless_strikes

STANDING: Final = ("proposed", "announced", "in_force")
"""States of a sanction that is not over."""
IN_FORCE: Final = "a sanction that is in force rests on it (GDPR, Art. 17(3)(b))"
CLAIMS: Final = "establishment, exercise or defence of legal claims (GDPR, Art. 17(3)(e))"


class Kept(NamedTuple):
    """What was kept of an account. until: when it can go."""

    table: str
    rows: int
    why: str
    until: str


class Erased(NamedTuple):
    """What an erasure did. number: of its row. erased: rows by table, of which those that only count lost the name."""

    number: int
    erased: dict[str, int]
    kept: list[Kept]


def erase_account(session: Session, account: str, secret: bytes, *, now_s: int, who: str) -> Erased:
    """Erase an account from the records. Needs ``Records.writing``; done again, it finds nothing more.

    secret: of the data folder, for the digest by which it can be said later that this account was erased.
    """
    erasure = Erasure(account_digest=digest_of(account, secret), asked_s=now_s, done_s=now_s, erased={}, kept=[])
    session.add(erasure)
    session.flush()
    name = f"erased {erasure.id}"
    in_cases = session.scalars(select(CaseParty.id).where(_is(CaseParty, account))).all()
    kept = _kept_sanctions(session, account, bool(in_cases))
    gone = {
        "notices": _run(session, delete(Notice).where(_is(Notice, account))),
        "open_refusals": _run(session, delete(OpenRefusals).where(_is(OpenRefusals, account)))
        + _of_others(session, account),
        "reporters": _run(session, delete(Reporter).where(Reporter.reporter == account)),
        "reports": _reports(session, account, name, named=bool(kept)),
        "complaints": _complaints(session, account, name),
        "strikes": nameless_strikes(session, and_(_is(Strike, account), Strike.id.not_in(_strikes_of(kept))), name),
        "appeals": nameless_appeals(session, and_(_is(Appeal, account), Appeal.sanction_id.not_in(kept)), name),
        "sanctions": nameless_sanctions(session, and_(_is(Sanction, account), Sanction.id.not_in(kept)), name),
        "reviews": _run(
            session,
            update(Review)
            .where(_is(Review, account), or_(Review.sanction_id.is_(None), Review.sanction_id.not_in(kept)))
            .values(subject=name, note=None, details={}, seen=[]),
        ),
    }
    told = _told(session, account, kept, len(in_cases))
    erasure.erased = {table: rows for table, rows in gone.items() if rows}
    erasure.kept = [one._asdict() for one in told]
    body = {"erased": erasure.erased, "kept": erasure.kept}
    append(session, at_s=now_s, who=who, act="erase_account", about=f"erasure {erasure.id}", body=body)
    return Erased(erasure.id, erasure.erased, told)


def digest_of(account: str, secret: bytes) -> str:
    """By what an erasure is known to be of an account: a keyed hash that names nobody without the secret."""
    return hmac.new(secret, b"ecluse:erasure:" + account.encode(), hashlib.sha256).hexdigest()


def was_erased(session: Session, account: str, secret: bytes) -> list[Erasure]:
    """The erasures of an account, the oldest first."""
    found = select(Erasure).where(Erasure.account_digest == digest_of(account, secret)).order_by(Erasure.id)
    return list(session.scalars(found))


def _is(table: type[Any], account: str) -> ColumnElement[bool]:
    return and_(table.subject_kind == "account", table.subject == account)


def _of_others(session: Session, account: str) -> int:
    """Take an account out of the refusals and strikes of providers, campaigns and networks; they count as before."""
    taken = _run(session, update(Strike).where(Strike.account == account).values(account=None, events=[]))
    for row in session.scalars(select(OpenRefusals).where(OpenRefusals.subject_kind != "account")):
        if account in row.accounts:
            row.accounts = [f"erased {row.id}" if one == account else one for one in row.accounts]
            taken += 1
    return taken


def _run(session: Session, statement: Any) -> int:
    """Run a change; how many rows it was."""
    result: CursorResult[Any] = session.execute(statement)  # type: ignore[assignment]
    return result.rowcount


def _kept_sanctions(session: Session, account: str, in_case: bool) -> list[int]:
    """Sanctions that stay as they are: those not over, those of a case, and all if the account is a party of one."""
    reasons = [Sanction.status.in_(STANDING), Sanction.case_id.is_not(None)]
    found = select(Sanction.id).where(_is(Sanction, account))
    return list(session.scalars(found if in_case else found.where(or_(*reasons))))


def _strikes_of(sanctions: list[int]) -> Any:
    return select(SanctionStrike.strike_id).where(SanctionStrike.sanction_id.in_(sanctions))


def _reports(session: Session, account: str, name: str, *, named: bool) -> int:
    """Reports that it made lose its name and words; those about it its name, unless a sanction that stays needs it."""
    made = {"reporter": name, "words": None, "content": None, "reporter_name": None, "city": None, "state": None}
    rows = _run(session, update(Report).where(Report.reporter == account).values(**made))
    if not named:
        rows += _run(session, update(Report).where(Report.subject == account).values(subject=name, content=None))
    return rows


def _complaints(session: Session, account: str, name: str) -> int:
    words = {"words": WORDS_GONE, "answer": None}
    rows = _run(session, update(Complaint).where(Complaint.by == account).values(by=name, **words))
    return rows + _run(session, update(Complaint).where(Complaint.about == account).values(about=name))


def _told(session: Session, account: str, kept: list[int], parties: int) -> list[Kept]:
    """What stays, why, and until when."""
    told = []
    if kept:
        strikes = len(session.scalars(select(SanctionStrike).where(SanctionStrike.sanction_id.in_(kept))).all())
        why = CLAIMS if parties else IN_FORCE
        until = "the case is closed and its retention is over" if parties else "the sanction is over"
        told += [Kept("sanctions", len(kept), why, until), Kept("strikes", strikes, why, until)]
        reports = len(session.scalars(select(Report.id).where(Report.subject == account)).all())
        told.append(Kept("reports", reports, why, until))
    if parties:
        told.append(Kept("cases", parties, CLAIMS, "the case is closed and its retention is over"))
    return [one for one in told if one.rows]
