"""Taking reports and blocks into the records: weighed, said once, and a person called if there is cause.

Functions within a transaction of ``Records.writing``; time is an argument.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from enum import StrEnum
from typing import Any, Final, NamedTuple

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from ecluse.errors import InputError
from ecluse.events.regions import EXPECTED_REGION, is_region
from ecluse.records.audit import append
from ecluse.records.tables import Report, Reporter, Review, Sanction
from ecluse.reports.contact import Contact
from ecluse.reports.weight import (
    CALLS_REPORTERS,
    CALLS_WEIGHT,
    GROUP_MAX,
    WINDOW_S,
    Calls,
    Reported,
    Standing,
    Weight,
    weigh,
    weight_of,
)
from ecluse.sanctions.people import ID_CHARACTERS_MAX, checked

CAUSE: Final = "reports"
"""Cause of the review that reports call for."""
REPORTERS_MAX: Final = 10_000
"""Reporters of an account that are weighed; the newest."""
IN_A_QUERY: Final = 500
BANS: Final = ("suspension", "expulsion")


class ReportKind(StrEnum):
    """What was done."""

    REPORT = "report"
    BLOCK = "block"


class Source(StrEnum):
    """Who reports."""

    USER = "user"
    TRUSTED_FLAGGER = "trusted_flagger"
    AUTHORITY = "authority"
    ELECTION_COURT = "election_court"
    COURT = "court"


class About(StrEnum):
    """What is reported."""

    BULK = "bulk"
    AUTOMATION = "automation"
    SCAM = "scam"
    MISINFORMATION = "misinformation"
    OTHER = "other"


class Outcome(StrEnum):
    """What became of a report."""

    OFF_TOPIC = "off_topic"
    DUPLICATE = "duplicate"
    NOT_AN_ACCOUNT = "not_an_account"
    ALREADY_BANNED = "already_banned"
    BANNED = "banned"
    NO_ACTION = "no_action"


class Received(NamedTuple):
    """A report as it comes in. known_since_s: when the reporter registered, if anybody knows.

    The fields from words on are those of a form of Brazil's electoral court. request: the caller's own id.
    """

    reporter: str
    subject: str
    at_s: int
    kind: str = ReportKind.REPORT
    source: str = Source.USER
    category: str = About.OTHER
    known_since_s: int | None = None
    words: str | None = None
    content: str | None = None
    reporter_name: str | None = None
    city: str | None = None
    state: str | None = None
    region: str | None = None
    request: str | None = None
    group: str | None = None
    """The keyed hash of the group in which a member got what it reports."""


class Taken(NamedTuple):
    """What came of a report: its row, whether it was there before, and what all reports of its subject call for."""

    report: Report
    known: bool
    calls: Calls


def take_report(session: Session, received: Received, contact: Contact, *, now_s: int, who: str) -> Taken:
    """Take a report. contact: by the ledgers, see ``contact_of``. Raises InputError.

    The same report (by its ``request``, or else by all of its fields) is taken once. One about an account that is
    banned already, and a second one by the same reporter within 30 days, are kept with that outcome.
    """
    fields = _checked(received)
    known = session.scalars(
        select(Report).where(
            Report.reporter == fields["reporter"],
            Report.subject == fields["subject"],
            Report.kind == fields["kind"],
            Report.request == fields["request"],
        )
    ).one_or_none()
    if known is not None:
        return Taken(known, True, Calls.NOTHING)
    reporter = _reporter(session, received, now_s)
    group = (received.group or "") if contact is Contact.GROUP else ""
    weight, _, _ = weigh(Reported(standing_of(reporter), contact, received.at_s, fields["kind"], group))
    outcome = _outcome_at_once(session, received, now_s)
    report = Report(
        **fields,
        received_s=now_s,
        subject_wrote_first=contact is Contact.APPROACHED,
        weight=weight,
        acknowledged_s=now_s,
        outcome=outcome,
        outcome_s=None if outcome is None else now_s,
        details={"contact": str(contact), **({"group": group} if group else {})},
    )
    session.add(report)
    session.flush()
    body = {"kind": report.kind, "source": report.source, "weight": weight}
    append(session, at_s=now_s, who=who, act="take_report", about=f"report {report.id}", body=body)
    return Taken(report, False, Calls.NOTHING if outcome else _call(session, report, now_s, who))


def standing_of(reporter: Reporter) -> Standing:
    """What is known of a reporter."""
    return Standing(reporter.known_since_s, reporter.borne_out, reporter.unfounded, reporter.suspended_until_s)


def weight_about(session: Session, subject: str, now_s: int) -> Weight:
    """What all open reports of an account, of the last 30 days, say together. Cost: near 20 µs a report."""
    columns = (Report.reporter, Report.kind, Report.at_s, Report.details)
    rows = session.execute(
        select(*columns)
        .where(Report.subject == subject, Report.outcome.is_(None), Report.received_s > now_s - WINDOW_S)
        .order_by(Report.id.desc())
        .limit(REPORTERS_MAX)
    ).all()
    people = list(dict.fromkeys(row.reporter for row in rows))
    standing = _standing_of(session, people)
    reports: dict[str, Reported] = {}
    for reporter, kind, at_s, details in rows:
        contact, group = Contact(details.get("contact", Contact.NONE)), details.get("group", "")
        one = Reported(standing.get(reporter, Standing()), contact, at_s, kind, group)
        if reporter not in reports or weigh(one)[0] > weigh(reports[reporter])[0]:
            reports[reporter] = one
    return weight_of(reports, _unproven(session, people, subject))


def most_about(session: Session, subject: str, now_s: int) -> float:
    """What all of them may weigh at the most: 1 for each whom it approached, ``GROUP_MAX`` for each group.

    Counted by the database in near a microsecond a report, so that a mob does not have all of itself weighed anew with
    each of its members.
    """
    contact, group = Report.details["contact"].as_string(), Report.details["group"].as_string()
    approached = case((contact == Contact.APPROACHED, Report.reporter))
    of_group = case((contact == Contact.GROUP, func.coalesce(group, "")))
    counted = select(func.count(approached.distinct()), func.count(of_group.distinct())).where(
        Report.subject == subject, Report.outcome.is_(None), Report.received_s > now_s - WINDOW_S
    )
    people, groups = session.execute(counted).one()
    return float(people + GROUP_MAX * groups)


def _checked(received: Received) -> dict[str, Any]:
    """The fields of a report that came from outside, but for what is worked out. Raises InputError."""
    fields: dict[str, Any] = received._asdict()
    del fields["known_since_s"], fields["group"]
    for field in ("reporter", "subject"):
        fields[field] = checked(field, fields[field], ID_CHARACTERS_MAX)
    if received.reporter == received.subject:
        raise InputError("subject", received.subject, "somebody else than the reporter")
    for field, words in (("kind", ReportKind), ("source", Source), ("category", About)):
        try:
            fields[field] = words(fields[field])
        except ValueError:
            raise InputError(field, fields[field], f"one of {', '.join(words)}") from None
    for field, most in (("words", 20_000), ("content", 20_000), ("reporter_name", 200), ("city", 200), ("state", 200)):
        if fields[field] is not None:
            fields[field] = checked(field, fields[field], most)
    if received.region is not None and not is_region(received.region):
        raise InputError("region", received.region, EXPECTED_REGION)
    if received.request is not None:
        fields["request"] = checked("request", received.request, 200)
    else:
        told = "\0".join(str(value) for value in received[: -1 if received.group is None else None])
        fields["request"] = hashlib.sha256(told.encode()).hexdigest()
    return fields


def _reporter(session: Session, received: Received, now_s: int) -> Reporter:
    """The row of who reports, made if it is the first time."""
    found = session.get(Reporter, received.reporter)
    if found is None:
        found = Reporter(reporter=received.reporter, first_s=now_s, last_s=now_s, reports=0, borne_out=0, unfounded=0)
        session.add(found)
    found.last_s, found.reports = now_s, found.reports + 1
    if received.known_since_s is not None:
        found.known_since_s = received.known_since_s
    return found


def _outcome_at_once(session: Session, received: Received, now_s: int) -> Outcome | None:
    """What is clear without anybody looking."""
    same = select(Report.id).where(Report.subject == received.subject, Report.received_s > now_s - WINDOW_S)
    if received.source == Source.USER:
        same = same.where(Report.reporter == received.reporter, Report.kind == received.kind)
    else:
        same = same.where(Report.source == received.source)
    if session.scalars(same.limit(1)).first() is not None:
        return Outcome.DUPLICATE
    banned = select(Sanction.id).where(
        Sanction.subject_kind == "account",
        Sanction.subject == received.subject,
        Sanction.measure.in_(BANS),
        Sanction.status == "in_force",
    )
    return None if session.scalars(banned.limit(1)).first() is None else Outcome.ALREADY_BANNED


def _call(session: Session, report: Report, now_s: int, who: str) -> Calls:
    """Open a review if the reports of an account call for one, or let one that is open come first."""
    review = session.scalars(
        select(Review).where(
            Review.subject_kind == "account",
            Review.subject == report.subject,
            Review.cause == CAUSE,
            Review.closed_s.is_(None),
        )
    ).first()
    before = Calls.NOTHING if review is None else Calls(review.details["calls"])
    if before is Calls.REVIEW_FIRST or (report.weight == 0.0 and (review is not None or _few(session, report.subject))):
        return before
    if before is Calls.REVIEW and most_about(session, report.subject, now_s) < CALLS_WEIGHT:
        return before
    found = weight_about(session, report.subject, now_s)
    if found.calls in (Calls.NOTHING, before):
        return before
    said = {
        "calls": str(found.calls),
        "weight": found.total,
        "reporters": found.reporters,
        "approached": found.approached,
    }
    if review is None:
        review = Review(
            subject_kind="account", subject=report.subject, cause=CAUSE, opened_s=now_s, seen=[], details=said
        )
        session.add(review)
        session.flush()
    review.details = said
    append(session, at_s=now_s, who=who, act="call_review", about=f"review {review.id}", body=said)
    return found.calls


def _few(session: Session, subject: str) -> bool:
    """Whether fewer people reported an account than call a person, whatever they weigh."""
    counted = select(func.count(Report.reporter.distinct())).where(Report.subject == subject, Report.outcome.is_(None))
    return (session.scalar(counted) or 0) < CALLS_REPORTERS


def _standing_of(session: Session, people: list[str]) -> dict[str, Standing]:
    found = {}
    for start in range(0, len(people), IN_A_QUERY):
        some = people[start : start + IN_A_QUERY]
        for row in session.scalars(select(Reporter).where(Reporter.reporter.in_(some))):
            found[row.reporter] = standing_of(row)
    return found


def _unproven(session: Session, people: list[str], but: str) -> dict[str, list[str]]:
    """The other accounts that each of ``people`` reported and nothing was borne out of, the latest first."""
    found: dict[str, list[str]] = defaultdict(list)
    for start in range(0, len(people), IN_A_QUERY):
        some = people[start : start + IN_A_QUERY]
        rows = select(Report.reporter, Report.subject).where(
            Report.reporter.in_(some),
            Report.subject != but,
            func.coalesce(Report.outcome, "").not_in((Outcome.BANNED, Outcome.ALREADY_BANNED)),
        )
        for reporter, subject in session.execute(rows.order_by(Report.id.desc()).limit(REPORTERS_MAX)).all():
            found[reporter].append(subject)
    return found
