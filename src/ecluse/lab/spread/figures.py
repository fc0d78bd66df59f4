"""What is drawn of a sweep, as plain data: panels of lines. How it looks is the affair of the page or the picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import Any, Final, NamedTuple

import numpy as np

from ecluse.lab.spread.measures import told_of
from ecluse.lab.spread.scenario import NO_LIMIT, Scenario
from ecluse.lab.spread.sweep import Result

POINTS_MAX: Final = 60
"""Points of a curve."""

LOGARITHMIC_FROM: Final = 40
"""Where the last step is later than this, the axis of steps is logarithmic."""

SWEPT: Final = ("lost_labels", "recognised", "label_effect")
"""Shares: one of them with three values or more is drawn along the x axis."""

WORDS: Final = {
    "limit": "limit",
    "virality": "virality",
    "resend": "resend",
    "immunity": "immunity",
    "many_hops": "many hops",
    "many_limit": "many limit",
    "lost_labels": "labels lost",
    "recognised": "recognised",
    "label_effect": "label effect",
    "steps": "steps",
}
"""The choices of a scenario in words."""


class Line(NamedTuple):
    """name: what tells it from the other lines of the panel. x, y: of equal length; y None where there is nothing."""

    name: str
    x: list[float]
    y: list[float | None]


class Panel(NamedTuple):
    """One chart. y is a share from 0 to 1 if ``shares``, else a number of steps, 0 or more."""

    title: str
    x_label: str
    y_label: str
    log_x: bool
    shares: bool
    lines: list[Line]


def figure(results: Sequence[Result]) -> list[Panel]:
    """The panels of a sweep: measures along a share that has three values or more, else people reached over steps."""
    x = next((name for name in varying(results) if name in SWEPT and len(_values(results, name)) >= 3), None)
    return list(_curves(results) if x is None else _along(results, x))


def varying(results: Sequence[Result]) -> list[str]:
    """The choices that differ between the scenarios of a sweep."""
    return [field.name for field in fields(Scenario) if len(_values(results, field.name)) > 1]


def told(scenario: Scenario, names: Sequence[str]) -> str:
    """Some of a scenario's choices in words.

    >>> told(Scenario(limit=5, lost_labels=0.2), ["limit", "lost_labels"])
    'limit 5, labels lost 0.2'
    """
    return ", ".join(f"{WORDS[name]} {_value(getattr(scenario, name))}" for name in names)


def _value(value: Any) -> str:
    return "none" if value in (None, NO_LIMIT) else f"{value:g}" if not isinstance(value, bool) else str(value).lower()


def _values(results: Sequence[Result], name: str) -> list[Any]:
    return list(dict.fromkeys(getattr(result.scenario, name) for result in results))


def _panels(results: Sequence[Result], name: str) -> Iterator[tuple[str, list[Result]]]:
    for value in _values(results, name):
        chosen = [result for result in results if getattr(result.scenario, name) == value]
        yield told(chosen[0].scenario, [name]), chosen


def _curves(results: Sequence[Result]) -> Iterator[Panel]:
    """People reached over steps: the median of the runs that took off."""
    names = [name for name in varying(results) if name != "virality"] or ["limit"]
    for title, chosen in _panels(results, "virality"):
        end = max(_end(result) for result in chosen)
        log_x = end > LOGARITHMIC_FROM
        steps = np.unique(np.rint(np.geomspace(1, end, POINTS_MAX)).astype(np.int64)) if log_x else np.arange(end + 1)
        lines = []
        for result in chosen:
            shares = [curve.reached_by(steps) / curve.people for curve in told_of(result.curves)]
            middle = np.round(np.median(shares, axis=0), 4)
            lines.append(Line(told(result.scenario, names), steps.tolist(), middle.tolist()))
        yield Panel(title, "steps", "people reached", log_x, True, lines)


def _end(result: Result) -> int:
    """A step after which nothing is to be seen any more."""
    steps = [curve.steps_to(0.995 * int(curve.reached[-1])) or 1 for curve in told_of(result.curves)]
    return max(1, int(1.2 * max(steps)))


def _along(results: Sequence[Result], x: str) -> Iterator[Panel]:
    """Reach, speed and lost labels along one choice."""
    names = [name for name in varying(results) if name not in ("virality", x)]
    several = len(_values(results, "virality")) > 1
    for virality, chosen in _panels(results, "virality"):
        lines = list(dict.fromkeys(told(result.scenario, names) for result in chosen))
        for title, shares, values in (
            ("people reached", True, [result.measures.reach for result in chosen]),
            ("steps to half of all people", False, [result.measures.t50 for result in chosen]),
            ("copies of many hops that do not show it", True, [result.measures.unlabelled for result in chosen]),
        ):
            if all(value is None for value in values):
                continue
            drawn = []
            for name in lines:
                at = [k for k, result in enumerate(chosen) if told(result.scenario, names) == name]
                drawn.append(
                    Line(name, [getattr(chosen[k].scenario, x) for k in at], [_rounded(values[k]) for k in at])
                )
            yield Panel(f"{title}, {virality}" if several else title, WORDS[x], title, False, shares, drawn)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
