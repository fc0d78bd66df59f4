"""What has become of dates, scopes and transitions."""

from __future__ import annotations

import json
from collections.abc import Iterator

from ecluse.terms.diff.change import Change, Direction
from ecluse.terms.diff.phrases import conditions_words, listed, moment, where_words
from ecluse.terms.diff.rules import condition_change, limits_of
from ecluse.terms.document import Rule, Scope, Terms, Transition
from ecluse.terms.faults import quoted
from ecluse.terms.lint.places import contains

_DAY_S = 86_400


def head_changes(before: Terms, after: Terms) -> Iterator[Change]:
    """What has become of the title, of what is superseded, and of the dates."""
    for field in ("id", "version", "title", "supersedes"):
        was, now = getattr(before, field), getattr(after, field)
        if was != now:
            says = f"{field}: {now or 'none'} (before: {was or 'none'})"
            yield Change(Direction.CHANGED, "terms", after.name, field, says, was, now)
    yield from _date(after.name, "announced", "are announced", before.announced_s, after.announced_s)
    yield from _date(after.name, "effective", "are in force from", before.effective_s, after.effective_s)


def _date(name: str, field: str, verb: str, was: int | None, now: int | None) -> Iterator[Change]:
    if was == now:
        return
    by = None if was is None or now is None else now - was
    direction = Direction.CHANGED
    if by is not None and field == "effective":
        direction = Direction.LOOSENED if by > 0 else Direction.TIGHTENED
    says = f"{verb} {moment(now)} (before: {moment(was)}{_later(by)})"
    yield Change(direction, "terms", name, field, says, was, now, by)


def _later(by_s: int | None) -> str:
    if by_s is None:
        return ""
    days = abs(by_s) / _DAY_S
    return f"; {days:,.3g} {'day' if days == 1 else 'days'} {'later' if by_s > 0 else 'earlier'}"


def scope_changes(before: Terms, after: Terms) -> Iterator[Change]:
    """What has become of each scope; limits are compared with those that held there before."""
    old, new = ({scope.id: scope for scope in terms.scopes} for terms in (before, after))
    for scope in after.scopes:
        if scope.id not in old:
            yield _whole(Direction.ADDED, scope, after)
            continue
        where = where_words(scope.where)
        was = old[scope.id]
        if was.where.meaning() != scope.where.meaning():
            wider, narrower = contains(scope.where, was.where), contains(was.where, scope.where)
            much = "wider; " if wider and not narrower else "narrower; " if narrower and not wider else ""
            says = f"is about {where} ({much}before: {where_words(was.where)})"
            old_where, new_where = was.where.meaning(), scope.where.meaning()
            yield Change(Direction.CHANGED, "scope", scope.id, "where", says, old_where, new_where, None, where)
        for rule in after.rules:
            theirs = next((one for one in before.rules if one.id == rule.id), None)
            if theirs is not None:
                yield from _limits(was, scope, theirs, rule, where)
            elif limits := limits_of(scope, rule):
                says = f"{quoted(rule.id)} speaks when {conditions_words(limits)}"
                words = [str(condition) for condition in limits]
                yield Change(Direction.ADDED, "scope", scope.id, f"limits.{rule.id}", says, None, words, None, where)
    for scope in before.scopes:
        if scope.id not in new:
            yield _whole(Direction.DROPPED, scope, before)
    common = [scope.id for scope in after.scopes if scope.id in old]
    if common != [scope.id for scope in before.scopes if scope.id in new]:
        says = f"is looked at in another order: {listed([quoted(one) for one in common])}; the first that holds counts"
        order = [scope.id for scope in before.scopes], [scope.id for scope in after.scopes]
        yield Change(Direction.MOVED, "scope", common[0], "", says, *order)


def _limits(was: Scope, now: Scope, old: Rule, new: Rule, where: str) -> Iterator[Change]:
    """Changes of the limits of one rule in a scope that the rule itself does not tell."""
    for signal in dict.fromkeys(c.signal for c in (*limits_of(was, old), *limits_of(now, new))):
        before = next((c for c in was.conditions(old) if c.signal == signal), None)
        after = next((c for c in now.conditions(new) if c.signal == signal), None)
        if before is None or after is None:
            continue  # the rule tells it
        if before == after:
            if (before in limits_of(was, old)) != (after in limits_of(now, new)):
                own = "its own limit" if after in limits_of(now, new) else "no limit of its own"
                says = f"{quoted(new.id)} has {own} for {quoted(signal)} there, which is the same number"
                field = f"limits.{new.id}.{signal}"
                yield Change(Direction.CHANGED, "scope", now.id, field, says, str(before), str(after), None, where)
            continue
        for change in condition_change("scope", new, before, after, f"limits.{new.id}.{signal}", f"{quoted(new.id)} "):
            yield change._replace(name=now.id, concerns=where)


def _whole(direction: Direction, scope: Scope, terms: Terms) -> Change:
    limits = [
        f"{quoted(rule.id)} speaks when {conditions_words(limits)}"
        for rule in terms.rules
        if (limits := limits_of(scope, rule))
    ]
    bound = [quoted(rule.id) for rule in terms.rules if scope.id in rule.only_in]
    parts = [*limits, *([f"only there {listed(bound)} {'is' if len(bound) == 1 else 'are'} asked"] if bound else [])]
    where = where_words(scope.where)
    says = f"for {where}: {'; '.join(parts) or 'nothing is otherwise'}"
    meaning = scope.where.meaning()
    before, after = (None, meaning) if direction is Direction.ADDED else (meaning, None)
    return Change(direction, "scope", scope.id, "", says, before, after, None, where)


def transition_changes(before: Terms, after: Terms) -> Iterator[Change]:
    """What has become of each transition; one is known again by whom it is for."""
    old, new = (_by_key(terms) for terms in (before, after))
    for key, now in new.items():
        name = where_words(now.where)
        if key not in old:
            yield Change(Direction.ADDED, "transition", name, "", _says(now), None, _until(now), None, name)
            continue
        was = old[key]
        if was.until_s != now.until_s:
            ends = [one.until_s or terms.effective_s for one, terms in ((was, before), (now, after))]
            by = None if None in ends else (ends[1] or 0) - (ends[0] or 0)
            direction = Direction.CHANGED if not by else Direction.LOOSENED if by > 0 else Direction.TIGHTENED
            says = f"lasts until {_until(now)} (before: {_until(was)}{_later(by)})"
            yield Change(direction, "transition", name, "until", says, _until(was), _until(now), by, name)
        if was.meanwhile is not now.meanwhile:
            says = f"meanwhile: {now.meanwhile.word} (before: {was.meanwhile.word})"
            words = was.meanwhile.word, now.meanwhile.word
            yield Change(Direction.CHANGED, "transition", name, "meanwhile", says, *words, None, name)
        if set(was.rules) != set(now.rules):
            says = f"is about {_rules(now)} (before: {_rules(was)})"
            yield Change(
                Direction.CHANGED, "transition", name, "rules", says, list(was.rules), list(now.rules), None, name
            )
    common = [key for key in new if key in old]
    if common != [key for key in old if key in new]:
        name = where_words(new[common[0]].where)
        says = f"is looked at in another order: {'; '.join(where_words(new[key].where) for key in common)}"
        yield Change(Direction.MOVED, "transition", name, "", says)
    for key, was in old.items():
        if key not in new:
            name = where_words(was.where)
            yield Change(Direction.DROPPED, "transition", name, "", _says(was), _until(was), None, None, name)


def _by_key(terms: Terms) -> dict[tuple[str, int], Transition]:
    """Transitions by whom they are for; of several for the same, each by its number."""
    found: dict[tuple[str, int], Transition] = {}
    for one in terms.transition:
        meaning = json.dumps(one.where.meaning(), sort_keys=True)
        number = sum(key == meaning for key, _ in found)
        found[meaning, number] = one
    return found


def _until(transition: Transition) -> str:
    return "the terms are in force" if transition.until_s is None else moment(transition.until_s)


def _rules(transition: Transition) -> str:
    return listed([quoted(rule) for rule in transition.rules]) if transition.rules else "all rules"


def _says(transition: Transition) -> str:
    meanwhile = "they are warned" if transition.meanwhile.word == "warn" else "it is only recorded"
    return f"{_rules(transition)} come later; {meanwhile} until {_until(transition)}"
