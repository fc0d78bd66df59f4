"""Serving a desk: one process, granian in front, until SIGTERM or SIGINT."""

from __future__ import annotations

import asyncio
import signal
from typing import Any, Final

import structlog
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server

from ecluse.listening import HEAD_MS, check_free

HOST: Final = "127.0.0.1"
PORT: Final = 8790
BACKLOG: Final = 512
_LOG: Final = structlog.get_logger("ecluse.desk")


def run(app: Any, host: str, port: int) -> None:
    """Serve an ASGI app until SIGTERM or SIGINT. Raises OSError if the port is taken."""
    check_free(host, port)
    asyncio.run(_serve(app, host, port))


async def _serve(app: Any, host: str, port: int) -> None:
    server = Server(
        app,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        http=HTTPModes.auto,
        http1_settings=HTTP1Settings(header_read_timeout=HEAD_MS),
        backlog=BACKLOG,
        websockets=True,
        log_enabled=False,
    )
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, server.stop)
    _LOG.info("ready", host=host, port=port)
    await server.serve()
    _LOG.info("stopped")
