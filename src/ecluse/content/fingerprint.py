"""Fingerprints: what is kept of a text. Keyed hashes all; the text can't be read from them without the key.

A text whose normal form is shorter than NEAR_POINTS_MIN is known by its whole alone: short texts are alike by chance.
"""

from __future__ import annotations

from typing import Final, NamedTuple, Self

import numpy as np

from ecluse.compiled import kernel
from ecluse.content.column import Texts, as_texts
from ecluse.content.keys import ContentKeys
from ecluse.content.links import LINKS_MAX, write_link
from ecluse.content.minhash import BANDS, LANES, Permutations, bands_of, minima_of
from ecluse.content.normal import POINTS_MAX, Desk, normalise_one
from ecluse.content.points import encode, hash_points
from ecluse.content.shingles import BUCKETS, SHINGLE_MAX, SHINGLE_MIN, SKETCH_MAX, hash_shingles, sketch_of
from ecluse.errors import InputError
from ecluse.ledger.siphash import siphash

NEAR_POINTS_MIN: Final = 16
"""A normal form of fewer code points is compared as a whole, never by its parts."""
SHINGLE: Final = 4
"""Code points of a shingle: why, see ``docs/decisions/near-identical-texts.md``."""

_GAP: Final = np.uint32(0x10)
"""Between a short text and its links; no normal form has it."""


class Fingerprints(NamedTuple):
    """Fingerprints of n texts, a column each.

    exact: uint64, shape (n,): keyed hash of the normal form (of a short one with its links); 0 = nothing is left of the
    text. bands: uint32, shape (n, BANDS). low: uint8, shape (n, LANES), a byte of each minimum. sketch: uint32, shape
    (n, SKETCH_MAX), ascending, and sizes: uint16, shape (n,), how much of it is filled: 0 for a short text. whole:
    bool, shape (n,), whether the sketch has all shingles. points: uint16, shape (n,), length of the normal form.
    domains: uint64, shape (m,), keyed hashes of link domains; those of text i are [domain_ends[i], domain_ends[i + 1]).
    domain_ends: int64, shape (n + 1,).
    """

    exact: np.ndarray
    bands: np.ndarray
    low: np.ndarray
    sketch: np.ndarray
    sizes: np.ndarray
    whole: np.ndarray
    points: np.ndarray
    domains: np.ndarray
    domain_ends: np.ndarray

    @classmethod
    def empty(cls, n: int) -> Self:
        """Room for the fingerprints of ``n`` texts."""
        return cls(
            np.zeros(n, np.uint64),
            np.zeros((n, BANDS), np.uint32),
            np.zeros((n, LANES), np.uint8),
            np.zeros((n, SKETCH_MAX), np.uint32),
            np.zeros(n, np.uint16),
            np.zeros(n, np.bool_),
            np.zeros(n, np.uint16),
            np.zeros(n * LINKS_MAX, np.uint64),
            np.zeros(n + 1, np.int64),
        )

    def slice(self, start: int, stop: int) -> Fingerprints:
        """The fingerprints of texts [start, stop): views."""
        ends = self.domain_ends[start : stop + 1]
        rows = {name: column[start:stop] for name, column in self._asdict().items() if not name.startswith("domain")}
        return self._replace(**rows, domains=self.domains[ends[0] : ends[-1]], domain_ends=ends - ends[0])


class Bench(NamedTuple):
    """Memory to fingerprint one text in, besides its desk."""

    hashes: np.ndarray
    ordered: np.ndarray
    starts: np.ndarray
    minima: np.ndarray
    short: np.ndarray
    data: np.ndarray

    @classmethod
    def new(cls) -> Self:
        """An empty bench."""
        return cls(
            np.zeros(POINTS_MAX, np.uint32),
            np.zeros(POINTS_MAX, np.uint32),
            np.zeros(BUCKETS + 1, np.int32),
            np.zeros(LANES, np.uint16),
            np.zeros(2 * POINTS_MAX, np.uint32),
            np.zeros(8 * POINTS_MAX, np.uint8),
        )


class Tools(NamedTuple):
    """What texts are fingerprinted with, one after another."""

    desk: Desk
    bench: Bench
    keys: ContentKeys
    permutations: Permutations


class Fingerprinter:
    """Makes fingerprints of texts under one key. Not for several threads at once.

    secret: at least 16 bytes. shingle: code points of a shingle, 2 to 6. Raises SecretError, InputError.
    """

    def __init__(self, secret: bytes, *, shingle: int = SHINGLE) -> None:
        if not SHINGLE_MIN <= shingle <= SHINGLE_MAX:
            raise InputError("shingle", shingle, f"{SHINGLE_MIN} to {SHINGLE_MAX}")
        self.shingle = shingle
        keys = ContentKeys.from_secret(secret)
        self.one = Fingerprints.empty(1)
        """Room for the fingerprints of one text."""
        self.tools = Tools(Desk.new(), Bench.new(), keys, Permutations.from_key(keys.shingle))

    def fingerprint(self, texts: Texts) -> Fingerprints:
        """Fingerprint a column of texts. Raises InputError if it is none.

        Cost: about 4 µs for 200 characters, and 1.1 KB a text for what is returned.

        >>> prints = Fingerprinter(bytes(16)).fingerprint(["Happy new year!", "HAPPY NEW YEAR 🎉", "Happy birthday"])
        >>> bool(prints.exact[0] == prints.exact[1]), bool(prints.exact[0] == prints.exact[2])
        (True, False)
        """
        column = as_texts(texts)
        made = Fingerprints.empty(len(column.valid))
        _fingerprint_all(self.tools, self.shingle, column.data, column.offsets, made)
        return made._replace(domains=made.domains[: made.domain_ends[-1]])


@kernel
def _fingerprint_all(tools, shingle, data, offsets, made):  # type: ignore[no-untyped-def]
    domains = 0
    for i in range(len(offsets) - 1):
        domains = fingerprint_one(tools, shingle, data, offsets[i], offsets[i + 1], made, i, domains)


@kernel
def fingerprint_one(tools, shingle, data, start, stop, made, i, domains):  # type: ignore[no-untyped-def]
    """Fingerprint the text in bytes [start, stop) into row ``i``, its link domains behind those that there are.

    Returns how many domains there are then.
    """
    desk, bench, keys = tools.desk, tools.bench, tools.keys
    length, links = normalise_one(desk, data, start, stop)
    made.points[i] = length
    for k in range(links):
        first, last = desk.links[k, 2], desk.links[k, 3]
        if last > first:
            end = encode(desk.light, first, last, bench.data, 0)
            made.domains[domains] = siphash(bench.data, 0, end, keys.domain[0], keys.domain[1])
            domains += 1
    made.domain_ends[i + 1] = domains
    if length >= NEAR_POINTS_MIN:
        count = hash_shingles(desk.normal, length, shingle, keys.shingle, bench.hashes)
        minima_of(bench.hashes, count, tools.permutations, bench.minima)
        bands_of(bench.minima, made.bands[i], made.low[i])
        size, whole = sketch_of(bench.hashes, count, bench.starts, bench.ordered, made.sketch[i])
        made.sizes[i], made.whole[i] = size, whole
        made.exact[i] = hash_points(desk.normal, 0, length, keys.text[0], keys.text[1])
        return domains
    made.sizes[i], made.whole[i], made.exact[i] = 0, False, 0
    for k in range(length):
        bench.short[k] = desk.normal[k]
    for k in range(links):
        bench.short[length] = _GAP
        length = write_link(desk.light, desk.links[k], bench.short, length + 1)
    if length:
        made.exact[i] = hash_points(bench.short, 0, length, keys.text[0], keys.text[1])
    return domains
