"""What spreads fastest: how long a ranking takes of a full memory of contents, for which judging waits.

python -m benchmarks rumours [--quick]
"""

from __future__ import annotations

import argparse
import threading
from collections.abc import Callable
from time import perf_counter

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.machine import describe, pin
from ecluse.content.ledgers import ContentLedgers
from ecluse.events import primary_number, region_number
from ecluse.gate.spreading import Spreading
from ecluse.ledger.layout import BUCKETS

NOW_S = 1_700_000_000
REGIONS = ("BR-SP", "BR-RJ", "IN", "DE", "US", "MX", "ID", "NG")
LANGUAGES = ("pt", "hi", "en", "es", "id", "de")


def full(memory_bytes: int, seed: int = 5) -> ContentLedgers:
    """Ledgers in which every place is taken by a content that was sent in the last hour, all with audiences."""
    rng = np.random.default_rng(seed)
    ledgers = ContentLedgers.new(memory_bytes)
    n, m = len(ledgers.things.keys), len(ledgers.audiences.keys)
    ledgers.things.keys[:] = ledgers.heads["cluster"] = np.arange(1, n + 1) * 2
    ledgers.things.last_s[:] = NOW_S - rng.integers(0, 3_600, n)
    ledgers.heads["first_s"], ledgers.heads["born"] = NOW_S - 86_400, np.arange(1, n + 1)
    ledgers.counts[:] = rng.zipf(1.6, ledgers.counts.shape).clip(max=100_000)
    slots = rng.choice(n, m, replace=False)
    ledgers.audiences.keys[:], ledgers.audiences.last_s[:] = np.arange(1, m + 1) * 2, ledgers.things.last_s[slots]
    ledgers.audience["slot"], ledgers.audience["born"] = slots, ledgers.heads["born"][slots]
    ledgers.audience["region"] = np.array([region_number(one) for one in REGIONS])[rng.integers(0, len(REGIONS), m)]
    ledgers.audience["language"] = np.array([primary_number(one) for one in LANGUAGES])[
        rng.integers(0, len(LANGUAGES), m)
    ]
    ledgers.audience_counts[:] = rng.integers(0, 50, (m, len(ledgers.audience_counts[0])))
    assert len(ledgers.audience_counts[0]) % BUCKETS == 0
    return ledgers


def best(act: Callable[[], object], repeats: int) -> float:
    """The least milliseconds of several runs."""
    spent = []
    for _ in range(repeats):
        began = perf_counter()
        act()
        spent.append(1_000 * (perf_counter() - began))
    return min(spent)


def main() -> None:
    """Measure, and print a table."""
    options = argparse.ArgumentParser(prog="python -m benchmarks rumours", description=__doc__)
    options.add_argument("--quick", action="store_true", help="fewer repeats")
    repeats = 3 if options.parse_args().quick else 15
    pin()
    console = Console()
    console.print(describe())
    table = Table(
        "content memory", "contents", "audiences", "all, ms", "BR in pt, ms", "30 days, ms", "one in full, ms"
    )
    for mib in (80, 256, 1_024):
        ledgers = full((mib << 20) // 4)
        spreading = Spreading(ledgers, threading.Lock())
        figures = (
            best(lambda spreading=spreading: spreading.top(NOW_S, "1h"), repeats),
            best(lambda spreading=spreading: spreading.top(NOW_S, "1h", region="BR", language="pt"), repeats),
            best(lambda spreading=spreading: spreading.top(NOW_S, "30d", limit=100), repeats),
            best(lambda spreading=spreading: spreading.one(2, NOW_S), repeats),
        )
        sizes = f"{len(ledgers.things.keys):,}", f"{len(ledgers.audiences.keys):,}"
        table.add_row(f"{mib} MiB", *sizes, *(f"{figure:.1f}" for figure in figures))
    console.print(table)


if __name__ == "__main__":
    main()
