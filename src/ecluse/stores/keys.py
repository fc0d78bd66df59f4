"""API keys: who may ask the gate what. Kept as hashes in ``keys.sqlite``; a key itself is shown once and never kept.

A key is ``ecl_<id>_<secret>``. The secret has 256 random bits, so one fast hash is enough: there is nothing to guess.
Another process may create and revoke keys beside a running gate: a new one opens at once, a revoked one opens nothing
after a second at most.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
import sqlite3
import threading
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Final, Literal, NamedTuple

from ecluse.errors import EcluseError, InputError

NAME_CHARACTERS_MAX: Final = 100
BUSY_S: Final = 5.0

_TOKEN = re.compile(r"ecl_([0-9a-f]{8})_([A-Za-z0-9_-]{43})")

_SCHEMA: Final = """
create table if not exists keys (
    id text primary key not null,
    name text not null,
    scopes text not null,
    digest blob not null,
    created_s integer not null,
    expires_s integer,
    revoked_s integer
)
"""


class Scope(StrEnum):
    """What a key allows; a key allows what is named in it and nothing more."""

    DECIDE = "decide"
    """To put events to the gate."""
    OBSERVE = "observe"
    """To tell the gate of events that need no verdict."""
    READ = "read"
    """To read accounts and terms."""
    ADMIN = "admin"
    """To change what the gate does."""


class ApiKey(NamedTuple):
    """A key, without its secret. Times in seconds of the epoch."""

    id: str
    name: str
    scopes: frozenset[Scope]
    created_s: int
    expires_s: int | None
    """None = never."""
    revoked_s: int | None
    """None = in force."""


class CreatedKey(NamedTuple):
    """A new key and, this once, its text."""

    key: ApiKey
    token: str


class KeyRefusedError(EcluseError):
    """A key that was shown does not open anything. reason: malformed, unknown, expired or revoked."""

    def __init__(self, reason: Literal["malformed", "unknown", "expired", "revoked"]) -> None:
        self.reason = reason
        super().__init__(f"the API key is {reason}")


class KeyStore:
    """The keys in a file, made if absent. Any number of processes and threads may use it."""

    def __init__(self, path: Path) -> None:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=BUSY_S)
        self._connection.execute("pragma journal_mode=wal")
        self._connection.execute(_SCHEMA)
        self._lock = threading.Lock()
        self._looked_s = -1
        self._version = -1
        self._known: dict[str, tuple[ApiKey, bytes]] = {}
        self._read()

    def check(self, token: str, now_s: int) -> ApiKey:
        """The key whose text ``token`` is. Raises KeyRefusedError. Cost: about 2 µs; of an unknown one 5 µs."""
        if now_s != self._looked_s:
            self._look(now_s)
        parts = _TOKEN.fullmatch(token)
        if parts is None:
            raise KeyRefusedError("malformed")
        known = self._known.get(parts[1])
        if known is None:  # made in this second, perhaps
            self._look(now_s)
            known = self._known.get(parts[1])
        if known is None or not hmac.compare_digest(known[1], _digest(parts[2])):
            raise KeyRefusedError("unknown")
        key = known[0]
        if key.revoked_s is not None:
            raise KeyRefusedError("revoked")
        if key.expires_s is not None and key.expires_s <= now_s:
            raise KeyRefusedError("expired")
        return key

    def create(self, name: str, scopes: Iterable[Scope], *, now_s: int, expires_s: int | None = None) -> CreatedKey:
        """Make a key. Its token is in the answer and nowhere else. Raises InputError."""
        allowed = frozenset(scopes)
        if not 0 < len(name) <= NAME_CHARACTERS_MAX or not name.isprintable():
            raise InputError("name", name, f"1 to {NAME_CHARACTERS_MAX} printable characters")
        if not allowed:
            raise InputError("scopes", [], f"one or more of {', '.join(Scope)}")
        if expires_s is not None and expires_s <= now_s:
            raise InputError("expires_s", expires_s, f"later than now, {now_s}")
        key = ApiKey(secrets.token_hex(4), name, allowed, now_s, expires_s, None)
        secret = secrets.token_urlsafe(32)
        with self._lock:
            self._connection.execute(
                "insert into keys values (?, ?, ?, ?, ?, ?, null)",
                (key.id, name, " ".join(sorted(allowed)), _digest(secret), now_s, expires_s),
            )
            self._read()
        return CreatedKey(key, f"ecl_{key.id}_{secret}")

    def list(self) -> list[ApiKey]:
        """All keys, the revoked ones too, the oldest first."""
        with self._lock:
            self._read()
            return sorted((key for key, _ in self._known.values()), key=lambda key: (key.created_s, key.id))

    def revoke(self, key_id: str, *, now_s: int) -> ApiKey:
        """End a key; one that has ended stays so. Raises InputError if there is none of that id."""
        with self._lock:
            self._connection.execute(
                "update keys set revoked_s = ? where id = ? and revoked_s is null", (now_s, key_id)
            )
            self._read()
            if key_id not in self._known:
                raise InputError("key_id", key_id, "the id of a key")
            return self._known[key_id][0]

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _look(self, now_s: int) -> None:
        """Read the keys again if another process has changed them."""
        with self._lock:
            version = self._connection.execute("pragma data_version").fetchone()[0]
            if version != self._version:
                self._version = version
                self._read()
            self._looked_s = now_s

    def _read(self) -> None:
        rows = self._connection.execute("select id, name, scopes, created_s, expires_s, revoked_s, digest from keys")
        self._known = {
            row[0]: (ApiKey(row[0], row[1], frozenset(map(Scope, row[2].split())), *row[3:6]), row[6]) for row in rows
        }


def _digest(secret: str) -> bytes:
    return hashlib.blake2b(secret.encode(), digest_size=32, person=b"ecluse:key").digest()
