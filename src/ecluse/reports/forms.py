"""Reports as they come and are shown over HTTP."""

from __future__ import annotations

import msgspec

from ecluse.records.tables import Report, Review
from ecluse.reports.weight import Weight
from ecluse.wire import maybe_time_form, time_form


class ReportProposal(msgspec.Struct, forbid_unknown_fields=True):
    """A report or block. at: RFC 3339; now, unless given. source: user, trusted_flagger, authority, election_court or
    court. category: bulk, automation, scam, misinformation or other. registered_at: of the reporter. group: in which
    the reporter got what it reports, if it is a member of it: the service's word counts for that.
    """

    reporter: str
    subject: str
    kind: str = "report"
    source: str = "user"
    category: str = "other"
    at: str | None = None
    registered_at: str | None = None
    words: str | None = None
    content: str | None = None
    reporter_name: str | None = None
    city: str | None = None
    state: str | None = None
    region: str | None = None
    request: str | None = None
    group: str | None = None


class ReportForm(msgspec.Struct, frozen=True, omit_defaults=True):
    """A report as it was taken. contact: how the reporter stands to the account; outcome: absent while it is open."""

    report: int
    reporter: str
    subject: str
    kind: str
    source: str
    category: str
    received: str
    contact: str
    weight: float
    outcome: str | None = None
    outcome_at: str | None = None
    words: str | None = None


class ReportTaken(msgspec.Struct, frozen=True):
    """A report, whether it was there before, and what all reports of the account call for."""

    report: ReportForm
    known: bool
    calls: str


class WeighedForm(msgspec.Struct, frozen=True):
    """What one reporter's report weighs, and why."""

    reporter: str
    weight: float
    contact: str
    age: float
    record: float
    ring: int


class WeightForm(msgspec.Struct, frozen=True):
    """What all open reports of an account say together."""

    subject: str
    weight: float
    reporters: int
    approached: int
    calls: str
    weighed: list[WeighedForm]


class ReviewForm(msgspec.Struct, frozen=True):
    """An account that reports call a person for."""

    review: int
    subject: str
    opened: str
    calls: str
    weight: float
    reporters: int
    approached: int


class Settlement(msgspec.Struct, forbid_unknown_fields=True):
    """What became of all open reports of an account. outcome: off_topic, duplicate, not_an_account, already_banned,
    banned or no_action. unfounded: there was nothing to them, which counts against those who reported.
    """

    subject: str
    outcome: str
    note: str
    unfounded: bool = False
    sanction: int | None = None


class Settled(msgspec.Struct, frozen=True):
    """How many reports were settled."""

    subject: str
    outcome: str
    reports: int


class ReporterSuspension(msgspec.Struct, forbid_unknown_fields=True):
    """Somebody's reports are to weigh nothing until then, for they were unfounded again and again."""

    reporter: str
    until: str
    why: str


class ReporterForm(msgspec.Struct, frozen=True):
    """What is known of who reports."""

    reporter: str
    reports: int
    borne_out: int
    unfounded: int
    suspended_until: str | None


def report_form(report: Report) -> ReportForm:
    """A report as it is shown."""
    return ReportForm(
        *(report.id, report.reporter, report.subject, report.kind, report.source, report.category),
        *(time_form(report.received_s), report.details.get("contact", "none"), report.weight, report.outcome),
        maybe_time_form(report.outcome_s),
        report.words,
    )


def weight_form(subject: str, weight: Weight) -> WeightForm:
    """The weight of an account's reports as it is shown."""
    weighed = [
        WeighedForm(one.reporter, one.weight, str(one.contact), one.age, one.record, one.ring) for one in weight.weighed
    ]
    return WeightForm(subject, weight.total, weight.reporters, weight.approached, str(weight.calls), weighed)


def review_form(review: Review) -> ReviewForm:
    """A review as it is shown."""
    said = review.details
    figures = (said["calls"], said["weight"], said["reporters"], said["approached"])
    return ReviewForm(review.id, review.subject, time_form(review.opened_s), *figures)
