"""What the module adds to a send on a real Synapse: with it and without it, by turns, in one run.

Two Synapses of the same version and settings, each with a room of two, and a gate with its socket. Sends come in
pairs, one each way, which of them is first by chance; nothing is sent at the same time. Of two Synapses the one that
started first is slower, half a millisecond here, though they are alike: so all is done twice, and each of the two is
started first once. Synapse comes from PyPI, as in the tests. Median and p99 of a send as a client sees it (one kept
connection); the median of the pairs' differences, which a machine that grows slower and quicker does not move; and, by
the module's own metrics, how long an answer took and for how much of that the message was held up. The
Synapses are kept on one core, as the guide advises: Python's lock lets such a process use little more, and a system
that moves its threads about costs a millisecond. ``--free``: the system shares out the cores among all of them.

    python -m benchmarks.synapse [--sends 1000] [--free]
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
from typing import NamedTuple

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
    options.add_argument("--sends", type=int, default=1_000, help="each way")
    options.add_argument("--free", action="store_true", help="no process is kept on a core")
    n, free = options.parse_args().sends, options.parse_args().free
    console = Console()
    console.print(describe())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "data").mkdir()
        (folder / "data" / "terms.yaml").write_text(TERMS)
        python, socket = environment(), folder / "gate.sock"
        site = module_folder(python, folder)
        modules = {"with": {"socket": str(socket), "timeout_ms": 10_000}, "without": None}
        cores = os.sched_getaffinity(0)
        with running(folder / "data", "--socket", str(socket)):
            rounds = []
            for order in (("with", "without"), ("without", "with")):
                with ExitStack() as both:
                    if not free:
                        os.sched_setaffinity(0, {min(cores)})
                    started = {
                        name: both.enter_context(
                            running_synapse(python, site, folder / "-".join((name, *order)), modules[name])
                        )
                        for name in order
                    }
                    os.sched_setaffinity(0, cores)
                    rounds.append(_measure(started, n // 2))
            console.print(_table(rounds))


class Round(NamedTuple):
    """What was measured of one pair of Synapses. spent: milliseconds of each send. cpu_s: of each Synapse.

    took_s, held_s: sums over all answers.
    """

    spent: dict[str, list[float]]
    cpu_s: dict[str, float]
    took_s: float
    held_s: float


def _measure(synapses: dict[str, Synapse], n: int) -> Round:
    senders = {name: Sender(synapses[name]) for name in ("without", "with")}
    for sender in senders.values():
        for _ in range(50):
            sender.send()
    cpu_s = {name: process_cpu_s(synapse.process.pid) for name, synapse in synapses.items()}
    before = synapses["with"].metrics()
    spent: dict[str, list[float]] = {name: [] for name in senders}
    chance = random.Random(7)
    for _ in range(n):
        for name in chance.sample(list(senders), 2):
            spent[name].append(senders[name].send())
    after = synapses["with"].metrics()
    cpu_s = {name: process_cpu_s(synapses[name].process.pid) - was for name, was in cpu_s.items()}
    took_s, held_s = (
        after[f"ecluse_synapse_{name}_seconds_sum"] - before[f"ecluse_synapse_{name}_seconds_sum"]
        for name in ("wait", "held")
    )
    return Round(spent, cpu_s, took_s, held_s)


def _table(rounds: list[Round]) -> Table:
    spent = {name: [ms for one in rounds for ms in one.spent[name]] for name in ("without", "with")}
    n = len(spent["with"])
    took_ms, held_ms = (1e3 * sum(getattr(one, name) for one in rounds) / n for name in ("took_s", "held_s"))
    pairs = statistics.median(on - off for on, off in zip(spent["with"], spent["without"], strict=True))
    title = f"A send on Synapse, {n:,} pairs; median of their differences {pairs:+.2f} ms"
    table = Table("module", title=title, caption=f"an answer took {took_ms:.2f} ms; held up {held_ms:.2f} ms")
    for column in ("p50 ms", "p99 ms", "added p50", "added p99", "Synapse's CPU ms"):
        table.add_column(column, justify="right")
    marks = {name: (statistics.median(times), statistics.quantiles(times, n=100)[98]) for name, times in spent.items()}
    for name, (p50, p99) in marks.items():
        added = (p50 - marks["without"][0], p99 - marks["without"][1])
        cpu_ms = 1e3 * sum(one.cpu_s[name] for one in rounds) / n
        row = [f"{p50:.2f}", f"{p99:.2f}", f"{added[0]:+.2f}", f"{added[1]:+.2f}", f"{cpu_ms:.2f}"]
        table.add_row(name, *row)
    return table


if __name__ == "__main__":
    main()
