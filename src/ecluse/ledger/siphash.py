"""Keyed hashes of ids: SipHash-2-4 over the buffers of an Arrow column, no Python loop.

Source: J.-P. Aumasson, D. J. Bernstein, SipHash: a fast short-input PRF, INDOCRYPT 2012.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from ecluse.compiled import kernel, leaf

_U = np.uint64
_V0, _V1 = _U(0x736F6D6570736575), _U(0x646F72616E646F6D)
_V2, _V3 = _U(0x6C7967656E657261), _U(0x7465646279746573)
_FINAL = _U(0xFF)


@leaf
def _rotate(value, bits):  # type: ignore[no-untyped-def]
    return (value << _U(bits)) | (value >> _U(64 - bits))


@leaf
def _round(v0, v1, v2, v3):  # type: ignore[no-untyped-def]
    v0 += v1
    v1 = _rotate(v1, 13) ^ v0
    v0 = _rotate(v0, 32)
    v2 += v3
    v3 = _rotate(v3, 16) ^ v2
    v0 += v3
    v3 = _rotate(v3, 21) ^ v0
    v2 += v1
    v1 = _rotate(v1, 17) ^ v2
    v2 = _rotate(v2, 32)
    return v0, v1, v2, v3


@leaf
def _word(data, at):  # type: ignore[no-untyped-def]
    """The eight bytes at ``at``. (Unsigned, for an index that may be negative is looked at; it is one load.)"""
    first, word = _U(at), _U(0)
    for byte in range(8):
        word |= _U(data[first + _U(byte)]) << _U(8 * byte)
    return word


@leaf
def _last_word(data, at, stop, length):  # type: ignore[no-untyped-def]
    """The fewer than eight bytes [at, stop), and the length above them."""
    word = _U(0)
    if stop >= 8:  # one load that begins before them, instead of a loop that no processor foresees the end of
        word = _word(data, stop - 8) >> _U(56 - 8 * (stop - at)) >> _U(8)
    else:
        for byte in range(stop - at):
            word |= _U(data[_U(at + byte)]) << _U(8 * byte)
    return word | (_U(length & 255) << _U(56))


@kernel
def siphash(data, start, stop, k0, k1):  # type: ignore[no-untyped-def]
    """Hash bytes [start, stop) of ``data``. Never 0, which means "no id" everywhere."""
    v0, v1, v2, v3 = k0 ^ _V0, k1 ^ _V1, k0 ^ _V2, k1 ^ _V3
    at = start
    while at + 8 <= stop:
        word = _word(data, at)
        v3 ^= word
        v0, v1, v2, v3 = _round(v0, v1, v2, v3)
        v0, v1, v2, v3 = _round(v0, v1, v2, v3)
        v0 ^= word
        at += 8
    word = _last_word(data, at, stop, stop - start)
    v3 ^= word
    v0, v1, v2, v3 = _round(v0, v1, v2, v3)
    v0, v1, v2, v3 = _round(v0, v1, v2, v3)
    v0 ^= word
    v2 ^= _FINAL
    for _ in range(4):
        v0, v1, v2, v3 = _round(v0, v1, v2, v3)
    digest = v0 ^ v1 ^ v2 ^ v3
    return digest if digest != _U(0) else _U(1)


@kernel
def hash_slices(data, offsets, key, hashes):  # type: ignore[no-untyped-def]
    """Hash each slice [offsets[i], offsets[i + 1]) of ``data`` into ``hashes[i]``."""
    for i in range(len(hashes)):
        hashes[i] = siphash(data, offsets[i], offsets[i + 1], key[0], key[1])


_NO_BYTES = np.zeros(1, np.uint8)


def hash_column(column: pa.Array, key: np.ndarray) -> np.ndarray:
    """Hash a column of strings with a key of two uint64. Returns uint64, shape (n,), 0 where the column is null."""
    hashes = np.zeros(len(column), np.uint64)
    if column.null_count == len(column):
        return hashes
    offsets = np.frombuffer(column.buffers()[1], np.int32)[column.offset : column.offset + len(column) + 1]
    data = column.buffers()[2]
    text = np.frombuffer(data, np.uint8) if data is not None and data.size else _NO_BYTES
    hash_slices(text, offsets, key, hashes)
    if column.null_count:
        hashes[column.is_null().to_numpy(zero_copy_only=False)] = 0
    return hashes
