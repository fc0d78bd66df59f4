"""Meters against a list of everything that was ever counted."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecluse.ledger.allocation import ARENA_BYTES, USED_BYTES
from ecluse.ledger.blocks import widen
from ecluse.ledger.layout import BUCKET_MAX, GROUP_ADDITIONS, MESSAGES, N_METERS, NARROW_MAX, REPORTS, WIDE
from ecluse.ledger.meters import bucket_of, count, read_meter, width_of
from ecluse.ledger.signals import WINDOWS
from tests.ledger.making import Ledgers, row, rows

T = 1_600_128_000  # a bucket of every width begins here
WIDTHS = [10, 600, 14_400, 432_000]


class Meter:
    """A meter of a ledger of its own."""

    def __init__(self, block=MESSAGES):
        self.ledgers, self.block = Ledgers(), block
        self.place = self.ledgers.make(1)

    def count(self, second, more=1):
        self.place = count(self.ledgers.control, self.place, self.block, second, more)

    def read(self, now_s, more=0):
        values = np.zeros(4)
        read_meter(self.ledgers.address, self.place, self.block, now_s, more, values, 0)
        return values.tolist()


def test_buckets_are_sixths_of_their_windows():
    assert [width_of(window) for window in range(4)] == [w // 6 for w in WINDOWS.values()] == WIDTHS
    assert [bucket_of(T, window) * WIDTHS[window] for window in range(4)] == [T] * 4
    assert [bucket_of(T - 1, window) for window in range(4)] == [T // width - 1 for width in WIDTHS]


steps = st.sampled_from(
    [0, 1, 9, 10, 59, 60, 61, 599, 600, 3_600, 14_400, 86_399, 432_000, 2_592_000, -1, -10, -60, -3_600]
)


@given(st.lists(st.tuples(steps, st.integers(0, 5)), min_size=1, max_size=25), steps.filter(lambda step: step >= 0))
def test_a_meter_sums_its_six_newest_buckets(additions, wait):
    meter, second, latest, kept = Meter(), T, 0, []
    for step, more in additions:
        second += step
        meter.count(second, more)
        kept.append((second, more, latest))
        latest = max(latest, second)
    now = latest + wait
    expected = []
    for width in WIDTHS:
        held = [(s, more) for s, more, before in kept if s // width > before // width - 6]
        expected.append(sum(more for s, more in held if now // width - 6 < s // width <= now // width))
    assert meter.read(now) == expected
    assert meter.read(now, 3) == [value + 3 for value in expected]


def test_a_meter_that_was_never_needed_is_not_there():
    meter = Meter()
    assert meter.read(T) == [0] * 4
    assert meter.read(T, 70_000) == [BUCKET_MAX] * 4
    assert meter.ledgers.header(meter.place)["blocks"] == 0


@pytest.mark.parametrize("more", [BUCKET_MAX, BUCKET_MAX + 1, 10**6])
def test_a_bucket_is_full_at_65535(more):
    meter = Meter()
    meter.count(T, more)
    meter.count(T)
    assert meter.read(T) == meter.read(T, 5) == [BUCKET_MAX] * 4
    assert meter.read(T + 10, 5) == [BUCKET_MAX + 5, BUCKET_MAX, BUCKET_MAX, BUCKET_MAX]


PEERS = rows(*(row(peer, T + peer, unanswered=peer) for peer in range(2, 9)))


def all_meters(meter, now_s):
    """What every meter of a ledger says, without and with more to count, whichever of them ``meter`` is."""
    values = np.zeros((N_METERS, 2, 4))
    for block in range(N_METERS):
        for k, more in enumerate((0, 300)):
            read_meter(meter.ledgers.address, meter.place, block, now_s, more, values[block, k], 0)
    return values.tolist()


@given(
    st.lists(
        st.tuples(st.sampled_from([MESSAGES, REPORTS, GROUP_ADDITIONS]), steps, st.sampled_from([1, 5, 200, 255, 256])),
        min_size=1,
        max_size=25,
    )
)
def test_a_narrow_meter_says_what_a_wide_one_does(additions):
    narrow, wide = Meter(), Meter()
    for meter in (narrow, wide):
        meter.place = meter.ledgers.make(2, PEERS)
    wide.place = widen(wide.ledgers.control, wide.place)
    second = latest_s = T
    for block, step, more in additions:
        second += step
        latest_s = max(latest_s, second)
        for meter in (narrow, wide):
            meter.block = block
            meter.count(second, more)
        assert all_meters(narrow, latest_s) == all_meters(wide, latest_s)
    for meter in (narrow, wide):
        assert meter.ledgers.rows(meter.place).tolist() == PEERS.tolist()
        assert meter.place == meter.ledgers.place(2)


def test_meters_are_narrow_as_long_as_that_will_do():
    meter = Meter()
    for expected in (0, 1):
        meter.count(T, NARROW_MAX if expected == 0 else 1)
        assert meter.ledgers.header(meter.place)["blocks"] == expected << WIDE | 1 << MESSAGES
    assert meter.read(T) == [NARROW_MAX + 1] * 4


def test_without_room_to_widen_a_bucket_is_full_at_255():
    meter = Meter()
    meter.count(T, 250)
    before = meter.place
    meter.ledgers.control[USED_BYTES] = meter.ledgers.control[ARENA_BYTES]
    meter.count(T, 10)
    assert (meter.place, meter.read(T)) == (before, [NARROW_MAX] * 4)


def test_meters_do_not_know_of_each_other():
    meter, other = Meter(), Meter(REPORTS)
    other.ledgers, other.place = meter.ledgers, meter.place
    other.count(T, 7)
    meter.place = other.place
    meter.count(T, 3)
    other.place = meter.place
    assert (meter.read(T), other.read(T)) == ([3] * 4, [7] * 4)


def test_a_new_block_moves_the_rows_and_leaves_them_whole():
    meter = Meter()
    given = rows(*(row(peer, T + peer, unanswered=peer) for peer in range(2, 40)))
    meter.place = meter.ledgers.make(2, given)
    before = meter.ledgers.header(meter.place).copy()
    for block in (REPORTS, MESSAGES):
        meter.block = block
        meter.count(T)
    assert meter.place == meter.ledgers.place(2)
    assert meter.ledgers.rows(meter.place).tolist() == given.tolist()
    header = meter.ledgers.header(meter.place)
    assert header["blocks"] == 1 << REPORTS | 1 << MESSAGES
    assert [header[field] for field in ("key", "n_rows")] == [before[field] for field in ("key", "n_rows")]
