"""Comparing terms: a log of 5,000,000 messages in Parquet, judged by two terms, as a whole process by the command.

python -m benchmarks.compare [--quick]
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Table

from benchmarks.ids import to_arrow
from benchmarks.machine import describe
from benchmarks.traffic import draw
from ecluse.terms import load_terms

EVENTS, ACCOUNTS, REPEATS = 5_000_000, 1_000_000, 2
QUICK_EVENTS, QUICK_ACCOUNTS, QUICK_REPEATS = 500_000, 100_000, 1
GOAL_S = 60.0
PART = 1 << 18
TIGHTER = (("strangers.1h > 50 ", "strangers.1h > 20 "), ("strangers.24h > 80 ", "strangers.24h > 40 "))
"""What is changed in the starter terms: both limits on strangers."""


class Took(NamedTuple):
    """What a process took: seconds of wall time and of processor time, and the most memory it had resident."""

    wall_s: float
    cpu_s: float
    memory_bytes: int


def write_log(path: Path, events: int, accounts: int) -> None:
    """Draw messages and write them, each with an id."""
    messages = draw(events, accounts)
    writer = None
    for start in range(0, events, PART):
        part = pa.Table.from_batches([to_arrow(messages.between(start, start + PART), first_id=start)])
        writer = writer or pq.ParquetWriter(path, part.schema, compression="zstd")
        writer.write_table(part)
    assert writer is not None
    writer.close()


def tightened(path: Path) -> None:
    """Write a copy of the starter terms with tighter limits."""
    source = load_terms("starter").source
    for loose, tight in TIGHTER:
        assert loose in source
        source = source.replace(loose, tight)
    path.write_text(source)


def measured(command: Sequence[str]) -> Took:
    """Run a command to its end. Raises CalledProcessError."""
    started, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Took(time.perf_counter() - started, cpu_s, after.ru_maxrss * 1024)


def main() -> None:
    """Measure, and print the table."""
    options = argparse.ArgumentParser(prog="python -m benchmarks compare", description=__doc__)
    options.add_argument("--quick", action="store_true")
    quick = options.parse_args().quick
    events, accounts, repeats = (QUICK_EVENTS, QUICK_ACCOUNTS, QUICK_REPEATS) if quick else (EVENTS, ACCOUNTS, REPEATS)
    console = Console()
    console.print(describe())
    with TemporaryDirectory(prefix="ecluse-") as folder:
        log, tight = Path(folder) / "log.parquet", Path(folder) / "tight.yaml"
        write_log(log, events, accounts)
        tightened(tight)
        command = [sys.executable, "-m", "ecluse", "terms", "compare", "starter", str(tight), "--log", str(log)]
        outputs = ["--out", str(Path(folder) / "changes.parquet"), "--html", str(Path(folder) / "report.html")]
        measured([*command[:-1], str(_head(log))])  # compiles the kernels, if they are not in the cache
        table = Table(
            title=f"Comparing terms: {events:,} messages of {accounts:,} accounts, the whole process, "
            f"{len(os.sched_getaffinity(0))} cores; goal under {GOAL_S:.0f} s",
            title_justify="left",
        )
        for name in ("", "wall s, best", "wall s, median", "CPU s, best", "events/s, best", "memory, most, GB", "runs"):
            table.add_column(name, justify="right" if name else "left")
        for title, more in (("the table alone", []), ("with --out and --html", outputs)):
            runs = [measured([*command, *more]) for _ in range(repeats)]
            walls = [run.wall_s for run in runs]
            table.add_row(
                title,
                f"{min(walls):.1f}",
                f"{statistics.median(walls):.1f}",
                f"{min(run.cpu_s for run in runs):.1f}",
                f"{events / min(walls):,.0f}",
                f"{max(run.memory_bytes for run in runs) / 1e9:.2f}",
                str(repeats),
            )
    console.print(table)


def _head(log: Path) -> Path:
    """The first events of a log as a log of their own."""
    head = log.with_name("head.parquet")
    pq.write_table(pa.Table.from_batches([next(pq.ParquetFile(log).iter_batches(1_000))]), head)
    return head


if __name__ == "__main__":
    main()
