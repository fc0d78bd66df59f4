"""From the start of a process to its first verdict, with kernels compiled before and with none, and what it goes into.

python -m benchmarks start [--quick]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping

from rich.console import Console
from rich.table import Table

from benchmarks.machine import describe

GOAL_S = 2.0
STEPS = ("interpreter", "numpy", "pyarrow", "numba", "ecluse", "terms", "gate", "kernels", "second verdict")
CPU = "CPU, all"
KERNELS = "kernels loaded"

_CHILD = """
import json, os, sys, time
started_s = os.sysconf("SC_CLK_TCK")
with open("/proc/self/stat") as stat:
    started_s = int(stat.read().rpartition(")")[2].split()[19]) / started_s
now, steps = time.clock_gettime(time.CLOCK_BOOTTIME), {}
def step(name):
    global now
    before, now = now, time.clock_gettime(time.CLOCK_BOOTTIME)
    steps[name] = now - before
steps["interpreter"] = now - started_s
import numpy
step("numpy")
import pyarrow, pyarrow.compute
step("pyarrow")
import numba
step("numba")
from ecluse.events import Event
from ecluse.gate import Gate
from ecluse.terms import parse_terms
step("ecluse")
from benchmarks.rules import twenty_rules
terms = twenty_rules()
step("terms")
gate = Gate(terms, secret=b"the secret of benchmarks")
step("gate")
event = Event(kind="send", at=1_700_000_000_000, sender="ada", recipients=["bob"])
assert gate.decide_one(event).outcome == "pass"
step("kernels")
gate.decide_one(event)
step("second verdict")
steps["CPU, all"] = time.process_time()
from numba.core.dispatcher import Dispatcher
seen = {id(value): value for name in list(sys.modules) if name.startswith("ecluse")
        for value in vars(sys.modules[name]).values() if isinstance(value, Dispatcher)}
steps["kernels loaded"] = sum(sum(kernel.stats.cache_hits.values()) for kernel in seen.values())
print(json.dumps(steps))
"""


def start(environment: Mapping[str, str]) -> dict[str, float]:
    """Start a process that judges two events. Seconds by step, of wall time but for the CPU's."""
    command = [sys.executable, "-c", _CHILD]
    done = subprocess.run(command, env=os.environ | environment, check=True, capture_output=True, text=True)
    steps: dict[str, float] = json.loads(done.stdout)
    return steps


def main() -> None:
    """Measure, and print the table."""
    options = argparse.ArgumentParser(prog="python -m benchmarks start", description=__doc__)
    options.add_argument("--quick", action="store_true")
    repeats = 3 if options.parse_args().quick else 11
    console = Console()
    console.print(describe())
    with tempfile.TemporaryDirectory() as folder:
        cache = {"ECLUSE_CACHE_DIR": folder}
        cold = start(cache)
        warm = [start(cache) for _ in range(repeats)]
    table = Table(title="From the start of a process to its first verdict, in seconds", title_justify="left")
    table.add_column("step")
    for name in ("warm, best", "warm, median", "cold"):
        table.add_column(name, justify="right")
    for step in STEPS:
        runs = [run[step] for run in warm]
        table.add_row(step, f"{min(runs):.3f}", f"{statistics.median(runs):.3f}", f"{cold[step]:.3f}")
    table.add_section()
    to_first = STEPS[:-1]
    totals = [sum(run[step] for step in to_first) for run in warm]
    total = sum(cold[step] for step in to_first)
    table.add_row("to the first verdict", f"{min(totals):.3f}", f"{statistics.median(totals):.3f}", f"{total:.3f}")
    spent = [run[CPU] for run in warm]
    table.add_row("CPU time", f"{min(spent):.3f}", f"{statistics.median(spent):.3f}", f"{cold[CPU]:.3f}")
    console.print(table)
    console.print(
        f"Goal: under {GOAL_S:.0f} s warm. Kernels from the cache: {warm[0][KERNELS]:.0f}; {len(warm)} warm starts, "
        "the files that are read being in memory already."
    )


if __name__ == "__main__":
    main()
