"""Fields of a document that are read the same wherever they stand: names, words, dates, and text for people.

A reader returns None after it has blamed the value; so does one of a value that is not there.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, TypeVar

from ecluse.terms.faults import meant, quoted
from ecluse.terms.nodes import Value
from ecluse.terms.texts import LANGUAGES, Text

TEXT_CHARACTERS_MAX: Final = 1_000
"""Characters of a clause, a notice or a title."""

EXPECTED_DATE: Final = "a date such as 2019-12-07 (midnight UTC), or a time such as 2019-12-07T00:00:00Z, 2000 to 2099"

NAME: Final = re.compile(r"[a-z0-9-]{1,64}")
LABEL: Final = re.compile(r"[a-z0-9_-]{1,64}")
VERSION: Final = re.compile(r"[A-Za-z0-9._+-]{1,64}")
TERMS: Final = re.compile(r"[a-z0-9-]{1,64}@[A-Za-z0-9._+-]{1,64}")
MOMENT: Final = re.compile(
    r"20[0-9]{2}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:?[0-9]{2}))?"
)

Word = TypeVar("Word")


def matching(value: Value | None, pattern: re.Pattern[str], expected: str, *, numbers: bool = False) -> str | None:
    """A text that a pattern matches as a whole. expected: it, in words."""
    text = value.scalar(expected, numbers=numbers) if value else None
    if value is None or text is None:
        return None
    if not pattern.fullmatch(text):
        value.blame(f"expected {expected}, got {quoted(text)}")
        return None
    return text


def name(value: Value | None) -> str | None:
    """The id of terms, a rule or a scope."""
    return matching(value, NAME, "an id of a-z, 0-9 and -, at most 64 of them")


def label(value: Value | None) -> str | None:
    """The word that is shown with a message."""
    return matching(value, LABEL, "a label of a-z, 0-9, - and _, at most 64 of them")


def version(value: Value | None) -> str | None:
    """A version: a whole number or text."""
    expected = "a version: a whole number, or in quotes at most 64 of A-Z, a-z, 0-9 and . _ + -"
    whole = value is not None and value.node.tag.endswith(":int") and str(value.node.value).isdecimal()
    return matching(value, VERSION, expected, numbers=whole)


def name_of_terms(value: Value | None) -> str | None:
    """How verdicts name terms."""
    return matching(value, TERMS, "terms as `id@version`")


def moment(value: Value | None) -> int | None:
    """A date or a time, as seconds of the epoch."""
    text = value.scalar(EXPECTED_DATE, dates=True) if value else None
    if value is None or text is None:
        return None
    second = read_moment(text)
    if second is None:
        value.blame(f"expected {EXPECTED_DATE}, got {quoted(text)}")
    return second


def read_moment(text: str) -> int | None:
    """Seconds of the epoch of what EXPECTED_DATE says; None of anything else.

    >>> read_moment("2019-12-07"), read_moment("2019-12-07T01:00:00+01:00"), read_moment("2019-12-07T01:00:00")
    (1575676800, 1575676800, None)
    """
    if not MOMENT.fullmatch(text):
        return None
    try:
        read = datetime.fromisoformat(text)
    except ValueError:  # such as the 30th of February
        return None
    return int((read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp())


def words(value: Value | None, what: str, known: Mapping[str, Word]) -> tuple[Word, ...]:
    """A list of known words, each once. what: one is, in words."""
    items = value.items(f"{what}s") if value else None
    if value is not None and items == []:
        value.blame(f"expected at least one {what}; without the field any will do")
    found: list[Word] = []
    for item in items or ():
        word = item.scalar(f"a {what}")
        if word is None:
            continue
        if word not in known:
            item.blame(f"unknown {what} {quoted(word)}{meant(word, tuple(known))}")
        elif known[word] in found:
            item.blame(f"the {what} {quoted(word)} is given twice")
        else:
            found.append(known[word])
    return tuple(found)


def text(value: Value | None) -> str | None:
    """Words for people: line breaks and runs of spaces become one space."""
    written = value.scalar("text") if value else None
    if value is None or written is None:
        return None
    words_ = " ".join(written.split())
    if not words_:
        value.blame("expected text, got nothing")
    elif len(words_) > TEXT_CHARACTERS_MAX:
        value.blame(f"expected at most {TEXT_CHARACTERS_MAX} characters, got {len(words_)}")
    elif any(unicodedata.category(character) in ("Cc", "Cs") for character in words_):
        value.blame(f"expected text without control characters, got {quoted(words_)}")
    else:
        return words_
    return None


def texts(value: Value | None) -> Text | None:
    """Text for people: in English, or a field for each language, English among them."""
    if value is None:
        return None
    if value.type != "fields":
        english = text(value)
        return None if english is None else Text.english(english)
    given = value.fields(LANGUAGES[:1], LANGUAGES[1:])
    pairs = [(language, text(given.get(language))) for language in LANGUAGES if language in given]
    read = tuple((language, words_) for language, words_ in pairs if words_ is not None)
    return Text(read) if read and read[0][0] == LANGUAGES[0] else None
