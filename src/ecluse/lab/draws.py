"""What the lab draws, always whole arrays: spreads, weighted choices, gaps in a row, noise that needs no memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from ecluse.lab.habits import Spread
from ecluse.lab.rhythm import Floats

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Rng = np.random.Generator

Table = TypeVar("Table", bound=tuple[Any, ...])
"""A NamedTuple of columns, one row each place."""

_GOLDEN, _FIRST, _SECOND = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


def spread(rng: Rng, law: Spread, count: int) -> Floats:
    """``count`` draws of a log-normal law; zeros if its median is 0."""
    if law.median <= 0:
        return np.zeros(count)
    drawn: Floats = law.median * np.exp(law.sigma * rng.standard_normal(count))
    return drawn


def stack(table: Callable[..., Table], parts: Sequence[Iterable[Any]]) -> Table:
    """Tables of one type, one below the other."""
    return table(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def select(table: Callable[..., Table], rows: Iterable[Any], which: Ints | Bools) -> Table:
    """Some rows of a table: by place, or where true."""
    return table(*(column[which] for column in rows))


def pick(rng: Rng, weights: Floats, count: int) -> Ints:
    """``count`` places in ``weights``, each as likely as its weight, with replacement."""
    sums = np.cumsum(weights)
    places: Ints = np.searchsorted(sums, rng.random(count) * sums[-1], side="right")
    return np.minimum(places, len(weights) - 1)


def more(rng: Rng, chance: float, count: int, most: int) -> Ints:
    """``count`` draws of how many more follow if each comes with ``chance``; at most ``most``."""
    if chance <= 0:
        return np.zeros(count, dtype=np.int64)
    return np.minimum(rng.geometric(1 - chance, count) - 1, most)


def repeat_rows(counts: Ints) -> Ints:
    """The row number of each item when row i has ``counts[i]`` of them.

    >>> repeat_rows(np.array([2, 0, 1]))
    array([0, 0, 2])
    """
    return np.repeat(np.arange(len(counts)), counts)


def within_rows(counts: Ints) -> Ints:
    """The place of each item in its row, from 0.

    >>> within_rows(np.array([2, 0, 3]))
    array([0, 1, 0, 1, 2])
    """
    starts = np.cumsum(counts) - counts
    return np.arange(int(counts.sum())) - np.repeat(starts, counts)


def running_sums(gaps: Floats, counts: Ints) -> Floats:
    """Sums of ``gaps`` so far, begun anew in each row.

    >>> running_sums(np.array([1.0, 2.0, 5.0]), np.array([2, 1]))
    array([1., 3., 5.])
    """
    sums = np.concatenate(([0.0], np.cumsum(gaps)))
    starts = np.cumsum(counts) - counts
    begun: Floats = np.repeat(sums[starts], counts)
    return sums[1:] - begun


def noise(key: int, first: Ints, second: Ints) -> Floats:
    """A number in [0, 1) for each pair, always the same for the same key and pair (splitmix64): nothing to store."""
    mixed = first.astype(np.uint64) * _GOLDEN + np.uint64(key)
    for part in (second.astype(np.uint64), np.uint64(0)):
        mixed = (mixed ^ (mixed >> np.uint64(30))) * _FIRST
        mixed = (mixed ^ (mixed >> np.uint64(27))) * _SECOND
        mixed = (mixed ^ (mixed >> np.uint64(31))) + part * _GOLDEN
    return np.asarray((mixed >> np.uint64(11)) * 2.0**-53, dtype=np.float64)
