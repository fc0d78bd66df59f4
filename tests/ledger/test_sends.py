"""Sends that are kept one by one say what messages and gaps would, and become them with the eighth."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecluse.ledger.allocation import ARENA_BYTES, USED_BYTES
from ecluse.ledger.blocks import open_counts
from ecluse.ledger.gaps import kept_run, read_gaps
from ecluse.ledger.layout import GAPS, MESSAGES, SENDS, SENDS_BLOCK, SENDS_MAX, WIDE
from ecluse.ledger.meters import count, latest_addition_s, read_meter
from ecluse.ledger.record import BLOCK_BYTES, block_start
from ecluse.ledger.sends import note_send
from tests.ledger.making import Ledgers, row, rows

T = 1_600_000_000
DAY = 86_400
PEERS = rows(*(row(peer, T + peer, unanswered=peer) for peer in range(2, 9)))
ONE_BY_ONE = 1 << SENDS
COUNTED = 1 << MESSAGES | 1 << GAPS


class Sender:
    """An account that sends. counted: its messages and gaps are counted from the first."""

    def __init__(self, counted=False, blocks=()):
        self.ledgers = Ledgers()
        self.place = self.ledgers.make(1, PEERS)
        for block in blocks:
            self.place = count(self.ledgers.control, self.place, block, T, 1_000 if block == 1 else 1)
        if counted:
            self.place = open_counts(self.ledgers.control, self.place)

    def send(self, second, late=False):
        self.place = note_send(self.ledgers.control, self.place, second, late)

    @property
    def blocks(self):
        return int(self.ledgers.header(self.place)["blocks"])

    def kept(self):
        """The seconds kept one by one, the latest left out."""
        start = block_start(self.blocks, self.place, SENDS)
        seconds = self.ledgers.arena.bytes[start : start + SENDS_BLOCK.itemsize].view(SENDS_BLOCK)[0]["at_s"]
        return [int(second) for second in seconds if second]

    def says(self, now_s, others=range(1, 6)):
        """All that is read of sends: messages and regularities, as it stands and with one more; the other meters."""
        arena, values = self.ledgers.address, np.zeros((9, 4))
        for more in (0, 1):
            read_meter(arena, self.place, MESSAGES, now_s, more, values[more], 0)
            read_gaps(arena, self.place, now_s, bool(more), values[2 + more], 0)
        for block in others:
            read_meter(arena, self.place, block, now_s, 0, values[3 + block], 0)
        latest_s = latest_addition_s(arena, self.place, MESSAGES)
        return np.nan_to_num(values, nan=-1).tolist(), latest_s, int(self.ledgers.header(self.place)["last_send_s"])


steps = st.one_of(
    st.integers(0, 70),
    st.sampled_from([0, 10, 59, 60, 61, 600, 3_599, 3_600, 3_601, 14_400, DAY - 1, DAY, DAY + 1]),
    st.sampled_from([5 * DAY, 25 * DAY, 30 * DAY - 1, 30 * DAY, 30 * DAY + 1, 100 * DAY, -61, -3_600, -DAY, -40 * DAY]),
)


@given(st.lists(steps, min_size=1, max_size=30), st.integers(0, 40 * DAY), st.sets(st.integers(1, 5)).map(sorted))
def test_sends_kept_one_by_one_say_what_counts_would(steps, wait, blocks):
    sender, counted = Sender(blocks=blocks), Sender(counted=True, blocks=blocks)
    latest_s = T
    for step in steps:
        for one in (sender, counted):
            one.send(latest_s + step, step < 0)
        latest_s = max(latest_s, latest_s + step)
        for now_s in (latest_s, latest_s + 1, latest_s + wait, latest_s - wait):
            assert sender.says(now_s) == counted.says(now_s)
        if sender.blocks >> MESSAGES & 1 and counted.blocks >> GAPS & sender.blocks >> GAPS & 1:
            for window in range(4):
                runs = [kept_run(one.ledgers.address, one.place, window) for one in (sender, counted)]
                assert runs[0] == runs[1]
    for one in (sender, counted):
        assert one.ledgers.rows(one.place).tolist() == PEERS.tolist()
        assert one.place == one.ledgers.place(1)
        assert one.blocks >> WIDE == (1 in blocks)


def test_the_eighth_send_is_counted_with_those_before():
    sender = Sender()
    blocks = []
    for i in range(SENDS_MAX + 1):
        sender.send(T + i)
        blocks.append(sender.blocks)
    assert blocks == [0, *[ONE_BY_ONE] * (SENDS_MAX - 1), COUNTED]
    assert sender.says(T + SENDS_MAX)[0][0] == [SENDS_MAX + 1] * 4
    assert [int(BLOCK_BYTES[b]) for b in (0, ONE_BY_ONE, COUNTED)] == [0, 24, 72]


def test_the_latest_send_is_kept_in_the_header_alone():
    sender = Sender()
    sender.send(T)
    sender.send(T + 5)
    sender.send(T + 5)
    assert (sender.kept(), sender.ledgers.header(sender.place)["last_send_s"]) == ([T, T + 5], T + 5)


@pytest.mark.parametrize(("gap_s", "kept"), [(30 * DAY, [T, T + 1]), (30 * DAY + 1, [])])
def test_after_more_than_30_days_all_before_are_forgotten(gap_s, kept):
    sender = Sender()
    for second in (T, T + 1, T + 1 + gap_s):
        sender.send(second)
    assert sender.kept() == kept


@pytest.mark.parametrize("sends", [0, 1, 3, SENDS_MAX])
def test_a_late_send_is_counted_and_all_others_with_it(sends):
    sender = Sender()
    for i in range(sends):
        sender.send(T + i)
    sender.send(T - DAY, late=True)
    assert sender.blocks == (COUNTED if sends else 1 << MESSAGES)
    assert sender.says(T + sends)[0][0][3] == sends + 1
    sender.send(T + 10)
    assert sender.says(T + 10)[0][0][3] == sends + 2


@pytest.mark.parametrize("sends", [1, SENDS_MAX])
def test_without_room_the_latest_send_is_known_all_the_same(sends):
    sender = Sender()
    for i in range(sends):
        sender.send(T + i)
    before = sender.place, sender.blocks
    sender.ledgers.control[USED_BYTES] = sender.ledgers.control[ARENA_BYTES]
    sender.send(T + 100)
    assert (sender.place, sender.blocks) == before
    assert sender.ledgers.header(sender.place)["last_send_s"] == T + 100
    assert sender.ledgers.rows(sender.place).tolist() == PEERS.tolist()
