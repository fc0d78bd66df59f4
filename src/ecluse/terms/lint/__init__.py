"""Lint: what is doubtful about terms that are sound. Each finding says where, what is wrong, and what to do."""

from __future__ import annotations

from ecluse.terms.document import Terms
from ecluse.terms.lint.conditions import check_conditions
from ecluse.terms.lint.dates import check_dates
from ecluse.terms.lint.finding import CODES, Finding, Findings, Severity, findings_of
from ecluse.terms.lint.ladder import check_ladder
from ecluse.terms.lint.order import check_order
from ecluse.terms.lint.places import check_regions, check_scopes, check_transitions
from ecluse.terms.lint.settings import Asked
from ecluse.terms.lint.texts import check_texts

__all__ = ["CODES", "Finding", "Severity", "findings_of", "lint"]


def lint(terms: Terms) -> tuple[Finding, ...]:
    """Everything that is doubtful about terms, in the order of its place in their source.

    It looks at the document alone: not at a clock, nor at versions before it. What it says is so; it does not see
    everything that is so.

    >>> from ecluse.terms import parse_terms
    >>> found = lint(parse_terms('''
    ... {id: demo, version: 1, title: Demo, rules: [
    ...   {id: hour, clause: Few strangers., when: [strangers.1h > 50, recipients.1h < 20], then: refuse}]}
    ... '''))
    >>> [(one.line, one.column, one.code) for one in found if one.severity is Severity.ERROR]
    [(3, 64, 'contradiction')]
    """
    findings = Findings(terms)
    rules = [Asked(terms, place) for place in range(len(terms.rules))]
    check_dates(terms, findings)
    check_transitions(terms, findings)
    check_scopes(terms, findings)
    check_regions(terms, findings)
    for rule in rules:
        check_conditions(rule, findings)
    check_order(rules, findings)
    check_ladder(terms, findings)
    check_texts(terms, findings)
    return findings.sorted()
