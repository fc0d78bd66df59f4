"""``ecluse lab reports``: what reports weigh against mass senders, and what a mob's weigh against honest people."""

from __future__ import annotations

from collections import defaultdict
from typing import Annotated, Final, NamedTuple

import numpy as np
import pyarrow as pa
import typer
from rich.console import Console
from rich.table import Table

from ecluse.errors import EcluseError
from ecluse.events import Kind
from ecluse.gate import Gate
from ecluse.lab.mobs import MOBS
from ecluse.lab.scenarios import Scenario, choose
from ecluse.lab.scene import Scene, SceneOptions, make_scene
from ecluse.replay.words import number, share
from ecluse.reports.contact import contact_of
from ecluse.reports.weight import Calls, Reported, Standing, Weight, weight_of
from ecluse.terms import Versions, load_terms

MEMORY_BYTES: Final = 64 << 20
_SECRET: Final = b"ecluse lab: no secret at all"
_COLUMNS: Final = ("scenario", "acc.", "reports", "by", "weight", "review", "at once", "others")


class Reviewed(NamedTuple):
    """One scenario. weight: of all reports about its actors. review, first: actors that a person is called for, later
    and at once. others: accounts besides, of the same scene, that a person is called for at once: they are honest.
    """

    id: str
    title: str
    honest: bool
    actors: int
    reports: int
    reporters: int
    weight: float
    review: int
    first: int
    others: int


def reviewed(scenario: Scenario, options: SceneOptions) -> Reviewed:
    """Play a scenario where nothing is refused, and weigh the reports of it. Raises InputError."""
    scene = make_scene(scenario, options)
    weights = weights_of(scene)
    names = scene.accounts["account"].to_pylist()
    actors = {names[actor] for actor in scene.actors.tolist()}
    about = [weights[name] for name in sorted(actors & weights.keys())]
    calls = [weight.calls for weight in about]
    return Reviewed(
        scenario.id,
        scenario.title,
        scenario.honest,
        len(actors),
        int(np.isin(scene.draft.subject, scene.actors).sum()),
        sum(weight.reporters for weight in about),
        sum(weight.total for weight in about),
        calls.count(Calls.REVIEW),
        calls.count(Calls.REVIEW_FIRST),
        sum(weight.calls is Calls.REVIEW_FIRST for name, weight in weights.items() if name not in actors),
    )


def weights_of(scene: Scene) -> dict[str, Weight]:
    """The weight of all reports and blocks of a scene, by the account reported; nothing was borne out before."""
    gate = Gate(Versions.always(load_terms("starter")), secret=_SECRET, memory_bytes=MEMORY_BYTES)
    gate.observe(scene.events)
    names = scene.accounts["account"].to_pylist()
    registered_s = scene.accounts["registered_at"].cast(pa.int64()).to_numpy() // 1_000
    start_ms = scene.events["at"].cast(pa.int64())[0].as_py() - int(scene.draft.at_ms[0])
    draft = scene.draft
    places = np.flatnonzero((draft.kind == Kind.REPORT) | (draft.kind == Kind.BLOCK)).tolist()
    reports: dict[int, dict[int, Reported]] = defaultdict(dict)
    for place in places:
        who, about = int(draft.sender[place]), int(draft.subject[place])
        kind = "report" if draft.kind[place] == Kind.REPORT else "block"
        if kind == "block" and who in reports[about]:
            continue
        contact = contact_of(gate, names[who], names[about])
        at_s = (start_ms + int(draft.at_ms[place])) // 1_000
        reports[about][who] = Reported(Standing(int(registered_s[who])), contact, at_s, kind)
    subjects: dict[int, list[int]] = defaultdict(list)
    for about, by in reports.items():
        for who in by:
            subjects[who].append(about)
    return {
        names[about]: weight_of(
            {names[who]: report for who, report in by.items()},
            {names[who]: [names[other] for other in subjects[who] if other != about] for who in by},
        )
        for about, by in reports.items()
    }


def reports_command(
    scenario: Annotated[list[str] | None, typer.Option(help="Only this one; may be given several times.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same table.")] = 7,
    people: Annotated[int, typer.Option(min=2, help="Ordinary people about each scenario.")] = 500,
) -> None:
    """Weigh the reports of attacks, look-alikes and mobs, where nothing is refused: for whom is a person called?"""
    try:
        mobs = {mob.id: mob for mob in MOBS}
        asked = scenario or []
        chosen = [mobs[id_] for id_ in asked if id_ in mobs]
        others = [id_ for id_ in asked if id_ not in mobs]
        if others or not asked:
            chosen = [*choose(others), *(chosen if asked else MOBS)]
        rows = [reviewed(one, SceneOptions(people=people, seed=seed)) for one in chosen]
    except EcluseError as error:
        Console(stderr=True).print(f"[red]ecluse lab reports:[/] {error}", highlight=False, markup=True)
        raise typer.Exit(1) from None
    _print(rows)


def _print(rows: list[Reviewed]) -> None:
    console = Console()
    for honest in (False, True):
        table = Table(title="Honest" if honest else "Mass senders", title_justify="left")
        for column in _COLUMNS:
            table.add_column(column, justify="left" if column == "scenario" else "right", no_wrap=True)
        for row in rows:
            if row.honest is honest:
                cells = (row.actors, row.reports, row.reporters, row.weight, row.review, row.first, row.others)
                table.add_row(row.id, *(f"{cell:,.1f}" if isinstance(cell, float) else number(cell) for cell in cells))
        if table.row_count:
            console.print(table)
    guilty, honest_rows = [r for r in rows if not r.honest], [r for r in rows if r.honest]
    right = sum(row.first for row in guilty)
    wrong = sum(row.first for row in honest_rows) + sum(row.others for row in rows)
    weight = sum(row.weight for row in guilty)
    console.print(f"Called at once: {number(right)} of {number(sum(r.actors for r in guilty))} mass senders,", end=" ")
    console.print(f"{number(wrong)} honest accounts; precision {share(right, max(1, right + wrong))}.")
    console.print(
        f"Weight: {weight:,.1f} of {weight + sum(row.weight for row in honest_rows):,.1f} lies on mass senders, "
        f"by {number(sum(r.reporters for r in guilty))} of {number(sum(r.reporters for r in rows))} reporters."
    )
