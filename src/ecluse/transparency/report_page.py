"""A transparency report as a page that stands alone: charts, tables, and the figures of each regime by their names."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

import msgspec
from plotly.offline import get_plotlyjs

from ecluse.pages import templates
from ecluse.transparency.figures import TransparencyReport
from ecluse.transparency.period import Period

_TEMPLATES: Final = templates("ecluse.transparency")
_UNITS: Final = (("days", 86_400), ("h", 3_600), ("min", 60), ("s", 1))

TIMES: Final = {
    "first_refusal_to_decision": "first refusal to decision",
    "report_to_acknowledgement": "report to acknowledgement",
    "report_to_outcome": "report to outcome",
    "appeal_to_acknowledgement": "appeal to acknowledgement",
    "appeal_to_answer": "appeal to answer",
    "complaint_to_answer": "complaint to answer",
    "review": "review, from opened to closed",
}
DSA: Final = {
    "a15_1_a_orders": "Art. 15(1)(a): orders and requests of authorities",
    "a15_1_b_notices": "Art. 15(1)(b): notices, by source",
    "a15_1_b_notices_acted_on": "Art. 15(1)(b): notices after which an account was banned",
    "a15_1_b_median_s": "Art. 15(1)(b): median time to act",
    "a15_1_c_own_initiative": "Art. 15(1)(c): measures on own initiative",
    "a15_1_d_complaints": "Art. 15(1)(d): complaints about decisions",
    "a15_1_d_upheld": "Art. 15(1)(d): decision upheld",
    "a15_1_d_reversed": "Art. 15(1)(d): decision reversed",
    "a15_1_d_median_s": "Art. 15(1)(d): median time to decide",
    "a15_1_e_fully_automated": "Art. 15(1)(e): decisions by automated means alone",
    "a15_1_e_reversed": "Art. 15(1)(e): of these, reversed since",
    "a15_1_e_error_rate": "Art. 15(1)(e): error rate",
    "a17_statements": "Art. 17: statements of reasons",
    "a24_1_a_disputes": "Art. 24(1)(a): out-of-court disputes, by outcome",
    "a24_1_b_reporters_suspended": "Art. 24(1)(b): reporters suspended for unfounded reports",
    "a24_5_submitted": "Art. 24(5): statements sent to the Commission's database",
}
INDIA: Final = {
    "banned": "accounts banned",
    "before_any_complaint": "of these, before any report",
    "complaints": "complaints received",
    "actioned": "complaints acted on (banned or restored)",
    "appellate_orders": "orders of the Grievance Appellate Committee",
    "appellate_orders_obeyed": "of these, obeyed",
    "acknowledged_within_24_h": "complaints acknowledged within 24 hours",
    "resolved_within_15_days": "complaints resolved within 15 days",
}
BRAZIL: Final = {
    "received": "received",
    "off_topic": "left out as off topic",
    "passed_on": "passed on",
    "duplicates": "reported before",
    "not_an_account": "no account of this service",
    "valid": "valid accounts",
    "already_banned": "banned before the report",
    "banned_now": "banned now",
    "no_action": "no action",
    "open": "still open",
    "banned_share": "banned, of the valid",
    "banned_besides": "accounts banned besides",
}
FUNNEL: Final = ("received", "passed_on", "valid", "already_banned", "banned_now")


def render(report: TransparencyReport) -> str:
    """The page. The same report gives the same page."""
    days = Period.of(report.first, report.last).days
    return _TEMPLATES.get_template("transparency.html").render(
        report=report,
        number=lambda value: f"{value:,}",
        share=share,
        took=took,
        times=[(words, getattr(report.median_s, field)) for field, words in TIMES.items()],
        regimes={
            "Digital Services Act": lines(report.dsa, DSA),
            "India: monthly report": lines(report.india, INDIA),
            "Brazil: election funnel": lines(report.brazil, BRAZIL),
        },
        measures=_measures(report),
        found=_totals(report, "found"),
        automated=_totals(report, "automated_decision"),
        data={
            "days": days,
            "decisions": [report.by_day.get(day, 0) for day in days],
            "rules": [[row.rule, row.decisions - row.reversed, row.reversed] for row in report.rules if row.decisions],
            "funnel": [[BRAZIL[field], getattr(report.brazil, field)] for field in FUNNEL],
            "outcomes": [[word.replace("_", " "), count] for word, count in report.reports.by_outcome.items()],
        },
        plotly=get_plotlyjs(),
    )


def share(value: float | None) -> str:
    """A share in percent; a dash where there is none.

    >>> share(0.295), share(None)
    ('29.5 %', '–')
    """
    return "–" if value is None else f"{100 * value:.3g} %"


def took(seconds: float | None) -> str:
    """A length of time in the largest unit of which there are two.

    >>> took(90), took(200_000), took(None)
    ('90 s', '55.6 h', '–')
    """
    if seconds is None:
        return "–"
    name, length_s = next((unit for unit in _UNITS if seconds >= 2 * unit[1]), _UNITS[-1])
    return f"{seconds / length_s:.3g} {name}"


def lines(section: msgspec.Struct, words: dict[str, str]) -> list[tuple[str, str]]:
    """The figures of a regime with their names, each narrower one on a line of its own."""
    found: list[tuple[str, str]] = []
    for field, name in words.items():
        value: Any = getattr(section, field)
        if isinstance(value, dict):
            found.append((name, f"{sum(value.values()):,}"))
            found += [(f"– {key.replace('_', ' ')}", f"{count:,}") for key, count in value.items()]
        elif field.endswith("_s"):
            found.append((name, took(value)))
        elif field.endswith(("_rate", "_share")):
            found.append((name, share(value)))
        else:
            found.append((name, f"{value:,}"))
    return found


def _measures(report: TransparencyReport) -> list[tuple[str, int]]:
    return sorted(_totals(report, "measure").items(), key=lambda pair: (-pair[1], pair[0]))


def _totals(report: TransparencyReport, field: str) -> Counter[str]:
    totals: Counter[str] = Counter()
    for row in report.decided:
        totals[getattr(row, field)] += row.decisions
    return totals
