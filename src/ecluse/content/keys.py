"""Keys of content: derived from the gate's secret, one for each sort of hash."""

from __future__ import annotations

import hashlib
from typing import NamedTuple, Self

import numpy as np

from ecluse.ledger.keys import SECRET_BYTES_MIN, SecretError


class ContentKeys(NamedTuple):
    """Keys of two uint64 each: of whole texts, of shingles, of link domains, of images."""

    text: np.ndarray
    shingle: np.ndarray
    domain: np.ndarray
    image: np.ndarray

    @classmethod
    def from_secret(cls, secret: bytes) -> Self:
        """Derive the keys from one secret of at least 16 bytes. Raises SecretError."""
        if len(secret) < SECRET_BYTES_MIN:
            raise SecretError(len(secret))
        return cls(*(_derive(secret, purpose) for purpose in (b"text", b"shingle", b"domain", b"image")))


def _derive(secret: bytes, purpose: bytes) -> np.ndarray:
    digest = hashlib.blake2b(secret, digest_size=16, person=b"ecluse:c:" + purpose).digest()
    return np.frombuffer(digest, "<u8")
