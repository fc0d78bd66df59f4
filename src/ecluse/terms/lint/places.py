"""What is doubtful about scopes and transitions: places that nobody is in, or that nothing is looked for in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from babel import Locale

from ecluse.events import region_interval
from ecluse.terms.document import Rule, Scope, Terms, Transition
from ecluse.terms.faults import quoted
from ecluse.terms.lint.dates import day
from ecluse.terms.lint.finding import Findings
from ecluse.terms.lint.settings import scopes_of
from ecluse.terms.mode import Mode
from ecluse.terms.spans import Span, span_of
from ecluse.terms.where import Where

_NO_COUNTRIES: Final = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
"""Codes of two letters to which CLDR gives names though no country has them."""

_COUNTRIES: Final = {code for code in map(str, Locale("en").territories) if code.isalpha()} - _NO_COUNTRIES

_MISTAKEN: Final = {"UK": "GB", "EL": "GR"}
"""Codes that are in use elsewhere for countries that ISO 3166 has by others."""


def check_regions(terms: Terms, findings: Findings) -> None:
    """Find regions of countries that are none: a scope for them holds nowhere, and nothing else would tell."""
    places = [(f"scopes[{place}]", scope.where) for place, scope in enumerate(terms.scopes)]
    places += [(f"transition[{place}]", transition.where) for place, transition in enumerate(terms.transition)]
    for field, where in places:
        for place, region in enumerate(where.regions):
            country = region.partition("-")[0]
            if country not in _COUNTRIES:
                meant = f": did you mean {quoted(_MISTAKEN[country])}?" if country in _MISTAKEN else ""
                message = f"{quoted(country)} is the code of no country in ISO 3166{meant}"
                findings.add("region-unknown", f"{field}.where.regions[{place}]", message)


def check_scopes(terms: Terms, findings: Findings) -> None:
    """Find scopes that no event lies in, that no rule looks at, or that an earlier one takes over."""
    never = set[str]()
    for place, scope in enumerate(terms.scopes):
        field = f"scopes[{place}]"
        why = why_nobody(scope.where) or _why_over(scope.where, terms)
        rules = [rule for rule in terms.rules if scope in scopes_of(terms, rule)]
        if why:
            never.add(scope.id)
            findings.add("scope-never", f"{field}.where", f"no event ever lies in {quoted(scope.id)}: {why}")
        elif not rules:
            message = f"no rule has a limit in {quoted(scope.id)}, none is bound to it: give it `limits`, or drop it"
            findings.add("scope-idle", field, message)
        elif not _find_shadowed(terms, place, rules, findings):
            _find_same(terms, place, rules, findings)
    for place, rule in enumerate(terms.rules):
        if rule.only_in and set(rule.only_in) <= never:
            scopes = " and ".join(map(quoted, rule.only_in))
            message = f"the rule is asked only in {scopes}, where no event ever lies, so it never speaks"
            findings.add("never", f"rules[{place}].only_in", message)


def why_nobody(where: Where) -> str | None:
    """Why no sender can be meant, in words; None if some can."""
    if not where.ages:
        return None
    ages = _ages(where)
    written = " and ".join(quoted(str(condition)) for condition in where.ages)
    return f"{written} is no age that an account can have" if ages.empty else None


def _ages(where: Where) -> Span:
    """The ages that are meant, of all that accounts can have."""
    span = Span(0.0, float("inf"))
    for condition in where.ages:
        span = span.meet(span_of(condition))
    return span


def _why_over(where: Where, terms: Terms) -> str | None:
    if where.until_s is None or terms.effective_s is None or where.until_s > terms.effective_s:
        return None
    return f"it is over on {day(where.until_s)}, and the terms are in force from {day(terms.effective_s)} on"


def contains(outer: Where, inner: Where) -> bool:
    """Whether every event of one place lies in another."""
    regions = not outer.regions or bool(
        inner.regions and all(any(_has_region(big, small) for big in outer.regions) for small in inner.regions)
    )
    lists = ("account_kinds", "providers", "chats")
    same = all(_has_all(getattr(outer, name), getattr(inner, name)) for name in lists)
    ages = not outer.ages or (bool(inner.ages) and _ages(inner).within(_ages(outer)))
    begins = (outer.from_s or 0) <= (inner.from_s or 0)
    ends = outer.until_s is None or (inner.until_s is not None and inner.until_s <= outer.until_s)
    return regions and same and ages and begins and ends


def _has_region(big: str, small: str) -> bool:
    least, most = region_interval(big)
    first, last = region_interval(small)
    return least <= first and last <= most


def _has_all(outer: Sequence[object], inner: Sequence[object]) -> bool:
    return not outer or (bool(inner) and set(inner) <= set(outer))


def _find_shadowed(terms: Terms, place: int, rules: Sequence[Rule], findings: Findings) -> bool:
    """Find rules that never look at a scope, for an earlier one holds wherever it does. Returns whether there are."""
    scope = terms.scopes[place]
    by = {rule.id: _shadow(terms, scope, rule) for rule in rules}
    shadows = {rule_id: earlier for rule_id, earlier in by.items() if earlier is not None}
    if len(shadows) == len(rules):
        names = " and ".join(dict.fromkeys(quoted(earlier.id) for earlier in shadows.values()))
        message = (
            f"whatever lies in {quoted(scope.id)} lies in {names}, which is looked at first: put the narrower one first"
        )
        findings.add("scope-shadowed", f"scopes[{place}]", message)
        return True
    for rule_id, earlier in shadows.items():
        message = (
            f"the limits of {quoted(rule_id)} in {quoted(scope.id)} are never looked at, for whatever lies there "
            f"lies in {quoted(earlier.id)}, which is before it: put the narrower one first"
        )
        findings.add("scope-shadowed", f"scopes[{place}].limits.{rule_id}", message)
    return bool(shadows)


def _shadow(terms: Terms, scope: Scope, rule: Rule) -> Scope | None:
    scopes = scopes_of(terms, rule)
    return next((one for one in scopes[: scopes.index(scope)] if contains(one.where, scope.where)), None)


def _find_same(terms: Terms, place: int, rules: Sequence[Rule], findings: Findings) -> None:
    """Find limits that are those of the rule itself, with no later scope that they could stand before."""
    scope = terms.scopes[place]
    for rule in rules:
        later = scopes_of(terms, rule)[scopes_of(terms, rule).index(scope) + 1 :]
        if rule.only_in or later or scope.conditions(rule) != rule.conditions:
            continue
        message = (
            f"the limits in {quoted(scope.id)} are those that {quoted(rule.id)} has anyway: change them, or drop them"
        )
        findings.add("scope-idle", f"scopes[{place}].limits.{rule.id}", message)


def check_transitions(terms: Terms, findings: Findings) -> None:
    """Find transitions that cover nobody or no rule, or are never looked at."""
    for place, transition in enumerate(terms.transition):
        why = why_nobody(transition.where) or _why_idle(terms, place, transition)
        if why:
            findings.add("transition-idle", f"transition[{place}]", f"the transition changes nothing: {why}")


def _why_idle(terms: Terms, place: int, transition: Transition) -> str | None:
    covered = [rule for rule in terms.rules if transition.covers(rule)]
    if not covered:
        return "it covers no rule, for one that lets pass needs no transition"
    for earlier in terms.transition[:place]:
        all_of_it = contains(earlier.where, transition.where) and all(earlier.covers(rule) for rule in covered)
        if all_of_it and _lasts_as_long(earlier, transition):
            return "an earlier one covers the same accounts and rules, and is looked at first"
    if any(later.covers(rule) for later in terms.transition[place + 1 :] for rule in covered):
        return None  # it may spare its accounts a later one
    warns = any(max(rule.mode, transition.meanwhile) is not Mode.SHADOW for rule in covered)
    if _is_announced(terms) and warns:
        return None
    lasts = transition.until_s is not None and terms.effective_s is not None and transition.until_s > terms.effective_s
    if lasts and any(rule.mode < transition.meanwhile for rule in covered):
        return None
    if lasts:
        return f"every rule that it covers runs in {_modes(covered)} anyway"
    if not _is_announced(terms):
        return "the terms are not announced before they are in force, and it does not last longer"
    return "before terms are in force their rules are never felt anyway, and it does not last longer"


def _is_announced(terms: Terms) -> bool:
    return terms.announced_s is not None and (terms.effective_s is None or terms.announced_s < terms.effective_s)


def _lasts_as_long(earlier: Transition, later: Transition) -> bool:
    return later.until_s is None or (earlier.until_s is not None and earlier.until_s >= later.until_s)


def _modes(rules: Sequence[Rule]) -> str:
    return " or ".join(quoted(mode.word) for mode in Mode if any(rule.mode is mode for rule in rules))
