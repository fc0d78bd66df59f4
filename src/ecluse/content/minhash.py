"""MinHash: bands of minima, of which two similar texts are likely to share one.

Of each of 112 permutations of the hashes the least value is kept. Two or three of them are a band: texts of Jaccard
similarity J share a band of two with probability J², one of three with J³, and any of the 32 and 16 that there are
with 1 - (1 - J²)³² (1 - J³)¹⁶: 0.97 at 0.3, 0.999 at 0.4. Bands of three are there for large indexes, where bands of
two are crowded. A byte of each minimum is kept, too: the share of bytes that two texts have in common tells J to about
0.05, which is enough to pass over most of those that share a band by chance.

Source: A. Broder and others, Min-wise independent permutations, STOC 1998. A permutation here is
``h ↦ a h + b mod 2¹⁶`` with odd ``a``, drawn from the key, over the upper half of a shingle's hash: 16 of them go into
one vector of the processor, and two shingles of a text of 500 seldom share a half.
"""

from __future__ import annotations

import hashlib
from typing import Final, NamedTuple, Self

import numpy as np

from ecluse.compiled import kernel

PAIRS: Final = 32
TRIPLES: Final = 16
BANDS: Final = PAIRS + TRIPLES
LANES: Final = 2 * PAIRS + 3 * TRIPLES
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
    """Hash minima into bands, and keep a byte of each. bands: uint32, shape (BANDS,). low: uint8, shape (LANES,)."""
    for j in range(LANES):
        low[j] = minima[j] & _U16(0xFF)
    lane = 0
    for band in range(BANDS):
        state = _U(band)
        for _ in range(2 if band < PAIRS else 3):
            state = (state ^ _U(minima[lane])) * _SPREAD
            state ^= state >> _U(32)
            lane += 1
        bands[band] = _U32(state >> _U(16))
