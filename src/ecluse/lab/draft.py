"""Events as numbers: what the parts of the traffic yield, before it is put in order and written as an Arrow table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ecluse.events import Chat, Kind
from ecluse.lab.draws import Ints, stack, within_rows

NONE = -1
"""No group, members, hops, subject, text, fingerprint, network or origin; no number, no cause."""


class Draft(NamedTuple):
    """One row an event, shape (n_events,); accounts and groups are numbers.

    ``peers`` holds the recipients of all events one after another, ``counts`` how many each event has. ``text`` is a
    place in ``Texts``, ``network`` one of its own where an event does not come from its sender's. A scenario numbers
    its messages; ``because`` is the number of the message without which an event would not have come.
    """

    at_ms: Ints  # since the start of the log
    kind: Ints
    sender: Ints
    counts: Ints
    peers: Ints
    chat: Ints
    group: Ints
    members: Ints
    hops: Ints
    subject: Ints
    text: Ints
    fingerprint: Ints
    network: Ints
    origin: Ints
    message: Ints
    because: Ints


def draft(
    at_ms: Ints,
    sender: Ints | int,
    *,
    kind: Kind | Ints = Kind.SEND,
    peers: Ints | None = None,
    counts: Ints | None = None,
    chat: Chat = Chat.DIRECT,
    group: Ints | int | None = None,
    members: Ints | int | None = None,
    hops: Ints | int | None = None,
    subject: Ints | int | None = None,
    text: Ints | int | None = None,
    fingerprint: Ints | int | None = None,
    network: Ints | int | None = None,
    origin: Ints | int | None = None,
    message: Ints | int | None = None,
    because: Ints | int | None = None,
) -> Draft:
    """A draft from what its events have; ``counts`` may be left out where each event has one peer, or none has any."""
    shape = np.shape(at_ms)

    def whole(values: Ints | int | None) -> Ints:
        return np.broadcast_to(np.asarray(NONE if values is None else values, dtype=np.int64), shape)

    if peers is None:
        peers, counts = np.zeros(0, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    elif counts is None:
        counts = np.ones(shape, dtype=np.int64)
    assert counts is not None
    return Draft(
        at_ms=at_ms,
        kind=whole(kind),
        sender=whole(sender),
        counts=counts,
        peers=peers,
        chat=whole(chat),
        group=whole(group),
        members=whole(members),
        hops=whole(hops),
        subject=whole(subject),
        text=whole(text),
        fingerprint=whole(fingerprint),
        network=whole(network),
        origin=whole(origin),
        message=whole(message),
        because=whole(because),
    )


def in_order(drafts: Sequence[Draft], end_ms: int, begin_ms: int = 0) -> Draft:
    """All events of the drafts from ``begin_ms`` to ``end_ms``, by time; at one time in the order of the drafts."""
    whole = stack(Draft, drafts)
    order = np.argsort(whole.at_ms, kind="stable")
    begin, end = np.searchsorted(whole.at_ms[order], (begin_ms, end_ms))
    order = order[begin:end]
    starts = np.cumsum(whole.counts) - whole.counts
    counts = whole.counts[order]
    peers = whole.peers[np.repeat(starts[order], counts) + within_rows(counts)]
    rest = {name: getattr(whole, name)[order] for name in Draft._fields if name not in ("counts", "peers")}
    return Draft(counts=counts, peers=peers, **rest)
