"""``ecluse content``: near-identical texts."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final

import numpy as np
import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from ecluse.content import FORMATS, SHINGLE, Clusters, cluster_file
from ecluse.errors import EcluseError
from ecluse.replay.words import number, share

SIZES_FROM: Final = (2, 3, 5, 10, 20, 50, 100, 1_000)
"""Where the rows of the table of sizes begin."""

content_app = typer.Typer(help="Content: group near-identical texts.", no_args_is_help=True)


@content_app.callback()
def _content() -> None:
    """Near-identical texts."""


@content_app.command()
def cluster(
    file: Annotated[Path, typer.Argument(help=f"Texts: {FORMATS}.")],
    column: Annotated[str, typer.Option(help="The column of the texts.")] = "text",
    out: Annotated[
        Path | None, typer.Option(help="Write this Parquet file: row, and its cluster (-1 = alone).")
    ] = None,
    alike: Annotated[
        float | None, typer.Option(help="Jaccard similarity from which on texts are alike; 0.3, for long ones 0.4.")
    ] = None,
    shingle: Annotated[int, typer.Option(help="Characters of a shingle, 2 to 6.")] = SHINGLE,
) -> None:
    """Group the texts of a file that are near-identical, as the gate would group them."""
    errors = Console(stderr=True)
    started = time.perf_counter()
    try:
        with _progress(errors) as watch:
            clusters = cluster_file(file, column, out=out, alike=alike, shingle=shingle, watch=watch)
    except EcluseError as error:
        errors.print(f"[red]ecluse content cluster:[/] {escape(str(error))}", highlight=False, soft_wrap=True)
        raise typer.Exit(1) from None
    show(clusters, Console(), time.perf_counter() - started)
    if out is not None:
        errors.print(f"Written: {escape(str(out))}", highlight=False, soft_wrap=True)


@contextmanager
def _progress(console: Console) -> Iterator[Callable[[int, int], object]]:
    """A bar over the texts, gone when they are done."""
    columns = (TextColumn("comparing"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("comparing", total=None)
        yield lambda done, of: progress.update(task, completed=done, total=of)


def show(clusters: Clusters, console: Console, elapsed_s: float) -> None:
    """Print how many texts are in clusters of what size; never a text."""
    n = len(clusters.labels)
    table = Table(title="Near-identical texts", title_justify="left")
    table.add_column("texts in a cluster", no_wrap=True)
    for name in ("clusters", "texts", "of all texts"):
        table.add_column(name, justify="right")
    table.add_row("alone", "", number(n - clusters.grouped), share(n - clusters.grouped, n))
    for start, stop in zip(SIZES_FROM, [*SIZES_FROM[1:], np.inf], strict=True):
        sizes = clusters.sizes[(clusters.sizes >= start) & (clusters.sizes < stop)]
        if len(sizes):
            name = (
                f"{start:,}"
                if stop == start + 1
                else f"{start:,} or more"
                if stop == np.inf
                else f"{start:,} to {stop - 1:,}"
            )
            table.add_row(name, number(len(sizes)), number(int(sizes.sum())), share(int(sizes.sum()), n))
    table.add_row("all", number(len(clusters.sizes)), number(n), "", style="bold")
    console.print(table)
    largest = int(clusters.sizes.max(initial=0))
    rate = n / max(elapsed_s, 1e-9)
    console.print(f"Largest cluster: {largest:,} texts. Time taken: {elapsed_s:,.1f} s, {rate:,.0f} texts/s.")
