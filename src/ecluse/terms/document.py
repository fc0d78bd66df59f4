"""Terms: what a service allows, as rules. The document as the rest of the package sees it, checked and frozen."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from ecluse.events import Kind
from ecluse.ledger import SIGNAL_COLUMNS, SIGNALS
from ecluse.terms.condition import Condition
from ecluse.terms.ladder import Ladder
from ecluse.terms.mode import Mode
from ecluse.terms.outcome import Outcome
from ecluse.terms.texts import Text
from ecluse.terms.where import Where

RULES_MAX: Final = 256
"""Rules of one document."""

CONDITIONS_MAX: Final = 1_024
"""Conditions of one document, all of its rules together."""

SCOPES_MAX: Final = 16
"""Scopes of one document."""

TRANSITIONS_MAX: Final = 8
"""Transitions of one document."""

KINDS_JUDGED: Final = (
    Kind.SEND,
    Kind.FORWARD,
    Kind.REGISTER,
    Kind.CREATE_GROUP,
    Kind.ADD_TO_GROUP,
    Kind.IMPORT_CONTACTS,
)
"""Kinds that a rule may name: all but reports and blocks, which a person may always make."""

KINDS_BY_DEFAULT: Final = (Kind.SEND, Kind.FORWARD, Kind.CREATE_GROUP, Kind.ADD_TO_GROUP)
"""Kinds of a rule that names none."""

_NOT_COUNTS: Final = ("seconds", "hops", "share", "fault", "truth", "fact-checks")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: it speaks on an event of its kinds when all of its conditions hold.

    clause: what it says to people. outcome: what it asks for when it speaks. label: with LABEL, else None. mode: how it
    runs. notice: what the sender is told, with places to be filled in; None for the notice that is shipped. only_in:
    ids of scopes; if there are any, it is asked only in those. basis: where its limits come from. shown: what
    recipients read for the label; None for what is shipped, if anything is.
    """

    id: str
    clause: Text
    kinds: tuple[Kind, ...]
    conditions: tuple[Condition, ...]
    outcome: Outcome
    label: str | None = None
    mode: Mode = Mode.ENFORCE
    notice: Text | None = None
    only_in: tuple[str, ...] = ()
    basis: str | None = None
    shown: Text | None = None

    def principal(self) -> Condition:
        """The condition that says what the rule is about: its first upper limit of a count, else its first one.

        An account's age, or how often a message was forwarded, says whom a rule is for, and not what it forbids.
        """
        upper = [c for c in self.conditions if c.comparison in (">", ">=")]
        counts = [c for c in upper if SIGNALS[SIGNAL_COLUMNS[c.signal]].unit not in _NOT_COUNTS]
        return (counts or upper or list(self.conditions))[0]

    def meaning(self) -> list[object]:
        """What it says, as plain values."""
        words: list[object] = [
            self.id,
            dict(self.clause.by_language),
            sorted(kind.word for kind in self.kinds),
            [str(condition) for condition in self.conditions],
            self.outcome.word,
            self.label,
            self.mode.word,
            dict(self.notice.by_language) if self.notice else None,
            sorted(self.only_in),
        ]
        if self.shown is not None:
            words.append(dict(self.shown.by_language))
        return words


@dataclass(frozen=True, slots=True)
class Scope:
    """Somewhere limits are tighter or looser. limits: rule, signal and the number that stands there instead."""

    id: str
    where: Where
    limits: tuple[tuple[str, str, float], ...]

    def touches(self, rule: Rule) -> bool:
        """Whether it changes a limit of a rule."""
        return any(rule_id == rule.id for rule_id, _, _ in self.limits)

    def conditions(self, rule: Rule) -> tuple[Condition, ...]:
        """The conditions of a rule within the scope."""
        numbers = {signal: number for rule_id, signal, number in self.limits if rule_id == rule.id}
        return tuple(Condition(c.signal, c.comparison, numbers.get(c.signal, c.number)) for c in rule.conditions)


@dataclass(frozen=True, slots=True)
class Transition:
    """For whom rules come later. until_s: None for until the terms are in force. meanwhile: WARN or SHADOW.

    rules: ids of those that it is about; empty for all.
    """

    where: Where
    until_s: int | None = None
    meanwhile: Mode = Mode.WARN
    rules: tuple[str, ...] = ()

    def covers(self, rule: Rule) -> bool:
        """Whether it is about a rule; a rule that lets pass needs none."""
        return rule.outcome is not Outcome.PASS and (not self.rules or rule.id in self.rules)


@dataclass(frozen=True)
class Terms:
    """Terms of one version, their rules in the order in which they are asked.

    announced_s, effective_s: seconds of the epoch; None: never announced, in force as soon as they are put in force.
    supersedes: ``id@version`` of those before. source: the document as it was written; parsed again, it gives the same
    terms. ladder: which sanctions follow strikes; None: none.
    """

    id: str
    version: str
    title: str
    rules: tuple[Rule, ...]
    source: str
    announced_s: int | None = None
    effective_s: int | None = None
    supersedes: str | None = None
    scopes: tuple[Scope, ...] = field(default=())
    transition: tuple[Transition, ...] = field(default=())
    ladder: Ladder | None = None

    @property
    def name(self) -> str:
        """How verdicts name these terms: ``id@version``."""
        return f"{self.id}@{self.version}"

    @cached_property
    def digest(self) -> str:
        """32 hex digits of what the terms say, however it is laid out: comments and spacing do not count."""
        meaning: list[object] = [
            *(self.id, self.version, self.title, self.announced_s, self.effective_s, self.supersedes),
            [rule.meaning() for rule in self.rules],
            [[scope.id, scope.where.meaning(), sorted(scope.limits)] for scope in self.scopes],
            [[t.where.meaning(), t.until_s, t.meanwhile.word, sorted(t.rules)] for t in self.transition],
        ]
        if self.ladder is not None:
            meaning.append(self.ladder.meaning())
        text = json.dumps(meaning, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
        return hashlib.blake2b(text.encode(), digest_size=16, person=b"ecluse:terms").hexdigest()
