"""What the module adds to a send on a real Synapse: with it and without it, by turns, in one run.

Two Synapses of the same version and settings, each with a room of two, and a gate with its socket. Sends come in
pairs, one each way, which of them is first by chance; nothing is sent at the same time. Synapse comes from PyPI, as in
the tests. Median and p99 of a send as a client sees it (one kept connection); the median of the pairs' differences,
which a machine that grows slower and quicker does not move; and, by the module's own metrics, how long an answer took
and for how much of that the message was held up. ``--apart``: the Synapses on one core, the gate and who sends on
another, as where a core is free for the gate; else the system shares two cores out among all of them.

    python -m benchmarks.synapse [--sends 1000] [--apart]
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import httpx
from rich.console import Console
from rich.table import Table
from tests.servers.matrix.synapse import Synapse, environment, module_folder, running_synapse
from tests.service.running import running

from benchmarks.machine import describe, other_core, pin, process_cpu_s

TERMS = """
id: bench
version: "1"
title: One rule
rules:
  - id: strangers
    clause: You may write to 50 strangers an hour.
    when: [strangers.1h > 50]
    then: refuse
"""


class Sender:
    """Somebody in a room of two."""

    def __init__(self, synapse: Synapse) -> None:
        self._http = httpx.Client(base_url=f"{synapse.url}/_matrix/client/v3", timeout=60)
        self._http.headers["authorization"] = f"Bearer {synapse.register('ada')}"
        synapse.register("bob")
        body = {"invite": [f"@bob:{synapse.name}"], "is_direct": True, "preset": "trusted_private_chat"}
        self._room = self._http.post("/createRoom", json=body).json()["room_id"]
        self._n = 0

    def send(self) -> float:
        """Send once. Returns the milliseconds that it took."""
        self._n += 1
        path = f"/rooms/{self._room}/send/m.room.message/{self._n}"
        began = time.perf_counter()
        answer = self._http.put(path, json={"msgtype": "m.text", "body": f"message {self._n}"})
        took = 1e3 * (time.perf_counter() - began)
        assert answer.status_code == 200, answer.text
        return took


def main() -> None:
    """Measure and print the table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--sends", type=int, default=1_000, help="each way")
    options.add_argument("--apart", action="store_true", help="Synapses on one core, gate and sender on another")
    n, apart = options.parse_args().sends, options.parse_args().apart
    console = Console()
    console.print(describe())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "data").mkdir()
        (folder / "data" / "terms.yaml").write_text(TERMS)
        python, socket = environment(), folder / "gate.sock"
        site = module_folder(python, folder)
        module = {"socket": str(socket), "timeout_ms": 10_000}
        with ExitStack() as running_all:
            gates = pin() if apart else None
            running_all.enter_context(running(folder / "data", "--socket", str(socket)))
            if gates is not None:
                os.sched_setaffinity(0, {other_core(gates)})
            on = running_all.enter_context(running_synapse(python, site, folder / "with", module))
            off = running_all.enter_context(running_synapse(python, site, folder / "without", None))
            if gates is not None:
                os.sched_setaffinity(0, {gates})
            console.print(_measure(on, off, n))


def _measure(on: Synapse, off: Synapse, n: int) -> Table:
    senders = {"without": Sender(off), "with": Sender(on)}
    for sender in senders.values():
        for _ in range(50):
            sender.send()
    before = on.metrics()
    cpu = {"without": process_cpu_s(off.process.pid), "with": process_cpu_s(on.process.pid)}
    spent: dict[str, list[float]] = {name: [] for name in senders}
    chance = random.Random(7)
    for _ in range(n):
        for name in chance.sample(list(senders), 2):
            spent[name].append(senders[name].send())
    cpu = {name: process_cpu_s({"without": off, "with": on}[name].process.pid) - was for name, was in cpu.items()}
    after = on.metrics()
    took_ms, held_ms = (
        1e3 * (after[f"ecluse_synapse_{name}_seconds_sum"] - before[f"ecluse_synapse_{name}_seconds_sum"]) / n
        for name in ("wait", "held")
    )
    pairs = statistics.median(on - off for on, off in zip(spent["with"], spent["without"], strict=True))
    title = f"A send on Synapse, {n:,} pairs; median of their differences {pairs:+.2f} ms"
    table = Table("module", title=title, caption=f"an answer took {took_ms:.2f} ms; held up {held_ms:.2f} ms")
    for column in ("p50 ms", "p99 ms", "added p50", "added p99", "Synapse's CPU ms"):
        table.add_column(column, justify="right")
    marks = {name: (statistics.median(times), statistics.quantiles(times, n=100)[98]) for name, times in spent.items()}
    for name, (p50, p99) in marks.items():
        added = (p50 - marks["without"][0], p99 - marks["without"][1])
        row = [f"{p50:.2f}", f"{p99:.2f}", f"{added[0]:+.2f}", f"{added[1]:+.2f}", f"{1e3 * cpu[name] / n:.2f}"]
        table.add_row(name, *row)
    return table


if __name__ == "__main__":
    main()
