import pytest

from ecluse.errors import InputError
from ecluse.replay import REPLAY_SECRET, Logs
from ecluse.replay.compare.duel import AHEAD_MAX, duel
from ecluse.replay.logs import BATCH_ROWS
from ecluse.terms import Versions
from tests.replay.compare.making import LOOSE, TIGHT
from tests.replay.making import write_flat

BATCHES = AHEAD_MAX + 2
ROWS = [("a", f"b{i % 7}", i) for i in range(BATCHES * BATCH_ROWS)]


def pairs(log):
    return duel(Logs([log]), Versions.of(LOOSE), Versions.of(TIGHT), secret=REPLAY_SECRET, memory_bytes=1 << 22)


def test_more_batches_than_are_under_way_come_in_their_order(tmp_path):
    firsts = [int(pair.a.at_s[0]) for pair in pairs(write_flat(tmp_path / "a.csv", ROWS))]
    assert len(firsts) >= BATCHES
    assert firsts == sorted(firsts)


def test_both_sides_have_the_same_events_and_what_was_recorded(tmp_path):
    for pair in pairs(write_flat(tmp_path / "a.csv", ROWS[:50])):
        assert pair.a.recorded is pair.b.recorded
        assert (pair.a.keys is pair.b.keys, len(pair.a.verdicts), len(pair.b.verdicts)) == (True, 50, 50)
        assert (pair.a.verdicts.versions.name, pair.b.verdicts.versions.name) == ("loose@1", "tight@2")


def test_a_fault_ends_it_though_batches_are_under_way(tmp_path):
    log = write_flat(tmp_path / "a.csv", [*ROWS[: 2 * BATCH_ROWS], ("", "b", 1)])
    with pytest.raises(InputError, match=f"line {2 * BATCH_ROWS + 2}: sender"):
        list(pairs(log))
