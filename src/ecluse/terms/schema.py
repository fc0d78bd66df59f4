"""The JSON Schema of a document of terms, for editors: it completes fields, words and signals, and marks what is wrong.

Every document that ``parse_terms`` takes fits it. Not the other way round: what no schema can say (a rule id that is
there twice, a limit beyond its signal) is told by ``parse_terms`` alone.
"""

from __future__ import annotations

from typing import Any, Final

from ecluse.events import ID_CHARACTERS_MAX, AccountKind, Chat
from ecluse.events.regions import REGION
from ecluse.ledger import SIGNALS, Signal
from ecluse.terms import fields
from ecluse.terms.condition import COMPARISONS, DURATIONS_S
from ecluse.terms.document import (
    CONDITIONS_MAX,
    KINDS_BY_DEFAULT,
    KINDS_JUDGED,
    RULES_MAX,
    SCOPES_MAX,
    TRANSITIONS_MAX,
)
from ecluse.terms.grammar import NUMBER
from ecluse.terms.ladder.schema import ladder_schema, rungs_schema
from ecluse.terms.mode import Mode
from ecluse.terms.outcome import Outcome
from ecluse.terms.parse_places import MEMBERS_MAX
from ecluse.terms.parse_rules import NOTICE_PLACES
from ecluse.terms.texts import LANGUAGES

Schema = dict[str, Any]

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

_COMPARED: Final = "|".join(sorted(COMPARISONS, key=len, reverse=True))
_UNITS: Final = "".join(DURATIONS_S)
_AN_AGE: Final = rf"^\s*(<=|>=|<|>)\s*{NUMBER}[{_UNITS}]?\s*$"


def terms_schema() -> Schema:
    """The schema, in the 2020-12 dialect.

    >>> sorted(terms_schema()["required"])
    ['id', 'rules', 'title', 'version']
    """
    return {
        "$schema": DIALECT,
        "title": "Terms",
        "description": "What a service allows: rules over signals, each with the clause that people read.",
        **_object(
            {
                "id": _text(fields.NAME.pattern, "Of the terms: a-z, 0-9 and -."),
                "version": _version(),
                "title": _words("For people; at most 1,000 characters."),
                "announced": _moment("When the terms are announced; until they are in force they warn and rehearse."),
                "effective": _moment(
                    "From when on the terms are in force; as soon as they are activated, unless given."
                ),
                "supersedes": _text(fields.TERMS.pattern, "The terms before these, as id@version."),
                "transition": _list(_ref("transition"), "For whom rules come later.", most=TRANSITIONS_MAX),
                "scopes": _list(
                    _ref("scope"), "Where limits are tighter or looser; narrow ones first.", most=SCOPES_MAX
                ),
                "ladder": ladder_schema(),
                "rules": _list(_ref("rule"), "In the order in which they are asked.", most=RULES_MAX),
            },
            needed=("id", "version", "title", "rules"),
        ),
        "$defs": {
            "rule": _rule(),
            "scope": _scope(),
            "transition": _transition(),
            "condition": _condition(),
            "texts": _texts(),
            "limit": _limit(),
            "rungs": rungs_schema(),
        },
    }


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _object(properties: Schema, needed: tuple[str, ...] = (), least: int = 0) -> Schema:
    found: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    if needed:
        found["required"] = list(needed)
    if least:
        found["minProperties"] = least
    return found


def _list(items: Schema, says: str, *, least: int = 0, most: int | None = None, unique: bool = False) -> Schema:
    found: Schema = {"type": "array", "items": items, "description": says}
    if least:
        found["minItems"] = least
    if most is not None:
        found["maxItems"] = most
    if unique:
        found["uniqueItems"] = True
    return found


def _text(pattern: str, says: str) -> Schema:
    return {"type": "string", "pattern": f"^(?:{pattern})$", "description": says}


def _words(says: str) -> Schema:
    return {"type": "string", "minLength": 1, "description": says}


def _moment(says: str) -> Schema:
    return _text(fields.MOMENT.pattern, f"{says} A date such as 2019-12-07 (midnight UTC), or a time with its zone.")


def _one_of(words: tuple[str, ...], says: str) -> Schema:
    return {"type": "string", "enum": list(words), "description": says}


def _version() -> Schema:
    kinds = [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": f"^(?:{fields.VERSION.pattern})$"}]
    return {"anyOf": kinds, "description": 'A whole number, or text; 1.0 is a number to YAML: write "1.0".'}


def _texts() -> Schema:
    by_language = _object({language: _words(f"In {language}.") for language in LANGUAGES}, needed=LANGUAGES[:1])
    return {"anyOf": [_words("In English."), by_language]}


def _limit() -> Schema:
    written = {"type": "string", "pattern": f"^{NUMBER}[{_UNITS}]?$"}
    return {
        "anyOf": [{"type": "number"}, written],
        "description": f"A number; of seconds also with {', '.join(_UNITS)}.",
    }


def _rule() -> Schema:
    kinds = tuple(kind.word for kind in KINDS_JUDGED)
    by_default = ", ".join(kind.word for kind in KINDS_BY_DEFAULT)
    places = ", ".join("{%s}" % place for place in NOTICE_PLACES)  # noqa: UP031
    label = Outcome.LABEL.word
    rule = _object(
        {
            "id": _text(fields.NAME.pattern, "As verdicts and reports name the rule; once in a document."),
            "clause": {**_ref("texts"), "description": "What the rule says to people."},
            "kinds": _list(
                _one_of(kinds, "A kind of event."),
                f"The kinds of event that it judges; {by_default} unless given.",
                least=1,
                unique=True,
            ),
            "when": _list(_ref("condition"), "It speaks when all of these hold.", least=1, most=CONDITIONS_MAX),
            "then": _one_of(Outcome.words(), "What it asks for."),
            "label": _text(fields.LABEL.pattern, f"The word to be shown with the message, with then: {label} alone."),
            "shown": {**_ref("texts"), "description": f"What recipients read for the label, with then: {label} alone."},
            "mode": _one_of(Mode.words(), "enforce: its outcome counts; warn: the sender is told; shadow: recorded."),
            "notice": {**_ref("texts"), "description": f"What the sender is told. Filled in are {places}."},
            "only_in": _list(
                _text(fields.NAME.pattern, "The id of a scope."),
                "It is asked only in these scopes.",
                least=1,
                most=SCOPES_MAX,
            ),
            "basis": _words("Where its limits come from."),
        },
        needed=("id", "clause", "when", "then"),
    )
    is_label = {"properties": {"then": {"const": label}}, "required": ["then"]}
    return {
        **rule,
        "if": is_label,
        "then": {"required": ["label"]},
        "else": {"properties": {"label": False, "shown": False}},
    }


def _condition() -> Schema:
    """In one line, or in three fields. ``defaultSnippets`` is what editors complete a line with."""
    names = [signal.name for signal in SIGNALS]
    signals = "|".join(name.replace(".", r"\.") for name in names)
    line = {
        "type": "string",
        "pattern": rf"^\s*({signals})\s*({_COMPARED})\s*{NUMBER}[{_UNITS}]?\s*$",
        "description": "A signal, a comparison and a number, such as strangers.1h > 50.",
        "defaultSnippets": [_snippet(signal) for signal in SIGNALS],
    }
    signal = {"anyOf": [{"const": one.name, "description": _meaning(one)} for one in SIGNALS]}
    parts = {"signal": signal, "comparison": _one_of(COMPARISONS, "How they are compared."), "number": _ref("limit")}
    return {"anyOf": [line, _object(parts, needed=tuple(parts))]}


def _meaning(signal: Signal) -> str:
    return f"{signal.doc} In {signal.unit}."


def _snippet(signal: Signal) -> Schema:
    number = {"share": "0.2", "seconds": "7d", "ratio": "0.3", "truth": "0.25"}.get(signal.unit, "50")
    comparison = "<" if number != "50" else ">"
    body = f"{signal.name} {comparison} ${{1:{number}}}"
    return {"label": signal.name, "description": _meaning(signal), "body": body}


def _senders() -> Schema:
    regions = _text(REGION, "An ISO 3166 code such as BR or BR-SP.")
    provider = {"type": "string", "minLength": 1, "maxLength": ID_CHARACTERS_MAX}
    age = {"type": "string", "pattern": _AN_AGE}
    kinds = _one_of(AccountKind.words(), "A kind of account.")
    return {
        "regions": _list(regions, "Countries with all their parts, or parts.", least=1, most=MEMBERS_MAX, unique=True),
        "account_kinds": _list(kinds, "Of the sender.", least=1, unique=True),
        "providers": _list(provider, "Ids of those that send for it.", least=1, most=MEMBERS_MAX, unique=True),
        "account_age": {
            "anyOf": [age, _list(age, "From an age on, and up to one.", least=1, most=2)],
            "description": "Such as < 30d; an unknown age satisfies none.",
        },
    }


def _scope() -> Schema:
    where = {
        **_senders(),
        "chats": _list(_one_of(Chat.words(), "A kind of chat."), "Where it is sent.", least=1, unique=True),
        "from": _moment("When the period begins."),
        "until": _moment("When the period has ended."),
    }
    signals = {"propertyNames": {"enum": [signal.name for signal in SIGNALS]}, "additionalProperties": _ref("limit")}
    rules = {"propertyNames": {"pattern": f"^(?:{fields.NAME.pattern})$"}}
    limits: Schema = {
        "type": "object",
        **rules,
        "additionalProperties": {"type": "object", **signals},
        "description": "By a rule's id, by a signal of its conditions: the number that stands there instead.",
    }
    properties = {
        "id": _text(fields.NAME.pattern, "Of the scope; once in a document."),
        "where": {**_object(where, least=1), "description": "All that is given must hold."},
        "limits": limits,
    }
    return _object(properties, needed=("id", "where"))


def _transition() -> Schema:
    properties = {
        "where": {**_object(_senders(), least=1), "description": "For whom; all that is given must hold."},
        "until": _moment("Until when; until the terms are in force, unless given."),
        "meanwhile": _one_of((Mode.WARN.word, Mode.SHADOW.word), "What happens until then; warn, unless given."),
        "rules": _list(
            _text(fields.NAME.pattern, "The id of a rule."),
            "Those that it is about; all, unless given.",
            least=1,
            unique=True,
        ),
    }
    return _object(properties, needed=("where",))
