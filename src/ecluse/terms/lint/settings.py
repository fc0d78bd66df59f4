"""Settings: each way in which a rule is asked, plain or within a scope, and which of its conditions then hold."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Final

from ecluse.events import Kind
from ecluse.terms.condition import Condition
from ecluse.terms.document import Rule, Scope, Terms
from ecluse.terms.implications import Knowledge, conclude
from ecluse.terms.mode import Mode
from ecluse.terms.outcome import Outcome

EVERYWHERE: Final = None


class Setting:
    """A rule as it is asked in a scope (None: where no scope of its is). conditions: with the scope's limits."""

    def __init__(self, rule: Rule, scope: Scope | None) -> None:
        self.rule = rule
        self.scope = scope
        self.conditions = rule.conditions if scope is None else scope.conditions(rule)

    @cached_property
    def knowledge(self) -> dict[Kind, Knowledge]:
        """What follows when the rule speaks, by kind of event; kinds on which it can't are not there."""
        ages: Sequence[Condition] = () if self.scope is None else self.scope.where.ages
        found = {kind: conclude([*self.conditions, *ages], kind) for kind in self.rule.kinds}
        return {kind: knowledge for kind, knowledge in found.items() if knowledge is not None}


class Asked:
    """A rule of a document, with all its settings. place: in the document."""

    def __init__(self, terms: Terms, place: int) -> None:
        self.terms = terms
        self.place = place
        self.rule = terms.rules[place]
        self.scopes = scopes_of(terms, self.rule)
        plain: list[Scope | None] = [] if self.rule.only_in else [EVERYWHERE]
        self.settings = tuple(Setting(self.rule, scope) for scope in [*self.scopes, *plain])
        """Those that are for fewer first."""

    @property
    def field(self) -> str:
        """Where the rule stands."""
        return f"rules[{self.place}]"

    @cached_property
    def kinds(self) -> frozenset[Kind]:
        """The kinds of event on which it can speak at all."""
        return frozenset(kind for setting in self.settings for kind in setting.knowledge)

    def holds_whenever(self, other: Asked, kind: Kind) -> bool:
        """Whether this rule speaks whenever ``other`` does on events of a kind, if it is asked."""
        if kind not in self.rule.kinds or not self._asked_wherever(other):
            return False
        return all(
            knowledge.implies(condition)
            for theirs in other.settings
            if (knowledge := theirs.knowledge.get(kind)) is not None
            for mine in self.settings
            for condition in mine.conditions
        )

    def _asked_wherever(self, other: Asked) -> bool:
        mine, theirs = set(self.rule.only_in), set(other.rule.only_in)
        return not mine or bool(theirs and theirs <= mine)

    def felt_wherever(self, other: Asked) -> bool:
        """Whether this rule runs in the same mode as ``other`` or one that is felt more, also in every transition."""
        covered = all(t.covers(other.rule) or not t.covers(self.rule) for t in self.terms.transition)
        return self.rule.mode <= other.rule.mode and covered


def scopes_of(terms: Terms, rule: Rule) -> tuple[Scope, ...]:
    """The scopes that make a difference to a rule, in their order."""
    if rule.only_in:
        return tuple(scope for scope in terms.scopes if scope.id in rule.only_in)
    return tuple(scope for scope in terms.scopes if scope.touches(rule))


def is_restriction(rule: Rule) -> bool:
    """Whether a rule is felt by senders, or will be."""
    return rule.mode is not Mode.SHADOW and rule.outcome is not Outcome.PASS
