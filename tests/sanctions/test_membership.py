"""Whom a campaign's sanction holds for: who belongs to it, later ones if the terms say so, each once, until its end."""

import pytest

from ecluse.errors import InputError
from ecluse.records.audit import verify
from ecluse.records.tables import GateAct, Notice, Sanction, Statement, Strike
from ecluse.sanctions.climbing import climb
from ecluse.sanctions.decision import decision_of_person
from ecluse.sanctions.ending import lift, reverse, see_to_time
from ecluse.sanctions.laying import lay, sign
from ecluse.sanctions.membership import join, known_accounts, open_campaigns
from ecluse.sanctions.people import Subject
from ecluse.sanctions.restoring import restored
from ecluse.terms import SubjectKind, parse_terms
from tests.sanctions.making import ADA, BOB, DAY, FIGURES, TERMS, S, refused, rows

CAMPAIGN = "00000000000000c1"
LADDER = parse_terms("""
id: test
version: 1
title: Terms of the tests
ladder:
  campaign:
    strike: {refusals: 3, within: 24h, accounts: 2, expires: 30d}
    steps:
      - {id: warned, strikes: 1, then: warning}
      - {id: limited, strikes: 2, then: limit, for: 7d, takes: [start, forward], members: later}
rules:
  - {id: newsletter, clause: {en: No newsletters.}, when: [recipients.24h > 2], then: refuse}
""")


def suspended(records, *, at=S, **more):
    """A suspension of seven days that Ada laid on the campaign; its number."""
    subject, fields = Subject(SubjectKind.CAMPAIGN, CAMPAIGN), {"lasts_s": 7 * DAY, "now_s": at} | more
    with records.writing() as session:
        decision = decision_of_person(subject, "suspension", ADA, TERMS, "newsletter", "One sender.", **fields)
        return lay(session, decision, at).id


def joining(records, number, at, **since):
    with records.writing() as session:
        return [child.subject for child in join(session, session.get_one(Sanction, number), since.items(), at)]


def of(records, subject):
    return next(one for one in rows(records, Sanction) if one.subject == subject)


def test_who_belongs_to_it_when_it_takes_effect_is_sanctioned_with_it(records):
    number = suspended(records)
    assert joining(records, number, S + 60, ada=S - 5, bea=S, late=S + 1) == ["ada", "bea"]
    child = of(records, "ada")
    assert (child.parent_id, child.measure, child.status) == (number, "suspension", "in_force")
    assert (child.from_s, child.until_s, child.facts) == (S + 60, S + 7 * DAY, "One sender.")
    assert [one.subject for one in rows(records, Notice)] == [CAMPAIGN, "ada", "bea"]
    assert [one.sanction_id for one in rows(records, Statement)] == [1, 2, 3]
    assert [(act.act["subject"], act.act["until_s"]) for act in rows(records, GateAct)] == [
        ("ada", S + 7 * DAY),
        ("bea", S + 7 * DAY),
    ]
    with records.reading() as session:
        assert verify(session) == []


def test_each_gets_it_once_and_not_again_after_an_appeal(records):
    number = suspended(records, later_members=True)
    assert joining(records, number, S + 1, ada=S) == ["ada"]
    with records.writing() as session:
        reverse(session, session.get_one(Sanction, 2), BOB, "She was no part of it.", S + 2)
    assert joining(records, number, S + 3, ada=S, bea=S + 2) == ["bea"]
    assert [one.status for one in rows(records, Sanction)] == ["in_force", "reversed", "in_force"]


def test_lifting_and_reversing_undo_it_for_all_and_for_those_to_come(records):
    number = suspended(records, takes=["start", "forward"], later_members=True)
    joining(records, number, S + 1, ada=S)
    with records.writing() as session:
        lift(session, session.get_one(Sanction, number), BOB, "Forward away.", S + 2, "forward")
    assert joining(records, number, S + 3, bea=S + 2) == ["bea"]
    left = [[r.capability for r in one.restrictions if r.lifted_s is None] for one in rows(records, Sanction)]
    assert left == [["start"]] * 3
    with records.writing() as session:
        lift(session, session.get_one(Sanction, number), BOB, "Enough.", S + 4)
    assert {one.status for one in rows(records, Sanction)} == {"lifted"}
    assert joining(records, number, S + 5, cea=S + 4) == []
    acts = [act.act["act"] for act in rows(records, GateAct)]
    assert (acts.count("lay"), acts.count("lift")) == (3, 3)


def test_it_ends_for_all_at_once(records):
    number = suspended(records)
    joining(records, number, S + DAY, ada=S)
    with records.writing() as session:
        assert see_to_time(session, S + 7 * DAY) == 2
        assert open_campaigns(session, S + 7 * DAY) == []
    assert joining(records, number, S + 7 * DAY, bea=S) == []


def test_what_is_announced_is_announced_to_members_too(records):
    number = suspended(records, from_s=S + 10 * DAY)
    assert joining(records, number, S + DAY, ada=S + 1) == ["ada"]
    child = of(records, "ada")
    assert (child.status, child.from_s, child.until_s) == ("announced", S + 10 * DAY, S + 17 * DAY)
    assert [one.kind for one in rows(records, Notice)] == ["announced", "announced"]


def struck(records, day, *accounts):
    one = refused(CAMPAIGN, at=day * DAY, count=3, kind=SubjectKind.CAMPAIGN, accounts=accounts, events=["e1"])
    one.terms = LADDER
    with records.writing() as session:
        return [sanction.id for sanction in climb(session, [one], S + day * DAY).sanctions]


def test_refusals_of_a_campaign_are_strikes_of_it_and_its_ladder_says_for_whom(records):
    (warning,) = struck(records, 0, "ada", "bea")
    (limit,) = struck(records, 2, "ada", "cea")
    assert [(one.measure, one.members) for one in rows(records, Sanction)] == [
        ("warning", "present"),
        ("limit", "later"),
    ]
    assert {one.subject_kind for one in rows(records, Strike)} == {"campaign"}
    with records.reading() as session:
        assert known_accounts(session, CAMPAIGN) >= {"ada", "cea"}
        assert [one.id for one in open_campaigns(session, S + 2 * DAY)] == [warning, limit]
    assert joining(records, warning, S + 2 * DAY, ada=S - 1, new=S + DAY) == ["ada"]
    assert joining(records, limit, S + 3 * DAY, ada=S - 1, new=S + 3 * DAY) == ["ada", "new"]
    child = rows(records, Sanction)[3]
    assert (child.subject, child.automated_decision, child.figures) == ("ada", "fully", FIGURES)
    assert child.facts.startswith("Accounts that act as one sender were refused 3 times")
    statement = rows(records, Statement)[1]
    assert (statement.recipient["subject"], statement.recipient["incidents"][0]["events"]) == ("ada", [])
    notice = rows(records, Notice)[-1]
    assert "messages of accounts that act with yours as one sender were refused" in notice.body


def test_a_member_s_warning_ends_with_the_strikes_it_rests_on(records):
    (warning,) = struck(records, 0, "ada", "bea")
    joining(records, warning, S, ada=S)
    assert rows(records, Sanction)[1].until_s == S + 30 * DAY


def test_one_account_s_appeal_undoes_no_strike_of_the_campaign(records):
    struck(records, 0, "ada", "bea")
    joining(records, 1, S, ada=S)
    with records.writing() as session:
        assert reverse(session, session.get_one(Sanction, 2), BOB, "She was no part of it.", S + 1) == 0
        assert reverse(session, session.get_one(Sanction, 1), BOB, "The rule was wrong.", S + 2) == 1


def test_members_of_what_persons_must_sign_wait_for_it(records):
    with records.writing() as session:
        subject = Subject(SubjectKind.CAMPAIGN, CAMPAIGN)
        decision = decision_of_person(subject, "expulsion", ADA, TERMS, "newsletter", "x", now_s=S)
        sanction = lay(session, decision, S)
        assert open_campaigns(session, S) == []
        assert join(session, sanction, [("ada", S)], S) == []
        sign(session, sanction, restored(session, sanction), BOB, True, "Yes.", S + 9)
        (child,) = join(session, sanction, [("ada", S + 9)], S + 10)
        assert (child.measure, child.until_s, child.automated_decision) == ("expulsion", None, "not")


@pytest.mark.parametrize(("kind", "more"), [("account", {}), ("campaign", {"members": ["ada"]})])
def test_only_a_campaign_whose_members_are_not_named_has_later_ones(kind, more):
    subject = Subject(SubjectKind.of(kind), CAMPAIGN)
    with pytest.raises(InputError) as refused_:
        decision_of_person(subject, "warning", ADA, TERMS, "newsletter", "x", later_members=True, now_s=S, **more)
    assert refused_.value.field == "later_members"
