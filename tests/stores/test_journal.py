import resource
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ecluse.stores.journal import Journal, JournalError, JournalReadError
from ecluse.stores.secret import WrongSecretError
from ecluse.stores.segment import PAGE_BYTES, Batch, Durability

CHECK = "c" * 32
SMALL = 4 * PAGE_BYTES


def journal(folder: Path, **options: object) -> Journal:
    opened = Journal(folder, CHECK, **options)  # type: ignore[arg-type]
    opened.documents["a"] = "terms a"
    opened.documents["b"] = "terms b"
    return opened


@contextmanager
def files_at_most(size: int) -> Iterator[None]:
    """Any write past ``size`` bytes of a file fails, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def only_segment(folder: Path) -> Path:
    (path,) = folder.glob("*.sqlite")
    return path


def test_what_was_appended_is_read_in_order(tmp_path):
    first = journal(tmp_path)
    assert [first.append("a", b"one"), first.append("b", b"", observed=True), first.append("a", b"x" * 100_000)] == [
        1,
        2,
        3,
    ]
    first.close()
    second = Journal(tmp_path, CHECK)
    expected = [Batch(1, "a", False, b"one"), Batch(2, "b", True, b""), Batch(3, "a", False, b"x" * 100_000)]
    assert list(second.read()) == expected
    assert list(second.read(after_seq=2)) == expected[2:]
    assert (second.first_seq, second.last_seq) == (1, 3)
    assert second.documents == {"a": "terms a", "b": "terms b"}


def test_a_batch_is_there_though_the_journal_was_never_closed(tmp_path):
    journal(tmp_path).append("a", b"one")
    copy = tmp_path / "copy"
    copy.mkdir()
    for path in tmp_path.glob("*.sqlite*"):
        (copy / path.name).write_bytes(path.read_bytes())  # what a killed process leaves, its locks apart
    assert list(Journal(copy, CHECK).read()) == [Batch(1, "a", False, b"one")]


def test_numbers_go_on_after_a_restart(tmp_path):
    for expected in (1, 2, 3):
        opened = journal(tmp_path)
        assert opened.append("a", b"") == expected
        opened.close()
    opened = journal(tmp_path)
    opened.start_at(10)
    assert opened.append("a", b"") == 11
    opened.close()


def test_an_unused_journal_leaves_no_file(tmp_path):
    journal(tmp_path).close()
    assert list(tmp_path.iterdir()) == []


def test_segments_follow_one_another(tmp_path):
    opened = journal(tmp_path, segment_bytes=SMALL)
    for _ in range(40):
        opened.append("a", b"")
    opened.close()
    assert len(list(tmp_path.glob("*.sqlite"))) == 10
    assert not list(tmp_path.glob("*-wal"))
    again = Journal(tmp_path, CHECK)
    assert [batch.seq for batch in again.read(after_seq=7)] == list(range(8, 41))
    assert [batch.terms for batch in again.read()] == ["a"] * 40


def test_a_cut_removes_whole_segments_and_nothing_after(tmp_path):
    opened = journal(tmp_path, segment_bytes=SMALL)
    for _ in range(12):
        opened.append("a", b"")
    opened.close()
    again = journal(tmp_path, segment_bytes=SMALL)
    again.cut(9)
    again.close()
    assert [batch.seq for batch in Journal(tmp_path, CHECK).read()] == [9, 10, 11, 12]


def test_a_full_disk_refuses_the_batch_and_forgets_nothing(tmp_path):
    opened = journal(tmp_path)
    opened.append("a", b"one")
    with files_at_most(200_000):
        with pytest.raises(JournalError) as refused:
            opened.append("a", b"x" * 400_000)
        assert (refused.value.seq, opened.last_seq) == (2, 1)
        assert opened.append("a", b"small") == 2
    assert opened.append("b", b"y" * 400_000) == 3
    opened.close()
    assert list(Journal(tmp_path, CHECK).read()) == [
        Batch(1, "a", False, b"one"),
        Batch(2, "a", False, b"small"),
        Batch(3, "b", False, b"y" * 400_000),
    ]


def test_a_disk_too_full_to_begin_refuses_the_batch(tmp_path):
    opened = journal(tmp_path)
    with files_at_most(1000), pytest.raises(JournalError):
        opened.append("a", b"one")
    assert opened.append("a", b"one") == 1
    opened.close()


def test_a_truncated_row_is_left_out(tmp_path):
    opened = journal(tmp_path)
    for events in (b"one", b"two, and more", b"three"):
        opened.append("a", events)
    opened.close()
    connection = sqlite3.connect(only_segment(tmp_path))
    connection.execute("update batches set events = substr(events, 1, 3) where seq = 2")
    connection.commit()
    connection.close()
    again = Journal(tmp_path, CHECK)
    assert [batch.seq for batch in again.read()] == [1, 3]
    assert again.last_seq == 3


def test_a_log_torn_within_its_last_commit_ends_before_it(tmp_path):
    opened = journal(tmp_path)
    for _ in range(3):
        opened.append("a", b"x" * 10_000)
    copy = tmp_path / "copy"
    copy.mkdir()
    for path in tmp_path.glob("00000001.sqlite*"):
        (copy / path.name).write_bytes(path.read_bytes())
    log = copy / "00000001.sqlite-wal"
    log.write_bytes(log.read_bytes()[:-100])
    assert [batch.seq for batch in Journal(copy, CHECK).read()] == [1, 2]
    opened.close()


def test_a_file_that_is_no_journal_is_left_and_the_rest_is_read(tmp_path, caplog):
    opened = journal(tmp_path, segment_bytes=SMALL)
    for _ in range(8):
        opened.append("a", b"")
    opened.close()
    (tmp_path / "00000001.sqlite").write_bytes(b"not a database at all" * 500)
    again = Journal(tmp_path, CHECK)
    assert [batch.seq for batch in again.read()] == [5, 6, 7, 8]
    assert again.damaged == [tmp_path / "00000001.sqlite"]
    assert "00000001.sqlite is damaged: file is not a database" in caplog.text


def test_a_damaged_page_ends_its_segment(tmp_path, caplog):
    opened = journal(tmp_path)
    for _ in range(100):
        opened.append("a", b"x" * 1000)
    opened.close()
    path = only_segment(tmp_path)
    data = bytearray(path.read_bytes())
    data[15 * PAGE_BYTES : 16 * PAGE_BYTES] = b"?" * PAGE_BYTES
    path.write_bytes(data)
    again = Journal(tmp_path, CHECK)
    read = [batch.seq for batch in again.read()]
    assert read == list(range(1, len(read) + 1))
    assert 0 < len(read) < 100
    assert again.last_seq == 100
    assert "its end is left out" in caplog.text


def test_a_segment_in_use_is_not_taken_for_damaged(tmp_path):
    opened = journal(tmp_path)
    opened.append("a", b"one")
    with pytest.raises(JournalReadError, match="database is locked"):
        Journal(tmp_path, CHECK)
    opened.close()


def test_another_secret_is_refused_by_name(tmp_path):
    opened = journal(tmp_path)
    opened.append("a", b"one")
    opened.close()
    with pytest.raises(WrongSecretError, match="written with another secret"):
        Journal(tmp_path, "d" * 32)


@pytest.mark.parametrize("durability", list(Durability))
def test_both_durabilities_keep_the_same(tmp_path, durability):
    opened = journal(tmp_path, durability=durability)
    for _ in range(5):
        opened.append("a", b"one")
    opened.close()
    assert len(list(Journal(tmp_path, CHECK).read())) == 5
