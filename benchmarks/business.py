"""Sends through the business API, beside single decisions and an empty route of the same server, in the same run.

The load is made by wrk (one thread). Each send is a text to one of many people of the loopback messenger, whose
conversations are open: the window is looked up, the gate judges it with its journal on, it is written with its delivery
in one transaction (SQLite, synced), answered, and brought to the messenger; with a webhook, its statuses are written
too and sent to a receiver on the same machine. Server, wrk and receiver share the machine's cores. CPU time is that of
the server's process, all its threads, for each request.

    python -m benchmarks.business [--rounds 5] [--seconds 5] [--people 10000]
"""

from __future__ import annotations

import argparse
import asyncio
import io
import shutil
import signal
import statistics
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import httpx
from rich.console import Console
from rich.table import Table

from benchmarks.http import (
    SINGLES,
    TERMS,
    Figures,
    Route,
    free_port,
    run_wrk,
    started,
)
from benchmarks.machine import describe
from ecluse.partners import Application
from ecluse.records import Records
from ecluse.records.tables import PartnerRow
from ecluse.service.loop import new_loop
from ecluse.service.partners.office import Office
from ecluse.service.server import create_server
from ecluse.stores.data import KEYS
from ecluse.stores.keys import KeyStore, Scope

NUMBERS = 20
CONNECTIONS = 64
EMPTY = "import sys; from benchmarks.business import serve_receiver; serve_receiver(int(sys.argv[1]))"

SENDS = """
local n = FIRST
local phones = {PHONES}
local headers = {["content-type"] = "application/json", ["authorization"] = "Bearer TOKEN"}
function request()
  n = n + 1
  local person = n % PEOPLE
  return wrk.format("POST", "/v23.0/" .. phones[person % #phones + 1] .. "/messages", headers,
    '{"messaging_product":"whatsapp","recipient_type":"individual","to":"' .. (336000000 + person) ..
    '","type":"text","text":{"body":"Number ' .. n .. '","preview_url":false}}')
end
"""
LOAD_EMPTY = """
function request()
  return wrk.format("POST", "/", {["content-type"] = "application/json"}, '{"a":1}')
end
"""


class Business(NamedTuple):
    """A business that may send. phones: ids of its numbers, and numbers: what people dial, in the same order."""

    token: str
    app: str
    secret: str
    phones: list[str]
    numbers: list[str]


def open_business(data: Path) -> Business:
    """Take a business through everything, trusted at once."""
    records = Records.of_folder(data)
    office, now_s = Office(records, (data / "secret").read_bytes()), int(time.time())
    register = office.register
    applied = register.apply(Application("Bench", "example.org", "DE", "a@example.org"), who="bench", now_s=now_s)
    register.add_document(applied.id, "extract", io.BytesIO(b"x"), who="bench", now_s=now_s)
    register.confirm_domain(applied.id, who="bench", now_s=now_s, how="dns")
    office.decide(applied.id, "verify", who="bench", why="benchmark", now_s=now_s)
    with records.writing() as session:
        session.get_one(PartnerRow, applied.id).status = "trusted"
    numbers = [str(33_100_000_000 + n) for n in range(NUMBERS)]
    phones = [office.add_number(applied.id, number, "Bench", who="bench", now_s=now_s).id for number in numbers]
    _, token = register.create_token(applied.id, "bench", who="bench", now_s=now_s)
    app = office.app(applied.id)
    records.close()
    return Business(token, app.id, app.secret, phones, numbers)


def let_people_write(url: str, keys: dict[str, str], business: Business, people: int) -> float:
    """Let each person write to one of the numbers. Returns messages a second, as the service took them."""

    def write(persons: range) -> None:
        admin, decide = ({"authorization": f"Bearer {keys[scope]}"} for scope in ("admin", "decide"))
        with httpx.Client(base_url=url, timeout=60) as http:
            for person in persons:
                account = str(336_000_000 + person)
                http.put(f"/v1/messenger/people/{account}", json={"name": "Zoe"}, headers=admin).raise_for_status()
                number = business.numbers[person % NUMBERS]
                message = {"id": account, "sender": account, "to": number, "type": "text", "content": {"body": "NEWS"}}
                http.post("/v1/messenger/messages", json=message, headers=decide).raise_for_status()

    begun = time.perf_counter()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, [range(n, people, 8) for n in range(8)]))
    return people / (time.perf_counter() - begun)


def measure(rounds: int, seconds: int, people: int, folder: Path) -> dict[str, list[Figures]]:
    """All figures, by what was measured."""
    data = folder / "data"
    data.mkdir()
    store = KeyStore(data / KEYS)
    keys = {scope.value: store.create(scope, [scope], now_s=int(time.time())).token for scope in Scope}
    store.close()
    (data / "terms.yaml").write_text(TERMS)
    port, empty_port = free_port(), free_port()
    url = f"http://127.0.0.1:{port}"
    serve = [sys.executable, "-m", "ecluse", "serve", "--data", str(data), "--terms", str(data / "terms.yaml")]
    options = ["--port", str(port), "--messenger", "loopback", "--reach-loopback"]
    found: dict[str, list[Figures]] = {}
    with (
        started([*serve, *options], f"{url}/readyz") as pid,
        started([sys.executable, "-c", EMPTY, str(empty_port)], f"http://127.0.0.1:{empty_port}/") as empty_pid,
    ):
        business = open_business(data)
        time.sleep(2.5)
        let_people_write(url, keys, business, people)
        phones = ", ".join(f'"{phone}"' for phone in business.phones)
        sends = SENDS.replace("PHONES", phones).replace("TOKEN", business.token).replace("PEOPLE", str(people))
        singles = SINGLES.replace("KEY", keys["decide"]).replace("PATH", "/v1/decisions")
        routes = [
            Route("an empty route", empty_pid, empty_port, LOAD_EMPTY, 1, CONNECTIONS),
            Route("single decisions", pid, port, singles, 1, CONNECTIONS),
            Route("sends", pid, port, sends, 1, CONNECTIONS),
        ]
        for number in range(rounds):
            for route in routes:
                found.setdefault(route.name, []).append(run_wrk(route, folder, seconds, number + 1))
        params = {
            "object": "whatsapp_business_account",
            "callback_url": f"http://127.0.0.1:{empty_port}/",
            "verify_token": "word",
            "access_token": business.token,
        }
        httpx.post(f"{url}/{business.app}/subscriptions", params=params, timeout=60).raise_for_status()
        told = routes[-1]._replace(name="sends, with webhooks")
        for number in range(rounds):
            found.setdefault(told.name, []).append(run_wrk(told, folder, seconds, rounds + number + 1))
    return found


async def receive(scope: Any, transport: Any) -> None:
    """Give a challenge back, and take whatever is posted."""
    if scope.method == "POST":
        await transport()
    challenge = dict(parse_qsl(scope.query_string)).get("hub.challenge", "{}")
    transport.response_bytes(200, [("content-type", "application/json")], challenge.encode())


def serve_receiver(port: int) -> None:
    """Serve the receiver, which is the empty route too."""

    async def serve() -> None:
        server = create_server(receive, "127.0.0.1", port)
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, server.stop)
        await server.serve()

    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(serve())


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.business", description=__doc__)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--seconds", type=int, default=5)
    options.add_argument("--people", type=int, default=10_000)
    asked = options.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("wrk is needed: apt-get install wrk")
    with tempfile.TemporaryDirectory() as folder:
        found = measure(asked.rounds, asked.seconds, asked.people, Path(folder))
    console = Console()
    console.print(describe())
    table = Table("what", "requests/s", "min-max", "p50 ms", "p99 ms", "CPU µs a request", "failed")
    for name, figures in found.items():
        rates = [one.requests_s for one in figures]
        table.add_row(
            name,
            f"{statistics.median(rates):,.0f}",
            f"{min(rates):,.0f}-{max(rates):,.0f}",
            f"{statistics.median(one.p50_ms for one in figures):.1f}",
            f"{statistics.median(one.p99_ms for one in figures):.1f}",
            f"{statistics.median(one.cpu_us for one in figures):,.0f}",
            str(sum(one.failed for one in figures)),
        )
    console.print(table)


if __name__ == "__main__":
    main()
