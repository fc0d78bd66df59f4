import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecluse.content.shingles import SKETCH_MAX
from ecluse.content.similarity import similarity_of

sets = st.sets(st.integers(0, 400), max_size=300)


def similarity(*members):
    sketches, sizes = np.zeros((2, SKETCH_MAX), np.uint32), np.zeros(2, np.uint16)
    whole = np.zeros(2, np.bool_)
    for row, values in enumerate(members):
        kept = sorted(values)[:SKETCH_MAX]
        sketches[row, : len(kept)] = kept
        sizes[row], whole[row] = len(kept), len(kept) == len(values)
    return similarity_of(sketches, sizes, whole, 0, 1)


@given(sets, sets)
def test_the_similarity_of_whole_sets_is_exact(one, two):
    if len(one) <= SKETCH_MAX and len(two) <= SKETCH_MAX:
        assert similarity(one, two) == len(one & two) / max(1, len(one | two))


@given(sets, sets)
def test_similarity_is_the_same_both_ways(one, two):
    assert similarity(one, two) == similarity(two, one)
    assert similarity(one, one) == bool(one)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_the_similarity_of_long_texts_is_estimated(share):
    rng = np.random.default_rng(2)
    values = []
    for _ in range(100):
        hashes = rng.permutation(1 << 20)[:2_000].tolist()
        both = round(2_000 * share / (1 + share))
        values.append(similarity(set(hashes[:1_000]), set(hashes[:both]) | set(hashes[1_000 : 2_000 - both])))
    assert np.mean(values) == pytest.approx(share, abs=0.02)
    assert np.std(values) < 0.5 / np.sqrt(SKETCH_MAX) + 0.01
