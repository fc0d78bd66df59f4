"""The command line: the same verbs as the library."""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated

import typer

from ecluse.cli.lazy import LazyGroup

app = typer.Typer(
    name="ecluse",
    cls=LazyGroup,
    help="Écluse: the gate between a messaging service's senders and their recipients.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(version("ecluse"))
        raise typer.Exit


@app.callback()
def main(
    _: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which version.")] = False,
) -> None:
    """Let every boat through, and hold the flood back."""
