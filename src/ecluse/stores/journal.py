"""The journal: every batch, committed before it is judged. With a snapshot it is all that a gate remembers.

A gate is deterministic, so the journal keeps what went in and no verdict: judged again by the same terms, the same
batches give the same ledgers. It is a folder of segments (``00000001.sqlite``, …). A commit never waits for the disk
but at ``Durability.FULL``: one thread keeps house, puts the log on disk every second, makes the next segment ready,
brings full ones into their files, and removes those that a snapshot covers.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ecluse.errors import EcluseError
from ecluse.stores import segment
from ecluse.stores.segment import Batch, Durability, Segment, Span

SEGMENT_BYTES: Final = 64 << 20
"""Bytes of write-ahead log after which a segment is full."""

SYNC_S: Final = 1.0
"""Seconds between two syncs of the log."""

log = logging.getLogger(__name__)


class JournalError(EcluseError):
    """A batch could not be committed, and nothing has changed: it may be given again."""

    def __init__(self, path: Path, seq: int, reason: str) -> None:
        self.path, self.seq, self.reason = path, seq, reason
        super().__init__(f"{path}: batch {seq} is not in the journal: {reason}")


class JournalReadError(EcluseError):
    """A segment could not be read just now, though nothing says that it is damaged."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(f"{path} cannot be read: {reason}")


class Journal:
    """The journal in ``folder``, which must exist and be this process's alone.

    key_check: of the secret that ids are hashed with. ``append`` is for one thread at a time.
    Raises WrongSecretError, JournalReadError.
    """

    def __init__(
        self,
        folder: Path,
        key_check: str,
        *,
        durability: Durability = Durability.NORMAL,
        segment_bytes: int = SEGMENT_BYTES,
    ) -> None:
        self._folder, self._key_check = folder, key_check
        self._durability, self._segment_bytes = durability, segment_bytes
        paths = sorted(folder.glob("*.sqlite"))
        self._number = int(paths[-1].stem) if paths else 0
        self.documents: dict[str, str] = {}
        """Terms by digest: those of the batches kept, and those that ``append`` is to be given. Only ever added to."""
        self.damaged: list[Path] = []
        """Segments of which nothing can be read. They are left where they are."""
        self._spans = [found for path in paths if (found := self._open(path))]
        self.last_seq = self._spans[-1].last_seq if self._spans else 0
        """The last batch committed, 0 = none."""
        self._segment: Segment | None = None
        self._next: Segment | None = None
        self._full: list[Segment] = []
        self._covered_seq = 0
        self._making = threading.Lock()
        self._wake = threading.Event()
        self._closing = False
        self._house: threading.Thread | None = None

    @property
    def first_seq(self) -> int | None:
        """The earliest batch kept when the journal was opened; None if there was none."""
        return self._spans[0].first_seq if self._spans else None

    def _open(self, path: Path) -> Span | None:
        try:
            found = segment.span(path, self._key_check)
            if found is not None:
                self.documents |= segment.documents(path)
        except sqlite3.OperationalError as error:
            raise JournalReadError(path, str(error)) from error
        except sqlite3.DatabaseError as error:
            log.warning("%s is damaged: %s", path, error)
            self.damaged.append(path)
            return None
        if found is None:
            segment.remove(path)
        return found

    def read(self, after_seq: int = 0) -> Iterator[Batch]:
        """The batches past ``after_seq`` that were there when the journal was opened, in order.

        A damaged batch is left out. Cost: about 3 µs a batch and 1 ms a megabyte. Raises JournalReadError.
        """
        for kept in list(self._spans):
            if kept.last_seq <= after_seq:
                continue
            try:
                yield from segment.read(kept.path, after_seq)
            except sqlite3.OperationalError as error:
                raise JournalReadError(kept.path, str(error)) from error
            except sqlite3.DatabaseError as error:
                log.warning("%s is damaged, and its end is left out: %s", kept.path, error)

    def append(self, terms: str, events: bytes, *, observed: bool = False) -> int:
        """Commit a batch and return its number, one more than the last.

        terms: a digest in ``documents``. events: ``Packed.to_bytes()``. Cost: about 10 µs and 2 µs a kilobyte.
        Raises JournalError: then nothing has changed.
        """
        batch = Batch(self.last_seq + 1, terms, observed, events)
        try:
            current = self._segment
            if current is None or current.log_bytes >= self._segment_bytes:
                current = self._turn()
            current.append(batch, self.documents[terms])
        except (sqlite3.Error, OSError) as error:
            raise JournalError(self._folder, batch.seq, str(error)) from error
        self.last_seq = batch.seq
        return batch.seq

    def start_at(self, seq: int) -> None:
        """Number the next batch at least ``seq + 1``: a snapshot may know more than a journal that lost its end."""
        self.last_seq = max(self.last_seq, seq)

    def cut(self, covered_seq: int) -> None:
        """Let go of the batches up to ``covered_seq``: soon, and by whole segments."""
        self._covered_seq = max(self._covered_seq, covered_seq)
        self._wake.set()

    def close(self) -> None:
        """Put everything on disk."""
        self._closing = True
        self._wake.set()
        if self._house is not None:
            self._house.join()
        if self._segment is not None:
            self._full.append(self._segment)
        if self._next is not None:
            self._next.close()
        self._segment = self._next = None
        try:
            self._tidy()
        except (sqlite3.Error, OSError) as error:
            log.warning("%s: what was committed stays in the log until the next start: %s", self._folder, error)
            for unsettled in self._full:
                unsettled.close()

    def _turn(self) -> Segment:
        """Take the next segment; it is ready but at the start, and when the disk is slower than the gate."""
        following = self._make_next()
        if self._segment is not None:
            self._full.append(self._segment)
        self._segment, self._next = following, None
        if self._house is None:
            self._house = threading.Thread(target=self._keep_house, name="journal", daemon=True)
            self._house.start()
        self._wake.set()
        return following

    def _make_next(self) -> Segment:
        with self._making:
            if self._next is None:
                path = self._folder / f"{self._number + 1:08}.sqlite"
                self._next = Segment(path, self._key_check, self._durability)
                self._number += 1
            return self._next

    def _keep_house(self) -> None:
        while not self._closing:
            self._wake.wait(SYNC_S)
            self._wake.clear()
            try:
                self._make_next()
                self._tidy()
                if self._segment is not None:
                    self._segment.sync()
            except (sqlite3.Error, OSError) as error:
                log.warning("%s: housekeeping failed and is tried again: %s", self._folder, error)

    def _tidy(self) -> None:
        """Remove segments that a snapshot covers, and settle full ones."""
        while self._spans and self._spans[0].last_seq <= self._covered_seq:
            segment.remove(self._spans[0].path)
            self._spans.pop(0)
        while self._full:
            self._spans.append(self._full[0].settle())
            self._full.pop(0).close()
