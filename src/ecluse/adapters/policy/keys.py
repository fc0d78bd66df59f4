"""The two keys of a policy server: one by which other servers know it, one that signs events."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final, NamedTuple

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ecluse.adapters.policy.events import unpadded

POLICY_KEY_ID: Final = "ed25519:policy_server"
SERVER_KEY_ID: Final = "ed25519:ecluse"


class Keys(NamedTuple):
    """The private keys."""

    server: Ed25519PrivateKey
    policy: Ed25519PrivateKey

    @property
    def policy_public(self) -> str:
        """The public key that rooms name: unpadded base64."""
        return public_text(self.policy)


def public_text(key: Ed25519PrivateKey) -> str:
    """A public key as unpadded base64."""
    raw = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return unpadded(raw)


def load_keys(folder: Path) -> Keys:
    """The keys of a folder; made if they are not there, for the owner alone. Raises OSError, ValueError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Keys(_load(folder / "server.key"), _load(folder / "policy.key"))


def _load(path: Path) -> Ed25519PrivateKey:
    try:
        return Ed25519PrivateKey.from_private_bytes(path.read_bytes())
    except FileNotFoundError:
        key = Ed25519PrivateKey.generate()
        raw = key.private_bytes(
            serialization.Encoding.Raw, serialization.PrivateFormat.Raw, serialization.NoEncryption()
        )
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(raw)
        return key
