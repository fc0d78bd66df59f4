import json

from ecluse.errors import InputError
from ecluse.service.problems import CODES, ProblemError


def test_a_problem_says_its_type_title_status_and_code() -> None:
    assert json.loads(ProblemError("not-found").body()) == {
        "type": "urn:ecluse:problem:not-found",
        "title": "There is nothing here",
        "status": 404,
        "code": "not-found",
    }


def test_a_refused_value_is_named() -> None:
    problem = ProblemError.of_input(InputError("hops", -1, "a whole number from 0 to 1000000", where="event 3"))
    assert problem.status == 422
    assert json.loads(problem.body()) == {
        "type": "urn:ecluse:problem:invalid",
        "title": "A value is not what it should be",
        "status": 422,
        "code": "invalid",
        "detail": "event 3: hops: -1 is not a whole number from 0 to 1000000",
        "field": "hops",
        "value": "-1",
        "expected": "a whole number from 0 to 1000000",
        "where": "event 3",
    }


def test_a_body_that_is_none_is_malformed() -> None:
    assert ProblemError.of_input(InputError("body", "{", "JSON in UTF-8")).code == "malformed"


def test_what_may_be_asked_again_says_when() -> None:
    problem = ProblemError("starting")
    assert problem.headers == {"retry-after": "1"}
    assert json.loads(problem.body())["retry_after"] == 1


def test_only_what_passes_by_itself_may_be_asked_again() -> None:
    retried = {code for code, described in CODES.items() if described.retry}
    assert retried == {"body-too-slow", "starting", "stopping", "busy", "journal", "records"}


def test_the_text_of_a_problem_for_logs_holds_nothing_that_came_in() -> None:
    assert str(ProblemError.of_input(InputError("sender", "ada@example.org", "shorter"))) == "invalid"
