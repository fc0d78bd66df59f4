"""A transparency report as JSON, and as a table with one figure a line, which any spreadsheet reads."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

from ecluse.transparency.figures import TransparencyReport


class Figure(NamedTuple):
    """One figure. section: such as ``dsa``; figure: its field; of: what it is narrowed to, as ``key=value``s."""

    section: str
    figure: str
    of: str
    value: float | int | None


def to_json(report: TransparencyReport) -> bytes:
    """The report as a JSON document."""
    return msgspec.json.format(msgspec.json.encode(report), indent=1) + b"\n"


def to_csv(report: TransparencyReport) -> str:
    """The report as a table with the columns section, figure, of and value; no value: nothing to measure."""
    file = io.StringIO()
    table = csv.writer(file, lineterminator="\n")
    table.writerow(("first", "last", *Figure._fields))
    for figure in figures_of(report):
        table.writerow((report.first, report.last, *("" if cell is None else cell for cell in figure)))
    return file.getvalue()


def figures_of(report: TransparencyReport) -> Iterator[Figure]:
    """All figures of a report, in the order of its fields."""
    for section, content in msgspec.to_builtins(report).items():
        if section in ("first", "last", "made_at"):
            continue
        if isinstance(content, int):
            yield Figure("all", section, "", content)
        elif isinstance(content, list):
            for row in content:
                yield from _of_row(section, row)
        else:
            yield from _of_section(section, content)


def _of_row(section: str, row: dict[str, Any]) -> Iterator[Figure]:
    """The figures of one row of a list, each narrowed to what the row says in words."""
    words = {key: value for key, value in row.items() if isinstance(value, str | bool) and key != "clause"}
    of = ";".join(f"{key}={str(value).lower() if isinstance(value, bool) else value}" for key, value in words.items())
    for key, value in row.items():
        if key not in words and key != "clause":
            yield Figure(section, key, of, value)


def _of_section(section: str, content: dict[str, Any]) -> Iterator[Figure]:
    for key, value in content.items():
        if isinstance(value, dict):
            for narrower, count in value.items():
                yield Figure(section, key, narrower, count)
        else:
            yield Figure(
                section, "decisions" if section == "by_day" else key, key if section == "by_day" else "", value
            )
