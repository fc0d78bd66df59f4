"""What commands share that ask a running gate, or read the data folder of a stopped one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Final

import typer

from ecluse.errors import InputError
from ecluse.gate import Gate
from ecluse.stores.remembering import read_gate

URL_VARIABLE: Final = "ECLUSE_URL"
DATA_VARIABLE: Final = "ECLUSE_DATA"

GateUrl = Annotated[str | None, typer.Option("--url", envvar=URL_VARIABLE, help="Of a running gate.")]
GateKey = Annotated[str | None, typer.Option("--key", envvar="ECLUSE_KEY", help="An API key with the scope read.")]
GateData = Annotated[
    Path | None, typer.Option("--data", envvar=DATA_VARIABLE, help="Or the data folder of a stopped one.")
]


def is_running(url: str | None, data: Path | None) -> bool:
    """Whether a running gate is to be asked. Raises InputError.

    The address counts if both are given; but a folder that was named in the command counts before an address that
    comes from a variable.
    """
    if url is None and data is None:
        raise InputError("url", None, "the address of a running gate; give --url, or --data for a stopped one")
    named = data is not None and str(data) != os.environ.get(DATA_VARIABLE)
    return url is not None and not (named and url == os.environ.get(URL_VARIABLE))


def folder_of(data: Path | None) -> Path:
    """The data folder of a gate. Raises InputError."""
    if data is None or not data.is_dir():
        raise InputError("data", str(data), "a folder that is there")
    return data


def gate_in(data: Path | None) -> Gate:
    """What the gate of a data folder knows. Raises EcluseError."""
    return read_gate(folder_of(data)).gate
