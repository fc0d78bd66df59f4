"""The manifest of a bundle: what lies in it, with length and SHA-256 of each part; it is what is signed."""

from __future__ import annotations

import re
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from ecluse.cases.archive import ARCHIVE_BYTES_MAX, MEMBERS_MAX, NAME_BYTES_MAX

FORMAT: Final = "ecluse-bundle/1"
MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "manifest.sig"
OWN_MEMBERS: Final = 2
"""Members of a bundle that are not in its manifest: itself, and its signature."""

MANIFEST_BYTES_MAX: Final = 8 << 20

PATH: Final = re.compile(r"[a-z0-9][a-z0-9_-]*(\.[a-z0-9]+)*(/[a-z0-9][a-z0-9_-]*(\.[a-z0-9]+)*){0,3}")
"""Names of parts: lower case, and never a way out of the folder that they are unpacked in."""

Sha256 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$(?!\n)")]


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One part of a bundle."""

    path: Annotated[str, Meta(max_length=NAME_BYTES_MAX)]
    media: Annotated[str, Meta(max_length=100)]
    bytes: Annotated[int, Meta(ge=0, le=ARCHIVE_BYTES_MAX)]
    sha256: Sha256


class AuditHead(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the audit stood: its last row and that row's digest, which all rows before it are in."""

    seq: Annotated[int, Meta(ge=0)]
    digest: Annotated[str, Meta(max_length=128)]


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What lies in a bundle. made_at: RFC 3339. key: the public key, 32 bytes in hex. fingerprint: of it."""

    format: Literal["ecluse-bundle/1"]
    about: Annotated[str, Meta(max_length=400)]
    made_at: Annotated[str, Meta(max_length=40)]
    key: Sha256
    fingerprint: Sha256
    parts: Annotated[tuple[Part, ...], Meta(max_length=MEMBERS_MAX - OWN_MEMBERS)]
    audit: AuditHead | None = None

    def encode(self) -> bytes:
        """It as JSON for people and programs: always the same bytes."""
        return msgspec.json.format(msgspec.json.encode(self), indent=1) + b"\n"
