"""Bringing tables to this version: Alembic, one file a revision in ``versions`` of a folder of migrations."""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

FOLDER: Final = Path(__file__).parent / "migrations"
"""Where the migrations of the records lie."""
HEAD: Final = "head"
"""What tables are brought to: this version's."""


class Migrations(NamedTuple):
    """The migrations of one sort of database. folder: where they lie. lock: the number of PostgreSQL's advisory lock
    that two migrations at once take in turn.
    """

    folder: Path
    lock: int

    def newest(self) -> str:
        """The revision that this version's tables are of."""
        head = ScriptDirectory.from_config(self._config()).get_current_head()
        assert head is not None
        return head

    def upgrade(self, connection: Connection) -> str | None:
        """Bring the tables to this version's within the transaction under way. Returns the revision after it.

        Tables of a revision that this version does not know stay as they are.
        """
        if connection.dialect.name == "postgresql":
            connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": self.lock})
        found = current(connection)
        known = {script.revision for script in ScriptDirectory.from_config(self._config()).walk_revisions()}
        if found is None or (found in known and found != self.newest()):
            command.upgrade(self._config(connection), HEAD)
            return current(connection)
        return found

    def _config(self, connection: Connection | None = None) -> Config:
        """How Alembic finds its way; ``connection``: what it is to work on."""
        found = Config()
        found.set_main_option("script_location", str(self.folder).replace("%", "%%"))
        found.set_main_option("path_separator", "os")
        found.attributes["connection"] = connection
        return found


RECORDS: Final = Migrations(FOLDER, 0x65636C75)
"""Those of the records."""


def newest() -> str:
    """The revision that this version's records are of."""
    return RECORDS.newest()


def current(connection: Connection) -> str | None:
    """The revision of the tables there; None: there are none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return MigrationContext.configure(connection).get_current_revision()
