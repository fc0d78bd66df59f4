"""How alike two texts are: the Jaccard similarity of their sets of shingles, from sketches."""

from __future__ import annotations

from typing import Final

import numpy as np

from ecluse.compiled import kernel
from ecluse.content.places import PLACES, places_in_common

SLACK: Final = 0.15
"""What the estimate from bytes may be too low by: three times its error."""


@kernel
def jaccard(one, i, n_one, whole_one, two, k, n_two, whole_two):  # type: ignore[no-untyped-def]
    """The Jaccard similarity of sketches ``one[i]`` and ``two[k]``, which fill n_one and n_two of their columns.

    Exact if both are whole; else an estimate over the least hashes that both know of, error at most
    ``0.5 / sqrt(SKETCH_MAX)``. Source: bottom-k sketches, see ``shingles``.
    """
    a, b, both, either = 0, 0, 0, 0
    if whole_one and whole_two:
        left_at = one.ctypes.data + i * one.strides[0]
        right_at = two.ctypes.data + k * two.strides[0]
        # Row against row, and on from that which ends first: nothing of it can stand in a later row of the other.
        while a + PLACES <= n_one and b + PLACES <= n_two:
            both += places_in_common(left_at + 4 * a, right_at + 4 * b)
            left, right = one[i, a + PLACES - 1], two[k, b + PLACES - 1]
            a += PLACES * (left <= right)
            b += PLACES * (right <= left)
        either = a + b - both
    while a < n_one and b < n_two:
        left, right = one[i, a], two[k, b]
        a += left <= right
        b += right <= left
        both += left == right
        either += 1
    if a < n_one and whole_two:
        either += n_one - a
    if b < n_two and whole_one:
        either += n_two - b
    return both / max(either, 1)


def similarity_of(sketches: np.ndarray, sizes: np.ndarray, whole: np.ndarray, i: int, k: int) -> float:
    """The similarity of texts ``i`` and ``k`` of one ``Fingerprints``: 0 to 1."""
    return float(jaccard(sketches, i, int(sizes[i]), bool(whole[i]), sketches, k, int(sizes[k]), bool(whole[k])))
