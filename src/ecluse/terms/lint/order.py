"""What is doubtful about rules beside one another: those never reached, those that others make pointless."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Final

from ecluse.events import Kind
from ecluse.ledger import WINDOWS, split_window
from ecluse.ledger.layout import BUCKETS
from ecluse.terms.condition import Condition
from ecluse.terms.faults import quoted
from ecluse.terms.implications import GROUPING, METERS, SENDING, base_of, conclude
from ecluse.terms.lint.finding import Findings
from ecluse.terms.lint.settings import Asked
from ecluse.terms.mode import Mode
from ecluse.terms.outcome import Outcome
from ecluse.terms.spans import span_of

_GROWN_BY: Final[dict[str, tuple[Kind, ...]]] = {
    "recipients": SENDING,
    "strangers": SENDING,
    "new_contacts": SENDING,
    "messages": SENDING,
    "groups_created": (Kind.CREATE_GROUP,),
    "group_additions": GROUPING,
}
"""Counts that only events of some kinds add to, and only those that are let through."""


def check_order(rules: Sequence[Asked], findings: Findings) -> None:
    """Find rules that are never reached, and those that another rule makes pointless."""
    for rule in rules:
        if not rule.kinds:
            continue
        found = _find_unreachable(rule, rules, findings)
        if not found and rule.rule.outcome is not Outcome.PASS:
            found = _find_subsumed(rule, rules, findings) or _find_summed(rule, rules, findings)
        if not found:
            _find_no_effect(rule, rules, findings)


def _find_unreachable(rule: Asked, rules: Sequence[Asked], findings: Findings) -> bool:
    before = [r for r in rules[: rule.place] if r.rule.outcome is Outcome.PASS and r.rule.mode <= rule.rule.mode]
    stoppers = {kind: next((r for r in before if r.holds_whenever(rule, kind)), None) for kind in rule.kinds}
    if None in stoppers.values():
        return False
    names = dict.fromkeys(quoted(stopper.rule.id) for stopper in stoppers.values() if stopper)
    message = (
        f"the rule {quoted(rule.rule.id)} is never asked: {' or '.join(names)}, which is before it, lets pass whenever "
        "this could speak. Move it up, or let the other pass less"
    )
    findings.add("unreachable", rule.field, message)
    return True


def _find_subsumed(rule: Asked, rules: Sequence[Asked], findings: Findings) -> bool:
    for other in rules:
        if other is rule or not _is_as_strong(other, rule, rules):
            continue
        if not all(other.holds_whenever(rule, kind) for kind in rule.kinds):
            continue
        if other.place > rule.place and _is_as_strong(rule, other, rules) and _same_reach(rule, other):
            continue  # the later of two that say the same is told
        findings.add(*_made_pointless(rule, other))
        return True
    return False


def _is_as_strong(other: Asked, rule: Asked, rules: Sequence[Asked]) -> bool:
    """Whether what ``rule`` asks for comes about anyway if ``other`` speaks too."""
    first, last = sorted((rule.place, other.place))
    between = [r for r in rules[first:last] if r.rule.outcome is Outcome.PASS]
    if not other.felt_wherever(rule) or (other.place > rule.place and between):
        return False
    if rule.rule.outcome is Outcome.LABEL:
        same = other.rule.outcome is Outcome.LABEL and other.rule.label == rule.rule.label
        return same or other.rule.outcome is Outcome.REFUSE
    return other.rule.outcome >= rule.rule.outcome and other.rule.outcome is not Outcome.LABEL


def _same_reach(rule: Asked, other: Asked) -> bool:
    return all(rule.holds_whenever(other, kind) for kind in other.kinds)


def _made_pointless(rule: Asked, other: Asked) -> tuple[str, str, str]:
    """Code, field and message about a rule with which ``other`` always speaks."""
    ours, theirs = quoted(rule.rule.id), quoted(other.rule.id)
    windows = _windows(rule, other)
    if windows is None:
        message = (
            f"whenever {ours} speaks, so does {theirs}, which asks for {quoted(other.rule.outcome.word)}: "
            f"it adds nothing but its clause. Drop it, or narrow {theirs}"
        )
        return "subsumed", rule.field, message
    mine, its = windows
    shorter, longer = sorted((mine, its), key=_seconds)
    change = "raise" if mine.comparison in (">", ">=") else "lower"
    message = (
        f"whenever {quoted(str(mine))} holds, so does {quoted(str(its))} of the rule {theirs}, for what is in "
        f"{_window(shorter)} is in {_window(longer)} too: {ours} adds nothing. "
        f"Drop it, or {change} the limit of {theirs}"
    )
    return "window", f"{rule.field}.when[{rule.rule.conditions.index(mine)}]", message


def _windows(rule: Asked, other: Asked) -> tuple[Condition, Condition] | None:
    """Conditions on one signal in two windows, of which that of ``rule`` implies the other, if there are any."""
    for mine in rule.rule.conditions:
        for its in other.rule.conditions:
            if base_of(mine.signal) == base_of(its.signal) and mine.signal != its.signal:
                knowledge = [conclude([mine], kind) for kind in rule.kinds]
                if all(known is not None and known.implies(its) for known in knowledge):
                    return mine, its
    return None


def _seconds(condition: Condition) -> int:
    return WINDOWS[split_window(condition.signal)[1]]


def _window(condition: Condition) -> str:
    return split_window(condition.signal)[1]


def _find_summed(rule: Asked, rules: Sequence[Asked], findings: Findings) -> bool:
    """Find a limit that many short windows in a row, each within a shorter limit, can't add up to."""
    for other in rules:
        if not _always_refuses(other, rules):
            continue
        (limit,) = other.rule.conditions
        base = base_of(limit.signal)
        least = span_of(limit).low
        for mine in rule.rule.conditions:
            if base_of(mine.signal) != base or not _seconds(mine) > _seconds(limit):
                continue
            short_s = _seconds(limit) - (_seconds(limit) // BUCKETS if base in METERS else 0)
            windows = ceil(_seconds(mine) / short_s)
            most = windows * (least - 1)
            if all(_least(rule, scope, mine.signal) > most for scope in range(len(rule.settings))):
                message = (
                    f"{quoted(str(mine))} never speaks first: the rule {quoted(other.rule.id)} lets at most "
                    f"{least - 1:,.0f} through in {_window(limit)}, so at most {windows:,} times that, {most:,.0f}, in "
                    f"{_window(mine)}. Lower the limit below that, or drop the rule"
                )
                findings.add("window", f"{rule.field}.when[{rule.rule.conditions.index(mine)}]", message)
                return True
    return False


def _least(rule: Asked, setting: int, signal: str) -> float:
    """The least value of a signal with which a rule speaks in one of its settings."""
    found = rule.settings[setting].knowledge.values()
    return min((knowledge.spans[signal].low for knowledge in found), default=float("inf"))


def _always_refuses(other: Asked, rules: Sequence[Asked]) -> bool:
    """Whether a rule bounds a count by itself: everywhere, of everybody, with nothing let pass before it."""
    rule = other.rule
    if rule.mode is not Mode.ENFORCE or rule.outcome is not Outcome.REFUSE or len(rule.conditions) != 1:
        return False
    if rule.only_in or other.scopes or any(t.covers(rule) for t in other.terms.transition):
        return False
    if any(r.rule.outcome is Outcome.PASS for r in rules[: other.place]):
        return False
    (limit,) = rule.conditions
    grown_by = _GROWN_BY.get(base_of(limit.signal))
    return grown_by is not None and set(grown_by) <= set(rule.kinds) and limit.comparison in (">", ">=")


def _find_no_effect(asked: Asked, rules: Sequence[Asked], findings: Findings) -> None:
    rule = asked.rule
    if rule.outcome is Outcome.PASS:
        after = [r for r in rules[asked.place + 1 :] if r.rule.outcome is not Outcome.PASS and _may_stop(asked, r)]
        if not after:
            findings.add(
                "no-effect",
                f"{asked.field}.then",
                f"{quoted(rule.id)} lets pass, but no rule after it could be stopped by it: move it up, or drop it",
            )
    elif rule.outcome in (Outcome.LABEL, Outcome.DROP_STRANGERS) and not set(SENDING) & asked.kinds:
        kinds = " or ".join(kind.word for kind in rule.kinds)
        then = quoted(f"then: {rule.outcome.word}")
        message = f"{then} is about a message, and on {kinds} there is none: mean another outcome"
        findings.add("no-effect", f"{asked.field}.then", message)
    elif rule.outcome is Outcome.LABEL and rule.mode is Mode.WARN:
        message = "a label holds nothing back, so there is nothing to warn of: enforce it, or run it in shadow"
        findings.add("no-effect", f"{asked.field}.mode", message)


def _may_stop(stopper: Asked, other: Asked) -> bool:
    return other.rule.mode >= stopper.rule.mode and bool(other.kinds & stopper.kinds)
