"""``ecluse demo``: a gate, made-up traffic through its HTTP door, and who was stopped."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Final

import httpx
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from ecluse import replay as replays
from ecluse.errors import EcluseError
from ecluse.lab import Traffic, TrafficOptions, make_traffic
from ecluse.lab.stopped import bulk_senders, ordinary_people
from ecluse.stores.data import KEYS
from ecluse.stores.keys import KeyStore, Scope
from ecluse.terms import load_terms

ARROW: Final = "application/vnd.apache.arrow.stream"
EVENTS_A_REQUEST: Final = 1_000
START_S: Final = 300.0
MEMORY_BYTES: Final = 256 << 20


def demo(
    people: Annotated[int, typer.Option(min=10, max=100_000, help="People of the made-up population.")] = 1_000,
    days: Annotated[int, typer.Option(min=1, max=60, help="Days of the made-up log.")] = 14,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same log.")] = 7,
    terms: Annotated[str, typer.Option(help="Terms to judge by: a file, or the id of a shipped document.")] = "starter",
    out: Annotated[Path, typer.Option(help="Folder for the log and the report.")] = Path("demo"),
) -> None:
    """Start a gate, send it made-up traffic over HTTP, and say who was stopped."""
    console = Console()
    try:
        load_terms(terms)
        out.mkdir(parents=True, exist_ok=True)
        with Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TimeRemainingColumn(),
            console=console,
            transient=True,
        ) as progress:
            traffic = _make(TrafficOptions(people=people, days=days, seed=seed), progress)
            with TemporaryDirectory(prefix="ecluse-") as folder, _gate(Path(folder), terms, progress) as client:
                started = time.perf_counter()
                outcomes, refused = _send(traffic, client, progress)
                took_s = time.perf_counter() - started
            report = _report(traffic, terms, out, progress)
    except (EcluseError, OSError, httpx.HTTPError) as error:
        Console(stderr=True).print(f"[red]ecluse demo:[/] {error}", highlight=False, markup=True)
        raise typer.Exit(1) from None
    events = traffic.events.num_rows
    console.print(f"\n{events:,} events judged over HTTP in {took_s:.1f} s, {events / took_s:,.0f} a second.\n")
    if refused is not None:
        console.print("The first refusal by a single rule, as the service gets it:")
        console.print_json(json.dumps(refused))
    console.print(_senders(traffic, outcomes))
    felt = ordinary_people(traffic, outcomes)
    console.print(
        f"Ordinary people: {felt.refused:,} of {felt.people:,} were ever refused a send "
        f"({felt.refused_sends:,} of their {felt.sends:,} events)."
    )
    console.print(f"Report: [bold]{report}[/]   (open it in a browser; it needs no network)")


def _make(options: TrafficOptions, progress: Progress) -> Traffic:
    task = progress.add_task(f"making up {options.people:,} people, a newsletter service and spammers", total=None)
    traffic = make_traffic(options)
    progress.update(task, visible=False)
    return traffic


@contextmanager
def _gate(folder: Path, terms: str, progress: Progress) -> Iterator[httpx.Client]:
    """A gate in a process of its own, on a free port of this machine; stopped at the end."""
    task = progress.add_task("starting a gate (the first time its kernels are compiled: a minute or two)", total=None)
    data = folder / "data"
    data.mkdir()
    keys = KeyStore(data / KEYS)
    key = keys.create("demo", [Scope.DECIDE, Scope.READ], now_s=int(datetime.now(UTC).timestamp()))
    keys.close()
    port = _free_port()
    log = folder / "gate.log"
    options = ["--data", str(data), "--terms", terms, "--port", str(port), "--memory", str(MEMORY_BYTES)]
    with log.open("wb") as output:
        process = subprocess.Popen([sys.executable, "-m", "ecluse", "serve", *options], stdout=output, stderr=output)
    url = f"http://127.0.0.1:{port}"
    try:
        with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {key.token}"}, timeout=60) as client:
            _wait(client, process, log)
            progress.update(task, visible=False)
            yield client
    finally:
        process.terminate()
        process.wait(timeout=60)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait(client: httpx.Client, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the gate is ready. Raises OSError with the end of its log if it never is."""
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if client.get("/readyz").status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise OSError(f"the gate did not start: {log.read_text(errors='replace')[-2_000:]}")


def _send(traffic: Traffic, client: httpx.Client, progress: Progress) -> tuple[pa.Array, dict[str, object] | None]:
    """Send every event, in Arrow. Returns the outcomes and, in JSON, the first refusal that rests on one rule."""
    task = progress.add_task("sending events over HTTP", total=traffic.events.num_rows)
    parts: list[pa.Array] = []
    refused: dict[str, object] | None = None
    for batch in traffic.events.to_batches(max_chunksize=EVENTS_A_REQUEST):
        answer = client.post("/v1/decisions", content=_arrow(batch), headers={"Content-Type": ARROW})
        answer.raise_for_status()
        verdicts = pa.ipc.open_stream(answer.content).read_all()
        outcomes = verdicts["outcome"].combine_chunks().cast(pa.string())
        parts.append(outcomes)
        if refused is None:
            by_one_rule = pc.and_(pc.equal(outcomes, "refuse"), pc.equal(pc.list_value_length(verdicts["rules"]), 1))
            place = pc.index(by_one_rule, True).as_py()
            if place >= 0:
                refused = _again(batch.slice(place, 1), client)
        progress.update(task, advance=batch.num_rows)
    return pa.concat_arrays(parts), refused


def _arrow(batch: pa.RecordBatch) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    return bytes(sink.getvalue())


def _again(event: pa.RecordBatch, client: httpx.Client) -> dict[str, object]:
    """Ask for an event again, in JSON: an event is decided once, so it is the same verdict."""
    fields = {name: value for name, value in event.to_pylist()[0].items() if value is not None}
    form = json.dumps(fields, default=lambda time: time.isoformat())
    answer = client.post("/v1/decisions", content=form, headers={"Content-Type": "application/json"})
    answer.raise_for_status()
    verdict: dict[str, object] = answer.json()
    return verdict


def _report(traffic: Traffic, terms: str, out: Path, progress: Progress) -> Path:
    """Write the log, replay it by the same terms, and write the report. Returns where it is."""
    log, report = out / "events.parquet", out / "report.html"
    task = progress.add_task("replaying the same log for the report", total=traffic.events.num_rows)
    pq.write_table(traffic.events, log)
    replays.replay(
        replays.Logs([log], replays.Naming(), None),
        load_terms(terms),
        report=report,
        memory_bytes=MEMORY_BYTES,
        watch=lambda _, events: progress.update(task, completed=events),
    )
    return report


def _senders(traffic: Traffic, outcomes: pa.Array) -> Table:
    table = Table(title="Who sends in bulk, and how many people they reached", title_justify="left")
    table.add_column("account", no_wrap=True)
    for name in ("meant", "until refused", "in all", "sends", "refused"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("since", no_wrap=True)
    for account in bulk_senders(traffic, outcomes):
        numbers = (account.recipients, account.before, account.reached, account.sends, account.refused)
        table.add_row(account.account, *(f"{number:,}" for number in numbers), account.refused_at or "never")
    return table
