"""What the Commission's database takes, and what it does not."""

import csv
import io
import json

import msgspec
import pytest

from ecluse.errors import InputError
from ecluse.transparency.statement import Statement, check_statement
from ecluse.transparency.statements_file import to_csv, to_json_lines

GOOD = Statement(
    puid="ecluse-7",
    decision_account="DECISION_ACCOUNT_SUSPENDED",
    account_type="ACCOUNT_TYPE_BUSINESS",
    decision_facts="51 people in an hour who never wrote to the account; the limit is 50.",
    decision_ground="DECISION_GROUND_INCOMPATIBLE_CONTENT",
    incompatible_content_ground="starter@1, strangers-hour",
    incompatible_content_explanation="You may not write to more than 50 people in an hour who never wrote to you.",
    incompatible_content_illegal="No",
    category="STATEMENT_CATEGORY_OTHER_VIOLATION_TC",
    content_type=("CONTENT_TYPE_OTHER",),
    content_type_other="Messages",
    content_date="2026-11-24",
    territorial_scope=("DE", "FR"),
    application_date="2026-11-24",
    end_date_account_restriction="2026-12-01",
    source_type="SOURCE_VOLUNTARY",
    automated_detection="Yes",
    automated_decision="AUTOMATED_DECISION_FULLY",
)


def changed(**fields):
    return msgspec.structs.replace(GOOD, **fields)


def test_a_whole_statement_passes():
    assert check_statement(GOOD) is GOOD


WRONG = [
    ({"decision_account": None, "end_date_account_restriction": None}, "decision_account"),
    ({"decision_account": "SUSPENDED"}, "decision_account"),
    ({"decision_facts": ""}, "decision_facts"),
    ({"decision_facts": "x" * 5_001}, "decision_facts"),
    ({"incompatible_content_ground": None}, "incompatible_content_ground"),
    ({"incompatible_content_ground": "x" * 501}, "incompatible_content_ground"),
    ({"incompatible_content_explanation": None}, "incompatible_content_explanation"),
    ({"incompatible_content_explanation": "x" * 2_001}, "incompatible_content_explanation"),
    ({"illegal_content_legal_ground": "a law"}, "illegal_content_legal_ground"),
    ({"decision_ground": "DECISION_GROUND_ILLEGAL_CONTENT"}, "illegal_content_legal_ground"),
    ({"category": "STATEMENT_CATEGORY_SPAM"}, "category"),
    ({"category_specification": ("KEYWORD_SPAM",)}, "category_specification"),
    ({"category_specification_other": "spam"}, "category_specification_other"),
    ({"content_type": ()}, "content_type"),
    ({"content_type": ("CONTENT_TYPE_TEXT",)}, "content_type_other"),
    ({"content_type_other": None}, "content_type_other"),
    ({"decision_monetary": "DECISION_MONETARY_OTHER"}, "decision_monetary_other"),
    ({"decision_visibility": ("DECISION_VISIBILITY_OTHER",)}, "decision_visibility_other"),
    ({"decision_visibility_other": "x"}, "decision_visibility_other"),
    ({"territorial_scope": ("BR",)}, "territorial_scope"),
    ({"content_date": "1999-12-31"}, "content_date"),
    ({"content_date": "2026-02-30"}, "content_date"),
    ({"application_date": "2019-12-07"}, "application_date"),
    ({"application_date": "24.11.2026"}, "application_date"),
    ({"end_date_account_restriction": "2026-11-23"}, "end_date_account_restriction"),
    ({"end_date_account_restriction": "2038-01-02"}, "end_date_account_restriction"),
    ({"end_date_service_restriction": "2026-12-01"}, "end_date_service_restriction"),
    ({"content_language": "de"}, "content_language"),
    ({"source_identity": "a flagger"}, "source_identity"),
    ({"decision_ground_reference_url": "the terms"}, "decision_ground_reference_url"),
    ({"automated_detection": "yes"}, "automated_detection"),
    ({"automated_decision": "Yes"}, "automated_decision"),
    ({"puid": "case 7"}, "puid"),
    ({"puid": "7\n"}, "puid"),
]


@pytest.mark.parametrize(("fields", "field"), WRONG, ids=lambda value: str(value)[:60])
def test_what_the_database_would_refuse_is_refused_by_name(fields, field):
    with pytest.raises(InputError) as refused:
        check_statement(changed(**fields), "statement 3")
    assert (refused.value.field, refused.value.where) == (field, "statement 3")


def test_the_other_ground_has_fields_of_its_own():
    check_statement(
        changed(
            decision_ground="DECISION_GROUND_ILLEGAL_CONTENT",
            incompatible_content_ground=None,
            incompatible_content_explanation=None,
            incompatible_content_illegal=None,
            illegal_content_legal_ground="Law 9.504/1997",
            illegal_content_explanation="Mass sending in an election.",
            source_type="SOURCE_TRUSTED_FLAGGER",
            source_identity="An electoral court",
            category_specification=("KEYWORD_OTHER",),
            category_specification_other="mass messaging",
        )
    )


def test_json_is_what_is_posted_a_hundred_a_call():
    statements = [changed(puid=f"n-{number}") for number in range(250)]
    calls = [json.loads(line) for line in to_json_lines(statements).splitlines()]
    assert [len(call["statements"]) for call in calls] == [100, 100, 50]
    assert calls[0]["statements"][0] == json.loads(msgspec.json.encode(changed(puid="n-0")))
    assert calls[0]["statements"][0]["territorial_scope"] == ["DE", "FR"]
    assert json.loads(to_json_lines([])) == {"statements": []}


def test_a_table_of_statements_is_read_back():
    [row] = csv.DictReader(io.StringIO(to_csv([GOOD])))
    assert row["territorial_scope"] == '["DE","FR"]'
    assert {name: value for name, value in row.items() if value and value[0] != "["} == {
        name: value for name, value in msgspec.to_builtins(GOOD).items() if isinstance(value, str)
    }


def test_a_cell_is_no_formula():
    [row] = csv.DictReader(io.StringIO(to_csv([changed(decision_facts="=1+1")])))
    assert row["decision_facts"] == "'=1+1"


@pytest.mark.parametrize("write", [to_json_lines, to_csv])
def test_no_puid_twice(write):
    with pytest.raises(InputError, match=r"statement 1: puid: 'ecluse-7' is not another one for each statement"):
        write([GOOD, GOOD])
