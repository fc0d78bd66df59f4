"""``ecluse doctor``: finds the states in which a Matrix server or room is open and nobody is told."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path
from typing import Annotated

import httpx
import typer
from rich.console import Console
from rich.markup import escape

from ecluse.adapters.policy.doctor import (
    Finding,
    failed,
    look_at_gate,
    look_at_metrics,
    look_at_room,
    look_at_server,
    read_metrics,
    read_room,
)
from ecluse.adapters.policy.keys import load_keys
from ecluse.cli.asking import told


def doctor(
    gate: Annotated[str | None, typer.Option(help="A gate's line door: its socket, or HOST:PORT.")] = None,
    key_file: Annotated[Path | None, typer.Option(help="A file with the API key; a socket needs none.")] = None,
    metrics: Annotated[str | None, typer.Option(help="URL of Synapse's metrics, to look at the module.")] = None,
    homeserver: Annotated[str | None, typer.Option(help="URL of the homeserver that has the room.")] = None,
    homeserver_name: Annotated[
        str | None, typer.Option(help="Its server name, if not that of the token's holder.")
    ] = None,
    token_file: Annotated[
        Path | None, typer.Option(help="A file with the access token of somebody in the room.")
    ] = None,
    room: Annotated[str | None, typer.Option(help="The room's id.")] = None,
    policy_data: Annotated[Path | None, typer.Option(help="The policy server's folder, to compare its key.")] = None,
    policy_name: Annotated[str | None, typer.Option(help="The policy server's name, to ask it.")] = None,
    policy_url: Annotated[str | None, typer.Option(help="Where it listens, if not at its name.")] = None,
    ca: Annotated[Path | None, typer.Option(help="Certificates that it is trusted by, in PEM.")] = None,
) -> None:
    """Look at a gate, Synapse's module, a policy server and a room that names it. Leaves with 1 if one is open."""
    findings: list[Finding] = []
    if room is not None and (homeserver is None or token_file is None):
        raise typer.BadParameter("a room is looked at with --homeserver and --token-file", param_hint="--room")
    with told("doctor"):
        if gate is not None:
            findings.append(asyncio.run(look_at_gate(gate, None if key_file is None else key_file.read_text().strip())))
        if metrics is not None:
            findings += _look_at_metrics(metrics)
        if room is not None and homeserver is not None and token_file is not None:
            key = None if policy_data is None else load_keys(policy_data).policy_public
            findings += _look_at_room(homeserver, token_file.read_text().strip(), room, homeserver_name, key)
        if policy_name is not None:
            verify = ssl.create_default_context(cafile=None if ca is None else str(ca))
            findings.append(asyncio.run(look_at_server(policy_name, policy_url or f"https://{policy_name}", verify)))
    if not findings:
        raise typer.BadParameter("nothing to look at: give --gate, --metrics, --policy-name, or a room")
    console = Console(highlight=False, soft_wrap=True)
    for one in findings:
        what, cure = escape(one.what), escape(one.cure)
        console.print(f"[green]good[/]  {what}" if one.good else f"[red]open[/]  {what}\n      {cure}")
    if not all(one.good for one in findings):
        raise typer.Exit(1)


def _look_at_metrics(url: str) -> list[Finding]:
    try:
        return list(look_at_metrics(read_metrics(url)))
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return [failed(url, error)]


def _look_at_room(url: str, token: str, room: str, name: str | None, key: str | None) -> list[Finding]:
    """name: of the homeserver, if it is another than that of the token's holder."""
    try:
        said = asyncio.run(read_room(url, token, room))
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        return [failed(f"{room} at {url}", error)]
    return list(look_at_room(said.state, name or said.name, key))
