"""``ecluse serve``: the gate over HTTP, and over lines. Every option can be given as a variable ``ECLUSE_<OPTION>``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, TaskID

from ecluse.cli.asking import told
from ecluse.content.memory import CONTENT_BYTES
from ecluse.errors import InputError
from ecluse.events import BATCH_MAX
from ecluse.forwarding import AGE_MAX_S
from ecluse.service import Settings, run
from ecluse.service.logs import configure
from ecluse.service.settings import (
    BODIES_MAX,
    BODY_MAX,
    BODY_SECONDS,
    DAY_S,
    HOST,
    NO_MESSENGER,
    PORT,
    TokenUse,
    parse_bytes,
)


def serve(
    data: Annotated[
        Path, typer.Option(envvar="ECLUSE_DATA", help="The data folder: journal, snapshots, API keys. Made if absent.")
    ],
    terms: Annotated[
        Path | None,
        typer.Option(envvar="ECLUSE_TERMS", help="The terms; those that the folder was last judged by, unless given."),
    ] = None,
    host: Annotated[str, typer.Option(envvar="ECLUSE_HOST", help="Address to listen at.")] = HOST,
    port: Annotated[int, typer.Option(envvar="ECLUSE_PORT", help="Port to listen at.")] = PORT,
    socket: Annotated[
        Path | None, typer.Option(envvar="ECLUSE_SOCKET", help="A Unix socket that takes decisions as JSON lines.")
    ] = None,
    lines: Annotated[
        str | None,
        typer.Option(envvar="ECLUSE_LINES", help="Address and port that take JSON lines, such as 127.0.0.1:8788."),
    ] = None,
    memory: Annotated[str, typer.Option(envvar="ECLUSE_MEMORY", help="Memory for ledgers, such as 4 GiB.")] = "1 GiB",
    content_memory: Annotated[
        str,
        typer.Option(
            envvar="ECLUSE_CONTENT_MEMORY",
            help="Memory for what is known of contents, link domains, providers and networks; 0: none.",
        ),
    ] = f"{CONTENT_BYTES >> 20} MiB",
    body_max: Annotated[
        str, typer.Option(envvar="ECLUSE_BODY_MAX", help="Largest body of a request.")
    ] = f"{BODY_MAX >> 20} MiB",
    bodies_max: Annotated[
        str, typer.Option(envvar="ECLUSE_BODIES_MAX", help="Largest sum of the bodies that are under way.")
    ] = f"{BODIES_MAX >> 20} MiB",
    body_seconds: Annotated[
        float, typer.Option(envvar="ECLUSE_BODY_SECONDS", help="Longest time for a body to arrive.")
    ] = BODY_SECONDS,
    events_max: Annotated[int, typer.Option(envvar="ECLUSE_EVENTS_MAX", help="Most events in a request.")] = BATCH_MAX,
    durable: Annotated[
        bool, typer.Option("--durable", envvar="ECLUSE_DURABLE", help="Wait for the disk before every answer.")
    ] = False,
    forward_tokens: Annotated[
        TokenUse,
        typer.Option(
            envvar="ECLUSE_FORWARD_TOKENS",
            help="Hop tokens: off; accept: issued, and looked at where there is one; require: of every forward.",
        ),
    ] = TokenUse.OFF,
    forward_token_days: Annotated[
        int, typer.Option(envvar="ECLUSE_FORWARD_TOKEN_DAYS", help="Days for which a hop token is good.")
    ] = AGE_MAX_S // DAY_S,
    auth: Annotated[bool, typer.Option("--auth/--no-auth", envvar="ECLUSE_AUTH", help="Ask for API keys.")] = True,
    records: Annotated[
        str | None,
        typer.Option(envvar="ECLUSE_RECORDS", help="The records: postgresql://USER@HOST/DATABASE; else a file there."),
    ] = None,
    webhook: Annotated[
        str | None, typer.Option(envvar="ECLUSE_WEBHOOK", help="A URL that notices are posted to.")
    ] = None,
    webhook_secret: Annotated[
        str | None,
        typer.Option(envvar="ECLUSE_WEBHOOK_SECRET", help="What posts are signed with; better given as a variable."),
    ] = None,
    keep: Annotated[
        list[str] | None,
        typer.Option(envvar="ECLUSE_KEEP", help="KIND=DAYS that records are kept; may be given several times."),
    ] = None,
    messenger: Annotated[
        str,
        typer.Option(envvar="ECLUSE_MESSENGER", help="Messenger of the business API: none (off) or loopback."),
    ] = NO_MESSENGER,
    public_url: Annotated[
        str | None, typer.Option(envvar="ECLUSE_PUBLIC_URL", help="Where clients of the business API reach it.")
    ] = None,
    reach_loopback: Annotated[
        bool,
        typer.Option(
            "--reach-loopback",
            envvar="ECLUSE_REACH_LOOPBACK",
            help="Let webhooks and links of businesses lead to this machine, for trying things out.",
        ),
    ] = False,
) -> None:
    """Serve decisions over HTTP, and as lines if asked to, until SIGTERM or Ctrl-C."""
    try:
        settings = Settings(
            data=data,
            terms=terms,
            host="127.0.0.1" if host == "localhost" else host,
            port=port,
            socket=socket,
            lines=lines,
            memory=parse_bytes(memory),
            content_memory=parse_bytes(content_memory),
            body_max=parse_bytes(body_max),
            bodies_max=parse_bytes(bodies_max),
            body_seconds=body_seconds,
            events_max=events_max,
            durable=durable,
            auth=auth,
            records=records,
            webhook=webhook,
            webhook_secret=webhook_secret,
            forward_tokens=forward_tokens,
            forward_token_days=forward_token_days,
            keep=tuple(keep or ()),
            messenger=messenger,
            public_url=public_url,
            reach_loopback=reach_loopback,
        )
    except InputError as error:
        raise typer.BadParameter(str(error)) from None
    configure()
    console = Console(stderr=True)
    with told("serve"), Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        run(settings, _Bar(progress))


class _Bar:
    """Shows a recovery: one bar for the snapshot, one for the journal, each gone once it is full."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, what: str, done: int, whole: int) -> None:
        if what not in self._tasks:
            self._tasks[what] = self._progress.add_task(f"reading the {what}", total=whole)
        self._progress.update(self._tasks[what], completed=done, total=whole, visible=done < whole)
