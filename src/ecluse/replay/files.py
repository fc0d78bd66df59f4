"""The files of logs: opened, unzipped, and how far they have been read."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple, Protocol, cast

import pyarrow as pa

from ecluse.errors import InputError
from ecluse.replay.fit import Naming

GZIP: Final = ".gz"


class Raw(NamedTuple):
    """Rows as a file holds them, and the field that each of its columns is read as."""

    rows: pa.RecordBatch
    field_of: dict[str, str]


class LogFile(Protocol):
    """One file of a log. Its columns are checked when it is made, as far as they are known by then."""

    name: str
    bytes_read: int

    def __init__(self, path: Path, naming: Naming) -> None: ...

    def batches(self) -> Iterator[Raw]:
        """The file's rows in their order, in pieces of bounded size. Raises InputError, ColumnsError."""

    def where(self, row: int) -> str:
        """Where row ``row`` (from 0) stands, as a person would look for it."""


class OpenFile:
    """A file open for reading, unzipped if its name ends in ``.gz``."""

    def __init__(self, path: Path, raw: BinaryIO) -> None:
        self._raw = raw
        self.stream: BinaryIO = cast(BinaryIO, gzip.GzipFile(fileobj=raw)) if path.suffix.lower() == GZIP else raw

    @property
    def bytes_read(self) -> int:
        """Bytes of the file, as it lies on the disk, that were read."""
        return self._raw.tell()


@contextmanager
def opened(path: Path) -> Iterator[OpenFile]:
    """Open a file of a log. Raises InputError if it can't be read, also while it is."""
    try:
        with path.open("rb") as raw:
            yield OpenFile(path, raw)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputError("log", str(path), f"a whole gzip file ({error})") from None
    except OSError as error:
        raise unreadable(path, error) from None


def unreadable(path: Path, error: Exception) -> InputError:
    """The error for a file that can't be read."""
    reason = error.strerror if isinstance(error, OSError) and error.strerror else (str(error).splitlines() or [""])[0]
    return InputError("log", str(path), f"a file that can be read ({reason})")
