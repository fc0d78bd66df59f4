"""Rules as the model takes them, and the same rules as a document of terms."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import NamedTuple

from tests.model.places import Place, Scope, Transition, time

MODES = ("enforce", "warn", "shadow")
OUTCOMES = ("pass", "label", "delay", "drop_strangers", "refuse")
JUDGED_KINDS = ("send", "forward", "create_group", "add_to_group")
COMPARE = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": lambda value, number: (value == value) & (value != number),  # unknown is not "other than"
}


class Condition(NamedTuple):
    """``signal comparison number``; never holds for an unknown signal."""

    signal: str
    comparison: str
    number: float

    def holds(self, signals: dict[str, float]) -> bool:
        return bool(COMPARE[self.comparison](signals[self.signal], self.number))


class Rule(NamedTuple):
    """A rule speaks of its kinds when all of its conditions hold."""

    id: str
    when: tuple[Condition, ...]
    then: str
    kinds: tuple[str, ...] = JUDGED_KINDS
    label: str | None = None
    mode: str = "enforce"
    scopes: tuple[Scope, ...] = ()
    transition: Transition | None = None

    def places(self) -> list[Place]:
        """Every place that makes a difference to it."""
        own = [] if self.transition is None else [self.transition.place._replace(end=self.transition.until)]
        return own + [scope.place for scope in self.scopes]


def applied(rule: Rule, inside: Callable[[Place], bool]) -> Rule:
    """A rule as it is asked of an event. inside: whether the event lies in a place."""
    transition = rule.transition
    if transition is not None and rule.then != "pass" and inside(transition.place._replace(end=transition.until)):
        rule = rule._replace(mode=max(rule.mode, transition.meanwhile, key=MODES.index))
    for scope in rule.scopes:
        if inside(scope.place):
            numbers = dict(scope.limits)
            when = tuple(c._replace(number=numbers.get(c.signal, c.number)) for c in rule.when)
            return rule._replace(when=when)
    return rule


def speaking(rules: list[Rule], kind: str, signals: dict[str, float]) -> list[Rule]:
    """The rules that speak, in order; a spoken ``pass`` ends the hearing of rules in its mode and milder ones."""
    spoke: list[Rule] = []
    for rule in rules:
        stopped = any(MODES.index(other.mode) <= MODES.index(rule.mode) for other in spoke if other.then == "pass")
        if not stopped and kind in rule.kinds and all(condition.holds(signals) for condition in rule.when):
            spoke.append(rule)
    return spoke


def outcome_of(spoke: list[Rule]) -> str:
    """The strongest outcome of the enforced rules that spoke."""
    return max((rule.then for rule in spoke if rule.mode == "enforce"), key=OUTCOMES.index, default="pass")


def to_yaml(rules: list[Rule]) -> str:
    """The rules as a document of terms."""
    lines = ["id: model", 'version: "1"', "title: Model"]
    scopes = [(rule, scope) for rule in rules for scope in rule.scopes]
    lines += ["scopes:"] if scopes else []
    for place, (rule, scope) in enumerate(scopes):
        limits = ", ".join(f"{signal}: {number!r}" for signal, number in scope.limits)
        lines += [f"  - id: scope-{place}", f"    where: {scope.place.to_yaml()}"]
        lines += [f"    limits: {{{rule.id}: {{{limits}}}}}"]
    transitions = [(rule, rule.transition) for rule in rules if rule.transition is not None]
    lines += ["effective: 2001-01-01", "transition:"] if transitions else []
    for rule, transition in transitions:
        lines += [f"  - where: {transition.place.to_yaml()}", f'    until: "{time(transition.until)}"']
        lines += [f"    meanwhile: {transition.meanwhile}", f"    rules: [{rule.id}]"]
    lines += ["rules:" if rules else "rules: []"]
    for rule in rules:
        lines += [f"  - id: {rule.id}", f"    clause: Clause of {rule.id}.", f"    kinds: [{', '.join(rule.kinds)}]"]
        lines += ["    when:"] + [f"      - {c.signal} {c.comparison} {c.number!r}" for c in rule.when]
        lines += [f"    mode: {rule.mode}", f"    then: {rule.then}"] + (
            [f"    label: {rule.label}"] if rule.label else []
        )
    return "\n".join(lines) + "\n"
