import numpy as np
import pytest

from ecluse.replay.timeline import BARS_MAX, WIDTHS_S, Timeline
from ecluse.terms import Outcome


def counted(at_s, outcome, pieces=3):
    timeline = Timeline()
    for part in range(pieces):
        timeline.add(np.array(at_s[part::pieces], np.uint32), np.array(outcome[part::pieces], np.uint8))
    return timeline


@pytest.mark.parametrize(
    ("length_s", "width_s"),
    [(1, 1), (399, 1), (3_999, 10), (20_000, 60), (86_400, 600), (30 * 86_400, 21_600), (194 * 86_400, 86_400),
     (365 * 86_400 * 3, 604_800), (365 * 86_400 * 90, WIDTHS_S[-1])],
)  # fmt: skip
def test_bars_widen_with_the_log_and_count_every_event(length_s, width_s):
    chance = np.random.default_rng(length_s)
    start = 946_684_800 // WIDTHS_S[-1] * WIDTHS_S[-1]
    at_s = np.concatenate([[start, start + length_s - 1], start + chance.integers(0, length_s, 500)])
    outcome = chance.integers(0, len(Outcome), len(at_s))
    timeline = counted(at_s, outcome)
    starts, counts = timeline.bars()
    assert (timeline.width_s, len(starts) <= BARS_MAX or width_s == WIDTHS_S[-1]) == (width_s, True)
    assert np.diff(starts).tolist() == [width_s] * (len(starts) - 1)
    expected = np.zeros_like(counts)
    np.add.at(expected, ((at_s - starts[0]) // width_s, outcome), 1)
    assert counts.tolist() == expected.tolist()


def test_no_events_no_bars():
    starts, counts = counted([], []).bars()
    assert (len(starts), counts.shape) == (0, (0, len(Outcome)))


def test_classes_may_be_others_than_outcomes():
    timeline = Timeline(2)
    timeline.add(np.array([10, 11, 11]), np.array([1, 0, 1]))
    timeline.add(np.array([10]), np.array([1]))
    starts, counts = timeline.bars()
    assert (starts.tolist(), counts.tolist()) == ([10, 11], [[0, 2], [1, 1]])
