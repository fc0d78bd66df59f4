"""Numbering: things known by a key get numbers from 0 in the order in which they turn up, whole columns at once."""

from __future__ import annotations

import numpy as np


class Numbering:
    """Numbers of keys, for arrays with one place for each key.

    >>> accounts = Numbering()
    >>> accounts.of(np.array([70, 50, 70], np.uint64)), len(accounts)
    (array([1, 0, 1]), 2)
    """

    def __init__(self) -> None:
        self._keys = np.empty(0, np.uint64)  # ascending
        self._numbers = np.empty(0, np.int64)

    def __len__(self) -> int:
        return len(self._keys)

    def of(self, keys: np.ndarray) -> np.ndarray:
        """The number of each key, int64, shape (n,); new keys get the next ones."""
        unique, inverse = np.unique(keys.astype(np.uint64, copy=False), return_inverse=True)
        places = np.searchsorted(self._keys, unique)
        new = np.ones(len(unique), np.bool_)
        inside = places < len(self._keys)
        new[inside] = self._keys[places[inside]] != unique[inside]
        if new.any():
            numbers = np.arange(len(self), len(self) + int(new.sum()))
            self._numbers = np.insert(self._numbers, places[new], numbers)
            self._keys = np.insert(self._keys, places[new], unique[new])
            places = np.searchsorted(self._keys, unique)
        return self._numbers[places][inverse]

    def known(self, keys: np.ndarray) -> np.ndarray:
        """The number of each key that has one, int64, shape (n,); -1 for the others."""
        if not len(self):
            return np.full(len(keys), -1, np.int64)
        places = np.minimum(np.searchsorted(self._keys, keys), len(self) - 1)
        return np.where(self._keys[places] == keys, self._numbers[places], -1)

    def find(self, key: int) -> int | None:
        """The number of one key, if it has one."""
        place = int(np.searchsorted(self._keys, np.uint64(key)))
        return int(self._numbers[place]) if place < len(self._keys) and int(self._keys[place]) == key else None


def grown(array: np.ndarray, size: int, fill: float = 0) -> np.ndarray:
    """``array`` with room for at least ``size`` places, the new ones filled; doubled, so that growing stays cheap."""
    if len(array) >= size:
        return array
    larger = np.full((max(size, 2 * len(array)), *array.shape[1:]), fill, array.dtype)
    larger[: len(array)] = array
    return larger


class Runs:
    """Equal keys as runs: sorts by ``keys``, among equal ones by ``then``, so that numpy can reduce over each run.

    order: how to sort. starts: where each run starts. keys: the key of each run, ascending.
    """

    def __init__(self, keys: np.ndarray, then: np.ndarray | None = None) -> None:
        self.order = np.argsort(keys, kind="stable") if then is None else np.lexsort((then, keys))
        ordered = keys[self.order]
        self.starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]])[: len(ordered)])
        self.keys = ordered[self.starts]

    @property
    def counts(self) -> np.ndarray:
        """Length of each run."""
        return np.diff(np.append(self.starts, len(self.order)))

    @property
    def last(self) -> np.ndarray:
        """Where the last of each run stood before sorting."""
        last: np.ndarray = self.order[self.starts + self.counts - 1]
        return last
