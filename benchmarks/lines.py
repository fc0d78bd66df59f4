"""Single decisions over the line door beside HTTP, from one caller, in one run.

One at a time: a caller asks, waits, and asks again; the ways take turns, event by event. Many under way: a caller that
has 32 questions out and writes what has gathered in one piece; over HTTP, 32 connections by wrk. Every event is of
another of a million senders and has its own id; the gate serves with its journal on and twenty rules. CPU time is that
of the gate's process.

    python -m benchmarks.lines [--events 2000] [--seconds 3]
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import shutil
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import httpx
from rich.console import Console
from rich.table import Table

from benchmarks.http import SENDERS, SINGLES, TERMS, Route, free_port, run_wrk, started
from benchmarks.machine import describe, process_cpu_s
from ecluse.stores.data import KEYS
from ecluse.stores.keys import KeyStore, Scope

UNDER_WAY = 32
ROUNDS = 3


class Gate(NamedTuple):
    """A gate that runs."""

    pid: int
    port: int
    lines_port: int
    path: Path
    key: str


def events() -> Iterator[str]:
    """Events as JSON, each by another sender."""
    now_ms, n = int(time.time() * 1000), 0
    while True:
        n += 1
        yield (
            f'{{"id":"l{n}","kind":"send","at":{now_ms},"sender":"user-{n * 7919 % SENDERS}",'
            f'"recipients":["user-{n * 104729 % SENDERS}"]}}'
        )


class LineWay:
    """One connection of lines."""

    def __init__(self, connection: socket.socket, key: str | None = None) -> None:
        self._connection, self._file = connection, connection.makefile("rb")
        if key is not None:
            connection.sendall(json.dumps({"id": 0, "key": key}).encode() + b"\n")
            self._file.readline()

    def ask(self, event: str) -> None:
        """Ask, and wait."""
        self._connection.sendall(b'{"id":1,"decide":%s}\n' % event.encode())
        assert b'"verdict"' in self._file.readline()

    def ask_many(self, some: list[str]) -> None:
        """Ask all in one piece, and wait for all."""
        self._connection.sendall(b"".join(b'{"id":%d,"decide":%s}\n' % (n, e.encode()) for n, e in enumerate(some)))
        for _ in some:
            self._file.readline()


def over_http(gate: Gate) -> Callable[[str], None]:
    """The least that HTTP takes from Python: one kept connection of ``http.client``."""
    connection = http.client.HTTPConnection("127.0.0.1", gate.port)
    headers = {"content-type": "application/json", "authorization": f"Bearer {gate.key}"}
    connection.connect()
    connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(event: str) -> None:
        connection.request("POST", "/v1/decisions", event.encode(), headers)
        assert connection.getresponse().read().startswith(b'{"event"')

    return ask


def over_httpx(gate: Gate) -> Callable[[str], None]:
    """As ``ecluse.client`` asks."""
    client = httpx.Client(base_url=f"http://127.0.0.1:{gate.port}", headers={"authorization": f"Bearer {gate.key}"})

    def ask(event: str) -> None:
        answer = client.post("/v1/decisions", content=event, headers={"content-type": "application/json"})
        assert answer.status_code == 200

    return ask


def unix(gate: Gate) -> LineWay:
    """Lines over the socket."""
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(str(gate.path))
    return LineWay(connection)


def main() -> None:
    """Measure and print the tables."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--events", type=int, default=2_000, help="each way, one at a time")
    options.add_argument("--seconds", type=int, default=3, help="of each way, many under way")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "data").mkdir()
        key = KeyStore(folder / "data" / KEYS).create("benchmark", [Scope.DECIDE], now_s=int(time.time())).token
        (folder / "terms.yaml").write_text(TERMS)
        port, lines_port, path = free_port(), free_port(), folder / "gate.sock"
        serve = "import typer; from ecluse.cli.serve import serve; typer.run(serve)"
        command = [sys.executable, "-c", serve, "--data", str(folder / "data"), "--terms", str(folder / "terms.yaml")]
        command += ["--port", str(port), "--socket", str(path), "--lines", f"127.0.0.1:{lines_port}"]
        console = Console()
        console.print(describe())
        with started(command, f"http://127.0.0.1:{port}/readyz") as pid:
            gate = Gate(pid, port, lines_port, path, key)
            console.print(_one_at_a_time(gate, chosen.events))
            console.print(_many(gate, chosen.seconds, folder))


def _one_at_a_time(gate: Gate, n: int) -> Table:
    ways: dict[str, Callable[[str], None]] = {
        "HTTP, httpx (ecluse.client)": over_httpx(gate),
        "HTTP, http.client, one connection": over_http(gate),
        "lines over TCP": LineWay(socket.create_connection(("127.0.0.1", gate.lines_port)), gate.key).ask,
        "lines over a Unix socket": unix(gate).ask,
    }
    turns = [name for name in ways for _ in range(n)]
    random.Random(7).shuffle(turns)
    spent: dict[str, list[float]] = {name: [] for name in ways}
    some = events()
    for name in turns:
        event = next(some)
        began = time.perf_counter()
        ways[name](event)
        spent[name].append(1e3 * (time.perf_counter() - began))
    table = Table("way", title=f"One decision at a time, {n:,} each way, by turns")
    for column in ("p50 ms", "p99 ms", "p50, of HTTP's"):
        table.add_column(column, justify="right")
    whole = statistics.median(spent["HTTP, http.client, one connection"])
    for name, times in spent.items():
        p50, p99 = statistics.median(times), statistics.quantiles(times, n=100)[98]
        table.add_row(name, f"{p50:.3f}", f"{p99:.3f}", f"{p50 / whole:.2f}")
    return table


def _many(gate: Gate, seconds: int, folder: Path) -> Table:
    table = Table("way", title=f"{UNDER_WAY} under way; median of {ROUNDS} rounds of {seconds} s")
    table.add_column("decisions/s", justify="right")
    table.add_column("gate's CPU µs each", justify="right")
    found: dict[str, list[tuple[float, float]]] = {}
    some, script = events(), SINGLES.replace("KEY", gate.key).replace("PATH", "/v1/decisions")
    for number in range(ROUNDS):
        if shutil.which("wrk"):
            run = run_wrk(Route("http", gate.pid, gate.port, script, 1, UNDER_WAY), folder, seconds, number)
            found.setdefault(f"HTTP, wrk, {UNDER_WAY} connections", []).append((run.requests_s, run.cpu_us))
        found.setdefault("lines over a Unix socket, one connection", []).append(_push(gate, some, seconds))
    for name, runs in found.items():
        rate, cpu = (statistics.median(run[k] for run in runs) for k in (0, 1))
        table.add_row(name, f"{rate:,.0f}", f"{cpu:.0f}")
    return table


def _push(gate: Gate, some: Iterator[str], seconds: int) -> tuple[float, float]:
    way, n = unix(gate), 0
    began, cpu_s = time.perf_counter(), process_cpu_s(gate.pid)
    while time.perf_counter() - began < seconds:
        way.ask_many([next(some) for _ in range(UNDER_WAY)])
        n += UNDER_WAY
    return n / (time.perf_counter() - began), 1e6 * (process_cpu_s(gate.pid) - cpu_s) / n


if __name__ == "__main__":
    main()
