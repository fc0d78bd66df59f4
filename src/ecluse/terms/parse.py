"""From a document in YAML to ``Terms``. Every fault is told at once, with its place and with what was meant."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from ecluse.events import Kind
from ecluse.terms.conditions import EXAMPLE, read_comparison, read_condition, read_number, read_signal
from ecluse.terms.document import (
    CONDITIONS_MAX,
    KINDS_BY_DEFAULT,
    KINDS_JUDGED,
    RULES_MAX,
    Condition,
    Rule,
    Terms,
)
from ecluse.terms.faults import Faults, meant, quoted
from ecluse.terms.nodes import Value, read_document
from ecluse.terms.outcome import Outcome

TEXT_CHARACTERS_MAX: Final = 1_000
"""Characters of a clause or a title."""

_NAME: Final = re.compile(r"[a-z0-9-]{1,64}")
_LABEL: Final = re.compile(r"[a-z0-9_-]{1,64}")
_VERSION: Final = re.compile(r"[A-Za-z0-9._+-]{1,64}")


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
    fields = read_document(text, faults).fields(("id", "version", "title", "rules"))
    terms_id = _name(fields.get("id"))
    version = _version(fields.get("version"))
    title = _text(fields.get("title"))
    rules = _rules(fields.get("rules"))
    faults.raise_any()
    if terms_id is None or version is None or title is None:
        raise AssertionError("a fault was blamed for it")
    return Terms(terms_id, version, title, rules, text)


def _rules(value: Value | None) -> tuple[Rule, ...]:
    items = value.items("rules") if value else None
    rules: list[Rule] = []
    ids: dict[str, str] = {}
    n_conditions = 0
    for place, item in enumerate(items or ()):
        if place == RULES_MAX:
            item.blame(f"there may be at most {RULES_MAX} rules")
            break
        fields = item.fields(("id", "clause", "when", "then"), ("kinds", "label"))
        rule_id = _name(fields.get("id"))
        if rule_id is not None and ids.setdefault(rule_id, item.path) != item.path:
            fields["id"].blame(f"the rule {quoted(rule_id)} is there already, as {ids[rule_id]}")
        clause = _text(fields.get("clause"))
        kinds = _kinds(fields.get("kinds"))
        conditions = _conditions(fields.get("when"))
        outcome = _outcome(fields.get("then"))
        label = _label(fields.get("label"), outcome, fields.get("then"))
        n_conditions += len(conditions)
        if n_conditions > CONDITIONS_MAX:
            fields["when"].blame(f"there may be at most {CONDITIONS_MAX} conditions in all rules together")
            break
        if rule_id is not None and clause is not None and outcome is not None:
            rules.append(Rule(rule_id, clause, kinds, conditions, outcome, label))
    return tuple(rules)


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
    fields = value.fields(("signal", "comparison", "number"))
    signal_text = fields["signal"].scalar("the name of a signal") if "signal" in fields else None
    signal = None if signal_text is None else read_signal(signal_text, fields["signal"].blame)
    comparison_text = fields["comparison"].scalar("a comparison") if "comparison" in fields else None
    comparison = None if comparison_text is None else read_comparison(comparison_text, fields["comparison"].blame)
    number_text = fields["number"].scalar("a number", numbers=True) if "number" in fields else None
    number = None if number_text is None else read_number(number_text, signal, fields["number"].blame)
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
    return _matching(value, _LABEL, "a label of a-z, 0-9, - and _, at most 64 of them")


def _name(value: Value | None) -> str | None:
    return _matching(value, _NAME, "an id of a-z, 0-9 and -, at most 64 of them")


def _version(value: Value | None) -> str | None:
    expected = "a version: a whole number, or in quotes at most 64 of A-Z, a-z, 0-9 and . _ + -"
    whole = value is not None and value.node.tag.endswith(":int") and str(value.node.value).isdecimal()
    return _matching(value, _VERSION, expected, numbers=whole)


def _matching(value: Value | None, pattern: re.Pattern[str], expected: str, *, numbers: bool = False) -> str | None:
    text = value.scalar(expected, numbers=numbers) if value else None
    if value is None or text is None:
        return None
    if not pattern.fullmatch(text):
        value.blame(f"expected {expected}, got {quoted(text)}")
        return None
    return text


def _text(value: Value | None) -> str | None:
    """Words for people: line breaks and runs of spaces become one space."""
    written = value.scalar("text") if value else None
    if value is None or written is None:
        return None
    text = " ".join(written.split())
    if not text:
        value.blame("expected text, got nothing")
    elif len(text) > TEXT_CHARACTERS_MAX:
        value.blame(f"expected at most {TEXT_CHARACTERS_MAX} characters, got {len(text)}")
    elif any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
        value.blame(f"expected text without control characters, got {quoted(text)}")
    else:
        return text
    return None
