import threading

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, func, inspect, select, text

from ecluse.errors import InputError
from ecluse.records import Records, RecordsError, RecordsVersionError
from ecluse.records.migrating import newest
from ecluse.records.tables import Reporter, Table


def reporter(name):
    return Reporter(reporter=name, first_s=1, last_s=1)


def _add_and_fail(session):
    session.add(reporter("ada"))
    session.flush()
    raise ZeroDivisionError


def test_what_is_written_is_read_again(records_url):
    with Records(records_url, migrate=True) as records, records.writing() as session:
        session.add(reporter("ada"))
    with Records(records_url) as records, records.reading() as session:
        assert session.scalars(select(Reporter.reporter)).all() == ["ada"]


def test_nothing_is_written_of_a_block_that_fails(records_url):
    with Records(records_url, migrate=True) as records:
        with pytest.raises(ZeroDivisionError), records.writing() as session:
            _add_and_fail(session)
        with records.reading() as session:
            assert session.scalar(select(func.count()).select_from(Reporter)) == 0


def test_migrations_make_the_tables_that_the_models_say(records_url):
    with Records(records_url, migrate=True) as records, records.reading() as session:
        context = MigrationContext.configure(session.connection(), opts={"compare_type": True})
        assert compare_metadata(context, Table.metadata) == []


def test_migrating_again_changes_nothing(records_url):
    with Records(records_url, migrate=True) as records:
        assert records.migrate() == records.revision() == newest()


def test_postgresql_is_migrated_by_command_alone(records_url):
    if records_url.startswith("sqlite"):
        with Records(records_url) as records:
            assert records.revision() == newest()
    else:
        with pytest.raises(RecordsVersionError) as refused:
            Records(records_url)
        assert (refused.value.found, refused.value.expected) == (None, newest())


def test_what_older_tables_hold_is_still_there(records_url, monkeypatch):
    with monkeypatch.context() as older:
        older.setattr("ecluse.records.migrating.HEAD", "0002")
        older.setattr("ecluse.records.migrating.Migrations.newest", lambda _: "0002")
        with Records(records_url, migrate=True) as records, records.writing() as session:
            session.add(reporter("ada"))
            assert "lead_s" not in {column["name"] for column in inspect(session.connection()).get_columns("sanctions")}
    with Records(records_url, migrate=True) as records, records.reading() as session:
        assert session.scalars(select(Reporter.reporter)).all() == ["ada"]
        assert "lead_s" in {column["name"] for column in inspect(session.connection()).get_columns("sanctions")}


def test_records_of_a_later_version_are_left_alone(records_url):
    with Records(records_url, migrate=True) as records, records.writing() as session:
        session.execute(text("update alembic_version set version_num = '9999'"))
    with pytest.raises(RecordsVersionError) as refused:
        Records(records_url, migrate=True)
    assert refused.value.found == "9999"


def test_writers_wait_for_each_other(records_url):
    """Fifty threads add one to the same number: each sees what those before it did."""
    with Records(records_url, migrate=True) as records:
        with records.writing() as session:
            session.add(reporter("ada"))

        def add_one():
            with records.writing() as session:
                session.get_one(Reporter, "ada").reports += 1

        threads = [threading.Thread(target=add_one) for _ in range(50)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with records.reading() as session:
            assert session.get_one(Reporter, "ada").reports == 50


def test_a_reader_does_not_wait_for_a_writer(records_url):
    with Records(records_url, migrate=True) as records, records.writing() as writing:
        writing.add(reporter("ada"))
        writing.flush()
        with records.reading() as reading:
            assert reading.scalar(select(func.count()).select_from(Reporter)) == 0


def test_a_file_is_its_owner_s_alone(tmp_path):
    with Records.of_folder(tmp_path):
        assert (tmp_path / "records.sqlite").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("url", ["mysql://host/db", "sqlite://", "sqlite:///:memory:", "no address"])
def test_an_address_of_something_else_is_refused(url):
    with pytest.raises(InputError) as refused:
        Records(url)
    assert refused.value.field == "records"


def test_a_database_that_is_not_there_is_said(tmp_path):
    with pytest.raises(RecordsError):
        Records(f"postgresql://postgres@/none?host={tmp_path}", migrate=True)
    with pytest.raises(RecordsError):
        Records(tmp_path / "no folder" / "records.sqlite")


def test_a_file_that_is_no_database_is_said(tmp_path):
    (tmp_path / "records.sqlite").write_bytes(b"not a database, by far" * 100)
    with pytest.raises(RecordsError):
        Records.of_folder(tmp_path)


def test_the_database_refuses_to_change_the_audit(records_url):
    with Records(records_url, migrate=True) as records, records.writing() as session:
        session.execute(
            text("insert into audit values (1, 0, 'ada', 'act', 'about', '{}', :digest, :digest)"), {"digest": "0" * 64}
        )
    engine = create_engine(records_url.replace("postgresql://", "postgresql+psycopg://"))
    for statement in ("update audit set who = 'bob'", "delete from audit"):
        with engine.connect() as connection, pytest.raises(Exception, match="the audit is only added to"):
            connection.execute(text(statement))
    engine.dispose()
