"""``ecluse records``: the tables of the records, brought to this version."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from ecluse.cli.asking import told
from ecluse.records import FILE, Records
from ecluse.records.migrating import newest

records_app = typer.Typer(help="The records: sanctions, notices, appeals, reports, cases, audit.", no_args_is_help=True)

Url = Annotated[
    str | None,
    typer.Option("--records", envvar="ECLUSE_RECORDS", help="postgresql://USER@HOST/DATABASE, or sqlite:///PATH."),
]
Data = Annotated[
    Path | None,
    typer.Option(envvar="ECLUSE_DATA", exists=True, file_okay=False, help="Or their data folder."),
]


@contextmanager
def opened(records: str | None, data: Path | None, *, migrate: bool = False) -> Iterator[Records]:
    """The records at an address or in a data folder. Raises EcluseError."""
    if records is None and data is None:
        raise typer.BadParameter("either --records or --data", param_hint="--records")
    with Records(records if records is not None else (data or Path()) / FILE, migrate=migrate) as found:
        yield found


@records_app.command("migrate")
def migrate(records: Url = None, data: Data = None) -> None:
    """Make the tables, or bring them to this version. For SQLite this happens by itself."""
    with told("records migrate"), opened(records, data, migrate=True) as found:
        typer.echo(f"The records are of revision {found.revision()}.")


@records_app.command("status")
def status(records: Url = None, data: Data = None) -> None:
    """Say of which revision the tables are, and which this version needs."""
    with told("records status"), opened(records, data) as found:
        typer.echo(f"The records are of revision {found.revision()}; this version needs {newest()}.")
