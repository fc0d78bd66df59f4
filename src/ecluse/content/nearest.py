"""The most alike of the texts that share a band with one: candidates, looked at closer in three steps.

In each band a row of PLACES, the newest texts. Of most candidates only a card is read, a line of memory with a byte of
each of the first minima; of those alike by their cards, the bytes of all minima; and of the few most alike by those,
the sketches.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from ecluse.compiled import kernel, leaf
from ecluse.content.minhash import BANDS, LANES
from ecluse.content.similarity import SLACK, jaccard
from ecluse.ledger.memory import prefetch, same_bytes_48, same_bytes_64

PLACES: Final = 8
SLOT_BITS: Final = 24
"""Of a place's 32: the others are the highest of the band's value, so that a text of another band that merely stands
in the same row is not looked at."""
TEXTS_MAX: Final = (1 << SLOT_BITS) - 1
CARD_LANES: Final = 64
LOW_BYTES: Final = 128
"""Two lines of memory for the bytes of all minima: 64 in the first, 48 in the second."""
CARD_SLACK: Final = 0.2
"""What the similarity of cards may be too low by: three times its error."""
ENOUGH: Final = 0.5
"""A candidate so alike is taken without looking at the bands to come."""
GROUP: Final = 8
"""Bands whose candidates are asked of memory together."""
MEASURED: Final = 4
"""Candidates whose sketches are compared."""
CANDIDATES_MAX: Final = MEASURED + BANDS * PLACES

_U = np.uint64
_LOW: Final = _U(0xFFFFFFFF)
_SLOT: Final = _U(TEXTS_MAX)
TAG: Final = _LOW & ~_SLOT
_32: Final = _U(32)


@leaf
def _collect(kept: Any, candidates: Any, prints: Any, i: int, first: int, stop: int, n: int) -> int:
    """Append the slots in bands [first, stop) to the candidates. Returns how many there are then."""
    low, mask = kept.low.ctypes.data, kept.bands.shape[1] - 1
    for band in range(first, stop):
        value = prints.bands[i, band]
        tag = _U(value) & TAG
        for word in range(PLACES // 2):
            both = kept.bands[band, value & mask, word]
            for half in range(2):
                place = both >> _U(32 * half) & _LOW
                if place & TAG == tag and place & _SLOT:
                    slot = np.int64(place & _SLOT) - 1
                    prefetch(low, slot * LOW_BYTES)
                    candidates[n] = slot
                    n += 1
    return n


@leaf
def _same_minima(kept: Any, slot: int, prints: Any, i: int, least_on_card: float) -> int:
    """How many minima two texts share, by a byte of each; 0 if their cards have too little in common."""
    theirs, own = kept.low.ctypes.data + slot * LOW_BYTES, prints.low.ctypes.data + i * LANES
    same = same_bytes_64(theirs, own)
    return same + same_bytes_48(theirs + CARD_LANES, own + CARD_LANES) if same >= least_on_card else 0


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


@kernel
def nearest(
    slots: Any, kept: Any, candidates: Any, prints: Any, i: int, since_s: int, alike: float
) -> tuple[int, float]:
    """The most alike of the texts sent after ``since_s``: (slot or -1, similarity).

    kept: ``Remembered``. candidates: uint64, shape (CANDIDATES_MAX,), written over. alike: from which similarity on.
    """
    least_on_card, least = (alike - CARD_SLACK) * CARD_LANES, (alike - SLACK) * LANES
    candidates[:MEASURED] = 0
    measured = _U(0)
    for first in range(0, BANDS, GROUP):
        n = _collect(kept, candidates, prints, i, first, first + GROUP, MEASURED)
        for c in range(MEASURED, n):
            slot = np.int64(candidates[c])
            same = _same_minima(kept, slot, prints, i, least_on_card)
            if same >= least and slots.last_s[slot] > since_s:
                _shortlist(candidates, same, slot)
        front = candidates[0]
        if front != measured and np.int64(front >> _32) >= ENOUGH * LANES:
            measured, slot = front, np.int64(front & _LOW)
            value = _measure(kept, slot, prints, i)
            if value >= max(alike, ENOUGH):
                return slot, value
    near, best = -1, 0.0
    for k in range(MEASURED):
        if candidates[k] != _U(0):
            slot = np.int64(candidates[k] & _LOW)
            value = _measure(kept, slot, prints, i)
            if value >= alike and value > best:
                near, best = slot, value
    return near, best


@kernel
def nearest_of_all(
    slots: Any, kept: Any, candidates: Any, prints: Any, i: int, since_s: int, alike: float, joined: Any, pairs: int
) -> tuple[int, float, int]:
    """The same with every candidate measured: (slot or -1, similarity, pairs).

    joined: its second column gets the clusters of all that are alike, from row ``pairs`` on.
    """
    least_on_card, least = (alike - CARD_SLACK) * CARD_LANES, (alike - SLACK) * LANES
    near, best, passed = -1, 0.0, 0
    for c in range(_collect(kept, candidates, prints, i, 0, BANDS, 0)):
        slot = np.int64(candidates[c])
        same = _same_minima(kept, slot, prints, i, least_on_card)
        if same < least or slots.last_s[slot] <= since_s or _is_among(candidates, passed, slot):
            continue
        candidates[passed] = slot
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
