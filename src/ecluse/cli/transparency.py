"""``ecluse report`` and ``ecluse statements``: what the public and authorities are told."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Final

import typer

from ecluse.cli.asking import told
from ecluse.cli.kept import Data, RecordsUrl, records_at, who
from ecluse.errors import InputError
from ecluse.transparency.counting import count_report
from ecluse.transparency.figures import TransparencyReport
from ecluse.transparency.forms import to_csv, to_json
from ecluse.transparency.from_records import mark_sent, statements_of
from ecluse.transparency.period import Period
from ecluse.transparency.report_page import render
from ecluse.transparency.statements_file import to_csv as statements_csv
from ecluse.transparency.statements_file import to_json_lines

_FORMS: Final = {
    ".html": lambda report: render(report).encode(),
    ".csv": lambda report: to_csv(report).encode(),
    ".json": to_json,
}

First = Annotated[str, typer.Option("--from", help="The first day, YYYY-MM-DD, UTC.")]
Last = Annotated[str, typer.Option("--to", help="The last day; it is counted too.")]


def report(
    data: Data,
    first: First,
    last: Last,
    out: Annotated[
        list[Path] | None, typer.Option(help="A file: .html, .csv or .json; may be given several times.")
    ] = None,
    records: RecordsUrl = None,
) -> None:
    """Make the transparency report of a period; as CSV on the terminal, unless files are given."""
    with told("report"):
        period = Period.of(first, last)
        for path in out or ():
            if path.suffix not in _FORMS:
                raise InputError("out", path.name, f"a file that ends in {', '.join(_FORMS)}")
        with records_at(data, records) as kept, kept.reading() as session:
            found: TransparencyReport = count_report(session, period, int(time.time()))
        for path in out or ():
            path.write_bytes(_FORMS[path.suffix](found))
    if not out:
        typer.echo(to_csv(found), nl=False)


def statements(
    data: Data,
    first: First,
    last: Last,
    out: Annotated[Path, typer.Option(help="A file: .csv, or .json with one body of the database's API a line.")],
    unsent: Annotated[bool, typer.Option("--unsent", help="Only those not handed in yet.")] = False,
    sent: Annotated[bool, typer.Option("--sent", help="Mark them as handed in.")] = False,
    records: RecordsUrl = None,
) -> None:
    """Export statements of reasons in the shape of the Commission's transparency database."""
    with told("statements"):
        period = Period.of(first, last)
        if out.suffix not in (".csv", ".json"):
            raise InputError("out", out.name, "a file that ends in .csv or .json")
        with records_at(data, records) as kept:
            with kept.reading() as session:
                found = statements_of(session, period, unsent=unsent)
            out.write_bytes(statements_csv(found).encode() if out.suffix == ".csv" else to_json_lines(found))
            if sent:
                with kept.writing() as session:
                    mark_sent(session, [one.puid for one in found], at_s=int(time.time()), who=who())
    typer.echo(f"{out}: {len(found)} statements", err=True)
