"""The archive of a bundle: a zip of which every byte is laid down, so that one parser reads it and no byte is spare.

Members are stored, not compressed: what is in the file is what comes out, and nothing can be larger than the file.
There are no comments, extra fields, flags or dates. Any zip program opens it; ``read_archive`` takes nothing else.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO, Final, NamedTuple
from zlib import crc32

from ecluse.errors import EcluseError

MEMBERS_MAX: Final = 10_000
"""Members of an archive."""

ARCHIVE_BYTES_MAX: Final = (1 << 32) - 1
"""Bytes of an archive: what 32 bits can count."""

NAME_BYTES_MAX: Final = 200

CHUNK_BYTES: Final = 1 << 20

_LOCAL: Final = struct.Struct("<4s5H3L2H")
_CENTRAL: Final = struct.Struct("<4s6H3L5H2L")
_END: Final = struct.Struct("<4s4H2LH")

_VERSION: Final = 10
_MADE_BY_UNIX: Final = 3 << 8 | 20
_FIRST_OF_1980: Final = 1 << 5 | 1
_REGULAR_FILE: Final = 0o100644 << 16


class ArchiveError(EcluseError):
    """A file is not an archive as ``ArchiveWriter`` writes it. at: the byte where that is seen."""

    def __init__(self, at: int, reason: str) -> None:
        self.at, self.reason = at, reason
        super().__init__(f"byte {at}: {reason}")


class Entry(NamedTuple):
    """A member. at: where its header begins."""

    name: str
    at: int
    size: int
    crc: int

    def header(self) -> bytes:
        """The bytes before its content."""
        name = self.name.encode()
        return (
            _LOCAL.pack(b"PK\3\4", _VERSION, 0, 0, 0, _FIRST_OF_1980, self.crc, self.size, self.size, len(name), 0)
            + name
        )

    def listing(self) -> bytes:
        """Its line in the directory at the end."""
        name = self.name.encode()
        fields = (_MADE_BY_UNIX, _VERSION, 0, 0, 0, _FIRST_OF_1980, self.crc, self.size, self.size, len(name))
        return _CENTRAL.pack(b"PK\1\2", *fields, 0, 0, 0, 0, _REGULAR_FILE, self.at) + name


class ArchiveWriter:
    """Writes members to ``file``, one after the other; ``close`` writes the directory."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._at = 0
        self._entries: list[Entry] = []

    def add(self, name: str, content: bytes) -> None:
        """Write a member. name: ASCII. Raises ArchiveError if the archive grows too large."""
        entry = Entry(name, self._at, len(content), crc32(content))
        end = self._at + len(entry.header()) + len(content)
        if end > ARCHIVE_BYTES_MAX - MEMBERS_MAX * (_CENTRAL.size + NAME_BYTES_MAX):
            raise ArchiveError(self._at, f"{name} with its {len(content)} bytes makes it larger than 32 bits can say")
        if len(self._entries) == MEMBERS_MAX:
            raise ArchiveError(self._at, f"it has {MEMBERS_MAX} members, and {name} would be one more")
        self._file.write(entry.header())
        self._file.write(content)
        self._entries.append(entry)
        self._at = end

    def close(self) -> None:
        """Write the directory."""
        self._file.write(directory(self._entries, self._at))


def directory(entries: list[Entry], at: int) -> bytes:
    """The directory of an archive and its end. at: where the directory begins."""
    listing = b"".join(entry.listing() for entry in entries)
    return listing + _END.pack(b"PK\5\6", 0, 0, len(entries), len(entries), len(listing), at, 0)


class ArchiveReader:
    """Reads members of ``file`` in their order, and takes no byte that ``ArchiveWriter`` would not have written."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._at = 0
        self._entries: list[Entry] = []

    def read(self, name: str, bytes_max: int) -> bytes:
        """The content of the next member, which has to have that name. Raises ArchiveError."""
        return b"".join(self.stream(name, bytes_max=bytes_max))

    def stream(self, name: str, *, size: int | None = None, bytes_max: int = ARCHIVE_BYTES_MAX) -> Iterator[bytes]:
        """The same in chunks. size: what it has to have. What is wrong with the header may be seen only at the end."""
        at = self._at
        fixed = self._take(_LOCAL.size)
        said, _, name_bytes, _ = _LOCAL.unpack(fixed)[7:]
        found = self._take(min(name_bytes, NAME_BYTES_MAX))
        if found != name.encode() or (size is not None and said != size) or said > bytes_max:
            raise ArchiveError(at, f"{name}{'' if size is None else f' of {size} bytes'} should stand here")
        rest, counted = said, 0
        while rest:
            chunk = self._take(min(rest, CHUNK_BYTES))
            counted = crc32(chunk, counted)
            rest -= len(chunk)
            yield chunk
        entry = Entry(name, at, said, counted)
        if entry.header() != fixed + found:
            raise ArchiveError(at, f"the header of {name} is not what its content asks for")
        self._entries.append(entry)

    def _take(self, count: int) -> bytes:
        taken = self._file.read(count)
        if len(taken) != count:
            raise ArchiveError(self._at, "it ends here, in the middle")
        self._at += count
        return taken

    def close(self) -> None:
        """Read the directory, and see that nothing comes after it. Raises ArchiveError."""
        expected = directory(self._entries, self._at)
        found = self._file.read(len(expected) + 1)
        if found != expected:
            same = next((i for i, (a, b) in enumerate(zip(found, expected, strict=False)) if a != b), None)
            at = self._at + (min(len(found), len(expected)) if same is None else same)
            raise ArchiveError(at, "something else than the end of the archive")
