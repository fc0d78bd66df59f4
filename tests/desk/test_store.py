import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from ecluse.desk.store import DeskStore
from ecluse.desk.tables import DeskTable, Evidence
from ecluse.errors import InputError
from ecluse.records import Records, RecordsVersionError
from tests.desk.making import NOW_S, writes


def test_migrations_make_the_tables_that_the_models_say(store):
    with store.reading() as session:
        context = MigrationContext.configure(session.connection(), opts={"compare_type": True})
        assert compare_metadata(context, DeskTable.metadata) == []


def test_what_is_there_is_there_again(store, records_url):
    writes(store)
    before = store.changed("flowers")
    with DeskStore(records_url) as again:
        again.add(["flowers", "shoes"])
        assert (again.changed("flowers"), again.changed("shoes")) == (before, 0)


def test_the_records_of_a_gate_are_no_desk(records_url):
    Records(records_url, migrate=True).close()
    with pytest.raises(RecordsVersionError, match="desk_0001"):
        DeskStore(records_url)


def test_evidence_is_only_ever_added_to(store):
    number = writes(store)
    with store.writing("flowers") as session:
        session.add(
            Evidence(
                business="flowers", person_id=number, kind="opt_in", wrote="START", wamid="w", at_s=NOW_S,
                keyword="start", wording="Every day",
            )
        )  # fmt: skip
    for statement in ("update desk_evidence set wrote = 'x'", "delete from desk_evidence"):
        with pytest.raises(DBAPIError, match="only added to"), store.writing("flowers") as session:
            session.execute(text(statement))


def test_a_writer_of_no_business_writes_nothing(store):
    with pytest.raises(InputError, match="business"), store.writing("shoes"):
        pass
