"""What is wrong with a document of terms: every fault at once, each with its place and with what was meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple, NoReturn

from ecluse.errors import EcluseError

FAULTS_MAX: Final = 100
"""Faults told at once; a document with more is told the first ones."""

SHOWN_CHARACTERS_MAX: Final = 60

KNOWN_TOLD_MAX: Final = 8
"""Known words up to which a message about an unknown one tells them all."""


class Fault(NamedTuple):
    """One thing that is wrong. line, column: from 1. field: such as ``rules[2].when[0]``; empty for the document."""

    line: int
    column: int
    field: str
    message: str


class TermsError(EcluseError):
    """A document of terms is not one. source: the document's name. faults: in the order of their places.

    lines: a message for each fault, with its place.
    """

    def __init__(self, source: str, faults: Iterable[Fault]) -> None:
        self.source = source
        self.faults = sorted(faults)
        self.lines = tuple(self._line(fault) for fault in self.faults)
        super().__init__("\n".join(self.lines))

    def _line(self, fault: Fault) -> str:
        field = f"{fault.field}: " if fault.field else ""
        return f"{self.source}:{fault.line}:{fault.column}: {field}{fault.message}"


class Faults:
    """Collects the faults of one document."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._faults: list[Fault] = []

    def add(self, line: int, column: int, field: str, message: str) -> None:
        """Note a fault. Raises TermsError when there are FAULTS_MAX of them."""
        self._faults.append(Fault(line, column, field, message))
        if len(self._faults) == FAULTS_MAX:
            self.raise_any()

    def refuse(self, line: int, column: int, message: str) -> NoReturn:
        """Raise TermsError at once: with this fault there is no sense in reading on."""
        raise TermsError(self._source, [*self._faults, Fault(line, column, "", message)])

    def raise_any(self) -> None:
        """Raise TermsError if there are faults."""
        if self._faults:
            raise TermsError(self._source, self._faults)


def quoted(text: str) -> str:
    r"""A word of the document as a message shows it: shortened, and without what would upset a terminal.

    >>> quoted("strangers.1h"), quoted("bell" + chr(7))
    ('`strangers.1h`', '`bell\\x07`')
    """
    if len(text) > SHOWN_CHARACTERS_MAX:
        text = text[:SHOWN_CHARACTERS_MAX] + "…"
    return f"`{text if text.isprintable() else ascii(text)[1:-1]}`"


def meant(word: str, words: Sequence[str]) -> str:
    """The end of a message about an unknown word: the nearest known one, else all if they are few.

    >>> meant("refuze", ("pass", "refuse")), meant("x", ("pass", "refuse"))
    ('; did you mean `refuse`?', '; known are `pass`, `refuse`')
    """
    near = difflib.get_close_matches(word, words, 1) if len(word) <= SHOWN_CHARACTERS_MAX else []
    if near:
        return f"; did you mean {quoted(near[0])}?"
    return f"; known are {', '.join(map(quoted, words))}" if len(words) <= KNOWN_TOLD_MAX else ""
