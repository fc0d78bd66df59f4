"""The data folder: everything that one gate keeps, and the lock that keeps a second gate out.

secret            32 random bytes that ids are hashed with; made at the first start, mode 0600
journal/          segments of the journal
snapshot-*.ecl    the two newest snapshots
keys.sqlite       API keys
terms.sqlite      the versions of the terms, and who put them in force
records.sqlite    sanctions, notices, appeals, cases, the audit (unless they are in PostgreSQL)
lock              held while a gate uses the folder
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import Final, Self

from ecluse.errors import EcluseError
from ecluse.stores.secret import create_secret, read_secret
from ecluse.stores.snapshot import snapshots

KEYS: Final = "keys.sqlite"
TERMS: Final = "terms.sqlite"


class FolderInUseError(EcluseError):
    """Another gate uses the data folder. pid: its process, if it says."""

    def __init__(self, path: Path, pid: str) -> None:
        self.path, self.pid = path, pid
        super().__init__(f"{path} is in use by another gate{f' (process {pid})' if pid else ''}")


class FolderError(EcluseError):
    """The data folder cannot be used."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(f"{path} cannot be used as a data folder: {reason}")


class DataFolder:
    """The data folder at ``path``, this object's alone until ``close``. create: make it if it is absent.

    Raises FolderInUseError, FolderError, SecretMissingError.
    """

    def __init__(self, path: Path, *, create: bool = True) -> None:
        self.path = path
        self.journal = path / "journal"
        if not create and not (path / "secret").exists():
            raise FolderError(path, "no gate has kept anything there")
        try:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = os.open(path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise FolderError(path, str(error)) from error
        try:
            self._take()
        except BaseException:
            os.close(self._lock)
            raise

    def _take(self) -> None:
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FolderInUseError(self.path, os.read(self._lock, 32).decode(errors="replace").strip()) from None
        os.ftruncate(self._lock, 0)
        os.pwrite(self._lock, f"{os.getpid()}\n".encode(), 0)
        self.journal.mkdir(mode=0o700, exist_ok=True)
        for unfinished in self.path.glob("snapshot-*.new"):
            unfinished.unlink()
        secret = self.path / "secret"
        used = bool(snapshots(self.path)) or any(self.journal.iterdir())
        self.secret = read_secret(secret) if used or secret.exists() else create_secret(secret)
        """What ids are hashed with."""

    def close(self) -> None:
        """Let another gate use the folder."""
        os.close(self._lock)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
