"""Names of accounts and groups, one or many: ``ada``, or ``friend 1..80`` for eighty of them."""

from __future__ import annotations

import re
from typing import Final

from ecluse.events import ID_CHARACTERS_MAX
from ecluse.terms.faults import quoted
from ecluse.terms.nodes import Value

NAMES_MAX: Final = 4_096
"""Names that one range, or one list, may stand for."""

EXPECTED: Final = "a name, such as `ada`, or many, such as `friend 1..80`"

_RANGE: Final = re.compile(r"(.*?)(\d{1,7})\.\.(\d{1,7})")


def expand(text: str) -> tuple[str, ...] | None:
    """The names that a text stands for; None if they are too many, or none.

    >>> expand("friend 1..3"), expand("ada"), expand("friend 3..1")
    (('friend 1', 'friend 2', 'friend 3'), ('ada',), None)
    """
    match = _RANGE.fullmatch(text)
    if match is None:
        return (text,)
    first, last = int(match[2]), int(match[3])
    if not first <= last < first + NAMES_MAX:
        return None
    return tuple(f"{match[1]}{number}" for number in range(first, last + 1))


def read_names(value: Value | None) -> tuple[str, ...]:
    """Names from a text or a list of texts; blames what stands for none, and a name that is there twice."""
    if value is None:
        return ()
    items = value.items("names") if value.type == "a list" else [value]
    if items == []:
        value.blame(f"expected {EXPECTED}, got an empty list")
    found: list[str] = []
    for item in items or ():
        text = item.scalar(EXPECTED, numbers=True)
        names = None if text is None else expand(text)
        if text is not None and (names is None or not all(0 < len(name) <= ID_CHARACTERS_MAX for name in names)):
            item.blame(
                f"expected {EXPECTED}, at most {NAMES_MAX:,} of 1 to {ID_CHARACTERS_MAX} characters, got {quoted(text)}"
            )
            continue
        for name in names or ():
            if name in found[-1:] or (name in found and len(found) < 64):
                item.blame(f"the name {quoted(name)} is given twice")
                break
            found.append(name)
    if len(found) > NAMES_MAX:
        value.blame(f"there may be at most {NAMES_MAX:,} names, got {len(found):,}")
        return ()
    return tuple(found)
