"""Sealing: parts, their manifest and its signature become one file, always the same bytes for the same parts."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from tempfile import mkstemp
from typing import BinaryIO, NamedTuple

from ecluse.cases.archive import ArchiveWriter
from ecluse.cases.manifest import FORMAT, MANIFEST, PATH, SIGNATURE, AuditHead, Manifest, Part
from ecluse.cases.sealing_key import SealingKey
from ecluse.errors import InputError


class Content(NamedTuple):
    """A part before it is sealed. path: as ``manifest.PATH`` has it. media: its media type."""

    path: str
    media: str
    content: bytes


def sums(contents: Sequence[Content]) -> bytes:
    """The SHA-256 of each part, as ``sha256sum -c`` reads them."""
    return "".join(f"{hashlib.sha256(part.content).hexdigest()}  {part.path}\n" for part in contents).encode()


def write_bundle(
    file: BinaryIO, contents: Sequence[Content], key: SealingKey, *, about: str, made_at: str, audit: AuditHead | None
) -> Manifest:
    """Write a bundle to ``file``. about: what it is of, in words. made_at: RFC 3339. Raises InputError, ArchiveError.

    The first parts are those that a person should see first.
    """
    seen: set[str] = set()
    for part in contents:
        if PATH.fullmatch(part.path) is None or part.path in seen or part.path in (MANIFEST, SIGNATURE):
            raise InputError("path", part.path, "a new name of lower-case letters and digits, with - _ . and /")
        seen.add(part.path)
    parts = tuple(
        Part(path, media, len(content), hashlib.sha256(content).hexdigest()) for path, media, content in contents
    )
    manifest = Manifest(FORMAT, about, made_at, key.public.raw.hex(), key.public.fingerprint, parts, audit)
    encoded = manifest.encode()
    archive = ArchiveWriter(file)
    archive.add(MANIFEST, encoded)
    archive.add(SIGNATURE, key.seal(encoded))
    for part in contents:
        archive.add(part.path, part.content)
    archive.close()
    return manifest


def seal(
    path: Path, contents: Sequence[Content], key: SealingKey, *, about: str, made_at: str, audit: AuditHead | None
) -> Manifest:
    """Write a bundle to a file, whole or not at all. Raises InputError, ArchiveError, OSError."""
    handle, name = mkstemp(prefix=path.name, suffix=".new", dir=path.parent)
    new = Path(name)
    try:
        with open(handle, "wb") as file:
            manifest = write_bundle(file, contents, key, about=about, made_at=made_at, audit=audit)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)
    return manifest
