"""Shingles: every run of a few characters of a normal form, as a keyed hash; and the sketch of their set.

The sketch is the least of the distinct hashes, in order, at most SKETCH_MAX of them (bottom-k): the whole set for a
text of up to about 250 characters, an even sample of it for a longer one. So two sketches tell the Jaccard similarity
of two short texts exactly, and that of long ones to about 0.03.

Sources: A. Broder, On the resemblance and containment of documents, 1997; E. Cohen, H. Kaplan, Summarizing data using
bottom-k sketches, PODC 2007. The hash is SipHash-1-3.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from ecluse.compiled import kernel, leaf
from ecluse.ledger.siphash import _V0, _V1, _V2, _V3, _round

SKETCH_MAX: Final = 128
SHINGLE_MIN: Final = 2
SHINGLE_MAX: Final = 6
BUCKETS: Final = 256
"""Of the sort, at most: hashes are even, so about as many buckets as hashes make it linear."""

_U = np.uint64
_FINAL: Final = _U(0xFF)
_BITS: Final = 21
_THREE: Final = 3
_FOUR: Final = 4
_PLANE: Final = _U(0x9E37)


@leaf
def _keyed(word, k0, k1):  # type: ignore[no-untyped-def]
    """SipHash-1-3 of one 64-bit word, without its length, which is always the same; the upper half."""
    v0, v1, v2, v3 = k0 ^ _V0, k1 ^ _V1, k0 ^ _V2, k1 ^ _V3 ^ word
    v0, v1, v2, v3 = _round(v0, v1, v2, v3)
    v0 ^= word
    v2 ^= _FINAL
    v0, v1, v2, v3 = _round(v0, v1, v2, v3)
    v0, v1, v2, v3 = _round(v0, v1, v2, v3)
    v0, v1, v2, v3 = _round(v0, v1, v2, v3)
    return np.uint32((v0 ^ v1 ^ v2 ^ v3) >> _U(32))


@leaf
def _half(point):  # type: ignore[no-untyped-def]
    """A code point in 16 bits, so that four are one word: itself, or, beyond the first plane, mixed with its plane."""
    return (_U(point) ^ (_U(point) >> _U(16)) * _PLANE) & _U(0xFFFF)


@kernel
def hash_shingles(normal, length, size, key, hashes):  # type: ignore[no-untyped-def]
    """Hash every run of ``size`` code points of ``normal`` [0, length) into ``hashes``. Returns how many they are.

    length: at least ``size``.
    """
    k0, k1 = key[0], key[1]
    count = length - size + 1
    if size <= _THREE:
        for i in range(count):
            word = _U(normal[i])
            for k in range(1, size):
                word = word << _U(_BITS) | _U(normal[i + k])
            hashes[i] = _keyed(word, k0, k1)
        return count
    if size == _FOUR:
        for i in range(count):
            front = _half(normal[i]) << _U(48) | _half(normal[i + 1]) << _U(32)
            hashes[i] = _keyed(front | _half(normal[i + 2]) << _U(16) | _half(normal[i + 3]), k0, k1)
        return count
    for i in range(count):
        word = _U(0)
        for k in range(_THREE):
            word = word << _U(_BITS) | _U(normal[i + k])
        first = _U(_keyed(word, k0, k1))
        word = _U(0)
        for k in range(_THREE, size):
            word = word << _U(_BITS) | _U(normal[i + k])
        hashes[i] = _keyed(word, k0 ^ first, k1)
    return count


@kernel
def sketch_of(hashes, count, starts, ordered, sketch):  # type: ignore[no-untyped-def]
    """Put the least distinct ``hashes`` [0, count) into ``sketch``, in order. Returns (how many, whether all).

    starts: int32, BUCKETS + 1. ordered: uint32, at least ``count``. Sorted by their upper bits, then by insertion.
    """
    buckets, shift = BUCKETS, np.uint32(24)
    while buckets > 16 and 2 * count < buckets:
        buckets >>= 1
        shift += np.uint32(1)
    for bucket in range(buckets + 1):
        starts[bucket] = 0
    for i in range(count):
        starts[(hashes[i] >> shift) + np.uint32(1)] += 1
    for bucket in range(1, buckets + 1):
        starts[bucket] += starts[bucket - 1]
    for i in range(count):
        bucket = hashes[i] >> shift
        ordered[starts[bucket]] = hashes[i]
        starts[bucket] += 1
    for i in range(1, count):
        value = ordered[i]
        k = i
        while k > 0 and ordered[k - 1] > value:
            ordered[k] = ordered[k - 1]
            k -= 1
        ordered[k] = value
    filled = 0
    for i in range(count):
        if i > 0 and ordered[i] == ordered[i - 1]:
            continue
        if filled == len(sketch):
            return filled, False
        sketch[filled] = ordered[i]
        filled += 1
    return filled, True
