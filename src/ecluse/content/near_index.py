"""The index of near-identical texts: which cluster a text belongs to, in bounded memory, in the order of events.

A text seen before is found by its whole. Else those that share a band with it are candidates, and the most alike lends
its cluster, if it is alike enough (``nearest``); a text without such becomes a cluster of its own. Each distinct text
takes a slot; the slot of the text seen longest ago is used again when there is no other.
"""

from __future__ import annotations

from typing import Final, NamedTuple, TypeAlias

import numpy as np

from ecluse.compiled import kernel, leaf
from ecluse.content.fingerprint import Fingerprints
from ecluse.content.minhash import BANDS, LANES
from ecluse.content.nearest import LOW_BYTES, Work, nearest, nearest_of_all, row_address
from ecluse.content.places import PLACES, TAG, TEXTS_MAX, put_in_front
from ecluse.content.prints import bands_start, exact_of, view_one
from ecluse.content.shingles import SKETCH_MAX
from ecluse.content.slots import GIVEN_UP, USED, Slots, ask_slot, ask_table, find, take, touch
from ecluse.errors import InputError
from ecluse.ledger.memory import ask_lines, prefetch, zeros_in_lines

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
RETENTION_S: Final = 30 * 86_400
RENEWED_S: Final = 3_600
"""A text still being sent is put in front in its bands again after as long."""
TEXT_BYTES: Final = 4 * SKETCH_MAX + LOW_BYTES + BANDS * 4 * 2 + 8 * 2 + 4 * 5 + 16
"""Bytes for each text that there is room for, at most."""
MEMORY_BYTES_MIN: Final = 1 << 20
AHEAD: Final = 2
"""Texts by which memory is asked for ahead; more for what tells where it lies."""
PRINT_ASKED: Final = 512
"""Bytes of a print that are asked for ahead: most of most texts'."""

_BY_SLOT: Final = ("cluster", "put_s", "low", "sketch", "sizes", "whole")
"""What is kept of each slot."""

_U = np.uint64

_Limits: TypeAlias = tuple[float, ...]


class Remembered(NamedTuple):
    """What is kept of each text besides its key, a row a slot.

    low: uint8, shape (n, LOW_BYTES), a byte of each of the LANES minima. sketch, sizes, whole: as in ``Fingerprints``.
    bands: uint32, shape (BANDS, n_bands, PLACES), n_bands a power of two: rows, see ``places``.
    """

    cluster: np.ndarray
    put_s: np.ndarray
    low: np.ndarray
    sketch: np.ndarray
    sizes: np.ndarray
    whole: np.ndarray
    bands: np.ndarray


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
        n = min(memory_bytes // TEXT_BYTES, TEXTS_MAX)
        n_bands = 1 << max(0, (2 * n // PLACES).bit_length() - 1)
        self._slots = Slots.new(n)
        self._kept = Remembered(
            np.zeros(n, np.uint64),
            np.zeros(n, np.uint32),
            zeros_in_lines((n, LOW_BYTES), np.uint8),
            np.zeros((n, SKETCH_MAX), np.uint32),
            np.zeros(n, np.uint16),
            np.zeros(n, np.bool_),
            zeros_in_lines((BANDS, n_bands, PLACES), np.uint32),
        )
        self._work = Work.new()
        self._one, self._no_pairs = Fingerprints.empty(1), np.zeros((0, 2), np.uint64)

    @property
    def texts_max(self) -> int:
        """Distinct texts that there is room for."""
        return len(self._slots.rows)

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

        at_s: the events' seconds, shape (n,); a late one counts as if it came now. Cost: under 1 µs for a text seen
        before, about 4 µs for a new one. Raises InputError if the columns are not equally long.
        """
        n = len(prints.exact)
        if np.shape(at_s) != (n,):
            raise InputError("at_s", np.shape(at_s), f"a column of {n} seconds")
        found, joined = self._begin(n)
        pairs = _lookup_all(*self._how(at_s), prints, found, joined)
        return Found(*found, joined[:pairs].copy())

    def find_clusters(self, events: np.ndarray, words: np.ndarray, clusters: np.ndarray) -> bool:
        """The same for the events of a batch, whose prints are packed in ``words``, written to ``clusters``.

        Of what has no text, nothing is written. Returns whether any of it has a fingerprint. Never thorough.
        """
        places, starts = np.empty((2, len(events)), np.int64)
        memory = self._slots, self._kept, self._work, self._one, places, starts
        return bool(_find_clusters(*memory, self._alike, False, self._no_pairs, events, words, clusters))

    def _begin(self, n: int) -> tuple[tuple[np.ndarray, np.ndarray], np.ndarray]:
        """Room for what is found of ``n`` texts."""
        joined = np.zeros((n * BANDS * PLACES if self.thorough else 0, 2), np.uint64)
        return (np.zeros(n, np.uint64), np.zeros(n, np.float32)), joined

    def _how(self, at_s: np.ndarray) -> tuple[Slots, Remembered, Work, np.ndarray, _Limits, bool]:
        seconds = np.ascontiguousarray(at_s, np.uint32)
        return self._slots, self._kept, self._work, seconds, self._alike, self.thorough

    def state(self) -> dict[str, np.ndarray]:
        """What a snapshot keeps, of what is used only; copies."""
        used, bands = self.texts, self._kept.bands.reshape(-1)
        places = np.flatnonzero(bands)
        parts = {f"slots.{name}": array for name, array in self._slots.packed().items()}
        parts |= {name: getattr(self._kept, name)[:used].copy() for name in _BY_SLOT}
        sizes = np.array([self.texts_max, len(bands)], np.int64)
        return parts | {"size": sizes, "bands.places": places.astype(np.uint32), "bands": bands[places]}

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Take what ``state`` gave, into an index of the same size. Raises InputError if it is of another."""
        bands = self._kept.bands.reshape(-1)
        if state["size"].tolist() != [self.texts_max, len(bands)]:
            raise InputError("state", state["size"].tolist(), f"of an index of {[self.texts_max, len(bands)]}")
        self._slots.restore_packed({name.removeprefix("slots."): array for name, array in state.items()})
        for name in _BY_SLOT:
            getattr(self._kept, name)[: len(state[name])] = state[name]
        bands[:] = 0
        bands[state["bands.places"]] = state["bands"]


@kernel
def _lookup_all(  # type: ignore[no-untyped-def]
    slots, kept, work, at_s, alike, thorough, prints, found, joined
):
    cluster, similarity = found
    pairs = 0
    for i in range(len(at_s)):
        if i + 1 < len(at_s) and prints.sizes[i + 1]:
            for band in range(BANDS):
                _ask_band(kept, band, prints.bands[i + 1, band])
        if prints.exact[i] != _U(0):
            slot = find(slots, prints.exact[i])
            cluster[i], similarity[i], pairs = _lookup(
                slots, kept, work, prints, i, slot, at_s[i], alike, thorough, joined, pairs
            )
    return pairs


@kernel
def _find_clusters(  # type: ignore[no-untyped-def]
    slots, kept, work, one, places, starts, alike, thorough, joined, events, words, clusters
):
    n, hashed = 0, False
    for i in range(len(events)):
        if events[i].text != 0:
            places[n], starts[n] = i, np.int64(events[i].text) - 1
            n += 1
        else:
            hashed = hashed or events[i].fingerprint != _U(0)
    for k in range(n):
        _ask_ahead(slots, kept, words, starts, n, k)
        key, at_s = exact_of(words, starts[k]), events[places[k]].at_s
        slot = find(slots, key)
        if slot >= 0 and _is_fresh(slots, kept, slot, at_s):
            touch(slots, slot, at_s)
            clusters[places[k]] = kept.cluster[slot]
        elif key != _U(0):
            prints = view_one(words, starts[k], one)
            clusters[places[k]], _, _ = _lookup(slots, kept, work, prints, 0, slot, at_s, alike, thorough, joined, 0)
    return hashed


@leaf
def _ask_ahead(slots, kept, words, starts, n, i):  # type: ignore[no-untyped-def]
    """Ask for the memory of the texts to come: their prints, where a whole is looked up, its slot, and the bands of one
    not seen. n: of how many.
    """
    if i + 8 * AHEAD < n:
        start = starts[i + 8 * AHEAD]
        ask_lines(words.ctypes.data, start * words.itemsize, PRINT_ASKED)
    if i + 4 * AHEAD < n:
        ask_table(slots, exact_of(words, starts[i + 4 * AHEAD]))
    if i + 2 * AHEAD < n:
        ask_slot(slots, exact_of(words, starts[i + 2 * AHEAD]))
    if i + AHEAD < n:
        start = starts[i + AHEAD]
        first = bands_start(words, start)
        if first > 0 and find(slots, exact_of(words, start)) < 0:
            for band in range(BANDS):
                _ask_band(kept, band, words[first + band])


@leaf
def _ask_band(kept, band, value):  # type: ignore[no-untyped-def]
    """Ask for the line of memory in which a band's texts stand, so that it is there when it is read."""
    prefetch(row_address(kept, band, value), 0)


@leaf
def _is_fresh(slots, kept, slot, at_s):  # type: ignore[no-untyped-def]
    """Whether a text was seen and put in its bands so lately that to touch it is enough."""
    now_s = np.int64(at_s)
    return slots.rows[slot].last_s > now_s - RETENTION_S and now_s - kept.put_s[slot] < RENEWED_S


@kernel
def _lookup(  # type: ignore[no-untyped-def]
    slots, kept, work, prints, i, slot, at_s, alike, thorough, joined, pairs
):
    """Find the cluster of text ``i``, which has something left of it: (cluster, similarity, pairs). slot: its own, -1
    if it was not seen before.
    """
    key, now_s = prints.exact[i], np.int64(at_s)
    if slot >= 0 and slots.rows[slot].last_s > now_s - RETENTION_S:
        touch(slots, slot, at_s)
        if prints.sizes[i] and now_s - kept.put_s[slot] >= RENEWED_S:
            _put_in_bands(kept, prints, i, slot, at_s)
        return kept.cluster[slot], 1.0, pairs
    near, best = -1, 0.0
    if prints.sizes[i]:
        least, since_s = _least(prints.points[i], alike), now_s - RETENTION_S
        if thorough:
            before = pairs
            near, best, pairs = nearest_of_all(slots, kept, work, prints, i, since_s, least, joined, pairs)
            for pair in range(before, pairs):
                joined[pair, 0] = kept.cluster[near]
        else:
            near, best = nearest(slots, kept, work, prints, i, since_s, least)
    cluster = key if near < 0 else kept.cluster[near]
    if slot < 0:
        slot = take(slots, key, at_s, now_s - RETENTION_S)
    else:
        touch(slots, slot, at_s)
    kept.cluster[slot] = cluster
    kept.sizes[slot], kept.whole[slot] = prints.sizes[i], prints.whole[i]
    for j in range(prints.sizes[i]):
        kept.sketch[slot, j] = prints.sketch[i, j]
    if prints.sizes[i]:
        for j in range(LANES):
            kept.low[slot, j] = prints.low[i, j]
        _put_in_bands(kept, prints, i, slot, at_s)
    return cluster, best, pairs


@leaf
def _least(points, alike):  # type: ignore[no-untyped-def]
    """How alike a text of so many points has to be to another."""
    if points < SHORT_POINTS:
        return alike[0]
    along = (np.int64(points) - MIDDLE_POINTS) / (LONG_POINTS - MIDDLE_POINTS)
    return alike[1] + (alike[2] - alike[1]) * min(1.0, max(0.0, along))


@leaf
def _put_in_bands(kept, prints, i, slot, at_s):  # type: ignore[no-untyped-def]
    """Make a text the newest of its bands; the oldest of a full one goes."""
    kept.put_s[slot] = at_s
    for band in range(BANDS):
        value = prints.bands[i, band]
        put_in_front(row_address(kept, band, value), np.int64(value) & TAG | slot + 1)
