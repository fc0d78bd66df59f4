"""What commands on the records share: where they are, and who asks."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Annotated

import typer

from ecluse.errors import InputError
from ecluse.records import Records
from ecluse.terms.fields import EXPECTED_DATE, read_moment

Data = Annotated[Path, typer.Option("--data", envvar="ECLUSE_DATA", help="The gate's data folder.")]
MaybeData = Annotated[
    Path | None,
    typer.Option("--data", envvar="ECLUSE_DATA", exists=True, file_okay=False, help="The gate's data folder."),
]
RecordsUrl = Annotated[
    str | None,
    typer.Option("--records", envvar="ECLUSE_RECORDS", help="Records elsewhere: postgresql://... or sqlite:///..."),
]


def records_at(data: Path | None, url: str | None, *, migrate: bool = False) -> Records:
    """The records of a data folder, or those at ``url``. migrate: bring them to this version. Raises EcluseError."""
    if url is not None:
        return Records(url, migrate=migrate)
    if data is None:
        raise typer.BadParameter("either --records or --data", param_hint="--records")
    if not data.is_dir():
        raise InputError("data", str(data), "a folder that is there")
    return Records.of_folder(data)


def who() -> str:
    """Who gives a command, for the audit."""
    try:
        return f"command line ({getpass.getuser()})"
    except (KeyError, OSError):
        return "command line"


def second_at(field: str, text: str) -> int:
    """The second of a date or time. Raises InputError."""
    second = read_moment(text)
    if second is None:
        raise InputError(field, text, EXPECTED_DATE)
    return second
