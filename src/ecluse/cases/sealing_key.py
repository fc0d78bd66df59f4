"""The key that bundles are sealed with: Ed25519 (RFC 8032), made once and kept in the data folder.

``case-key.pem`` is the private key and stays there, mode 0600. The public key may be published; so may its
fingerprint, the SHA-256 of the key as SubjectPublicKeyInfo (RFC 5280, DER), in hex.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path
from tempfile import mkstemp
from typing import Final, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from ecluse.errors import EcluseError

FILE: Final = "case-key.pem"
PUBLIC_KEY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64


class SealingKeyError(EcluseError):
    """The file of the sealing key does not hold one."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(f"{path} does not hold an Ed25519 key: {reason}")


class PublicKey:
    """What a seal is checked with."""

    def __init__(self, key: Ed25519PublicKey) -> None:
        self._key = key

    @classmethod
    def from_bytes(cls, raw: bytes) -> Self:
        """The key of these 32 bytes. Raises ValueError."""
        return cls(Ed25519PublicKey.from_public_bytes(raw))

    @property
    def raw(self) -> bytes:
        """Its 32 bytes."""
        return self._key.public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def pem(self) -> str:
        """It as PEM, to publish."""
        return self._key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    @property
    def fingerprint(self) -> str:
        """64 hex digits that name it."""
        return hashlib.sha256(self._key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()

    def sealed(self, content: bytes, signature: bytes) -> bool:
        """Whether the signature is this key's of ``content``."""
        try:
            self._key.verify(signature, content)
        except InvalidSignature:
            return False
        return True


class SealingKey:
    """What bundles are sealed with."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.public = PublicKey(key.public_key())

    @classmethod
    def of_folder(cls, folder: Path) -> Self:
        """The key of a data folder, made if there is none. Raises SealingKeyError.

        Two processes that make it at the same time end with the same one.
        """
        path = folder / FILE
        if not path.exists():
            cls._create(path)
        try:
            key = load_pem_private_key(path.read_bytes(), password=None)
        except (ValueError, TypeError, OSError) as error:
            raise SealingKeyError(path, str(error)) from None
        if not isinstance(key, Ed25519PrivateKey):
            raise SealingKeyError(path, "it is of another kind")
        return cls(key)

    @staticmethod
    def _create(path: Path) -> None:
        pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, new = mkstemp(prefix=path.name, dir=path.parent)  # readable by its owner alone
        try:
            with open(handle, "wb") as file:
                file.write(pem)
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):
                os.link(new, path)
        finally:
            os.unlink(new)

    def seal(self, content: bytes) -> bytes:
        """The 64 bytes of the signature of ``content``; always the same for the same content."""
        return self._key.sign(content)


def shown(fingerprint: str) -> str:
    """A fingerprint in groups of four, as people compare it.

    >>> shown("00112233445566778899aabbccddeeff" * 2)[:19]
    '0011 2233 4455 6677'
    """
    return " ".join(fingerprint[start : start + 4] for start in range(0, len(fingerprint), 4))
