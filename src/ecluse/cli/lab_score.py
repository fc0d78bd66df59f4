"""``ecluse lab score``: each scenario of the lab before a gate, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import typer
from pyarrow import csv
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from ecluse.cli.lab_hops import Hops
from ecluse.cli.lab_judge import GateJudge
from ecluse.errors import EcluseError, InputError
from ecluse.lab.playing import play
from ecluse.lab.scenarios import Scenario, choose
from ecluse.lab.scene import SceneOptions, make_scene
from ecluse.lab.score import REACH_MAX, Score, score
from ecluse.lab.score import table as columns
from ecluse.replay.words import duration, number, share

_FORMS: Final = (".parquet", ".csv")


def score_scenarios(
    scenarios: list[Scenario],
    terms: str,
    options: SceneOptions,
    watch: Callable[[int, float], None],
    hops: Hops = Hops.TOLD,
) -> list[Score]:
    """Play each scenario before a fresh gate. watch: told how many are done, and how far the next one is (0 to 1).

    Raises InputError, TermsError.
    """
    scores: list[Score] = []
    for place, scenario in enumerate(scenarios):
        watch(place, 0.0)
        scene = make_scene(scenario, options)
        events = scene.events.num_rows

        def done(places: int, place: int = place, events: int = events) -> None:
            watch(place, places / events)

        scores.append(score(scene, play(scene, GateJudge(terms, hops), done)))
    return scores


def score_command(
    terms: Annotated[str, typer.Option(help="Terms to judge by: a file, or the id of a shipped document.")] = "starter",
    scenario: Annotated[list[str] | None, typer.Option(help="Only this one; may be given several times.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same score.")] = 7,
    people: Annotated[int, typer.Option(min=2, help="Ordinary people about each scenario.")] = 500,
    start: Annotated[str | None, typer.Option(help="First day of every log, instead of each scenario's own.")] = None,
    hops: Annotated[
        Hops, typer.Option(help="What forwards say of their hops: the truth, lies, or lies beside hop tokens.")
    ] = Hops.TOLD,
    out: Annotated[Path | None, typer.Option(help="Write the score to this file: .parquet or .csv.")] = None,
    list_: Annotated[bool, typer.Option("--list", help="List the scenarios and do nothing else.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the tables in Markdown.")] = False,
) -> None:
    """Play attacks and honest look-alikes before a gate: who is stopped when, and who is touched that should not be."""
    try:
        chosen = choose(scenario or [])
        if list_:
            _print(_LISTED, [_listed(one) for one in chosen], "Scenarios", markdown)
            return
        if out is not None and out.suffix not in _FORMS:
            raise InputError("out", out.name, f"a file that ends in {' or '.join(_FORMS)}")
        GateJudge(terms)
        with _progress() as progress:
            task = progress.add_task("compiling, the first time", total=len(chosen))

            def watch(done: int, part: float) -> None:
                progress.update(task, completed=done + part, description=chosen[done].id)

            scores = score_scenarios(chosen, terms, SceneOptions(people=people, seed=seed, start=start), watch, hops)
        if out is not None:
            _write(columns(scores), out)
    except (EcluseError, OSError) as error:
        Console(stderr=True).print(f"[red]ecluse lab score:[/] {error}", highlight=False, markup=True)
        raise typer.Exit(1) from None
    attacks, honest = ([one for one in scores if one.honest is kind] for kind in (False, True))
    if attacks:
        _print(_ATTACKS, [_attack(one) for one in attacks], "Attacks", markdown)
        typer.echo(_sum_attacks(attacks) + "\n")
    if honest:
        _print(_HONEST, [_honest(one) for one in honest], "Honest people who look like it", markdown)
        typer.echo(_sum_honest(honest))
        for one in honest:
            if one.worst:
                typer.echo(f"  {one.scenario}: {one.worst}")
    others = sum(one.others_refused for one in scores)
    typer.echo(f"People about them who were ever refused anything: {others:,} of {sum(s.others for s in scores):,}.")


def _progress() -> Progress:
    parts = (TextColumn("{task.description:>20}"), BarColumn(), TextColumn("{task.completed:.1f} of {task.total}"))
    return Progress(*parts, TimeElapsedColumn(), console=Console(stderr=True), transient=True)


_LISTED: Final = ("scenario", "title", "honest", "days", "mistaken for, or hides from", "seen by")
_ATTACKS: Final = (
    *("attack", "accounts", "meant", "until stopped", "in all", "together", "stopped", "after", "held", "by"),
)
_HONEST: Final = ("look-alike", "accounts", "sends", "refused", "delayed", "dropped", "labelled", "sends refused", "by")


def _listed(one: Scenario) -> list[str]:
    return [one.id, one.title, "yes" if one.honest else "no", str(one.days), one.hides, ", ".join(one.seen_by)]


def _attack(one: Score) -> list[str]:
    return [
        one.scenario,
        number(one.accounts),
        number(one.meant),
        number(one.before),
        number(one.reached),
        number(one.reached_all),
        share(one.stopped_share, 1),
        "never" if one.stopped_after_s is None else duration(one.stopped_after_s),
        "yes" if one.held else "no",
        (one.rules or [""])[0],
    ]


def _honest(one: Score) -> list[str]:
    felt = (one.refused, one.delayed, one.dropped, one.labelled)
    return [
        one.scenario,
        number(one.accounts),
        number(one.sends),
        *(share(accounts, one.accounts) for accounts in felt),
        number(one.refused_sends),
        ", ".join(one.rules[:2]),
    ]


def _sum_attacks(scores: list[Score]) -> str:
    held = sum(one.held for one in scores)
    return (
        "Until stopped, in all: people who did not want it, reached by the median account; together: by all accounts.\n"
        f"{held} of {len(scores)} attacks are held: most accounts stopped, half of them at {REACH_MAX} people or fewer."
    )


def _sum_honest(scores: list[Score]) -> str:
    accounts, refused = sum(one.accounts for one in scores), sum(one.refused for one in scores)
    return f"{refused:,} of {accounts:,} honest accounts were ever refused something ({share(refused, accounts)})."


def _print(head: tuple[str, ...], rows: list[list[str]], title: str, markdown: bool) -> None:
    if markdown:
        typer.echo("\n".join(f"| {' | '.join(cells)} |" for cells in [list(head), ["---"] * len(head), *rows]) + "\n")
        return
    table = Table(title=title, title_justify="left")
    for place, name in enumerate(head):
        text = place == 0 or head is _LISTED or name == "by"
        table.add_column(name, justify="left" if text else "right", overflow="fold")
    for cells in rows:
        table.add_row(*cells)
    Console().print(table)


def _write(scores: pa.Table, path: Path) -> None:
    if path.suffix == ".parquet":
        pq.write_table(scores, path, compression="zstd")
        return
    rules = pc.binary_join(scores["rules"], " ")
    csv.write_csv(scores.set_column(scores.schema.get_field_index("rules"), "rules", rules), path)
