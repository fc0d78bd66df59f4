"""``ecluse explain``: what the gate knows of an account, and how far each rule is from its limit."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ecluse import wire
from ecluse.client import Client
from ecluse.errors import EcluseError
from ecluse.ledger import WINDOWS
from ecluse.service.accounts import account_form
from ecluse.service.routes import second_of
from ecluse.stores.remembering import read_gate

ROWS_SHOWN: Final = 20


def explain(
    account: Annotated[str, typer.Argument(help="The account's id.")],
    url: Annotated[str | None, typer.Option(envvar="ECLUSE_URL", help="Of a running gate.")] = None,
    key: Annotated[str | None, typer.Option(envvar="ECLUSE_KEY", help="An API key with the scope read.")] = None,
    data: Annotated[
        Path | None,
        typer.Option(envvar="ECLUSE_DATA", exists=True, file_okay=False, help="Or the data folder of a stopped one."),
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(help="As of when: RFC 3339, epoch ms or latest. A running gate: now. A folder: latest."),
    ] = None,
    rows: Annotated[int, typer.Option(help="Rows of the ledger to show, the newest first.")] = ROWS_SHOWN,
) -> None:
    """Show an account's ledger, its signals, and each rule's distance to its limit."""
    if (url is None) == (data is None):
        raise typer.BadParameter("either --url or --data", param_hint="--url")
    console = Console()
    try:
        found = _ask(url, key, account, at) if url is not None else _read(data, account, at)
    except EcluseError as error:
        Console(stderr=True).print(f"[red]ecluse explain:[/] {escape(str(error))}", highlight=False)
        raise typer.Exit(1) from None
    show(found, console, rows)


def _ask(url: str, key: str | None, account: str, at: str | None) -> wire.Account:
    with Client(url, key=key) as client:
        return client.account(account, at=at)


def _read(data: Path | None, account: str, at: str | None) -> wire.Account:
    assert data is not None
    gate = read_gate(data).gate
    return account_form(account, gate.account(account, second_of(at or "latest")))


def account_of(account: str, url: str | None, key: str | None, data: Path) -> wire.Account:
    """An account as it stands now, by a running gate, or at its latest event, by the data folder of a stopped one.

    Raises EcluseError.
    """
    return _read(data, account, None) if url is None else _ask(url, key, account, None)


def show(account: wire.Account, console: Console, rows: int = ROWS_SHOWN) -> None:
    """Print an account as three tables; ? is unknown."""
    if not account.known:
        console.print(f"The gate knows nothing of [bold]{escape(account.account)}[/].")
        return
    console.print(f"[bold]{escape(account.account)}[/], {account.kind}, as of {_time(account.at_s)}")
    console.print(f"registered {_time(account.registered_s, 'unknown')}, last sent {_time(account.last_send_s)}")
    console.print(_ledger(account.rows, rows))
    console.print(_signals(account.signals))
    console.print(_limits(account))


def _ledger(rows: list[wire.LedgerRow], shown: int) -> Table:
    title = f"Ledger: {len(rows)} {'peer' if len(rows) == 1 else 'peers'}"
    if shown < len(rows):
        title += f", the newest {shown}"
    table = Table("peer", "kind", "first wrote", "last wrote", "last heard", title=title, title_justify="left")
    table.add_column("unanswered", justify="right")
    for row in rows[:shown]:
        kind = f"{row.kind} of {row.members}" if row.kind == "group" else row.kind
        times = map(_time, (row.first_wrote_s, row.last_wrote_s, row.last_heard_s))
        table.add_row(row.peer, kind, *times, str(row.unanswered))
    return table


def _signals(signals: list[wire.SignalValue]) -> Table:
    """A line a signal, a column a window; what has no window stands in the first column."""
    lines: dict[str, dict[str, str]] = {}
    units = {}
    for signal in signals:
        name, _, window = signal.signal.partition(".")
        lines.setdefault(name, {})[window] = _number(signal.value)
        units[name] = signal.unit
    table = Table("signal", title="Signals", title_justify="left")
    for window in WINDOWS:
        table.add_column(window, justify="right", no_wrap=True)
    table.add_column("unit")
    for name, values in lines.items():
        cells = [values[""]] if "" in values else [values[window] for window in WINDOWS]
        table.add_row(name, *cells, *[""] * (len(WINDOWS) - len(cells)), units[name])
    return table


def _limits(account: wire.Account) -> Table:
    table = Table(
        "rule", "condition", title=f"Limits of {escape(account.terms or 'no terms yet')}", title_justify="left"
    )
    table.add_column("now", justify="right")
    table.add_column("to the limit", justify="right")
    for limit in account.limits:
        distance = "" if limit.value is None else _number(limit.limit - limit.value)
        condition = f"{limit.signal} {limit.comparison} {_number(limit.limit)} {limit.unit}"
        rule = limit.rule if limit.scope is None else f"{limit.rule}, in {limit.scope}"
        table.add_row(escape(rule), condition, _number(limit.value), "[red]holds[/]" if limit.holds else distance)
    return table


def _number(value: float | None) -> str:
    return "?" if value is None else f"{value:,.4g}" if value % 1 else f"{value:,.0f}"


def _time(second: int | None, absent: str = "never") -> str:
    return absent if second is None else datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%d %H:%M:%S")
