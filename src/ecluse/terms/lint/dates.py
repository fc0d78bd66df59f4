"""What is doubtful about the dates of terms: notice that is too short, transitions that end too early or too late."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from ecluse.events import AccountKind
from ecluse.terms.document import Rule, Terms, Transition
from ecluse.terms.faults import quoted
from ecluse.terms.lint.finding import Findings
from ecluse.terms.lint.settings import is_restriction, scopes_of
from ecluse.terms.where import Where

NOTICE_DAYS: Final = 15
"""Days from announcement to force that business users are owed: Regulation (EU) 2019/1150, Article 3(2)."""

EU: Final = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()  # noqa: SIM905
)
"""The member states, by ISO 3166."""

BUSINESSES: Final = (AccountKind.BUSINESS, AccountKind.CLIENT)

_DAY_S: Final = 86_400


def check_dates(terms: Terms, findings: Findings) -> None:
    """Find what is doubtful about announcement, force and transitions."""
    if terms.effective_s is not None and terms.announced_s is None:
        message = (
            f"the terms are in force from {day(terms.effective_s)} on, and never announced: give the field "
            f"`announced`. Businesses in the EU are owed {NOTICE_DAYS} days (Regulation (EU) 2019/1150, Art. 3(2))"
        )
        findings.add("unannounced", "effective", message)
    if terms.effective_s is not None and terms.announced_s is not None:
        _find_short_notice(terms, terms.announced_s, terms.effective_s, findings)
    for place, transition in enumerate(terms.transition):
        _check_end(terms, transition, f"transition[{place}]", findings)


def day(second: int) -> str:
    """A second of the epoch as a date, with the time if it is not midnight (UTC).

    >>> day(1_575_676_800), day(1_575_676_860)
    ('2019-12-07', '2019-12-07T00:01:00Z')
    """
    moment = datetime.fromtimestamp(second, UTC)
    return f"{moment:%Y-%m-%d}" if second % _DAY_S == 0 else f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _find_short_notice(terms: Terms, announced_s: int, effective_s: int, findings: Findings) -> None:
    least_s = NOTICE_DAYS * _DAY_S
    touched = [rule for rule in terms.rules if is_restriction(rule) and _touches_businesses(terms, rule)]
    soon = [rule for rule in touched if _first_felt_s(terms, rule, effective_s) - announced_s < least_s]
    if soon:
        days = (effective_s - announced_s) / _DAY_S
        rules = ", ".join(quoted(rule.id) for rule in soon[:3]) + (", ..." if len(soon) > 3 else "")
        message = (
            f"business accounts get {days:.3g} days between announcement and force, and in the EU are owed "
            f"{NOTICE_DAYS} (Regulation (EU) 2019/1150, Art. 3(2)); this is about {rules}. "
            f"Put it at {day(announced_s + least_s)} or later, or give businesses and clients a transition until then"
        )
        findings.add("short-notice", "effective", message)


def _touches_businesses(terms: Terms, rule: Rule) -> bool:
    return not rule.only_in or any(_may_be_european_business(scope.where) for scope in scopes_of(terms, rule))


def _may_be_european_business(where: Where) -> bool:
    kinds = not where.account_kinds or bool(set(where.account_kinds) & set(BUSINESSES))
    return kinds and (not where.regions or any(region[:2] in EU for region in where.regions))


def _first_felt_s(terms: Terms, rule: Rule, effective_s: int) -> int:
    """From when a rule is felt by the business accounts that feel it first."""
    firsts = []
    for kind in BUSINESSES:
        untils = [
            transition.until_s or effective_s
            for transition in terms.transition
            if transition.covers(rule) and kind in (transition.where.account_kinds or tuple(AccountKind))
            if not (transition.where.providers or transition.where.regions or transition.where.ages)
        ]
        firsts.append(max([effective_s, *untils[:1]]))
    return min(firsts)


def _check_end(terms: Terms, transition: Transition, field: str, findings: Findings) -> None:
    until_s, effective_s = transition.until_s, terms.effective_s
    if until_s is None or effective_s is None:
        return
    if until_s < effective_s:
        message = (
            f"the transition ends on {day(until_s)}, before the terms are in force on {day(effective_s)}; until then "
            "nothing is refused anyway. Leave `until` out, or put it later"
        )
        findings.add("transition-early", f"{field}.until", message)
        return
    for rule in terms.rules:
        if not (rule.only_in and transition.covers(rule)):
            continue
        ends = [scope.where.until_s for scope in scopes_of(terms, rule)]
        last_s = None if None in ends else max((end for end in ends if end is not None), default=None)
        if last_s is not None and last_s <= until_s:
            message = (
                f"the transition lasts until {day(until_s)}, but the rule {quoted(rule.id)} is asked only until "
                f"{day(last_s)}: those in transition never feel it. End the transition sooner, or leave the rule out"
            )
            findings.add("transition-outlives", f"{field}.until", message)
