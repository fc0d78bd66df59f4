"""Statements as the records have them, in the shape of the Commission's database."""

import pytest

from ecluse.errors import InputError
from ecluse.records import Records
from ecluse.records.tables import Statement as Kept
from ecluse.transparency.from_records import mark_sent, statement_of, statements_of
from ecluse.transparency.period import Period
from ecluse.transparency.statement import check_statement
from tests.transparency.making import NOVEMBER_S, sanction
from tests.transparency.test_statement import GOOD

NOVEMBER = Period.of("2026-11-01", "2026-11-30")
LISTS = ("decision_visibility", "category_addition", "category_specification", "content_type", "territorial_scope")


def kept(number, **fields):
    plain = {name: getattr(GOOD, name) for name in GOOD.__struct_fields__ if hasattr(Kept, name)}
    plain |= {name: list(getattr(GOOD, name) or ()) for name in LISTS}
    made_s = fields.pop("made_s", NOVEMBER_S)
    whole = {**plain, "puid": f"n-{number}", "recipient": {"account": "ada"}, "sanction_id": number, "made_s": made_s}
    return Kept(**{**whole, **fields})


@pytest.fixture
def records(records_url):
    with Records(records_url, migrate=True) as found:
        with found.writing() as session:
            session.add_all([sanction(id=number) for number in range(1, 4)])
            session.flush()
            session.add_all([kept(1), kept(2, submitted_s=NOVEMBER_S), kept(3, made_s=NOVEMBER.to_s)])
        yield found


def test_those_of_the_period_are_what_the_database_takes(records):
    with records.reading() as session:
        found = statements_of(session, NOVEMBER)
        unsent = statements_of(session, NOVEMBER, unsent=True)
    assert [check_statement(statement).puid for statement in found] == ["n-1", "n-2"]
    assert [statement.puid for statement in unsent] == ["n-1"]
    assert "ada" not in repr(found)


def test_they_are_handed_in_once(records):
    with records.writing() as session:
        assert mark_sent(session, ["n-1", "n-2"], at_s=NOVEMBER_S, who="ada") == 1
        assert mark_sent(session, ["n-1", "n-2"], at_s=NOVEMBER_S, who="ada") == 0
    with records.reading() as session:
        assert statements_of(session, NOVEMBER, unsent=True) == []


def test_one_that_the_database_would_refuse_is_said():
    with pytest.raises(InputError, match="'n-9' is not as the database has it"):
        statement_of(kept(9, category="SPAM"))
