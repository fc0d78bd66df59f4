"""``ecluse replay``: judge a recorded log, and say what the terms would have done."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ecluse import replay as replays
from ecluse.cli.logs import ALWAYS_HINT, MEBIBYTE, naming_of, progress_of, say, say_written, secret_of
from ecluse.errors import EcluseError, InputError
from ecluse.gate import MEMORY_BYTES
from ecluse.replay.words import day, duration, number, share
from ecluse.terms import SHIPPED, Mode, Outcome, Versions, load_terms

_UNFELT: Final = {Mode.WARN: "warned", Mode.SHADOW: "in shadow"}


def replay(
    logs: Annotated[list[Path], typer.Argument(help="Files of one log, in order: .csv, .jsonl (or .gz), .parquet.")],
    terms: Annotated[
        list[str],
        typer.Option(help=f"A document of terms, or the id of a shipped one: {', '.join(SHIPPED)}. May be repeated."),
    ],
    always: Annotated[
        bool,
        typer.Option("--always", help="As if in force since ever, whatever their dates: for logs of another time."),
    ] = False,
    names: Annotated[
        str, typer.Option("--map", help="Columns with other names: sender=src,recipient=dst,at=time.")
    ] = "",
    ignore_columns: Annotated[str, typer.Option(help="Columns to pass over: note,device.")] = "",
    at_unit: Annotated[
        replays.AtUnit | None, typer.Option(help="Unit of numeric times; told by their size, unless given.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write the verdicts to this Parquet file, one row an event.")] = None,
    signals: Annotated[bool, typer.Option("--signals", help="With a column for each signal.")] = False,
    html: Annotated[Path | None, typer.Option(help="Write a report, one page that needs no network.")] = None,
    campaigns: Annotated[
        Path | None,
        typer.Option(help="Write the campaigns found: members to a .parquet file, or how they grew as an .html page."),
    ] = None,
    rumours: Annotated[
        Path | None,
        typer.Option(help="Write what spread furthest, by region and language, as a .parquet file or an .html page."),
    ] = None,
    secret_file: Annotated[
        Path | None, typer.Option(help="What ids are hashed with, at least 16 bytes; fixed, unless given.")
    ] = None,
    memory_mib: Annotated[int, typer.Option(min=4, help="Memory for ledgers; the report takes it twice.")] = (
        MEMORY_BYTES // MEBIBYTE
    ),
) -> None:
    """Judge recorded events by terms, each by those in force at its time, as the gate would have judged them."""
    if signals and out is None:
        raise typer.BadParameter("--signals needs --out", param_hint="--signals")
    errors = Console(stderr=True)
    started = time.perf_counter()
    try:
        naming = naming_of(names, ignore_columns)
        log = replays.Logs(logs, naming, at_unit)
        versions, secret = _versions(terms, always), secret_of(secret_file)
        with progress_of(errors, log.bytes_total) as watch:
            tally = replays.replay(
                log,
                versions,
                out=out,
                signals=signals,
                report=html,
                campaigns=campaigns,
                rumours=rumours,
                secret=secret,
                memory_bytes=memory_mib * MEBIBYTE,
                watch=watch,
            )
    except EcluseError as error:
        say(error, "replay", errors)
        raise typer.Exit(1) from None
    show(tally, Console(), time.perf_counter() - started)
    if tally.events and versions.in_force(tally.last_s) is None:
        errors.print(f"None of these terms were in force by {day(tally.last_s)}: nothing was held back. {ALWAYS_HINT}")
    say_written(errors, out, html, campaigns, rumours)


def _versions(names: list[str], always: bool) -> Versions:
    if always and len(names) > 1:
        raise InputError("--always", ", ".join(names), "one document of terms")
    documents = [load_terms(name) for name in names]
    return Versions.always(documents[0]) if always else Versions.of(*documents)


def show(tally: replays.Tally, console: Console, elapsed_s: float) -> None:
    """Print what came of a replay as two tables."""
    console.print(_summary(tally, elapsed_s))
    if tally.spoken:
        console.print(_rules(tally))


def _summary(tally: replays.Tally, elapsed_s: float) -> Table:
    table = Table(title=f"Replay under {escape(tally.versions.name)}", title_justify="left", show_header=False)
    table.add_column()
    table.add_column(justify="right")
    table.add_column(justify="right")
    if tally.events:
        length = duration(tally.last_s - tally.first_s)
        table.add_row("from, to", day(tally.first_s), day(tally.last_s))
        table.add_row("", "", length)
    table.add_row("events", number(tally.events), "")
    for outcome, count in tally.outcomes.items():
        if count:
            table.add_row(f"  {outcome.word}", number(count), share(count, tally.events))
    for name, count in (("too late to be judged", tally.late), ("asked again", tally.repeated)):
        if count:
            table.add_row(f"  {name}", number(count), share(count, tally.events))
    refused = tally.accounts_with(Outcome.REFUSE)
    table.add_row("accounts", number(tally.accounts), "")
    table.add_row("  ever refused", number(refused), share(refused, tally.accounts), style="bold")
    table.add_row("time taken", f"{elapsed_s:,.1f} s", f"{tally.events / max(elapsed_s, 1e-9):,.0f} events/s")
    return table


def _rules(tally: replays.Tally) -> Table:
    table = Table("rule", "then", title="Rules that spoke", title_justify="left")
    unfelt = [mode for mode in (Mode.WARN, Mode.SHADOW) if tally.told[:, mode].any()]
    for name in ("events", "accounts", "of all accounts", *(_UNFELT[mode] for mode in unfelt)):
        table.add_column(name, justify="right")
    for spoken, told in zip(tally.spoken, tally.told, strict=True):
        table.add_row(
            escape(spoken.rule.id),
            spoken.rule.outcome.word,
            number(spoken.times),
            number(spoken.accounts),
            share(spoken.accounts, tally.accounts),
            *(number(int(told[mode])) for mode in unfelt),
            style="" if told.any() else "dim",
        )
    return table
