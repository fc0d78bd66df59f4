"""The keys of hop tokens: one that new tokens are issued with, and those before it, until they are retired."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from typing import Final

from ecluse.errors import InputError

KEY_BYTES: Final = 32
"""Bytes of a key: as many as SHA-256 gives."""

KEYS_MAX: Final = 64
"""Keys of one ring that are not retired."""

_ID: Final = re.compile(r"[0-9a-f]{8}")


class HopKey:
    """A key. id: 8 hex digits, which every token says. secret: 32 bytes. Raises InputError."""

    __slots__ = ("id", "id_bytes", "secret")

    def __init__(self, id_: str, secret: bytes) -> None:
        if not _ID.fullmatch(id_):
            raise InputError("id", id_, "8 hex digits, lower case")
        if len(secret) != KEY_BYTES:
            raise InputError("secret", f"{len(secret)} bytes", f"{KEY_BYTES} bytes")
        self.id, self.secret, self.id_bytes = id_, secret, bytes.fromhex(id_)

    def __repr__(self) -> str:
        return f"HopKey({self.id!r})"


def new_key() -> HopKey:
    """A random key."""
    return HopKey(secrets.token_hex(4), secrets.token_bytes(KEY_BYTES))


class Keyring:
    """The keys that are not retired, 1 to KEYS_MAX, in the order in which they were made. Raises InputError.

    ``current``: the last one, which tokens are issued with. ``by_id``: all of them by the 4 bytes of their ids.
    """

    __slots__ = ("by_id", "current")

    def __init__(self, keys: Iterable[HopKey]) -> None:
        self.by_id = {key.id_bytes: key for key in keys}
        if not 1 <= len(self.by_id) <= KEYS_MAX:
            raise InputError("keys", len(self.by_id), f"1 to {KEYS_MAX} keys")
        self.current = list(self.by_id.values())[-1]
