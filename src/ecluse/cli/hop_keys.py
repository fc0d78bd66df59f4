"""``ecluse hop-keys``: rotate, list and retire the keys of hop tokens, beside a running gate or before its start."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from ecluse.errors import InputError
from ecluse.stores.data import HOP_KEYS
from ecluse.stores.hop_keys import HopKeyStore

hop_keys_app = typer.Typer(name="hop-keys", help="Keys of hop tokens: rotate, list, retire.", no_args_is_help=True)

Data = Annotated[Path, typer.Option("--data", envvar="ECLUSE_DATA", help="The gate's data folder.")]


def _store(data: Path) -> HopKeyStore:
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    return HopKeyStore(data / HOP_KEYS)


def _day(second: int | None) -> str:
    return "" if second is None else datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%d %H:%M")


@hop_keys_app.command("rotate")
def rotate(data: Data) -> None:
    """Issue tokens with a new key; those of the keys before stay good. A running gate knows within a second."""
    try:
        key = _store(data).rotate(now_s=int(time.time()))
    except InputError as error:
        raise typer.BadParameter(str(error)) from None
    typer.echo(key.id)


@hop_keys_app.command("list")
def list_keys(data: Data) -> None:
    """List the keys; times are UTC."""
    table = Table("id", "created", "retired", "")
    for key in _store(data).everything():
        table.add_row(key.id, _day(key.created_s), _day(key.retired_s), "current" if key.current else "")
    Console().print(table)


@hop_keys_app.command("retire")
def retire(key_id: Annotated[str, typer.Argument(help="The key's id.")], data: Data) -> None:
    """End a key that is not current and forget it: forwards with its tokens are at fault from now on."""
    try:
        key = _store(data).retire(key_id, now_s=int(time.time()))
    except InputError as error:
        raise typer.BadParameter(str(error)) from None
    typer.echo(f"{key.id} is retired.", err=True)
