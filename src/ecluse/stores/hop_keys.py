"""The keys that hop tokens are issued and checked with, in ``hops.sqlite``; retired ones stay there by name alone.

Another process may rotate and retire keys beside a running gate, which sees it within a second.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from pathlib import Path
from typing import Final, NamedTuple

from ecluse.errors import InputError
from ecluse.forwarding import KEYS_MAX, HopKey, Keyring, new_key

BUSY_S: Final = 5.0

_SCHEMA: Final = """
create table if not exists keys (
    place integer primary key autoincrement,
    id text unique not null,
    secret blob,
    created_s integer not null,
    retired_s integer
)
"""


class KeptKey(NamedTuple):
    """A key, without its secret. Times in seconds of the epoch; retired_s: None while tokens of it are good."""

    id: str
    created_s: int
    retired_s: int | None
    current: bool


class HopKeyStore:
    """The keys in a file, made if absent, its owner's alone. Any number of processes and threads may use it."""

    def __init__(self, path: Path) -> None:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=BUSY_S)
        self._connection.execute("pragma journal_mode=wal")
        self._connection.execute("pragma secure_delete=on")
        self._connection.execute(_SCHEMA)
        self._lock = threading.Lock()
        self._looked_s = -1
        self._version = -1

    def keyring(self, *, now_s: int) -> Keyring:
        """The keys that are not retired; the first is made if there is none."""
        with self._lock, self._connection:
            self._connection.execute("begin immediate")
            if not self._secrets():
                self._make(now_s)
            return Keyring(self._secrets())

    def changed(self, now_s: int) -> Keyring | None:
        """The keys, if another process has changed them since the last look; None else, and twice in a second."""
        if now_s == self._looked_s:
            return None
        with self._lock:
            self._looked_s = now_s
            version = self._connection.execute("pragma data_version").fetchone()[0]
            if version == self._version:
                return None
            self._version = version
            keys = self._secrets()
            return Keyring(keys) if keys else None

    def rotate(self, *, now_s: int) -> KeptKey:
        """Make a key, which tokens are issued with from now on; those before stay good. Raises InputError."""
        with self._lock, self._connection:
            self._connection.execute("begin immediate")
            there = len(self._secrets())
            if there >= KEYS_MAX:
                raise InputError("keys", there, f"at most {KEYS_MAX} that are not retired: retire the oldest first")
            return KeptKey(self._make(now_s).id, now_s, None, True)

    def retire(self, key_id: str, *, now_s: int) -> KeptKey:
        """End a key, and forget its secret: its tokens are good no longer. Not the current one. Raises InputError."""
        with self._lock, self._connection:
            self._connection.execute("begin immediate")
            key = next((key for key in self._all() if key.id == key_id), None)
            if key is None or key.current:
                raise InputError("key_id", key_id, "the id of a key that is not current; rotate first")
            if key.retired_s is None:
                self._connection.execute("update keys set retired_s = ?, secret = null where id = ?", (now_s, key_id))
                key = key._replace(retired_s=now_s)
            return key

    def everything(self) -> list[KeptKey]:
        """All keys, the retired ones too, in the order in which they were made."""
        with self._lock:
            return self._all()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _make(self, now_s: int) -> HopKey:
        key = new_key()
        self._connection.execute(
            "insert into keys (id, secret, created_s) values (?, ?, ?)", (key.id, key.secret, now_s)
        )
        return key

    def _secrets(self) -> list[HopKey]:
        rows = self._connection.execute("select id, secret from keys where retired_s is null order by place")
        return [HopKey(id_, secret) for id_, secret in rows]

    def _all(self) -> list[KeptKey]:
        rows = self._connection.execute("select id, created_s, retired_s from keys order by place").fetchall()
        current = max((place for place, row in enumerate(rows) if row[2] is None), default=-1)
        return [KeptKey(row[0], row[1], row[2], place == current) for place, row in enumerate(rows)]
