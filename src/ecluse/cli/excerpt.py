"""Excerpts: the line of a document that a message is about, with a mark below the column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich.cells import cell_len

EXCERPT_CHARACTERS_MAX: Final = 100


def excerpt(lines: Sequence[str], line: int, column: int) -> str:
    """A line with a mark below its column; of a long line the part around it. line, column: from 1.

    >>> print(excerpt(["then: refuze"], 1, 7))
         1 │ then: refuze
           │       ^
    """
    text = lines[line - 1] if line <= len(lines) else ""
    at = min(column - 1, len(text))
    start = max(0, at - EXCERPT_CHARACTERS_MAX // 2)
    part = "".join(c if c.isprintable() else " " for c in text[start : start + EXCERPT_CHARACTERS_MAX])
    number = f"{line:>6} │ "
    return f"{number}{part}\n{' ' * (len(number) - 2)}│ {' ' * cell_len(part[: at - start])}^"
