"""The index of near-identical texts: which cluster a text belongs to, in bounded memory, in the order of events.

A text seen before is found by its whole. Else those that share a band with it are candidates: at most PLACES a band,
the newest. Candidates are compared by their sketches, and the most alike lends its cluster, if it is alike enough; a
text without such becomes a cluster of its own. Each distinct text takes a slot; the slot of the text seen longest ago
is used again when there is no other.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from ecluse.compiled import kernel, leaf
from ecluse.content.fingerprint import Fingerprints
from ecluse.content.minhash import BANDS, LANES
from ecluse.content.shingles import SKETCH_MAX
from ecluse.content.similarity import jaccard, may_be_alike
from ecluse.content.slots import GIVEN_UP, SLOTS_MAX, USED, Slots, find, take, touch
from ecluse.errors import InputError

ALIKE: Final = 0.3
"""Jaccard similarity of shingles from which on two texts are near-identical, unless they are long..."""
ALIKE_LONG: Final = 0.4
"""...for the longer two texts are, the more shingles they share by chance: this from LONG_POINTS on, and in between
for lengths between."""
ALIKE_SHORT: Final = 0.4
"""A text of under SHORT_POINTS has few shingles, and this is what two of them must have in common."""
SHORT_POINTS: Final = 25
MIDDLE_POINTS: Final = 256
LONG_POINTS: Final = 1_024
ALIKE_MIN: Final = 0.2
ENOUGH: Final = 0.8
"""A candidate so alike is taken without looking at the others."""
PLACES: Final = 8
RETENTION_S: Final = 30 * 86_400
RENEWED_S: Final = 3_600
"""A text still being sent is put in front in its bands again after as long."""
TEXT_BYTES: Final = 4 * SKETCH_MAX + LANES + BANDS * 4 * 2 + 8 * 2 + 4 * 6 + 16
"""Bytes for each text that there is room for, at most."""
MEMORY_BYTES_MIN: Final = 1 << 20

_BY_SLOT: Final = ("cluster", "put_s", "low", "sketch", "sizes", "whole")
"""What is kept of each slot."""

_U = np.uint64


class Remembered(NamedTuple):
    """What is kept of each text besides its key. Shapes as in ``Fingerprints``, a row a slot.

    bands: uint32, shape (BANDS, n_bands, PLACES), slot + 1 or 0, the newest in front; n_bands is a power of two.
    seen: uint32, the last question for which the slot was looked at; no part of the state.
    """

    cluster: np.ndarray
    put_s: np.ndarray
    low: np.ndarray
    sketch: np.ndarray
    sizes: np.ndarray
    whole: np.ndarray
    bands: np.ndarray
    seen: np.ndarray


class Found(NamedTuple):
    """Where texts belong.

    cluster: uint64, shape (n,), the key of the cluster: of the first of its texts that came; 0 for a text of which
    nothing is left. similarity: float32, shape (n,), to the text that lent the cluster: 1 for one seen before, 0 for a
    new cluster. joined: uint64, shape (m, 2), clusters that a text showed to be near one another; only if asked for.
    """

    cluster: np.ndarray
    similarity: np.ndarray
    joined: np.ndarray


class NearIndex:
    """Clusters of near-identical texts, remembered for 30 days after the last of them.

    memory_bytes: for everything that is kept; at least 1 MiB. alike: similarity from which on texts are near-identical,
    0.2 to 1; unless given, 0.3, and 0.4 for short and for long texts. thorough: whether each text is compared with all
    candidates and ``Found.joined`` is filled. Deterministic: the same fingerprints in the same order give the same
    clusters, however they are cut into calls. Not for several threads at once. Raises InputError.
    """

    def __init__(self, memory_bytes: int, *, alike: float | None = None, thorough: bool = False) -> None:
        if memory_bytes < MEMORY_BYTES_MIN:
            raise InputError("memory_bytes", memory_bytes, f"at least {MEMORY_BYTES_MIN}")
        if alike is not None and not ALIKE_MIN <= alike <= 1:
            raise InputError("alike", alike, f"{ALIKE_MIN} to 1")
        self.thorough = thorough
        self._alike = (ALIKE_SHORT, ALIKE, ALIKE_LONG) if alike is None else (float(alike),) * 3
        n = min(memory_bytes // TEXT_BYTES, SLOTS_MAX)
        n_bands = 1 << max(0, (2 * n // PLACES).bit_length() - 1)
        self._slots = Slots.new(n)
        self._kept = Remembered(
            np.zeros(n, np.uint64),
            np.zeros(n, np.uint32),
            np.zeros((n, LANES), np.uint8),
            np.zeros((n, SKETCH_MAX), np.uint32),
            np.zeros(n, np.uint16),
            np.zeros(n, np.bool_),
            np.zeros((BANDS, n_bands, PLACES), np.uint32),
            np.zeros(n, np.uint32),
        )
        self._asked = 0

    @property
    def texts_max(self) -> int:
        """Distinct texts that there is room for."""
        return len(self._slots.keys)

    @property
    def texts(self) -> int:
        """Distinct texts in memory."""
        return int(self._slots.control[USED])

    @property
    def given_up(self) -> int:
        """Texts that went for want of room before their 30 days were over."""
        return int(self._slots.control[GIVEN_UP])

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays; pages are taken from the system as they are used."""
        return sum(array.nbytes for array in (*self._slots, *self._kept))

    def lookup_or_add(self, prints: Fingerprints, at_s: np.ndarray) -> Found:
        """Find the cluster of each text, each with all those before it remembered.

        at_s: the events' seconds, shape (n,); a late one counts as if it came now. Cost: 1 µs for a text seen before,
        10 to 30 µs for a new one. Raises InputError if the columns are not equally long.
        """
        n = len(prints.exact)
        if np.shape(at_s) != (n,):
            raise InputError("at_s", np.shape(at_s), f"a column of {n} seconds")
        if self._asked + n >= 1 << 32:
            self._kept.seen[:] = 0
            self._asked = 0
        found = np.zeros(n, np.uint64), np.zeros(n, np.float32)
        joined = np.zeros((n * BANDS * PLACES if self.thorough else 0, 2), np.uint64)
        seconds = np.ascontiguousarray(at_s, np.uint32)
        pairs = _lookup_all(
            self._slots, self._kept, prints, seconds, self._alike, self.thorough, self._asked, found, joined
        )
        self._asked += n
        return Found(*found, joined[:pairs].copy())

    def state(self) -> dict[str, np.ndarray]:
        """What a snapshot keeps; arrays are views, to be copied before the next call."""
        return self._slots._asdict() | {name: array for name, array in self._kept._asdict().items() if name != "seen"}

    def packed_state(self) -> dict[str, np.ndarray]:
        """What a snapshot keeps, of what is used only; copies."""
        used, bands = int(self._slots.control[USED]), self._kept.bands.reshape(-1)
        places = np.flatnonzero(bands)
        parts = {f"slots.{name}": array for name, array in self._slots.packed().items()}
        parts |= {name: getattr(self._kept, name)[:used].copy() for name in _BY_SLOT}
        return parts | {"bands.places": places.astype(np.uint32), "bands": bands[places]}

    def restore_packed(self, parts: dict[str, np.ndarray]) -> None:
        """Take what ``packed_state`` gave, into an index of the same size that has seen nothing."""
        self._slots.restore_packed({name.removeprefix("slots."): array for name, array in parts.items()})
        for name in _BY_SLOT:
            getattr(self._kept, name)[: len(parts[name])] = parts[name]
        self._kept.bands.reshape(-1)[parts["bands.places"]] = parts["bands"]

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Take a snapshot's state, from an index of the same size. Raises InputError if it is of another."""
        for name, array in self.state().items():
            if state[name].shape != array.shape or state[name].dtype != array.dtype:
                raise InputError(name, state[name].shape, f"{array.dtype} of shape {array.shape}")
        for name, array in self.state().items():
            array[...] = state[name]
        self._kept.seen[:] = 0
        self._asked = 0


@kernel
def _lookup_all(slots, kept, prints, at_s, alike, thorough, asked, found, joined):  # type: ignore[no-untyped-def]
    cluster, similarity = found
    pairs = 0
    for i in range(len(at_s)):
        key, now_s = prints.exact[i], np.int64(at_s[i])
        if key == _U(0):
            continue
        slot = find(slots, key)
        if slot >= 0 and slots.last_s[slot] > now_s - RETENTION_S:
            touch(slots, slot, at_s[i])
            if prints.sizes[i] and now_s - kept.put_s[slot] >= RENEWED_S:
                _put_in_front(kept, prints, i, slot, at_s[i])
            cluster[i], similarity[i] = kept.cluster[slot], 1.0
            continue
        near, best = -1, 0.0
        if prints.sizes[i]:
            before = pairs
            near, best, pairs = _nearest(
                slots,
                kept,
                prints,
                i,
                now_s - RETENTION_S,
                _least(prints.points[i], alike),
                thorough,
                asked + i + 1,
                joined,
                pairs,
            )
            for pair in range(before, pairs):
                joined[pair, 0] = kept.cluster[near]
        cluster[i] = key if near < 0 else kept.cluster[near]
        similarity[i] = best
        if slot < 0:
            slot = take(slots, key, at_s[i], now_s - RETENTION_S)
        else:
            touch(slots, slot, at_s[i])
        kept.cluster[slot] = cluster[i]
        kept.sizes[slot], kept.whole[slot] = prints.sizes[i], prints.whole[i]
        for j in range(prints.sizes[i]):
            kept.sketch[slot, j] = prints.sketch[i, j]
        if prints.sizes[i]:
            for j in range(LANES):
                kept.low[slot, j] = prints.low[i, j]
            _put_in_front(kept, prints, i, slot, at_s[i])
    return pairs


@leaf
def _least(points, alike):  # type: ignore[no-untyped-def]
    """How alike a text of so many points has to be to another."""
    if points < SHORT_POINTS:
        return alike[0]
    along = (np.int64(points) - MIDDLE_POINTS) / (LONG_POINTS - MIDDLE_POINTS)
    return alike[1] + (alike[2] - alike[1]) * min(1.0, max(0.0, along))


@kernel
def _nearest(slots, kept, prints, i, since_s, alike, thorough, question, joined, pairs):  # type: ignore[no-untyped-def]
    """The most alike of the candidates: (slot or -1, similarity, pairs); ``joined`` gets the clusters of all."""
    near, best = -1, 0.0
    mask = kept.bands.shape[1] - 1
    for band in range(BANDS):
        bucket = prints.bands[i, band] & mask
        for place in range(PLACES):
            slot = np.int64(kept.bands[band, bucket, place]) - 1
            if slot < 0:
                break
            if kept.seen[slot] == question:
                continue
            kept.seen[slot] = question
            if slots.last_s[slot] <= since_s or not may_be_alike(prints.low, i, kept.low, slot, alike):
                continue
            value = jaccard(
                prints.sketch,
                i,
                prints.sizes[i],
                prints.whole[i],
                kept.sketch,
                slot,
                kept.sizes[slot],
                kept.whole[slot],
            )
            if value < alike:
                continue
            if thorough:
                joined[pairs, 1] = kept.cluster[slot]
                pairs += 1
            if value > best:
                near, best = slot, value
                if best >= ENOUGH and not thorough:
                    return near, best, pairs
    return near, best, pairs


@leaf
def _put_in_front(kept, prints, i, slot, at_s):  # type: ignore[no-untyped-def]
    """Make a text the newest of its bands; the oldest of a full one goes."""
    kept.put_s[slot] = at_s
    mask = kept.bands.shape[1] - 1
    for band in range(BANDS):
        places = kept.bands[band, prints.bands[i, band] & mask]
        last = 0
        while last < PLACES - 1 and places[last] and places[last] != slot + 1:
            last += 1
        for place in range(last, 0, -1):
            places[place] = places[place - 1]
        places[0] = slot + 1
