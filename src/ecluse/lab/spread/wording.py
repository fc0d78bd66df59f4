"""The measures of a sweep as a table in words, for the console and the report."""

from __future__ import annotations

from collections.abc import Sequence

from ecluse.lab.spread.figures import WORDS, told, varying
from ecluse.lab.spread.measures import Measures
from ecluse.lab.spread.sweep import Result


def head(results: Sequence[Result]) -> list[str]:
    """The names of the columns: the choices that differ (virality and limit always), then the measures.

    sent: chats it was sent to, for each person of the network; labelled: by those whose copy was labelled.
    """
    names = [WORDS[name] for name in _names(results)]
    measures = ["took off", "t50", "t90", "reach", "mean reach", "sent", "sent, labelled"]
    return [*names, *measures, *(["unlabelled"] if _hides(results) else [])]


def row(result: Result, results: Sequence[Result], steps_a_day: float | None = None) -> list[str]:
    """The cells of one scenario. Where the median run never reaches 90 % of all people, t90 is the time to 90 % of
    those it does reach, marked with a star; "never" if no run took off.
    """
    measures = result.measures
    cells = [told(result.scenario, [name]).removeprefix(WORDS[name] + " ") for name in _names(results)]
    cells += [
        f"{measures.took_off} of {measures.seeds}",
        _steps(measures.t50, steps_a_day),
        _t90(measures, steps_a_day),
        _share(measures.reach),
        _share(measures.reach_mean),
        f"{measures.sent:,.2f}",
        f"{measures.sent_many:,.2f}",
    ]
    if _hides(results):
        cells.append("" if measures.unlabelled is None else _share(measures.unlabelled))
    return cells


def _names(results: Sequence[Result]) -> list[str]:
    return list(dict.fromkeys(["virality", "limit", *varying(results)]))


def _hides(results: Sequence[Result]) -> bool:
    return any(result.scenario.lost_labels > 0 for result in results)


def _t90(measures: Measures, steps_a_day: float | None) -> str:
    if measures.t90 is not None:
        return _steps(measures.t90, steps_a_day)
    return _steps(measures.t90_own, steps_a_day) + "*" if measures.took_off else "never"


def _share(part: float) -> str:
    return f"{100 * part:.1f}".removesuffix(".0") + " %"


def _steps(steps: float | None, steps_a_day: float | None) -> str:
    if steps is None:
        return "never"
    said = f"{steps:,.1f}".removesuffix(".0")
    if steps_a_day is None:
        return said
    days = steps / steps_a_day
    return f"{said} ({days:,.0f} d)" if days >= 10 else f"{said} ({days:.2g} d)"
