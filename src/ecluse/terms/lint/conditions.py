"""What is doubtful in a single rule: conditions that can't hold, alone or together, or that say nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from math import isinf

from ecluse.events import Kind
from ecluse.terms.condition import Condition
from ecluse.terms.faults import quoted
from ecluse.terms.implications import conclude, span_on
from ecluse.terms.lint.finding import Findings
from ecluse.terms.lint.places import why_nobody
from ecluse.terms.lint.settings import EVERYWHERE, Asked, Setting


def check_conditions(asked: Asked, findings: Findings) -> None:
    """Find conditions of a rule, as it stands and within scopes, that can't hold or say nothing."""
    sound = True
    for setting in asked.settings:
        nobody = setting.scope is not EVERYWHERE and why_nobody(setting.scope.where)
        if not setting.knowledge and not nobody:
            _blame(asked, setting, findings)
            sound = False
    if not sound or not asked.kinds:
        return
    if findings.given(f"{asked.field}.kinds"):
        for place, kind in enumerate(asked.rule.kinds):
            if kind not in asked.kinds:
                message = f"{_why_not(asked.rule.conditions, (kind,))}: leave {quoted(kind.word)} out"
                findings.add("never-on-kind", f"{asked.field}.kinds[{place}]", message)
    _find_implied(asked, findings)


def _blame(asked: Asked, setting: Setting, findings: Findings) -> None:
    """Say of a setting in which the rule can't speak which condition, or which of them together, prevent it."""
    kinds, conditions = asked.rule.kinds, setting.conditions
    within = "" if setting.scope is None else f" in the scope {quoted(setting.scope.id)}"
    for place, condition in enumerate(conditions):
        if all(conclude([condition], kind) is None for kind in kinds):
            message = f"{_why_not([condition], kinds)}{within}, so the rule never speaks: correct the number or drop it"
            findings.add("never", _field(asked, setting, place), message)
            return
    ages = () if setting.scope is None else setting.scope.where.ages
    for first, second in combinations([*conditions, *ages], 2):
        if all(conclude([first, second], kind) is None for kind in kinds):
            place = conditions.index(second) if second in conditions else conditions.index(first)
            message = (
                f"{quoted(str(first))} and {quoted(str(second))} can't hold together{within}, so the rule never "
                "speaks: drop one of them, or correct a number"
            )
            findings.add("contradiction", _field(asked, setting, place), message)
            return
    together = ", ".join(quoted(str(condition)) for condition in conditions)
    message = f"{together} can't hold together on one event{within}, so the rule never speaks"
    findings.add("contradiction", _field(asked, setting, None), message)


def _field(asked: Asked, setting: Setting, place: int | None) -> str:
    """Where a condition of a setting is written: in the scope if it changes the number, else in the rule."""
    when = f"{asked.field}.when" if place is None else f"{asked.field}.when[{place}]"
    if setting.scope is None:
        return when
    limits = f"scopes[{asked.terms.scopes.index(setting.scope)}].limits.{asked.rule.id}"
    if place is None:
        return limits
    changed = setting.conditions[place] != asked.rule.conditions[place]
    return f"{limits}.{setting.conditions[place].signal}" if changed else when


def _why_not(conditions: Sequence[Condition], kinds: Iterable[Kind]) -> str:
    """Why conditions don't hold on events of kinds."""
    words = _listed([kind.word for kind in kinds])
    for condition in conditions:
        spans = [span_on(condition.signal, kind) for kind in kinds]
        known = [span for span in spans if span is not None]
        if not known:
            return f"{quoted(condition.signal)} is never known on {words}"
        if all(conclude([condition], kind) is None for kind in kinds):
            low, high = min(span.low for span in known), max(span.high for span in known)
            bounds = f"is always {low:,g}" if low == high else f"lies between {low:,g} and {high:,.15g}"
            if isinf(high):
                bounds = f"is at least {low:,g}"
            return f"{quoted(str(condition))} can't hold on {words}, for {quoted(condition.signal)} {bounds}"
    return f"the conditions can't hold together on {words}"


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _find_implied(asked: Asked, findings: Findings) -> None:
    """Find conditions without which the rule would say the same, wherever it is asked. The later of two is blamed."""
    dropped: set[int] = set()
    for place in reversed(range(len(asked.rule.conditions))):
        others = [n for n in range(len(asked.rule.conditions)) if n != place and n not in dropped]
        if _is_implied(asked, place, others):
            dropped.add(place)
            alone = [n for n in others if _is_implied(asked, place, [n])]
            condition = quoted(str(asked.rule.conditions[place]))
            if _is_implied(asked, place, []):
                message = f"{condition} always holds: drop it, or mean another number"
                if len(asked.rule.conditions) == 1:
                    message = f"{condition} always holds, so the rule always speaks: mean another number"
            elif alone:
                by = quoted(str(asked.rule.conditions[alone[0]]))
                message = f"{condition} says nothing more, for it holds whenever {by} does: drop it, or mean another"
            else:
                message = f"{condition} says nothing more, for it holds whenever the others do: drop it"
            findings.add("implied", f"{asked.field}.when[{place}]", message)


def _is_implied(asked: Asked, place: int, others: Sequence[int]) -> bool:
    """Whether a condition holds whenever those at ``others`` do, in every setting and on every kind that counts."""
    for setting in asked.settings:
        given = [setting.conditions[n] for n in others]
        for kind in setting.knowledge:
            knowledge = conclude(given, kind)
            if knowledge is None or not knowledge.implies(setting.conditions[place]):
                return False
    return True
