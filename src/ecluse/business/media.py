"""Media: which types are taken, how large they may be, and whether bytes are what their type says.

Sizes: Meta's pages on each type of message, and vendors'.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from ecluse.business.codes import ApiError

MEGABYTE: Final = 1 << 20
HEAD_BYTES: Final = 64
"""Bytes from the start that a type is told by."""

STICKER_BYTES_MAX: Final = 100 << 10
MOVING_STICKER_BYTES_MAX: Final = 500 << 10
_WEBP_MOVING: Final = 0x02


class MediaType(NamedTuple):
    """A type of media. kind: the message that it goes into. fits: whether bytes begin as it does."""

    kind: str
    bytes_max: int
    fits: Callable[[bytes], bool]


def _begins(*signatures: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(signatures)


def _brand(*brands: bytes) -> Callable[[bytes], bool]:
    return lambda head: head[4:8] == b"ftyp" and (not brands or head[8:12].startswith(brands))


def _is_text(head: bytes) -> bool:
    return b"\x00" not in head


def _is_webp(head: bytes) -> bool:
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


_OLE = _begins(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
_ZIP = _begins(b"PK\x03\x04")
_OFFICE = "application/vnd.openxmlformats-officedocument."

MEDIA: Final[dict[str, MediaType]] = {
    "image/jpeg": MediaType("image", 5 * MEGABYTE, _begins(b"\xff\xd8\xff")),
    "image/png": MediaType("image", 5 * MEGABYTE, _begins(b"\x89PNG\r\n\x1a\n")),
    "image/webp": MediaType("sticker", MOVING_STICKER_BYTES_MAX, _is_webp),
    "audio/aac": MediaType("audio", 16 * MEGABYTE, _begins(b"\xff\xf1", b"\xff\xf9")),
    "audio/amr": MediaType("audio", 16 * MEGABYTE, _begins(b"#!AMR")),
    "audio/mpeg": MediaType("audio", 16 * MEGABYTE, _begins(b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")),
    "audio/mp4": MediaType("audio", 16 * MEGABYTE, _brand()),
    "audio/ogg": MediaType("audio", 16 * MEGABYTE, _begins(b"OggS")),
    "video/mp4": MediaType("video", 16 * MEGABYTE, _brand()),
    "video/3gpp": MediaType("video", 16 * MEGABYTE, _brand(b"3g")),
    "text/plain": MediaType("document", 100 * MEGABYTE, _is_text),
    "application/pdf": MediaType("document", 100 * MEGABYTE, _begins(b"%PDF-")),
    "application/msword": MediaType("document", 100 * MEGABYTE, _OLE),
    "application/vnd.ms-excel": MediaType("document", 100 * MEGABYTE, _OLE),
    "application/vnd.ms-powerpoint": MediaType("document", 100 * MEGABYTE, _OLE),
    f"{_OFFICE}wordprocessingml.document": MediaType("document", 100 * MEGABYTE, _ZIP),
    f"{_OFFICE}spreadsheetml.sheet": MediaType("document", 100 * MEGABYTE, _ZIP),
    f"{_OFFICE}presentationml.presentation": MediaType("document", 100 * MEGABYTE, _ZIP),
}
"""Every type that is taken, by its name."""

MEDIA_BYTES_MAX: Final = 100 * MEGABYTE
"""Of any type."""


def media_type(name: str | None) -> tuple[str, MediaType]:
    """The type of a content type, whatever its parameters and case. Raises ApiError 131053."""
    plain = (name or "").partition(";")[0].strip().lower()
    found = MEDIA.get(plain)
    if found is None:
        raise ApiError(131053, f"The type {plain[:60] or 'none'} is not taken; these are: {', '.join(MEDIA)}.")
    return plain, found


def check_head(name: str, head: bytes) -> None:
    """See that bytes begin as their type does. Raises ApiError 131053."""
    if not MEDIA[name].fits(head):
        raise ApiError(131053, f"The file is not of the type {name}, as its first bytes show.")


def check_size(name: str, size: int, head: bytes) -> None:
    """See that a media is not empty and not too large for its type. Raises ApiError 131053."""
    most = MEDIA[name].bytes_max
    if name == "image/webp" and not (head[12:16] == b"VP8X" and len(head) > 20 and head[20] & _WEBP_MOVING):
        most = STICKER_BYTES_MAX
    if not 0 < size <= most:
        raise ApiError(131053, f"The file has {size} bytes; a file of the type {name} has 1 to {most}.")


def check_kind(name: str, kind: str) -> None:
    """See that a media may go into a message of ``kind``; into a document any may. Raises ApiError 131053."""
    if kind not in ("document", MEDIA[name].kind):
        raise ApiError(131053, f"A file of the type {name} does not go into a message of the type {kind}.")
