"""The most alike of the texts that share a band with one: candidates, looked at closer in three steps.

In each band a row of places, the newest texts. Of most candidates only a card is read, a line of memory with a byte of
each of the first minima; of those alike by their cards, the bytes of all minima; and of the few most alike by those,
the sketches. A band in which many texts stand says little of any of them, like a word that everybody uses: a text that
is met only in such has to be met in two, but for the newest of some: of a campaign's many texts any will do.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple, Self

import numpy as np

from ecluse.compiled import kernel, leaf
from ecluse.content.minhash import BANDS, LANES
from ecluse.content.places import PLACES, ROW_BYTES, TAG, TEXTS_MAX, count_bits, lowest_bit, places_tagged
from ecluse.content.similarity import SLACK, jaccard
from ecluse.ledger.memory import ask_lines, prefetch, same_bytes_48, same_bytes_64

CARD_LANES: Final = 64
LOW_BYTES: Final = 128
"""Two lines of memory for the bytes of all minima: 64 in the first, 48 in the second."""
CARD_SLACK: Final = 0.15
"""What the similarity of cards may be too low by: 2.6 times its error."""
ENOUGH: Final = 0.5
"""A candidate so alike is taken without looking at crowded bands."""
CROWDED: Final = 6
"""Texts in a band from which on it is crowded."""
SAMPLED: Final = 8
"""Crowded bands of which the newest text is looked at, though it is met for the first time."""
MEASURED: Final = 4
"""Candidates whose sketches are compared."""
CANDIDATES_MAX: Final = MEASURED + BANDS * PLACES
SKETCH_ASKED: Final = 256
"""Bytes of a sketch that are asked for ahead: those of most texts."""
MET: Final = 1 << 10
"""A power of two of texts, a few times those that are met in one look-up."""

_U = np.uint64
_U32 = np.uint32
_LOW: Final = _U(0xFFFFFFFF)
_32: Final = _U(32)


class Work(NamedTuple):
    """Memory to work in; nothing in it outlives a look-up.

    candidates: uint64, shape (CANDIDATES_MAX,), slots, and in front those that are measured. met: uint32, shape
    (MET,), slots that were met, with 1 if once in crowded bands only. places: int64, shape (BANDS,), in each the places
    of texts, as bits.
    """

    candidates: np.ndarray
    met: np.ndarray
    places: np.ndarray

    @classmethod
    def new(cls) -> Self:
        """Room for one look-up at a time."""
        return cls(np.zeros(CANDIDATES_MAX, _U), np.zeros(MET, _U32), np.zeros(BANDS, np.int64))


@leaf
def row_address(kept: Any, band: int, value: Any) -> int:
    """Where the row of a band's value stands."""
    n_bands = kept.bands.shape[1]
    return kept.bands.ctypes.data + (band * n_bands + np.int64(value & _U32(n_bands - 1))) * ROW_BYTES


@leaf
def _find_places(kept: Any, work: Any, prints: Any, i: int) -> None:
    """Find in which places of each band texts stand."""
    for band in range(BANDS):
        value = prints.bands[i, band]
        work.places[band] = places_tagged(row_address(kept, band, value), np.int64(value) & TAG)


@leaf
def _collect(kept: Any, work: Any, prints: Any, i: int, crowded: bool, n: int) -> int:
    """Append the slots that are met enough in bands that are crowded, or in those that are not. Returns how many."""
    low = kept.low.ctypes.data
    sampled = 0
    for band in range(BANDS):
        places = work.places[band]
        if places == 0 or (count_bits(places) >= CROWDED) != crowded:
            continue
        row = kept.bands[band, prints.bands[i, band] & _U32(kept.bands.shape[1] - 1)]
        enough = not crowded or sampled < SAMPLED
        sampled += 1
        while places != 0:
            slot = np.int64(row[lowest_bit(places)] & _U32(TEXTS_MAX)) - 1
            places &= places - 1
            met = work.met[slot & MET - 1]
            known, once = _U32(2 * (slot + 1)), _U32(2 * (slot + 1) + 1)
            is_new = met != known
            is_taken = is_new & (enough | (met == once))  # without branches, which nobody could foretell
            work.met[slot & MET - 1] = once if is_new & ~is_taken else known
            prefetch(low, slot * LOW_BYTES if is_taken else 0)
            work.candidates[n] = slot
            n += is_taken
            enough = not crowded
    return n


@leaf
def _by_card(slots: Any, kept: Any, work: Any, prints: Any, i: int, alike: float, n: int) -> int:
    """Keep the candidates whose cards have enough in common, and ask for what is looked at next. Returns how many."""
    least = np.int64((alike - CARD_SLACK) * CARD_LANES)
    cards, own = kept.low.ctypes.data, prints.low.ctypes.data + i * LANES
    passed = MEASURED
    for c in range(MEASURED, n):
        slot = np.int64(work.candidates[c])
        same = same_bytes_64(cards + slot * LOW_BYTES, own)
        if same > least:
            prefetch(cards + slot * LOW_BYTES, CARD_LANES)
            prefetch(slots.rows.ctypes.data, slot * slots.rows.itemsize)
            work.candidates[passed] = _U(same) << _32 | _U(slot)
            passed += 1
    return passed


@leaf
def _measure(kept: Any, slot: int, prints: Any, i: int) -> float:
    sizes, whole = kept.sizes, kept.whole
    mine = prints.sketch, i, prints.sizes[i], prints.whole[i]
    return jaccard(*mine, kept.sketch, slot, sizes[slot], whole[slot])


@leaf
def _shortlist(candidates: Any, same: int, slot: int) -> None:
    """Keep a candidate if it is among the MEASURED that share most, which stand first, the most alike in front."""
    moved = _U(same) << _32 | _U(slot)
    for k in range(MEASURED):
        held = candidates[k]
        if moved == held:
            return
        if moved > held:
            candidates[k] = moved
            moved = held


@leaf
def _rank(slots: Any, kept: Any, work: Any, prints: Any, i: int, since_s: int, alike: float, n: int) -> None:
    """Let the candidates that share most stand in front."""
    least = np.int64((alike - SLACK) * LANES)
    cards, own = kept.low.ctypes.data, prints.low.ctypes.data + i * LANES
    for c in range(MEASURED, _by_card(slots, kept, work, prints, i, alike, n)):
        slot = np.int64(work.candidates[c] & _LOW)
        place = slot * LOW_BYTES + CARD_LANES
        same = np.int64(work.candidates[c] >> _32) + same_bytes_48(cards + place, own + CARD_LANES)
        if same > least and slots.rows[slot].last_s > since_s:
            _shortlist(work.candidates, same, slot)


@kernel
def nearest(slots: Any, kept: Any, work: Any, prints: Any, i: int, since_s: int, alike: float) -> tuple[int, float]:
    """A text sent after ``since_s`` that is alike, of several that with most minima shared: (slot or -1, similarity).

    kept: ``Remembered``. alike: from which similarity on.
    """
    front = work.candidates
    for k in range(MEASURED):
        front[k] = 0
    work.met[:] = 0
    _find_places(kept, work, prints, i)
    n = _collect(kept, work, prints, i, False, MEASURED)
    _rank(slots, kept, work, prints, i, since_s, alike, n)
    if np.int64(front[0] >> _32) >= ENOUGH * LANES:
        slot = np.int64(front[0] & _LOW)
        value = _measure(kept, slot, prints, i)
        if value >= max(alike, ENOUGH):
            return slot, value
    _ask_measures(kept, front)
    n = _collect(kept, work, prints, i, True, MEASURED)
    _rank(slots, kept, work, prints, i, since_s, alike, n)
    _ask_measures(kept, front)
    for k in range(MEASURED):
        if front[k] != _U(0):
            slot = np.int64(front[k] & _LOW)
            value = _measure(kept, slot, prints, i)
            if value >= alike:
                return slot, value
    return -1, 0.0


@leaf
def _ask_measures(kept: Any, front: Any) -> None:
    """Ask for what the sketches in front are compared by, all at once."""
    for k in range(MEASURED):
        if front[k] != _U(0):
            slot = np.int64(front[k] & _LOW)
            ask_lines(kept.sketch.ctypes.data, slot * kept.sketch.strides[0], SKETCH_ASKED)
            prefetch(kept.sizes.ctypes.data, slot * kept.sizes.itemsize)
            prefetch(kept.whole.ctypes.data, slot)
            prefetch(kept.cluster.ctypes.data, slot * kept.cluster.itemsize)


@kernel
def nearest_of_all(
    slots: Any, kept: Any, work: Any, prints: Any, i: int, since_s: int, alike: float, joined: Any, pairs: int
) -> tuple[int, float, int]:
    """The same with every text that shares a band measured: (slot or -1, similarity, pairs).

    joined: its second column gets the clusters of all that are alike, from row ``pairs`` on.
    """
    near, best, passed = -1, 0.0, 0
    _find_places(kept, work, prints, i)
    for band in range(BANDS):
        row = kept.bands[band, prints.bands[i, band] & _U32(kept.bands.shape[1] - 1)]
        for place in range(PLACES):
            if work.places[band] >> place & 1 == 0:
                continue
            slot = np.int64(row[place] & _U32(TEXTS_MAX)) - 1
            if slots.rows[slot].last_s <= since_s or _is_among(work.candidates, passed, slot):
                continue
            work.candidates[passed] = slot
            passed += 1
            value = _measure(kept, slot, prints, i)
            if value < alike:
                continue
            joined[pairs, 1] = kept.cluster[slot]
            pairs += 1
            if value > best:
                near, best = slot, value
    return near, best, pairs


@leaf
def _is_among(candidates: Any, n: int, slot: int) -> bool:
    found = False
    for c in range(n):
        found = found or np.int64(candidates[c]) == slot
    return found
