"""A database of ours, in SQLite or PostgreSQL: opened, migrated, read at one moment, written one at a time.

What tables it has, and what a writer takes first, its subclass says: ``Records`` is one.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Self

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DataError,
    DBAPIError,
    InterfaceError,
    NoSuchModuleError,
    OperationalError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session

from ecluse.errors import EcluseError, InputError
from ecluse.records.migrating import Migrations, current

BUSY_S: Final = 30.0
"""Seconds for which a writer waits for those before it."""
CONNECTIONS_MAX: Final = 16
WRITING: Final = "ecluse_writing"


class RecordsError(EcluseError):
    """A database can't be read or written now; nothing was changed. what: which one, in words."""

    def __init__(self, reason: str, what: str = "records") -> None:
        self.reason = reason
        super().__init__(f"the {what} cannot be used: {reason}")


class RecordsVersionError(EcluseError):
    """Tables are of another version. found: their revision, None: there are none. expected: this program's."""

    def __init__(
        self, found: str | None, expected: str, what: str = "records", command: str = "records migrate"
    ) -> None:
        self.found, self.expected = found, expected
        super().__init__(
            f"the {what} are of revision {found or 'none'}, and this version needs {expected}: "
            f"ecluse {command} brings older ones there"
        )


class Database:
    """The database at ``url``: ``sqlite:///path`` or ``postgresql://user@host/database``. Any number of threads and
    processes may use it.

    migrate: bring older tables to this version's; always done for SQLite. Raises InputError, RecordsError,
    RecordsVersionError.
    """

    what = "records"
    """What it is called in errors."""
    command = "records migrate"
    """The command that migrates it."""

    def __init__(self, url: str | Path, migrations: Migrations, *, migrate: bool = False) -> None:
        parsed = self._parse(url)
        self.sqlite = parsed.get_backend_name() == "sqlite"
        self._migrations = migrations
        self._lock = threading.Lock()
        if self.sqlite and parsed.database:
            self._create(Path(parsed.database))
        self._engine = self._engine_of(parsed)
        try:
            if migrate or self.sqlite:
                self.migrate()
            elif (found := self.revision()) != migrations.newest():
                raise RecordsVersionError(found, migrations.newest(), self.what, self.command)
        except BaseException:
            self.close()
            raise

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A transaction that may write, on SQLite alone; it is kept if the block ends well. Raises RecordsError."""
        with self._own(), self._plainly(), self._engine.connect() as connection:
            connection = connection.execution_options(**{WRITING: True})
            with Session(connection, expire_on_commit=False) as session, session.begin():
                yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A look at one moment of the database. Raises RecordsError."""
        with self._plainly(), self._engine.connect() as connection:
            if not self.sqlite:
                connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with Session(connection, expire_on_commit=False, autoflush=False) as session:
                yield session

    def migrate(self) -> str:
        """Bring the tables to this version; returns the revision. Raises RecordsError, RecordsVersionError."""
        with self._own(), self._plainly(), self._engine.connect() as connection:
            connection = connection.execution_options(**{WRITING: True})
            with connection.begin():
                found = self._migrations.upgrade(connection)
        if found != self._migrations.newest():
            raise RecordsVersionError(found, self._migrations.newest(), self.what, self.command)
        return found

    def revision(self) -> str | None:
        """The revision of the tables; None: there are none. Raises RecordsError."""
        with self._plainly(), self._engine.connect() as connection:
            return current(connection)

    def close(self) -> None:
        """Let go of all connections."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _own(self) -> Iterator[None]:
        """Of this process's writers, one at a time and in turn, where the database would have them race."""
        if self.sqlite:
            with self._lock:
                yield
        else:
            yield

    @classmethod
    def _parse(cls, url: str | Path) -> URL:
        expected = "sqlite:///PATH or postgresql://USER@HOST/DATABASE"
        try:
            parsed = URL.create("sqlite", database=str(url)) if isinstance(url, Path) else make_url(url)
        except ArgumentError:
            raise InputError(cls.what, "an address that is not shown", expected) from None
        backend = parsed.get_backend_name()
        if backend == "postgres":
            parsed, backend = parsed.set(drivername="postgresql"), "postgresql"
        if backend == "postgresql":
            return parsed.set(drivername="postgresql+psycopg")
        if backend != "sqlite" or parsed.database in (None, "", ":memory:"):
            raise InputError(cls.what, backend, expected)
        return parsed

    def _create(self, path: Path) -> None:
        try:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        except OSError as error:
            raise RecordsError(str(error), self.what) from error

    def _engine_of(self, url: URL) -> Engine:
        sqlite = url.get_backend_name() == "sqlite"
        try:
            engine = create_engine(
                url,
                pool_size=CONNECTIONS_MAX,
                max_overflow=0,
                pool_timeout=BUSY_S,
                pool_pre_ping=not sqlite,
                connect_args={"timeout": BUSY_S} if sqlite else {"connect_timeout": 10},
            )
        except (ArgumentError, NoSuchModuleError) as error:
            raise InputError(self.what, url.drivername, str(error)) from None
        if sqlite:
            event.listen(engine, "connect", _prepare)
            event.listen(engine, "begin", _begin)
        return engine

    @contextmanager
    def _plainly(self) -> Iterator[None]:
        """Say what the database says in our own error: RecordsError, or InputError for what it can never hold."""
        try:
            yield
        except (OperationalError, InterfaceError) as error:
            raise RecordsError(str(error.orig), self.what) from error
        except PoolTimeoutError as error:
            raise RecordsError("all connections are in use", self.what) from error
        except DataError as error:
            expected = f"what the {self.what} can hold: texts without NUL, numbers in their range"
            raise InputError(self.what, "a value that is not shown", expected) from error
        except DBAPIError as error:
            if error.connection_invalidated or type(error) is DatabaseError:  # damaged, or no database at all
                raise RecordsError(str(error.orig), self.what) from error
            raise


def _prepare(connection: Any, _: object) -> None:
    """Make a connection to SQLite leave transactions to us, and keep what it says it kept."""
    connection.isolation_level = None
    for pragma in ("journal_mode=wal", "synchronous=full", "foreign_keys=on"):
        connection.execute(f"pragma {pragma}")


def _begin(connection: Connection) -> None:
    """Begin a transaction of SQLite: a writer's takes the lock at once, for one that read first could not get it."""
    connection.exec_driver_sql("begin immediate" if connection.get_execution_options().get(WRITING) else "begin")
