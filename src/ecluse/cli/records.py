"""``ecluse records``: the tables of the records, brought to this version."""

from __future__ import annotations

import typer

from ecluse.cli.asking import told
from ecluse.cli.kept import MaybeData, RecordsUrl, records_at
from ecluse.records.migrating import newest

records_app = typer.Typer(help="The records: sanctions, notices, appeals, reports, cases, audit.", no_args_is_help=True)


@records_app.command("migrate")
def migrate(records: RecordsUrl = None, data: MaybeData = None) -> None:
    """Make the tables, or bring them to this version. For SQLite this happens by itself."""
    with told("records migrate"), records_at(data, records, migrate=True) as found:
        typer.echo(f"The records are of revision {found.revision()}.")


@records_app.command("status")
def status(records: RecordsUrl = None, data: MaybeData = None) -> None:
    """Say of which revision the tables are, and which this version needs."""
    with told("records status"), records_at(data, records) as found:
        typer.echo(f"The records are of revision {found.revision()}; this version needs {newest()}.")
