"""The command line: the same verbs as the library."""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated

import typer

from ecluse.cli.content import content_app
from ecluse.cli.demo import demo
from ecluse.cli.explain import explain
from ecluse.cli.keys import keys_app
from ecluse.cli.lab import lab_app
from ecluse.cli.replay import replay
from ecluse.cli.serve import serve
from ecluse.cli.simulate import simulate
from ecluse.cli.terms import terms_app

app = typer.Typer(
    name="ecluse",
    help="Écluse: the gate between a messaging service's senders and their recipients.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(demo)
app.command()(serve)
app.command()(replay)
app.command()(explain)
app.command()(simulate)
app.add_typer(terms_app, name="terms")
app.add_typer(keys_app, name="keys")
app.add_typer(lab_app, name="lab")
app.add_typer(content_app, name="content")


def _version(asked: bool) -> None:
    if asked:
        typer.echo(version("ecluse"))
        raise typer.Exit


@app.callback()
def main(
    _: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which version.")] = False,
) -> None:
    """Let every boat through, and hold the flood back."""
