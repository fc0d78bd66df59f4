"""A pre-flight as a page that stands alone, and as a table in CSV."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Final

from ecluse.replay import pages
from ecluse.replay.preflight.advice import advice
from ecluse.replay.preflight.plan import ListPlan, Plan
from ecluse.replay.words import day
from ecluse.wire import time_form

COLUMNS: Final = (
    *("list", "senders", "subscribers", "conversation_open", "open_until", "wrote_before", "never_wrote", "sends"),
    *("refused", "first_refused", "warned", "refused_from", "not_by_api", "rule", "clause", "terms", "to_do"),
)
"""Columns of the table, in their order."""


def write_csv(plan: Plan, path: Path) -> None:
    """Write the table, a row for each list. Cells that a spreadsheet would take for a formula begin with a quote."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for one in plan.lists:
            writer.writerow([_cell(value) for value in _row(one)])


def _row(one: ListPlan) -> list[object]:
    clause = one.main_clause
    return [
        one.name,
        " ".join(sorted(one.senders)),
        one.people,
        one.open,
        time_form(one.closes_s) if one.closes_s else "",
        one.wrote - one.open,
        one.never,
        one.sends,
        one.refused,
        time_form(one.first_refused_s) if one.first_refused_s else "",
        one.warned,
        time_form(one.refused_from_s) if one.refused_from_s else "",
        one.pushes,
        clause.rule if clause else "",
        clause.clause if clause else "",
        clause.terms if clause else "",
        " ".join(advice(one)),
    ]


def _cell(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def write_page(plan: Plan, path: Path, logs: list[str]) -> None:
    """Write the page. logs: names of the files that were read."""
    refused, warned = plan.total("refused"), plan.total("warned")
    dates = [one.refused_from_s for one in plan.lists if one.refused_from_s]
    pages.write_page(
        path,
        "preflight.html",
        plan=plan,
        terms=plan.versions.newest.terms,
        logs=logs,
        day=day,
        now=day(plan.now_s) if plan.now_s else None,
        refused=refused,
        warned=warned,
        from_date=day(min(dates)) if dates else None,
        lists=[(one, sorted(one.clauses.values(), key=lambda c: -c.sends), advice(one)) for one in plan.lists],
    )
