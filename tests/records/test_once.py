"""A batch is written once, also if nobody heard whether it was."""

import pytest

from ecluse.records import Records
from ecluse.records.once import KEPT_S, is_new
from ecluse.records.tables import Written


@pytest.fixture
def records(records_url):
    with Records(records_url, migrate=True) as found:
        yield found


def test_a_batch_is_new_once(records):
    def new(writer, number, now_s=100):
        with records.writing() as session:
            return is_new(session, writer, number, now_s)

    assert [new("a", 1), new("a", 1), new("b", 1), new("a", 2), new("a", 1)] == [True, False, True, True, False]
    assert new("c", 1, 101 + KEPT_S)
    with records.reading() as session:
        assert [row.writer for row in session.query(Written)] == ["c"]


def test_what_was_not_kept_is_new_again(records):
    def fails():
        with records.writing() as session:
            is_new(session, "a", 1, 100)
            raise LookupError

    with pytest.raises(LookupError):
        fails()
    with records.writing() as session:
        assert is_new(session, "a", 1, 100)
