"""Cases for terms, as the rest of the package sees them: checked and frozen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from ecluse.events import Event
from ecluse.forwarding import Fault
from ecluse.terms import Versions

CASES_MAX: Final = 1_000
"""Cases of one document."""

EVENTS_MAX: Final = 4_096
"""Events of one case, what happened before it included."""

CHECKS_MAX: Final = 100
"""Texts of one case that have a fact-check."""

DELIVERIES_MAX: Final = 16_384
"""Recipients of all events of one case together: so many fit into the memory of the gate of a case."""


@dataclass(frozen=True, slots=True)
class Trace:
    """What an account did with others before a case begins. way: ``talked_with``, ``heard_from`` or ``wrote_to``.

    ago_s: seconds before the beginning, of the last of them.
    """

    way: str
    names: tuple[str, ...]
    ago_s: int


@dataclass(frozen=True, slots=True)
class Account:
    """What is known of an account. fields: of its events, by name. age_s: when a case begins; None: not known."""

    fields: dict[str, str] = field(default_factory=dict)
    age_s: int | None = None
    history: tuple[Trace, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What is expected of some events of a case; None: nothing.

    first, last: places of the events among those of the case. step: its number, from 1. start: place of the step's
    first event. events: of the step. line: in the document. rules, warnings, shadow: ids of the rules that spoke, in
    their order. retry_after: ``none`` is -1. terms: ``id@version``, ``none`` is empty. notices: by language, of the
    rule that decided.
    """

    first: int
    last: int
    step: int
    start: int
    events: int
    line: int
    outcome: str | None = None
    rules: tuple[str, ...] | None = None
    warnings: tuple[str, ...] | None = None
    shadow: tuple[str, ...] | None = None
    labels: tuple[str, ...] | None = None
    dropped: tuple[str, ...] | None = None
    retry_after: int | None = None
    terms: str | None = None
    notices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """A text that fact-checkers have looked at before a case begins. truth: 0 (false) to 1 (true)."""

    text: str
    truth: float


@dataclass(frozen=True, slots=True)
class Case:
    """One case. line: in the document. before: events that are taken without asking any rule, then those asked.

    faults: what is wrong with the hop token of each event that is asked. checks: texts that have a fact-check.
    """

    name: str
    line: int
    versions: Versions
    before: tuple[Event, ...]
    events: tuple[Event, ...]
    expectations: tuple[Expectation, ...]
    faults: tuple[Fault, ...]
    checks: tuple[Checked, ...] = ()


@dataclass(frozen=True, slots=True)
class Suite:
    """The cases of one document. source: its name in messages."""

    source: str
    cases: tuple[Case, ...]
