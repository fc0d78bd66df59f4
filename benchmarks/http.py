"""HTTP on loopback: decisions a second, beside an empty route of the same server, in the same run.

The load is made by wrk (one thread), the gate serves with its journal on and API keys asked for. Single decisions:
every request another of a million senders, with its own event id. Arrow: batches of 1,000, without ids, as wrk would
otherwise send events that were decided before. Server and wrk share the machine's cores. All routes are measured by
turns, several rounds of them. CPU time is that of the server's process, all its threads, for each request.

    python -m benchmarks.http [--rounds 7] [--seconds 3] [--connections 32]
"""

from __future__ import annotations

import argparse
import asyncio
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import numpy as np
import pyarrow as pa
from rich.console import Console
from rich.table import Table

from benchmarks.machine import describe, process_cpu_s
from ecluse.service.loop import new_loop
from ecluse.service.server import create_server
from ecluse.stores.data import KEYS
from ecluse.stores.keys import KeyStore, Scope

TERMS = """
id: bench
version: "1"
title: Twenty rules
rules:
""" + "".join(
    f"""
  - id: rule-{n}
    clause: Rule {n}.
    when: [strangers.{window} > {limit}, reply_ratio.24h < 0.{n % 9 + 1}]
    then: refuse
"""
    for n, (window, limit) in enumerate([(w, k) for w in ("1m", "1h", "24h", "30d") for k in (50, 100, 200, 400, 800)])
)
EVENTS_A_BATCH = 1_000
BATCHES = 64
SENDERS = 1_000_000
ARROW_CONNECTIONS = 4
STARTED_MAX_S = 300
REQUESTS_A_ROUND = 10_000_000
"""More than a round can make."""

SINGLES = """
local n, now = FIRST, os.time() * 1000
local headers = {["content-type"] = "application/json", ["authorization"] = "Bearer KEY"}
function request()
  n = n + 1
  local sender, peer = n * 7919 % 1000000, n * 104729 % 1000000
  return wrk.format("POST", "PATH", headers, '{"id":"m' .. n .. '","kind":"send","at":' .. now ..
    ',"sender":"user-' .. sender .. '","recipients":["user-' .. peer .. '"]}')
end
"""
ARROW = """
local bodies, n = {}, 0
local headers = {["content-type"] = "application/vnd.apache.arrow.stream", ["authorization"] = "Bearer KEY"}
function init()
  for i = 1, COUNT do
    local file = io.open("FOLDER/" .. i .. ".arrow", "rb")
    bodies[i] = wrk.format("POST", "PATH", headers, file:read("*a"))
    file:close()
  end
end
function request()
  n = n + 1
  return bodies[n % COUNT + 1]
end
"""


class Figures(NamedTuple):
    """What wrk measured. cpu_us: of the server, a request."""

    requests_s: float
    p50_ms: float
    p99_ms: float
    failed: int
    cpu_us: float


class Route(NamedTuple):
    """What is measured. events: in a request."""

    name: str
    pid: int
    port: int
    script: str
    events: int
    connections: int


def run_wrk(route: Route, folder: Path, seconds: int, number: int) -> Figures:
    """Make load for some seconds. number: of the round: each has event ids of its own."""
    path = folder / "load.lua"
    path.write_text(route.script.replace("FIRST", str(number * REQUESTS_A_ROUND)))
    url = f"http://127.0.0.1:{route.port}"
    command = ["wrk", "-t1", f"-c{route.connections}", f"-d{seconds}s", "--latency", "-s", str(path), url]
    before_s = process_cpu_s(route.pid)
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    spent_s = process_cpu_s(route.pid) - before_s
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    done = re.search(r"(\d+) requests in", said)
    assert rate is not None, said
    assert done is not None, said
    latencies = _latency_ms(said, 50), _latency_ms(said, 99)
    return Figures(float(rate[1]), *latencies, int(failed[1]) if failed else 0, 1e6 * spent_s / int(done[1]))


def _latency_ms(said: str, percentile: int) -> float:
    found = re.search(rf"{percentile}%\s+([\d.]+)(us|ms|s)", said)
    assert found is not None, said
    return float(found[1]) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[found[2]]


def write_batches(folder: Path) -> None:
    """Batches of events as Arrow streams: one-to-one sends of a million senders."""
    dice = np.random.default_rng(3)
    at = pa.array(np.full(EVENTS_A_BATCH, int(time.time() * 1000)), pa.timestamp("ms", tz="UTC"))
    for number in range(1, BATCHES + 1):
        senders, peers = (dice.integers(0, SENDERS, EVENTS_A_BATCH) for _ in range(2))
        recipients = pa.ListArray.from_arrays(
            np.arange(EVENTS_A_BATCH + 1, dtype=np.int32), pa.array([f"user-{peer}" for peer in peers])
        )
        batch = pa.record_batch(
            {
                "kind": pa.array(["send"] * EVENTS_A_BATCH),
                "at": at,
                "sender": pa.array([f"user-{sender}" for sender in senders]),
                "recipients": recipients,
            }
        )
        with pa.OSFile(str(folder / f"{number}.arrow"), "wb") as file, pa.ipc.new_stream(file, batch.schema) as writer:
            writer.write_batch(batch)


async def empty_route(scope: Any, transport: Any) -> None:
    """Read the body and answer nothing."""
    if scope.method == "POST":
        await transport()
    transport.response_bytes(200, [("content-type", "application/json")], b"{}")


def serve_empty(port: int) -> None:
    """Serve the empty route, on the gate's loop and server, with its settings."""

    async def serve() -> None:
        server = create_server(empty_route, "127.0.0.1", port)
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, server.stop)
        await server.serve()

    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(serve())


def free_port() -> int:
    """A port of loopback that nobody listens at."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@contextmanager
def started(command: list[str], ready: str) -> Iterator[int]:
    """A server in its own process, from when it has answered at ``ready``. Gives its process id."""
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        give_up = time.monotonic() + STARTED_MAX_S
        while True:
            try:
                if httpx.get(ready).status_code == 200:
                    break
            except httpx.HTTPError:
                pass
            if process.poll() is not None or time.monotonic() > give_up:
                sys.exit(f"{command[0]} did not start")
            time.sleep(0.1)
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def main() -> None:
    """Measure and print the table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--seconds", type=int, default=3, help="of each route in each round")
    options.add_argument("--connections", type=int, default=32)
    options.add_argument("--empty", type=int, metavar="PORT", help="only serve the empty route")
    chosen = options.parse_args()
    if chosen.empty:
        return serve_empty(chosen.empty)
    if shutil.which("wrk") is None:
        sys.exit("wrk is not installed")
    with tempfile.TemporaryDirectory() as name:
        _measure(Path(name), chosen.rounds, chosen.seconds, chosen.connections)


def _measure(folder: Path, rounds: int, seconds: int, connections: int) -> None:
    console = Console()
    console.print(describe())
    data = folder / "data"
    data.mkdir()
    key = KeyStore(data / KEYS).create("benchmark", [Scope.DECIDE], now_s=int(time.time())).token
    (folder / "terms.yaml").write_text(TERMS)
    write_batches(folder)
    values = {"KEY": key, "PATH": "/v1/decisions", "FOLDER": str(folder), "COUNT": str(BATCHES)}
    singles, arrow = SINGLES, ARROW
    for name, value in values.items():
        singles, arrow = singles.replace(name, value), arrow.replace(name, value)
    empty, gate = free_port(), free_port()
    serve = "import typer; from ecluse.cli.serve import serve; typer.run(serve)"
    gate_command = [sys.executable, "-c", serve, "--data", str(data), "--terms", str(folder / "terms.yaml")]
    empty_command = [sys.executable, "-m", "benchmarks.http", "--empty", str(empty)]
    with (
        started([*gate_command, "--port", str(gate)], f"http://127.0.0.1:{gate}/readyz") as gate_pid,
        started(empty_command, f"http://127.0.0.1:{empty}/") as empty_pid,
    ):
        routes = [
            Route("empty, a single event's body", empty_pid, empty, singles, 1, connections),
            Route("single decisions", gate_pid, gate, singles, 1, connections),
            Route("empty, a batch's body", empty_pid, empty, arrow, EVENTS_A_BATCH, ARROW_CONNECTIONS),
            Route("decisions in Arrow batches of 1,000", gate_pid, gate, arrow, EVENTS_A_BATCH, ARROW_CONNECTIONS),
        ]
        found = [[run_wrk(route, folder, seconds, number) for route in routes] for number in range(rounds)]
    table = Table("route", title=f"HTTP on loopback, one worker; best and median of {rounds} rounds of {seconds} s")
    for column in ("requests/s", "median", "events/s", "median", "p50 ms", "p99 ms", "median", "CPU µs", "median"):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("failed", justify="right")
    for route, runs in zip(routes, zip(*found, strict=True), strict=True):
        table.add_row(route.name, *_cells(route, runs))
    console.print(table)


def _cells(route: Route, runs: Sequence[Figures]) -> Iterator[str]:
    rates = [run.requests_s for run in runs]
    best, median = max(rates), statistics.median(rates)
    yield from (f"{best:,.0f}", f"{median:,.0f}", f"{best * route.events:,.0f}", f"{median * route.events:,.0f}")
    yield f"{statistics.median(run.p50_ms for run in runs):.2f}"
    for values in ([run.p99_ms for run in runs], [run.cpu_us for run in runs]):
        yield from (f"{min(values):,.1f}", f"{statistics.median(values):,.1f}")
    yield str(sum(run.failed for run in runs))


if __name__ == "__main__":
    main()
