"""``ecluse terms compare``: two terms on the same recorded log, and who would feel the difference."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ecluse import replay as replays
from ecluse.cli.logs import ALWAYS_HINT, MEBIBYTE, naming_of, progress_of, say, say_written, secret_of, words
from ecluse.errors import EcluseError
from ecluse.gate import MEMORY_BYTES
from ecluse.replay.compare import LISTED, ORDINARY_ROLES, Comparison, Group, Roles
from ecluse.replay.compare import compare as compare_terms
from ecluse.replay.compare.page import group_rows, rule_pairs, who
from ecluse.replay.words import day, number, share
from ecluse.terms import SHIPPED, Outcome, Versions, load_terms


def compare(
    a: Annotated[str, typer.Argument(help=f"Terms: a document, or the id of a shipped one: {', '.join(SHIPPED)}.")],
    b: Annotated[str, typer.Argument(help="The terms to hold beside them.")],
    log: Annotated[
        list[Path], typer.Option("--log", help="A file of the log, repeated in order: .csv, .jsonl (or .gz), .parquet.")
    ],
    always: Annotated[
        bool, typer.Option("--always", help="As if both were in force since ever, whatever their dates.")
    ] = False,
    ordinary: Annotated[
        Path | None,
        typer.Option(
            help="What accounts are: Parquet or CSV with account and role, or one id a line. Else by the log."
        ),
    ] = None,
    ordinary_roles: Annotated[str, typer.Option(help="With --ordinary: roles of ordinary people.")] = (
        ",".join(ORDINARY_ROLES)
    ),
    names: Annotated[
        str, typer.Option("--map", help="Columns with other names: sender=src,recipient=dst,at=time.")
    ] = "",
    ignore_columns: Annotated[str, typer.Option(help="Columns to pass over: note,device.")] = "",
    at_unit: Annotated[
        replays.AtUnit | None, typer.Option(help="Unit of numeric times; told by their size, unless given.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write the events judged otherwise to this Parquet file.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write a report, one page that needs no network.")] = None,
    limit: Annotated[int, typer.Option(min=0, help="Accounts of each group that are listed.")] = LISTED,
    secret_file: Annotated[
        Path | None, typer.Option(help="What ids are hashed with, at least 16 bytes; fixed, unless given.")
    ] = None,
    memory_mib: Annotated[int, typer.Option(min=4, help="Memory for ledgers; it is taken three times.")] = (
        MEMORY_BYTES // MEBIBYTE
    ),
) -> None:
    """Judge a recorded log by two terms, and say who would be judged otherwise: ordinary accounts first."""
    errors = Console(stderr=True)
    started = time.perf_counter()
    try:
        logs = replays.Logs(log, naming_of(names, ignore_columns), at_unit)
        versions = [(Versions.always if always else Versions.of)(load_terms(name)) for name in (a, b)]
        roles = Roles.read(ordinary, tuple(words(ordinary_roles))) if ordinary else None
        secret = secret_of(secret_file)
        with progress_of(errors, logs.bytes_total) as watch:
            comparison = compare_terms(
                logs,
                *versions,
                out=out,
                report=html,
                roles=roles,
                limit=limit,
                secret=secret,
                memory_bytes=memory_mib * MEBIBYTE,
                watch=watch,
            )
    except EcluseError as error:
        say(error, "terms compare", errors)
        raise typer.Exit(1) from None
    show(comparison, Console(), time.perf_counter() - started, limit)
    _say_not_in_force(comparison, errors)
    say_written(errors, out, html)


def _say_not_in_force(comparison: Comparison, errors: Console) -> None:
    last_s = comparison.a.tally.last_s
    idle = [side.name for side in (comparison.a, comparison.b) if side.versions.in_force(last_s) is None]
    if comparison.events and idle:
        errors.print(
            f"Not in force by {day(last_s)}: {', '.join(idle)}. Nothing was held back by it. {ALWAYS_HINT}",
            highlight=False,
            soft_wrap=True,
        )


def show(comparison: Comparison, console: Console, elapsed_s: float, limit: int = LISTED) -> None:
    """Print what came of a comparison: figures, outcomes, rules, and the accounts judged otherwise."""
    console.print(_summary(comparison, elapsed_s))
    if comparison.otherwise:
        console.print(_outcomes(comparison))
        console.print(_rules(comparison))
    for group in Group:
        _show_group(comparison, group, console, limit)


def _summary(comparison: Comparison, elapsed_s: float) -> Table:
    a, b = comparison.a, comparison.b
    table = Table(
        "", title=f"A: {escape(a.name)}, beside B: {escape(b.name)}", title_justify="left", caption_justify="left"
    )
    for letter in ("A", "", "B", ""):
        table.add_column(letter, justify="right")
    for outcome in Outcome:
        counts = [side.tally.outcomes[outcome] for side in (a, b)]
        if any(counts):
            table.add_row(f"events: {outcome.word}", *_shared(counts, comparison.events))
    for row in who(comparison):
        figures = [figure for pair in zip(row.refused, row.shares, strict=True) for figure in pair]
        table.add_row(f"ever refused, of {number(row.accounts)} {row.title}", *figures, style="bold")
        table.add_row("  people reached before, median", row.median[0], "", row.median[1], "")
    touched = comparison.touched()
    for title, a_count, b_count in (("by both", touched.both, touched.both), ("by one alone", *touched[1:])):
        table.add_row(f"accounts touched {title}", number(a_count), "", number(b_count), "")
    table.caption = (
        f"{number(comparison.events)} events, {number(comparison.otherwise)} "
        f"({share(comparison.otherwise, comparison.events)}) judged otherwise; {elapsed_s:,.1f} s, "
        f"{comparison.events / max(elapsed_s, 1e-9):,.0f} events/s"
    )
    return table


def _shared(counts: list[int], whole: int) -> list[str]:
    return [figure for count in counts for figure in (number(count), share(count, whole))]


def _outcomes(comparison: Comparison) -> Table:
    matrix = comparison.changes.matrix
    there = [outcome for outcome in Outcome if matrix[outcome].any() or matrix[:, outcome].any()]
    table = Table("A down, B across", title="Events by outcome", title_justify="left")
    for outcome in there:
        table.add_column(outcome.word, justify="right")
    for a in there:
        table.add_row(a.word, *(number(int(matrix[a, b])) for b in there))
    return table


def _rules(comparison: Comparison) -> Table:
    table = Table("rule", "then", "", title="Rules that spoke, or differ", title_justify="left")
    for name in ("events A", "accounts A", "events B", "accounts B"):
        table.add_column(name, justify="right")
    for pair in rule_pairs(comparison):
        figures = [figure for side in (pair.a, pair.b) for figure in ((side.times, side.accounts) if side else (0, 0))]
        if pair.heard:
            what = "" if not pair.differs else "only B" if pair.a is None else "only A" if pair.b is None else "differs"
            table.add_row(escape(pair.rule.id), pair.rule.outcome.word, what, *map(number, figures))
    return table


def _show_group(comparison: Comparison, group: Group, console: Console, limit: int) -> None:
    listed = group_rows(comparison, group, limit)
    if not listed.accounts:
        return
    more = f", the first {len(listed.rows)}" if len(listed.rows) < listed.accounts else ""
    title = f"{listed.title}: {number(listed.accounts)}{more}"
    if not listed.rows:
        console.print(title, highlight=False)
        return
    table = Table("account", title=title, title_justify="left")
    table.add_column("otherwise", justify="right")
    table.add_column("what happened")
    for row in listed.rows:
        table.add_row(escape(row.name), row.otherwise, escape(row.sentence))
    console.print(table)
