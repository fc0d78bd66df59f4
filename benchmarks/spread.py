"""The published study run again at full size, beside the reference table; and how long that takes.

python -m benchmarks spread [--quick]
"""

from __future__ import annotations

import argparse
import sys
import time

from rich.console import Console
from rich.table import Table

from benchmarks.machine import describe
from ecluse.lab.spread import NetworkOptions, Scenario, make_network, run, scenarios, sweep
from ecluse.lab.spread.measures import Measures

VIRALITIES, LIMITS = (1.0, 0.1, 0.01, 0.001), (256, 20, 5, 1)
REFERENCE = {
    1.0: ("3", "3", "4", "16 (62 %)"),
    0.1: ("3", "4", "9", "98 (83 %)"),
    0.01: ("7", "11", "70", "362 (54 %)"),
    0.001: ("47", "114", "583", "2,963 (30 %)"),
}
"""t90 by virality, for each limit: the reference run of docs/simulation.md, a reconstruction like ours."""


def said(measures: Measures) -> str:
    """t90, and how many runs took off if not all did."""
    steps = f"{measures.t90 if measures.t90 is not None else measures.t90_own:,.1f}".removesuffix(".0")
    if measures.took_off == measures.seeds:
        return steps
    return f"{steps} ({measures.reach_mean:.0%} in the mean, {measures.took_off} of {measures.seeds} took off)"


def main() -> None:
    """Run the grid, print the table, and fail if a published result does not appear."""
    options = argparse.ArgumentParser(prog="python -m benchmarks spread", description=__doc__)
    options.add_argument("--quick", action="store_true", help="6,000 people instead of 20,000")
    people = 6_000 if options.parse_args().quick else 20_000
    console = Console()
    console.print(describe())
    began_s, began_cpu_s = time.perf_counter(), time.process_time()
    network = make_network(NetworkOptions(people=people))
    run(network, Scenario(), 0)
    ready_s, ready_cpu_s = time.perf_counter(), time.process_time()
    results = sweep(network, scenarios(virality=VIRALITIES, limit=LIMITS))
    done_s, done_cpu_s = time.perf_counter(), time.process_time()
    measured = {(each.scenario.virality, each.scenario.limit): each.measures for each in results}

    table = Table(title=f"Steps until 90 % of {people:,} people were reached; below, the reference run")
    table.add_column("virality")
    for limit in LIMITS:
        table.add_column(f"limit {limit}", justify="right")
    table.add_column("5 / 256", justify="right")
    ratios = {}
    for virality in VIRALITIES:
        five, free = measured[virality, 5].t90, measured[virality, 256].t90
        ratios[virality] = (five or float("inf")) / (free or 1.0)
        table.add_row(
            f"{virality:g}", *(said(measured[virality, limit]) for limit in LIMITS), f"{ratios[virality]:.1f}"
        )
        table.add_row("", *REFERENCE[virality], style="dim", end_section=True)
    console.print(table)
    console.print(
        f"Network and compiled kernel: {ready_s - began_s:.1f} s ({ready_cpu_s - began_cpu_s:.1f} s of CPU); "
        f"{len(results) * results[0].measures.seeds} runs: {done_s - ready_s:.1f} s "
        f"({done_cpu_s - ready_cpu_s:.1f} s of CPU)."
    )
    if not all(5 <= ratios[virality] <= 15 for virality in (0.01, 0.001)):
        sys.exit("A limit of 5 is not 5 to 15 times slower than one of 256 at a virality of 0.01 and less.")
    if not ratios[1.0] < 2:
        sys.exit("A limit of 5 slows what everybody passes on by 2 or more.")


if __name__ == "__main__":
    main()
