"""``ecluse prosody``: put the module for Prosody where Prosody finds it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ecluse.adapters.prosody import InstallError, install

prosody_app = typer.Typer(name="prosody", help="The module for Prosody.", no_args_is_help=True)

SETTINGS = """In prosody.cfg.lua:

plugin_paths = {{ "{folder}" }}
VirtualHost "example.org"
  modules_enabled = {{ "ecluse" }}
  ecluse_socket = "/run/ecluse/gate.sock"
  ecluse_shadow = true -- nothing is held back yet; see docs/prosody.md"""


@prosody_app.callback()
def prosody() -> None:
    """The module for Prosody."""


@prosody_app.command("install")
def install_module(
    folder: Annotated[Path, typer.Argument(help="A folder of Prosody's plugin_paths; made if absent.")],
) -> None:
    """Copy the module there, over an older one, and say what to set."""
    try:
        where = install(folder)
    except InstallError as error:
        typer.echo(f"ecluse prosody: {error}", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"Installed: {where}")
    typer.echo(SETTINGS.format(folder=folder))
