"""``ecluse simulate``: how a message spreads under limits and labels."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, TypeVar

import pyarrow.parquet as pq
import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from ecluse.errors import EcluseError, InputError
from ecluse.lab.spread import SEEDS, Chats, NetworkOptions, make_network, scenarios, sweep, to_table
from ecluse.lab.spread.figures import figure, varying
from ecluse.lab.spread.network import NETWORK_SEED
from ecluse.lab.spread.picture import picture
from ecluse.lab.spread.report import describe, write_report
from ecluse.lab.spread.scenario import MANY_HOPS, STEPS
from ecluse.lab.spread.sweep import Watch
from ecluse.lab.spread.wording import head, row

Value = TypeVar("Value", int, float)


def simulate(
    people: Annotated[int, typer.Option(help="People of the network.")] = 20_000,
    network: Annotated[Chats, typer.Option(help="Where they can forward to.")] = Chats.BOTH,
    groups: Annotated[
        int | None, typer.Option(help="Groups; as many a person as in the reference run, unless given.")
    ] = None,
    limit: Annotated[str, typer.Option(help="Chats that one forward may go to; several: 256,20.")] = "256,20,5,1",
    virality: Annotated[
        str, typer.Option(help="Chance, a step, that who has the message passes it on; several.")
    ] = "1,0.1,0.01,0.001",
    resend: Annotated[
        bool, typer.Option("--resend/--once", help="Pass it on again every step, rather than once.")
    ] = False,
    many_hops: Annotated[int, typer.Option(help="Forwards from which on it is labelled.")] = MANY_HOPS,
    many_limit: Annotated[str, typer.Option(help="Chats for what is labelled; several; as any, unless given.")] = "",
    lost_labels: Annotated[str, typer.Option(help="Share of people who upload anew: no label; several.")] = "0",
    recognised: Annotated[
        str, typer.Option(help="Share of those uploads that a content cluster knows again; several.")
    ] = "0",
    immunity: Annotated[str, typer.Option(help="Chance, a step, to lose interest for good; several.")] = "0",
    label_effect: Annotated[
        str, typer.Option(help="Share by which a label lowers the chance to pass on; several.")
    ] = "0",
    seeds: Annotated[int, typer.Option(help="Runs of each choice, each from another person.")] = SEEDS,
    seed: Annotated[int, typer.Option(help="Seed of the network.")] = NETWORK_SEED,
    steps: Annotated[int, typer.Option(help="Steps after which a run is cut off.")] = STEPS,
    steps_a_day: Annotated[
        float | None, typer.Option(help="Say days beside steps: your own guess of how long a step is.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Parquet file for all curves.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write a report, one page that needs no network.")] = None,
    svg: Annotated[Path | None, typer.Option(help="Draw the curves as one SVG.")] = None,
) -> None:
    """Let a message spread among made-up people, under every combination of the choices given.

    Several values of an option are separated by commas.
    """
    errors = Console(stderr=True)
    try:
        if steps_a_day is not None and not 0 < steps_a_day < math.inf:
            raise InputError("--steps-a-day", steps_a_day, "a number above 0")
        for option, path in (("--out", out), ("--html", html), ("--svg", svg)):
            if path is not None and (path.is_dir() or not path.parent.is_dir()):  # told before hours of runs
                raise InputError(option, str(path), "a file in a folder that is there")
        chosen = scenarios(
            virality=_numbers("--virality", virality, float),
            limit=_numbers("--limit", limit, int),
            resend=resend,
            immunity=_numbers("--immunity", immunity, float),
            many_hops=many_hops,
            many_limit=_numbers("--many-limit", many_limit, int) if many_limit else None,
            recognised=_numbers("--recognised", recognised, float),
            label_effect=_numbers("--label-effect", label_effect, float),
            lost_labels=_numbers("--lost-labels", lost_labels, float),
            steps=steps,
        )
        options = NetworkOptions(people=people, chats=network, groups=groups, seed=seed)
        drawn = make_network(options)
        with _progress(errors, len(chosen) * seeds) as watch:
            results = sweep(drawn, chosen, seeds, watch)
        show(head(results), [row(result, results, steps_a_day) for result in results], f"{people:,} people, {network}")
        typer.echo("\n" + describe(drawn))
        for path, write in (
            (out, lambda path: pq.write_table(to_table(results), path, compression="zstd")),
            (html, lambda path: write_report(results, drawn, options, path, steps_a_day)),
            (svg, lambda path: path.write_text(picture(figure(results), _title(people, network, varying(results))))),
        ):
            if path is not None:
                _written(path, write, errors)
    except EcluseError as error:
        errors.print(f"[red]ecluse simulate:[/] {escape(str(error))}", highlight=False, soft_wrap=True)
        raise typer.Exit(1) from None


def show(names: list[str], rows: list[list[str]], title: str) -> None:
    """Print a table: for people on a terminal, else in Markdown."""
    console = Console()
    if console.is_terminal:
        table = Table(title=title, title_justify="left")
        for name in names:
            table.add_column(name, justify="right")
        for cells in rows:
            table.add_row(*cells)
        console.print(table)
        return
    typer.echo("| " + " | ".join(names) + " |\n|" + " ---: |" * len(names))
    for cells in rows:
        typer.echo("| " + " | ".join(cells) + " |")


def _numbers(option: str, text: str, kind: Callable[[str], Value]) -> list[Value]:
    try:
        return [kind(word) for word in text.split(",")]
    except ValueError:
        raise InputError(option, text, "numbers separated by commas") from None


def _title(people: int, network: Chats, names: list[str]) -> str:
    among = f"How a message spreads among {people:,} people, {network}"
    return among + (f", by {', '.join(name.replace('_', ' ') for name in names)}" if names else "")


def _written(path: Path, write: Callable[[Path], object], console: Console) -> None:
    try:
        write(path)
    except OSError as error:
        raise InputError("path", str(path), f"a file that can be written: {error.strerror or error}") from None
    console.print(f"Written: {escape(str(path))}", highlight=False, soft_wrap=True)


@contextmanager
def _progress(console: Console, runs: int) -> Iterator[Watch]:
    """A bar over the runs, gone when they are done."""
    columns = (TextColumn("spreading"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("spreading", total=runs)
        yield lambda: progress.advance(task)
