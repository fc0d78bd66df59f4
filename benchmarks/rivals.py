"""The gate, plain Python and Valkey on the same messages: how quick each is, and that all three say the same."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from benchmarks.machine import Runs, Spent, other_core, process_cpu_s, timed
from benchmarks.plain import PlainGate
from benchmarks.traffic import Stream
from benchmarks.valkey_gate import SIGNALS_MEASURED, ValkeyGate, serving
from ecluse.gate import Gate
from ecluse.ledger import SIGNAL_COLUMNS, SIGNALS
from ecluse.ledger.identify import Packed
from ecluse.terms import Terms

Message = tuple[int, int, int]


class Spoken(NamedTuple):
    """What was said of n messages. outcome: (n,). rules: (n,), as bits. signals: (k, columns) of the first k."""

    outcome: np.ndarray
    rules: np.ndarray
    signals: np.ndarray


def listed(messages: Stream) -> list[Message]:
    """Messages as plain tuples: second, sender, peer."""
    return list(zip(*(column.tolist() for column in messages), strict=True))


def gate_says(gate: Gate, batches: Sequence[Packed], sampled: int) -> Spoken:
    """What the gate says, with the signals of the first messages."""
    verdicts = [gate.judge(batch, signals=True) for batch in batches]
    spoke = np.concatenate([verdict.spoke for verdict in verdicts])
    signals = np.concatenate([verdict.signals for verdict in verdicts if verdict.signals is not None])
    bits = spoke.astype(np.int64) @ (1 << np.arange(spoke.shape[1]))
    return Spoken(np.concatenate([verdict.outcome for verdict in verdicts]), bits, signals[:sampled])


def plain_says(terms: Terms, messages: Sequence[Message], sampled: int) -> Spoken:
    """What plain Python says."""
    gate = PlainGate(terms)
    judged = [gate.judge(sender, peer, at_s) for at_s, sender, peer in messages]
    outcome, rules, signals = zip(*judged, strict=True)
    return Spoken(np.array(outcome), np.array(rules), np.array(signals[:sampled]))


def plain_runs(terms: Terms, messages: Sequence[Message], repeats: int) -> Runs:
    """How long plain Python takes; its garbage collector off, which is in its favour."""
    spent = []
    for _ in range(repeats):
        gate = PlainGate(terms)
        gc.collect()
        gc.disable()
        spent.append(timed(partial(_judge, gate, messages)))
        gc.enable()
    return Runs(len(messages), spent)


def _judge(gate: PlainGate, messages: Sequence[Message]) -> None:
    for at_s, sender, peer in messages:
        gate.judge(sender, peer, at_s)


def valkey_runs(
    terms: Terms, messages: Sequence[Message], repeats: int, sampled: int, core: int
) -> tuple[Runs, Runs, Spoken]:
    """How long Valkey takes, its server on another core than its client; the CPU time of both, of the server alone,
    and what it says. The sample is judged apart, since handing over signals takes time."""
    spent, served = [], []
    with serving() as (client, process):
        os.sched_setaffinity(process, {other_core(core)})
        sample = ValkeyGate(client, terms).judge(messages[:sampled], signals=True)
        for _ in range(repeats):
            client.flushall()
            gate = ValkeyGate(client, terms)
            server_s, wall_s, cpu_s = process_cpu_s(process), time.perf_counter(), time.process_time()
            said = gate.judge(messages)
            wall_s, cpu_s = time.perf_counter() - wall_s, time.process_time() - cpu_s
            server_s = process_cpu_s(process) - server_s
            spent.append(Spent(wall_s, cpu_s + server_s))
            served.append(Spent(wall_s, server_s))
    signals = np.array([[float(value) for value in verdict[2:]] for verdict in sample])
    spoken = Spoken(np.array([verdict[0] for verdict in said]), np.array([verdict[1] for verdict in said]), signals)
    return Runs(len(messages), spent), Runs(len(messages), served), spoken


def assert_same(ours: Spoken, plain: Spoken, valkey: Spoken) -> str:
    """Hold the three to one another. Returns what was compared, in a sentence; AssertionError where they differ."""
    for other in (plain, valkey):
        np.testing.assert_array_equal(other.outcome, ours.outcome)
        np.testing.assert_array_equal(other.rules, ours.rules)
    names = [signal.name for signal in SIGNALS]
    _assert_equal_signals(plain.signals, ours.signals, names)
    columns = [SIGNAL_COLUMNS[name] for name in SIGNALS_MEASURED]
    _assert_equal_signals(valkey.signals, ours.signals[:, columns], list(SIGNALS_MEASURED))
    return (
        f"Checked: all three gave the same outcome and the same spoken rules on each of {len(ours.outcome):,} messages "
        f"({int((ours.outcome > 0).sum()):,} not passed); on the first {len(ours.signals):,} plain Python gave the "
        f"same {len(names)} signals and Valkey the same {len(columns)}, number for number."
    )


def _assert_equal_signals(given: np.ndarray, expected: np.ndarray, names: Sequence[str]) -> None:
    for column, name in enumerate(names):
        np.testing.assert_array_equal(given[:, column], expected[:, column], err_msg=name)
