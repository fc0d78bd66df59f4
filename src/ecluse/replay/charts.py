"""Charts: what the report draws, as plain data; how it looks is the page's own affair."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from string import ascii_uppercase
from typing import Any, Final, NamedTuple

import numpy as np

from ecluse.ledger import SIGNALS, Signal
from ecluse.replay.spread import Spread, Telling, telling
from ecluse.replay.timeline import Timeline
from ecluse.replay.words import amount, counted, share
from ecluse.terms import Condition, Outcome, Versions

POINTS_MAX: Final = 250
"""Points of a curve."""

_DAY_S: Final = 86_400


class Limit(NamedTuple):
    """A limit of the terms on a signal. rules: that have it. beyond: accounts whose telling value it holds for.

    of: where several terms are compared those that have it, as letters from A: ``A``, ``B`` or ``AB``.
    """

    condition: str
    rules: list[str]
    x: float
    window: str
    share: float
    beyond: str
    of: str


class Chart(NamedTuple):
    """The distribution of one signal over accounts, a curve for each window.

    rising: the curve is the share of accounts at or below x, else at or above it. log_x, log_y: how axes are scaled.
    """

    id: str
    doc: str
    what: str
    unit: str
    rising: bool
    log_x: bool
    log_y: bool
    curves: list[dict[str, Any]]
    limits: list[Limit]


class Undrawn(NamedTuple):
    """Signals without a distribution, and what all accounts have instead."""

    id: str
    value: str


def timeline_data(timeline: Timeline) -> dict[str, Any]:
    """Bars of all events, and of those of each outcome that somebody felt. Times are epoch milliseconds."""
    starts, counts = timeline.bars()
    felt = (Outcome.REFUSE, Outcome.DROP_STRANGERS, Outcome.DELAY)
    return {
        "starts": (starts * 1000).tolist(),
        "width": timeline.width_s * 1000,
        "events": counts.sum(axis=1).tolist(),
        "felt": [{"name": o.word, "counts": counts[:, o].tolist()} for o in felt if counts[:, o].any()],
    }


def plain(chart: Chart) -> dict[str, Any]:
    """A chart as values for JSON."""
    return {**chart._asdict(), "limits": [limit._asdict() for limit in chart.limits]}


def charts(spread: Spread, *sides: Versions) -> tuple[list[Chart], list[Undrawn]]:
    """A chart for each signal that differs between accounts, those that the terms look at first; and all the others.

    sides: the terms whose limits are drawn in, usually one.
    """
    drawn: list[Chart] = []
    undrawn: list[Undrawn] = []
    for base, group in groupby(SIGNALS, key=lambda signal: signal.base):
        signals = [(signal, spread.values(signal)) for signal in group]
        known = np.concatenate([values for _, values in signals])
        limits = list(_limits(signals, *sides))
        if not len(known):
            undrawn.append(Undrawn(base, "unknown"))
        elif known.min() == known.max():
            undrawn.append(Undrawn(base, amount(signals[0][0].name, float(known[0]))))
        else:
            drawn.append(_chart(base, signals, limits))
    drawn.sort(key=lambda chart: not chart.limits)
    return drawn, undrawn


def _chart(base: str, signals: list[tuple[Signal, np.ndarray]], limits: list[Limit]) -> Chart:
    first = signals[0][0]
    way, is_share = telling(first), first.unit == "share"
    what = {
        Telling.HIGHEST: "highest value of each account",
        Telling.LOWEST: "lowest value of each account",
        Telling.MEAN: "mean over each account's sends",
    }[way]
    rising = way is not Telling.HIGHEST
    curves = []
    for signal, values in signals:
        x, y = _curve(values[values > 0] if not is_share else values, len(values), rising)
        if len(x):
            curves.append({"window": signal.window, "x": (x / _scale(signal)).tolist(), "y": y.tolist()})
    unit = "days" if first.unit == "seconds" else first.unit
    return Chart(base, first.doc, what, unit, rising, not is_share, not is_share, curves, limits)


def _curve(values: np.ndarray, n: int, rising: bool) -> tuple[np.ndarray, np.ndarray]:
    """Distinct values, and the share of n accounts at or below (rising) or at or above each. values: ascending.

    With rising, the accounts without one of the values (n - len(values)) lie below all of them.
    """
    x, starts, counts = np.unique(values, return_index=True, return_counts=True)
    y = (n - len(values) + starts + counts if rising else len(values) - starts) / max(n, 1)
    if len(x) > POINTS_MAX:
        ranks = np.linspace(0, 1, POINTS_MAX // 2)
        low, high = x[0] or x[x > 0][0], x[-1]
        spaced = np.searchsorted(x, low * (high / low) ** ranks, side="right") - 1
        kept = np.unique(np.clip(np.concatenate([spaced, ranks * (len(x) - 1)]).astype(np.int64), 0, len(x) - 1))
        x, y = x[kept], y[kept]
    return x, y


def _limits(signals: list[tuple[Signal, np.ndarray]], *sides: Versions) -> Iterator[Limit]:
    """The limits on some signals, each once, but for those of rules that stop nobody."""
    rules: dict[Condition, dict[tuple[str, str], None]] = {}
    letters = ascii_uppercase if len(sides) > 1 else [""]
    for side, versions in zip(letters, sides, strict=False):
        for _, rule in versions.rules:
            for condition in rule.conditions if rule.outcome is not Outcome.PASS else ():
                rules.setdefault(condition, {})[side, rule.id] = None
    for signal, values in signals:
        for condition, having in rules.items():
            if condition.signal == signal.name:
                beyond = int(condition.holds(values).sum())
                text = f"{counted(beyond, 'account', 'accounts')}, {share(beyond, len(values))}"
                x, part = condition.number / _scale(signal), beyond / max(len(values), 1)
                of, ids = (list(dict.fromkeys(words)) for words in zip(*having, strict=True))
                yield Limit(str(condition), ids, x, signal.window, part, text, "".join(of))


def _scale(signal: Signal) -> float:
    return _DAY_S if signal.unit == "seconds" else 1
