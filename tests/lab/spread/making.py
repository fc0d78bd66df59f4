"""Small networks for tests."""

import numpy as np

from ecluse.lab.spread.network import Network, Rows


def rows(lists):
    """Rows of the given lists."""
    starts = np.cumsum([0, *map(len, lists)], dtype=np.int64)
    return Rows(starts, np.array([item for row in lists for item in row], dtype=np.int32))


def network(people, ties=(), groups=()):
    """People 0 to ``people`` - 1 with mutual ties (pairs) and groups (lists of members)."""
    contacts = [sorted({b for a, b in both(ties) if a == person}) for person in range(people)]
    mine = [[g for g, members in enumerate(groups) if person in members] for person in range(people)]
    return Network(rows(contacts), rows(mine), rows([sorted(members) for members in groups]))


def both(ties):
    """Pairs from both sides, without those with oneself."""
    return [pair for a, b in ties if a != b for pair in ((a, b), (b, a))]


def chain(people):
    """Each knows the next."""
    return network(people, [(k, k + 1) for k in range(people - 1)])
