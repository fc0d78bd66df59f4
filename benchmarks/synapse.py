"""What the module adds to a send on a real Synapse: with it and without it, by turns, in one run.

Two Synapses of the same version and settings, each with a room of two, and a gate with its socket; one sends after
another, the two take turns in a shuffled order. Synapse comes from PyPI, as in the tests. Median and p99 of a send as a
client sees it (one kept connection), and the wait for the verdict inside, as the module's own metric has it.

    python -m benchmarks.synapse [--sends 500]
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from pathlib import Path

import httpx
from rich.console import Console
from rich.table import Table
from tests.servers.matrix.synapse import Synapse, environment, module_folder, running_synapse
from tests.service.running import running

from benchmarks.machine import describe, process_cpu_s

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
    options.add_argument("--sends", type=int, default=500, help="each way")
    n = options.parse_args().sends
    console = Console()
    console.print(describe())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "data").mkdir()
        (folder / "data" / "terms.yaml").write_text(TERMS)
        python, socket = environment(), folder / "gate.sock"
        site = module_folder(python, folder)
        module = {"socket": str(socket), "timeout_ms": 10_000}
        with (
            running(folder / "data", "--socket", str(socket)),
            running_synapse(python, site, folder / "with", module) as on,
            running_synapse(python, site, folder / "without", None) as off,
        ):
            console.print(_measure(on, off, n))


def _measure(on: Synapse, off: Synapse, n: int) -> Table:
    senders = {"without": Sender(off), "with": Sender(on)}
    for sender in senders.values():
        for _ in range(50):
            sender.send()
    before = on.metrics()
    cpu = {"without": process_cpu_s(off.process.pid), "with": process_cpu_s(on.process.pid)}
    turns = [name for name in senders for _ in range(n)]
    random.Random(7).shuffle(turns)
    spent: dict[str, list[float]] = {name: [] for name in senders}
    for name in turns:
        spent[name].append(senders[name].send())
    cpu = {name: process_cpu_s({"without": off, "with": on}[name].process.pid) - was for name, was in cpu.items()}
    after = on.metrics()
    waited_s, waits = (
        after[f"ecluse_synapse_wait_seconds_{part}"] - before[f"ecluse_synapse_wait_seconds_{part}"]
        for part in ("sum", "count")
    )
    table = Table(
        "module", title=f"A send on Synapse, {n:,} each way, by turns; a verdict took {1e3 * waited_s / waits:.2f} ms"
    )
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
