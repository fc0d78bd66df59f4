"""What spreads, as a page that stands alone."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import starmap
from typing import Any, Final

from ecluse.pages import templates
from ecluse.rumours.forms import RumourForm
from ecluse.wire import time_form

HEIGHT: Final = 22
_TEMPLATES: Final = templates("ecluse.rumours")


def render(rumours: Sequence[RumourForm], asked: str) -> str:
    """The page. asked: of what it is, in words. The same rumours give the same page."""
    shown = list(map(_shown, rumours))
    return _TEMPLATES.get_template("rumours.html").render(rumours=shown, asked=asked)


def render_log(sections: Sequence[tuple[str, Sequence[tuple[RumourForm, int, str]]]]) -> str:
    """The page of what spread furthest in a log. sections: a title each, and rumours: as each was counted in the window
    up to a second in which it reached most, that second, and an event of it.
    """
    shown = [(title, list(starmap(_of_log, rumours))) for title, rumours in sections]
    return _TEMPLATES.get_template("log.html").render(sections=shown)


def growth_words(growth: float | None) -> str:
    """How fast it spreads, in a word.

    >>> growth_words(2.0), growth_words(None)
    ('× 2.0', '')
    """
    return "" if growth is None else f"× {growth:.1f}"


def truth_words(truth: float | None, fact_check: int | None) -> str:
    """What fact-checkers say, in a word.

    >>> truth_words(0.0, 7), truth_words(None, 7), truth_words(None, None)
    ('0 (false)', 'checked', '')
    """
    if truth is None:
        return "" if fact_check is None else "checked"
    named = {0.0: " (false)", 1.0: " (true)"}
    return f"{truth:g}{named.get(truth, '')}"


def heights(counts: Sequence[int], highest: int) -> list[int]:
    """Counts as whole heights: the greatest is the highest, and only none is 0.

    >>> heights([0, 1, 50, 100], 8), heights([0], 8)
    ([0, 1, 4, 8], [0])
    """
    most = max(counts, default=0) or 1
    return [-(-count * highest // most) for count in counts]


def short_time(time: str) -> str:
    """A time as a column has it.

    >>> short_time("2019-12-07T08:30:01Z")
    '2019-12-07 08:30'
    """
    return time[:16].replace("T", " ")


def _of_log(one: RumourForm, until_s: int, event: str) -> dict[str, Any]:
    return _shown(one) | {"until": short_time(time_form(until_s)), "event": event}


def _shown(one: RumourForm) -> dict[str, Any]:
    share = one.counted.strangers_share
    return {
        "cluster": one.cluster,
        "reached": f"{one.reached:,}",
        "curve": one.counted.curve,
        "heights": heights(one.counted.curve, HEIGHT),
        "per_hour": f"{one.per_hour:,.0f}",
        "growth": growth_words(one.growth),
        "senders": f"{one.counted.senders:,}",
        "strangers": "" if share is None else f"{share:.0%}",
        "hops": one.hops,
        "first": short_time(one.first),
        "last": short_time(one.last),
        "truth": truth_words(one.truth, one.fact_check),
    }
