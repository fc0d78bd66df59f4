"""What was measured for a rule on an event, whether it spoke or not: how each of its conditions stood."""

from __future__ import annotations

from typing import Final

import numpy as np

from ecluse.events import AccountKind, Chat, Event, region_interval, region_number
from ecluse.ledger import SIGNAL_COLUMNS
from ecluse.terms import Mode, Program, Variant, Where
from ecluse.terms.notices import amount

_AGE: Final = SIGNAL_COLUMNS["account_age"]
_LANGUAGE: Final = "en"

PERSONAL: Final = AccountKind.PERSONAL.word
"""Of whom nobody says otherwise."""


def variant_for(program: Program, rule_id: str, event: Event, row: np.ndarray) -> Variant | None:
    """The variant of a rule that is asked on an event; None if there is none, as for a rule bound to other scopes.

    row: the signals of the event. Of a rule that stands in several terms, those in force come first.
    """
    for variant in program.variants:
        if variant.rule.id == rule_id and _applies(variant, event, float(row[_AGE])):
            return variant
    return None


def _applies(variant: Variant, event: Event, age_s: float) -> bool:
    places = (variant.transition, variant.scope.where if variant.scope else None)
    return all(lies_in(where, event, age_s) for where in places if where is not None)


def lies_in(where: Where, event: Event, age_s: float) -> bool:
    """Whether an event lies in a place: what ``ecluse.terms.evaluate.place_event`` asks, in words that can be told.

    Looks at what the event itself says of its sender. age_s: of the sender's account; NaN for unknown.

    >>> lies_in(Where(regions=("BR",)), Event(kind="send", at=0, sender="ada", region="BR-SP"), 0.0)
    True
    """
    assert isinstance(event.at, int)
    at_s = event.at // 1_000
    age = np.array([age_s])
    return (
        (not where.regions or (event.region is not None and _in_regions(event.region, where.regions)))
        and (not where.account_kinds or (event.sender_kind or PERSONAL) in [kind.word for kind in where.account_kinds])
        and (not where.providers or event.provider in where.providers)
        and (not where.chats or (event.chat or Chat.DIRECT.word) in [chat.word for chat in where.chats])
        and all(bool(condition.holds(age)[0]) for condition in where.ages)
        and (where.from_s is None or where.from_s <= at_s)
        and (where.until_s is None or at_s < where.until_s)
    )


def _in_regions(region: str, regions: tuple[str, ...]) -> bool:
    number = region_number(region)
    return any(low <= number <= high for low, high in map(region_interval, regions))


def explain_rule(program: Program, rule_id: str, event: Event, row: np.ndarray, stopped_by: str | None) -> str:
    """How a rule stood on an event. row: its signals. stopped_by: the rule that let it pass before, if one did.

    Such as ``strangers-hour: strangers.1h 50 > 50 does not hold``.
    """
    variant = variant_for(program, rule_id, event, row)
    if variant is None:
        there = any(variant.rule.id == rule_id for variant in program.variants)
        return f"{rule_id}: {'not asked here' if there else 'no rule of the terms at this time'}"
    parts = [] if event.kind in [kind.word for kind in variant.rule.kinds] else [f"not asked of a {event.kind}"]
    for condition in variant.conditions:
        value = float(row[SIGNAL_COLUMNS[condition.signal]])
        holds = bool(condition.holds(np.array([value]))[0])
        shown = "unknown" if np.isnan(value) else amount(condition.signal, value, _LANGUAGE)
        limit = amount(condition.signal, condition.number, _LANGUAGE)
        seen = f"{condition.signal} {shown} {condition.comparison} {limit}"
        parts.append(f"{seen} {'holds' if holds else 'does not hold'}")
    if variant.scope is not None:
        parts.append(f"in the scope {variant.scope.id}")
    if variant.mode is not Mode.ENFORCE:
        parts.append("it warns" if variant.mode is Mode.WARN else "it runs in shadow")
    if stopped_by not in (None, rule_id):
        parts.append(f"not asked if it comes after {stopped_by}, which let it pass")
    return f"{rule_id}: {', '.join(parts)}"
