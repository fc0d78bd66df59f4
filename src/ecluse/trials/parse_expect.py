"""What is expected of the events of a step: of all, or of some by their numbers."""

from __future__ import annotations

import re
from typing import Final

from ecluse.terms import LANGUAGES, Outcome, fields
from ecluse.terms.faults import meant, quoted
from ecluse.terms.nodes import Value
from ecluse.trials.document import Expectation
from ecluse.trials.names import read_names
from ecluse.trials.times import read_length

NONE: Final = "none"
"""No time to wait helps, or no terms are in force."""

LISTS: Final = ("rules", "warnings", "shadow", "labels")
"""Lists of ids, compared as a whole."""

_FIELDS: Final = ("outcome", *LISTS, "dropped", "retry_after", "terms", "notice")
_EVENTS: Final = re.compile(r"(\d{1,7})(?:\.\.(\d{1,7}))?")
_ID: Final = re.compile(r"[a-z0-9_-]{1,64}")


def read_expect(value: Value | None, step: int, start: int, n: int) -> list[Expectation]:
    """What is expected of the ``n`` events of a step, the first of which is event ``start`` of the case.

    An outcome alone, fields, or a list of fields with ``events`` each.
    """
    if value is None:
        return []
    items = value.items("expectations") if value.type == "a list" else [value]
    if items == []:
        value.blame("expected at least one expectation")
    return [_expectation(item, step, start, n) for item in items or ()]


def _expectation(value: Value, step: int, start: int, n: int) -> Expectation:
    line = value.node.start_mark.line + 1
    if value.type == "text":
        return Expectation(
            first=start, last=start + n - 1, step=step, start=start, events=n, line=line, outcome=_outcome(value)
        )
    given = value.fields((), ("events", *_FIELDS))
    if value.type == "fields" and not any(name in given for name in _FIELDS):
        value.blame(f"expected one or more of {', '.join(map(quoted, _FIELDS))}")
    first, last = _events(given.get("events"), n)
    return Expectation(
        first=start + first,
        last=start + last,
        step=step,
        start=start,
        events=n,
        line=line,
        outcome=_outcome(given.get("outcome")),
        rules=_ids(given.get("rules")),
        warnings=_ids(given.get("warnings")),
        shadow=_ids(given.get("shadow")),
        labels=_ids(given.get("labels")),
        dropped=_dropped(given.get("dropped")),
        retry_after=_retry_after(given.get("retry_after")),
        terms=_terms(given.get("terms")),
        notices=_notices(given.get("notice")),
    )


def _events(value: Value | None, n: int) -> tuple[int, int]:
    """The first and the last of the events meant, from 0."""
    expected = f"events by their numbers, from 1 to {n}: `51`, `51..60`, `first` or `last`"
    text = value.scalar(expected, numbers=True) if value else None
    if value is None or text is None:
        return 0, n - 1
    if text in ("first", "last"):
        return (0, 0) if text == "first" else (n - 1, n - 1)
    match = _EVENTS.fullmatch(text)
    first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
    if not 1 <= first <= last <= n:
        value.blame(f"expected {expected}, got {quoted(text)}")
        return 0, n - 1
    return first - 1, last - 1


def _outcome(value: Value | None) -> str | None:
    word = value.scalar("an outcome") if value else None
    if value is not None and word is not None and word not in Outcome.words():
        value.blame(f"unknown outcome {quoted(word)}{meant(word, Outcome.words())}")
    return word


def _ids(value: Value | None) -> tuple[str, ...] | None:
    """Ids of rules, or labels; the empty list is none at all."""
    items = value.items("ids") if value else None
    if items is None:
        return None
    words = [fields.matching(item, _ID, "an id of a-z, 0-9, - and _, at most 64 of them") for item in items]
    return tuple(word for word in words if word is not None)


def _dropped(value: Value | None) -> tuple[str, ...] | None:
    if value is None:
        return None
    return () if value.type == "a list" and value.items("names") == [] else read_names(value)


def _retry_after(value: Value | None) -> int | None:
    if value is not None and value.node.value == NONE:
        return -1
    return read_length(value)


def _terms(value: Value | None) -> str | None:
    if value is not None and value.node.value == NONE:
        return ""
    return fields.name_of_terms(value)


def _notices(value: Value | None) -> tuple[tuple[str, str], ...]:
    """Notices by language."""
    given = value.fields((), LANGUAGES) if value else {}
    texts = ((language, fields.text(item)) for language, item in given.items())
    return tuple((language, text) for language, text in texts if text is not None)
