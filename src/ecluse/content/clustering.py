"""Clusters of a whole column of texts: everything goes the way that events go, and clusters that meet are one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from ecluse.content.column import Texts
from ecluse.content.fingerprint import SHINGLE, Fingerprinter
from ecluse.content.near_index import MEMORY_BYTES_MIN, TEXT_BYTES, NearIndex

ALONE: Final = -1
BATCH_ROWS: Final = 4_096
MEMORY_BYTES_MAX: Final = 4 << 30
CLUSTER_SECRET: Final = b"clusters of a file"
"""Labels are numbers, and fingerprints are forgotten, so the secret need not be one; it decides ties alone."""


class Clustering:
    """Clusters of texts that come in pieces.

    rows_max: how many texts there will be at most; with more than about four million, the texts seen longest ago are
    no longer compared. alike, shingle: as in ``NearIndex`` and ``Fingerprinter``. Raises InputError.
    """

    def __init__(self, rows_max: int, *, alike: float | None = None, shingle: int = SHINGLE) -> None:
        memory = min(max(rows_max * TEXT_BYTES + TEXT_BYTES, MEMORY_BYTES_MIN), MEMORY_BYTES_MAX)
        self._fingerprinter = Fingerprinter(CLUSTER_SECRET, shingle=shingle)
        self._index = NearIndex(memory, alike=alike, thorough=True)
        self._clusters: list[np.ndarray] = []
        self._joined: list[np.ndarray] = []

    @property
    def given_up(self) -> int:
        """Texts that went for want of room."""
        return self._index.given_up

    def add(self, texts: Texts) -> None:
        """Take a piece of the column, at most a few thousand texts. Raises InputError."""
        prints = self._fingerprinter.fingerprint(texts)
        found = self._index.lookup_or_add(prints, np.zeros(len(prints.exact), np.uint32) + 1)
        self._clusters.append(found.cluster)
        self._joined.append(np.unique(found.joined, axis=0))

    def labels(self) -> np.ndarray:
        """The cluster of each text: see ``cluster``."""
        if not self._clusters:
            return np.zeros(0, np.int64)
        keys, member = np.unique(np.concatenate(self._clusters), return_inverse=True)
        joined = np.searchsorted(keys, np.concatenate(self._joined))
        edges = coo_array((np.ones(len(joined)), (joined[:, 0], joined[:, 1])), shape=(len(keys), len(keys)))
        component = connected_components(edges, directed=False)[1][member]
        component[keys[member] == 0] = ALONE
        counts = np.bincount(component[component >= 0], minlength=len(keys))
        component[(component >= 0) & (counts[component] < 2)] = ALONE
        return _numbered(component)


def _numbered(component: np.ndarray) -> np.ndarray:
    """Number components from 0 in the order in which they first come; ALONE stays."""
    labels = np.full(len(component), ALONE, np.int64)
    there = component >= 0
    names, first, member = np.unique(component[there], return_index=True, return_inverse=True)
    rank = np.empty(len(names), np.int64)
    rank[np.argsort(first)] = np.arange(len(names))
    labels[there] = rank[member]
    return labels


def cluster(
    texts: Texts,
    *,
    alike: float | None = None,
    shingle: int = SHINGLE,
    watch: Callable[[int], object] | None = None,
) -> np.ndarray:
    """Group near-identical texts: int64, shape (n,), a number from 0 for each group of two or more, -1 = alone.

    Two texts are in one group if a chain of near-identical texts leads from one to the other (single link).
    alike: Jaccard similarity of shingles of ``shingle`` characters; unless given, 0.3, and up
    to 0.4 for long texts. watch: called with the texts done so far. Raises InputError.

    >>> cluster(["Win £1,000 now! Reply YES to 80082", "Are you home?", "W1N £5000 now, reply YES to 80555!!"])
    array([ 0, -1,  0])
    """
    n = len(texts)
    work = Clustering(n, alike=alike, shingle=shingle)
    for start in range(0, n, BATCH_ROWS):
        stop = min(start + BATCH_ROWS, n)
        work.add(texts[start:stop])
        if watch is not None:
            watch(stop)
    return work.labels()
