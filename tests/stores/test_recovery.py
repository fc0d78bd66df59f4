import sqlite3
from pathlib import Path

import pytest

from ecluse.stores.data import DataFolder
from ecluse.stores.recovery import RecoveryError
from ecluse.stores.remembering import RememberingGate, read_gate
from ecluse.stores.secret import WrongSecretError
from ecluse.stores.snapshot import FORMAT, SnapshotFormatError, snapshots
from tests.stores.deciding import MEMORY_BYTES
from tests.stores.test_remembering import assert_same_state, opened, run
from tests.stores.traffic import terms_at


def change_journal(folder: Path, statement: str) -> None:
    (path,) = (folder / "journal").glob("*.sqlite")
    connection = sqlite3.connect(path)
    connection.execute(statement)
    connection.commit()
    connection.close()


def killed(folder: Path, seed: int, batches: int) -> RememberingGate:
    """A gate whose journal alone has what it knew."""
    gate = opened(folder)
    run(gate, seed, range(batches))
    gate._journal.close()
    gate._folder.close()
    return gate


def test_a_damaged_snapshot_is_set_aside_and_the_journal_used(tmp_path, caplog):
    with opened(tmp_path) as gate:
        run(gate, 20, range(15))
    (path,) = snapshots(tmp_path)
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    again = opened(tmp_path)
    assert again.recovery.snapshot is None
    assert again.recovery.set_aside == [path.with_suffix(".damaged")]
    assert "the checksum of" in caplog.text
    assert_same_state(again.gate, gate.gate)
    again.close()


def test_without_a_whole_snapshot_nothing_is_begun_anew_by_itself(tmp_path):
    gate = opened(tmp_path, segment_bytes=1 << 14)
    run(gate, 21, range(10))
    gate.snapshot()
    run(gate, 21, range(10, 20))
    gate.snapshot()
    gate.close()
    for path in snapshots(tmp_path):
        path.write_bytes(path.read_bytes()[:-1])
    for _ in range(2):
        with pytest.raises(RecoveryError, match="is damaged: it ends within"):
            opened(tmp_path)
    assert len(snapshots(tmp_path)) == 2
    for path in snapshots(tmp_path):
        path.unlink()
    with pytest.raises(RecoveryError, match=r"the snapshot that goes before batch \d+ is missing"):
        opened(tmp_path)


def test_a_damaged_segment_is_set_aside_where_a_snapshot_goes_before_it(tmp_path):
    gate = opened(tmp_path, segment_bytes=1 << 14)
    run(gate, 21, range(20))
    gate.close()
    segments = sorted((tmp_path / "journal").glob("*.sqlite"))
    segments[-1].write_bytes(b"no database" * 1000)
    with opened(tmp_path) as again:
        assert again.recovery.set_aside == [segments[-1].with_suffix(".damaged")]
        assert_same_state(again.gate, gate.gate)


def test_a_damaged_segment_that_nothing_goes_before_ends_the_start(tmp_path):
    killed(tmp_path, 22, 3)
    (segment,) = (tmp_path / "journal").glob("*.sqlite")
    segment.write_bytes(b"no database" * 1000)
    for _ in range(2):
        with pytest.raises(RecoveryError, match="is damaged, and no snapshot holds what it held"):
            opened(tmp_path)


def test_a_damaged_batch_is_left_out_and_named(tmp_path, caplog):
    killed(tmp_path, 22, 12)
    change_journal(tmp_path, "update batches set events = substr(events, 1, 40) where seq in (5, 6, 12)")
    again = opened(tmp_path)
    assert again.recovery.missing == [(5, 6), (12, 12)]
    assert (again.recovery.batches, again.seq) == (9, 12)
    assert "batches 5 to 6 cannot be read" in caplog.text
    again.close()


def test_damaged_terms_judge_nothing(tmp_path):
    killed(tmp_path, 23, 5)
    change_journal(tmp_path, "update terms set document = replace(document, '> 4', '> 5')")
    assert read_gate(tmp_path, terms_at(40), memory_bytes=MEMORY_BYTES).missing == [(1, 5)]
    with pytest.raises(RecoveryError, match="no terms are given"):
        read_gate(tmp_path, memory_bytes=MEMORY_BYTES)


def test_an_empty_folder_needs_terms(tmp_path):
    DataFolder(tmp_path).close()
    with pytest.raises(RecoveryError, match="nothing is remembered there"):
        read_gate(tmp_path, memory_bytes=MEMORY_BYTES)


def test_each_batch_is_judged_by_the_terms_of_its_time(tmp_path):
    gate = killed(tmp_path, 24, 60)
    again = opened(tmp_path, terms_at(0))
    assert_same_state(again.gate, gate.gate)
    assert again.versions.newest.terms.digest == terms_at(0).digest
    assert gate.versions.newest.terms.digest == terms_at(59).digest
    again.close()
    assert read_gate(tmp_path, memory_bytes=MEMORY_BYTES).gate.versions.newest.terms.digest == terms_at(0).digest


@pytest.mark.parametrize("close", [True, False])
def test_another_secret_is_refused_by_name(tmp_path, close):
    killed(tmp_path, 25, 3)
    if close:
        opened(tmp_path).close()
    (tmp_path / "secret").write_bytes(b"x" * 32)
    with pytest.raises(WrongSecretError):
        opened(tmp_path)


def test_a_snapshot_of_another_format_is_not_passed_over(tmp_path, monkeypatch):
    with opened(tmp_path) as gate:
        run(gate, 26, range(3))
        monkeypatch.setattr("ecluse.stores.snapshot.FORMAT", FORMAT + 1)
        gate.snapshot()
        monkeypatch.undo()
    with pytest.raises(SnapshotFormatError):
        opened(tmp_path)


def test_progress_ends_at_the_last_batch(tmp_path):
    with opened(tmp_path) as gate:
        run(gate, 27, range(4))
        gate.snapshot()
    seen: list[tuple[str, int, int]] = []
    gate = opened(tmp_path, progress=lambda *step: seen.append(step))
    run(gate, 27, range(4, 8))
    gate._journal.close()
    gate._folder.close()
    assert {part for part, _, _ in seen} == {"snapshot"}
    assert seen[-1][1] == seen[-1][2]
    seen.clear()
    opened(tmp_path, progress=lambda *step: seen.append(step)).close()
    assert [step for step in seen if step[0] == "journal"] == [("journal", n, 4) for n in (1, 2, 3, 4)]
