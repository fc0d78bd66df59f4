"""Verifying a bundle: proof that not one byte of it changed since it was sealed, from the file alone.

Nothing is unpacked and nothing is written. Memory is bounded, whatever the file says of itself: the manifest has at
most 8 MB, and parts are read in chunks of 1 MB. Cost: SHA-256 of the file, about 1 s a gigabyte.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from ecluse.cases.archive import ArchiveError, ArchiveReader
from ecluse.cases.manifest import MANIFEST, MANIFEST_BYTES_MAX, PATH, SIGNATURE, Manifest
from ecluse.cases.sealing_key import SIGNATURE_BYTES, PublicKey
from ecluse.errors import EcluseError

_FAULTS: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError)


class BundleError(EcluseError):
    """A file is not a bundle as it was sealed. reason: what was seen first."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"this is not a bundle as it was sealed: {reason}")


class OtherKeyError(BundleError):
    """A bundle is whole, as somebody sealed it, and not with the key that was expected."""

    def __init__(self, fingerprint: str, expected: str) -> None:
        self.fingerprint, self.expected = fingerprint, expected
        super().__init__(f"it is sealed with the key {fingerprint}, and {expected} was expected")


def verify(path: Path, fingerprint: str | None = None) -> Manifest:
    """Verify the bundle in a file. Raises BundleError, OSError.

    fingerprint: of the key that it has to be sealed with, 64 hex digits, however grouped. Without it the manifest's
    own key is believed, and whoever asks has to compare ``Manifest.fingerprint`` with what the service publishes.
    """
    with path.open("rb") as file:
        return verify_file(file, fingerprint)


def verify_file(file: BinaryIO, fingerprint: str | None = None) -> Manifest:
    """The same of an open file."""
    archive = ArchiveReader(file)
    try:
        encoded = archive.read(MANIFEST, MANIFEST_BYTES_MAX)
        signature = archive.read(SIGNATURE, SIGNATURE_BYTES)
        manifest, key = _read(encoded)
        if not key.sealed(encoded, signature):
            raise BundleError("the signature is not its manifest's")
        for part in manifest.parts:
            if PATH.fullmatch(part.path) is None:
                raise BundleError(f"{part.path!r} is no name of a part")
            digest = hashlib.sha256()
            for chunk in archive.stream(part.path, size=part.bytes):
                digest.update(chunk)
            if digest.hexdigest() != part.sha256:
                raise BundleError(f"{part.path} is not what was sealed")
        archive.close()
    except ArchiveError as error:
        raise BundleError(str(error)) from None
    if fingerprint is not None and _plain(fingerprint) != manifest.fingerprint:
        raise OtherKeyError(manifest.fingerprint, _plain(fingerprint))
    return manifest


def _plain(fingerprint: str) -> str:
    return "".join(fingerprint.split()).replace(":", "").lower()


def _read(encoded: bytes) -> tuple[Manifest, PublicKey]:
    """The manifest and the key that it names."""
    try:
        manifest = msgspec.json.decode(encoded, type=Manifest)
        key = PublicKey.from_bytes(bytes.fromhex(manifest.key))
    except _FAULTS as error:
        raise BundleError(f"its manifest cannot be read ({error})") from None
    if key.fingerprint != manifest.fingerprint:
        raise BundleError("its manifest names another fingerprint than its key has")
    return manifest, key
