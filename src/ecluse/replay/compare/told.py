"""Told: why an account was judged otherwise, in sentences that a person understands."""

from __future__ import annotations

from ecluse.replay.compare.comparison import Changed, Comparison, Group, Side
from ecluse.replay.sentences import DONE, sentence
from ecluse.replay.spoken import Case
from ecluse.replay.tally import Affected
from ecluse.replay.words import amount, counted
from ecluse.terms import Mode, Rule


def explained(changed: Changed, comparison: Comparison) -> str:
    """What the account did and what came of it under the one, and why not under the other."""
    a, b = comparison.a, comparison.b
    if changed.group is Group.OTHERWISE:
        assert changed.a is not None
        assert changed.b is not None
        return f"{sentence(changed.b)} Under {a.name}: {felt(changed.a)}; under {b.name}: {felt(changed.b)}."
    by, other, affected = (b, a, changed.b) if changed.b is not None else (a, b, changed.a)
    assert affected is not None
    told = sentence(affected) if by is b else f"Under {a.name}: {_lowered(sentence(affected))}"
    return f"{told} {_beside(affected.cases[0], other)}" if affected.cases else told


def felt(affected: Affected) -> str:
    """What an account felt, in numbers, the hardest first: ``refused 3 times, delayed once``."""
    times = [(word, affected.outcomes[outcome]) for outcome, word in DONE.items() if affected.outcomes[outcome]]
    return ", ".join(f"{word} {'once' if n == 1 else counted(n, 'time', 'times')}" for word, n in times) or "nothing"


def _lowered(text: str) -> str:
    return text[0].lower() + text[1:]


def _beside(case: Case, other: Side) -> str:
    """What the other terms have in place of a rule."""
    rule = case.rule
    same: Rule | None = next((mine for _, mine in other.versions.rules if mine.id == rule.id), None)
    if same is None:
        return f"{other.name} has no rule {rule.id}."
    if same.mode is not Mode.ENFORCE:
        return f"Under {other.name} that rule only {'warns' if same.mode is Mode.WARN else 'runs in shadow'}."
    main = rule.principal()
    limits = [c for c in same.conditions if (c.signal, c.comparison) == (main.signal, main.comparison)]
    if limits and limits[0].number != main.number:
        return f"Under {other.name} the limit is {amount(main.signal, limits[0].number)}."
    if set(same.conditions) != set(rule.conditions):
        return f"Under {other.name} the rule asks for {' and '.join(map(str, same.conditions))}."
    return f"{other.name} has the same rule: what was stopped or let through before makes the difference."
