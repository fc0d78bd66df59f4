"""The records: what an operator keeps of people and decisions, in SQLite or PostgreSQL.

Unlike ledgers, records hold ids as the service gave them: a notice has to reach somebody.

One writer at a time: a writing transaction begins by taking the one row of the audit's head. Administrative acts are
few, and this way none of them can fork the audit, pass another, or deadlock with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Self

from sqlalchemy import select
from sqlalchemy.orm import Session

from ecluse.records.database import WRITING, Database, RecordsError, RecordsVersionError
from ecluse.records.migrating import RECORDS
from ecluse.records.tables import AuditHead

__all__ = ["FILE", "Records", "RecordsError", "RecordsVersionError", "head_of"]

FILE: Final = "records.sqlite"
"""The records of a data folder, unless another place is given."""


class Records(Database):
    """The records at ``url``: ``sqlite:///path`` or ``postgresql://user@host/database``. Any number of threads and
    processes may use them.

    migrate: bring older records to this version's tables; always done for SQLite. Raises InputError, RecordsError,
    RecordsVersionError.
    """

    def __init__(self, url: str | Path, *, migrate: bool = False) -> None:
        super().__init__(url, RECORDS, migrate=migrate)

    @classmethod
    def of_folder(cls, folder: Path) -> Self:
        """The records in a data folder."""
        return cls(folder / FILE)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that may write, alone; it is kept if the block ends well. Raises RecordsError."""
        with self.transaction() as session:
            session.info[WRITING] = session.scalars(select(AuditHead).with_for_update()).one()
            yield session


def head_of(session: Session) -> AuditHead:
    """The head of the audit, held by a transaction of ``Records.writing``."""
    head: AuditHead = session.info[WRITING]
    return head
