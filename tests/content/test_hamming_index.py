import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecluse.content import HammingIndex
from ecluse.content.near_index import RETENTION_S
from ecluse.errors import InputError
from tests.content.making import SECRET, seconds

MEMORY_BYTES = 16 << 20


def index(**options):
    return HammingIndex(SECRET, MEMORY_BYTES, **options)


def flipped(words, bits):
    """Words of 64 bits with some bits the other way."""
    changed = list(words)
    for bit in bits:
        changed[bit // 64] ^= 1 << bit % 64
    return changed


@pytest.mark.parametrize("width", [64, 256])
@settings(max_examples=40)
@given(st.data())
def test_hashes_that_differ_in_few_bits_are_found(width, data):
    words = [data.draw(st.integers(0, 2**64 - 1)) for _ in range(width // 64)]
    bits = data.draw(st.sets(st.integers(0, width - 1), max_size=40))
    ours = HammingIndex(SECRET, width // 64 * MEMORY_BYTES, bits=width)
    found = ours.lookup_or_add(np.array([words, flipped(words, bits)], np.uint64), seconds(1, 1))
    near = len(bits) <= ours.bits_apart_max
    assert (found.cluster[0] == found.cluster[1]) == near
    assert found.distance.tolist() == [-1, len(bits) if near else -1]


def test_fewer_bits_may_be_asked_for():
    found = index(bits_apart=2).lookup_or_add(np.array([0, 7, 3], np.uint64), seconds(1, 1, 1))
    assert (found.cluster[0] == found.cluster[1], found.distance.tolist()) == (False, [-1, -1, 1])


def test_the_nearest_of_several_is_taken():
    found = index().lookup_or_add(np.array([0, 0xFFFF, 0b111, 0b11], np.uint64), seconds(1, 1, 1, 1))
    assert found.distance.tolist() == [-1, -1, 3, 1]


def test_zero_is_a_hash_as_others_are():
    found = index().lookup_or_add(np.zeros(2, np.uint64), seconds(1, 1))
    assert (found.distance.tolist(), bool(found.cluster[0])) == ([-1, 0], True)


@pytest.mark.parametrize(("later_s", "distance"), [(RETENTION_S - 1, 1), (RETENTION_S, -1)])
def test_a_hash_is_remembered_for_thirty_days(later_s, distance):
    ours = index()
    ours.lookup_or_add(np.array([5], np.uint64), seconds(9))
    assert ours.lookup_or_add(np.array([4], np.uint64), seconds(9 + later_s)).distance.tolist() == [distance]


def test_memory_is_bounded():
    ours = index()
    assert ours.nbytes <= MEMORY_BYTES
    hashes = np.random.default_rng(1).integers(0, 1 << 64, ours.hashes_max + 1_000, np.uint64)
    ours.lookup_or_add(hashes, np.ones(len(hashes), np.uint32))
    assert (ours.hashes, ours.given_up) == (ours.hashes_max, 1_000)
    again = ours.lookup_or_add(hashes[-5_000:], np.ones(5_000, np.uint32))
    assert again.distance.tolist() == [0] * 5_000


def test_a_snapshot_is_the_same_index():
    one, two = index(), index()
    one.lookup_or_add(np.array([1, 1 << 40], np.uint64), seconds(1, 1))
    two.restore({name: array.copy() for name, array in one.state().items()})
    asked = np.array([3, 1 << 41, 1 << 63], np.uint64)
    first, second = (each.lookup_or_add(asked, seconds(2, 2, 2)) for each in (one, two))
    assert first.cluster.tolist() == second.cluster.tolist()
    with pytest.raises(InputError, match="state"):
        HammingIndex(SECRET, 2 * MEMORY_BYTES).restore(one.state())


@pytest.mark.parametrize("options", [{"bits": 128}, {"bits_apart": 8}, {"memory_bytes": 1 << 20}])
def test_what_is_wrong_is_said(options):
    with pytest.raises(InputError, match=next(iter(options))):
        HammingIndex(SECRET, **{"memory_bytes": MEMORY_BYTES} | options)
    with pytest.raises(InputError, match="hashes"):
        index().lookup_or_add(np.zeros((2, 4), np.uint64), seconds(1, 1))
