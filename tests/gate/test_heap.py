"""The heap gives out whatever it was given, the smallest first."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ecluse.gate.heap import heapify, pop


@given(st.lists(st.one_of(st.integers(0, 2**64 - 1), st.integers(0, 3)), max_size=60), st.integers(0, 5))
def test_what_goes_in_comes_out_in_order(values, spare):
    heap = np.array(values + [0] * spare, np.uint64)
    n = len(values)
    heapify(heap, n)
    given_out = []
    while n > 0:
        given_out.append(int(heap[0]))
        n = pop(heap, n)
    assert given_out == sorted(values)
    assert heap[len(values) :].tolist() == [0] * spare
