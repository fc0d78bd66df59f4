"""Rules as the model takes them, and the same rules as a document of terms."""

from __future__ import annotations

import operator
from typing import NamedTuple

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


def speaking(rules: list[Rule], kind: str, signals: dict[str, float]) -> list[Rule]:
    """The rules that speak, in order; a spoken ``pass`` ends the hearing."""
    spoke = []
    for rule in rules:
        if kind in rule.kinds and all(condition.holds(signals) for condition in rule.when):
            spoke.append(rule)
            if rule.then == "pass":
                break
    return spoke


def outcome_of(spoke: list[Rule]) -> str:
    """The strongest outcome of the rules that spoke."""
    return max((rule.then for rule in spoke), key=OUTCOMES.index, default="pass")


def to_yaml(rules: list[Rule]) -> str:
    """The rules as a document of terms."""
    lines = ["id: model", 'version: "1"', "title: Model", "rules:" if rules else "rules: []"]
    for rule in rules:
        lines += [f"  - id: {rule.id}", f"    clause: Clause of {rule.id}.", f"    kinds: [{', '.join(rule.kinds)}]"]
        lines += ["    when:"] + [f"      - {c.signal} {c.comparison} {c.number!r}" for c in rule.when]
        lines += [f"    then: {rule.then}"] + ([f"    label: {rule.label}"] if rule.label else [])
    return "\n".join(lines) + "\n"
