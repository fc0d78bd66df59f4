"""What commands share that ask a running gate, or read the data folder of a stopped one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ecluse.errors import InputError
from ecluse.gate import Gate
from ecluse.stores.remembering import read_gate

GateUrl = Annotated[str | None, typer.Option("--url", envvar="ECLUSE_URL", help="Of a running gate.")]
GateKey = Annotated[str | None, typer.Option("--key", envvar="ECLUSE_KEY", help="An API key with the scope read.")]
GateData = Annotated[
    Path | None, typer.Option("--data", envvar="ECLUSE_DATA", help="Or the data folder of a stopped one.")
]


def is_running(url: str | None, data: Path | None) -> bool:
    """Whether a running gate is to be asked: the address counts if both are given. Raises InputError."""
    if url is None and data is None:
        raise InputError("url", None, "there, or --data")
    return url is not None


def folder_of(data: Path | None) -> Path:
    """The data folder of a gate. Raises InputError."""
    if data is None or not data.is_dir():
        raise InputError("data", str(data), "a folder that is there")
    return data


def gate_in(data: Path | None) -> Gate:
    """What the gate of a data folder knows. Raises EcluseError."""
    return read_gate(folder_of(data)).gate
