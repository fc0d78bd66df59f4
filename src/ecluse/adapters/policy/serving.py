"""Running a policy server: one process, one loop, granian in front, which speaks TLS if there is a certificate."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress
from typing import Final

import structlog
from granian.constants import HTTPModes, Interfaces, SSLProtocols
from granian.server.embed import Server

from ecluse.adapters.policy.app import PolicyApp
from ecluse.adapters.policy.federation import Federation
from ecluse.adapters.policy.judging import Judge
from ecluse.adapters.policy.keys import load_keys
from ecluse.adapters.policy.rooms import Rooms
from ecluse.adapters.policy.settings import PolicySettings
from ecluse.lines import LineClient

ROOMS = "rooms.json"

KEEP_S: Final = 60
"""Seconds between two looks whether members of rooms have come or gone, to be written down."""

log = structlog.get_logger(__name__)


def run(settings: PolicySettings) -> None:
    """Serve until SIGTERM or SIGINT. Raises OSError, ValueError."""
    asyncio.run(_serve(settings))


async def _serve(settings: PolicySettings) -> None:
    keys = load_keys(settings.data)
    rooms = Rooms(settings.data / ROOMS, settings.rooms_max)
    federation = Federation(settings, keys)
    async with LineClient(settings.gate, key=settings.key, timeout_s=settings.timeout_s) as gate:
        app = PolicyApp(federation, rooms, Judge(gate, settings.on_failure), settings.accept)
        server = Server(
            app,
            address=settings.host,
            port=settings.port,
            interface=Interfaces.RSGI,
            http=HTTPModes.http1,
            websockets=False,
            log_enabled=False,
            ssl_cert=settings.cert,
            ssl_key=settings.cert_key,
            ssl_protocol_min=SSLProtocols.tls12,
        )
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, server.stop)
        log.info("ready", name=settings.name, port=settings.port, rooms=len(rooms), policy_key=keys.policy_public)
        keeping = asyncio.ensure_future(_keep(rooms))
        try:
            await server.serve()
        finally:
            keeping.cancel()
            with suppress(asyncio.CancelledError):
                await keeping
            await federation.close()
            rooms.keep()
            log.info("stopped", rooms=len(rooms))


async def _keep(rooms: Rooms) -> None:
    """Write down who has come and gone, now and then."""
    while True:
        await asyncio.sleep(KEEP_S)
        try:
            rooms.keep()
        except OSError as error:
            log.error("rooms could not be written", reason=str(error))
