"""Scopes and transitions of a document: where limits are others, and for whom rules come later."""

from __future__ import annotations

from typing import Final

from ecluse.events import EXPECTED_REGION, ID_CHARACTERS_MAX, AccountKind, Chat, is_region
from ecluse.terms import fields
from ecluse.terms.condition import Condition
from ecluse.terms.document import SCOPES_MAX, TRANSITIONS_MAX, Rule, Scope, Transition
from ecluse.terms.faults import meant, quoted
from ecluse.terms.grammar import read_condition, read_number, read_signal
from ecluse.terms.mode import Mode
from ecluse.terms.nodes import Value
from ecluse.terms.where import Where

MEMBERS_MAX: Final = 64
"""Regions or providers of one place."""

_SENDERS: Final = ("account_kinds", "providers", "account_age", "regions")
_EVENTS: Final = (*_SENDERS, "chats", "from", "until")
_AGE: Final = "account_age"


def read_scopes(value: Value | None, rules: tuple[Rule, ...]) -> tuple[Scope, ...]:
    """Read the list of scopes. rules: whose limits they may change."""
    items = value.items("scopes") if value else None
    scopes: list[Scope] = []
    for place, item in enumerate(items or ()):
        if place == SCOPES_MAX:
            item.blame(f"there may be at most {SCOPES_MAX} scopes")
            break
        given = item.fields(("id", "where"), ("limits",))
        scope_id = fields.name(given.get("id"))
        where = _where(given.get("where"), _EVENTS)
        limits = _limits(given.get("limits"), rules)
        if scope_id in [scope.id for scope in scopes]:
            given["id"].blame(f"the scope {quoted(str(scope_id))} is there already")
        elif scope_id is not None and where is not None:
            scopes.append(Scope(scope_id, where, limits))
    return tuple(scopes)


def read_transition(value: Value | None, rules: tuple[Rule, ...]) -> tuple[Transition, ...]:
    """Read the list of transitions. rules: those that there are."""
    items = value.items("transitions") if value else None
    known = {rule.id: rule.id for rule in rules}
    transitions: list[Transition] = []
    for place, item in enumerate(items or ()):
        if place == TRANSITIONS_MAX:
            item.blame(f"there may be at most {TRANSITIONS_MAX} transitions")
            break
        given = item.fields(("where",), ("until", "meanwhile", "rules"))
        where = _where(given.get("where"), _SENDERS)
        meanwhile = _meanwhile(given.get("meanwhile"))
        about = fields.words(given.get("rules"), "rule", known)
        if where is not None:
            transitions.append(Transition(where, fields.moment(given.get("until")), meanwhile, about))
    return tuple(transitions)


def _where(value: Value | None, known: tuple[str, ...]) -> Where | None:
    if value is None:
        return None
    given = value.fields((), known)
    if value.type == "fields" and not given:
        value.blame(f"expected one or more of {', '.join(map(quoted, known))}: without any it would be everywhere")
    from_s, until_s = fields.moment(given.get("from")), fields.moment(given.get("until"))
    if from_s is not None and until_s is not None and from_s >= until_s:
        given["until"].blame("a period ends after it begins")
    return Where(
        regions=tuple(region.upper() for region in _ids(given.get("regions"), "region")),
        account_kinds=fields.words(given.get("account_kinds"), "kind of account", {k.word: k for k in AccountKind}),
        providers=_ids(given.get("providers"), "provider"),
        chats=fields.words(given.get("chats"), "chat", {chat.word: chat for chat in Chat}),
        ages=_ages(given.get(_AGE)),
        from_s=from_s,
        until_s=until_s,
    )


def _ids(value: Value | None, what: str) -> tuple[str, ...]:
    """Regions or providers. what: which, in words."""
    items = value.items(f"{what}s") if value else None
    if value is not None and items == []:
        value.blame(f"expected at least one {what}; without the field any will do")
    if value is not None and items is not None and len(items) > MEMBERS_MAX:
        value.blame(f"there may be at most {MEMBERS_MAX} {what}s")
    expected = EXPECTED_REGION if what == "region" else f"an id of 1 to {ID_CHARACTERS_MAX} characters"
    found: list[str] = []
    for item in (items or ())[:MEMBERS_MAX]:
        word = item.scalar(expected)
        if word is None:
            continue
        right = is_region(word) if what == "region" else 0 < len(word) <= ID_CHARACTERS_MAX
        if not right:
            item.blame(f"expected {expected}, got {quoted(word)}")
        elif word in found:
            item.blame(f"the {what} {quoted(word)} is given twice")
        else:
            found.append(word)
    return tuple(found)


def _ages(value: Value | None) -> tuple[Condition, ...]:
    """An age such as ``< 30d``, or a list of two: from an age on, and up to one."""
    if value is None:
        return ()
    items = value.items("ages") if value.type == "a list" else [value]
    found: list[Condition] = []
    for item in items or ():
        written = item.scalar("an age, such as `< 30d`", quotes=False)
        condition = None if written is None else read_condition(f"{_AGE} {written}", item.blame)
        if condition is not None and condition.comparison in ("==", "!="):
            item.blame("an age is compared by <, <=, > or >=")
        elif condition is not None:
            found.append(condition)
    if items is not None and not 1 <= len(items) <= 2:
        value.blame("expected one age or two: from which on, and up to which")
    return tuple(found)


def _meanwhile(value: Value | None) -> Mode:
    known = {mode.word: mode for mode in (Mode.WARN, Mode.SHADOW)}
    word = value.scalar("what happens meanwhile") if value else None
    if value is not None and word is not None and word not in known:
        value.blame(f"unknown mode {quoted(word)} for a transition{meant(word, tuple(known))}")
    return known.get(word or "", Mode.WARN)


def _limits(value: Value | None, rules: tuple[Rule, ...]) -> tuple[tuple[str, str, float], ...]:
    """The limits of a scope: for a rule's id, for a signal of its conditions, the number that stands there instead."""
    if value is None:
        return ()
    by_id = {rule.id: rule for rule in rules}
    limits: list[tuple[str, str, float]] = []
    for rule_id, given in value.fields((), tuple(by_id)).items():
        signals = [condition.signal for condition in by_id[rule_id].conditions]
        for name, number_value in given.fields((), tuple(dict.fromkeys(signals))).items():
            if signals.count(name) > 1:
                number_value.blame(f"the rule has {signals.count(name)} conditions on {quoted(name)}: which is meant?")
                continue
            text = number_value.scalar("a number", numbers=True)
            number = None if text is None else read_number(text, read_signal(name, given.blame), number_value.blame)
            if number is not None:
                limits.append((rule_id, name, number))
    return tuple(limits)
