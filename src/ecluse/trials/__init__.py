"""Trials: terms tested by cases, each a sequence of events with time travel and what is expected of it."""

from ecluse.trials.coverage import Coverage, RuleCoverage
from ecluse.trials.document import CASES_MAX, DELIVERIES_MAX, EVENTS_MAX, Account, Case, Expectation, Suite, Trace
from ecluse.trials.loading import find_suites, load_suite
from ecluse.trials.parse import parse_suite
from ecluse.trials.run import CaseResult, Failure, SuiteResult, run_suite

__all__ = [
    "CASES_MAX",
    "DELIVERIES_MAX",
    "EVENTS_MAX",
    "Account",
    "Case",
    "CaseResult",
    "Coverage",
    "Expectation",
    "Failure",
    "RuleCoverage",
    "Suite",
    "SuiteResult",
    "Trace",
    "find_suites",
    "load_suite",
    "parse_suite",
    "run_suite",
]
