"""What a person was shown before deciding is kept: by the service itself, and what they name."""

import pytest

from ecluse.errors import InputError
from ecluse.records.tables import Appeal, AuditRow, Review, Sanction
from ecluse.sanctions.appeals import assign, decide, file_appeal
from ecluse.sanctions.decision import decision_of_person
from ecluse.sanctions.laying import lay, sign
from ecluse.sanctions.people import Subject
from ecluse.sanctions.restoring import restored
from ecluse.sanctions.reviewing import (
    SEEN_MAX,
    note_seen,
    note_seen_of_proposal,
    review_of_appeal,
    see_appeal,
    see_proposal,
)
from ecluse.sanctions.subjects import StateError
from tests.sanctions.making import ADA, BOB, DAY, EVE, TERMS, S, rows, strike


def limited_by_machine(records):
    strike(records)
    return strike(records, day=1)[0]


def appealed(records, kind="human_review"):
    with records.writing() as session:
        sanction = session.get_one(Sanction, LIMIT)
        return file_appeal(session, sanction, "It was a party.", S + 2 * DAY, kind=kind, by=EVE).id


LIMIT = 2


def test_the_file_shows_all_and_the_record_says_what(records):
    limited_by_machine(records)
    number = appealed(records)
    with records.writing() as session:
        appeal = session.get_one(Appeal, number)
        with pytest.raises(InputError, match="assigned first"):
            see_appeal(session, appeal, BOB, S + 2 * DAY)
        assign(session, appeal, BOB, S + 2 * DAY)
        shown = see_appeal(session, appeal, BOB, S + 2 * DAY + 9)
    assert (shown.sanction.sanction, [one.strike for one in shown.strikes]) == (2, [1, 2])
    assert shown.statement is not None
    assert [one.words for one in shown.appeals] == ["It was a party."]
    assert [one.sanction for one in shown.earlier] == [1]
    (review,) = rows(records, Review)
    assert [one["what"] for one in review.seen] == [
        "sanction 2",
        "terms test@1, rule newsletter",
        "statement of reasons of sanction 2",
        "strike 1: rule newsletter, 3 refusals, with what was measured",
        "strike 2: rule newsletter, 3 refusals, with what was measured",
        "appeal 1, in the person's words",
        "earlier sanction 1",
    ]
    assert {one["at_s"] for one in review.seen} == {S + 2 * DAY + 9}
    last = rows(records, AuditRow)[-1]
    assert (last.act, last.about, last.who) == ("see", "appeal 1", "key 2 (Bob)")
    assert "party" not in last.body


def test_a_human_review_without_a_look_is_refused(records):
    limited_by_machine(records)
    number = appealed(records)
    with records.writing() as session:
        appeal = session.get_one(Appeal, number)
        with pytest.raises(InputError) as refused:
            decide(session, appeal, BOB, "upheld", "No.", S + 3 * DAY)
        assert refused.value.field == "seen"
        decide(session, appeal, BOB, "upheld", "No.", S + 3 * DAY, ["the ledger of the account"])
    (review,) = rows(records, Review)
    assert (review.reviewer, [one["what"] for one in review.seen]) == ("key 2 (Bob)", ["the ledger of the account"])


def test_what_another_was_shown_is_not_what_this_one_saw(records):
    limited_by_machine(records)
    number = appealed(records)
    with records.writing() as session:
        appeal = session.get_one(Appeal, number)
        assign(session, appeal, BOB, S + 2 * DAY)
        see_appeal(session, appeal, BOB, S + 2 * DAY)
        with pytest.raises(InputError):
            decide(session, appeal, ADA, "upheld", "No.", S + 3 * DAY)


def test_shown_twice_it_is_noted_once_and_after_the_answer_no_more(records):
    limited_by_machine(records)
    number = appealed(records)
    with records.writing() as session:
        appeal = session.get_one(Appeal, number)
        assign(session, appeal, BOB, S + 2 * DAY)
        review = review_of_appeal(session, appeal)
        for second in (1, 2):
            note_seen(session, review, BOB, ["a capture", "a capture"], S + 2 * DAY + second)
        assert [one["at_s"] for one in review.seen] == [S + 2 * DAY + 1]
        with pytest.raises(InputError):
            note_seen(session, review, BOB, [f"capture {n}" for n in range(SEEN_MAX)], S + 2 * DAY)
        with pytest.raises(InputError):
            note_seen(session, review, BOB, [" "], S + 2 * DAY)
        decide(session, appeal, BOB, "upheld", "No.", S + 3 * DAY)
        with pytest.raises(StateError):
            note_seen(session, review, BOB, ["too late"], S + 4 * DAY)


def proposed(records):
    for day in range(3):
        numbers = strike(records, day=day)
    return numbers[0]


def test_who_signs_is_shown_what_it_rests_on(records):
    number = proposed(records)
    with records.writing() as session:
        sanction = session.get_one(Sanction, number)
        shown = see_proposal(session, sanction, BOB, S + 3 * DAY)
        assert [one.strike for one in shown.strikes] == [1, 2, 3]
        note_seen_of_proposal(session, sanction, BOB, ["its profile"], S + 3 * DAY + 5)
        sign(session, sanction, restored(session, sanction), BOB, True, "Yes.", S + 3 * DAY + 60, ["its profile", "x"])
        assert sanction.status == "in_force"
        with pytest.raises(StateError):
            see_proposal(session, sanction, ADA, S + 4 * DAY)
    (review,) = rows(records, Review)
    assert (review.cause, review.reviewer, review.outcome) == ("second_signature", "key 2 (Bob)", "confirmed")
    assert (review.opened_s, review.began_s, review.closed_s) == (S + 2 * DAY, S + 3 * DAY, S + 3 * DAY + 60)
    assert [one["what"] for one in review.seen][-2:] == ["its profile", "x"]
    assert '"seen":' in rows(records, AuditRow)[-1].body


def test_who_signs_without_a_look_is_said_to_have_had_none(records):
    number = proposed(records)
    with records.writing() as session:
        sanction = session.get_one(Sanction, number)
        sign(session, sanction, restored(session, sanction), BOB, False, "No.", S + 3 * DAY)
    (review,) = rows(records, Review)
    assert (review.outcome, review.seen) == ("dismissed", [])


def test_who_has_signed_does_not_look_again(records):
    with records.writing() as session:
        subject = Subject.account("eve")
        decision = decision_of_person(subject, "expulsion", ADA, TERMS, "newsletter", "x", now_s=S)
        sanction = lay(session, decision, S)
        with pytest.raises(InputError) as refused:
            see_proposal(session, sanction, ADA, S)
        assert refused.value.field == "key"
        assert see_proposal(session, sanction, BOB, S).strikes == []
