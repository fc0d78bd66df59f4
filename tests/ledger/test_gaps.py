"""The regularity of gaps against numpy's own mean and deviation."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecluse.ledger.gaps import next_gap, read_gaps, regularity
from ecluse.ledger.layout import GAPS_MIN, GAPS_WEIGHED
from ecluse.ledger.sends import note_send
from tests.ledger.making import Ledgers

T = 1_600_000_000


class Sender:
    """An account that sends."""

    def __init__(self):
        self.ledgers = Ledgers()
        self.place = self.ledgers.make(1)

    def send(self, now_s):
        self.place = note_send(self.ledgers.control, self.place, now_s, False)

    def read(self, now_s, is_send=False):
        values = np.zeros(4)
        read_gaps(self.ledgers.address, self.place, now_s, is_send, values, 0)
        return values.tolist()


def run_of(gaps):
    run = (0, 0.0, 0.0)
    for gap in gaps:
        run = next_gap(*run, gap)
    return run


@given(st.lists(st.integers(0, 2_592_000), min_size=1, max_size=GAPS_WEIGHED))
def test_up_to_64_gaps_are_weighed_alike(gaps):
    count, mean, variance = run_of(gaps)
    assert count == len(gaps)
    assert math.isclose(mean, np.mean(gaps), rel_tol=1e-4, abs_tol=1e-3)
    assert math.isclose(math.sqrt(max(variance, 0)), np.std(gaps), rel_tol=1e-3, abs_tol=1e-3 * (1 + mean))


def test_past_64_gaps_the_oldest_fade():
    count, mean, _ = run_of([1_000] * 64 + [10] * 1_000)
    assert count == 255
    assert 10 <= mean < 11


@pytest.mark.parametrize("gaps", range(12))
def test_fewer_than_8_gaps_say_nothing(gaps):
    values = regularity(*run_of([30] * gaps))
    assert values == 0.0 if gaps >= GAPS_MIN else math.isnan(values)


def test_a_clock_has_0_and_a_burst_in_one_second_too():
    assert regularity(*run_of([600] * 100)) == regularity(*run_of([0] * 100)) == 0.0


def test_a_gap_longer_than_the_window_ends_its_run_only():
    sender = Sender()
    for i in range(9):
        sender.send(T + 60 * i)
    assert sender.read(T + 480) == [0.0] * 4
    later = T + 480 + 61
    assert math.isnan(sender.read(later, is_send=True)[0])
    assert sender.read(later) == [0.0] * 4
    sender.send(later)
    minute, *longer = sender.read(later)
    assert math.isnan(minute)
    assert all(value > 0 for value in longer)
    assert len(set(longer)) == 1


def test_the_send_being_judged_is_counted():
    sender = Sender()
    for i in range(8):
        sender.send(T + 10 * i)
    assert [math.isnan(value) for value in sender.read(T + 80)] == [True] * 4
    assert sender.read(T + 80, is_send=True) == [0.0] * 4
    expected = np.std([10] * 7 + [25]) / np.mean([10] * 7 + [25])
    assert sender.read(T + 95, is_send=True) == pytest.approx([expected] * 4, rel=1e-6)


def test_reading_keeps_nothing():
    sender = Sender()
    for i in range(20):
        sender.send(T + i * i)
    before = sender.ledgers.contents(1)
    sender.read(T + 500, is_send=True)
    assert sender.ledgers.contents(1) == before


def test_the_first_send_has_no_gap():
    sender = Sender()
    sender.send(T)
    assert sender.ledgers.header(sender.place)["blocks"] == 0
