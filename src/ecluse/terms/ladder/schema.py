"""The part of the JSON Schema that is about the ladder."""

from __future__ import annotations

from typing import Any, Final

from ecluse.terms import fields
from ecluse.terms.ladder.ladder import (
    NEW_CONTACTS_MAX,
    REFUSALS_MAX,
    STEPS_MAX,
    STRIKES_MAX,
    Deciding,
    Measure,
    Members,
    SubjectKind,
)
from ecluse.terms.ladder.parse import CAPABILITIES, DURATION

Schema = dict[str, Any]

_LASTING: Final = (Measure.LIMIT.word, Measure.SUSPENSION.word)


def ladder_schema() -> Schema:
    """The section ``ladder``."""
    subjects = {word: {"$ref": "#/$defs/rungs"} for word in SubjectKind.words()}
    appeal = {
        "how": {"type": "string", "minLength": 1, "description": "How to appeal, for people."},
        "within": _duration("For how long a sanction can be appealed; 183d unless given."),
        "answered_within": _duration("In which time an appeal is answered; 15d unless given."),
    }
    return {
        "type": "object",
        "description": "How many strikes lead to which sanction.",
        "properties": {
            **subjects,
            "appeal": _object(appeal, ()),
            "business_lead": _duration("Before the expulsion of a business at which it is told; 30d unless given."),
        },
        "additionalProperties": False,
        "anyOf": [{"required": [word]} for word in subjects],
    }


def rungs_schema() -> Schema:
    """The ladder of one kind of subject."""
    strike = {
        "refusals": _count("By one rule that make a strike.", 1, REFUSALS_MAX),
        "within": _duration("In which time; 24h unless given. One burst is one strike."),
        "accounts": _count("Of how many accounts they must be.", 1, REFUSALS_MAX),
        "expires": _duration("After which a strike counts no more; 90d unless given."),
    }
    steps = {"type": "array", "items": _step(), "minItems": 1, "maxItems": STEPS_MAX, "description": "By strikes."}
    return _object({"strike": _object(strike, ("refusals",)), "steps": steps}, ("strike", "steps"))


def _step() -> Schema:
    properties = {
        "id": {"type": "string", "pattern": f"^(?:{fields.NAME.pattern})$", "description": "Of the step."},
        "strikes": _count("At how many strikes; more than the step before.", 1, STRIKES_MAX),
        "then": {"type": "string", "enum": list(Measure.words()), "description": "The measure."},
        "for": _duration("How long it lasts."),
        "takes": {
            "type": "array",
            "items": {"type": "string", "enum": list(CAPABILITIES)},
            "minItems": 1,
            "uniqueItems": True,
            "description": "The capabilities that it takes; start for a limit, all for a suspension, unless given.",
        },
        "new_contacts": _count("A day that are left.", 0, NEW_CONTACTS_MAX),
        "decided_by": {"type": "string", "enum": list(Deciding.words()), "description": "Who decides."},
        "announced": _duration("Before it applies."),
        "members": {
            "type": "string",
            "enum": list(Members.words()),
            "description": "Of a campaign: whom it holds for; present, those who belong to it when it takes effect, "
            "unless given.",
        },
    }
    lasting = {"properties": {"then": {"enum": list(_LASTING)}}}
    without = {"properties": {"for": False, "takes": False, "new_contacts": False}}
    step = _object(properties, ("id", "strikes", "then"))
    return {**step, "if": lasting, "then": {"required": ["for"]}, "else": without}


def _object(properties: Schema, needed: tuple[str, ...]) -> Schema:
    found: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**found, "required": list(needed)} if needed else found


def _count(says: str, least: int, most: int) -> Schema:
    digits = {"type": "string", "pattern": "^[0-9]{1,9}$"}
    return {"anyOf": [{"type": "integer", "minimum": least, "maximum": most}, digits], "description": says}


def _duration(says: str) -> Schema:
    written = {"type": "string", "pattern": f"^(?:{DURATION.pattern})$"}
    return {"anyOf": [{"type": "integer", "minimum": 0}, written], "description": says}
