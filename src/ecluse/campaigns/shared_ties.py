"""Ties that a look reads: those to things that many share, if these can be cold at all."""

from __future__ import annotations

from typing import Any

import numpy as np

from ecluse.campaigns.cold import ACCOUNTS_LEAST, PEOPLE_MIN, STAYS_STRANGERS_MIN, STRANGERS_MIN
from ecluse.campaigns.graph import CONTENT, DOMAIN, NETWORK, PROVIDER, RHYTHM, Graph
from ecluse.campaigns.links import Ties, read_ties_at
from ecluse.compiled import kernel, leaf
from ecluse.content.places import count_bits
from ecluse.content.slots import USED


def read_shared_ties(graph: Graph) -> Ties:
    """The ties to things that many accounts share; provider and network of accounts with a domain or rhythm only.

    A content that is not mostly sent to many strangers is no cold link whoever shares it: its ties stay out. A tie to a
    thing that belonged to a campaign at the look before counts as shared. Cost: about 4 ns a tie, and more for those
    that are read.
    """
    used = int(graph.ties.control[USED])
    slots, pairing = np.empty(used, np.int64), np.zeros(len(graph.accounts.rows), np.bool_)
    return read_ties_at(graph, np.sort(slots[: _choose(graph, used, pairing, slots)]))


@kernel
def _choose(graph: Any, used: int, pairing: Any, slots: Any) -> int:
    """Write slots of ties to the front of ``slots``. Returns how many.

    Those of provider and network wait at its end until it is known which accounts have a domain or rhythm: ``pairing``.
    """
    n, waiting = 0, used
    for slot in range(used):
        tie = graph.ties.rows[slot]
        if tie.sort == PROVIDER or tie.sort == NETWORK:
            waiting -= 1
            slots[waiting] = slot
        elif _is_shared(graph.things.rows[tie.thing_slot], tie.sort):
            slots[n] = slot
            n += 1
            if tie.sort == DOMAIN or tie.sort == RHYTHM:
                pairing[tie.account_slot] = True
    for place in range(waiting, used):
        tie = graph.ties.rows[slots[place]]
        if pairing[tie.account_slot] and _is_shared(graph.things.rows[tie.thing_slot], tie.sort):
            slots[n] = slots[place]
            n += 1
    return n


@leaf
def _is_shared(thing: Any, sort: int) -> bool:
    shared = thing.ties >= ACCOUNTS_LEAST or thing.campaign != 0
    return shared and (sort != CONTENT or _can_be_cold(thing))


@leaf
def _can_be_cold(thing: Any) -> bool:
    """Whether a content has gone to many people, mostly strangers: what ``cold_links`` asks of it before all else."""
    least = STAYS_STRANGERS_MIN if thing.campaign != 0 else STRANGERS_MIN
    return count_bits(np.int64(thing.peers)) >= PEOPLE_MIN and thing.strangers >= least * thing.recipients
