"""Counting: every figure from rows made for it, on SQLite and PostgreSQL; and figures that were really published."""

import csv
import io
import json

import pytest

from ecluse.errors import InputError
from ecluse.records import Records
from ecluse.records.tables import Reporter
from ecluse.transparency.counting import count_report
from ecluse.transparency.figures import Brazil, India, OfRule
from ecluse.transparency.forms import to_csv, to_json
from ecluse.transparency.period import Period
from tests.transparency.making import NOVEMBER_S, appeal, complaint, report, resting, sanction, strike

NOVEMBER = Period.of("2026-11-01", "2026-11-30")
DAY_S = 86_400
NOW_S = NOVEMBER_S + 40 * DAY_S


@pytest.fixture
def records(records_url):
    with Records(records_url, migrate=True) as found:
        yield found


def counted(records, rows, period=NOVEMBER):
    """The report of records that hold these rows."""
    with records.writing() as session:
        session.bulk_save_objects(rows)
    with records.reading() as session:
        return count_report(session, period, NOW_S)


def test_nothing_is_nothing(records):
    found = counted(records, [])
    assert (found.decisions, found.decided, found.rules, found.by_day) == (0, [], [], {})
    assert found.median_s.report_to_outcome is None
    assert found.brazil == Brazil(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, None, 0)


def test_decisions_by_what_they_are_and_only_those_of_the_period(records):
    found = counted(
        records,
        [
            *(sanction(subject="ada") for _ in range(2)),
            sanction(reports_before=3, automated_decision="partially", measure="expulsion", made_s=NOVEMBER.to_s - 1),
            sanction(status="proposed"),
            sanction(status="dismissed"),
            sanction(made_s=NOVEMBER.from_s - 1),
            sanction(made_s=NOVEMBER.to_s),
        ],
    )
    assert (found.decisions, found.accounts) == (3, 2)
    assert [(row.measure, row.automated_decision, row.found, row.decisions) for row in found.decided] == [
        ("expulsion", "partially", "after a report", 1),
        ("suspension", "fully", "before any report", 2),
    ]
    assert found.by_day == {"2026-11-01": 2, "2026-11-30": 1}
    assert found.dsa.a15_1_c_own_initiative == {"suspension": 2}


def test_a_reversal_is_an_error_of_its_rule(records):
    rows = [sanction(id=number) for number in range(1, 5)]
    rows[0].status = "reversed"
    strikes = [strike(id=1, error=True), strike(id=2), strike(id=3, rule="pace", clause="Slowly.")]
    others = [resting(rows[0], strikes[0]), appeal(rows[0], status="reversed", decided_s=NOVEMBER_S + DAY_S)]
    with records.writing() as session:
        session.add_all([*rows, *strikes])
    found = counted(records, others)
    assert found.rules == [
        OfRule("strangers-hour", "Few strangers.", 4, 1, 1, 0.25, 2, 1),
        OfRule("pace", "Slowly.", 0, 0, 0, None, 1, 0),
    ]
    assert (found.dsa.a15_1_e_fully_automated, found.dsa.a15_1_e_error_rate) == (4, 0.25)
    assert (found.appeals.received, found.appeals.reversed, found.appeals.reversal_rate) == (1, 1, 1.0)


def test_appeals_and_their_times(records):
    with records.writing() as session:
        session.add(sanction(id=1))
    of = sanction(id=1)
    found = counted(
        records,
        [
            appeal(of, status="upheld", decided_s=NOVEMBER_S + 3 * DAY_S, acknowledged_s=NOVEMBER_S + 60),
            appeal(of, status="reversed", decided_s=NOVEMBER_S + 16 * DAY_S, kind="human_review"),
            appeal(of, status="assigned", due_s=NOVEMBER_S + DAY_S, external={"outcome": "upheld"}),
            appeal(of, status="withdrawn", decided_s=NOVEMBER_S),
        ],
    ).appeals
    assert (found.received, found.appeals, found.human_reviews, found.open) == (4, 3, 1, 1)
    assert (found.upheld, found.reversed, found.withdrawn, found.late) == (1, 1, 1, 2)
    assert (found.reversal_rate, found.out_of_court) == (0.5, {"upheld": 1})
    with records.reading() as session:
        times = count_report(session, NOVEMBER, NOW_S).median_s
    assert (times.appeal_to_acknowledgement, times.appeal_to_answer) == (0.0, 3 * DAY_S)


def test_reports_by_kind_source_and_what_became_of_them(records):
    found = counted(
        records,
        [
            report(outcome="banned", outcome_s=NOVEMBER_S + 100, acknowledged_s=NOVEMBER_S + 10),
            report(kind="block", weight=0.0),
            report(source="trusted_flagger", outcome="no_action", outcome_s=NOVEMBER_S + 300),
            report(source="authority", reporter="a-ministry"),
            Reporter(reporter="x", first_s=1, last_s=1, suspended_until_s=NOVEMBER.from_s),
            Reporter(reporter="y", first_s=1, last_s=1, suspended_until_s=NOVEMBER.from_s - 1),
        ],
    )
    assert found.reports.by_source == {"authority": 1, "trusted_flagger": 1, "user": 2}
    assert found.reports.by_outcome == {"banned": 1, "no_action": 1, "open": 2}
    assert (found.reports.received, found.reports.subjects, found.reports.without_weight) == (4, 1, 1)
    assert (found.median_s.report_to_acknowledgement, found.median_s.report_to_outcome) == (10.0, 200.0)
    assert (found.dsa.a15_1_a_orders, found.dsa.a15_1_b_notices) == (1, {"trusted_flagger": 1, "user": 2})
    assert (found.dsa.a15_1_b_notices_acted_on, found.dsa.a24_1_b_reporters_suspended) == (1, 1)


def test_the_time_from_the_first_refusal_to_the_decision(records):
    with records.writing() as session:
        session.add_all([sanction(id=1, made_s=NOVEMBER_S + 500), strike(id=1, first_s=NOVEMBER_S), strike(id=2)])
    found = counted(records, [resting(sanction(id=1), strike(id=number)) for number in (1, 2)])
    assert found.median_s.first_refusal_to_decision == 500.0


INDIA_SEPTEMBER_2023 = {"support": 1_031, "ban_appeal": 7_396, "other": 1_518, "product": 370, "safety": 127}


def test_indias_report_of_september_2023_has_a_place_for_every_figure(records):
    """Complaints as they were; 7,111,000 bans, of which 2,571,000 before any report, a thousandth of each."""
    unresolved = INDIA_SEPTEMBER_2023 | {"ban_appeal": 7_396 - 85}
    acted_on = {"kind": "ban_appeal", "status": "answered"}
    found = counted(
        records,
        [
            *(sanction(region="IN", reports_before=0) for _ in range(2_571)),
            *(sanction(region="IN-MH", reports_before=1) for _ in range(7_111 - 2_571)),
            *(sanction(region="ID") for _ in range(5)),
            *(complaint(kind=kind) for kind, times in unresolved.items() for _ in range(times)),
            *(complaint(**acted_on, actioned="restored", decided_s=NOVEMBER_S + DAY_S) for _ in range(79)),
            *(complaint(**acted_on, actioned="banned", appellate_order=True) for _ in range(6)),
        ],
    ).india
    assert found == India(
        banned=7_111,
        before_any_complaint=2_571,
        complaints=dict(sorted(INDIA_SEPTEMBER_2023.items())),
        actioned={"ban_appeal": 85},
        complaints_in_all=10_442,
        actioned_in_all=85,
        appellate_orders=6,
        appellate_orders_obeyed=6,
        acknowledged_within_24_h=0,
        resolved_within_15_days=79,
    )


def test_an_appeal_of_india_is_a_complaint_unless_it_was_filed_as_one_too(records):
    with records.writing() as session:
        session.add_all([sanction(id=1, region="IN"), sanction(id=2, region="BR")])
        session.flush()
        here = {"acknowledged_s": NOVEMBER_S, "decided_s": NOVEMBER_S + DAY_S}
        session.add_all(
            [
                appeal(sanction(id=1), id=1, status="reversed", **here),
                appeal(sanction(id=1), id=2, status="upheld", **here),
                appeal(sanction(id=2), id=3, status="reversed", **here),
            ]
        )
    found = counted(records, [complaint(kind="ban_appeal", appeal_id=2), complaint(kind="safety")]).india
    assert (found.complaints, found.actioned) == ({"ban_appeal": 2, "safety": 1}, {"ban_appeal": 1})
    assert (found.complaints_in_all, found.acknowledged_within_24_h, found.resolved_within_15_days) == (3, 1, 1)


def test_brazils_funnel_of_2020_has_a_place_for_every_figure(records):
    """5,180 received, 199 off topic, 4,981 passed on, 3,527 valid, 1,042 banned (29.5 %), 63 % of them before."""
    outcomes = {"off_topic": 199, "duplicate": 1_200, "not_an_account": 254, "already_banned": 656, "banned": 386}
    outcomes["no_action"] = 3_527 - 1_042
    court = {"source": "election_court", "region": "BR"}
    found = counted(
        records,
        [
            *(report(**court, outcome=word) for word, times in outcomes.items() for _ in range(times)),
            *(sanction(region="BR") for _ in range(360)),
            sanction(region="BR", found_by="election_court"),
        ],
    ).brazil
    assert (found.received, found.off_topic, found.passed_on, found.valid) == (5_180, 199, 4_981, 3_527)
    assert found.already_banned + found.banned_now == 1_042
    assert round(found.banned_share, 3) == 0.295
    assert round(found.already_banned / 1_042, 2) == 0.63
    assert (found.no_action, found.open, found.banned_besides) == (2_485, 0, 360)


def test_csv_and_json_hold_the_same_figures(records):
    found = counted(records, [sanction(region="IN"), report(), complaint()])
    rows = list(csv.DictReader(io.StringIO(to_csv(found))))
    document = json.loads(to_json(found))
    by = {(row["section"], row["figure"], row["of"]): row["value"] for row in rows}
    assert by["india", "banned", ""] == str(document["india"]["banned"]) == "1"
    assert by["india", "complaints", "support"] == str(document["india"]["complaints"]["support"])
    assert by["rules", "decisions", "rule=strangers-hour"] == str(document["rules"][0]["decisions"])
    assert by["by_day", "decisions", "2026-11-01"] == "1"
    assert by["median_s", "report_to_outcome", ""] == ""
    assert len(by) == len(rows)


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        ("2026-11-31", "2026-12-01", "from"),
        ("2026-11-01", "soon", "to"),
        ("2026-11-02", "2026-11-01", "to"),
        ("1999-01-01", "2026-01-01", "from"),
    ],
)
def test_a_period_is_of_whole_days_in_order(first, last, field):
    with pytest.raises(InputError) as refused:
        Period.of(first, last)
    assert refused.value.field == field
