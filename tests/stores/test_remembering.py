import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from ecluse.errors import InputError
from ecluse.events import Event, to_columns
from ecluse.forwarding import ForwardTokens, HopKey, Keyring, derive
from ecluse.gate.gate import Gate
from ecluse.stores.data import FolderInUseError
from ecluse.stores.journal import JournalError
from ecluse.stores.remembering import GateClosedError, RememberingGate, read_gate
from ecluse.stores.snapshot import SnapshotError, snapshots
from ecluse.terms import parse_terms
from tests.stores.deciding import MEMORY_BYTES, answers, encoded
from tests.stores.test_journal import files_at_most
from tests.stores.traffic import terms_at, traffic

ROOT = Path(__file__).parents[2]


def opened(folder: Path, terms=None, **options) -> RememberingGate:
    return RememberingGate(folder, terms or terms_at(0), memory_bytes=MEMORY_BYTES, **options)


def uninterrupted(secret: bytes) -> Gate:
    return Gate(terms_at(0), secret=secret, memory_bytes=MEMORY_BYTES)


def run(gate: Gate | RememberingGate, seed: int, batches: range) -> list[list[bytes]]:
    """The verdicts on some of the traffic."""
    verdicts = []
    for number, batch in enumerate(traffic(seed, batches.stop)):
        if number not in batches:
            continue
        gate.use(terms_at(number))
        verdicts.append([] if batch.observed else [bytes(verdict) for verdict in encoded(gate.decide(batch.events))])
        if batch.observed:
            gate.observe(batch.events)
    return verdicts


def left_by_a_kill(gate: RememberingGate, folder: Path, to: Path) -> Path:
    """The files as a killed process would leave them now."""
    with gate._writing, gate._journal._making:  # else names change while they are copied
        shutil.copytree(folder, to)
    return to


def assert_same_state(gate: Gate, other: Gate) -> None:
    ours, theirs = gate.state(), other.state()
    assert list(ours) == list(theirs)
    for name, array in ours.items():
        if name not in ("control", "versions"):  # addresses in memory; the terms' history counts from the snapshot
            np.testing.assert_array_equal(array, theirs[name], err_msg=name)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_gate_killed_again_and_again_gives_the_verdicts_of_one_that_never_stopped(tmp_path, seed):
    batches, chance = 240, random.Random(seed)
    folder, path = tmp_path / "data", tmp_path / "answers"
    command = [sys.executable, "-m", "tests.stores.deciding", folder, path, str(seed), str(batches)]
    kills = 0
    for stop in (*sorted(chance.sample(range(20, batches - 20), 3)), None):
        process = subprocess.Popen(command, cwd=ROOT)
        while stop is not None and process.poll() is None:
            if len(answers(path)) >= stop:
                os.kill(process.pid, signal.SIGKILL)
                break
            time.sleep(0.001)
        kills += process.wait() == -signal.SIGKILL
    given = [[bytes(verdict) for verdict in answer.verdicts] for answer in answers(path)]
    assert (kills, process.returncode) == (3, 0)
    assert given == run(uninterrupted((folder / "secret").read_bytes()), seed, range(batches))
    assert len(snapshots(folder)) == 2


@pytest.mark.parametrize(("seed", "stop"), [(3, 10), (4, 55), (5, 90)])
def test_a_gate_recovered_is_the_gate_that_went_on(tmp_path, seed, stop):
    gate = opened(tmp_path / "data", snapshot_events=300)
    run(gate, seed, range(stop))
    copy = left_by_a_kill(gate, tmp_path / "data", tmp_path / "copy")
    again = opened(copy, terms_at(stop))
    assert again.seq == gate.seq
    assert_same_state(again.gate, gate.gate)
    rest = range(stop, stop + 60)
    assert run(again, seed, rest) == run(gate, seed, rest)
    gate.close()
    again.close()


def test_after_a_clean_stop_the_snapshot_is_all_that_is_read(tmp_path):
    with opened(tmp_path) as gate:
        run(gate, 6, range(30))
        seq = gate.seq
    with opened(tmp_path) as again:
        recovery = again.recovery
        assert (recovery.seq, recovery.snapshot_seq, recovery.batches, recovery.events) == (seq, seq, 0, 0)
        assert recovery.snapshot == snapshots(tmp_path)[0]
    assert len(snapshots(tmp_path)) == 1


def test_columns_are_remembered_like_events(tmp_path):
    events = [event for batch in traffic(7, 20) for event in batch.events]
    with opened(tmp_path / "data") as gate:
        verdicts = gate.decide(to_columns(events), signals=True)
        assert verdicts.signals is not None
        copy = left_by_a_kill(gate, tmp_path / "data", tmp_path / "copy")
        again = opened(copy)
        assert again.recovery.events == len(events)
        assert encoded(again.decide(events)) == encoded(verdicts)
        assert repr(again.account("person 3")) == repr(gate.account("person 3"))
        again.close()


def test_snapshots_come_at_intervals_and_the_journal_is_cut(tmp_path):
    gate = opened(tmp_path, snapshot_events=200, segment_bytes=1 << 16)
    run(gate, 8, range(120))
    gate.close()
    newest, older = snapshots(tmp_path)
    kept = sorted((tmp_path / "journal").glob("*.sqlite"))
    assert int(kept[0].stem) > 1
    assert not list((tmp_path / "journal").glob("*-wal"))
    newest.write_bytes(b"")  # what is kept reaches back to the older one
    again = opened(tmp_path)
    assert (again.recovery.snapshot, again.recovery.missing) == (older, [])
    assert again.recovery.batches == gate.seq - again.recovery.snapshot_seq
    assert_same_state(again.gate, gate.gate)
    again.close()


def test_snapshots_come_by_bytes_of_journal_too(tmp_path):
    gate = opened(tmp_path, snapshot_journal_bytes=1)
    run(gate, 8, range(3))
    assert gate.snapshot() is None or snapshots(tmp_path)
    gate.close()


def test_a_batch_that_the_journal_refuses_changes_nothing(tmp_path):
    gate = opened(tmp_path)
    run(gate, 9, range(10))
    before, seq = gate.gate.state(), gate.seq
    events = [event for batch in traffic(10, 200) for event in batch.events]
    with files_at_most(100_000), pytest.raises(JournalError):
        gate.decide(events)
    for name, array in gate.gate.state().items():
        np.testing.assert_array_equal(array, before[name])
    with pytest.raises(InputError):
        gate.decide_one(events[0].__class__(kind="send", at=1, sender="ada"))
    assert gate.seq == seq
    twin = uninterrupted((tmp_path / "secret").read_bytes())
    run(twin, 9, range(10))
    assert encoded(gate.decide(events)) == encoded(twin.decide(events))
    gate.close()


def test_a_snapshot_that_does_not_fit_is_said_and_nothing_is_lost(tmp_path):
    gate = opened(tmp_path / "data")
    run(gate, 11, range(20))
    with files_at_most(10_000), pytest.raises(SnapshotError):
        gate.snapshot()
    assert isinstance(gate.snapshot_failure, SnapshotError)
    assert gate.snapshot() is not None
    assert gate.snapshot_failure is None
    run(gate, 11, range(20, 25))
    with files_at_most(10_000), pytest.raises(SnapshotError):
        gate.close()
    again = opened(tmp_path / "data")
    assert again.recovery.batches == 5
    assert_same_state(again.gate, gate.gate)
    again.close()


def test_a_closed_gate_takes_no_more(tmp_path):
    gate = opened(tmp_path)
    gate.close()
    gate.close()
    with pytest.raises(GateClosedError):
        gate.decide_one(traffic(1, 1)[0].events[0])
    assert list((tmp_path / "journal").iterdir()) == []


def test_a_folder_in_use_is_refused_and_free_after_a_failed_start(tmp_path):
    gate = opened(tmp_path)
    with pytest.raises(FolderInUseError):
        opened(tmp_path)
    run(gate, 1, range(2))
    gate.close()
    secret = (tmp_path / "secret").read_bytes()
    (tmp_path / "secret").write_bytes(b"x" * 32)
    for _ in range(2):
        with pytest.raises(Exception, match="another secret"):
            opened(tmp_path)
    (tmp_path / "secret").write_bytes(secret)
    opened(tmp_path).close()


def test_a_folder_can_be_looked_at_without_a_trace(tmp_path):
    with opened(tmp_path / "data") as gate:
        run(gate, 12, range(10))
        copy = left_by_a_kill(gate, tmp_path / "data", tmp_path / "copy")
        recovery = read_gate(copy, memory_bytes=MEMORY_BYTES)
        assert recovery.gate.versions.digest == gate.versions.digest
        assert repr(recovery.gate.account("person 1")) == repr(gate.account("person 1"))
    names = sorted(path.name for path in copy.rglob("*"))
    assert names == ["00000001.sqlite", "journal", "lock", "secret"]


def test_what_a_hop_token_said_is_known_again_without_its_key(tmp_path):
    terms = parse_terms(
        "id: t\nversion: 1\ntitle: T\nrules:\n"
        "  - {id: r, clause: C., kinds: [forward], when: [forward_chats.1h > 1, forward_hops == 6], then: refuse}\n"
    )
    tokens = ForwardTokens(Keyring([HopKey("00000001", bytes(32))]), required=True)
    token = derive(tokens.issue(origin=7, hops=5, issued_s=1_600_000_000, content=None), "ada")

    def forward(chat):
        at = 1_000 * 1_600_000_000
        return Event(kind="forward", at=at, sender="ada", recipients=[chat], id=chat, hops=0, forward_token=token)

    with opened(tmp_path / "one", terms) as gate:
        gate.gate.forward_tokens = tokens
        said = [gate.decide_one(forward(chat)) for chat in ("bob", "cem")]
        left = left_by_a_kill(gate, tmp_path / "one", tmp_path / "two")
    assert [verdict.outcome for verdict in said] == ["pass", "refuse"]
    with opened(left, terms) as again:
        assert again.decide_one(forward("cem")).rules == said[1].rules
        again.gate.forward_tokens = tokens
        assert again.decide_one(forward("dan")).outcome == "refuse"
