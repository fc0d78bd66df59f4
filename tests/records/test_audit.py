"""The audit finds what was done to it, whichever byte of whichever row."""

import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, select, text

from ecluse.records import Records
from ecluse.records.audit import Flaw, Head, append, head, verify
from ecluse.records.tables import AuditRow

ROWS = 6
COLUMNS = ["seq", "at_s", "who", "act", "about", "body", "previous", "digest"]


def act(session, number):
    append(session, at_s=1_575_676_800 + number, who="key 1a2b3c4d (Ada)", act="lift", about=f"sanction {number}")


def _act_and_fail(session):
    act(session, 1)
    raise ZeroDivisionError


def write(url, rows=ROWS):
    with Records(url, migrate=True) as records:
        for number in range(rows):
            with records.writing() as session:
                act(session, number)


def flaws(url, *anchors):
    with Records(url) as records, records.reading() as session:
        return verify(session, anchors)


def tamper(url, *statements, **values):
    """Do to the audit what one does who owns the database."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.execute(text("drop trigger if exists audit_only_added_update"))
            connection.execute(text("drop trigger if exists audit_only_added_delete"))
        else:
            connection.execute(text("drop trigger if exists audit_only_added on audit"))
        for statement in statements:
            connection.execute(text(statement), values)
    engine.dispose()


def test_a_whole_audit_has_no_flaw(records_url):
    write(records_url)
    assert flaws(records_url) == []


def test_an_empty_audit_has_no_flaw(records_url):
    write(records_url, 0)
    assert flaws(records_url) == []


def test_an_act_that_failed_left_no_row(records_url):
    with Records(records_url, migrate=True) as records:
        with pytest.raises(ZeroDivisionError), records.writing() as session:
            _act_and_fail(session)
        with records.reading() as session:
            assert head(session) == Head(0, "0" * 64)


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("update audit set who = 'key 9 (Eve)' where seq = 3", [Flaw(3, "it was changed")]),
        ("delete from audit where seq = 3", [Flaw(3, "it is missing")]),
        ("delete from audit where seq in (2, 3)", [Flaw(2, "it is missing, and all up to 3")]),
        ("delete from audit where seq > 4", [Flaw(5, "it is missing, and all up to 6")]),
        ("delete from audit", [Flaw(1, "it is missing, and all up to 6")]),
        ("update audit_head set seq = 4", [Flaw(5, "it is past the head: it was put in, or the head was changed")]),
        ("update audit_head set digest = 'x'", [Flaw(6, "its digest is not the head's")]),
        ("delete from audit_head", [Flaw(6, "the chain has 0 heads")]),
        (
            "insert into audit select 7, at_s, who, act, about, body, digest, digest from audit where seq = 6",
            [
                Flaw(7, "it was changed"),
                Flaw(7, "it is past the head: it was put in, or the head was changed"),
            ],
        ),
    ],
)
def test_what_was_done_is_said(records_url, statement, found):
    write(records_url)
    tamper(records_url, statement)
    assert flaws(records_url) == found


def test_a_row_put_in_between_is_found(records_url):
    write(records_url)
    tamper(
        records_url,
        "update audit set seq = seq + 100 where seq > 3",
        "insert into audit select 4, at_s, who, act, about, body, digest, digest from audit where seq = 3",
        "update audit set seq = seq - 99 where seq > 100",
        "update audit_head set seq = 7",
    )
    assert {flaw.seq for flaw in flaws(records_url)} == {4, 5, 6, 7}


def test_an_anchor_finds_a_chain_that_was_written_anew(tmp_path):
    old, new = f"sqlite:///{tmp_path}/old.sqlite", f"sqlite:///{tmp_path}/new.sqlite"
    write(old)
    write(new, ROWS + 2)
    with Records(old) as records, records.reading() as session:
        anchor = head(session)
    assert flaws(new, anchor) == []
    with Records(new) as records, records.reading() as session:
        ahead = head(session)
    assert flaws(old, ahead) == [Flaw(8, "it is missing, and an anchor tells of it")]
    assert flaws(old, Head(6, "f" * 64)) == [
        Flaw(6, "it is not the row that an anchor tells of: the chain was written anew")
    ]


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    url = f"sqlite:///{tmp_path_factory.mktemp('audit')}/records.sqlite"
    write(url)
    return url


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_byte_of_any_row_is_found(kept, data):
    """A change of one byte, of any column of any row, is found; put back, nothing is."""
    seq = data.draw(st.integers(1, ROWS))
    column = data.draw(st.sampled_from(COLUMNS))
    with Records(kept) as records, records.reading() as session:
        value = getattr(session.scalars(select(AuditRow).where(AuditRow.seq == seq)).one(), column)
    if isinstance(value, int):
        changed = value ^ 1 << data.draw(st.integers(0, 40))
    else:
        old = value.encode()
        place = data.draw(st.integers(0, len(old) - 1))
        byte = data.draw(st.integers(0, 255).filter(lambda byte: byte != old[place]))
        changed = old[:place] + bytes([byte]) + old[place + 1 :]
        changed = changed.decode() if changed.isascii() and byte else changed
    if column == "seq" and 1 <= changed <= ROWS:
        changed += ROWS  # another row has that number
    tamper(kept, f"update audit set {column} = :changed where seq = :seq", changed=changed, seq=seq)
    try:
        assert flaws(kept) != []
    finally:
        where = changed if column == "seq" else seq
        tamper(kept, f"update audit set {column} = :value where seq = :where", value=value, where=where)
    assert flaws(kept) == []


def test_writers_at_once_neither_fork_nor_lose(records_url):
    with Records(records_url, migrate=True) as first, Records(records_url) as second:

        def add(records, start):
            for number in range(start, start + 5):
                with records.writing() as session:
                    act(session, number)

        threads = [threading.Thread(target=add, args=((first, second)[k % 2], 5 * k)) for k in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with first.reading() as session:
            assert verify(session) == []
            about = session.scalars(select(AuditRow.about)).all()
    assert sorted(about) == sorted(f"sanction {number}" for number in range(50))
