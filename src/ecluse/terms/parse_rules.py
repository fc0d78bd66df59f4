"""The rules of a document, as they are written and as they are kept."""

from __future__ import annotations

from string import Formatter
from typing import Final

from ecluse.events import Kind
from ecluse.terms import fields
from ecluse.terms.condition import Condition
from ecluse.terms.document import CONDITIONS_MAX, KINDS_BY_DEFAULT, KINDS_JUDGED, RULES_MAX, SCOPES_MAX, Rule
from ecluse.terms.faults import meant, quoted
from ecluse.terms.grammar import EXAMPLE, read_comparison, read_condition, read_number, read_signal
from ecluse.terms.mode import Mode
from ecluse.terms.nodes import Value
from ecluse.terms.outcome import Outcome
from ecluse.terms.texts import Text

NOTICE_PLACES: Final = ("clause", "value", "limit", "wait", "from", "terms")
"""What may stand in braces in a notice, to be filled in."""

_NEEDED: Final = ("id", "clause", "when", "then")
_OPTIONAL: Final = ("kinds", "label", "mode", "notice", "only_in", "basis")


def read_rules(value: Value | None) -> tuple[Rule, ...]:
    """Read the list of rules."""
    items = value.items("rules") if value else None
    rules: list[Rule] = []
    ids: dict[str, str] = {}
    n_conditions = 0
    for place, item in enumerate(items or ()):
        if place == RULES_MAX:
            item.blame(f"there may be at most {RULES_MAX} rules")
            break
        given = item.fields(_NEEDED, _OPTIONAL)
        rule_id = fields.name(given.get("id"))
        if rule_id is not None and ids.setdefault(rule_id, item.path) != item.path:
            given["id"].blame(f"the rule {quoted(rule_id)} is there already, as {ids[rule_id]}")
        rule = _rule(given, rule_id)
        n_conditions += len(rule.conditions) if rule else 0
        if n_conditions > CONDITIONS_MAX:
            given["when"].blame(f"there may be at most {CONDITIONS_MAX} conditions in all rules together")
            break
        if rule is not None:
            rules.append(rule)
    return tuple(rules)


def _rule(given: dict[str, Value], rule_id: str | None) -> Rule | None:
    """One rule; None if something is blamed that it can't do without."""
    clause = fields.texts(given.get("clause"))
    kinds = _kinds(given.get("kinds"))
    conditions = _conditions(given.get("when"))
    outcome = _outcome(given.get("then"))
    label = _label(given.get("label"), outcome, given.get("then"))
    mode = _mode(given.get("mode"))
    notice = _notice(given.get("notice"))
    only_in = _only_in(given.get("only_in"))
    basis = fields.text(given.get("basis"))
    if rule_id is None or clause is None or outcome is None:
        return None
    return Rule(rule_id, clause, kinds, conditions, outcome, label, mode, notice, only_in, basis)


def _conditions(value: Value | None) -> tuple[Condition, ...]:
    items = value.items("conditions") if value else None
    if value and items == []:
        value.blame("expected at least one condition: a rule without any would always speak")
    conditions = [_condition(item) for item in (items or ())[: CONDITIONS_MAX + 1]]
    return tuple(condition for condition in conditions if condition is not None)


def _condition(value: Value) -> Condition | None:
    if value.type != "fields":
        text = value.scalar(EXAMPLE, quotes=False)
        return None if text is None else read_condition(text, value.blame)
    given = value.fields(("signal", "comparison", "number"))
    signal_text = given["signal"].scalar("the name of a signal") if "signal" in given else None
    signal = None if signal_text is None else read_signal(signal_text, given["signal"].blame)
    comparison_text = given["comparison"].scalar("a comparison") if "comparison" in given else None
    comparison = None if comparison_text is None else read_comparison(comparison_text, given["comparison"].blame)
    number_text = given["number"].scalar("a number", numbers=True) if "number" in given else None
    number = None if number_text is None else read_number(number_text, signal, given["number"].blame)
    if signal is None or comparison is None or number is None:
        return None
    return Condition(signal.name, comparison, number)


def _kinds(value: Value | None) -> tuple[Kind, ...]:
    if value is None:
        return KINDS_BY_DEFAULT
    items = value.items("kinds")
    if items == []:
        value.blame("expected at least one kind; without the field a rule judges all that send or add")
    words = {kind.word: kind for kind in KINDS_JUDGED}
    kinds: list[Kind] = []
    for item in items or ():
        word = item.scalar("a kind of event")
        if word in (Kind.REPORT.word, Kind.BLOCK.word):
            item.blame(f"a {word} is never judged: a person may always make one")
        elif word is not None and word not in words:
            item.blame(f"unknown kind {quoted(word)}{meant(word, tuple(words))}")
        elif word is not None and words[word] in kinds:
            item.blame(f"the kind {quoted(word)} is given twice")
        elif word is not None:
            kinds.append(words[word])
    return tuple(kinds)


def _outcome(value: Value | None) -> Outcome | None:
    word = value.scalar("an outcome") if value else None
    if value is None or word is None:
        return None
    if word not in Outcome.words():
        value.blame(f"unknown outcome {quoted(word)}{meant(word, Outcome.words())}")
        return None
    return Outcome.of(word)


def _label(value: Value | None, outcome: Outcome | None, then: Value | None) -> str | None:
    if value is None:
        if outcome is Outcome.LABEL and then is not None:
            then.blame("`then: label` needs the field `label`, the word to be shown")
        return None
    if outcome is not None and outcome is not Outcome.LABEL:
        value.blame(f"only `then: label` takes a label, not `then: {outcome.word}`")
        return None
    return fields.label(value)


def _mode(value: Value | None) -> Mode:
    word = value.scalar("a mode") if value else None
    if value is None or word is None:
        return Mode.ENFORCE
    if word not in Mode.words():
        value.blame(f"unknown mode {quoted(word)}{meant(word, Mode.words())}")
        return Mode.ENFORCE
    return Mode.of(word)


def _notice(value: Value | None) -> Text | None:
    """A notice in one language or more, with nothing in braces that could not be filled in."""
    notice = fields.texts(value)
    if value is None or notice is None:
        return None
    for _, text in notice.by_language:
        try:
            places = [(place, form, turned) for _, place, form, turned in Formatter().parse(text) if place is not None]
        except ValueError:
            value.blame(f"a brace that is not part of a place is written twice, in {quoted(text)}")
            continue
        for place, form, turned in places:
            if place not in NOTICE_PLACES or form or turned:
                shown = place + (f"!{turned}" if turned else "") + (f":{form}" if form else "")
                value.blame(f"{quoted('{' + shown + '}')} can't be filled in{meant(place, NOTICE_PLACES)}")
    return notice


def _only_in(value: Value | None) -> tuple[str, ...]:
    items = value.items("ids of scopes") if value else None
    if value is not None and items == []:
        value.blame("expected at least one scope; without the field the rule is asked everywhere")
    if value is not None and len(items or ()) > SCOPES_MAX:
        value.blame(f"there may be at most {SCOPES_MAX} scopes")
    return tuple(
        dict.fromkeys(found for item in (items or ())[:SCOPES_MAX] if (found := fields.name(item)) is not None)
    )
