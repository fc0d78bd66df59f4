"""From refusals to strikes, and from strikes up the ladder."""

import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from ecluse.events import Event
from ecluse.gate import Gate
from ecluse.records import Records
from ecluse.records.audit import verify
from ecluse.records.tables import Sanction, Statement, Strike
from ecluse.sanctions.climbing import climb
from ecluse.sanctions.people import Subject
from ecluse.sanctions.refusals import gather
from ecluse.sanctions.strikes import standing_strikes
from ecluse.terms import SubjectKind
from tests.sanctions.making import DAY, HOUR, TERMS, S, refused, rows, states, strike, told


def count(records, *refusals):
    with records.writing() as session:
        for one in refusals:
            climb(session, [one], one.last_s)
    return len(rows(records, Strike))


def test_so_many_refusals_within_the_time_are_a_strike(records):
    assert count(records, refused(at=0, count=2)) == 0
    assert count(records, refused(at=DAY - 1)) == 1
    (one,) = rows(records, Strike)
    assert (one.first_s, one.at_s, one.expires_s, one.refusals) == (S, S + DAY - 1, S + 31 * DAY - 1, 3)
    assert (one.rule, one.clause, one.terms, one.figures[0]["value"]) == (
        "newsletter",
        "No newsletters.",
        "test@1",
        51.0,
    )


def test_those_before_the_time_do_not_count(records):
    assert count(records, refused(at=0, count=2), refused(at=DAY), refused(at=DAY + 1)) == 0
    assert count(records, refused(at=DAY + 2)) == 1


def test_one_burst_is_one_strike(records):
    assert count(records, refused(count=1_000), refused(at=HOUR, count=1_000), refused(at=23 * HOUR, count=9)) == 1
    assert count(records, refused(at=24 * HOUR, count=3)) == 2


def test_a_provider_answers_only_for_several_of_its_clients(records):
    provider = {"kind": SubjectKind.PROVIDER, "count": 100}
    assert count(records, refused("bulk", accounts=["shop-1"], **provider)) == 0
    assert count(records, refused("bulk", accounts=["shop-2"], at=HOUR, **provider)) == 1


def test_the_steps_are_taken_one_after_another(records):
    for day in range(4):
        strike(records, day=day)
    assert states(records) == [
        ("warning", "in_force"),
        ("limit", "in_force"),
        ("suspension", "proposed"),
        ("expulsion", "proposed"),
    ]
    audit, notices, reasons, acts = told(records)
    assert audit == [
        *("strike strike 1", "lay sanction 1", "strike strike 2", "lay sanction 2"),
        *("strike strike 3", "propose sanction 3", "strike strike 4", "propose sanction 4"),
    ]
    assert (notices, reasons, acts) == (["sanction", "sanction"], [2], ["lay"])


def test_strikes_expire_by_the_time_of_events(records):
    strike(records, day=0)
    strike(records, day=29)
    strike(records, day=58)
    assert [measure for measure, _ in states(records)] == ["warning", "limit"]
    with records.reading() as session:
        ada = Subject.account("ada")
        assert [len(standing_strikes(session, ada, S + day * DAY)) for day in (0, 29, 58, 59, 88)] == [3, 3, 2, 1, 0]


def test_a_step_that_stands_is_not_taken_again(records):
    numbers = [strike(records, day=day) for day in range(6)]
    assert [len(found) for found in numbers] == [1, 1, 1, 1, 0, 0]


def test_a_step_is_taken_again_once_it_is_over(records):
    strike(records)
    with records.writing() as session:
        session.scalars(select(Sanction)).one().status = "expired"
    strike(records, day=31)
    assert [measure for measure, _ in states(records)] == ["warning", "warning"]


def test_a_business_is_told_thirty_days_before_it_is_expelled(records):
    for day in range(4):
        strike(records, "shop", day=day, business=True)
    expulsion = rows(records, Sanction)[3]
    assert (expulsion.account_type, expulsion.lead_s, expulsion.signatures_needed) == ("business", 30 * DAY, 2)
    assert expulsion.from_s == expulsion.made_s + 30 * DAY


def test_a_network_is_kept_from_registering(records):
    network = {"kind": SubjectKind.NETWORK, "rule": "newcomers", "count": 2, "accounts": ["a", "b"]}
    with records.writing() as session:
        (sanction,) = climb(session, [refused("net", **network)], S).sanctions
    assert [one.capability for one in sanction.restrictions] == ["register"]


def test_a_statement_names_incidents_and_nobody_in_public(records):
    strike(records, "+49 151 1234", day=0)
    strike(records, "+49 151 1234", day=1, region="DE")
    (statement,) = rows(records, Statement)
    published = {column.key: getattr(statement, column.key) for column in Statement.__table__.columns}
    recipient = published.pop("recipient")
    assert "1234" not in str(published)
    assert len(recipient["incidents"]) == 2
    assert [one["measure"] for one in recipient["earlier"]] == ["warning"]
    assert statement.decision_facts.startswith("Refused 3 times between 2023-11-14 by the rule newsletter (recipients")
    assert (statement.content_date, statement.application_date) == ("2023-11-14", "2023-11-15")
    assert (statement.automated_detection, statement.automated_decision) == ("Yes", "AUTOMATED_DECISION_FULLY")


def test_nothing_is_half_written(records, monkeypatch):
    """A notice that can't be worded leaves no sanction, no strike and no audit row."""
    monkeypatch.setattr("ecluse.sanctions.laying.tell", lambda *_: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        strike(records)
    assert (states(records), told(records), rows(records, Strike)) == ([], ([], [], [], []), [])


def test_fifty_threads_lose_no_refusal_and_make_no_strike_twice(records):
    def refuse(number):
        with records.writing() as session:
            climb(session, [refused(at=number)], S + number)

    threads = [threading.Thread(target=refuse, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(rows(records, Strike)), states(records)) == (1, [("warning", "in_force")])
    with records.reading() as session:
        assert verify(session) == []


def event(kind="send", at=0, sender="ada", **more):
    return Event(kind=kind, at=(S + at) * 1000, sender=sender, **more)


def test_what_verdicts_refuse_is_gathered():
    gate = Gate(TERMS, secret=b"a secret of the tests", memory_bytes=1 << 22)
    newsletter = [
        event(id=f"m-{n}", at=n, recipients=[f"r{n}"], provider="bulk", sender_kind="client") for n in range(6)
    ]
    found = gather(gate.decide(newsletter), newsletter)
    assert [(one.key, one.count, one.accounts, one.business) for one in found] == [
        ((SubjectKind.ACCOUNT, "ada", "newsletter"), 4, {"ada"}, True),
        ((SubjectKind.PROVIDER, "bulk", "newsletter"), 4, {"ada"}, True),
    ]
    assert (found[0].figures[0]["value"], found[0].events) == (3.0, ["m-2", "m-3", "m-4", "m-5"])
    assert gather(gate.decide(newsletter), newsletter) == []


def test_a_refused_registration_is_its_networks_too():
    gate = Gate(TERMS, secret=b"a secret of the tests", memory_bytes=1 << 22)
    registration = [event("register", network="net")]
    assert [one.key for one in gather(gate.decide(registration), registration)] == [
        (SubjectKind.ACCOUNT, "ada", "newcomers"),
        (SubjectKind.NETWORK, "net", "newcomers"),
    ]


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.integers(0, 20 * HOUR), st.integers(1, 4)), max_size=20))
def test_strikes_are_as_a_plain_count_has_them(tmp_path_factory, steps):
    """However refusals are cut into batches: a window begins with a refusal after the last one's end."""
    url = tmp_path_factory.mktemp("strikes") / "records.sqlite"
    at, window_end, window_count, strikes = 0, -1, 0, 0
    with Records(url) as records, records.writing() as session:
        for later, n in steps:
            at += later
            climb(session, [refused(at=at, count=n)], S + at)
            if at >= window_end:
                window_end, window_count = at + DAY, 0
            strikes += window_count < 3 <= window_count + n
            window_count += n
        assert len(session.scalars(select(Strike)).all()) == strikes
