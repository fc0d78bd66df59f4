"""``ecluse keys``: create, list and revoke API keys, beside a running gate or before its first start."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from ecluse.errors import InputError
from ecluse.stores.data import KEYS
from ecluse.stores.keys import KeyStore, Scope

DAY_S = 86_400

keys_app = typer.Typer(name="keys", help="API keys: create, list, revoke.", no_args_is_help=True)

Data = Annotated[Path, typer.Option("--data", envvar="ECLUSE_DATA", help="The gate's data folder.")]


def _store(data: Path) -> KeyStore:
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    return KeyStore(data / KEYS)


def _day(second: int | None) -> str:
    return "" if second is None else datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%d %H:%M")


@keys_app.command("create")
def create(
    name: Annotated[str, typer.Option(help="What the key is for.")],
    scope: Annotated[list[Scope], typer.Option(help="What it allows; may be given several times.")],
    data: Data,
    expires_days: Annotated[int | None, typer.Option(min=1, help="Days until it ends; never, unless given.")] = None,
) -> None:
    """Make a key and print it, this once."""
    now_s = int(time.time())
    expires_s = None if expires_days is None else now_s + expires_days * DAY_S
    try:
        created = _store(data).create(name, scope, now_s=now_s, expires_s=expires_s)
    except InputError as error:
        raise typer.BadParameter(str(error)) from None
    typer.echo(created.token)
    typer.echo("It is shown this once: only its hash is kept.", err=True)


@keys_app.command("list")
def list_keys(data: Data) -> None:
    """List the keys; times are UTC."""
    table = Table("id", "name", "scopes", "created", "expires", "revoked")
    for key in _store(data).list():
        times = (_day(key.created_s), _day(key.expires_s), _day(key.revoked_s))
        table.add_row(key.id, key.name, " ".join(sorted(key.scopes)), *times)
    Console().print(table)


@keys_app.command("revoke")
def revoke(
    key_id: Annotated[str, typer.Argument(help="The key's id: the part between its underscores.")], data: Data
) -> None:
    """End a key; a running gate knows within a second."""
    try:
        key = _store(data).revoke(key_id, now_s=int(time.time()))
    except InputError as error:
        raise typer.BadParameter(str(error)) from None
    typer.echo(f"{key.id} ({key.name}) is revoked.", err=True)
