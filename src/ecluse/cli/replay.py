"""``ecluse replay``: judge a recorded log, and say what the terms would have done."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from ecluse import replay as replays
from ecluse.errors import EcluseError, InputError
from ecluse.gate import MEMORY_BYTES
from ecluse.replay.words import day, duration, number, share
from ecluse.terms import SHIPPED, Mode, Outcome, Versions, load_terms

MEBIBYTE: Final = 1 << 20

USUAL_NAMES: Final = {
    "sender": ("src", "source", "from", "author", "user", "sender_id", "from_id"),
    "recipient": ("dst", "target", "destination", "to", "receiver", "recipient_id", "to_id"),
    "at": ("time", "timestamp", "ts", "date", "datetime", "sent_at", "created_at", "unixts"),
    "id": ("message_id", "event_id", "msg_id"),
}
"""What logs often call a field: for a hint, never to guess."""

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
        naming = replays.Naming(_pairs(names), frozenset(_words(ignore_columns)))
        log = replays.Logs(logs, naming, at_unit)
        versions, secret = _versions(terms, always), _secret(secret_file)
        with _progress(errors, log.bytes_total) as watch:
            tally = replays.replay(
                log,
                versions,
                out=out,
                signals=signals,
                report=html,
                secret=secret,
                memory_bytes=memory_mib * MEBIBYTE,
                watch=watch,
            )
    except EcluseError as error:
        errors.print(f"[red]ecluse replay:[/] {escape(str(error))}", highlight=False, soft_wrap=True)
        if isinstance(error, replays.ColumnsError):
            errors.print(_hint(error), highlight=False, soft_wrap=True, markup=False)
        raise typer.Exit(1) from None
    show(tally, Console(), time.perf_counter() - started)
    if tally.events and versions.in_force(tally.last_s) is None:
        errors.print(
            f"None of these terms were in force by {day(tally.last_s)}: nothing was held back. "
            "With --always they are judged by all the same."
        )
    for path in (out, html):
        if path is not None:
            errors.print(f"Written: {escape(str(path))}", highlight=False, soft_wrap=True)


def _versions(names: list[str], always: bool) -> Versions:
    documents = [load_terms(name) for name in names]
    if not always:
        return Versions.of(*documents)
    if len(documents) > 1:
        raise InputError("--always", ", ".join(names), "one document of terms")
    return Versions.always(documents[0])


def _words(text: str) -> list[str]:
    return [word for word in text.split(",") if word]


def _pairs(text: str) -> dict[str, str]:
    pairs = dict[str, str]()
    for word in _words(text):
        field, sign, column = word.partition("=")
        if not sign or not column or field in pairs:
            raise InputError("--map", word, "FIELD=COLUMN, each field once")
        pairs[field] = column
    return pairs


def _secret(path: Path | None) -> bytes:
    if path is None:
        return replays.REPLAY_SECRET
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError("--secret-file", str(path), f"a file that can be read ({error.strerror})") from None


def _hint(error: replays.ColumnsError) -> str:
    """What to add to the command: names that are usual for a field, and what else there is to pass over."""
    meant = {
        field: column
        for field, usual in USUAL_NAMES.items()
        for column in error.unknown
        if column.lower() in usual and (field in error.missing or field in ("recipient", "id"))
    }
    rest = [column for column in error.unknown if column not in meant.values()]
    hints = []
    if meant:
        hints.append("--map " + ",".join(f"{field}={column}" for field, column in meant.items()))
    elif error.missing:
        hints.append("--map " + ",".join(f"{field}=COLUMN" for field in error.missing))
    if rest:
        hints.append("--ignore-columns " + ",".join(rest))
    return f"Try: {' '.join(hints)}"


@contextmanager
def _progress(console: Console, bytes_total: int) -> Iterator[replays.Watch]:
    """A bar over the bytes of the logs, gone when they are read."""
    columns = (
        TextColumn("judging"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[events]} events"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("judging", total=bytes_total, events="0")
        yield lambda read, events: progress.update(task, completed=read, events=f"{events:,}")


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
