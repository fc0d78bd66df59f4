"""``ecluse lab``: made-up traffic into Parquet, and how near it comes to a real log."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from ecluse.cli.lab_reports import reports_command
from ecluse.cli.lab_score import score_command
from ecluse.errors import InputError
from ecluse.lab import PRESETS, TrafficOptions, make_traffic
from ecluse.lab.fit import Row, fit, nearness
from ecluse.lab.logs import read_log
from ecluse.lab.scenarios import choose
from ecluse.lab.scene import SceneOptions, make_scene

lab_app = typer.Typer(name="lab", help="Made-up traffic, from a seed.", no_args_is_help=True)
lab_app.command("score")(score_command)
lab_app.command("reports")(reports_command)


@contextmanager
def _steps() -> Iterator[Progress]:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield progress


@lab_app.command("make")
def make(
    out: Annotated[Path, typer.Option(help="Parquet file for the events.")],
    accounts: Annotated[Path | None, typer.Option(help="Parquet file for the accounts and their roles.")] = None,
    people: Annotated[int, typer.Option(min=2, help="People of the population.")] = 1_000,
    days: Annotated[int, typer.Option(min=1, help="Days of the log.")] = 21,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same log.")] = 7,
    start: Annotated[str, typer.Option(help="First day.")] = "2019-11-25",
    preset: Annotated[str, typer.Option(help=f"How people write: {' or '.join(PRESETS)}.")] = "messenger",
    newsletter: Annotated[bool, typer.Option(help="With a newsletter service.")] = True,
    spammer: Annotated[bool, typer.Option(help="With spammers.")] = True,
) -> None:
    """Make a log of people, a newsletter service and spammers."""
    if preset not in PRESETS:
        raise typer.BadParameter(f"{preset!r} is not {' or '.join(PRESETS)}", param_hint="--preset")
    options = TrafficOptions(people=people, days=days, seed=seed, start=start, habits=PRESETS[preset])
    if not newsletter:
        options = dataclasses.replace(options, newsletter=None)
    if not spammer:
        options = dataclasses.replace(options, spammer=None)
    try:
        with _steps() as progress:
            progress.add_task("making events")
            traffic = make_traffic(options)
            progress.add_task(f"writing {out.name}")
            _write(traffic.events, out)
            if accounts:
                _write(traffic.accounts, accounts)
    except InputError as error:
        raise typer.BadParameter(str(error)) from None
    typer.echo(f"{traffic.events.num_rows:,} events of {traffic.accounts.num_rows:,} accounts: {out}", err=True)


@lab_app.command("scene")
def scene(
    scenario: Annotated[str, typer.Argument(help="Id of a scenario; `ecluse lab score --list` lists them.")],
    out: Annotated[Path, typer.Option(help="Parquet file for the events.")],
    accounts: Annotated[
        Path | None, typer.Option(help="Parquet file for the accounts; `actor` is whom it is about.")
    ] = None,
    people: Annotated[int, typer.Option(min=2, help="Ordinary people about it.")] = 500,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same log.")] = 7,
    start: Annotated[str | None, typer.Option(help="First day, instead of the scenario's own.")] = None,
) -> None:
    """Make the log of one scenario, what happened before it included; people react as if all were delivered."""
    try:
        with _steps() as progress:
            progress.add_task("making events")
            played = make_scene(choose([scenario])[0], SceneOptions(people=people, seed=seed, start=start))
            progress.add_task(f"writing {out.name}")
            _write(played.events, out)
            if accounts:
                actor = np.isin(np.arange(played.accounts.num_rows), played.actors)
                _write(played.accounts.append_column("actor", pa.array(actor)), accounts)
    except InputError as error:
        raise typer.BadParameter(str(error)) from None
    typer.echo(f"{played.events.num_rows:,} events, {played.begin:,} of them from before the log: {out}", err=True)


def _write(table: pa.Table, path: Path) -> None:
    try:
        pq.write_table(table, path, compression="zstd")
    except OSError as error:
        raise InputError("path", path.name, f"a file that can be written: {error.strerror or error}") from None


@lab_app.command("fit")
def show_fit(log: Annotated[Path, typer.Argument(help="CSV of a real log: sender, recipient, at (s).")]) -> None:
    """Print the made-up populations beside a real log, as a table in Markdown."""
    try:
        with _steps() as progress:
            task = progress.add_task("reading")
            rows = fit(read_log(log), lambda step: progress.update(task, description=step))
    except InputError as error:
        raise typer.BadParameter(str(error)) from None
    if Console().is_terminal:
        table = Table(*_HEAD)
        for row in rows:
            table.add_row(*_cells(row))
        Console().print(table)
    else:
        typer.echo("| " + " | ".join(_HEAD) + " |\n|" + " --- |" * len(_HEAD))
        for row in rows:
            typer.echo("| " + " | ".join(_cells(row)) + " |")
    near = nearness(rows)
    furthest = f"{near.furthest.measure}, {near.furthest.statistic}"
    typer.echo(
        f"\nOf {near.figures} figures of the made-up college, {near.within_tenth} lie within a factor of 1.1 of the"
        f" real ones, {near.within_quarter} within 1.25, {near.within_half} within 1.5."
        f" The furthest: {furthest}: {_number(near.furthest.college)} for {_number(near.furthest.real)}."
    )


_HEAD = ("figure", "", "real college", "made-up college", "ratio", "made-up messenger", "published for messengers")


def _cells(row: Row) -> tuple[str, ...]:
    ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
    return (
        row.measure,
        row.statistic,
        _number(row.real),
        _number(row.college),
        ratio,
        _number(row.messenger),
        row.published,
    )


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
