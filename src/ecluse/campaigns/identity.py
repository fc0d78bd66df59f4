"""Which campaign is which: ids that stay, whatever is found next.

**The law.** Members take the id that they had along. Of an id whose members are in several components now, the part
with the most of them is the heir; of equal parts the one that has the member with the least key. A component that is
heir to several ids keeps the eldest: that of the campaign found first. The other ids end, and lead to it. A component
that is heir to none gets a new id: a hash of its earliest member and of when that first wrote.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Heirs(NamedTuple):
    """inherits: int64, shape (k,), the former campaign whose id each component keeps, -1 for none. ended: int64, shape
    (e, 2): former campaigns that ended in a component that keeps another id, and that component.
    """

    inherits: np.ndarray
    ended: np.ndarray


def heirs(component: np.ndarray, former: np.ndarray, key: np.ndarray, age: np.ndarray, count: int) -> Heirs:
    """Who keeps which id.

    component, former, key: shape (n,), of each member: its component from 0, its former campaign or -1, its account's
    key. age: shape (f,), a number for each former campaign, the least for the eldest, no two equal.
    """
    inherits, ended = np.full(count, -1), np.zeros((0, 2), np.int64)
    had = np.flatnonzero(former >= 0)
    if not len(had):
        return Heirs(inherits, ended)
    pairs, which = np.unique(np.stack((former[had], component[had]), 1), axis=0, return_inverse=True)
    which = which.reshape(-1)
    size = np.bincount(which, minlength=len(pairs))
    least = np.full(len(pairs), np.iinfo(np.uint64).max, np.uint64)
    np.minimum.at(least, which, key[had])
    order = np.lexsort((least, -size, pairs[:, 0]))
    first = np.concatenate(([True], pairs[order][1:, 0] != pairs[order][:-1, 0]))
    claims = pairs[order][first]  # one heir for each former campaign
    order = np.lexsort((age[claims[:, 0]], claims[:, 1]))
    claims = claims[order]
    eldest = np.concatenate(([True], claims[1:, 1] != claims[:-1, 1]))
    inherits[claims[eldest, 1]] = claims[eldest, 0]
    return Heirs(inherits, claims[~eldest])
