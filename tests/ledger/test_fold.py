"""The fold: each row in the bin of its window, the event's own peers as if they had been written to."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecluse.events import RECIPIENTS_MAX
from ecluse.ledger.fold import (
    N_BINS,
    OUTSIDE,
    SLOTS,
    fold_peers,
    fold_rows,
    peer_members,
    peer_row,
    place_of_peer,
    read_bins,
    table_peers,
    window_of,
)
from ecluse.ledger.layout import GROUP, ROWS_MAX, UNANSWERED_MAX
from ecluse.ledger.signals import N_SIGNALS, N_WINDOWS, SIGNAL_COLUMNS, WINDOWS
from tests.ledger.making import NOBODY, Ledgers, row, rows, slots

T = 1_600_000_000
DAY = 86_400


class Fold:
    """A ledger of these rows, folded at T with an event to ``peers``."""

    def __init__(self, given, peers=(), heard_s=0, members=0, now_s=T):
        self.ledgers = Ledgers()
        self.place = self.ledgers.make(1, rows(*given) if given else ())
        n = len(peers)
        peers = np.array(peers, np.uint64) if n else NOBODY
        table, self.row_of = slots(), np.zeros(RECIPIENTS_MAX, np.int64)
        bins = np.zeros((N_BINS, N_WINDOWS + 1), np.int64)
        if n > 1:
            table_peers(peers, 0, n, table)
        address = self.ledgers.address
        fold_rows(address, self.place, now_s, now_s, peers, 0, n, table, self.row_of, bins)
        fold_peers(address, now_s, n, self.row_of, heard_s, members, bins)
        self.signals = np.full(N_SIGNALS, -1.0)
        read_bins(bins, n, self.signals)

    def __getitem__(self, name):
        """A signal's four windows."""
        first = SIGNAL_COLUMNS[f"{name}.1m"]
        return self.signals[first : first + N_WINDOWS].tolist()


@pytest.mark.parametrize("window", range(N_WINDOWS))
def test_a_window_begins_a_second_after_it_did(window):
    length = list(WINDOWS.values())[window]
    assert window_of(T - length + 1, T) == window
    assert window_of(T - length, T) == window + 1
    assert window_of(0, T) == OUTSIDE
    assert window_of(T + 5, T) == 0


def test_every_bin_is_a_running_sum():
    fold = Fold(
        [
            row(2, wrote=T - 59),
            row(3, wrote=T - 60, heard=T - 70),
            row(4, wrote=T - 60, heard=T - 70, first=T - 65, unanswered=4),
            row(5, wrote=T - DAY, first=T - 9 * DAY, unanswered=2, kind=GROUP, members=100),
            row(6, heard=T),
            row(7, wrote=T - 30 * DAY, heard=T - DAY, unanswered=9),
        ]
    )
    assert fold["recipients"] == [1, 3, 3, 4]
    assert fold["strangers"] == [1, 1, 1, 2]
    assert fold["new_contacts"] == [1, 3, 3, 4]
    assert np.allclose(fold["reply_ratio"], [0, 0, 0, 0])
    assert fold["unanswered_messages"] == [0, 4, 4, 6]
    assert fold["reach"] == [1, 3, 3, 103]
    assert np.isnan(fold["peer_wrote_within"]).all()


def test_an_answer_counts_from_the_second_of_the_first_message():
    fold = Fold([row(2, wrote=T, first=T - 5, heard=T - 5), row(3, wrote=T, first=T - 5, heard=T - 6)])
    assert fold["reply_ratio"] == [0.5] * 4


def test_nobody_written_to_has_no_ratio():
    fold = Fold([row(2, heard=T), row(3, wrote=T - DAY, heard=T)])
    assert [np.isnan(ratio) for ratio in fold["reply_ratio"]] == [True, True, True, False]
    assert fold["recipients"] == [0, 0, 0, 1]


def test_an_events_own_peers_are_counted_as_written_to():
    given = [row(2, wrote=T - 9 * DAY, heard=T - 2 * DAY, unanswered=3), row(3, heard=T - 61), row(4, wrote=T - 5)]
    fold = Fold(given, peers=[2, 3, 9])
    assert fold["recipients"] == [4] * 4
    assert fold["strangers"] == [2] * 4
    assert fold["new_contacts"] == [3, 3, 3, 4]
    assert fold["unanswered_messages"] == [4 + 1 + 1] * 4
    assert np.allclose(fold["peer_wrote_within"], [0, 1 / 3, 1 / 3, 2 / 3])
    assert [fold.ledgers.row_at(place)["peer"] for place in fold.row_of[:2].tolist()] == [2, 3]
    assert fold.row_of[2] == 0


def test_a_group_brings_its_members_and_what_was_heard_in_it():
    known = row(2, wrote=T - 100, first=T - 200, unanswered=7, kind=GROUP, members=50)
    assert Fold([known], [2])["reach"] == [50] * 4
    assert Fold([known], [2], members=80)["reach"] == [80] * 4
    assert Fold([], [2])["reach"] == [1] * 4
    assert Fold([known], [2])["strangers"] == [1] * 4
    assert Fold([known], [2], heard_s=T - 150)["unanswered_messages"] == [8] * 4
    assert Fold([known], [2], heard_s=T - 100)["unanswered_messages"] == [1] * 4
    assert Fold([known], [2], heard_s=T - 100)["strangers"] == [0] * 4


def test_what_saturates_is_at_least_4096():
    given = [row(peer, wrote=T) for peer in range(2, ROWS_MAX + 2)]
    fold = Fold(given, peers=[10_000 + k for k in range(RECIPIENTS_MAX)])
    assert fold["recipients"] == fold["strangers"] == fold["new_contacts"] == [ROWS_MAX] * 4
    assert fold["reach"] == [ROWS_MAX + RECIPIENTS_MAX] * 4


def test_retention_is_applied_in_the_same_pass():
    fold = Fold([row(2, wrote=T - 30 * DAY), row(3, wrote=T), row(4, heard=T - 31 * DAY)], peers=[2, 4])
    assert fold.ledgers.rows(fold.place)["peer"].tolist() == [3]
    assert fold.row_of[:2].tolist() == [0, 0]
    assert fold["strangers"] == [3] * 4


def test_what_a_row_says_once_it_is_written_to():
    ledgers = Ledgers()
    ledgers.make(1, rows(row(2, wrote=T - 9, first=T - 99, heard=T - 50, unanswered=UNANSWERED_MAX)))
    (place,) = [ledgers.place(1) + 32]
    address = ledgers.address
    assert peer_row(address, place, 0, T) == (T - 99, T - 50, UNANSWERED_MAX)
    assert peer_row(address, place, T - 51, T) == (T - 99, T - 50, UNANSWERED_MAX)
    assert peer_row(address, place, T - 10, T) == (T - 99, T - 10, UNANSWERED_MAX)
    assert peer_row(address, place, T - 9, T) == (T - 99, T - 9, 1)
    assert peer_row(address, 0, 0, T) == (T, 0, 1)
    assert peer_row(address, 0, T - 3, T) == (T, T - 3, 1)
    assert [peer_members(address, 0, members) for members in (0, 7)] == [1, 7]


hashes = st.one_of(st.integers(1, 2**64 - 1), st.sampled_from([SLOTS - 1 + k * SLOTS for k in range(40)]))


@given(st.lists(hashes, min_size=1, max_size=200, unique=True), hashes, st.integers(0, 3))
def test_a_peer_is_found_however_its_hash_collides(peers, stranger, start):
    given = np.array([7] * start + peers, np.uint64)
    table = slots()
    if len(peers) > 1:
        table_peers(given, start, len(peers), table)
    for k, peer in enumerate(peers):
        assert place_of_peer(np.uint64(peer), given, start, len(peers), table) == k
    expected = peers.index(stranger) if stranger in peers else -1
    assert place_of_peer(np.uint64(stranger), given, start, len(peers), table) == expected


def test_the_table_holds_the_most_peers_of_one_hash():
    peers = (np.arange(1, RECIPIENTS_MAX + 1) * SLOTS).astype(np.uint64)
    table = slots()
    table_peers(peers, 0, RECIPIENTS_MAX, table)
    assert place_of_peer(peers[-1], peers, 0, RECIPIENTS_MAX, table) == RECIPIENTS_MAX - 1
