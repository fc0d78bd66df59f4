"""The keys that ids are hashed with, one for each sort of id, all derived from one secret."""

from __future__ import annotations

import hashlib
from typing import Final, NamedTuple, Self

import numpy as np

from ecluse.errors import EcluseError
from ecluse.ledger.siphash import siphash

SECRET_BYTES_MIN: Final = 16

ACCOUNT: Final = 0
GROUP: Final = 1
EVENT_ID: Final = 2
PROVIDER: Final = 3
NETWORK: Final = 4
TOOL: Final = 5
ORIGIN: Final = 6
DEVICE: Final = 7
SORTS_OF_ID: Final = 8

_PURPOSES: Final = (b"account", b"group", b"event", b"provider", b"network", b"tool", b"origin", b"device")


class SecretError(EcluseError):
    """The secret that ids are hashed with is too short."""

    def __init__(self, given_bytes: int) -> None:
        super().__init__(f"secret: {given_bytes} bytes given, at least {SECRET_BYTES_MIN} needed")


class IdentityKeys(NamedTuple):
    """The keys that ids are hashed with: one for each sort of id, so that none can be taken for another."""

    words: np.ndarray
    """uint64, shape (SORTS_OF_ID, 2): the keys of accounts, groups, event ids, providers, networks, and so on."""

    @classmethod
    def from_secret(cls, secret: bytes) -> Self:
        """Derive the keys from one secret of at least 16 bytes. Raises SecretError."""
        if len(secret) < SECRET_BYTES_MIN:
            raise SecretError(len(secret))
        return cls(np.array([_derive(secret, purpose) for purpose in _PURPOSES], np.uint64))

    @property
    def account(self) -> np.ndarray:
        """The key of accounts."""
        return self.words[ACCOUNT]

    @property
    def group(self) -> np.ndarray:
        """The key of groups."""
        return self.words[GROUP]

    @property
    def event(self) -> np.ndarray:
        """The key of event ids."""
        return self.words[EVENT_ID]

    def of_account(self, account_id: str) -> int:
        """The keyed hash of one account's id."""
        return self.of(ACCOUNT, account_id)

    def of_provider(self, provider_id: str) -> int:
        """The keyed hash of one provider's id."""
        return self.of(PROVIDER, provider_id)

    def of(self, sort: int, text: str) -> int:
        """The keyed hash of one id. sort: of id, such as NETWORK."""
        data = np.frombuffer(text.encode(), np.uint8)
        return int(siphash(data, 0, len(data), *self.words[sort]))


def _derive(secret: bytes, purpose: bytes) -> tuple[int, int]:
    digest = hashlib.blake2b(secret, digest_size=16, person=b"ecluse:" + purpose).digest()
    return int.from_bytes(digest[:8], "little"), int.from_bytes(digest[8:], "little")
