"""Reports into the records, on SQLite and PostgreSQL: taken once, weighed, and a person called if there is cause."""

from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from ecluse.errors import InputError
from ecluse.records import Records
from ecluse.records.audit import verify
from ecluse.records.tables import Report, Reporter, Review, Sanction, Strike
from ecluse.reports.contact import Contact
from ecluse.reports.intake import Received, most_about, take_report, weight_about
from ecluse.reports.settling import open_reviews, settle_reports, suspend_reporter
from ecluse.reports.weight import DAY_S, Calls
from tests.transparency.making import sanction

NOW = 1_795_500_000


@pytest.fixture
def records(records_url):
    with Records(records_url, migrate=True) as found:
        yield found


def take(records, reporter, subject="ada", contact=Contact.APPROACHED, age_s=400 * DAY_S, now_s=NOW, **fields):
    with records.writing() as session:
        received = Received(reporter, subject, now_s, known_since_s=now_s - age_s, **fields)
        return take_report(session, received, contact, now_s=now_s, who="service")


def reviews(records):
    with records.reading() as session:
        return [(review.subject, review.details["calls"]) for review in open_reviews(session)]


def test_a_mob_of_a_thousand_fresh_accounts_gets_one_honest_person_nothing_but_a_review(records):
    with records.writing() as session:
        for n in range(1_000):
            received = Received(f"mob-{n}", "ada", NOW, known_since_s=NOW - 600)
            take_report(session, received, Contact.NONE, now_s=NOW, who="service")
    with records.reading() as session:
        assert reviews(records) == [("ada", "review")]
        assert weight_about(session, "ada", NOW).total == 0.0
        assert session.scalars(select(Sanction)).all() == session.scalars(select(Strike)).all() == []
        assert verify(session) == []


def test_a_mob_of_a_thousand_in_a_group_gets_nothing_but_a_review(records):
    with records.writing() as session:
        for n in range(1_000):
            received = Received(f"mob-{n}", "ada", NOW, known_since_s=NOW - (0 if n % 2 else 400) * DAY_S, group="g1")
            take_report(session, received, Contact.GROUP, now_s=NOW, who="service")
    with records.reading() as session:
        assert reviews(records) == [("ada", "review")]
        assert weight_about(session, "ada", NOW).total == pytest.approx(1.0)
        assert session.scalars(select(Sanction)).all() == session.scalars(select(Strike)).all() == []


SUBJECTS = count()
REPORTS = st.lists(
    st.tuples(
        st.sampled_from("abcdefghijklmnopqrstuvwxyz"),
        st.sampled_from(list(Contact)),
        st.sampled_from([None, "g1", "g2", "g3"]),
        st.sampled_from(["report", "block"]),
        st.sampled_from([None, 0, DAY_S, 400 * DAY_S]),
    ),
    max_size=40,
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(REPORTS)
def test_none_weigh_more_than_the_most_that_they_may(records, some):
    """So whoever is spared the weighing, because they may not weigh enough, did not weigh enough."""
    subject, calls = f"subject-{next(SUBJECTS)}", Calls.NOTHING
    with records.writing() as session:
        for n, (reporter, contact, group, kind, age_s) in enumerate(some):
            known = None if age_s is None else NOW - age_s
            received = Received(reporter, subject, NOW, known_since_s=known, kind=kind, group=group, request=f"{n}")
            calls = take_report(session, received, contact, now_s=NOW, who="service").calls
        found = weight_about(session, subject, NOW)
        assert found.total <= most_about(session, subject, NOW) + 1e-9
        assert calls in (found.calls, Calls.NOTHING)


def test_members_of_three_groups_call_a_person_first(records):
    found = [
        take(records, f"{group}-{n}", contact=Contact.GROUP, group=group).calls
        for group in ("g1", "g2", "g3")
        for n in range(2)
    ]
    assert found == [Calls.NOTHING] * 5 + [Calls.REVIEW_FIRST]
    assert reviews(records) == [("ada", "review_first")]


def test_three_people_whom_it_approached_call_a_person_before_others(records):
    for n in range(25):
        take(records, f"mob-{n}", "bob", Contact.NONE)
    found = [take(records, name).calls for name in ("cem", "dan", "eve", "fay")]
    assert found == [Calls.NOTHING, Calls.NOTHING, Calls.REVIEW_FIRST, Calls.REVIEW_FIRST]
    assert reviews(records) == [("ada", "review_first"), ("bob", "review")]


def test_a_review_that_was_later_comes_first_once_true_victims_report(records):
    for n in range(20):
        take(records, f"mob-{n}", contact=Contact.NONE)
    assert reviews(records) == [("ada", "review")]
    for name in ("cem", "dan", "eve"):
        take(records, name)
    assert reviews(records) == [("ada", "review_first")]


def test_the_same_report_is_taken_once_and_a_second_one_is_a_duplicate(records):
    first, again = take(records, "cem", request="r-1"), take(records, "cem", request="r-1")
    assert (first.known, again.known, again.report.id) == (False, True, first.report.id)
    assert take(records, "cem", request="r-2").report.outcome == "duplicate"
    assert take(records, "cem", kind="block", request="r-3").report.outcome is None
    with records.reading() as session:
        assert session.get(Reporter, "cem").reports == 3


def test_fifty_at_once_lose_nothing_and_double_nothing(records):
    with ThreadPoolExecutor(10) as pool:
        taken = list(pool.map(lambda n: take(records, f"r-{n % 25}", request=f"q-{n % 25}"), range(50)))
    assert len({one.report.id for one in taken}) == sum(not one.known for one in taken) == 25
    with records.reading() as session:
        assert len(session.scalars(select(Review)).all()) == 1
        assert verify(session) == []


def test_a_report_of_a_banned_account_says_so(records):
    with records.writing() as session:
        session.add(sanction(subject="ada", measure="expulsion"))
    assert take(records, "cem").report.outcome == "already_banned"


def test_the_election_court_is_heard_once_of_each_account(records):
    court = {"source": "election_court", "region": "BR-SP", "city": "São Paulo", "category": "misinformation"}
    found = [take(records, name, contact=Contact.NONE, **court).report.outcome for name in ("one", "two")]
    assert found == [None, "duplicate"]


def test_what_came_of_reports_says_something_of_who_reported(records):
    for name in ("cem", "dan", "eve"):
        take(records, name)
        take(records, name, "bob", Contact.NONE)
    with records.writing() as session:
        settle_reports(session, "ada", "banned", note="a newsletter", now_s=NOW + 9, who="person")
        settle_reports(session, "bob", "no_action", note="a quarrel", now_s=NOW + 9, who="person", unfounded=True)
        with pytest.raises(InputError, match="bears a report out"):
            settle_reports(session, "ada", "banned", note="x", now_s=NOW, who="person", unfounded=True)
    with records.reading() as session:
        standing = [(row.borne_out, row.unfounded) for row in session.scalars(select(Reporter))]
        review = session.scalars(select(Review)).one()
        outcomes = set(session.execute(select(Report.subject, Report.outcome, Report.outcome_s)).all())
    assert standing == [(1, 1)] * 3
    assert (review.outcome, review.reviewer, review.closed_s, review.note) == (
        "changed",
        "person",
        NOW + 9,
        "a newsletter",
    )
    assert outcomes == {("ada", "banned", NOW + 9), ("bob", "no_action", NOW + 9)}
    assert reviews(records) == []


def test_a_reporter_can_be_suspended_and_weighs_nothing(records):
    take(records, "troll", "bob")
    with records.writing() as session:
        suspend_reporter(session, "troll", NOW + 30 * DAY_S, why="five unfounded", now_s=NOW, who="person")
        with pytest.raises(InputError):
            suspend_reporter(session, "nobody", NOW, why="x", now_s=NOW, who="person")
        with pytest.raises(InputError):
            suspend_reporter(session, "troll", NOW + 400 * DAY_S, why="x", now_s=NOW, who="person")
    assert take(records, "troll").report.weight == 0.0
    assert take(records, "troll", "cem", now_s=NOW + 31 * DAY_S).report.weight == 1.0


def test_a_ring_calls_nobody_at_once(records):
    ring = [f"rival-{n}" for n in range(12)]
    for subject in ("shop-1", "shop-2", "ada"):
        for reporter in ring:
            take(records, reporter, subject)
    with records.reading() as session:
        assert weight_about(session, "ada", NOW).total == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"reporter": ""}, "reporter"),
        ({"reporter": "x" * 256}, "reporter"),
        ({"subject": "a\0b"}, "subject"),
        ({"subject": "cem"}, "subject"),
        ({"kind": "praise"}, "kind"),
        ({"source": "rumour"}, "source"),
        ({"category": "spam"}, "category"),
        ({"words": "x" * 20_001}, "words"),
        ({"region": "Brazil"}, "region"),
        ({"request": "x" * 201}, "request"),
    ],
)
def test_what_is_wrong_is_refused_by_name(tmp_path, fields, field):
    with Records(tmp_path / "r.sqlite") as records, records.writing() as session:
        received = Received(**{"reporter": "cem", "subject": "ada", "at_s": NOW, **fields})
        with pytest.raises(InputError) as refused:
            take_report(session, received, Contact.NONE, now_s=NOW, who="service")
        assert refused.value.field == field
        assert session.scalars(select(Report)).all() == []
