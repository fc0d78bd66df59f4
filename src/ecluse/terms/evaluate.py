"""The rules, asked: pure loops over arrays."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from ecluse.compiled import leaf
from ecluse.terms.compiled import NOWHERE
from ecluse.terms.mode import Mode
from ecluse.terms.outcome import Outcome

PASS: Final = int(Outcome.PASS)
ENFORCE: Final = int(Mode.ENFORCE)
_NOBODY_STOPPED: Final = len(Mode)

_U = np.uint64
_32: Final = _U(32)
_LOW: Final = _U(0xFFFFFFFF)


@leaf
def holds(value: float, condition: Any) -> bool:
    """Whether a condition (dtype CONDITION) holds for the value of its signal; never for an unknown one (NaN)."""
    inside = (value >= condition.low) & (value <= condition.high)
    return (inside != (condition.outside == 1)) & (value == value)


@leaf
def place_event(terms: Any, event: Any, second: int, account_kind: int, age_s: float, inside: Any) -> None:
    """Say of each place of the terms whether an event (dtype EVENT) of ``second`` lies in it: ``inside`` (u1, (s,)).

    account_kind: of its sender. age_s: of its sender's account, NaN for unknown.
    """
    for s in range(len(terms.scopes)):
        scope = terms.scopes[s]
        lies = scope.from_s <= second < scope.until_s
        lies &= scope.account_kinds == 0 or scope.account_kinds >> account_kind & 1 == 1
        lies &= scope.chats == 0 or scope.chats >> np.int64(event.chat) & 1 == 1
        lies &= scope.ages == 0 or scope.age_low <= age_s <= scope.age_high
        if lies and scope.regions_start < scope.regions_stop:
            lies = False
            for m in range(scope.regions_start, scope.regions_stop):
                bounds = terms.members[m]
                lies |= bounds >> _32 <= _U(event.region) <= bounds & _LOW
        if lies and scope.providers_start < scope.providers_stop:
            lies = False
            for m in range(scope.providers_start, scope.providers_stop):
                lies |= terms.members[m] == event.provider
        inside[s] = lies


@leaf
def applies(rule: Any, inside: Any) -> bool:
    """Whether a variant (dtype RULE) is for an event that lies in the places ``inside``."""
    in_transition = rule.transition == NOWHERE or inside[rule.transition] == 1
    return in_transition and (rule.scope == NOWHERE or inside[rule.scope] == 1)


@leaf
def evaluate(terms: Any, kind: int, signals: Any, inside: Any, spoke: Any) -> Any:
    """Ask every rule by the first of its variants that applies. Fills ``spoke`` (u1, shape (variants,)).

    A rule that lets pass ends the asking of its document's rules that run in its mode or a milder one. Returns the
    strongest outcome of the enforced rules, and of those that are rehearsed.
    """
    outcome, rehearsed = PASS, PASS
    stopped = _NOBODY_STOPPED  # rules of this mode and milder ones are not asked
    r = 0
    while r < len(terms.rules):
        if terms.rules[r].begins == 1:
            stopped = _NOBODY_STOPPED
        after = terms.rules[r].next
        found = False
        while r < after:
            rule = terms.rules[r]
            speaks = False
            if not found and applies(rule, inside):
                found = True
                speaks = rule.mode < stopped and rule.kinds >> kind & 1 == 1
                c = rule.start
                while speaks and c < rule.stop:
                    condition = terms.conditions[c]
                    speaks = holds(signals[condition.signal], condition)
                    c += 1
            spoke[r] = speaks
            if speaks:
                if rule.mode == ENFORCE:
                    outcome = max(outcome, rule.outcome)
                if rule.rehearsed == 1:
                    rehearsed = max(rehearsed, rule.outcome)
                if rule.outcome == PASS:
                    stopped = min(stopped, rule.mode)
            r += 1
    return outcome, rehearsed
