"""A segment: one SQLite file of the journal, one row a batch. Only ever appended to, by one connection.

As nobody else opens it while it is written, the connection locks it once and for all, and a commit is two writes to
the write-ahead log. Nothing is checkpointed until the segment is full and another has taken its place.
"""

from __future__ import annotations

import os
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Final, NamedTuple

from ecluse.errors import EcluseError
from ecluse.stores.disk import sync_folder
from ecluse.stores.secret import WrongSecretError

FORMAT: Final = 2
"""``user_version`` of a segment's file: to be raised with every change of what ``Packed.to_bytes`` writes."""

PAGE_BYTES: Final = 4096

SCHEMA: Final = """
begin;
create table facts (key_check text not null);
create table terms (
    number integer primary key,
    digest text not null unique,
    checksum integer not null,
    document text not null
);
create table batches (
    seq integer primary key,
    terms integer not null,
    observed integer not null,
    checksum integer not null,
    events blob not null
);
commit;
"""


class SegmentFormatError(EcluseError):
    """A segment is of another version of Écluse."""

    def __init__(self, path: Path, found: int) -> None:
        self.path, self.found = path, found
        super().__init__(f"{path} is of format {found}; this version reads {FORMAT}")


class Durability(StrEnum):
    """When a commit is on disk. In the system's hands, safe from ``kill -9``, it is at once."""

    NORMAL = "normal"
    """Within about a second: what a power cut may take."""
    FULL = "full"
    """Before the answer leaves: one fsync a batch."""


class Batch(NamedTuple):
    """One batch as it was given to the gate."""

    seq: int
    terms: str
    """Digest of the terms that judged it."""
    observed: bool
    """Whether it was an observation."""
    events: bytes
    """``Packed.to_bytes()``"""


class Span(NamedTuple):
    """A segment that is written no more. last_seq: of its last batch."""

    path: Path
    first_seq: int
    last_seq: int


def checksum(batch: Batch) -> int:
    """CRC-32 of all of a batch."""
    head = f"{batch.seq} {batch.terms} {batch.observed:d}".encode()
    return zlib.crc32(batch.events, zlib.crc32(head))


def _checksum(digest: str, document: str) -> int:
    return zlib.crc32(f"{digest} {document}".encode())


class Segment:
    """A segment being written. Raises sqlite3.Error; after a failed append it is as it was before."""

    def __init__(self, path: Path, key_check: str, durability: Durability) -> None:
        self.path = path
        self.first_seq = self.last_seq = 0
        self.log_bytes = 0
        """Bytes written to the write-ahead log, about."""
        self._terms: dict[str, int] = {}
        self._synced_bytes = 0
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        try:
            self._create(key_check, durability)
            self._log = os.open(f"{path}-wal", os.O_RDONLY)
        except BaseException:
            self._connection.close()
            remove(path)
            raise
        self._execute = self._connection.cursor().execute
        os.fsync(self._log)
        sync_folder(path.parent)

    def _create(self, key_check: str, durability: Durability) -> None:
        for setting in (
            f"page_size={PAGE_BYTES}",
            "locking_mode=exclusive",
            "journal_mode=wal",
            f"synchronous={durability}",
            "wal_autocheckpoint=0",
            f"user_version={FORMAT}",
        ):
            self._connection.execute(f"pragma {setting}")
        self._connection.executescript(SCHEMA)
        self._connection.execute("insert into facts values (?)", (key_check,))

    def append(self, batch: Batch, document: str) -> None:
        """Commit ``batch``. document: the terms it is judged by, kept once a segment."""
        number = self._terms.get(batch.terms)
        if number is None:
            number = len(self._terms) + 1
            row = (number, batch.terms, _checksum(batch.terms, document), document)
            self._execute("insert or replace into terms values (?, ?, ?, ?)", row)
            self._terms[batch.terms] = number
        self._execute(
            "insert into batches values (?, ?, ?, ?, ?)",
            (batch.seq, number, batch.observed, checksum(batch), batch.events),
        )
        self.first_seq = self.first_seq or batch.seq
        self.last_seq = batch.seq
        self.log_bytes += (len(batch.events) // PAGE_BYTES + 1) * PAGE_BYTES

    def sync(self) -> None:
        """Put on disk what was committed until now. May run beside ``append``, which does not wait for it."""
        log_bytes = self.log_bytes
        if log_bytes != self._synced_bytes:
            os.fsync(self._log)
            self._synced_bytes = log_bytes

    def settle(self) -> Span:
        """Bring the log into the file, and the file to disk. To be closed then; nothing may be appended any more."""
        self._connection.execute("pragma wal_checkpoint(truncate)")
        return Span(self.path, self.first_seq, self.last_seq)

    def close(self) -> None:
        """Close the file; remove it if it holds no batch."""
        os.close(self._log)
        self._connection.close()
        if self.last_seq == 0:
            remove(self.path)


def remove(path: Path) -> None:
    """Remove a segment's file and what SQLite keeps beside it."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def span(path: Path, key_check: str) -> Span | None:
    """What a closed segment holds; None if no batch. Raises WrongSecretError, SegmentFormatError, sqlite3.Error."""
    with _reading(path) as connection:
        if connection.execute("select count(*) from sqlite_master where name = 'batches'").fetchone()[0] == 0:
            return None  # the gate was killed while it made the file
        (found,) = connection.execute("pragma user_version").fetchone()
        if found != FORMAT:
            raise SegmentFormatError(path, found)
        for (check,) in connection.execute("select key_check from facts"):
            if check != key_check:
                raise WrongSecretError(path)
        ends = "select (select min(seq) from batches), (select max(seq) from batches)"  # two look-ups, no scan
        first, last = connection.execute(ends).fetchone()
        return None if last is None else Span(path, first, last)


def documents(path: Path) -> dict[str, str]:
    """Terms in a closed segment whose checksums hold: document by digest. Raises sqlite3.Error."""
    with _reading(path) as connection:
        rows = connection.execute("select digest, document, checksum from terms")
        return {digest: document for digest, document, kept in rows if _checksum(digest, document) == kept}


def read(path: Path, after_seq: int) -> Iterator[Batch]:
    """The batches of a closed segment past ``after_seq`` whose checksums hold. Raises sqlite3.Error where it ends."""
    with _reading(path) as connection:
        rows = connection.execute(
            "select seq, digest, observed, events, batches.checksum from batches left join terms on number = terms"
            " where seq > ? order by seq",
            (after_seq,),
        )
        for seq, digest, observed, events, kept in rows:
            batch = Batch(seq, digest or "", bool(observed), events)
            if checksum(batch) == kept:
                yield batch


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection to a closed segment, closed at the end; closing brings a killed gate's log into the file."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=0)
    try:
        connection.execute("pragma locking_mode=exclusive")
        yield connection
    finally:
        connection.close()
