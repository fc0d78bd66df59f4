"""The secret that ids are hashed with: made once, kept in the data folder, known again by its check value."""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path
from typing import Final

from ecluse.errors import EcluseError

SECRET_BYTES: Final = 32


class SecretMissingError(EcluseError):
    """A data folder remembers accounts, but the secret that they are hashed with is gone."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(f"{path} is missing, and the folder's ledgers are hashed with it: put it back from a backup")


class WrongSecretError(EcluseError):
    """A file was written under another secret: none of its accounts would be known again."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(f"{path} was written with another secret: put the secret back that lay beside it")


def key_check(secret: bytes) -> str:
    """A value that tells secrets apart and gives nothing away: 32 hex digits of a keyed hash of nothing."""
    return hashlib.blake2b(key=secret, digest_size=16, person=b"ecluse:check").hexdigest()


def read_secret(path: Path) -> bytes:
    """Read the secret in ``path``. Raises SecretMissingError."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise SecretMissingError(path) from None


def create_secret(path: Path) -> bytes:
    """Make a secret of 32 random bytes in ``path``, readable by its owner alone."""
    secret = secrets.token_bytes(SECRET_BYTES)
    temporary = path.with_name(path.name + ".new")
    temporary.unlink(missing_ok=True)
    with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
    temporary.rename(path)
    return secret
