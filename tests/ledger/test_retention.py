"""What is kept how long: to the second, and what stays stays whole."""

import pytest

from ecluse.ledger.layout import KNOWN_S, ONE_WAY_S
from ecluse.ledger.retention import has_ended, retain
from tests.ledger.making import Ledgers, row, rows

T = 1_600_000_000

# wrote, heard: seconds before T, None = never. gone: whether the row is.
ENDS = [
    (ONE_WAY_S - 1, None, False),
    (ONE_WAY_S, None, True),
    (None, ONE_WAY_S - 1, False),
    (None, ONE_WAY_S, True),
    (ONE_WAY_S, ONE_WAY_S, False),
    (KNOWN_S - 1, KNOWN_S, False),
    (KNOWN_S, KNOWN_S - 1, False),
    (KNOWN_S, KNOWN_S, True),
    (KNOWN_S, KNOWN_S + 9, True),
    (0, None, False),
    (-9, None, False),
    (None, None, True),
]


def ago(seconds):
    return 0 if seconds is None else T - seconds


@pytest.mark.parametrize(("wrote", "heard", "gone"), ENDS)
def test_a_row_ends_to_the_second(wrote, heard, gone):
    assert bool(has_ended(ago(wrote), ago(heard), T)) == gone
    ledgers = Ledgers()
    place = ledgers.make(1, rows(row(2, ago(wrote), ago(heard)), row(3, T)))
    retain(ledgers.address, place, T)
    assert sorted(ledgers.rows(place)["peer"].tolist()) == ([3] if gone else [2, 3])


@pytest.mark.parametrize("kept", [[], [1], [1, 2], [8], [7, 8], [3, 5], list(range(1, 9))])
def test_what_stays_stays_whole(kept):
    ledgers = Ledgers()
    given = rows(*(row(peer, T if peer in kept else 1, unanswered=peer, members=peer) for peer in range(1, 9)))
    place = ledgers.make(1, given)
    retain(ledgers.address, place, T)
    expected = [one.item() for one in given if one["peer"] in kept]
    assert sorted(ledgers.rows(place).tolist()) == expected
    assert ledgers.header(place)["n_rows"] == len(kept)
