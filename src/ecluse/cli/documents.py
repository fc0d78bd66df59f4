"""Documents of terms as arguments of commands: read, or their faults shown and exit code 1."""

from __future__ import annotations

from pathlib import Path

import typer

from ecluse.cli.excerpt import excerpt
from ecluse.errors import InputError
from ecluse.terms import Terms, TermsError, load_terms


def load_document(document: str) -> Terms:
    """Read terms from a file, or shipped ones by their id. Shows every fault and exits if there are any."""
    try:
        return load_terms(document)
    except InputError as error:
        raise typer.BadParameter(str(error)) from None
    except TermsError as error:
        _show_faults(error)
        raise typer.Exit(1) from None


def _show_faults(error: TermsError) -> None:
    lines = Path(error.source).read_text(encoding="utf-8-sig", errors="replace").split("\n")
    for fault, line in zip(error.faults, error.lines, strict=True):
        typer.echo(line, err=True)
        typer.echo(excerpt(lines, fault.line, fault.column), err=True)
    count = len(error.faults)
    typer.echo(f"{count} fault{'s' if count > 1 else ''}.", err=True)
