"""Erasing an account from the records, on both databases: what goes, what only counts, what law lets one keep."""

import json

import pytest
from sqlalchemy import inspect, select

from ecluse.cases.case import add_party, open_case
from ecluse.records import Records
from ecluse.records.audit import verify
from ecluse.records.tables import Notice, OpenRefusals, Reporter, Sanction, Statement, Strike, Table
from ecluse.reports.contact import Contact
from ecluse.reports.intake import Received, take_report
from ecluse.rights.erasure import erase_account, was_erased
from ecluse.rights.held import held_of
from ecluse.terms import load_terms
from ecluse.transparency.counting import count_report
from ecluse.transparency.period import Period
from tests.transparency.making import NOVEMBER_S, appeal, complaint, resting, sanction, strike
from tests.transparency.test_from_records import kept

SECRET = b"sixteen bytes or more"
ADA = "ada@example.org"
NOVEMBER = Period.of("2026-11-01", "2026-11-30")


@pytest.fixture
def records(records_url):
    """Records with something about ada in every table that may have it: a sanction that is over, and reports."""
    with Records(records_url, migrate=True) as found:
        with found.writing() as session:
            over = sanction(id=1, subject=ADA, status="expired", ended_s=NOVEMBER_S + 9, facts=f"{ADA} wrote to many")
            session.add_all([over, strike(id=1, subject=ADA, events=["e-1"]), strike(id=2, subject="bob")])
            session.flush()
            notice = {"language": "en", "title": "t", "body": f"Dear {ADA}", "facts": {}, "made_s": NOVEMBER_S}
            session.add_all(
                [
                    resting(over, strike(id=1)),
                    kept(1, recipient={"account": ADA}),
                    Notice(subject_kind="account", subject=ADA, kind="sanction", sanction_id=1, **notice),
                    appeal(over, words=f"I, {ADA}, did not.", contact=ADA, status="upheld", decided_s=NOVEMBER_S + 5),
                    complaint(by=ADA, words=f"{ADA} complains"),
                ]
            )
            for reporter, subject in ((ADA, "bob"), ("cem", ADA)):
                received = Received(reporter, subject, NOVEMBER_S, words=f"by {reporter}", known_since_s=1)
                take_report(session, received, Contact.APPROACHED, now_s=NOVEMBER_S, who="service")
        yield found


def everything(records):
    """All that all tables hold, but for the audit, as text."""
    with records.reading() as session:
        return {
            mapper.class_.__tablename__: json.dumps(
                [
                    [repr(getattr(row, column.key)) for column in mapper.columns]
                    for row in session.scalars(select(mapper.class_))
                ]
            )
            for mapper in Table.registry.mappers
            if inspect(mapper)
        }


def erase(records, account=ADA):
    with records.writing() as session:
        return erase_account(session, account, SECRET, now_s=NOVEMBER_S + 99, who="person")


def test_nothing_names_it_any_more_and_nobody_else_is_touched(records):
    assert {table for table, text in everything(records).items() if ADA in text} == {
        *("sanctions", "strikes", "statements", "notices", "appeals", "complaints", "reports", "reporters")
    }
    erased = erase(records)
    assert {table for table, text in everything(records).items() if ADA in text} == set()
    assert (erased.erased, erased.kept) == (
        {
            **{"notices": 1, "reporters": 1, "reports": 2, "complaints": 1},
            **{"strikes": 1, "appeals": 1, "sanctions": 1},
        },
        [],
    )
    with records.reading() as session:
        assert session.get(Strike, 2).subject == "bob"
        assert session.get(Reporter, "cem").reports == 1
        assert verify(session) == []


def test_what_is_counted_is_counted_as_before(records):
    with records.reading() as session:
        before = count_report(session, NOVEMBER, NOVEMBER_S)
    erase(records)
    with records.reading() as session:
        assert count_report(session, NOVEMBER, NOVEMBER_S) == before
        assert session.scalars(select(Statement)).one().decision_facts == kept(1).decision_facts


def test_it_can_be_said_that_it_was_erased_by_whoever_has_the_secret(records):
    number = erase(records).number
    with records.reading() as session:
        assert [erasure.id for erasure in was_erased(session, ADA, SECRET)] == [number]
        assert was_erased(session, ADA, b"another secret of ours") == []
        assert was_erased(session, "bob", SECRET) == []


def test_done_again_it_finds_nothing_more(records):
    erase(records)
    assert erase(records).erased == {}


def test_a_sanction_in_force_and_what_it_rests_on_stay_and_that_is_said(records):
    with records.writing() as session:
        session.get(Sanction, 1).status = "in_force"
    erased = erase(records)
    assert {(one.table, one.rows) for one in erased.kept} == {("sanctions", 1), ("strikes", 1), ("reports", 1)}
    assert {one.why for one in erased.kept} == {"a sanction that is in force rests on it (GDPR, Art. 17(3)(b))"}
    assert {table for table, text in everything(records).items() if ADA in text} == {
        *("sanctions", "strikes", "statements", "appeals", "reports")
    }


def test_a_party_of_a_case_is_kept_for_the_claim(records):
    with records.writing() as session:
        case = open_case(session, title="t", summary="s", terms=load_terms("starter"), at_s=NOVEMBER_S, who="person")
        who = {"role": "respondent", "name": "Ada", "subject_kind": "account", "subject": ADA}
        add_party(session, case, **who, at_s=NOVEMBER_S, who="person")
        assert held_of(session, ADA, None)["withheld"][0]["what"] == "cases"
    erased = erase(records)
    assert ("cases", 1) in {(one.table, one.rows) for one in erased.kept}
    assert all("legal claims" in one.why for one in erased.kept)


def test_all_that_is_held_is_shown_to_whom_it_is_about_and_no_more(records):
    with records.reading() as session:
        held = held_of(session, ADA, None)
    assert [row["words"] for row in held["appeals"]] == [f"I, {ADA}, did not."]
    assert [row["body"] for row in held["notices"]] == [f"Dear {ADA}"]
    assert [row["made"] for row in held["sanctions"]] == ["2026-11-01T00:00:00Z"]
    assert [row["words"] for row in held["reports_made"]] == [f"by {ADA}"]
    assert len(held["reports_about"]) == len(held["strikes"]) == len(held["statements_of_reasons"]) == 1
    assert held["standing_as_reporter"]["reports"] == 1
    assert "cem" not in json.dumps(held)
    assert held["withheld"] == []


def test_its_name_goes_from_what_counts_against_others(records):
    fields = {"rule": "newsletter", "clause": "c", "terms": "t@1", "terms_digest": "d", "figures": [], "events": []}
    times = {"first_s": NOVEMBER_S, "last_s": NOVEMBER_S, "until_s": NOVEMBER_S + 9, "refusals": 2}
    with records.writing() as session:
        session.add(strike(id=3, subject_kind="campaign", subject="00000000000000c1", account=ADA))
        counted = {"subject_kind": "provider", "subject": "bulk", "accounts": ["bob", ADA], "struck": False}
        session.add(OpenRefusals(**counted, **fields, **times))
    with records.writing() as session:
        erase_account(session, ADA, SECRET, now_s=NOVEMBER_S + 20, who="command line")
    with records.reading() as session:
        (row,) = session.scalars(select(OpenRefusals)).all()
        assert row.accounts[0] == "bob"
        assert len(row.accounts) == 2
        assert session.get_one(Strike, 3).subject == "00000000000000c1"
    assert not [table for table, text in everything(records).items() if ADA in text]
