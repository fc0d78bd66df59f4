"""Bytes an account takes in all: made-up traffic, a real log, the lab's people, ten million accounts built for real.

python -m benchmarks memory [--quick]
"""

from __future__ import annotations

import argparse
import gc
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
from rich.console import Console
from rich.table import Table

from benchmarks.ids import batches
from benchmarks.machine import describe, pin, resident_bytes, resident_peak_bytes, timed
from benchmarks.ring import ring
from benchmarks.survey import Survey, survey
from benchmarks.traffic import draw
from ecluse.gate import Gate
from ecluse.lab import TrafficOptions, make_traffic
from ecluse.ledger.identify import Packed
from ecluse.ledger.layout import HEADER_BYTES, ROW_BYTES
from ecluse.terms import parse_terms

SECRET = b"the secret of benchmarks"
NO_RULES = 'id: none\nversion: "1"\ntitle: No rules\nrules: []\n'
COLLEGE = Path(__file__).parents[2] / "shared" / "data" / "college-messages.csv"

ACCOUNTS = 10_000_000
NEIGHBOURS = 4
"""Neighbours that each account of the ring writes to; as many write to it."""

RING_MEMORY_BYTES = 3_500_000_000
"""What the gate of ten million accounts may take for its ledgers."""

RESIDENT_MAX = 4_000_000_000
TYPICAL_MAX = 200


def gate_of(log: Iterable[pa.RecordBatch | pa.Table], memory_bytes: int = 1 << 30) -> Gate:
    """A gate that has observed a log."""
    gate = Gate(parse_terms(NO_RULES), secret=SECRET, memory_bytes=memory_bytes)
    for batch in log:
        gate.observe(batch)
    return gate


def college() -> pa.Table:
    """The real log as events."""
    log = pa.csv.read_csv(COLLEGE)
    recipients = pa.ListArray.from_arrays(
        pa.array(np.arange(len(log) + 1, dtype=np.int32)), log["recipient"].combine_chunks().cast(pa.string())
    )
    milliseconds = pa.compute.multiply(log["at"], 1_000)
    sends = pa.array(["send"] * len(log))
    columns = {"kind": sends, "at": milliseconds, "sender": log["sender"].cast(pa.string()), "recipients": recipients}
    return pa.table(columns).sort_by("at")


def build_ring(accounts: int, memory_bytes: int, console: Console) -> None:
    """Build the ring in a gate of its own, and say what it took of this process's memory."""
    gc.collect()
    before = resident_bytes()
    gate = Gate(parse_terms(NO_RULES), secret=SECRET, memory_bytes=memory_bytes)
    spent = timed(lambda: _observe(gate, ring(accounts, NEIGHBOURS)))
    after, peak = resident_bytes(), resident_peak_bytes()
    found = survey(gate)
    assert gate.ledgers == accounts, gate.ledgers
    assert (found.rows == 2 * NEIGHBOURS).all(), np.bincount(found.rows)
    console.print(_ring_table(accounts, found))
    writes = 2 * NEIGHBOURS * accounts
    verdict = _verdict(peak, RESIDENT_MAX) if accounts == ACCOUNTS else "Too few for a verdict."
    console.print(
        f"{writes:,} row writes in {spent.wall_s:,.0f} s ({spent.cpu_s:,.0f} s of CPU, drawing them included). "
        f"Resident memory of the process: {before / 1e9:.2f} GB before, {after / 1e9:.2f} GB after, "
        f"{peak / 1e9:.2f} GB at most. {verdict}"
    )


def _observe(gate: Gate, log: Iterable[Packed]) -> None:
    for packed in log:
        gate.judge(packed, observe=True)


def _verdict(value: float, most: float) -> str:
    return f"{'Under' if value < most else 'NOT UNDER'} {most / 1e9:.1f} GB."


def _ring_table(accounts: int, found: Survey) -> Table:
    table = Table(title=f"{accounts:,} accounts with {2 * NEIGHBOURS} peers each", title_justify="left")
    for name in ("part", "bytes an account", "GB in all"):
        table.add_column(name, justify="left" if name == "part" else "right")
    n = len(found.rows)
    parts = {
        "header": HEADER_BYTES,
        "blocks (sends, or messages and gaps)": found.blocks.mean(),
        "rows": ROW_BYTES * found.rows.mean(),
        "spare, behind the record": found.spare.mean(),
        "free blocks": found.free_bytes / n,
        "index": found.index_bytes / n,
    }
    for name, each in parts.items():
        table.add_row(name, f"{each:,.1f}", f"{each * n / 1e9:,.2f}")
    table.add_section()
    table.add_row("in all", f"{found.mean:,.1f}", f"{found.mean * n / 1e9:,.2f}")
    return table


def main() -> None:
    """Measure, and print the tables."""
    options = argparse.ArgumentParser(prog="python -m benchmarks memory", description=__doc__)
    options.add_argument("--quick", action="store_true")
    quick = options.parse_args().quick
    console = Console()
    pin()
    console.print(describe())
    build_ring(ACCOUNTS // 20 if quick else ACCOUNTS, RING_MEMORY_BYTES // (20 if quick else 1), console)
    gc.collect()

    table = Table(title="Bytes an account in all (every ledger, also of those who only receive)", title_justify="left")
    table.add_column("population")
    for name in ("accounts", "rows, median", "rows, mean", "bytes, median", "bytes, mean", "of which index and free"):
        table.add_column(name, justify="right")
    events, accounts = (500_000, 100_000) if quick else (5_000_000, 1_000_000)
    _add(table, f"core benchmark, {events:,} messages", survey(gate_of(batches(draw(events, accounts)))))
    if COLLEGE.exists():
        _add(table, "college log, 59,835 messages of 194 days", survey(gate_of([college()], 1 << 26)))
    else:
        console.print("The real log (../shared/data) is not on this machine: left out.")
    people, days = (2_000, 7) if quick else (5_000, 21)
    lab = make_traffic(TrafficOptions(people=people, days=days, newsletter=None, spammer=None)).events
    _add(table, f"lab, {people:,} people, {len(lab):,} events of {days} days", survey(gate_of([lab])))
    console.print(table)
    console.print(f"Goal: at most {TYPICAL_MAX} bytes a typical (median) account.")


def _add(table: Table, name: str, found: Survey) -> None:
    table.add_row(
        name,
        f"{len(found.rows):,}",
        f"{np.median(found.rows):,.0f}",
        f"{found.rows.mean():,.1f}",
        f"{found.median:,.0f}",
        f"{found.mean:,.0f}",
        f"{found.shared:,.1f}",
    )


if __name__ == "__main__":
    main()
