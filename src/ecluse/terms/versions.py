"""The versions of the terms, and which of them is in force when: chosen by an event's time, never by a clock.

Time falls into **eras**: one ends and the next begins wherever terms are announced or come into force.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from typing import Final, NamedTuple, Self

import msgspec
import numpy as np

from ecluse.errors import InputError
from ecluse.terms.document import Rule, Terms
from ecluse.terms.mode import Mode
from ecluse.terms.parse import parse_terms
from ecluse.terms.program import Part, Program, Role

VERSIONS_MAX: Final = 16
"""Versions that may be in force, superseded lately, or to come, at a time."""

ERA_BITS: Final = 8
"""Bits of the number of an era: versions have at most two eras each, and one goes before all."""


class Entry(NamedTuple):
    """Terms, and from which second of the epoch they are in force; 0: since ever."""

    terms: Terms
    from_s: int


class Era(NamedTuple):
    """From which second on a program is asked."""

    from_s: int
    program: Program


class _EntrySource(msgspec.Struct):
    from_s: int
    document: str


class _Source(msgspec.Struct):
    versions: list[_EntrySource]
    rehearsed: str | None = None


class Versions:
    """Which terms are in force when, which are announced, which are rehearsed.

    entries: of those that come into force at one second the last one counts. rehearsed: run in shadow beside whatever
    is in force. Raises InputError if there are too many, or too many rules at one time.
    """

    def __init__(self, entries: Iterable[Entry], rehearsed: Terms | None = None) -> None:
        self.entries = tuple(sorted(entries, key=lambda entry: entry.from_s))
        self.rehearsed = rehearsed
        if not 0 < len(self.entries) <= VERSIONS_MAX:
            raise InputError("versions", len(self.entries), f"1 to {VERSIONS_MAX} versions at a time")
        documents = dict.fromkeys(entry.terms.digest for entry in self.entries)
        if rehearsed is not None:
            documents.setdefault(rehearsed.digest)
        self._first: dict[str, int] = {}
        rules: list[tuple[Terms, Rule]] = []
        for digest in documents:
            self._first[digest] = len(rules)
            terms = self._by_digest(digest)
            rules += [(terms, rule) for rule in terms.rules]
        self.rules: tuple[tuple[Terms, Rule], ...] = tuple(rules)
        """Every rule of every version, each with its terms; a rule's place here is its number."""
        self.eras = tuple(Era(from_s, self._program(from_s)) for from_s in self._bounds())
        """In the order of time; the first begins at 0."""
        self._begins = [era.from_s for era in self.eras]
        self._from_s = np.array(self._begins, np.int64)

    @classmethod
    def of(cls, *terms: Terms) -> Self:
        """Versions that come into force when they say; at once, if they do not."""
        return cls(Entry(one, one.effective_s or 0) for one in terms)

    @classmethod
    def always(cls, terms: Terms) -> Self:
        """Terms as if they had been in force since ever, without announcement or transition: for logs of another time.

        Not for a gate that keeps a journal: ``source`` has the dates again.
        """
        return cls([Entry(replace(terms, announced_s=None, effective_s=None, transition=()), 0)])

    def _by_digest(self, digest: str) -> Terms:
        known = [entry.terms for entry in self.entries]
        if self.rehearsed is not None:
            known.append(self.rehearsed)
        return next(terms for terms in known if terms.digest == digest)

    def _bounds(self) -> list[int]:
        bounds = {0, *(entry.from_s for entry in self.entries)}
        announced = (entry.terms.announced_s for entry in self.entries if _is_announced(entry))
        return sorted(bounds | {second for second in announced if second is not None})

    def _program(self, at_s: int) -> Program:
        since = [entry for entry in self.entries if entry.from_s <= at_s]
        parts = [self._part(since[-1], Role.IN_FORCE)] if since else []
        for entry in self.entries:
            if _is_announced(entry) and (entry.terms.announced_s or 0) <= at_s < entry.from_s:
                parts.append(self._part(entry, Role.ANNOUNCED))
        if self.rehearsed is not None:
            parts.append(self._part(Entry(self.rehearsed, at_s), Role.REHEARSED))
        return Program(parts)

    def _part(self, entry: Entry, role: Role) -> Part:
        return Part(entry.terms, role, entry.from_s, self._first[entry.terms.digest])

    def eras_of(self, at_s: np.ndarray) -> np.ndarray:
        """The place in ``eras`` of each second. at_s: shape (n,). Returns int64, shape (n,)."""
        return np.searchsorted(self._from_s, at_s, side="right") - 1

    def era_of(self, at_s: int) -> int:
        """The place in ``eras`` of one second: the same, quicker."""
        return bisect_right(self._begins, at_s) - 1

    def program(self, at_s: int) -> Program:
        """What is asked at a second of the epoch."""
        return self.eras[self.era_of(at_s)].program

    def in_force(self, at_s: int) -> Terms | None:
        """The terms in force at a second of the epoch; None before any are."""
        return self.program(at_s).in_force

    @property
    def name(self) -> str:
        """The names of all versions, each once, in the order of time."""
        return ", ".join(dict.fromkeys(entry.terms.name for entry in self.entries))

    @property
    def has_unfelt(self) -> bool:
        """Whether some rule may run in another mode than enforced, sometime."""
        return any(variant.mode is not Mode.ENFORCE for era in self.eras for variant in era.program.variants)

    @property
    def newest(self) -> Entry:
        """The version that comes, or came, into force last."""
        return self.entries[-1]

    def put(self, terms: Terms, from_s: int) -> Versions:
        """These versions and one more, in force from ``from_s`` on. Those that it follows by two and more are dropped
        if room is short. Raises InputError.
        """
        entries = [*self.entries, Entry(terms, from_s)]
        return Versions(sorted(entries, key=lambda entry: entry.from_s)[-VERSIONS_MAX:], self.rehearsed)

    def without(self, entry: Entry) -> Versions:
        """These versions but for one. Raises InputError if it is the only one."""
        return Versions([other for other in self.entries if other is not entry], self.rehearsed)

    def rehearse(self, terms: Terms | None) -> Versions:
        """These versions with other terms rehearsed; None: none. Raises InputError."""
        return Versions(self.entries, terms)

    @cached_property
    def source(self) -> str:
        """The versions as one text, which ``parse_versions`` reads."""
        entries = [_EntrySource(entry.from_s, entry.terms.source) for entry in self.entries]
        rehearsed = None if self.rehearsed is None else self.rehearsed.source
        return msgspec.json.encode(_Source(entries, rehearsed)).decode()

    @cached_property
    def digest(self) -> str:
        """32 hex digits of what the versions say."""
        words = [f"{entry.from_s} {entry.terms.digest}" for entry in self.entries]
        words.append("" if self.rehearsed is None else self.rehearsed.digest)
        return hashlib.blake2b("\n".join(words).encode(), digest_size=16, person=b"ecluse:versions").hexdigest()


def _is_announced(entry: Entry) -> bool:
    announced_s = entry.terms.announced_s
    return announced_s is not None and announced_s < entry.from_s


def parse_versions(source: str, name: str = "versions") -> Versions:
    """Read what ``Versions.source`` wrote. name: in messages. Raises TermsError, msgspec.ValidationError."""
    read = msgspec.json.decode(source, type=_Source)
    entries = [Entry(parse_terms(entry.document, name), entry.from_s) for entry in read.versions]
    return Versions(entries, None if read.rehearsed is None else parse_terms(read.rehearsed, name))
