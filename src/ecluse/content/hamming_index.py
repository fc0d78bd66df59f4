"""The index of hashes that are alike when few of their bits differ: of pictures, and those that clients send.

A hash is cut into pieces of 16 bits. Two hashes of k pieces that differ in at most 2 k - 1 bits have a piece in which
they differ in at most one (64 bits: 7; 256 bits: 31, which is PDQ's usual limit). So looking up each piece and its 16
neighbours finds all of those, as long as there are places for all hashes that share a piece; of more, the newest are
looked at.

Source: M. Norouzi, A. Punjani, D. Fleet, Fast search in Hamming space with multi-index hashing, CVPR 2012.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from ecluse.compiled import kernel, leaf
from ecluse.content.keys import ContentKeys
from ecluse.content.near_index import MEMORY_BYTES_MIN, RETENTION_S
from ecluse.content.points import hash_points
from ecluse.content.slots import GIVEN_UP, SLOTS_MAX, USED, Slots, find, take, touch
from ecluse.errors import InputError

BITS_OFFERED: Final = (64, 256)
PIECE_BITS: Final = 16
PIECES_A_WORD: Final = 4
PIECE_VALUES: Final = 1 << PIECE_BITS
PLACES_MIN: Final = 8
"""Hashes that are kept for each value of a piece; with more memory twice as many as would come if all were even."""
SLOT_BYTES: Final = 8 * 2 + 4 * 5 + 16
"""Bytes a hash besides itself."""

_BY_SLOT: Final = ("cluster", "words")
"""What is kept of each slot."""

_U = np.uint64
_LOW: Final = _U(PIECE_VALUES - 1)


class Kept(NamedTuple):
    """What is kept of each hash. pieces: uint32, shape (n_pieces, 65,536, n_places), slot + 1 or 0, newest in front."""

    cluster: np.ndarray
    words: np.ndarray
    pieces: np.ndarray
    seen: np.ndarray


class Nearest(NamedTuple):
    """Where hashes belong.

    cluster: uint64, shape (n,), never 0. distance: int16, shape (n,), bits that differ; -1 for a new cluster.
    """

    cluster: np.ndarray
    distance: np.ndarray


class HammingIndex:
    """Clusters of hashes of 64 or 256 bits, remembered for 30 days after the last of them.

    secret: what clusters' keys are derived from. bits_apart: how many bits may differ, up to 7 of 64 and 31 of 256,
    which is also the default. memory_bytes: for everything that is kept, 9 or 33 MiB at least. Deterministic, as
    ``NearIndex``. Raises SecretError, InputError.
    """

    def __init__(self, secret: bytes, memory_bytes: int, *, bits: int = 64, bits_apart: int | None = None) -> None:
        if bits not in BITS_OFFERED:
            raise InputError("bits", bits, "64 or 256")
        pieces = bits // PIECE_BITS
        self.bits, self.bits_apart_max = bits, 2 * pieces - 1
        self.bits_apart = self.bits_apart_max if bits_apart is None else bits_apart
        if not 0 <= self.bits_apart <= self.bits_apart_max:
            raise InputError("bits_apart", bits_apart, f"0 to {self.bits_apart_max}")
        places = PLACES_MIN
        table_bytes = pieces * PIECE_VALUES * places * 4
        if memory_bytes < table_bytes + MEMORY_BYTES_MIN:
            raise InputError("memory_bytes", memory_bytes, f"at least {table_bytes + MEMORY_BYTES_MIN}")
        while 4 * table_bytes <= memory_bytes:
            places, table_bytes = 2 * places, 2 * table_bytes
        room = (memory_bytes - table_bytes) // (SLOT_BYTES + bits // 8)
        n = min(room, PIECE_VALUES * places // 2, SLOTS_MAX)
        self._key = ContentKeys.from_secret(secret).image
        self._slots = Slots.new(n)
        self._kept = Kept(
            np.zeros(n, np.uint64),
            np.zeros((n, bits // 64), np.uint64),
            np.zeros((pieces, PIECE_VALUES, places), np.uint32),
            np.zeros(n, np.uint32),
        )
        self._asked = 0

    @property
    def hashes_max(self) -> int:
        """Distinct hashes that there is room for."""
        return len(self._slots.rows)

    @property
    def hashes(self) -> int:
        """Distinct hashes in memory."""
        return int(self._slots.control[USED])

    @property
    def given_up(self) -> int:
        """Hashes that went for want of room before their 30 days were over."""
        return int(self._slots.control[GIVEN_UP])

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return sum(array.nbytes for array in (*self._slots, *self._kept))

    def lookup_or_add(self, hashes: np.ndarray, at_s: np.ndarray) -> Nearest:
        """Find the cluster of each hash, each with all those before it remembered.

        hashes: uint64, shape (n,) or (n, bits / 64). at_s: the events' seconds, shape (n,). Cost: about 3 µs with 64
        bits, 10 with 256. Raises InputError.
        """
        words = np.ascontiguousarray(hashes, np.uint64).reshape(len(hashes), -1)
        if words.shape != (len(at_s), self.bits // 64):
            raise InputError("hashes", np.shape(hashes), f"{len(at_s)} of {self.bits // 64} words of 64 bits")
        n = len(words)
        if self._asked + n >= 1 << 32:
            self._kept.seen[:] = 0
            self._asked = 0
        found = Nearest(np.zeros(n, np.uint64), np.full(n, -1, np.int16))
        points = np.zeros(PIECES_A_WORD * words.shape[1], np.uint32)
        seconds = np.ascontiguousarray(at_s, np.uint32)
        _lookup_all(self._slots, self._kept, words, seconds, self._key, self.bits_apart, self._asked, points, *found)
        self._asked += n
        return found

    def state(self) -> dict[str, np.ndarray]:
        """What a snapshot keeps, of what is used only; copies."""
        used, pieces = self.hashes, self._kept.pieces.reshape(-1)
        places = np.flatnonzero(pieces)
        parts = {f"slots.{name}": array for name, array in self._slots.packed().items()}
        parts |= {name: getattr(self._kept, name)[:used].copy() for name in _BY_SLOT}
        sizes = np.array([self.hashes_max, len(pieces)], np.int64)
        return parts | {"size": sizes, "pieces.places": places.astype(np.uint32), "pieces": pieces[places]}

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Take what ``state`` gave, into an index of the same size. Raises InputError if it is of another."""
        pieces = self._kept.pieces.reshape(-1)
        if state["size"].tolist() != [self.hashes_max, len(pieces)]:
            raise InputError("state", state["size"].tolist(), f"of an index of {[self.hashes_max, len(pieces)]}")
        self._slots.restore_packed({name.removeprefix("slots."): array for name, array in state.items()})
        for name in _BY_SLOT:
            getattr(self._kept, name)[: len(state[name])] = state[name]
        pieces[:] = 0
        pieces[state["pieces.places"]] = state["pieces"]
        self._kept.seen[:] = 0
        self._asked = 0


@leaf
def _piece(words, i, piece):  # type: ignore[no-untyped-def]
    return words[i, piece // PIECES_A_WORD] >> _U(PIECE_BITS * (piece % PIECES_A_WORD)) & _LOW


@leaf
def _bits_set(value):  # type: ignore[no-untyped-def]
    value = value - (value >> _U(1) & _U(0x5555555555555555))
    value = (value & _U(0x3333333333333333)) + (value >> _U(2) & _U(0x3333333333333333))
    value = value + (value >> _U(4)) & _U(0x0F0F0F0F0F0F0F0F)
    return np.int64(value * _U(0x0101010101010101) >> _U(56))


@kernel
def _lookup_all(slots, kept, words, at_s, key, bits_apart, asked, points, cluster, distance):  # type: ignore[no-untyped-def]
    pieces = kept.pieces.shape[0]
    for i in range(len(at_s)):
        since_s = np.int64(at_s[i]) - RETENTION_S
        for piece in range(pieces):
            points[piece] = _piece(words, i, piece)
        digest = hash_points(points, 0, pieces, key[0], key[1])
        slot = find(slots, digest)
        if slot >= 0 and slots.rows[slot].last_s > since_s:
            touch(slots, slot, at_s[i])
            cluster[i], distance[i] = kept.cluster[slot], 0
            continue
        near, apart = _nearest(slots, kept, words, i, since_s, bits_apart, asked + i + 1)
        cluster[i] = digest if near < 0 else kept.cluster[near]
        distance[i] = apart
        if slot < 0:
            slot = take(slots, digest, at_s[i], since_s)
        else:
            touch(slots, slot, at_s[i])
        kept.cluster[slot] = cluster[i]
        for word in range(words.shape[1]):
            kept.words[slot, word] = words[i, word]
        for piece in range(pieces):
            _put_in_front(kept.pieces[piece, np.int64(points[piece])], slot)


@kernel
def _nearest(slots, kept, words, i, since_s, bits_apart, question):  # type: ignore[no-untyped-def]
    """The least distant of the hashes kept: (slot, bits that differ), or (-1, -1); of equals, that found first."""
    near, best = -1, bits_apart + 1
    for piece in range(kept.pieces.shape[0]):
        own = _piece(words, i, piece)
        for flipped in range(PIECE_BITS + 1):
            value = np.int64(own if flipped == 0 else own ^ _U(1) << _U(flipped - 1))
            for place in range(kept.pieces.shape[2]):
                slot = np.int64(kept.pieces[piece, value, place]) - 1
                if slot < 0:
                    break
                if kept.seen[slot] == question or slots.rows[slot].last_s <= since_s:
                    continue
                kept.seen[slot] = question
                apart = 0
                for word in range(words.shape[1]):
                    apart += _bits_set(words[i, word] ^ kept.words[slot, word])
                if apart < best:
                    near, best = slot, apart
    return near, best if near >= 0 else -1


@leaf
def _put_in_front(places, slot):  # type: ignore[no-untyped-def]
    last = 0
    while last < len(places) - 1 and places[last] and places[last] != slot + 1:
        last += 1
    for place in range(last, 0, -1):
        places[place] = places[place - 1]
    places[0] = slot + 1
