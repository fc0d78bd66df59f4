"""Prosody with the module beside Prosody without, in one run: throughput, CPU time, and what a message waits.

Eight people each write to one other as fast as their connections take it; every message is delivered and counted at its
recipient. Then one person writes one message at a time, and waits until it is there. The two Prosodies take turns,
round by round. The gate runs twenty rules with its journal on, at a Unix socket. Needs Prosody (Debian's package).

    python -m benchmarks.prosody [--messages 4000] [--rounds 5]
"""

from __future__ import annotations

import argparse
import selectors
import shutil
import socket
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
from rich.console import Console
from rich.table import Table
from tests.servers.prosody import HOST, USUAL, Prosody, prosody
from tests.servers.raw import Raw
from tests.service.running import running

from benchmarks.http import TERMS
from benchmarks.machine import describe, process_cpu_s

SENDERS = 8
NAMES = [f"{role}{n}" for role in ("from", "to") for n in range(SENDERS)]
PIECE = 65_536


class Round(NamedTuple):
    """What one round found. cpu_us: of Prosody, a message; gate_us: of the gate. waits_ms: of single messages."""

    messages_s: float
    cpu_us: float
    gate_us: float
    waits_ms: list[float]


def body(to: str, number: int) -> bytes:
    """A short message."""
    return (
        f"<message type='chat' to='{to}@{HOST}' id='m{number}'><body>Are you coming tonight?</body></message>".encode()
    )


def all_at_once(server: Prosody, messages: int) -> float:
    """Seconds until all messages of all senders were with their recipients."""
    choosing = selectors.DefaultSelector()
    left = {}
    people = [Raw(server.port).log_in(name) for name in NAMES]
    senders, readers = people[:SENDERS], people[SENDERS:]
    for reader in readers:
        choosing.register(reader.socket, selectors.EVENT_READ, [0, b""])
    for n, sender in enumerate(senders):
        sender.socket.setblocking(False)
        left[sender.socket] = memoryview(b"".join(body(f"to{n}", number) for number in range(messages)))
        choosing.register(sender.socket, selectors.EVENT_READ | selectors.EVENT_WRITE)
    started, missing = time.perf_counter(), messages * SENDERS
    while missing:
        for key, events in choosing.select(30) or sys.exit("messages are missing"):
            connection = key.fileobj
            assert isinstance(connection, socket.socket)
            if events & selectors.EVENT_READ:
                data = connection.recv(PIECE)
                assert data
                if key.data is not None:
                    rest = key.data[1] + data
                    found = rest.count(b"</message>")
                    missing -= found
                    key.data[1] = rest[-9:] if not rest.endswith(b"</message>") else b""
                else:
                    assert b"error" not in data, data
            if events & selectors.EVENT_WRITE:
                left[connection] = left[connection][connection.send(left[connection][:PIECE]) :]
                if not left[connection]:
                    choosing.modify(connection, selectors.EVENT_READ)
    spent_s = time.perf_counter() - started
    choosing.close()
    for person in people:
        person.socket.close()
    return spent_s


def one_at_a_time(server: Prosody, messages: int) -> list[float]:
    """Milliseconds from each message's sending to its coming."""
    waits = []
    with Raw(server.port).log_in("from0") as sender, Raw(server.port).log_in("to0") as reader:
        for number in range(messages):
            started = time.perf_counter()
            sender.socket.sendall(body("to0", number))
            reader.until("</message>")
            waits.append((time.perf_counter() - started) * 1000)
    return waits


def measure(server: Prosody, gate_pid: int, messages: int, singles: int) -> Round:
    """One round."""
    before, gate_before = process_cpu_s(server.process.pid), process_cpu_s(gate_pid)
    spent_s = all_at_once(server, messages)
    n = messages * SENDERS
    cpu_us = (process_cpu_s(server.process.pid) - before) / n * 1e6
    gate_us = (process_cpu_s(gate_pid) - gate_before) / n * 1e6
    return Round(n / spent_s, cpu_us, gate_us, one_at_a_time(server, singles))


def main() -> None:
    """Measure and print the table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--messages", type=int, default=4_000, help="of each sender in a round")
    options.add_argument("--singles", type=int, default=500, help="one at a time in a round")
    options.add_argument("--rounds", type=int, default=5)
    chosen = options.parse_args()
    if shutil.which("prosody") is None:
        sys.exit("prosody is not installed")
    console = Console()
    console.print(describe())
    found: dict[str, list[Round]] = {"without": [], "with the module": []}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data = folder / "gate"
        data.mkdir()
        (data / "terms.yaml").write_text(TERMS)
        line = data / "gate.sock"
        with (
            running(data, "--socket", str(line)) as gate,
            prosody(folder / "without", NAMES, module=False, others=USUAL) as without,
            prosody(folder / "with", NAMES, others=USUAL, socket=line) as with_module,
        ):
            for server in (without, with_module):
                measure(server, gate.process.pid, chosen.messages // 4, 10)
            for _ in range(chosen.rounds):
                for way, server in zip(found, (without, with_module), strict=True):
                    found[way].append(measure(server, gate.process.pid, chosen.messages, chosen.singles))
            counted = with_module.counted()
    console.print(f"at the module: {counted}")
    console.print(_table(found, chosen.rounds))


def _table(found: dict[str, list[Round]], rounds: int) -> Table:
    table = Table("Prosody", title=f"{SENDERS} senders, then one message at a time; medians of {rounds} rounds")
    columns = (
        "messages/s",
        "best",
        "of without",
        "Prosody's CPU µs",
        "of without",
        "gate's CPU µs",
        "p50 ms",
        "p99 ms",
    )
    for column in columns:
        table.add_column(column, justify="right", no_wrap=True)
    rates = {way: statistics.median(run.messages_s for run in runs) for way, runs in found.items()}
    cpus = {way: statistics.median(run.cpu_us for run in runs) for way, runs in found.items()}
    for way, runs in found.items():
        waits = np.array([wait for run in runs for wait in run.waits_ms])
        table.add_row(
            way,
            f"{rates[way]:,.0f}",
            f"{max(run.messages_s for run in runs):,.0f}",
            f"{rates[way] / rates['without']:.2f}",
            f"{cpus[way]:.1f}",
            f"{cpus['without'] / cpus[way]:.2f}",
            f"{statistics.median(run.gate_us for run in runs):.1f}",
            f"{np.percentile(waits, 50):.3f}",
            f"{np.percentile(waits, 99):.3f}",
        )
    return table


if __name__ == "__main__":
    main()
