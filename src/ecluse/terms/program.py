"""The program of one era: what is asked while certain terms are in force and others are announced or rehearsed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from enum import Enum
from math import inf
from typing import Final, NamedTuple

import numpy as np

from ecluse.errors import InputError
from ecluse.events import region_interval
from ecluse.ledger import SIGNAL_COLUMNS
from ecluse.terms.compiled import CONDITION, NOWHERE, RULE, SCOPE, Compiled, interval
from ecluse.terms.condition import Condition
from ecluse.terms.document import Rule, Scope, Terms, Transition
from ecluse.terms.mode import Mode
from ecluse.terms.outcome import Outcome
from ecluse.terms.where import Where

VARIANTS_MAX: Final = 1_024
"""Variants of rules in one program."""

VARIANT_CONDITIONS_MAX: Final = 4_096
"""Conditions of all variants in one program."""

PLACES_MAX: Final = 64
"""Scopes and transitions in one program."""

FOREVER_S: Final = 1 << 40
"""A second that never comes."""

Hash = Callable[[str], int]
"""The keyed hash of a provider's id."""


class Variant(NamedTuple):
    """A rule as it is asked of some: with these conditions, in this mode.

    number: of the rule among all of ``Versions.rules``. transition: for whom it comes later, if it is for them. scope:
    where its limits are others. refused_from_s: with WARN, from when its outcome counts; None if nobody can say.
    rehearsed: it counts for what the rehearsed terms would say.
    """

    terms: Terms
    rule: Rule
    number: int
    transition: Where | None
    scope: Scope | None
    conditions: tuple[Condition, ...]
    mode: Mode
    refused_from_s: int | None
    rehearsed: bool


class Role(Enum):
    """What terms are to a program."""

    IN_FORCE = "in force"
    ANNOUNCED = "announced"
    REHEARSED = "rehearsed"


class Part(NamedTuple):
    """Terms in their role. from_s: when they come into force. first: number of their first rule."""

    terms: Terms
    role: Role
    from_s: int
    first: int


class Program:
    """What is asked in one era. parts: at most one in force, before all others. Raises InputError if it is too much."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self.parts = tuple(parts)
        groups = [[list(_variants(part, place)) for place in range(len(part.terms.rules))] for part in parts]
        self.variants = tuple(variant for part in groups for group in part for variant in group)
        """Every variant, in the order in which the kernel has them."""
        self._groups = groups
        in_force, self.announced, rehearsed = (
            tuple(part.terms for part in parts if part.role is role)
            for role in (Role.IN_FORCE, Role.ANNOUNCED, Role.REHEARSED)
        )
        self.in_force: Terms | None = next(iter(in_force), None)
        """The terms in force; None before any are."""
        self.rehearsed: Terms | None = next(iter(rehearsed), None)
        """The terms that are rehearsed, if any are."""
        self._check()

    def _check(self) -> None:
        counts = (
            (len(self.variants), VARIANTS_MAX, "rules, counted once more for each scope and transition of theirs,"),
            (sum(len(v.conditions) for v in self.variants), VARIANT_CONDITIONS_MAX, "conditions of such rules"),
            (len(self._places()), PLACES_MAX, "scopes and transitions"),
        )
        for count, most, what in counts:
            if count > most:
                raise InputError("terms", count, f"at most {most} {what} in all terms in force, announced or rehearsed")

    def _places(self) -> dict[Where, int]:
        """Each place that a variant is bound to, and its number."""
        bound = [v.transition for v in self.variants] + [v.scope.where for v in self.variants if v.scope]
        return {where: number for number, where in enumerate(dict.fromkeys(where for where in bound if where))}

    def compiled(self, hash_provider: Hash) -> Compiled:
        """The program as the kernel reads it."""
        places = self._places()
        rules = np.zeros(len(self.variants), RULE)
        conditions = np.zeros(sum(len(variant.conditions) for variant in self.variants), CONDITION)
        place, stop = 0, 0
        for part in self._groups:
            begins = True
            for group in part:
                after = place + len(group)
                for variant in group:
                    start, stop = stop, stop + len(variant.conditions)
                    _compile_conditions(variant, conditions[start:stop])
                    rules[place] = (
                        *(start, stop, after),
                        places[variant.transition] if variant.transition else NOWHERE,
                        places[variant.scope.where] if variant.scope else NOWHERE,
                        variant.number,
                        sum(1 << kind for kind in set(variant.rule.kinds)),
                        *(int(variant.rule.outcome), int(variant.mode), begins, variant.rehearsed),
                    )
                    begins = False
                    place += 1
        return Compiled(rules, conditions, *_compile_places(list(places), hash_provider))


def _variants(part: Part, place: int) -> Iterator[Variant]:
    """The variants of one rule, those first that are for fewer."""
    rule, terms = part.terms.rules[place], part.terms
    scopes = [scope for scope in terms.scopes if (scope.id in rule.only_in if rule.only_in else scope.touches(rule))]
    for transition in (*terms.transition, None):
        if transition is not None and not _matters(transition, rule, part):
            continue
        where = None if transition is None else _bounded(transition, part)
        mode, from_s = _mode(rule, transition, part)
        counts = part.role is Role.REHEARSED and transition is None and rule.mode is Mode.ENFORCE
        for scope in scopes if rule.only_in else [*scopes, None]:
            conditions = rule.conditions if scope is None else scope.conditions(rule)
            yield Variant(terms, rule, part.first + place, where, scope, conditions, mode, from_s, counts)


def _matters(transition: Transition, rule: Rule, part: Part) -> bool:
    """Whether a transition makes a difference to a rule in this role."""
    lasts = transition.until_s is not None and transition.until_s > part.from_s
    return transition.covers(rule) and (lasts or part.role is Role.ANNOUNCED)


def _bounded(transition: Transition, part: Part) -> Where:
    """For whom a transition is, and until when; what is only announced is followed by an era of its own."""
    return transition.where if part.role is Role.ANNOUNCED else replace(transition.where, until_s=transition.until_s)


def _mode(rule: Rule, transition: Transition | None, part: Part) -> tuple[Mode, int | None]:
    """How a rule runs, and with WARN from when its outcome counts.

    What lets pass goes with those that it is an exception from: while terms are announced, with those that warn.
    """
    if part.role is Role.REHEARSED:
        return Mode.SHADOW, None
    if transition is not None:
        return max(rule.mode, transition.meanwhile), max(part.from_s, transition.until_s or 0)
    if part.role is Role.IN_FORCE:
        return rule.mode, None
    return (max(rule.mode, Mode.WARN) if rule.outcome is Outcome.PASS else Mode.SHADOW), None


def _compile_conditions(variant: Variant, into: np.ndarray) -> None:
    for record, condition in zip(into, variant.conditions, strict=True):
        record["low"], record["high"], record["outside"] = interval(condition.comparison, condition.number)
        record["signal"] = SIGNAL_COLUMNS[condition.signal]


def _compile_places(wheres: Sequence[Where], hash_provider: Hash) -> tuple[np.ndarray, np.ndarray]:
    """Places as SCOPE, shape (s,), and their regions and providers as uint64."""
    scopes = np.zeros(len(wheres), SCOPE)
    members: list[int] = []
    for record, where in zip(scopes, wheres, strict=True):
        record["from_s"] = where.from_s or 0
        record["until_s"] = FOREVER_S if where.until_s is None else where.until_s
        low, high = -inf, inf
        for condition in where.ages:
            least, most, _ = interval(condition.comparison, condition.number)
            low, high = max(low, least), min(high, most)
        record["age_low"], record["age_high"], record["ages"] = low, high, bool(where.ages)
        record["regions_start"] = len(members)
        members += [least << 32 | most for least, most in map(region_interval, where.regions)]
        record["regions_stop"] = record["providers_start"] = len(members)
        members += map(hash_provider, where.providers)
        record["providers_stop"] = len(members)
        record["account_kinds"] = sum(1 << kind for kind in where.account_kinds)
        record["chats"] = sum(1 << chat for chat in where.chats)
    return scopes, np.array(members, np.uint64)
