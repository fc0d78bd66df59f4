"""``ecluse accounts`` and ``ecluse retention``: what is held of an account, its erasure, and what is kept how long."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import httpx
import msgspec
import typer
from rich.console import Console
from rich.table import Table

from ecluse.cli.asking import told
from ecluse.cli.kept import Data, RecordsUrl, records_at, who
from ecluse.errors import EcluseError
from ecluse.gate.acts import Erase
from ecluse.rights.erasure import erase_account
from ecluse.rights.forms import erased_form
from ecluse.rights.held import held_of
from ecluse.rights.retention import Retention, run_retention
from ecluse.service.accounts import account_form
from ecluse.stores.remembering import RememberingGate

TIMEOUT_S = 60.0

accounts_app = typer.Typer(name="accounts", help="An account's rights: export, erase.", no_args_is_help=True)
retention_app = typer.Typer(name="retention", help="How long records are kept.", no_args_is_help=True)

Account = Annotated[str, typer.Argument(help="The account's id.")]
Url = Annotated[str | None, typer.Option(envvar="ECLUSE_URL", help="Of a running gate; else its data folder.")]
Key = Annotated[str | None, typer.Option(envvar="ECLUSE_KEY", help="An API key with the scope admin.")]
Folder = Annotated[Path | None, typer.Option("--data", envvar="ECLUSE_DATA", help="The data folder of a stopped gate.")]
Keep = Annotated[
    list[str] | None, typer.Option("--keep", envvar="ECLUSE_KEEP", help="KIND=DAYS; may be given several times.")
]


class AnsweredError(EcluseError):
    """A gate answered with a problem."""


@accounts_app.command("export")
def export(
    account: Account,
    data: Folder = None,
    url: Url = None,
    key: Key = None,
    out: Annotated[Path | None, typer.Option(help="A file for it; on the terminal, unless given.")] = None,
    records: RecordsUrl = None,
) -> None:
    """Write all that is held of an account as JSON."""
    with told("accounts export"):
        if url is not None:
            content = _ask("GET", url, account, "data", key)
        else:
            with RememberingGate(_folder(data), None) as gate, records_at(_folder(data), records) as kept:
                seen = gate.account(account)
                ledger = account_form(account, seen) if seen.known else None
                with kept.reading() as session:
                    content = msgspec.json.encode(held_of(session, account, ledger))
        content = msgspec.json.format(content, indent=1) + b"\n"
        if out is not None:
            out.write_bytes(content)
    if out is None:
        typer.echo(content.decode(), nl=False)


@accounts_app.command("erase")
def erase(
    account: Account,
    data: Folder = None,
    url: Url = None,
    key: Key = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    records: RecordsUrl = None,
) -> None:
    """Erase an account from ledgers and records, and say what was kept."""
    if not yes:
        typer.confirm(f"Erase all of {account}? It can't be undone.", abort=True)
    with told("accounts erase"):
        if url is not None:
            content = _ask("POST", url, account, "erasure", key)
        else:
            now_s = int(time.time())
            with RememberingGate(_folder(data), None) as gate, records_at(_folder(data), records) as kept:
                gate.act([Erase(account)], now_s)
                with kept.writing() as session:
                    erased = erase_account(session, account, gate.secret, now_s=now_s, who=who())
            content = msgspec.json.encode(erased_form(account, erased))
    typer.echo(msgspec.json.format(content, indent=1).decode())


def _folder(data: Path | None) -> Path:
    if data is None:
        raise typer.BadParameter("either --url or --data", param_hint="--data")
    return data


def _ask(method: str, url: str, account: str, what: str, key: str | None) -> bytes:
    """Ask a running gate. Raises AnsweredError."""
    headers = {} if key is None else {"authorization": f"Bearer {key}"}
    path = f"/v1/accounts/{quote(account, safe='')}/{what}"
    try:
        answer = httpx.request(method, url.rstrip("/") + path, headers=headers, timeout=TIMEOUT_S)
    except httpx.TransportError as error:
        raise AnsweredError(f"{url} cannot be reached: {error}") from None
    if answer.status_code != httpx.codes.OK:
        problem: dict[str, Any] = answer.json() if "json" in answer.headers.get("content-type", "") else {}
        raise AnsweredError(problem.get("detail") or problem.get("title") or f"status {answer.status_code}")
    return answer.content


@retention_app.command("show")
def show(keep: Keep = None) -> None:
    """Show for how many days each kind of record is kept."""
    with told("retention show"):
        retention = Retention.of(keep or ())
    table = Table("kind", "days")
    for kind in Retention.__struct_fields__:
        table.add_row(kind, str(getattr(retention, kind)))
    Console().print(table)


@retention_app.command("run")
def run(data: Data, keep: Keep = None, records: RecordsUrl = None) -> None:
    """Let go what is kept no longer. A running service does so once a day."""
    with told("retention run"):
        retention = Retention.of(keep or ())
        with records_at(data, records) as kept, kept.writing() as session:
            found = run_retention(session, retention, now_s=int(time.time()), who=who())
    for kind, rows in found.items():
        typer.echo(f"{kind}: {rows}")
    typer.echo("Nothing was kept for too long." if not found else "That is all.", err=True)
