"""The machine that is measured on: one core, one thread, two clocks, resident memory."""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
"""Environment of a process that computes in one thread; to be set before NumPy is imported."""

_TICKS_S = os.sysconf("SC_CLK_TCK")


class Spent(NamedTuple):
    """Seconds that something took. cpu_s: of this process alone."""

    wall_s: float
    cpu_s: float


class Runs(NamedTuple):
    """The same work, timed several times. units: how many of whatever is counted each run did."""

    units: int
    spent: list[Spent]

    @property
    def best_wall(self) -> float:
        """Units a second of wall time in the best run."""
        return self.units / min(run.wall_s for run in self.spent)

    @property
    def median_wall(self) -> float:
        """Units a second of wall time in the median run."""
        return self.units / statistics.median(run.wall_s for run in self.spent)

    @property
    def best_cpu(self) -> float:
        """Units a second of CPU time in the best run."""
        return self.units / min(run.cpu_s for run in self.spent)

    @property
    def median_cpu(self) -> float:
        """Units a second of CPU time in the median run."""
        return self.units / statistics.median(run.cpu_s for run in self.spent)


def timed(work: Callable[[], object]) -> Spent:
    """Do ``work`` once, by the wall's clock and by the process's own."""
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    work()
    return Spent(time.perf_counter() - wall_s, time.process_time() - cpu_s)


def pin() -> int:
    """Keep this process on its last core. Returns the core."""
    core = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    return core


def other_core(core: int) -> int:
    """A core other than ``core``, or the same if there is no other."""
    return next((other for other in range(os.cpu_count() or 1) if other != core), core)


def process_cpu_s(pid: int) -> float:
    """CPU seconds that another process has spent, in steps of a clock tick (10 ms)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS_S


def resident_bytes() -> int:
    """Resident memory of this process."""
    return _status("VmRSS")


def resident_peak_bytes() -> int:
    """The most memory that was ever resident in this process."""
    return _status("VmHWM")


def _status(field: str) -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) * 1024
    raise KeyError(field)


def describe() -> str:
    """The machine in a line, with how busy it is: others' work is in every wall time."""
    model = next(
        (line.partition(": ")[2] for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        platform.machine(),
    )
    load = os.getloadavg()[0]
    return f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}, load {load:.1f} at the start"
