"""A snapshot: a gate's whole state in one file, ``snapshot-<seq>.ecl``, written to the side and then put in place.

The file: 8 bytes of magic, the header's length (u32) and CRC-32 (u32), the header (JSON), then each array at a
multiple of 64 bytes. Little-endian. Each array has a CRC-32 in the header (2 GB/s here; BLAKE2b does 0.6).
"""

from __future__ import annotations

import ast
import os
import struct
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import BinaryIO, Final

import msgspec
import numpy as np

from ecluse.errors import EcluseError
from ecluse.stores.disk import sync_folder

State = Mapping[str, np.ndarray]

FORMAT: Final = 8
"""To be raised with every change of this file or of the arrays that a gate's state consists of."""

MAGIC: Final = b"\x89ECLUSE\n"
PREFIX: Final = struct.Struct("<8sII")
ALIGN: Final = 64
HEADER_BYTES_MAX: Final = 1 << 24
CHUNK_BYTES: Final = 1 << 24


class SnapshotError(EcluseError):
    """A snapshot could not be written; those before it are as they were."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(f"{path} could not be written: {reason}")


class DamagedSnapshotError(EcluseError):
    """A snapshot is not what was written."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(f"{path} is damaged: {reason}")


class SnapshotFormatError(EcluseError):
    """A snapshot is of another version of Écluse."""

    def __init__(self, path: Path, found: int) -> None:
        self.path, self.found = path, found
        super().__init__(f"{path} is of format {found}; this version reads {FORMAT}")


class Contents(msgspec.Struct, frozen=True):
    """What a snapshot says of itself."""

    seq: int
    """The last batch that is in it."""
    terms: str
    """Digest of the terms in force then."""
    document: str
    """Their text."""
    key_check: str
    """Tells whether ids were hashed with the secret at hand."""


class _Array(msgspec.Struct, frozen=True):
    name: str
    dtype: str
    shape: tuple[int, ...]
    start: int
    size: int
    checksum: int


class _Header(msgspec.Struct, frozen=True):
    format: int
    contents: Contents
    arrays: list[_Array]
    """``start`` counts from the end of the header, rounded up to 64."""


class _Format(msgspec.Struct, frozen=True):
    format: int


def snapshots(folder: Path) -> list[Path]:
    """The folder's snapshots, the newest first."""
    return sorted(folder.glob("snapshot-*.ecl"), reverse=True)


def seq_of(path: Path) -> int:
    """The last batch in a snapshot, by its name."""
    return int(path.stem.removeprefix("snapshot-"))


def write_snapshot(folder: Path, contents: Contents, state: State) -> Path:
    """Write ``state`` and return its file; it has its name only once it is whole and on disk. Raises SnapshotError."""
    path = folder / f"snapshot-{contents.seq:016}.ecl"
    temporary = path.with_suffix(".new")
    arrays = {name: np.ascontiguousarray(array) for name, array in state.items()}
    try:
        with temporary.open("wb") as file:
            _write(file, contents, arrays)
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(path)
        sync_folder(folder)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise SnapshotError(path, str(error)) from error
    return path


def _write(file: BinaryIO, contents: Contents, arrays: State) -> None:
    entries, start = [], 0
    for name, array in arrays.items():
        dtype = repr(np.lib.format.dtype_to_descr(array.dtype))
        entries.append(_Array(name, dtype, array.shape, start, array.nbytes, zlib.crc32(_bytes(array))))
        start = _aligned(start + array.nbytes)
    header = msgspec.json.encode(_Header(FORMAT, contents, entries))
    file.write(PREFIX.pack(MAGIC, len(header), zlib.crc32(header)) + header)
    base = _aligned(PREFIX.size + len(header))
    for entry in entries:
        file.seek(base + entry.start)
        data = _bytes(arrays[entry.name])
        for chunk in range(0, len(data), CHUNK_BYTES):
            file.write(data[chunk : chunk + CHUNK_BYTES])


def read_snapshot(path: Path, progress: Callable[[int, int], None] | None = None) -> tuple[Contents, State]:
    """Read a snapshot back, every byte checked. progress: called with bytes done and in all.

    Raises DamagedSnapshotError, SnapshotFormatError.
    """
    try:
        with path.open("rb") as file:
            header, base = _read_header(path, file)
            whole = sum(entry.size for entry in header.arrays)
            state: dict[str, np.ndarray] = {}
            done = 0
            for entry in header.arrays:
                array = np.empty(entry.shape, np.lib.format.descr_to_dtype(ast.literal_eval(entry.dtype)))
                checksum = 0
                file.seek(base + entry.start)
                data = _bytes(array)
                for start in range(0, len(data), CHUNK_BYTES):
                    chunk = data[start : start + CHUNK_BYTES]
                    if file.readinto(chunk) != len(chunk):
                        raise DamagedSnapshotError(path, f"it ends within {entry.name}")
                    checksum = zlib.crc32(chunk, checksum)
                    done += len(chunk)
                    if progress is not None:
                        progress(done, whole)
                if checksum != entry.checksum:
                    raise DamagedSnapshotError(path, f"the checksum of {entry.name} does not hold")
                state[entry.name] = array
            return header.contents, state
    except OSError as error:
        raise DamagedSnapshotError(path, str(error)) from error


def read_contents(path: Path) -> Contents:
    """Read only what a snapshot says of itself. Raises DamagedSnapshotError, SnapshotFormatError."""
    try:
        with path.open("rb") as file:
            return _read_header(path, file)[0].contents
    except OSError as error:
        raise DamagedSnapshotError(path, str(error)) from error


def _read_header(path: Path, file: BinaryIO) -> tuple[_Header, int]:
    prefix = file.read(PREFIX.size)
    if len(prefix) < PREFIX.size or not prefix.startswith(MAGIC):
        raise DamagedSnapshotError(path, "it does not begin as a snapshot does")
    _, size, checksum = PREFIX.unpack(prefix)
    header = file.read(size) if size <= HEADER_BYTES_MAX else b""
    if zlib.crc32(header) != checksum:
        raise DamagedSnapshotError(path, "the checksum of its header does not hold")
    found = msgspec.json.decode(header, type=_Format).format
    if found != FORMAT:
        raise SnapshotFormatError(path, found)
    return msgspec.json.decode(header, type=_Header), _aligned(PREFIX.size + size)


def _bytes(array: np.ndarray) -> memoryview:
    return array.reshape(-1).view(np.uint8).data


def _aligned(size: int) -> int:
    return -(-size // ALIGN) * ALIGN
