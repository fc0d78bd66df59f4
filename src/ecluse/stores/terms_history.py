"""The history of the terms: who put which version in force, when and why. ``terms.sqlite``, only ever added to."""

from __future__ import annotations

import os
import sqlite3
import threading
from pathlib import Path
from typing import Final, Self

from ecluse.stores.rollout import Act, Change, Deed
from ecluse.terms import Versions, parse_versions

BUSY_S: Final = 5.0

_SCHEMA: Final = """
create table if not exists acts (
    seq integer primary key,
    at_s integer not null,
    who text not null,
    deed text not null,
    terms text not null,
    digest text not null,
    from_s integer,
    why text not null,
    versions text not null
)
"""


class TermsHistory:
    """The history in a file, made if absent. Of several processes, one at a time adds to it: the gate's own."""

    def __init__(self, path: Path) -> None:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=BUSY_S)
        self._connection.execute("pragma journal_mode=wal")
        self._connection.execute("pragma synchronous=full")
        self._connection.execute(_SCHEMA)
        self._lock = threading.Lock()

    def versions(self) -> Versions | None:
        """The versions after the last act; None before any. Raises TermsError if they are not read any more."""
        with self._lock:
            row = self._connection.execute("select versions from acts order by seq desc limit 1").fetchone()
        return None if row is None else parse_versions(row[0], "the terms kept")

    def acts(self) -> list[Act]:
        """What was done, the oldest first."""
        with self._lock:
            rows = self._connection.execute("select at_s, who, deed, terms, digest, from_s, why from acts order by seq")
            return [Act(row[0], row[1], Deed(row[2]), *row[3:]) for row in rows]

    def known(self) -> set[str]:
        """The digests of all terms that ever were in force, or were to be."""
        return {act.digest for act in self.acts() if act.deed is not Deed.END_REHEARSAL and act.from_s is not None}

    def record(self, change: Change) -> None:
        """Keep an act and the versions after it; on disk when this returns."""
        act = change.act
        with self._lock:
            self._connection.execute(
                "insert into acts values (null, ?, ?, ?, ?, ?, ?, ?, ?)",
                (act.at_s, act.who, act.deed, act.terms, act.digest, act.from_s, act.why, change.versions.source),
            )

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
