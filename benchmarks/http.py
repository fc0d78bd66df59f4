"""HTTP on loopback: decisions a second, beside an empty route of the same server, in the same run.

The load is made by wrk (one thread), the gate serves with its journal on and API keys asked for. Single decisions:
every request another of a million senders, with its own event id. Arrow: batches of 1,000, without ids, as wrk would
otherwise send events that were decided before. Server and wrk share the machine's cores.

    python -m benchmarks.http [--seconds 10] [--connections 32]
"""

from __future__ import annotations

import argparse
import asyncio
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import numpy as np
import pyarrow as pa
from rich.console import Console
from rich.table import Table

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
STARTED_MAX_S = 300

SINGLES = """
local n, now = 0, os.time() * 1000
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
    """What wrk measured."""

    requests_s: float
    p50_ms: float
    p99_ms: float
    failed: int


def run_wrk(url: str, script: str, folder: Path, seconds: int, connections: int) -> Figures:
    """Make load for some seconds."""
    path = folder / "load.lua"
    path.write_text(script)
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", str(path), url]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    assert rate is not None, said
    return Figures(float(rate[1]), _latency_ms(said, 50), _latency_ms(said, 99), int(failed[1]) if failed else 0)


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
def started(command: list[str], ready: str) -> Iterator[None]:
    """A server in its own process, until it has answered at ``ready``."""
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
        yield
    finally:
        process.terminate()
        process.wait()


def main() -> None:
    """Measure and print the table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seconds", type=int, default=10)
    options.add_argument("--connections", type=int, default=32)
    options.add_argument("--empty", type=int, metavar="PORT", help="only serve the empty route")
    chosen = options.parse_args()
    if chosen.empty:
        return serve_empty(chosen.empty)
    if shutil.which("wrk") is None:
        sys.exit("wrk is not installed")
    with tempfile.TemporaryDirectory() as name:
        _measure(Path(name), chosen.seconds, chosen.connections)


def _measure(folder: Path, seconds: int, connections: int) -> None:
    data = folder / "data"
    data.mkdir()
    key = KeyStore(data / KEYS).create("benchmark", [Scope.DECIDE], now_s=int(time.time())).token
    (folder / "terms.yaml").write_text(TERMS)
    write_batches(folder)
    empty, gate = free_port(), free_port()
    serve = "import typer; from ecluse.cli.serve import serve; typer.run(serve)"
    gate_command = [sys.executable, "-c", serve, "--data", str(data), "--terms", str(folder / "terms.yaml")]
    empty_command = [sys.executable, "-m", "benchmarks.http", "--empty", str(empty)]
    table = Table("route", "requests/s", "events/s", "p50 ms", "p99 ms", "failed", title="HTTP on loopback, one worker")
    with (
        started([*gate_command, "--port", str(gate)], f"http://127.0.0.1:{gate}/readyz"),
        started(empty_command, f"http://127.0.0.1:{empty}/"),
    ):
        for route, port, script, events, wide in (
            ("empty, a single event's body", empty, SINGLES, 1, connections),
            ("single decisions", gate, SINGLES, 1, connections),
            ("empty, a batch's body", empty, ARROW, EVENTS_A_BATCH, 4),
            ("decisions in Arrow batches of 1,000", gate, ARROW, EVENTS_A_BATCH, 4),
        ):
            path = "/v1/decisions"
            filled = script.replace("KEY", key).replace("PATH", path).replace("FOLDER", str(folder))
            filled = filled.replace("COUNT", str(BATCHES))
            found = run_wrk(f"http://127.0.0.1:{port}", filled, folder, seconds, wide)
            figures = (f"{found.requests_s:,.0f}", f"{found.requests_s * events:,.0f}")
            table.add_row(route, *figures, f"{found.p50_ms:.2f}", f"{found.p99_ms:.2f}", str(found.failed))
    Console().print(table)


if __name__ == "__main__":
    main()
