"""Complaints: filed once, answered once."""

import pytest

from ecluse.errors import InputError
from ecluse.records import Records
from ecluse.records.audit import verify
from ecluse.reports.complaints import (
    ComplaintAnswer,
    ComplaintProposal,
    answer_complaint,
    complaint_form,
    file_complaint,
)
from ecluse.sanctions.subjects import NotFoundError, StateError

NOW = 1_795_500_000
PLAIN = {"kind": "safety", "by": "ada", "words": "Help.", "region": "in"}


@pytest.fixture
def session(tmp_path):
    with Records(tmp_path / "r.sqlite") as records, records.writing() as found:
        yield found


def test_a_complaint_is_filed_once_and_answered_once(session):
    proposal = ComplaintProposal(**PLAIN, request="c-1")
    filed, again = (file_complaint(session, proposal, now_s=NOW, who="service") for _ in range(2))
    assert filed is again
    answer_complaint(session, filed.id, ComplaintAnswer("Done.", "restored"), now_s=NOW + 9, who="person")
    form = complaint_form(filed)
    assert (form.status, form.actioned, form.region, form.decided_by) == ("answered", "restored", "IN", "person")
    with pytest.raises(StateError):
        answer_complaint(session, filed.id, ComplaintAnswer("Again."), now_s=NOW, who="person")
    with pytest.raises(NotFoundError):
        answer_complaint(session, 99, ComplaintAnswer("x"), now_s=NOW, who="person")
    assert verify(session) == []


@pytest.mark.parametrize(("field", "value"), [("kind", "praise"), ("region", "India"), ("words", ""), ("by", "\0")])
def test_what_is_wrong_is_refused_by_name(session, field, value):
    proposal = ComplaintProposal(**{**PLAIN, field: value})
    with pytest.raises(InputError) as refused:
        file_complaint(session, proposal, now_s=NOW, who="service")
    assert refused.value.field == field
