"""Prints: fingerprints of texts as one row of 32-bit words, each text as long as it needs. What a journal keeps.

The words of a text: the size of its sketch, whether that is whole (bit 16) and how many link domains it has (from bit
24); its points; its exact hash, low half first; its domains, likewise; and if there is a sketch the bands, the bytes
of the minima, the sketch.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from ecluse.compiled import kernel, leaf
from ecluse.content.column import Texts, as_texts
from ecluse.content.fingerprint import Fingerprinter, Fingerprints, fingerprint_one
from ecluse.content.links import LINKS_MAX
from ecluse.content.minhash import BANDS, LANES
from ecluse.content.shingles import SKETCH_MAX
from ecluse.ledger.memory import array_at, table_at

_HEAD: Final = 4
_NEAR: Final = BANDS + LANES // 4
_WORDS_MAX: Final = _HEAD + 2 * LINKS_MAX + _NEAR + SKETCH_MAX
_WHOLE: Final = np.uint32(1 << 16)
_SIZE: Final = np.uint32(0xFFFF)
_DOMAINS_SHIFT: Final = np.uint32(24)

_U = np.uint64
_U32 = np.uint32
_LOW: Final = _U(0xFFFFFFFF)
_32: Final = _U(32)
_WORD: Final = np.dtype("<u4")
_BYTE: Final = np.dtype("u1")

NO_PRINTS: Final = np.zeros(0, np.uint32)


def print_texts(maker: Fingerprinter, texts: Texts) -> tuple[np.ndarray, np.ndarray]:
    """Fingerprint a column of texts as words: (uint32, shape (n_words,); int64, shape (n,), where each text's begin).

    Raises InputError if it is none.
    """
    column = as_texts(texts)
    starts = np.empty(len(column.valid), np.int64)
    words = np.empty(len(starts) * _WORDS_MAX, np.uint32)
    filled = _print_all(maker.tools, maker.shingle, column.data, column.offsets, maker.one, words, starts)
    return words[:filled].copy(), starts


@kernel
def _print_all(tools: Any, shingle: int, data: Any, offsets: Any, one: Any, words: Any, starts: Any) -> int:
    """Fingerprint and pack one text after another. one: room for one's fingerprints."""
    at = 0
    for i in range(len(starts)):
        fingerprint_one(tools, shingle, data, offsets[i], offsets[i + 1], one, 0, 0)
        starts[i] = at
        at = _pack_one(one, words, at)
    return at


@leaf
def _pack_one(one: Any, words: Any, at: int) -> int:
    """Write the words of a text from ``at`` on. Returns where they end."""
    size, domains = np.int64(one.sizes[0]), one.domain_ends[1]
    words[at] = size | one.whole[0] << 16 | domains << 24
    words[at + 1] = one.points[0]
    at = _put(words, at + 2, one.exact[0])
    for k in range(domains):
        at = _put(words, at, one.domains[k])
    if size:
        for k in range(BANDS):
            words[at + k] = one.bands[0, k]
        at += BANDS
        low = array_at(one.low.ctypes.data, LANES // 4, _WORD)  # four bytes at once, the lowest first
        for k in range(LANES // 4):
            words[at + k] = low[k]
        at += LANES // 4
        for k in range(size):
            words[at + k] = one.sketch[0, k]
        at += size
    return at


@leaf
def _put(words: Any, at: int, value: Any) -> int:
    words[at] = value & _LOW
    words[at + 1] = value >> _32
    return at + 2


@leaf
def word_pair(words: Any, at: int) -> Any:
    """The 64 bits at a place."""
    return _U(words[at]) | _U(words[at + 1]) << _32


@leaf
def exact_of(words: Any, start: int) -> Any:
    """A text's exact hash; 0 if nothing is left of it."""
    return word_pair(words, start + 2)


@leaf
def domains_of(words: Any, start: int) -> Any:
    """How many link domains a text has, and where the first of them stands."""
    return np.int64(words[start] >> _DOMAINS_SHIFT), start + _HEAD


@leaf
def bands_start(words: Any, start: int) -> int:
    """Where the bands of a text stand; 0 for a text without."""
    domains, at = domains_of(words, start)
    return at + 2 * domains if words[start] & _SIZE else 0


@leaf
def view_one(words: Any, at: int, one: Any) -> Any:
    """The text that begins at ``at`` as fingerprints of one text: its head unpacked into ``one``, the rest where it is.

    A text without a sketch has none of the rest.
    """
    one.sizes[0], one.whole[0] = words[at] & _SIZE, words[at] & _WHOLE != _U32(0)
    one.points[0] = words[at + 1]
    one.exact[0] = exact_of(words, at)
    bands = words.ctypes.data + bands_start(words, at) * words.itemsize
    low = bands + BANDS * words.itemsize
    return Fingerprints(
        one.exact,
        table_at(bands, 1, BANDS, _WORD),
        table_at(low, 1, LANES, _BYTE),
        table_at(low + LANES, 1, SKETCH_MAX, _WORD),
        one.sizes,
        one.whole,
        one.points,
        one.domains,
        one.domain_ends,
    )
