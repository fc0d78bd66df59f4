import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ecluse.stores.snapshot import (
    CHUNK_BYTES,
    FORMAT,
    Contents,
    DamagedSnapshotError,
    SnapshotError,
    SnapshotFormatError,
    read_contents,
    read_snapshot,
    seq_of,
    snapshots,
    write_snapshot,
)
from tests.stores.test_journal import files_at_most

CONTENTS = Contents(seq=7, terms="digest", document="rules: []", key_check="c" * 32)
ROW = np.dtype([("peer", "<u8"), ("counts", "<u2", (3,)), ("kind", "u1")])


def state():
    return {
        "arena": np.arange(100_000, dtype=np.uint8),
        "rows": np.ones((4, 2), ROW),
        "none": np.zeros(0, np.float64),
        "one": np.array(3.5),
        "turned": np.arange(12, dtype=np.int32).reshape(3, 4).T,
    }


def assert_same(read, written):
    assert list(read) == list(written)
    for name, array in written.items():
        assert read[name].dtype == array.dtype
        np.testing.assert_array_equal(read[name], array)
        assert read[name].flags.writeable


def test_a_snapshot_is_read_as_written(tmp_path):
    path = write_snapshot(tmp_path, CONTENTS, state())
    assert path.name == "snapshot-0000000000000007.ecl"
    assert seq_of(path) == 7
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    contents, read = read_snapshot(path)
    assert contents == read_contents(path) == CONTENTS
    assert_same(read, state())


@settings(max_examples=30, deadline=None)
@given(
    arrays=st.dictionaries(
        st.text(min_size=1, max_size=8),
        hnp.arrays(st.sampled_from(["u1", "<i8", "<u4", "?"]), hnp.array_shapes(min_dims=0, min_side=0, max_side=9)),
        max_size=5,
    )
)
def test_any_arrays_are_read_as_written(tmp_path_factory, arrays):
    path = write_snapshot(tmp_path_factory.mktemp("any"), CONTENTS, arrays)
    assert_same(read_snapshot(path)[1], arrays)


def test_progress_ends_at_the_whole(tmp_path):
    path = write_snapshot(tmp_path, CONTENTS, {"a": np.zeros(CHUNK_BYTES + 5, np.uint8), "b": np.zeros(3, np.uint8)})
    seen = []
    read_snapshot(path, lambda done, whole: seen.append((done, whole)))
    whole = CHUNK_BYTES + 8
    assert seen == [(CHUNK_BYTES, whole), (CHUNK_BYTES + 5, whole), (whole, whole)]


def test_any_changed_byte_of_the_arrays_or_the_header_is_found(tmp_path):
    path = write_snapshot(tmp_path, CONTENTS, {"a": np.arange(1000, dtype=np.uint8)})
    whole = path.read_bytes()
    header_end = 16 + int.from_bytes(whole[8:12], "little")
    for place in (0, 9, 13, 20, header_end - 1, len(whole) - 1, len(whole) - 999):
        damaged = bytearray(whole)
        damaged[place] ^= 16
        path.write_bytes(damaged)
        with pytest.raises(DamagedSnapshotError):
            read_snapshot(path)


def test_a_torn_snapshot_is_found_wherever_it_ends(tmp_path):
    path = write_snapshot(tmp_path, CONTENTS, state())
    whole = path.stat().st_size
    for size in (whole - 1, whole // 2, 100, 16, 3, 0):
        os.truncate(path, size)
        with pytest.raises(DamagedSnapshotError):
            read_snapshot(path)


def test_a_format_to_come_is_named_not_called_damaged(tmp_path, monkeypatch):
    monkeypatch.setattr("ecluse.stores.snapshot.FORMAT", FORMAT + 1)
    path = write_snapshot(tmp_path, CONTENTS, state())
    monkeypatch.undo()
    with pytest.raises(SnapshotFormatError, match=f"format {FORMAT + 1}; this version reads {FORMAT}"):
        read_snapshot(path)


def test_a_full_disk_leaves_the_snapshots_before(tmp_path):
    before = write_snapshot(tmp_path, CONTENTS, state())
    with files_at_most(50_000), pytest.raises(SnapshotError):
        write_snapshot(tmp_path, Contents(8, "digest", "", ""), state())
    assert list(tmp_path.iterdir()) == [before]
    assert_same(read_snapshot(before)[1], state())


def test_snapshots_are_listed_newest_first(tmp_path):
    paths = [write_snapshot(tmp_path, Contents(seq, "", "", ""), {}) for seq in (9, 10, 100)]
    assert snapshots(tmp_path) == paths[::-1]
