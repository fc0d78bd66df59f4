"""From a document in YAML to ``Terms``. Every fault is told at once, with its place and with what was meant."""

from __future__ import annotations

from typing import Final

from ecluse.terms import fields
from ecluse.terms.document import Rule, Scope, Terms, Transition
from ecluse.terms.faults import Faults, quoted
from ecluse.terms.ladder.parse import read_ladder
from ecluse.terms.nodes import Value, read_document
from ecluse.terms.parse_places import read_scopes, read_transition
from ecluse.terms.parse_rules import read_rules

NEEDED: Final = ("id", "version", "title", "rules")
OPTIONAL: Final = ("announced", "effective", "supersedes", "transition", "scopes", "ladder")


def parse_terms(text: str, source: str = "terms.yaml") -> Terms:
    """Read a document of terms. source: its name in messages. Raises TermsError, which tells every fault.

    >>> document = '''
    ... {id: demo, version: 1, title: Demo, rules: [
    ...   {id: hour, clause: Few strangers., when: [strangers.1h > 50], then: refuse}]}
    ... '''
    >>> parse_terms(document).rules[0].conditions
    (Condition(signal='strangers.1h', comparison='>', number=50.0),)
    """
    faults = Faults(source)
    given = read_document(text, faults).fields(NEEDED, OPTIONAL)
    terms_id, version = fields.name(given.get("id")), fields.version(given.get("version"))
    title = fields.text(given.get("title"))
    announced_s, effective_s = fields.moment(given.get("announced")), fields.moment(given.get("effective"))
    if announced_s is not None and effective_s is not None and announced_s > effective_s:
        given["announced"].blame("terms are announced before they are effective, or with it")
    supersedes = fields.name_of_terms(given.get("supersedes"))
    rules = read_rules(given.get("rules"))
    scopes = read_scopes(given.get("scopes"), rules)
    transition = read_transition(given.get("transition"), rules)
    ladder = read_ladder(given.get("ladder"))
    _check_only_in(given.get("rules"), rules, scopes)
    _check_transition(given, transition, announced_s, effective_s)
    faults.raise_any()
    if terms_id is None or version is None or title is None:
        raise AssertionError("a fault was blamed for it")
    return Terms(
        terms_id,
        version,
        title,
        rules,
        text,
        announced_s,
        effective_s,
        supersedes,
        scopes=scopes,
        transition=transition,
        ladder=ladder,
    )


def _check_only_in(value: Value | None, rules: tuple[Rule, ...], scopes: tuple[Scope, ...]) -> None:
    """See that the scopes that rules are bound to are there, and change no limit of a rule that is not asked there."""
    known = {scope.id for scope in scopes}
    for rule in rules:
        if value is None:
            return
        for scope_id in rule.only_in:
            if scope_id not in known:
                value.blame(f"the rule {quoted(rule.id)} is only in {quoted(scope_id)}, which is no scope here")
        for scope in scopes:
            if rule.only_in and scope.touches(rule) and scope.id not in rule.only_in:
                value.blame(f"the scope {quoted(scope.id)} has a limit of {quoted(rule.id)}, which is not asked there")


def _check_transition(
    given: dict[str, Value], transition: tuple[Transition, ...], announced_s: int | None, effective_s: int | None
) -> None:
    if transition and effective_s is None:
        given["transition"].blame("a transition needs the field `effective`: the date that it leads to")
    for one in transition:
        if one.until_s is not None and announced_s is not None and one.until_s <= announced_s:
            given["transition"].blame("a transition ends after the terms are announced")
