"""What bodies outside decide about appeals: noted once, and a reversal there undoes the sanction."""

import pytest

from ecluse.errors import InputError
from ecluse.records.tables import Appeal, AuditRow, Notice, Sanction
from ecluse.sanctions.appeals import decide, file_appeal
from ecluse.sanctions.outside import note_outside
from ecluse.sanctions.subjects import StateError
from ecluse.transparency.counting import count_report
from ecluse.transparency.period import Period
from tests.sanctions.making import BOB, DAY, EVE, S, counting, rows, states, strike


@pytest.fixture
def upheld(records):
    """An appeal against a limit that two strikes led to, which stays."""
    strike(records)
    (number,) = strike(records, day=1)
    with records.writing() as session:
        appeal = file_appeal(session, session.get_one(Sanction, number), "No.", S + 2 * DAY, by=EVE)
        decide(session, appeal, BOB, "upheld", "Yes.", S + 3 * DAY)
        return appeal.id


def note(records, number, body="out_of_court", outcome="reversed", words="It was a party."):
    with records.writing() as session:
        return note_outside(session, session.get_one(Appeal, number), BOB, body, outcome, words, S + 9 * DAY).external


def disputes(records):
    with records.reading() as session:
        return count_report(session, Period.of("2023-11-01", "2023-11-30"), now_s=S).appeals.out_of_court


def test_reversed_outside_it_is_taken_back_with_its_strikes_and_counted(records, upheld):
    assert note(records, upheld, outcome="open")["outcome"] == "open"
    assert (states(records)[1], disputes(records)) == (("limit", "in_force"), {"open": 1})
    noted = note(records, upheld)
    assert noted == note(records, upheld)
    assert (noted["body"], noted["outcome"], noted["words"]) == ("out_of_court", "reversed", "It was a party.")
    assert (states(records)[1], counting(records)) == (("limit", "reversed"), [True, True])
    assert rows(records, Notice)[-1].kind == "reversed"
    assert [row.act for row in rows(records, AuditRow) if row.about == "appeal 1"] == [
        *("appeal", "decide", "note_outside", "note_outside"),
    ]
    assert disputes(records) == {"reversed": 1}


def test_upheld_outside_it_stays_and_is_decided(records, upheld):
    note(records, upheld, "court", "upheld")
    assert states(records)[1] == ("limit", "in_force")
    with pytest.raises(StateError):
        note(records, upheld, "court", "reversed")


@pytest.mark.parametrize(
    ("fields", "field"), [({"body": "king"}, "body"), ({"outcome": "maybe"}, "outcome"), ({"words": " "}, "words")]
)
def test_what_is_wrong_is_refused_by_name(records, upheld, fields, field):
    with pytest.raises(InputError) as refused:
        note(records, upheld, **fields)
    assert refused.value.field == field
