"""Diff: what two documents of terms say differently, in words."""

from __future__ import annotations

from ecluse.terms.diff.change import Change, Direction
from ecluse.terms.diff.ladder import ladder_changes
from ecluse.terms.diff.places import head_changes, scope_changes, transition_changes
from ecluse.terms.diff.rules import rule_changes
from ecluse.terms.document import Terms

__all__ = ["Change", "Direction", "diff"]


def diff(before: Terms, after: Terms) -> tuple[Change, ...]:
    """What ``after`` says otherwise than ``before``: dates, transitions, scopes, rules, ladder. Nothing if nothing is.

    >>> from ecluse.terms import parse_terms
    >>> document = '''
    ... {id: demo, version: 1, title: Demo, rules: [
    ...   {id: hour, clause: Few strangers., when: [strangers.1h > 50], then: refuse}]}
    ... '''
    >>> (change,) = diff(parse_terms(document), parse_terms(document.replace("50", "40")))
    >>> change.direction, change.by
    (<Direction.TIGHTENED: 'tightened'>, -10.0)
    """
    return (
        *head_changes(before, after),
        *transition_changes(before, after),
        *scope_changes(before, after),
        *rule_changes(before, after),
        *ladder_changes(before, after),
    )
