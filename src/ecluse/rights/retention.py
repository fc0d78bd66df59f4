"""Retention: how long each kind of record is kept, and the job that sees to it.

What still has to be counted (sanctions, strikes, appeals) loses its name when its time is over; the rest goes. Nothing
of a case runs out before the case does, and nothing under legal hold. The audit is kept for ever: it names nobody.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, Self

import msgspec
from sqlalchemy import and_, delete, exists, or_, select
from sqlalchemy.orm import Session

from ecluse.errors import InputError
from ecluse.records.audit import append
from ecluse.records.tables import (
    Appeal,
    Case,
    CaseEntry,
    CaseEvidence,
    CaseLetter,
    CaseParty,
    Complaint,
    Erasure,
    Notice,
    Report,
    Reporter,
    Review,
    Sanction,
    Strike,
)
from ecluse.rights.namelessness import nameless_appeals, nameless_sanctions, nameless_strikes

DAY_S: Final = 86_400
DAYS_MAX: Final = 36_500
RAN_OUT: Final = "ran out"
"""Instead of a name, once its time is over."""


class Retention(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Days for which each kind of record is kept, from its end on: an appeal's answer, a sanction's last day."""

    strikes: int = 365
    """After it expired."""
    sanctions: int = 1_095
    """After it was over."""
    appeals: int = 1_095
    """After it was answered; Art. 20 of the DSA asks for six months in which one can appeal."""
    notices: int = 365
    """After it was made."""
    reports: int = 365
    """After it was settled; one that never was, after it came."""
    reporters: int = 730
    """After the last report."""
    complaints: int = 1_095
    """After it was answered."""
    reviews: int = 1_095
    """After it was closed."""
    cases: int = 3_650
    """After it was closed, unless it is under legal hold."""
    erasures: int = 1_095
    """After it was done."""

    @classmethod
    def of(cls, settings: Iterable[str]) -> Self:
        """Read settings such as ``reports=400``. Raises InputError."""
        days: dict[str, int] = {}
        for setting in settings:
            kind, _, text = setting.partition("=")
            if kind not in cls.__struct_fields__:
                raise InputError("keep", setting, f"KIND=DAYS, of the kinds {', '.join(cls.__struct_fields__)}")
            if not text.isdecimal() or not 1 <= int(text) <= DAYS_MAX:
                raise InputError("keep", setting, f"KIND=DAYS, of 1 to {DAYS_MAX} days")
            days[kind] = int(text)
        return cls(**days)


def run_retention(session: Session, retention: Retention, *, now_s: int, who: str) -> dict[str, int]:
    """Let go what is kept no longer. Returns rows by kind; an act of the audit if there are any."""

    def before(kind: str) -> int:
        days: int = getattr(retention, kind)
        return now_s - days * DAY_S

    in_case = exists().where(CaseParty.subject_kind == Sanction.subject_kind, CaseParty.subject == Sanction.subject)
    strike_in_case = exists().where(CaseParty.subject_kind == Strike.subject_kind, CaseParty.subject == Strike.subject)
    report_in_case = exists().where(CaseParty.subject_kind == "account", CaseParty.subject == Report.subject)
    appeal_in_case = exists().where(CaseParty.subject_kind == Appeal.subject_kind, CaseParty.subject == Appeal.subject)
    gone = {
        "cases": _cases(session, before("cases")),
        "appeals": nameless_appeals(
            session, and_(Appeal.decided_s < before("appeals"), Appeal.subject != RAN_OUT, ~appeal_in_case), RAN_OUT
        ),
        "strikes": nameless_strikes(
            session, and_(Strike.expires_s < before("strikes"), Strike.subject != RAN_OUT, ~strike_in_case), RAN_OUT
        ),
        "sanctions": nameless_sanctions(
            session,
            and_(
                Sanction.status.in_(("expired", "lifted", "reversed", "dismissed")),
                Sanction.ended_s < before("sanctions"),
                Sanction.subject != RAN_OUT,
                Sanction.case_id.is_(None),
                ~in_case,
            ),
            RAN_OUT,
        ),
        "notices": _delete(session, Notice, Notice.made_s < before("notices")),
        "reports": _delete(
            session,
            Report,
            or_(
                Report.outcome_s < before("reports"),
                and_(Report.outcome_s.is_(None), Report.received_s < before("reports")),
            ),
            ~report_in_case,
        ),
        "reporters": _delete(session, Reporter, Reporter.last_s < before("reporters")),
        "reviews": _delete(session, Review, Review.closed_s < before("reviews"), Review.sanction_id.is_(None)),
        "complaints": _delete(session, Complaint, Complaint.decided_s < before("complaints")),
        "erasures": _delete(session, Erasure, Erasure.done_s < before("erasures")),
    }
    found = {kind: rows for kind, rows in gone.items() if rows}
    if found:
        append(session, at_s=now_s, who=who, act="run_retention", about="records", body=found)
    return found


def _cases(session: Session, before_s: int) -> int:
    """Closed cases, whole: parties, evidence, letters, timeline."""
    over = list(session.scalars(select(Case.id).where(Case.closed_s < before_s, Case.hold.is_(False))))
    for table in (CaseParty, CaseEvidence, CaseEntry, CaseLetter):
        session.execute(delete(table).where(table.case_id.in_(over)))
    for sanction in session.scalars(select(Sanction).where(Sanction.case_id.in_(over))):
        sanction.case_id = None
    session.flush()
    session.execute(delete(Case).where(Case.id.in_(over)))
    session.expire_all()
    return len(over)


def _delete(session: Session, table: type[Any], *conditions: Any) -> int:
    result: Any = session.execute(delete(table).where(*conditions))
    rows: int = result.rowcount
    return rows
