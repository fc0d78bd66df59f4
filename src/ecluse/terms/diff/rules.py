"""What has become of rules: added, dropped, moved, speaking more often or less, in other words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import inf

from ecluse.terms.condition import Condition
from ecluse.terms.diff.change import Change, Direction, direction_of
from ecluse.terms.diff.phrases import (
    MODES,
    by_words,
    condition_words,
    conditions_words,
    does,
    kinds_words,
    listed,
    where_words,
)
from ecluse.terms.document import Rule, Scope, Terms
from ecluse.terms.faults import quoted
from ecluse.terms.implications import GREATEST, base_of
from ecluse.terms.mode import Mode
from ecluse.terms.notices import amount
from ecluse.terms.outcome import Outcome
from ecluse.terms.spans import Span, is_whole, span_of
from ecluse.terms.texts import Text

_RISING = (">", ">=")


def concerns(rule: Rule, terms: Terms) -> str:
    """Whom a rule is about, in words."""
    scopes = [where_words(scope.where) for scope in terms.scopes if scope.id in rule.only_in]
    who = "; ".join(scopes) if scopes else "all accounts"
    ages = [condition_words(condition) for condition in rule.conditions if condition.signal == "account_age"]
    who += "".join(f", where {age}" for age in ages)
    return f"{who}, when they {kinds_words(rule.kinds)}"


def rule_changes(before: Terms, after: Terms) -> Iterator[Change]:
    """What has become of each rule, in the order of the later document; dropped ones come last."""
    old, new = ({rule.id: rule for rule in terms.rules} for terms in (before, after))
    for rule in after.rules:
        if rule.id not in old:
            yield _whole(Direction.ADDED, rule, after)
            continue
        for change in _changes(old[rule.id], rule):
            yield change._replace(concerns=concerns(rule, after))
    for rule in before.rules:
        if rule.id not in new:
            yield _whole(Direction.DROPPED, rule, before)
    yield from _moves(before, after)


def _whole(direction: Direction, rule: Rule, terms: Terms) -> Change:
    mode = "" if rule.mode is Mode.ENFORCE else f", and {MODES[rule.mode]}"
    says = f"{does(rule)} when {conditions_words(rule.conditions)}{mode}. “{rule.clause}”"
    there = [str(condition) for condition in rule.conditions]
    before, after = (None, there) if direction is Direction.ADDED else (there, None)
    return Change(direction, "rule", rule.id, "", says, before, after, None, concerns(rule, terms))


def _changes(old: Rule, new: Rule) -> Iterator[Change]:
    def change(direction: Direction, field: str, says: str, was: object, now: object) -> Change:
        return Change(direction, "rule", new.id, field, says, was, now)

    differing = list(pairs(old.conditions, new.conditions))
    for one, other in differing:
        yield from condition_change("rule", new, one, other, "when")
    if not differing and old.conditions != new.conditions:
        was, now = ([str(condition) for condition in rule.conditions] for rule in (old, new))
        yield change(Direction.CHANGED, "when", "asks the same in another order", was, now)
    if (old.outcome, old.label) != (new.outcome, new.label):
        stronger = new.outcome > old.outcome
        direction = Direction.TIGHTENED if stronger else Direction.LOOSENED
        if old.outcome == new.outcome:
            direction = Direction.CHANGED
        yield change(direction, "then", f"{does(new)} (before: {does(old)})", does(old), does(new))
    if old.mode is not new.mode:
        direction = direction_of(new.mode < old.mode, new.outcome)
        says = f"{MODES[new.mode]} (before: {MODES[old.mode]})"
        yield change(direction, "mode", says, old.mode.word, new.mode.word)
    for kinds, more in ((set(new.kinds) - set(old.kinds), True), (set(old.kinds) - set(new.kinds), False)):
        if kinds:
            says = f"now {'also' if more else 'no longer'} judges those who {kinds_words(tuple(kinds))}"
            words = [[kind.word for kind in rule.kinds] for rule in (old, new)]
            yield change(direction_of(more, new.outcome), "kinds", says, *words)
    if set(old.only_in) != set(new.only_in):
        yield change(_narrowed(old, new), "only_in", _only_in(old, new), list(old.only_in), list(new.only_in))
    yield from _words(new.id, "clause", old.clause, new.clause)
    yield from _words(new.id, "notice", old.notice, new.notice)
    yield from _words(new.id, "shown", old.shown, new.shown)
    if old.basis != new.basis:
        says = f"rests on “{new.basis or 'nothing that is said'}” (before: “{old.basis or 'nothing that is said'}”)"
        yield change(Direction.CHANGED, "basis", says, old.basis, new.basis)


def pairs(
    before: Sequence[Condition], after: Sequence[Condition]
) -> Iterator[tuple[Condition | None, Condition | None]]:
    """Conditions of two rules that differ, each with the one that has come in its place; None for none."""
    old = [condition for condition in before if condition not in after]
    new = [condition for condition in after if condition not in before]
    for alike in (_same_way, _same_signal):
        for one in list(old):
            other = next((c for c in new if alike(one, c)), None)
            if other is not None:
                old.remove(one)
                new.remove(other)
                yield one, other
    yield from ((one, None) for one in old)
    yield from ((None, one) for one in new)


def _same_way(one: Condition, other: Condition) -> bool:
    return _same_signal(one, other) and (one.comparison in _RISING) == (other.comparison in _RISING)


def _same_signal(one: Condition, other: Condition) -> bool:
    return one.signal == other.signal


def condition_change(
    about: str, rule: Rule, old: Condition | None, new: Condition | None, field: str, prefix: str = ""
) -> Iterator[Change]:
    """What it means that one condition of a rule has come in place of another. prefix: to the words."""
    was, now = (None if one is None else str(one) for one in (old, new))
    if old is None and new is not None:
        says = f"speaks only when {condition_words(new)} as well"
        yield Change(direction_of(False, rule.outcome), about, rule.id, field, prefix + says, was, now)
    elif old is not None and new is None:
        says = f"no longer asks that {condition_words(old)}"
        yield Change(direction_of(True, rule.outcome), about, rule.id, field, prefix + says, was, now)
    elif old is not None and new is not None:
        more, less = _reach(old).within(_reach(new)), _reach(new).within(_reach(old))
        direction = Direction.CHANGED if more == less else direction_of(more, rule.outcome)
        by = new.number - old.number if old.comparison == new.comparison else None
        much = "; it means the same" if more and less else ""
        before = condition_words(old)
        if by is not None:
            before = amount(old.signal, old.number, "en")
            much = f"; {by_words(new.signal, old.number, new.number)}{much}"
        says = f"speaks when {condition_words(new)} (before: {before}{much})"
        yield Change(direction, about, rule.id, field, prefix + says, was, now, by)


def _reach(condition: Condition) -> Span:
    """The values that its signal can have for which a condition holds."""
    span = span_of(condition).meet(Span(0.0, GREATEST.get(base_of(condition.signal), inf)))
    return span.whole() if is_whole(condition.signal) else span


def _narrowed(old: Rule, new: Rule) -> Direction:
    was, now = set(old.only_in), set(new.only_in)
    if not was or (now and now < was):
        return direction_of(False, new.outcome)
    if not now or was < now:
        return direction_of(True, new.outcome)
    return Direction.CHANGED


def _only_in(old: Rule, new: Rule) -> str:
    now, was = (
        f"only in {listed([quoted(one) for one in r.only_in])}" if r.only_in else "everywhere" for r in (new, old)
    )
    return f"is asked {now} (before: {was})"


def _words(rule_id: str, field: str, old: Text | None, new: Text | None) -> Iterator[Change]:
    """What has changed in the words of a clause or a notice, by language."""
    was, now = (dict(text.by_language) if text else {} for text in (old, new))
    for language in dict.fromkeys([*was, *now]):
        before, after = was.get(language), now.get(language)
        if before == after:
            continue
        direction, says = Direction.CHANGED, f"says in its {field} ({language}) “{after}” (before: “{before}”)"
        if before is None:
            direction, says = Direction.ADDED, f"has its {field} in {language}: “{after}”"
        elif after is None:
            direction, says = Direction.DROPPED, f"no longer has its {field} in {language}: “{before}”"
        yield Change(direction, "rule", rule_id, f"{field}.{language}", says, before, after)


def _moves(before: Terms, after: Terms) -> Iterator[Change]:
    """Rules that are asked in another order, as few as explain it."""
    ids = [rule.id for rule in before.rules]
    old = {rule_id: place for place, rule_id in enumerate(ids)}
    rules = [rule for rule in after.rules if rule.id in old]
    stay = _longest_rising([old[rule.id] for rule in rules])
    for place, rule in enumerate(rules):
        if place in stay:
            continue
        crossed = {n for n, one in enumerate(rules) if n != place and (n < place) != (old[one.id] < old[rule.id])}
        counts = any((rules[n].outcome is Outcome.PASS) != (rule.outcome is Outcome.PASS) for n in crossed)
        past = sorted(crossed & stay)  # all on one side: those that stay are in one order
        earlier = past[0] > place
        names = listed([quoted(rules[n].id) for n in past])
        effect = "" if counts else "; nothing comes of it, for the order counts only around what lets pass"
        says = f"is now asked {'before' if earlier else 'after'} {names}{effect}"
        yield Change(Direction.MOVED, "rule", rule.id, "", says, ids.index(rule.id), after.rules.index(rule))


def _longest_rising(numbers: Sequence[int]) -> set[int]:
    """The places of a longest rising subsequence."""
    best: list[list[int]] = []
    for place, number in enumerate(numbers):
        before = [run for run in best if numbers[run[-1]] < number]
        best.append([*_longest(before), place])
    return set(_longest(best))


def _longest(runs: Sequence[list[int]]) -> list[int]:
    return max(runs, key=lambda run: len(run), default=[])


def limits_of(scope: Scope, rule: Rule) -> tuple[Condition, ...]:
    """The conditions of a rule in a scope whose numbers the scope sets."""
    named = {signal for rule_id, signal, _ in scope.limits if rule_id == rule.id}
    return tuple(condition for condition in scope.conditions(rule) if condition.signal in named)
