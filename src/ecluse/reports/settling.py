"""Settling reports: what became of them, and what that says of those who reported.

Functions within a transaction of ``Records.writing``; time is an argument.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from ecluse.errors import InputError
from ecluse.records.audit import append
from ecluse.records.tables import Report, Reporter, Review, Sanction
from ecluse.reports.intake import CAUSE, Outcome
from ecluse.sanctions.people import checked

SUSPENDED_S_MAX: Final = 365 * 86_400
"""Seconds for which a reporter's reports may weigh nothing."""
BORNE_OUT: Final = (Outcome.BANNED, Outcome.ALREADY_BANNED)


def settle_reports(
    session: Session,
    subject: str,
    outcome: str,
    *,
    note: str,
    now_s: int,
    who: str,
    unfounded: bool = False,
    sanction_id: int | None = None,
) -> list[Report]:
    """Say what became of all open reports of an account, and close its review. Returns the reports. Raises InputError.

    unfounded: a person found that there was nothing to them, which counts against those who reported; reports of which
    nothing came otherwise count neither way. Reports that led to a ban are borne out.
    """
    try:
        what = Outcome(outcome)
    except ValueError:
        raise InputError("outcome", outcome, f"one of {', '.join(Outcome)}") from None
    if unfounded and what in BORNE_OUT:
        raise InputError("unfounded", unfounded, f"false: {what.replace('_', ' ')} bears a report out")
    if sanction_id is not None and session.get(Sanction, sanction_id) is None:
        raise InputError("sanction", sanction_id, "the number of a sanction")
    note = checked("note", note)
    reports = list(
        session.scalars(select(Report).where(Report.subject == subject, Report.outcome.is_(None)).order_by(Report.id))
    )
    _count(session, {report.reporter for report in reports}, borne_out=what in BORNE_OUT, unfounded=unfounded)
    for report in reports:
        report.outcome, report.outcome_s, report.sanction_id = what, now_s, sanction_id
    review = _close(session, subject, what, note, now_s, who)
    if reports or review:
        body = {"outcome": what, "reports": len(reports), "unfounded": unfounded, "review": review}
        about = f"review {review}" if review else f"report {reports[0].id}"
        append(session, at_s=now_s, who=who, act="settle_reports", about=about, body=body)
    return reports


def suspend_reporter(session: Session, reporter: str, until_s: int, *, why: str, now_s: int, who: str) -> Reporter:
    """Let somebody's reports weigh nothing for a time: who reports what is unfounded, again and again (DSA, Art. 23).

    Raises InputError. The reporter is to be told why; the audit names only the number of its last report.
    """
    found = session.get(Reporter, checked("reporter", reporter))
    if found is None:
        raise InputError("reporter", reporter, "somebody who reported")
    if not now_s <= until_s <= now_s + SUSPENDED_S_MAX:
        raise InputError("until_s", until_s, f"within {SUSPENDED_S_MAX // 86_400} days from now")
    found.suspended_until_s = until_s
    last = session.scalars(
        select(Report.id).where(Report.reporter == reporter).order_by(Report.id.desc()).limit(1)
    ).first()
    body = {"until_s": until_s, "why": checked("why", why)}
    append(session, at_s=now_s, who=who, act="suspend_reporter", about=f"reporter of report {last}", body=body)
    return found


def open_reviews(session: Session, limit: int = 100) -> Sequence[Review]:
    """Accounts that reports call a person for: those that come first, first; the oldest of each before."""
    found = session.scalars(select(Review).where(Review.cause == CAUSE, Review.closed_s.is_(None)))
    return sorted(found, key=lambda review: (review.details["calls"] != "review_first", review.id))[:limit]


def _count(session: Session, reporters: set[str], *, borne_out: bool, unfounded: bool) -> None:
    for name in sorted(reporters):
        reporter = session.get(Reporter, name)
        if reporter is not None:
            reporter.borne_out += borne_out
            reporter.unfounded += unfounded


def _close(session: Session, subject: str, outcome: Outcome, note: str, now_s: int, who: str) -> int | None:
    review = session.scalars(
        select(Review).where(
            Review.subject_kind == "account",
            Review.subject == subject,
            Review.cause == CAUSE,
            Review.closed_s.is_(None),
        )
    ).first()
    if review is None:
        return None
    review.reviewer, review.began_s, review.closed_s, review.note = who, review.began_s or now_s, now_s, note
    review.outcome = "changed" if outcome is Outcome.BANNED else "upheld"
    return review.id
