"""Running the service: one process, one loop, granian in front (by RSGI); it stops when it is asked to, and remembers.

The port is open from the first moment, and answers ``starting`` until the gate has read what it knew.
"""

from __future__ import annotations

import asyncio
import gc
import signal
from time import time
from typing import Final

import structlog
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server

from ecluse.events import Event, to_columns
from ecluse.events.event import AT_MS_MIN
from ecluse.forwarding import ForwardTokens
from ecluse.gate import Gate
from ecluse.ledger.arena import MEMORY_BYTES_MIN
from ecluse.listening import HEAD_MS, check_free
from ecluse.records import FILE, Records
from ecluse.rights.retention import Retention
from ecluse.service.app import Front, create_app
from ecluse.service.bridge import bridge
from ecluse.service.clerk import Clerk
from ecluse.service.loop import new_loop
from ecluse.service.settings import DAY_S, Settings, TokenUse
from ecluse.service.state import Serving
from ecluse.stores.recovery import Progress
from ecluse.stores.remembering import RememberingGate
from ecluse.stores.rollout import start
from ecluse.stores.segment import Durability
from ecluse.terms import Versions, load_terms

BACKLOG: Final = 1_024
"""Requests under way, and connections waiting, at most."""

GARBAGE_OBJECTS: Final = 50_000
"""Objects made between two looks for cycles; hardly any are made on the way of an event."""

COMMAND_LINE: Final = "the command line"
"""Who put terms in force with which a gate was started."""

log = structlog.get_logger(__name__)


def run(settings: Settings, progress: Progress | None = None) -> None:
    """Serve until SIGTERM or SIGINT. progress: of the recovery. Raises what ``RememberingGate`` raises, OSError."""
    check_free(settings.host, settings.port)
    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(_serve(settings, progress))


def create_server(app: object, host: str, port: int) -> Server:
    """A server of ``app``, which speaks RSGI, to be run on the running loop."""
    return Server(
        app,
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEAD_MS),
        backlog=BACKLOG,
        websockets=False,
        log_enabled=False,
    )


async def _serve(settings: Settings, progress: Progress | None) -> None:
    serving = Serving(settings)
    behind = bridge(create_app(serving), serving.door.bodies)
    server = create_server(Front(serving.door, behind, serving.business), settings.host, settings.port)

    def stop() -> None:
        serving.stop()
        server.stop()  # type: ignore[no-untyped-call]

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    await serving.line_door.open()
    opening = asyncio.create_task(_open(serving, progress))
    opening.add_done_callback(lambda done: stop() if done.exception() else None)
    try:
        await server.serve()
    finally:
        await opening
        await serving.line_door.close()
        await serving.close()
        log.info("stopped", batches=serving.gate.seq if serving.gate else 0)


async def _open(serving: Serving, progress: Progress | None) -> None:
    """Recover the gate beside the loop, then let events in."""
    settings = serving.settings
    gate, clerk = await asyncio.to_thread(_recover, serving, progress)
    await serving.open(gate, clerk)
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_OBJECTS)
    log.info("ready", host=settings.host, port=settings.port, terms=gate.versions.name, ledgers=gate.gate.ledgers)


def _recover(serving: Serving, progress: Progress | None) -> tuple[RememberingGate, Clerk]:
    settings, history = serving.settings, serving.history
    given = load_terms(settings.terms) if settings.terms is not None else None
    kept = history.versions()
    change = start(kept, history.known(), given, who=COMMAND_LINE, now_s=int(time()))
    gate = RememberingGate(
        settings.data,
        kept if change is None else change.versions,
        memory_bytes=settings.memory,
        content_memory_bytes=settings.content_memory,
        durability=Durability.FULL if settings.durable else Durability.NORMAL,
        progress=progress,
    )
    if serving.hop_keys is not None:
        gate.gate.forward_tokens = ForwardTokens(
            serving.hop_keys.keyring(now_s=int(time())),
            required=settings.forward_tokens is TokenUse.REQUIRE,
            age_max_s=settings.forward_token_days * DAY_S,
        )
    if change is not None:  # the folder is this gate's by now
        history.record(change)
    try:
        clerk = Clerk(Records(settings.records or settings.data / FILE), gate, Retention.of(settings.keep))
        clerk.start()
    except BaseException:
        gate.close()
        raise
    _warm(gate.versions)
    return gate, clerk


def _warm(versions: Versions) -> None:
    """Load every kernel from its cache, with a gate that is thrown away, so that no caller waits for it."""
    gate = Gate(versions, secret=bytes(32), memory_bytes=MEMORY_BYTES_MIN)
    event = Event(kind="send", at=AT_MS_MIN, sender="ada", recipients=["bob"])
    gate.decide([event])
    gate.decide([Event(kind="send", at=AT_MS_MIN, sender="ada", recipients=["bob"], text="hello", fingerprint=1)])
    gate.decide(to_columns([event])).to_arrow()
    gate.account("ada")
