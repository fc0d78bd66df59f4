"""MinHash: bands of minima, of which two similar texts are likely to share one.

Of each of 96 permutations of the hashes the least value is kept; three of them are a band. Texts of Jaccard
similarity J share a given band with probability J³, and any of 32 with 1 - (1 - J³)³²: 0.88 at 0.4, 0.986 at 0.5.
A byte of each minimum is kept, too: the share of bytes that two texts have in common tells J to about 0.05, which is
enough to pass over most of those that share a band by chance.

Source: A. Broder and others, Min-wise independent permutations, STOC 1998. A permutation here is
``h ↦ a h + b mod 2¹⁶`` with odd ``a``, drawn from the key, over the upper half of a shingle's hash: 16 of them go into
one vector of the processor, and two shingles of a text of 500 seldom share a half.
"""

from __future__ import annotations

import hashlib
from typing import Final, NamedTuple, Self

import numpy as np

from ecluse.compiled import kernel

BANDS: Final = 32
ROWS: Final = 3
LANES: Final = BANDS * ROWS
"""Permutations; whole vectors of the processor."""

_U16 = np.uint16
_U32 = np.uint32
_U = np.uint64
_SPREAD: Final = _U(0x9E3779B97F4A7C15)


class Permutations(NamedTuple):
    """uint16, shape (LANES,) each: ``h ↦ factors[j] * h + terms[j]``."""

    factors: np.ndarray
    terms: np.ndarray

    @classmethod
    def from_key(cls, key: np.ndarray) -> Self:
        """Draw the permutations: BLAKE2b of the key and a counter, so the same everywhere."""
        drawn = b"".join(
            hashlib.blake2b(counter.to_bytes(4, "little"), key=key.tobytes(), person=b"ecluse:minhash").digest()
            for counter in range(4 * LANES // 64)
        )
        numbers = np.frombuffer(drawn, "<u2")
        return cls(numbers[:LANES] | _U16(1), numbers[LANES:].copy())


@kernel
def minima_of(hashes, count, permutations, minima):  # type: ignore[no-untyped-def]
    """The least of ``hashes`` [0, count) under each permutation. minima: uint16, shape (LANES,)."""
    factors, terms = permutations.factors, permutations.terms
    for j in range(LANES):
        minima[j] = _U16(0xFFFF)
    for i in range(count):
        value = _U16(hashes[i] >> _U32(16))
        for j in range(LANES):
            permuted = _U16(value * factors[j] + terms[j])
            minima[j] = min(minima[j], permuted)


@kernel
def bands_of(minima, bands, low):  # type: ignore[no-untyped-def]
    """Hash each three minima into a band, and keep a byte of each. bands: uint32, (BANDS,). low: uint8, (LANES,)."""
    for j in range(LANES):
        low[j] = minima[j] & _U16(0xFF)
    for band in range(BANDS):
        state = _U(band)
        for row in range(ROWS):
            state = (state ^ _U(minima[band * ROWS + row])) * _SPREAD
            state ^= state >> _U(32)
        bands[band] = _U32(state >> _U(16))
