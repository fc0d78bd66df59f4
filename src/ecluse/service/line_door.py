"""The line door: decisions as JSON lines over one connection, many under way, answered as they are there.

The same chamber, access, limits and problems as over HTTP. Over a Unix socket the file's rights stand for a key; over
TCP the first line shows one. The page about it is ``docs/reference/lines.md``.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import stat
from pathlib import Path
from typing import Final

from ecluse.service.access import Access
from ecluse.service.chamber import Chamber
from ecluse.service.door import Door
from ecluse.service.line_connection import Connection
from ecluse.service.metrics import Metrics
from ecluse.service.settings import Settings

CONNECTIONS_MAX: Final = 256
"""Connections at once; one more is told `busy`."""

UNKNOWN_MAX: Final = 64
"""Connections that have not shown a key yet; for one more, the one that has been silent longest is cut."""

SOCKET_MODE: Final = 0o660
"""Rights of the socket's file: its owner and its group."""

SWEEP_S: Final = 0.25
"""Seconds between two looks for connections that are overdue."""

BACKLOG: Final = 128


class LineDoor:
    """Takes lines, in the name of ``door``: its chamber and limits. To be made on the loop that serves."""

    def __init__(self, settings: Settings, door: Door, access: Access, metrics: Metrics) -> None:
        self.access, self.metrics, self.bodies = access, metrics, door.bodies
        self.line_max, self.line_seconds, self.events_max = (
            settings.body_max,
            settings.body_seconds,
            settings.events_max,
        )
        self._door, self._path, self._address = door, settings.socket, settings.lines_address
        self._servers: list[asyncio.Server] = []
        self._connections: dict[Connection, None] = {}
        self._unknown: dict[Connection, None] = {}
        self._sweeping: asyncio.TimerHandle | None = None

    async def open(self) -> None:
        """Begin to listen, where settings say so. Raises OSError."""
        loop = asyncio.get_running_loop()
        if self._path is not None:
            listening = bind_socket(self._path)
            self._servers.append(
                await loop.create_unix_server(lambda: Connection(self, True), sock=listening, backlog=BACKLOG)
            )
        if self._address is not None:
            host, port = self._address
            self._servers.append(await loop.create_server(lambda: Connection(self, False), host, port, backlog=BACKLOG))
        if self._servers:
            self._sweep()

    async def close(self) -> None:
        """Listen no longer, and hang up where everything has been answered, or will not be read."""
        for server in self._servers:
            server.close()
        if self._path is not None and self._servers:
            self._path.unlink(missing_ok=True)
        for connection in list(self._connections):
            connection.end()
        loop = asyncio.get_running_loop()
        give_up = loop.time() + self.line_seconds
        while self._connections and loop.time() < give_up:
            await asyncio.sleep(0.01)
        for connection in list(self._connections):
            connection.cut()
        if self._sweeping is not None:
            self._sweeping.cancel()

    def chamber(self) -> Chamber:
        """Where events are judged. Raises ProblemError while there is no gate."""
        return self._door.open_chamber()

    def entered(self, connection: Connection) -> None:
        """A connection is there."""
        if not connection.known:
            if len(self._unknown) >= UNKNOWN_MAX:
                eldest = next(iter(self._unknown))
                del self._unknown[eldest]
                eldest.cut()
            self._unknown[connection] = None
        self._connections[connection] = None
        if len(self._connections) > CONNECTIONS_MAX:
            connection.give_up("busy")
        self.metrics.line_connections = len(self._connections)

    def proven(self, connection: Connection) -> None:
        """A connection has shown a key."""
        self._unknown.pop(connection, None)

    def left(self, connection: Connection) -> None:
        """A connection is gone."""
        self._unknown.pop(connection, None)
        self._connections.pop(connection, None)
        self.metrics.line_connections = len(self._connections)

    def _sweep(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        for connection in list(self._connections):
            if connection.overdue(now):
                connection.overrun()
        self._sweeping = loop.call_later(SWEEP_S, self._sweep)


def bind_socket(path: Path) -> socket.socket:
    """A Unix socket at ``path``, for its owner and group. What a gate that was killed left there is replaced.

    Raises OSError, which names the path, also if somebody listens there.
    """
    try:
        return _bind(path)
    except OSError as error:
        if str(path) in str(error):
            raise
        raise OSError(f"{path}: there can be no socket ({error.strerror or error})") from error


def _bind(path: Path) -> socket.socket:
    with contextlib.suppress(FileNotFoundError):
        if not stat.S_ISSOCK(path.lstat().st_mode):
            raise FileExistsError(f"{path} is there and is no socket")
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(str(path))
            except ConnectionRefusedError:
                path.unlink()
            else:
                raise OSError(f"{path} is in use by another gate")
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    mask = os.umask(0o777 ^ SOCKET_MODE)
    try:
        listening.bind(str(path))
    except BaseException:
        listening.close()
        raise
    finally:
        os.umask(mask)
    return listening
