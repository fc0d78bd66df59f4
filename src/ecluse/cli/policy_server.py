"""``ecluse policy-server``: a policy server for Matrix rooms, which asks a gate."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import structlog
import typer

from ecluse.adapters.policy import PolicySettings
from ecluse.adapters.policy.serving import run
from ecluse.cli.asking import told
from ecluse.errors import InputError


def policy_server(
    name: Annotated[str, typer.Option(help="Its server name, such as policy.example.org or policy.example.org:8448.")],
    data: Annotated[Path, typer.Option(help="Its folder: keys and rooms. Made if absent.")],
    gate: Annotated[str, typer.Option(help="The gate's line door: its socket, or HOST:PORT.")],
    key_file: Annotated[Path | None, typer.Option(help="A file with the API key; a socket needs none.")] = None,
    host: Annotated[str, typer.Option(help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen at.")] = 8448,
    cert: Annotated[Path | None, typer.Option(help="Certificate in PEM; none: something before it speaks TLS.")] = None,
    cert_key: Annotated[Path | None, typer.Option(help="The certificate's private key in PEM.")] = None,
    ca: Annotated[Path | None, typer.Option(help="Certificates that homeservers are trusted by, in PEM.")] = None,
    accept: Annotated[
        list[str] | None, typer.Option(help="A server whose invitations are accepted; * for all.")
    ] = None,
    user: Annotated[str, typer.Option(help="The local part of its user.")] = "ecluse",
    timeout: Annotated[float, typer.Option(help="Seconds to wait for the gate.")] = 2.0,
    on_failure: Annotated[
        str, typer.Option(help="What becomes of what the gate did not judge: open, closed.")
    ] = "open",
    reach: Annotated[
        str, typer.Option(help="Where homeservers may be: public addresses, loopback (and public), anywhere.")
    ] = "public",
) -> None:
    """Serve a policy server for Matrix rooms until SIGTERM or Ctrl-C."""
    structlog.configure(processors=[structlog.processors.add_log_level, structlog.processors.JSONRenderer()])
    try:
        settings = PolicySettings(
            name=name,
            data=data,
            gate=gate,
            key=None if key_file is None else key_file.read_text().strip(),
            host=host,
            port=port,
            cert=cert,
            cert_key=cert_key,
            ca=ca,
            accept=tuple(accept or ()),
            user=user,
            timeout_s=timeout,
            on_failure=on_failure,
            reach=reach,
        )
    except InputError as error:
        raise typer.BadParameter(str(error)) from None
    with told("policy-server", ValueError):
        run(settings)
