import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ecluse.content.shingles import BUCKETS, SKETCH_MAX, hash_shingles, sketch_of

KEY = np.array([1, 2], np.uint64)


def hashed(text, size):
    points, hashes = np.array([ord(letter) for letter in text], np.uint32), np.zeros(1_000, np.uint32)
    return hashes[: hash_shingles(points, len(text), size, KEY, hashes)].tolist()


@given(st.text(min_size=6, max_size=40), st.integers(2, 6))
def test_equal_shingles_have_equal_hashes_and_others_not(text, size):
    shingles = [text[i : i + size] for i in range(len(text) - size + 1)]
    hashes = hashed(text, size)
    assert len(hashes) == len(shingles)
    assert len(dict(zip(shingles, hashes, strict=True))) == len(set(shingles)) == len(set(hashes))
    assert [hashes[shingles.index(shingle)] for shingle in shingles] == hashes


@given(st.lists(st.integers(0, 2**32 - 1) | st.integers(0, 40), max_size=400))
def test_a_sketch_is_the_least_distinct_hashes_in_order(hashes):
    sketch = np.zeros(SKETCH_MAX, np.uint32)
    starts, ordered = np.zeros(BUCKETS + 1, np.int32), np.zeros(400, np.uint32)
    size, whole = sketch_of(np.array([*hashes, 0], np.uint32), len(hashes), starts, ordered, sketch)
    distinct = sorted(set(hashes))
    assert sketch[:size].tolist() == distinct[:SKETCH_MAX]
    assert whole == (len(distinct) <= SKETCH_MAX)
