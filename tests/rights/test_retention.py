"""Retention by kind of record, on SQLite and PostgreSQL."""

import pytest
from sqlalchemy import select

from ecluse.cases.case import add_party, open_case, set_hold, set_status
from ecluse.cases.evidence import add_evidence
from ecluse.errors import InputError
from ecluse.records import Records
from ecluse.records.audit import verify
from ecluse.records.tables import AuditRow, Case, CaseEvidence, Report, Reporter, Sanction, Strike
from ecluse.rights.retention import Retention, run_retention
from ecluse.terms import load_terms
from tests.transparency.making import NOVEMBER_S, appeal, report, sanction, strike

DAY_S = 86_400
KEEP = Retention.of(f"{kind}=10" for kind in Retention.__struct_fields__)


@pytest.fixture
def records(records_url):
    with Records(records_url, migrate=True) as found:
        yield found


def run(records, days):
    with records.writing() as session:
        return run_retention(session, KEEP, now_s=NOVEMBER_S + int(days * DAY_S), who="clerk")


def test_each_kind_goes_after_its_days_and_not_before(records):
    with records.writing() as session:
        session.add_all(
            [
                sanction(id=1, subject="ada", status="expired", ended_s=NOVEMBER_S),
                sanction(id=2, subject="ada", status="in_force"),
                strike(id=1, subject="ada", expires_s=NOVEMBER_S, events=["e"]),
                report(subject="ada", outcome="no_action", outcome_s=NOVEMBER_S),
                report(subject="ada", received_s=NOVEMBER_S + 5 * DAY_S),
                Reporter(reporter="bob", first_s=1, last_s=NOVEMBER_S),
            ]
        )
        session.flush()
        session.add(appeal(sanction(id=1, subject="ada"), status="upheld", decided_s=NOVEMBER_S))
    assert run(records, 10) == {}
    assert run(records, 10.1) == {"appeals": 1, "strikes": 1, "sanctions": 1, "reports": 1, "reporters": 1}
    assert run(records, 10.2) == {}
    with records.reading() as session:
        assert [row.subject for row in session.scalars(select(Sanction).order_by(Sanction.id))] == ["ran out", "ada"]
        assert session.scalars(select(Strike.events)).one() == []
        assert len(session.scalars(select(Report)).all()) == 1
        assert session.scalars(select(AuditRow.act)).all() == ["run_retention"]
        assert verify(session) == []


def test_nothing_of_a_case_runs_out_before_the_case_does(records):
    by = {"at_s": NOVEMBER_S, "who": "person"}
    with records.writing() as session:
        case = open_case(session, title="t", summary="s", terms=load_terms("starter"), **by)
        add_party(session, case, role="respondent", name="A", subject_kind="account", subject="ada", **by)
        text = {"kind": "claim", "title": "t", "text": "x", "found_by": "b", "found_s": 1}
        add_evidence(session, case, origin="outside", **text, **by)
        session.add_all(
            [
                sanction(id=1, subject="ada", status="expired", ended_s=NOVEMBER_S, case_id=case.id),
                strike(subject="ada", expires_s=NOVEMBER_S),
                report(subject="ada", outcome="banned", outcome_s=NOVEMBER_S),
            ]
        )
    assert run(records, 1_000) == {}
    with records.writing() as session:
        set_hold(session, session.get(Case, 1), True, **by)
        set_status(session, session.get(Case, 1), "closed", why="settled", **by)
    assert run(records, 1_000) == {}
    with records.writing() as session:
        set_hold(session, session.get(Case, 1), False, **by)
    assert run(records, 1_000) == {"cases": 1, "strikes": 1, "sanctions": 1, "reports": 1}
    with records.reading() as session:
        assert session.scalars(select(CaseEvidence.id)).all() == session.scalars(select(Case.id)).all() == []
        assert session.get(Sanction, 1).case_id is None


@pytest.mark.parametrize("setting", ["reports", "reports=0", "reports=soon", "audit=1", "reports=99999", "=1"])
def test_settings_are_checked(setting):
    with pytest.raises(InputError, match="KIND=DAYS"):
        Retention.of([setting])


def test_settings_replace_only_what_they_name():
    assert Retention.of(["reports=7"]) == Retention(reports=7)
