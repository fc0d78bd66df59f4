"""Changing rows, and who makes room when a ledger is full."""

import numpy as np
import pytest

from ecluse.ledger.layout import (
    BUSINESS,
    GROUP,
    ONE_WAY_S,
    PERSON,
    ROWS_KNOWN_MAX,
    ROWS_MAX,
    UNANSWERED_MAX,
)
from ecluse.ledger.rows import (
    group_heard,
    hear_row,
    insert_heard,
    insert_writer,
    insert_written,
    observe_row,
    write_row,
)
from tests.ledger.making import NOBODY, Ledgers, row, rows, slots

T = 1_600_000_000
BLANK = row(99).item()


def changed(given, change, *arguments):
    """A row after a change, without its peer."""
    ledgers = Ledgers()
    place = ledgers.make(1, rows(given)) + 32
    change(ledgers.address, place, *arguments)
    return ledgers.row_at(place).item()[1:]


def says(wrote=0, heard=0, first=None, unanswered=0, kind=PERSON, members=1):
    return row(2, wrote, heard, first, unanswered, kind, members).item()[1:]


CHANGES = {
    "a first message": (row(2), write_row, (0, T, False, 0), says(T, unanswered=1)),
    "a message more": (
        row(2, T - 9, unanswered=5),
        write_row,
        (0, T, False, 0),
        says(T, first=T - 9, unanswered=6),
    ),
    "one message too many to count": (
        row(2, T - 9, unanswered=UNANSWERED_MAX),
        write_row,
        (0, T, False, 0),
        says(T, first=T - 9, unanswered=UNANSWERED_MAX),
    ),
    "an answer": (row(2, heard=T - 9), write_row, (0, T, False, 0), says(T, heard=T - 9, unanswered=1)),
    "a business stays one": (
        row(2, heard=T - 9, kind=BUSINESS),
        write_row,
        (0, T, False, 0),
        says(T, heard=T - 9, unanswered=1, kind=BUSINESS),
    ),
    "a first message to a group": (
        row(2),
        write_row,
        (T - 4, T, True, 30),
        says(T, heard=T - 4, unanswered=1, kind=GROUP, members=30),
    ),
    "a group keeps its members": (
        row(2, T - 9, kind=GROUP, members=30),
        write_row,
        (0, T, True, 0),
        says(T, first=T - 9, unanswered=1, kind=GROUP, members=30),
    ),
    "a late first message": (row(2), observe_row, (T, False, 0), says(T, unanswered=1)),
    "a late message before the first": (
        row(2, T + 9, first=T + 5, unanswered=1),
        observe_row,
        (T, False, 0),
        says(T + 9, first=T, unanswered=2),
    ),
    "a late message that was answered since": (
        row(2, T - 9, heard=T),
        observe_row,
        (T, False, 0),
        says(T, first=T - 9, heard=T),
    ),
    "a late message that was not": (
        row(2, T - 9, heard=T - 1),
        observe_row,
        (T, False, 0),
        says(T, first=T - 9, heard=T - 1, unanswered=1),
    ),
    "heard for the first time": (row(2), hear_row, (T, -1), says(heard=T)),
    "heard in the second of a message": (
        row(2, T, unanswered=3),
        hear_row,
        (T, -1),
        says(T, heard=T),
    ),
    "heard late, before the last message": (
        row(2, T + 1, unanswered=3),
        hear_row,
        (T, -1),
        says(T + 1, heard=T, unanswered=3),
    ),
    "heard late, before it was last heard": (
        row(2, heard=T + 1),
        hear_row,
        (T, -1),
        says(heard=T + 1),
    ),
    "heard from a business": (
        row(2, kind=PERSON, members=1),
        hear_row,
        (T, BUSINESS),
        says(heard=T, kind=BUSINESS),
    ),
    "heard from what was a business": (row(2, kind=BUSINESS), hear_row, (T, PERSON), says(heard=T)),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_a_row_says_afterwards(name):
    given, change, arguments, expected = CHANGES[name]
    assert changed(given, change, *arguments) == expected


class Full:
    """A ledger with so many rows, of which the given ones stand somewhere in the middle."""

    def __init__(self, n, *given, others=None):
        self.ledgers = Ledgers()
        others = others or row(0, wrote=T - 5, heard=T - 5)
        crowd = np.repeat(others[None], n)
        crowd["peer"] = np.arange(1_000, 1_000 + n)
        for k, one in enumerate(given):
            crowd[n // 2 + k] = one
        self.place = self.ledgers.make(1, crowd)
        self.before = {one[0] for one in crowd.tolist()}

    def write(self, peer, *event):
        """Insert a peer that is written to in an event to ``event`` and it. Returns who is gone."""
        peers = np.array([*event, peer], np.uint64)
        table = slots()
        if len(peers) > 1:
            from_peers(peers, table)
        arguments = (np.uint64(peer), T, peers, 0, len(peers), table)
        self.place, place = insert_written(self.ledgers.control, self.place, *arguments)
        return self._gone(peer, place)

    def hear(self, peer):
        """Insert a peer that is heard from. Returns who is gone, the peer itself if it can't stay."""
        self.place, place = insert_heard(self.ledgers.control, self.place, np.uint64(peer), T, NOBODY, slots())
        return self._gone(peer, place)

    def _gone(self, peer, place):
        now = set(self.ledgers.rows(self.place)["peer"].tolist())
        if place == 0:
            assert now == self.before
            return {peer}
        assert self.ledgers.row_at(place).item() == (peer, *BLANK[1:])
        return self.before - now


def from_peers(peers, table):
    """Enter peers into a table by hand: what the gate does before it inserts."""
    for k, peer in enumerate(peers.tolist()):
        slot = peer % len(table)
        while table[slot]:
            slot = (slot + 1) % len(table)
        table[slot] = k + 1


KNOWN = row(7, wrote=T - ONE_WAY_S, heard=T - ONE_WAY_S - 9)
FRESH = row(8, wrote=T - ONE_WAY_S + 1, heard=T - ONE_WAY_S)
HEARD = row(9, heard=T - 9)
HEARD_SINCE = row(10, heard=T - 8)
WROTE = row(11, wrote=T - 10)

ROOM = [
    # rows, those of note, then who makes room for one written to, and for one heard from
    (ROWS_KNOWN_MAX - 1, (KNOWN,), set(), set()),
    (ROWS_KNOWN_MAX, (KNOWN,), {7}, {7}),
    (ROWS_KNOWN_MAX, (FRESH,), set(), set()),
    (ROWS_MAX - 1, (FRESH, HEARD), set(), set()),
    (ROWS_MAX, (KNOWN, HEARD), {7}, {7}),
    (ROWS_MAX, (FRESH, HEARD_SINCE, HEARD), {9}, {9}),
    (ROWS_MAX, (WROTE,), {11}, {99}),
    (ROWS_MAX, (row(6, T - 10), row(5, T - 10)), {5}, {99}),
    (ROWS_MAX, (row(6, heard=T - 10), row(5, heard=T - 10)), {5}, {5}),
    (ROWS_MAX, (), {1_000}, {99}),
]


@pytest.mark.parametrize(("n", "given", "for_written", "for_heard"), ROOM)
def test_who_makes_room(n, given, for_written, for_heard):
    assert Full(n, *given).write(99) == for_written
    assert Full(n, *given).hear(99) == for_heard


def test_no_peer_of_the_same_event_makes_room():
    assert Full(ROWS_MAX, KNOWN).write(99, 7) == {1_000}
    assert Full(ROWS_MAX, HEARD, HEARD_SINCE).write(99, 9) == {10}
    assert Full(ROWS_MAX, WROTE).write(99, 11, 1_000) == {1_001}
    assert Full(ROWS_KNOWN_MAX, KNOWN).write(99, 7) == set()


class Group:
    """A group's ledger."""

    def __init__(self, *writers):
        self.ledgers = Ledgers()
        self.place = self.ledgers.make(1, rows(*(row(peer, heard=at) for peer, at in writers)) if writers else ())

    def write(self, peer, at_s):
        self.place, place = insert_writer(self.ledgers.control, self.place, np.uint64(peer), at_s)
        if place:
            hear_row(self.ledgers.address, place, at_s, -1)
        found = self.ledgers.rows(self.place)
        return sorted(zip(found["peer"].tolist(), found["last_heard_s"].tolist(), strict=True))

    def heard(self, sender, now_s=T):
        return group_heard(self.ledgers.address, self.place, np.uint64(sender), now_s)


@pytest.mark.parametrize(
    ("writers", "peer", "at_s", "expected"),
    [
        ([], 5, T, [(5, T)]),
        ([(2, T - 9)], 5, T, [(2, T - 9), (5, T)]),
        ([(2, T - 9), (3, T - 5)], 5, T, [(3, T - 5), (5, T)]),
        ([(3, T - 5), (2, T - 9)], 5, T, [(3, T - 5), (5, T)]),
        ([(2, T), (3, T)], 5, T, [(3, T), (5, T)]),
        ([(2, T - 9), (3, T - 5)], 5, T - 7, [(3, T - 5), (5, T - 7)]),
        ([(2, T - 9), (3, T - 5)], 5, T - 99, [(2, T - 9), (3, T - 5)]),
    ],
)
def test_a_group_keeps_its_two_newest_writers(writers, peer, at_s, expected):
    assert Group(*writers).write(peer, at_s) == expected


def test_a_member_hears_the_newest_of_the_others():
    group = Group((2, T - 9), (3, T - 5))
    assert [group.heard(sender) for sender in (2, 3, 4)] == [T - 5, T - 9, T - 5]
    assert group.heard(4, T - 5 + ONE_WAY_S - 1) == T - 5
    assert group.heard(4, T - 5 + ONE_WAY_S) == 0
    assert Group().heard(2) == Group((2, T)).heard(2) == 0
