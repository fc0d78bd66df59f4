"""The arena: ledgers are found, grow, move and are closed up without losing a byte; a full one lets the silent go."""

import resource
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecluse.errors import InputError
from ecluse.ledger.allocation import (
    FREE_BYTES,
    RESERVE_BYTES,
    SCATTERED_BYTES_MIN,
    SCATTERED_SHARE,
    START,
    add_row,
    fit_rows,
)
from ecluse.ledger.arena import INDEX_SLOTS_MIN, LOAD_MAX, MEMORY_BYTES_MAX, MEMORY_BYTES_MIN, Arena
from ecluse.ledger.blocks import add_block, open_counts
from ecluse.ledger.layout import GAPS, HEADER_BYTES, KNOWN_S, MESSAGES, ONE_WAY_S, ROW_BYTES, ROWS_MAX, SIZE_CLASSES
from ecluse.ledger.record import has_sends
from tests.ledger.making import Ledgers, row, rows

T = 1_600_000_000
DAY = 86_400


def crowd(n, first=1_000, at=T):
    """So many rows, each saying something else."""
    return rows(*(row(first + k, wrote=at - k % 9, heard=at, unanswered=k, members=k % 99) for k in range(n)))


@pytest.mark.parametrize("memory_bytes", [0, MEMORY_BYTES_MIN - 1, MEMORY_BYTES_MAX + 1])
def test_an_arena_of_another_size_is_refused(memory_bytes):
    with pytest.raises(InputError) as raised:
        Arena(memory_bytes)
    assert str(raised.value) == f"memory_bytes: {memory_bytes} is not 4194304 to 34359738368"


def test_an_empty_arena_has_nothing():
    ledgers = Ledgers()
    assert (ledgers.arena.ledgers, ledgers.arena.used_bytes) == (0, START)
    assert ledgers.place(1) == 0
    assert not ledgers.arena.is_full()


def test_a_ledger_is_made_once():
    ledgers = Ledgers()
    place = ledgers.make(7)
    assert ledgers.make(7) == ledgers.place(7) == place
    assert ledgers.arena.ledgers == 1
    assert ledgers.contents(7) == ((7, *[0] * 10), b"")


def test_keys_that_share_their_low_half_are_two():
    ledgers = Ledgers()
    keys = [high << 32 | 5 for high in range(200)] + [high << 32 | 5 + 1024 for high in range(200)]
    for k, key in enumerate(keys):
        ledgers.make(key, registered_s=k)
    assert [ledgers.header(ledgers.place(key))["registered_s"] for key in keys] == list(range(400))
    assert ledgers.place(5 + 2048) == 0


def test_the_index_grows_and_every_ledger_is_found():
    ledgers = Ledgers()
    keys = np.random.default_rng(3).integers(1, 2**64 - 1, 20_000, np.uint64)
    slots = [len(ledgers.arena.index)]
    for key in keys:
        ledgers.make(key)
        if len(ledgers.arena.index) != slots[-1]:
            slots.append(len(ledgers.arena.index))
    assert slots == [INDEX_SLOTS_MIN << k for k in range(6)]
    assert ledgers.arena.ledgers == len(keys) <= LOAD_MAX * slots[-1]
    found = [ledgers.place(key) for key in keys]
    assert len(set(found)) == len(keys)
    assert [int(ledgers.header(place)["key"]) for place in found] == keys.tolist()


def test_the_index_grows_at_once_for_many():
    arena = Arena(MEMORY_BYTES_MIN)
    arena.grow_index(100_000)
    assert len(arena.index) == 1 << 18
    arena.grow_index(100_000)
    assert len(arena.index) == 1 << 18


def test_a_ledger_grows_through_every_size_class():
    ledgers = Ledgers()
    place, neighbour = ledgers.make(1), ledgers.make(2, crowd(3))
    before = ledgers.contents(2)
    expected, classes = [], [0]
    for k in range(ROWS_MAX):
        place = add_row(ledgers.control, place)
        made = row(k + 10, wrote=k + 1, unanswered=k)
        ledgers.rows(place)[-1] = made
        expected.append(made.item())
        size_class = int(ledgers.header(place)["size_class"])
        if size_class != classes[-1]:
            classes.append(size_class)
            assert ledgers.rows(place).tolist() == expected
            assert ledgers.place(1) == place
        if k in (9, 700):
            place = add_block(ledgers.control, place, GAPS if k == 9 else 2)
    assert set(np.diff(classes)) <= {1, 2}
    assert SIZE_CLASSES[classes[-1]] >= ledgers.arena.record_bytes(place) > SIZE_CLASSES[classes[-1] - 1]
    assert ledgers.rows(place).tolist() == expected
    assert (ledgers.place(2), ledgers.contents(2)) == (neighbour, before)


def test_a_block_that_was_left_is_used_again():
    ledgers = Ledgers()
    place = ledgers.make(1, crowd(30))
    for grown in crowd(40)[30:]:
        place = add_row(ledgers.control, place)
        ledgers.rows(place)[-1] = grown
    used = ledgers.arena.used_bytes
    assert ledgers.control[FREE_BYTES] > 0
    ledgers.make(2, crowd(30))
    assert ledgers.arena.used_bytes == used
    assert ledgers.contents(1)[1] == crowd(40).tobytes()
    assert ledgers.contents(2)[1] == crowd(30).tobytes()


def test_room_for_many_rows_leaves_one_block():
    ledgers = Ledgers()
    place = ledgers.make(1, crowd(3))
    left = SIZE_CLASSES[int(ledgers.header(place)["size_class"])]
    free = int(ledgers.control[FREE_BYTES])
    grown = fit_rows(ledgers.control, place, 1_000)
    assert ledgers.rows(grown).tolist() == crowd(3).tolist()
    assert ledgers.control[FREE_BYTES] == free + left
    for _ in range(1_000):
        assert add_row(ledgers.control, grown) == grown
    assert fit_rows(ledgers.control, grown, ROWS_MAX) == ledgers.place(1)
    assert SIZE_CLASSES[int(ledgers.header(ledgers.place(1))["size_class"])] >= HEADER_BYTES + ROWS_MAX * ROW_BYTES


sizes = st.lists(st.tuples(st.integers(1, 30), st.integers(0, 60), st.integers(0, 127)), min_size=1, max_size=40)


def fill(ledgers, made):
    """Ledgers of any sizes, made and grown in any order."""
    for key, more, blocks in made:
        place = ledgers.place(key) or ledgers.make(key, latest_s=T)
        for block in range(7):
            if blocks >> block & 1:
                in_their_stead = block == MESSAGES and has_sends(int(ledgers.header(place)["blocks"]))
                place = (
                    open_counts(ledgers.control, place) if in_their_stead else add_block(ledgers.control, place, block)
                )
        for _ in range(more):
            place = add_row(ledgers.control, place)
            ledgers.rows(place)[-1] = row(1_000 + len(ledgers.rows(place)), wrote=T, unanswered=key)


@settings(max_examples=50)
@given(sizes)
def test_closing_up_keeps_every_ledger(made):
    ledgers = Ledgers()
    fill(ledgers, made)
    keys = {key for key, _, _ in made}
    before = {key: ledgers.contents(key) for key in keys}
    ledgers.arena.make_room(T)
    assert {key: ledgers.contents(key) for key in keys} == before
    assert ledgers.arena.ledgers == len(keys)
    assert ledgers.control[FREE_BYTES] == 0
    fitting = [SIZE_CLASSES[np.searchsorted(SIZE_CLASSES, ledgers.arena.record_bytes(ledgers.place(k)))] for k in keys]
    assert ledgers.arena.used_bytes == START + sum(fitting)
    assert not ledgers.arena.bytes[ledgers.arena.used_bytes :].any()
    fill(ledgers, made)
    assert all(ledgers.contents(key) is not None for key in keys)


@settings(max_examples=50)
@given(sizes, sizes)
def test_a_state_taken_over_is_the_same(made, later):
    ledgers, other = Ledgers(), Ledgers(MEMORY_BYTES_MIN * 2)
    fill(ledgers, made)
    other.make(999, crowd(70))
    other.arena.restore({name: array.copy() for name, array in ledgers.arena.state().items()})
    assert other.place(999) == 0
    assert not other.arena.bytes[other.arena.used_bytes :].any()
    keys = {key for key, _, _ in made + later}
    for world in (ledgers, other):
        fill(world, later)
    assert {key: other.contents(key) for key in keys} == {key: ledgers.contents(key) for key in keys}
    assert other.arena.used_bytes == ledgers.arena.used_bytes


def test_a_state_takes_the_pages_that_it_needs_and_not_all():
    ledgers, large = Ledgers(), Arena(1 << 29)
    ledgers.make(1, crowd(70))
    before = resident_bytes()
    large.restore(ledgers.arena.state())
    assert large.ledgers == 1
    assert resident_bytes() - before < 1 << 26


def resident_bytes():
    """Memory that this process has taken."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def test_a_state_that_does_not_fit_is_refused():
    large = Ledgers(MEMORY_BYTES_MIN * 2)
    for key in range(1, 60):
        large.make(key, crowd(3_000))
    with pytest.raises(InputError) as raised:
        Arena(MEMORY_BYTES_MIN).restore(large.arena.state())
    used = large.arena.used_bytes
    assert str(raised.value) == f"memory_bytes: 4194304 is not at least the snapshot's {used}"


def fill_up(ledgers, latest_s, **header):
    """Ledgers of 40 rows, closed up, then small ones until the arena asks for room. Returns their keys."""
    keys, size = [], 40
    while not ledgers.arena.is_full():
        keys.append(len(keys) + 1)
        at = latest_s(keys[-1])
        ledgers.make(keys[-1], crowd(size, at=at), latest_s=at, **header)
        if size == 40 and ledgers.arena.used_bytes > MEMORY_BYTES_MIN * 15 // 16:
            ledgers.arena.make_room(0)
            size = 1
    assert ledgers.control[FREE_BYTES] == 0
    assert ledgers.arena.ledgers == len(keys)
    return keys


def test_a_full_arena_lets_those_go_that_have_been_silent_longest():
    ledgers = Ledgers()
    keys = fill_up(ledgers, lambda key: T + key * 7_919 % 10_007)
    by_silence = sorted(keys, key=lambda key: key * 7_919 % 10_007)
    ledgers.arena.make_room(T)
    gone = [key for key in keys if ledgers.place(key) == 0]
    assert sorted(gone) == sorted(by_silence[: len(gone)])
    assert 0 < len(gone) < len(keys) // 4
    assert ledgers.arena.ledgers == len(keys) - len(gone)
    assert ledgers.arena.used_bytes <= MEMORY_BYTES_MIN * 7 // 8
    assert not ledgers.arena.is_full()


def test_before_anybody_goes_what_retention_has_ended_does():
    ledgers = Ledgers()
    keys = fill_up(ledgers, lambda key: T - KNOWN_S if key % 3 == 0 else T)
    ledgers.arena.make_room(T)
    assert [key for key in keys if ledgers.place(key) == 0] == [key for key in keys if key % 3 == 0]
    assert not ledgers.arena.is_full()


def test_rows_go_before_ledgers_do():
    ledgers = Ledgers()
    keys = []
    for key in range(1, 10_000):
        ledgers.make(key, rows(*(row(k, wrote=T - ONE_WAY_S + k % 2) for k in range(1, 41))), latest_s=T)
        keys.append(key)
        if ledgers.arena.is_full():
            break
    ledgers.arena.make_room(T)
    assert ledgers.arena.ledgers == len(keys)
    assert {len(ledgers.rows(ledgers.place(key))) for key in keys} == {20}
    assert not ledgers.arena.is_full()


def test_a_ledger_with_a_status_stays():
    ledgers = Ledgers()
    keys = fill_up(ledgers, lambda key: T + key)
    ledgers.header(ledgers.place(1))["status"] = 1
    ledgers.arena.make_room(T + KNOWN_S * 2)
    assert [key for key in keys if ledgers.place(key)] == [1]


def test_an_arena_of_nothing_but_statuses_is_left_alone():
    ledgers = Ledgers()
    keys = fill_up(ledgers, lambda key: T + key, status=1)
    ledgers.arena.make_room(T)
    assert ledgers.arena.ledgers == len(keys)
    assert ledgers.control[RESERVE_BYTES] == 0
    assert not ledgers.arena.is_full()  # nothing is to be gained by asking again
    while ledgers.make(len(keys) + 1):
        keys.append(len(keys) + 1)
    assert ledgers.arena.used_bytes <= MEMORY_BYTES_MIN
    assert ledgers.arena.ledgers == len(keys)
    assert all(ledgers.place(key) for key in keys)


def test_a_ledger_that_can_not_grow_stays_whole():
    ledgers = Ledgers()
    keys = fill_up(ledgers, lambda key: T + key, status=1)
    place = ledgers.place(keys[0])
    before = ledgers.contents(keys[0])
    grown = place
    while grown:
        place = grown
        grown = add_row(ledgers.control, place)
        if grown:
            ledgers.rows(grown)[-1] = row(5, wrote=T)
    assert add_block(ledgers.control, place, GAPS) in (0, place)
    assert ledgers.place(keys[0]) == place
    header, record = ledgers.contents(keys[0])
    assert record.startswith(before[1])
    assert header[:5] == before[0][:5]


def test_a_scattered_arena_is_closed_up():
    ledgers = Ledgers(MEMORY_BYTES_MIN * 4)
    for key in range(1, 1_500):
        ledgers.make(key, crowd(1), latest_s=T)
    while not ledgers.arena.is_full():
        for key in range(1, 1_500):
            place = add_row(ledgers.control, ledgers.place(key))
            ledgers.rows(place)[-1] = row(5_000 + key, wrote=T)
    assert ledgers.control[FREE_BYTES] * SCATTERED_SHARE > ledgers.arena.used_bytes > SCATTERED_BYTES_MIN
    used, keys = ledgers.arena.used_bytes, ledgers.arena.ledgers
    ledgers.arena.make_room(T)
    assert ledgers.arena.ledgers == keys
    assert ledgers.arena.used_bytes < used
    assert not ledgers.arena.is_full()
