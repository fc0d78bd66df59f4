"""A real gate in its own process, at a port of loopback of its own, for the tests of everything that speaks HTTP."""

from __future__ import annotations

import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx

from ecluse.stores.data import KEYS
from ecluse.stores.keys import KeyStore, Scope

TERMS = """
id: test
version: "1"
title: Terms of the tests
rules:
  - id: three-strangers
    clause: You may write to three strangers an hour.
    when: [strangers.1h > 3]
    then: refuse
  - id: forwarded
    clause: What was forwarded says so.
    kinds: [forward]
    when: [forward_hops >= 1]
    then: label
    label: forwarded
"""
STARTED_MAX_S = 600
SERVE = "import typer; from ecluse.cli.serve import serve; typer.run(serve)"


class Running(NamedTuple):
    """A gate that runs. keys: one for each scope, by its name."""

    url: str
    port: int
    keys: dict[str, str]
    process: subprocess.Popen[bytes]
    data: Path

    def http(self, scope: str | None = None) -> httpx.Client:
        """A plain HTTP client, with the key of a scope."""
        headers = {} if scope is None else {"authorization": f"Bearer {self.keys[scope]}"}
        return httpx.Client(base_url=self.url, headers=headers, timeout=30)

    def post(self, body: Any, path: str = "/v1/decisions", scope: str = "decide") -> httpx.Response:
        """Post JSON."""
        with self.http(scope) as http:
            return http.post(path, json=body)

    def memory_bytes(self) -> int:
        """Resident memory of the process, where there is /proc."""
        return int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]) * resource.getpagesize()


def free_port() -> int:
    """A port of loopback that nobody listens at."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def now_ms() -> int:
    """The machine's clock: the door takes no events of the future."""
    return int(time.time() * 1000)


def send(sender: str, *recipients: str, **fields: Any) -> dict[str, Any]:
    """A send, as JSON."""
    return {"kind": "send", "at": now_ms(), "sender": sender, "recipients": list(recipients), **fields}


def start(data: Path, *options: str) -> tuple[subprocess.Popen[bytes], int]:
    """Start ``ecluse serve`` on a data folder."""
    port = free_port()
    command = [sys.executable, "-c", SERVE, "--data", str(data), "--port", str(port), "--memory", "64 MiB", *options]
    return subprocess.Popen(command, stderr=subprocess.PIPE), port


def wait(process: subprocess.Popen[bytes], url: str) -> None:
    """Wait until a gate is ready."""
    give_up = time.monotonic() + STARTED_MAX_S
    while process.poll() is None and time.monotonic() < give_up:
        try:
            if httpx.get(f"{url}/readyz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    process.kill()
    assert process.stderr is not None
    raise AssertionError(process.stderr.read().decode())


@contextmanager
def running(data: Path, *options: str) -> Iterator[Running]:
    """A gate on a data folder, until the end of the block, where it stops and must have stopped well."""
    data.mkdir(exist_ok=True)
    store = KeyStore(data / KEYS)
    keys = {scope.value: store.create(scope, [scope], now_s=int(time.time())).token for scope in Scope}
    store.close()
    if not (data / "terms.yaml").exists():
        (data / "terms.yaml").write_text(TERMS)
    process, port = start(data, "--terms", str(data / "terms.yaml"), *options)
    url = f"http://127.0.0.1:{port}"
    try:
        wait(process, url)
        yield Running(url, port, keys, process, data)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.wait()
        assert process.stderr is not None
        process.stderr.close()
