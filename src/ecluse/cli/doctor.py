"""``ecluse doctor``: finds the states in which a Matrix server or room is open and nobody is told."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path
from typing import Annotated

import httpx
import typer
from rich.console import Console

from ecluse.adapters.policy.doctor import (
    TIMEOUT_S,
    Finding,
    look_at_gate,
    look_at_metrics,
    look_at_room,
    look_at_server,
    read_state,
)
from ecluse.adapters.policy.keys import load_keys


def doctor(
    gate: Annotated[str | None, typer.Option(help="A gate's line door: its socket, or HOST:PORT.")] = None,
    key_file: Annotated[Path | None, typer.Option(help="A file with the API key; a socket needs none.")] = None,
    metrics: Annotated[str | None, typer.Option(help="URL of Synapse's metrics, to look at the module.")] = None,
    homeserver: Annotated[str | None, typer.Option(help="URL of the homeserver that has the room.")] = None,
    homeserver_name: Annotated[str | None, typer.Option(help="Its server name.")] = None,
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
    if gate is not None:
        findings.append(asyncio.run(look_at_gate(gate, None if key_file is None else key_file.read_text().strip())))
    try:
        if metrics is not None:
            findings += look_at_metrics(httpx.get(metrics, timeout=TIMEOUT_S).text)
        if room is not None and homeserver is not None and token_file is not None:
            key = None if policy_data is None else load_keys(policy_data).policy_public
            state = asyncio.run(read_state(homeserver, token_file.read_text().strip(), room))
            findings += look_at_room(state, homeserver_name or "", key)
    except httpx.HTTPError as error:
        findings.append(Finding(False, f"{type(error).__name__}: {error}", "see that the homeserver can be reached"))
    if policy_name is not None:
        verify = ssl.create_default_context(cafile=None if ca is None else str(ca))
        findings.append(asyncio.run(look_at_server(policy_name, policy_url or f"https://{policy_name}", verify)))
    if not findings:
        raise typer.BadParameter("nothing to look at: give --gate, --metrics, --policy-name, or a room")
    console = Console(highlight=False, soft_wrap=True)
    for one in findings:
        console.print(f"[green]good[/]  {one.what}" if one.good else f"[red]open[/]  {one.what}\n      {one.cure}")
    if not all(one.good for one in findings):
        raise typer.Exit(1)
