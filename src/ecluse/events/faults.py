"""What is wrong with an event: a decoder's complaint made into the field, the value and what would be right."""

from __future__ import annotations

import re
from typing import Any, Final

from ecluse.errors import InputError
from ecluse.events.event import ID_CHARACTERS_MAX, Event, expected

NAME_CHARACTERS_MAX: Final = 80
"""Characters of an unknown field's name that an error repeats."""

_FAULT = re.compile(r"^(?P<what>.*?)(?: - at `(?P<path>\$.*?)`)?$", re.DOTALL)
_UNKNOWN_FIELD = re.compile(r"unknown field `(?P<field>.*)`", re.DOTALL)
_MISSING_FIELD = re.compile(r"missing required field `(?P<field>.*)`", re.DOTALL)
_STEP = re.compile(r"\.(?P<name>\w+)|\[(?P<index>\d+|\.\.\.)\]")


def unknown_field(name: str, value: object, where: str | None = None) -> InputError:
    """The error for a field or column that no event has; its name comes from outside and is shortened."""
    shown = name if len(name) <= NAME_CHARACTERS_MAX else name[:NAME_CHARACTERS_MAX] + "…"
    return InputError(shown, value, f"a field of an event: {', '.join(Event.__struct_fields__)}", where)


def explain(complaint: str, document: Any, where: str | None) -> InputError:
    """Turn msgspec's complaint about ``document`` into an error that names the field and shows the value.

    document: what was to be an event or a list of events, decoded without a schema.
    """
    fault = _FAULT.match(complaint)
    what, path = (fault["what"], fault["path"]) if fault else (complaint, None)
    names, value, index = _follow(document, path or "$")
    if where is None and index is not None:
        where = f"event {index}"
    if unknown := _UNKNOWN_FIELD.search(what):
        name = unknown["field"]
        return unknown_field(name, value.get(name) if isinstance(value, dict) else None, where)
    if missing := _MISSING_FIELD.search(what):
        name = missing["field"]
        return InputError(name, None, f"given: {expected(name)}", where)
    if not names:
        return InputError("body", value, f"an event: a JSON object ({what})", where)
    return InputError(names[0], value, expected(names[0]), where)


def _follow(document: Any, path: str) -> tuple[list[str], Any, int | None]:
    """Walk a decoder's path: the names of the fields on it, the value at its end, and the event's place."""
    names: list[str] = []
    index: int | None = None
    value = document
    for step in _STEP.finditer(path):
        if step["name"] is not None:
            names.append(step["name"])
            value = value.get(step["name"]) if isinstance(value, dict) else None
        elif step["index"] == "...":
            value = _culprit(value)
        else:
            place = int(step["index"])
            if not names and index is None:
                index = place
            value = value[place] if isinstance(value, list) and place < len(value) else None
    return names, value, index


def _culprit(items: Any) -> Any:
    """The first item of a list of ids that is none."""
    if not isinstance(items, list):
        return None
    return next((i for i in items if not isinstance(i, str) or not 0 < len(i) <= ID_CHARACTERS_MAX), None)
