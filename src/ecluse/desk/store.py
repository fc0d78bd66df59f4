"""The desk's database: SQLite by default, PostgreSQL by URL, brought to this version when it is opened.

Writers of one business take its row first, so they come one after another; businesses do not wait for each other on
PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from ecluse.desk.tables import Business
from ecluse.errors import InputError
from ecluse.records.database import Database
from ecluse.records.migrating import Migrations

MIGRATIONS: Final = Migrations(Path(__file__).parent / "migrations", 0x6465736B)


class DeskStore(Database):
    """The database of a desk at ``url``. Raises InputError, RecordsError, RecordsVersionError."""

    what = "database"
    command = "desk init"

    def __init__(self, url: str | Path) -> None:
        super().__init__(url, MIGRATIONS, migrate=True)

    def add(self, businesses: Iterable[str]) -> None:
        """Let there be these businesses; those that are there stay as they are. Raises RecordsError."""
        with self.transaction() as session:
            known = set(session.scalars(select(Business.id).with_for_update()))
            session.add_all(Business(id=name, changed=0) for name in dict.fromkeys(businesses) if name not in known)

    @contextmanager
    def writing(self, business: str) -> Iterator[Session]:
        """A transaction that writes rows of one business, alone. Raises InputError, RecordsError."""
        with self.transaction() as session:
            row = session.scalars(select(Business).where(Business.id == business).with_for_update()).one_or_none()
            if row is None:
                raise InputError("business", business, "a business of this desk")
            row.changed += 1
            yield session

    def changed(self, business: str) -> int:
        """A number that is higher after each change of a business's rows. Raises InputError, RecordsError."""
        with self.reading() as session:
            found = session.scalar(select(Business.changed).where(Business.id == business))
        if found is None:
            raise InputError("business", business, "a business of this desk")
        return found
