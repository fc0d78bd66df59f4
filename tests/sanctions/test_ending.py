"""How sanctions end: lifted, expired, taken back; and appeals."""

import pytest

from ecluse.errors import InputError
from ecluse.records.tables import Appeal, Notice, Review, Sanction
from ecluse.sanctions.appeals import assign, decide, file_appeal, withdraw
from ecluse.sanctions.decision import Circumstances, decision_of_person
from ecluse.sanctions.ending import lift, reverse, see_to_time
from ecluse.sanctions.laying import lay, sign
from ecluse.sanctions.people import GATE, Subject
from ecluse.sanctions.restoring import restored
from ecluse.sanctions.reviewing import note_seen, review_of_appeal
from ecluse.sanctions.subjects import StateError
from ecluse.terms import SubjectKind
from tests.sanctions.making import ADA, BOB, DAY, EVE, TERMS, S, counting, rows, states, strike, told


def limited(records, account="ada", **more):
    """A limit of seven days that Ada laid."""
    fields = {"lasts_s": 7 * DAY, "now_s": S} | more
    with records.writing() as session:
        decision = decision_of_person(Subject.account(account), "limit", ADA, TERMS, "newsletter", "Seen.", **fields)
        return lay(session, decision, S).id


def on(records, number, act, *args, **more):
    """Do something to a sanction."""
    with records.writing() as session:
        return act(session, session.get_one(Sanction, number), *args, **more)


def test_one_capability_is_lifted_and_then_the_last_ends_it(records):
    number = limited(records, takes=["start", "forward"])
    on(records, number, lift, BOB, "Forward away.", S + 1, "forward")
    assert states(records) == [("limit", "in_force")]
    on(records, number, lift, BOB, "Forward away.", S + 2, "forward")
    on(records, number, lift, BOB, "All of it.", S + 3)
    assert states(records) == [("limit", "lifted")]
    audit, notices, _, acts = told(records)
    assert audit == ["lay sanction 1", "lift sanction 1", "lift sanction 1"]
    assert (notices, acts) == (["sanction", "lifted"], ["lay", "lay", "lift", "lift"])


def test_what_is_over_can_not_be_lifted(records):
    number = limited(records)
    with records.writing() as session:
        see_to_time(session, S + 7 * DAY)
    assert states(records) == [("limit", "expired")]
    with pytest.raises(StateError) as refused:
        on(records, number, lift, BOB, "Too late.", S + 8 * DAY)
    assert (refused.value.about, refused.value.status) == ("sanction 1", "expired")


def test_what_was_announced_applies_on_its_day_and_ends_on_another(records):
    limited(records, from_s=S + 10 * DAY)
    seen = []
    for day in (9, 10, 11, 16, 17, 18):
        with records.writing() as session:
            seen.append(see_to_time(session, S + day * DAY))
    assert seen == [0, 1, 0, 0, 1, 0]
    assert [notice.kind for notice in rows(records, Notice)] == ["announced", "applies", "expired"]


def test_taken_back_its_strikes_count_no_more_and_are_errors_of_their_rule(records):
    strike(records)
    (number,) = strike(records, day=1)
    assert on(records, number, reverse, BOB, "The rule was wrong.", S + 2 * DAY) == 2
    assert on(records, number, reverse, BOB, "Again.", S + 3 * DAY) == 0
    assert (states(records)[1], counting(records)) == (("limit", "reversed"), [True, True])
    strike(records, day=4)
    assert [measure for measure, _ in states(records)] == ["warning", "limit"]


def expulsion(session, by=ADA):
    decision = decision_of_person(Subject.account("ada"), "expulsion", by, TERMS, "newsletter", "Seen.", now_s=S)
    return lay(session, decision, S)


def test_two_persons_sign_and_no_machine(records):
    with records.writing() as session:
        sanction = expulsion(session)
        with pytest.raises(InputError):
            sign(session, sanction, restored(session, sanction), ADA, True, "Myself.", S)
        sign(session, sanction, restored(session, sanction), BOB, True, "Yes.", S + 5)
        assert (sanction.status, sanction.from_s, sanction.decided_by) == ("in_force", S + 5, "key 2 (Bob)")
        with pytest.raises(StateError):
            sign(session, sanction, restored(session, sanction), EVE, True, "Me too.", S + 6)


def test_the_time_to_be_told_runs_from_the_last_signature(records):
    business = Circumstances(business=True, found_by="person")
    with records.writing() as session:
        decision = decision_of_person(
            Subject.account("shop"), "expulsion", ADA, TERMS, "newsletter", "x", circumstances=business, now_s=S
        )
        sanction = lay(session, decision, S)
        sign(session, sanction, restored(session, sanction), BOB, True, "Yes.", S + 10 * DAY)
        assert (sanction.status, sanction.from_s) == ("announced", S + 40 * DAY)
        assert sanction.restrictions[0].from_s == S + 40 * DAY


def campaign(session, **more):
    fields = {"lasts_s": DAY, "members": ["a", "b", "a"], "now_s": S} | more
    subject = Subject(SubjectKind.CAMPAIGN, "c-1")
    return lay(session, decision_of_person(subject, "suspension", ADA, TERMS, "newsletter", "x", **fields), S)


def test_each_account_of_a_campaign_is_sanctioned_with_it_and_let_go_with_it(records):
    with records.writing() as session:
        number = campaign(session).id
    found = [(one.subject, one.status, one.parent_id) for one in rows(records, Sanction)]
    assert found == [("c-1", "in_force", None), ("a", "in_force", 1), ("b", "in_force", 1)]
    assert told(records)[3] == ["lay", "lay"]
    assert [notice.subject for notice in rows(records, Notice)] == ["c-1", "a", "b"]
    on(records, number, lift, BOB, "Enough.", S + 1)
    assert {status for _, status in states(records)} == {"lifted"}
    with records.writing() as session:
        other = campaign(session).id
    on(records, other, reverse, BOB, "Wrong.", S + 2)
    assert [status for _, status in states(records)] == ["lifted"] * 3 + ["reversed"] * 3


def test_members_of_a_proposed_campaign_wait_with_it(records):
    with records.writing() as session:
        subject = Subject(SubjectKind.CAMPAIGN, "c-1")
        decision = decision_of_person(subject, "expulsion", ADA, TERMS, "newsletter", "x", members=["a"], now_s=S)
        sanction = lay(session, decision, S)
        assert told(records) == ([], [], [], [])
        sign(session, sanction, restored(session, sanction), BOB, True, "Yes.", S + 1)
    assert [status for _, status in states(records)] == ["in_force", "in_force"]
    with records.writing() as session:
        second = lay(session, decision, S)
        sign(session, second, restored(session, second), BOB, False, "No.", S + 2)
    assert [status for _, status in states(records)] == ["in_force", "in_force", "dismissed", "dismissed"]


def test_only_a_campaign_has_members(records):
    with pytest.raises(InputError):
        decision_of_person(
            Subject.account("ada"), "limit", ADA, TERMS, "newsletter", "x", lasts_s=DAY, members=["a"], now_s=S
        )


def appealed(records, number, **more):
    with records.writing() as session:
        sanction = session.get_one(Sanction, number)
        return file_appeal(session, sanction, "It was a party.", S + 5, by=EVE, **more).id


def test_an_appeal_is_assigned_answered_in_time_and_reviewed_for_real(records):
    number = limited(records)
    appeal_id = appealed(records, number)
    with records.writing() as session:
        appeal = session.get_one(Appeal, appeal_id)
        assert (appeal.due_s - appeal.received_s, appeal.acknowledged_s) == (15 * DAY, S + 5)
        assign(session, appeal, BOB, S + 100)
        note_seen(session, review_of_appeal(session, appeal), BOB, ["sanction 1"], S + 110)
        decide(session, appeal, BOB, "upheld", "It was a newsletter.", S + 400)
    (review,) = rows(records, Review)
    assert (review.reviewer, review.began_s, review.closed_s, review.outcome) == (
        *("key 2 (Bob)", S + 100, S + 400),
        "upheld",
    )
    assert review.seen == [{"what": "sanction 1", "at_s": S + 110}]
    assert states(records) == [("limit", "in_force")]
    assert [notice.kind for notice in rows(records, Notice)] == ["sanction", "appeal_received", "appeal_upheld"]


def test_a_reversal_is_in_the_gate_too(records):
    number = limited(records)
    appeal_id = appealed(records, number)
    with records.writing() as session:
        decide(session, session.get_one(Appeal, appeal_id), BOB, "reversed", "You were right.", S + 10)
    assert states(records) == [("limit", "reversed")]
    assert told(records)[3] == ["lay", "lift"]


@pytest.mark.parametrize("by", [ADA, GATE])
def test_neither_who_decided_nor_a_machine_answers(records, by):
    appeal_id = appealed(records, limited(records))
    with records.writing() as session, pytest.raises(InputError):
        decide(session, session.get_one(Appeal, appeal_id), by, "upheld", "No.", S + 10)


def test_one_appeal_at_a_time_and_none_after_it_was_answered(records):
    number = limited(records)
    first = appealed(records, number)
    assert appealed(records, number) == first
    with records.writing() as session:
        withdraw(session, session.get_one(Appeal, first), EVE, S + 6)
    second = appealed(records, number)
    assert second != first
    with records.writing() as session:
        decide(session, session.get_one(Appeal, second), BOB, "upheld", "It stays.", S + 10)
    with pytest.raises(StateError):
        appealed(records, number)


def test_human_review_is_of_what_a_machine_decided(records):
    (number,) = strike(records)
    assert appealed(records, number, kind="human_review") == 1
    with pytest.raises(InputError):
        appealed(records, limited(records, "other"), kind="human_review")


def test_after_six_months_it_is_too_late(records):
    number = limited(records)
    with records.writing() as session:
        sanction = session.get_one(Sanction, number)
        with pytest.raises(StateError):
            file_appeal(session, sanction, "Late.", S + 183 * DAY, by=EVE)
        file_appeal(session, sanction, "In time.", S + 183 * DAY - 1, by=EVE)
