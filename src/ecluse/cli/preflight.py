"""``ecluse preflight``: what terms will do to a newsletter service, list by list, and what to do about it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ecluse import replay as replays
from ecluse.cli.documents import load_document
from ecluse.cli.logs import naming_of, say, say_written
from ecluse.errors import EcluseError, InputError
from ecluse.replay.preflight import Plan, write_csv, write_page
from ecluse.replay.preflight import preflight as look_through
from ecluse.replay.words import day, number
from ecluse.terms import SHIPPED, Versions
from ecluse.terms.fields import EXPECTED_DATE, read_moment


def preflight(
    plan: Annotated[
        list[Path], typer.Argument(help="The plan, or a log of the past: .csv, .jsonl (or .gz), .parquet.")
    ],
    terms: Annotated[str, typer.Option(help=f"A document of terms, or the id of a shipped one: {', '.join(SHIPPED)}.")],
    history: Annotated[
        list[Path] | None, typer.Option(help="A log of what was before, with what people wrote. May be repeated.")
    ] = None,
    sender: Annotated[
        list[str] | None,
        typer.Option(help="The service's own accounts; those that write to over ten people, unless given."),
    ] = None,
    list_column: Annotated[str | None, typer.Option(help="The column that names each send's list.")] = None,
    provider: Annotated[str | None, typer.Option(help="The provider that sends; then its clients are judged.")] = None,
    now: Annotated[
        str | None, typer.Option(help="For when conversations are counted; the last thing known, unless given.")
    ] = None,
    always: Annotated[
        bool, typer.Option("--always", help="As if the terms were in force since ever, whatever their dates.")
    ] = False,
    names: Annotated[
        str, typer.Option("--map", help="Columns with other names: sender=src,recipient=dst,at=time.")
    ] = "",
    ignore_columns: Annotated[str, typer.Option(help="Columns to pass over: note,device.")] = "",
    html: Annotated[Path | None, typer.Option(help="Write a page that needs no network.")] = None,
    csv: Annotated[Path | None, typer.Option(help="Write a table, one row a list.")] = None,
) -> None:
    """Say what will be refused of a sending plan, from which date, by which clause, and what to do for each list."""
    errors = Console(stderr=True)
    document = load_document(terms)
    versions = Versions.always(document) if always else Versions.of(document)
    try:
        now_s = None if now is None else read_moment(now)
        if now is not None and now_s is None:
            raise InputError("--now", now, EXPECTED_DATE)
        log = replays.Logs(plan, naming_of(_with_list(names, list_column), ignore_columns))
        before = replays.Logs(history, naming_of(names, ignore_columns)) if history else None
        found = look_through(
            log,
            versions,
            history=before,
            senders=frozenset(sender or ()),
            list_column=list_column,
            now_s=now_s,
            provider=provider,
        )
        if html is not None:
            write_page(found, html, [path.name for path in (*plan, *(history or ()))])
        if csv is not None:
            write_csv(found, csv)
    except EcluseError as error:
        say(error, "preflight", errors)
        raise typer.Exit(1) from None
    _show(found)
    say_written(errors, html, csv)


def _with_list(names: str, list_column: str | None) -> str:
    """The names of columns, and that of lists read as text: a plan's texts are not looked at."""
    return names if list_column is None else ",".join(filter(None, (names, f"text={list_column}")))


def _show(plan: Plan) -> None:
    console = Console()
    table = Table("list", title=f"Pre-flight under {escape(plan.versions.name)}", title_justify="left")
    for name in ("subscribers", "open", "never wrote", "sends", "refused", "warned"):
        table.add_column(name, justify="right")
    table.add_column("from")
    table.add_column("by")
    for one in plan.lists:
        clause, from_s = one.main_clause, one.refused_from_s or one.first_refused_s
        counts = (one.people, one.open, one.never, one.sends, one.refused, one.warned)
        table.add_row(
            escape(one.name), *map(number, counts), day(from_s) if from_s else "", clause.rule if clause else ""
        )
    console.print(table)
