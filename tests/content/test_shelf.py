"""A shelf is held to a dict, as long as it has room; and when it has none, what was seen longest ago goes."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ecluse.content.shelf import RETENTION_S, WAYS, Shelf, find_on, put_on

T = 1_600_000_000
KEYS = np.random.default_rng(7).integers(1, 1 << 63, 4_000, np.uint64) << np.uint64(1)


def put(shelf, key, at_s):
    slot = find_on(shelf, key)
    if slot < 0:
        return put_on(shelf, key, at_s)
    shelf.last_s[slot] = max(shelf.last_s[slot], at_s)
    return slot


def there(shelf, keys):
    return [key for key in keys if find_on(shelf, key) >= 0]


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 9)), max_size=80))
def test_what_was_put_there_is_found_whatever_its_bit(puts):
    shelf, expected = Shelf.new(20 * WAYS), {}
    for n, later_s in puts:
        slot = put(shelf, KEYS[n], T + later_s)
        shelf.keys[slot] |= np.uint64(later_s & 1)
        expected[n] = slot
    assert {n: find_on(shelf, KEYS[n]) for n in range(31)} == {n: expected.get(n, -1) for n in range(31)}
    assert shelf.given_up[0] == 0


def test_seven_tenths_of_the_places_are_filled_before_anything_goes():
    shelf = Shelf.new(200 * WAYS)
    for key in KEYS[: 140 * WAYS]:
        put_on(shelf, key, T)
    assert shelf.given_up[0] == 0
    assert there(shelf, KEYS) == KEYS[: 140 * WAYS].tolist()


def test_of_two_full_sets_what_was_seen_longest_ago_goes():
    shelf = Shelf.new(WAYS)  # both sets are the same
    for n in range(WAYS):
        put_on(shelf, KEYS[n], T + n)
    shelf.last_s[find_on(shelf, KEYS[0])] = T + 100
    put_on(shelf, KEYS[WAYS], T + 101)
    assert there(shelf, KEYS[: WAYS + 1]) == KEYS[[0, *range(2, WAYS + 1)]].tolist()
    assert shelf.given_up[0] == 1


def test_what_is_30_days_old_goes_first_and_is_no_loss():
    shelf = Shelf.new(WAYS)
    for n in range(WAYS):
        put_on(shelf, KEYS[n], T if n == 5 else T + 1)
    put_on(shelf, KEYS[WAYS], T + RETENTION_S)
    assert there(shelf, KEYS[: WAYS + 1]) == [key for n, key in enumerate(KEYS[: WAYS + 1]) if n != 5]
    assert shelf.given_up[0] == 0
