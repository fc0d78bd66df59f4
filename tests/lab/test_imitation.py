import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ecluse.lab.imitation import FLIPPED_MAX, copies


@given(st.integers(0, 2**62 - 1), st.integers(0, 1_000))
def test_a_copy_of_an_image_differs_in_a_few_bits_of_62(fingerprint, seed):
    made = copies(np.random.default_rng(seed), fingerprint, 50)
    assert ((made >= 0) & (made < 2**62)).all()
    assert max(int(copy ^ fingerprint).bit_count() for copy in made.tolist()) <= FLIPPED_MAX


def test_some_copies_are_exact_and_most_are_not():
    made = copies(np.random.default_rng(1), 12_345, 1_000)
    assert 60 < (made == 12_345).sum() < 250
