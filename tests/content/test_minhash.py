import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecluse.content.minhash import BANDS, LANES, PAIRS, Permutations, bands_of, minima_of

PERMUTATIONS = Permutations.from_key(np.array([3, 4], np.uint64))


def minima(hashes):
    found = np.zeros(LANES, np.uint16)
    minima_of(np.array(hashes, np.uint32), len(hashes), PERMUTATIONS, found)
    return found


def bands(found):
    made, low = np.zeros(BANDS, np.uint32), np.zeros(LANES, np.uint8)
    bands_of(found, made, low)
    return made, low


@given(st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=30), st.randoms())
def test_minima_are_those_of_the_set(hashes, rng):
    again = [*hashes, hashes[0]]
    rng.shuffle(again)
    assert minima(again).tolist() == minima(hashes).tolist()
    permuted = [(value >> 16) * int(PERMUTATIONS.factors[5]) + int(PERMUTATIONS.terms[5]) & 0xFFFF for value in hashes]
    assert minima(hashes)[5] == min(permuted)


def test_a_band_is_of_two_or_three_minima():
    one = minima([1 << 16, 7 << 20, 5 << 24])
    for lane in range(LANES):
        two = one.copy()
        two[lane] ^= 1
        changed = np.flatnonzero(bands(one)[0] != bands(two)[0])
        assert changed.tolist() == [lane // 2 if lane < 2 * PAIRS else PAIRS + (lane - 2 * PAIRS) // 3]


@pytest.mark.parametrize("similarity", [0.2, 0.5, 0.8])
def test_the_share_of_equal_bytes_tells_the_similarity(similarity):
    rng = np.random.default_rng(1)
    shares = []
    for _ in range(200):
        hashes = rng.integers(0, 1 << 32, 200, np.uint32)
        both = round(2 * 100 * similarity / (1 + similarity))
        one, two = hashes[:100], np.concatenate([hashes[:both], hashes[100 : 200 - both]])
        shares.append(np.mean(bands(minima(one))[1] == bands(minima(two))[1]))
    assert np.mean(shares) == pytest.approx(similarity, abs=0.02)


def test_another_key_has_other_permutations():
    other = Permutations.from_key(np.array([3, 5], np.uint64))
    assert (other.factors != PERMUTATIONS.factors).any()
    assert (PERMUTATIONS.factors % 2 == 1).all()
    assert len(set(PERMUTATIONS.factors.tolist())) > LANES * 0.95
