"""A content that was sent once is kept as that one send, and counted when it is sent again. Most never are.

What is then counted is the same as if it had been at once, at the second of the first send. So a text that nobody sends
again costs a line of memory instead of its counts, the marks of who sent and got it, and its audience.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ecluse.compiled import kernel, leaf
from ecluse.content.ledgers import (
    N_COUNTS,
    PROVIDERS,
    RECIPIENTS,
    REGIONS,
    SENDERS,
    STRANGERS,
    ContentLedgers,
    blank_counts,
    count_audience,
    count_member,
    make_thing,
)
from ecluse.content.shelf import find_on

_U = np.uint64


@leaf
def keep_once(ledgers: Any, key: Any, event: Any, language: int, peer: Any, is_stranger: bool, at_s: int) -> int:
    """Keep the first send of a content, to one recipient, who got it at ``at_s``. Returns its place."""
    slot = make_thing(ledgers, key, find_on(ledgers.things, key), at_s)
    ledgers.heads[slot].once = 1
    once = ledgers.once[slot]
    once.sender, once.peer, once.provider = event.sender, peer, event.provider
    once.region, once.language, once.is_stranger = event.region, language, is_stranger
    return slot


@kernel
def count_once(ledgers: Any, slot: int) -> None:
    """Count the one send of a content that is kept so: from here on it has counts like any other."""
    head, once = ledgers.heads[slot], ledgers.once[slot]
    sender, peer, provider, is_stranger = once.sender, once.peer, once.provider, once.is_stranger != 0
    region, language, at_s = once.region, once.language, np.int64(head.born)
    head.once = 0
    blank_counts(ledgers.counts, slot)
    count_member(ledgers, slot, SENDERS, sender, False, at_s)
    if region != 0:
        count_member(ledgers, slot, REGIONS, _U(region), False, at_s)
    if provider != _U(0):
        count_member(ledgers, slot, PROVIDERS, provider, False, at_s)
    count_member(ledgers, slot, RECIPIENTS, peer, is_stranger, at_s)
    if region != 0 or language != 0:
        count_audience(ledgers, slot, region, language, 1, at_s)


@kernel
def count_all_of(ledgers: Any, key: Any) -> None:
    """Count all that is kept of an account as sent once, so that its key stands nowhere."""
    for slot in range(len(ledgers.heads)):
        if ledgers.heads[slot].once and (ledgers.once[slot].sender == key or ledgers.once[slot].peer == key):
            count_once(ledgers, slot)


def counts_of_once(ledgers: ContentLedgers, slots: np.ndarray) -> np.ndarray:
    """What the one send of contents that are kept so counts, without counting it: int64, shape (n, N_COUNTS)."""
    once, counts = ledgers.once[slots], np.zeros((len(slots), N_COUNTS), np.int64)
    counts[:, SENDERS] = counts[:, RECIPIENTS] = 1
    counts[:, REGIONS], counts[:, PROVIDERS] = once["region"] != 0, once["provider"] != 0
    counts[:, STRANGERS] = once["is_stranger"]
    return counts
