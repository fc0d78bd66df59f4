"""Many scenarios on one network, each with the same seeds; and all their curves as a table."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa

from ecluse.errors import InputError
from ecluse.lab.spread.measures import Measures, measure
from ecluse.lab.spread.network import Network
from ecluse.lab.spread.scenario import Curve, Scenario, run

SEEDS: Final = 12
SEEDS_MAX: Final = 10_000
SCENARIOS_MAX: Final = 10_000

Watch = Callable[[], None]
"""Called after each run."""


class Result(NamedTuple):
    """What came of one scenario: a curve for each seed, and their measures."""

    scenario: Scenario
    curves: list[Curve]
    measures: Measures


def scenarios(**choices: Any) -> list[Scenario]:
    """Every combination of choices, the last one varying first. A sequence is several values, all else is one.

    Raises InputError. Each choice: see ``Scenario``.

    >>> [(each.virality, each.limit) for each in scenarios(virality=[0.1, 1], limit=[256, 5])]
    [(0.1, 256), (0.1, 5), (1, 256), (1, 5)]
    """
    several = [value if isinstance(value, Sequence) else [value] for value in choices.values()]
    count = int(np.prod([len(values) for values in several], dtype=np.float64))
    if count > SCENARIOS_MAX:
        raise InputError("scenarios", count, f"at most {SCENARIOS_MAX:,}")
    return [Scenario(**dict(zip(choices, values, strict=True))) for values in itertools.product(*several)]


def sweep(
    network: Network, chosen: Iterable[Scenario], seeds: int = SEEDS, watch: Watch = lambda: None
) -> list[Result]:
    """Run each scenario with the seeds 0 to ``seeds`` - 1: in all of them the same people begin. Raises InputError."""
    if not 1 <= seeds <= SEEDS_MAX:
        raise InputError("seeds", seeds, f"1 to {SEEDS_MAX:,}")
    results = []
    for scenario in chosen:
        curves = []
        for seed in range(seeds):
            curves.append(run(network, scenario, seed))
            watch()
        results.append(Result(scenario, curves, measure(curves)))
    return results


def to_table(results: Sequence[Result]) -> pa.Table:
    """All curves: a column for each choice of the scenario, then ``seed``, ``step`` and ``reached`` (people so far).

    Rows are the steps at which somebody was reached.
    """
    lengths = [[len(curve.at) for curve in result.curves] for result in results]
    rows = np.array([sum(each) for each in lengths], dtype=np.int64)
    columns: dict[str, Any] = {}
    for field in fields(Scenario):
        values = pa.array([getattr(result.scenario, field.name) for result in results], type=_TYPES[str(field.type)])
        columns[field.name] = values.take(pa.array(np.repeat(np.arange(len(results)), rows)))
    curves = [curve for result in results for curve in result.curves]
    columns["seed"] = np.concatenate([np.repeat(np.arange(len(each)), each) for each in lengths])
    columns["step"] = np.concatenate([curve.at for curve in curves])
    columns["reached"] = np.concatenate([curve.reached for curve in curves])
    return pa.table(columns)


_TYPES: Final = {"int": pa.int64(), "int | None": pa.int64(), "float": pa.float64(), "bool": pa.bool_()}
