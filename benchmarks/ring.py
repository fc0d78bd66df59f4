"""Ten million accounts in a ring, each of which writes to its next neighbours and is written to by those before it.

Packed at once, without ids: an account's key is a mix of its number, as even as a keyed hash.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from benchmarks.traffic import START_S
from ecluse.events import BATCH_MAX
from ecluse.ledger.identify import EVENT, KIND_UNKNOWN, Packed

SECONDS_A_ROUND = 86_400


def ring(accounts: int, neighbours: int, seed: int = 2) -> Iterator[Packed]:
    """Messages of every account to each of its ``neighbours``, a day for each neighbour, in random order.

    So each ledger ends with twice as many rows as ``neighbours``: written to, and heard from.
    """
    rng = np.random.default_rng(seed)
    for step in range(1, neighbours + 1):
        order = rng.permutation(accounts)
        for start in range(0, accounts, BATCH_MAX):
            who = order[start : start + BATCH_MAX]
            events = np.zeros(len(who), EVENT)
            events["sender"] = keys(who)
            at_s = START_S + step * SECONDS_A_ROUND
            events["at_s"] = at_s + (start + np.arange(len(who))) * SECONDS_A_ROUND // accounts
            events["peers_start"] = np.arange(len(who))
            events["peers_count"] = 1
            events["sender_kind"] = KIND_UNKNOWN
            yield Packed(events, keys((who + step) % accounts), np.zeros(len(who), np.uint16))


def keys(numbers: np.ndarray) -> np.ndarray:
    """SplitMix64 of account numbers: never twice the same."""
    mixed = (numbers.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))
