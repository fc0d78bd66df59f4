"""Counting a transparency report from the records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, Final, TypeVar

import numpy as np
from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from ecluse.records.tables import (
    Appeal,
    Complaint,
    Report,
    Reporter,
    Review,
    Sanction,
    SanctionStrike,
    Statement,
    Strike,
)
from ecluse.transparency.figures import (
    Appeals,
    Brazil,
    Decided,
    Dsa,
    India,
    OfRule,
    Reports,
    Times,
    TransparencyReport,
)
from ecluse.transparency.period import DAY_S, Period
from ecluse.wire import time_form

DECIDED: Final = ("announced", "in_force", "expired", "lifted", "reversed")
"""States of a sanction that is a decision."""
BAN_APPEAL: Final = "ban_appeal"
"""The kind of complaint that an appeal is, where it was not filed as one as well."""
BANS: Final = ("suspension", "expulsion")
ORDERS: Final = ("authority", "court", "election_court")
OWN_INITIATIVE: Final = ("gate", "person")
ACKNOWLEDGED_S: Final = DAY_S
RESOLVED_S: Final = 15 * DAY_S

Value = TypeVar("Value", int, str)
Column = InstrumentedAttribute[Any] | ColumnElement[Any]


def count_report(session: Session, period: Period, now_s: int) -> TransparencyReport:
    """Count what the records of a period hold, as they stand at ``now_s``. Cost: near 1 s a million rows."""
    decided = _decided(session, period)
    fall: Appeals = _appeals(session, period)
    reports = _reports(session, period)
    times = _times(session, period)
    return TransparencyReport(
        first=str(period.first),
        last=str(period.last),
        made_at=time_form(now_s),
        decisions=sum(row.decisions for row in decided),
        accounts=_one(session, select(func.count(Sanction.subject.distinct())).where(_made(period))),
        decided=decided,
        by_day=_by_day(session, period),
        rules=_rules(session, period),
        appeals=fall,
        reports=reports,
        median_s=times,
        dsa=_dsa(session, period, fall, reports, times),
        india=_india(session, period),
        brazil=_brazil(session, period),
    )


def _within(column: Column, period: Period) -> ColumnElement[bool]:
    return and_(column >= period.from_s, column < period.to_s)


def _made(period: Period) -> ColumnElement[bool]:
    """Sanctions that are decisions of the period."""
    return and_(Sanction.status.in_(DECIDED), _within(Sanction.made_s, period))


def _one(session: Session, counting: Select[int]) -> int:
    return session.scalar(counting) or 0


def _counts(session: Session, column: Column, condition: ColumnElement[bool]) -> dict[str, int]:
    """Rows by what a column holds, in its order; where it holds nothing: ``open``."""
    rows = session.execute(select(column, func.count()).where(condition).group_by(column)).all()
    return dict(sorted((str(value) if value is not None else "open", count) for value, count in rows))


def _median(values: Iterable[int | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.median(known)) if known else None


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _decided(session: Session, period: Period) -> list[Decided]:
    columns = (
        *(Sanction.measure, Sanction.rule, Sanction.clause, Sanction.terms, Sanction.subject_kind),
        *(Sanction.account_type, Sanction.automated_detection, Sanction.automated_decision),
        (Sanction.reports_before > 0).label("after"),
    )
    rows = session.execute(select(*columns, func.count()).where(_made(period)).group_by(*columns)).all()
    found = [Decided(*row[:6], bool(row[6]), row[7], _found(bool(row[8])), row[9]) for row in rows]
    return sorted(found, key=lambda row: tuple(map(str, _order(row))))


def _order(row: Decided) -> tuple[object, ...]:
    """The values of a row but the count, by which rows are put in order."""
    return tuple(getattr(row, field) for field in row.__struct_fields__[:-1])


def _found(after: bool) -> str:
    return "after a report" if after else "before any report"


def _by_day(session: Session, period: Period) -> dict[str, int]:
    day = ((Sanction.made_s - period.from_s) // DAY_S).label("day")
    days = period.days
    rows = session.execute(select(day, func.count()).where(_made(period)).group_by(day)).all()
    return {days[int(number)]: count for number, count in sorted(rows)}


def _rules(session: Session, period: Period) -> list[OfRule]:
    rows = session.execute(
        select(Sanction.rule, func.max(Sanction.clause), func.count()).where(_made(period)).group_by(Sanction.rule)
    ).all()
    wrong = _by_rule(session, select(Sanction.rule, func.count()).where(_made(period), Sanction.status == "reversed"))
    appealed = _by_rule(
        session,
        select(Sanction.rule, func.count(Sanction.id.distinct()))
        .join(Appeal, Appeal.sanction_id == Sanction.id)
        .where(_made(period)),
    )
    given = _within(Strike.at_s, period)
    strikes = _pairs(session, select(Strike.rule, func.count()).where(given).group_by(Strike.rule))
    undone = select(Strike.rule, func.count()).where(given, Strike.error.is_(True)).group_by(Strike.rule)
    strikes_wrong = _pairs(session, undone)
    clauses = _pairs(session, select(Strike.rule, func.max(Strike.clause)).where(given).group_by(Strike.rule))
    decisions = {rule: (clause, count) for rule, clause, count in rows}
    found = []
    for rule in sorted({*decisions, *strikes}):
        clause, count = decisions.get(rule, (clauses.get(rule, ""), 0))
        bad = wrong.get(rule, 0)
        found.append(
            OfRule(
                *(rule, clause, count, appealed.get(rule, 0), bad, _share(bad, count)),
                *(strikes.get(rule, 0), strikes_wrong.get(rule, 0)),
            )
        )
    return sorted(found, key=lambda row: (-row.decisions, row.rule))


def _by_rule(session: Session, counting: Select[str, int]) -> dict[str, int]:
    return _pairs(session, counting.group_by(Sanction.rule))


def _pairs(session: Session, query: Select[str, Value]) -> dict[str, Value]:
    return {key: value for key, value in session.execute(query).all()}  # noqa: C416


def _appeals(session: Session, period: Period) -> Appeals:
    received = _within(Appeal.received_s, period)
    by = _counts(session, Appeal.status, received)
    kinds = _counts(session, Appeal.kind, received)
    late = or_(Appeal.decided_s > Appeal.due_s, and_(Appeal.decided_s.is_(None), Appeal.due_s < period.to_s))
    decided = by.get("upheld", 0) + by.get("reversed", 0)
    outside = session.scalars(select(Appeal.external).where(received)).all()
    return Appeals(
        received=sum(by.values()),
        appeals=kinds.get("appeal", 0),
        human_reviews=kinds.get("human_review", 0),
        open=by.get("open", 0) + by.get("assigned", 0),
        upheld=by.get("upheld", 0),
        reversed=by.get("reversed", 0),
        withdrawn=by.get("withdrawn", 0),
        late=_one(session, select(func.count()).select_from(Appeal).where(received, late)),
        reversal_rate=_share(by.get("reversed", 0), decided),
        out_of_court=dict(sorted(Counter(str(one.get("outcome", "open")) for one in outside if one).items())),
    )


def _reports(session: Session, period: Period) -> Reports:
    received = _within(Report.received_s, period)
    counting = select(func.count(), func.count(Report.reporter.distinct()), func.count(Report.subject.distinct()))
    reports, reporters, subjects = session.execute(counting.where(received)).one()
    return Reports(
        received=reports,
        reporters=reporters,
        subjects=subjects,
        by_kind=_counts(session, Report.kind, received),
        by_source=_counts(session, Report.source, received),
        by_category=_counts(session, Report.category, received),
        by_outcome=_counts(session, Report.outcome, received),
        without_weight=_one(session, select(func.count()).select_from(Report).where(received, Report.weight == 0.0)),
    )


def _times(session: Session, period: Period) -> Times:
    first = (
        select((Sanction.made_s - func.min(Strike.first_s)).label("took"))
        .join(SanctionStrike, SanctionStrike.sanction_id == Sanction.id)
        .join(Strike, Strike.id == SanctionStrike.strike_id)
        .where(_made(period))
        .group_by(Sanction.id, Sanction.made_s)
    )

    def took(begin: Column, end: Column) -> float | None:
        return _median(session.scalars(select(end - begin).where(_within(begin, period), end.is_not(None))))

    return Times(
        first_refusal_to_decision=_median(session.scalars(first)),
        report_to_acknowledgement=took(Report.received_s, Report.acknowledged_s),
        report_to_outcome=took(Report.received_s, Report.outcome_s),
        appeal_to_acknowledgement=took(Appeal.received_s, Appeal.acknowledged_s),
        appeal_to_answer=took(Appeal.received_s, Appeal.decided_s),
        complaint_to_answer=took(Complaint.received_s, Complaint.decided_s),
        review=took(Review.opened_s, Review.closed_s),
    )


def _dsa(session: Session, period: Period, fall: Appeals, reports: Reports, times: Times) -> Dsa:
    received, made = _within(Report.received_s, period), _made(period)
    fully = and_(made, Sanction.automated_decision == "fully")
    automated = _one(session, select(func.count()).select_from(Sanction).where(fully))
    wrong = _one(session, select(func.count()).select_from(Sanction).where(fully, Sanction.status == "reversed"))
    notices = and_(received, Report.source.not_in(ORDERS))
    statements = _within(Statement.made_s, period)
    return Dsa(
        a15_1_a_orders=sum(count for source, count in reports.by_source.items() if source in ORDERS),
        a15_1_b_notices={source: count for source, count in reports.by_source.items() if source not in ORDERS},
        a15_1_b_notices_acted_on=_one(
            session, select(func.count()).select_from(Report).where(notices, Report.outcome == "banned")
        ),
        a15_1_b_median_s=times.report_to_outcome,
        a15_1_c_own_initiative=_counts(
            session, Sanction.measure, and_(made, Sanction.found_by.in_(OWN_INITIATIVE), Sanction.reports_before == 0)
        ),
        a15_1_d_complaints=fall.received,
        a15_1_d_upheld=fall.upheld,
        a15_1_d_reversed=fall.reversed,
        a15_1_d_median_s=times.appeal_to_answer,
        a15_1_e_fully_automated=automated,
        a15_1_e_reversed=wrong,
        a15_1_e_error_rate=_share(wrong, automated),
        a17_statements=_one(session, select(func.count()).select_from(Statement).where(statements)),
        a24_1_a_disputes=fall.out_of_court,
        a24_1_b_reporters_suspended=_one(
            session,
            select(func.count()).select_from(Reporter).where(Reporter.suspended_until_s >= period.from_s),
        ),
        a24_5_submitted=_one(
            session, select(func.count()).select_from(Statement).where(_within(Statement.submitted_s, period))
        ),
    )


def _of_region(column: Column, country: str) -> ColumnElement[bool]:
    return or_(column == country, column.like(f"{country}-%"))


def _bans(period: Period, country: str) -> Select[int]:
    """Accounts of a country that were banned in the period."""
    return select(func.count(Sanction.subject.distinct())).where(
        _made(period),
        Sanction.measure.in_(BANS),
        Sanction.subject_kind == "account",
        _of_region(Sanction.region, country),
    )


def _add(counts: dict[str, int], key: str, more: int) -> None:
    if more:
        counts[key] = counts.get(key, 0) + more


def _india(session: Session, period: Period) -> India:
    received = and_(_within(Complaint.received_s, period), _of_region(Complaint.region, "IN"))
    complaints = _counts(session, Complaint.kind, received)
    actioned = _counts(session, Complaint.kind, and_(received, Complaint.actioned.is_not(None)))
    appeals = (
        select(func.count())
        .select_from(Appeal)
        .join(Sanction, Sanction.id == Appeal.sanction_id)
        .where(
            _within(Appeal.received_s, period),
            _of_region(Sanction.region, "IN"),
            Appeal.id.not_in(select(Complaint.appeal_id).where(Complaint.appeal_id.is_not(None))),
        )
    )
    _add(complaints, BAN_APPEAL, _one(session, appeals))
    _add(actioned, BAN_APPEAL, _one(session, appeals.where(Appeal.status == "reversed")))
    on_time = _one(session, appeals.where(Appeal.acknowledged_s <= Appeal.received_s + ACKNOWLEDGED_S))
    resolved = _one(session, appeals.where(Appeal.decided_s <= Appeal.received_s + RESOLVED_S))
    ordered = and_(received, Complaint.appellate_order.is_(True))

    def count(*conditions: ColumnElement[bool]) -> int:
        return _one(session, select(func.count()).select_from(Complaint).where(*conditions))

    return India(
        banned=_one(session, _bans(period, "IN")),
        before_any_complaint=_one(session, _bans(period, "IN").where(Sanction.reports_before == 0)),
        complaints=complaints,
        actioned=actioned,
        complaints_in_all=sum(complaints.values()),
        actioned_in_all=sum(actioned.values()),
        appellate_orders=count(ordered),
        appellate_orders_obeyed=count(ordered, Complaint.status == "answered"),
        acknowledged_within_24_h=on_time
        + count(received, Complaint.acknowledged_s <= Complaint.received_s + ACKNOWLEDGED_S),
        resolved_within_15_days=resolved + count(received, Complaint.decided_s <= Complaint.received_s + RESOLVED_S),
    )


def _brazil(session: Session, period: Period) -> Brazil:
    by = _counts(session, Report.outcome, and_(_within(Report.received_s, period), Report.source == "election_court"))
    received = sum(by.values())
    passed_on = received - by.get("off_topic", 0)
    valid = passed_on - by.get("duplicate", 0) - by.get("not_an_account", 0)
    already, now = by.get("already_banned", 0), by.get("banned", 0)
    return Brazil(
        received=received,
        off_topic=by.get("off_topic", 0),
        passed_on=passed_on,
        duplicates=by.get("duplicate", 0),
        not_an_account=by.get("not_an_account", 0),
        valid=valid,
        already_banned=already,
        banned_now=now,
        no_action=by.get("no_action", 0),
        open=by.get("open", 0),
        banned_share=_share(already + now, valid),
        banned_besides=_one(session, _bans(period, "BR").where(Sanction.found_by.not_in(ORDERS))),
    )
