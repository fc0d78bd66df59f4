"""The cases beside the shipped terms: they pass, and each rule both speaks and lets pass in them."""

import pytest

from ecluse.terms import SHIPPED
from ecluse.trials import find_suites, load_suite, run_suite
from ecluse.trials.run import MEMORY_BYTES

CASES_MIN = 100


@pytest.mark.parametrize("terms", SHIPPED)
def test_every_case_passes_and_every_rule_speaks_and_lets_pass(terms):
    (path,) = find_suites([terms])
    result = run_suite(load_suite(path))
    assert [(case.case.name, case.failures) for case in result.cases if not case.passed] == []
    assert result.coverage.incomplete == []


def test_there_are_a_hundred_cases_that_run_before_gates_of_the_least_memory():
    assert sum(len(load_suite(path).cases) for path in find_suites(SHIPPED)) >= CASES_MIN
    assert MEMORY_BYTES == 4 << 20
