"""The core: one-to-one messages judged by 20 rules over all signals, both ledgers updated, in one process on one core.

In batches of 4,096, one by one, and as events; then a part of the same messages by plain Python and by a Valkey.

    python -m benchmarks core [--quick]
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from rich.console import Console
from rich.table import Table

from benchmarks.ids import batches, to_events
from benchmarks.machine import Runs, Spent, describe, pin, timed
from benchmarks.rivals import assert_same, gate_says, listed, plain_runs, plain_says, valkey_runs
from benchmarks.rules import twenty_rules
from benchmarks.traffic import Stream, draw
from ecluse.events import BATCH_MAX, conform
from ecluse.gate import Gate
from ecluse.ledger import N_SIGNALS, IdentityKeys
from ecluse.ledger.identify import Packed, identify
from ecluse.terms import Outcome

SECRET = b"the secret of benchmarks"
MEMORY_BYTES = 1 << 30
BATCHES_A_STRETCH = 50
"""Batches of Arrow that are checked and hashed in one timing."""


class Sizes(NamedTuple):
    """How much is measured."""

    events: int
    accounts: int
    single: int  # messages judged one by one, after all the others
    shared: int  # messages that plain Python and Valkey judge, too
    sampled: int  # of these, those whose signals are compared
    repeats: int


FULL = Sizes(5_000_000, 1_000_000, 200_000, 200_000, 20_000, 5)
QUICK = Sizes(500_000, 100_000, 50_000, 20_000, 5_000, 2)


class Identified(NamedTuple):
    """Messages packed in batches of 4,096, and how long it took to check the Arrow batches and to hash their ids."""

    packed: list[Packed]
    checking: Runs
    hashing: Runs


def identified(messages: Stream) -> Identified:
    """Pack messages as a caller with Arrow batches has them packed."""
    keys = IdentityKeys.from_secret(SECRET)
    stretch = min(BATCHES_A_STRETCH * BATCH_MAX, len(messages.at_s))
    done = Identified([], Runs(stretch, []), Runs(stretch, []))
    for start in range(0, len(messages.at_s), stretch):
        checked: list[pa.RecordBatch] = []
        checking = timed(partial(_extend, checked, conform, batches(messages.between(start, start + stretch))))
        hashing = timed(partial(_extend, done.packed, partial(identify, keys=keys), checked))
        if start + stretch <= len(messages.at_s):
            done.checking.spent.append(checking)
            done.hashing.spent.append(hashing)
    return done


def _extend(done: list[Any], step: Callable[[Any], object], batches: Sequence[pa.RecordBatch]) -> None:
    done.extend(step(batch) for batch in batches)


def new_gate() -> Gate:
    """An empty gate with the twenty rules."""
    return Gate(twenty_rules(), secret=SECRET, memory_bytes=MEMORY_BYTES)


def judge_all(packed: Sequence[Packed], repeats: int) -> tuple[Runs, Gate, np.ndarray]:
    """Judge all batches, by an empty gate each time. The last gate, and how many events had each outcome."""
    spent: list[Spent] = []
    for _ in range(repeats):
        gate = new_gate()
        outcomes = np.zeros(len(Outcome), np.int64)
        spent.append(timed(partial(_judge, gate, packed, outcomes)))
    return Runs(sum(len(batch.events) for batch in packed), spent), gate, outcomes


def _judge(gate: Gate, packed: Sequence[Packed], outcomes: np.ndarray) -> None:
    for batch in packed:
        outcomes += np.bincount(gate.judge(batch).outcome, minlength=len(Outcome))


def judge_singly(gate: Gate, packed: Sequence[Packed]) -> Runs:
    """Judge packed events in batches of one."""
    return _one_by_one(gate.judge, ([batch.slice(k, k + 1) for k in range(len(batch.events))] for batch in packed[:-1]))


def decide_singly(gate: Gate, messages: Stream) -> Runs:
    """Decide events one at a time, made shortly before, as a decoder makes them."""
    starts = range(0, len(messages.at_s) - BATCH_MAX, BATCH_MAX)
    return _one_by_one(gate.decide_one, (to_events(messages.between(k, k + BATCH_MAX)) for k in starts))


def _one_by_one(judge: Callable[[Any], object], batches: Iterable[Sequence[Any]]) -> Runs:
    return Runs(BATCH_MAX, [timed(partial(_each, judge, batch)) for batch in batches])


def _each(judge: Callable[[Any], object], items: Sequence[Any]) -> None:
    for item in items:
        judge(item)


def continued(messages: Stream, count: int) -> Stream:
    """The last messages once more, as if people went on as before."""
    last = messages.between(len(messages.at_s) - count, len(messages.at_s))
    return last._replace(at_s=last.at_s + (last.at_s[-1] - last.at_s[0]))


def with_ids(packed: Sequence[Packed]) -> None:
    """Give every packed event an id of its own."""
    rng = np.random.default_rng(1)
    for batch in packed:
        batch.events["id"] = rng.integers(1, 1 << 64, len(batch.events), np.uint64)


def main() -> None:
    """Measure, and print the tables."""
    options = argparse.ArgumentParser(prog="python -m benchmarks core", description=__doc__)
    options.add_argument("--quick", action="store_true")
    sizes = QUICK if options.parse_args().quick else FULL
    console, core = Console(), pin()
    console.print(describe())
    messages = draw(sizes.events, sizes.accounts)
    later = continued(messages, 2 * sizes.single)
    singles = identified(later.between(0, sizes.single)).packed  # this loads the kernels, as the next two lines do
    events = later.between(sizes.single, 2 * sizes.single)
    _each(new_gate().judge, singles[:1])
    _each(new_gate().decide_one, to_events(events.between(0, 1)))
    arrow = identified(messages)

    batched, gate, outcomes = judge_all(arrow.packed, sizes.repeats)
    one_by_one = judge_singly(gate, singles)
    as_events = decide_singly(gate, events)
    shared = messages.between(0, sizes.shared)
    listing, part = listed(shared), identified(shared).packed
    ours, _, _ = judge_all(part, 2 * sizes.repeats)
    plain = plain_runs(twenty_rules(), listing, min(3, sizes.repeats))
    valkey, server, spoken = valkey_runs(twenty_rules(), listing, min(2, sizes.repeats), sizes.sampled, core)
    agreed = assert_same(
        gate_says(new_gate(), part, sizes.sampled), plain_says(twenty_rules(), listing, sizes.sampled), spoken
    )
    with_ids(arrow.packed)
    remembered, _, _ = judge_all(arrow.packed, min(3, sizes.repeats))

    senders = len(np.unique(messages.sender))
    title = f"Core: {sizes.events:,} one-to-one messages of {senders:,} senders, 20 rules, one core"
    table = _table(title)
    _add(table, "batches of 4,096", batched)
    _add(table, "  the same, each with an id decided once", remembered)
    _add(table, "one by one, packed: Gate.judge", one_by_one)
    _add(table, "one by one, Gate.decide_one(Event)", as_events)
    _add(table, "before: an Arrow batch checked", arrow.checking)
    _add(table, "before: its ids hashed, identify()", arrow.hashing)
    console.print(table)
    shares = ", ".join(f"{outcome.word} {outcomes[outcome] / outcomes.sum():.2%}" for outcome in Outcome)
    console.print(f"{gate.ledgers:,} ledgers, {gate.memory_used / 1e6:,.0f} MB; outcomes: {shares}\n")

    rivals = _table(f"The first {sizes.shared:,} of these messages, by all three")
    _add(rivals, f"Écluse, batches of 4,096, {N_SIGNALS} signals", ours)
    _add(rivals, f"plain Python dicts, {N_SIGNALS} signals", plain)
    _add(rivals, "Valkey, 36 signals, client + server", valkey)
    _add(rivals, "  its server alone", server)
    console.print(rivals)
    console.print(agreed)
    ratios = Table("Écluse is so many times as quick as", "by wall, best", "by wall, median", "by CPU, best")
    for name, other in (("plain Python dicts", plain), ("Valkey", valkey), ("Valkey's server alone", server)):
        ratios.add_row(
            name,
            *(f"{getattr(ours, by) / getattr(other, by):,.0f}" for by in ("best_wall", "median_wall", "best_cpu")),
        )
    console.print(ratios)


def _table(title: str) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column("messages a second", no_wrap=True)
    for name in ("wall, best", "wall, median", "CPU, best", "CPU, median", "CPU µs each", "runs"):
        table.add_column(name, justify="right")
    return table


def _add(table: Table, name: str, runs: Runs) -> None:
    rates = (runs.best_wall, runs.median_wall, runs.best_cpu, runs.median_cpu)
    each_us = 1e6 * statistics.median(run.cpu_s for run in runs.spent) / runs.units
    table.add_row(name, *(f"{rate:,.0f}" for rate in rates), f"{each_us:,.2f}", str(len(runs.spent)))


if __name__ == "__main__":
    main()
