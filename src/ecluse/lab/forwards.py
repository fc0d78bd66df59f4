"""Forwards: some of what is written between two people goes on to a few more of the sender's contacts, hop by hop."""

from __future__ import annotations

import numpy as np

from ecluse.events import Kind
from ecluse.lab.conversations import Messages
from ecluse.lab.draft import NONE, Draft, draft
from ecluse.lab.draws import Bools, Ints, Rng, more, repeat_rows
from ecluse.lab.habits import Habits
from ecluse.lab.rhythm import Clock

CHATS_MAX = 5
"""Chats that one forward may go to; the limit of January 2019, worldwide."""

HOPS_MAX = 20

HOPS_TO_ONE = 5
"""Hops from which on the app offers one chat only; the limit of April 2020."""


def written(messages: Messages, people: int, habits: Habits, clock: Clock, rng: Rng) -> Draft:
    """Messages between two people as sends; a share of them as forwards, to up to five contacts at once."""
    at_ms = np.floor(clock.to_real(messages.at_s) * 1000).astype(np.int64)
    order = np.argsort(at_ms, kind="stable")
    at_ms, sender, recipient = at_ms[order], messages.sender[order], messages.recipient[order]
    forwarded = rng.random(len(at_ms)) < habits.forward_share
    hops = 1 + more(rng, habits.forward_more, len(at_ms), HOPS_MAX)
    extra = more(rng, habits.forward_more, len(at_ms), CHATS_MAX - 1)
    extra = np.where(forwarded & (hops < HOPS_TO_ONE), extra, 0)
    further = np.unique(repeat_rows(extra) * people + _earlier_recipients(sender, recipient, people, extra, rng))
    further = further[further % people != recipient[further // people]]  # each recipient once an event
    counts = 1 + np.bincount(further // people, minlength=len(at_ms))
    own = np.zeros(len(at_ms) + len(further), dtype=np.bool_)
    own[np.cumsum(counts) - counts] = True
    peers = np.empty(len(own), dtype=np.int64)
    peers[own], peers[~own] = recipient, further % people
    return draft(
        at_ms=at_ms,
        sender=sender,
        kind=np.where(forwarded, Kind.FORWARD, Kind.SEND),
        peers=peers,
        counts=counts,
        hops=np.where(forwarded, hops, NONE),
    )


def _earlier_recipients(sender: Ints, recipient: Ints, people: int, extra: Ints, rng: Rng) -> Ints:
    """For each extra recipient, one that its sender has written to before or is writing to: nobody new."""
    by_sender = np.argsort(sender, kind="stable")
    starts = np.searchsorted(sender[by_sender], np.arange(people))
    place = np.empty(len(sender), dtype=np.int64)
    place[by_sender] = np.arange(len(sender))
    event = repeat_rows(extra)
    first = starts[sender[event]]
    chosen = first + np.floor(rng.random(len(event)) * (place[event] - first + 1)).astype(np.int64)
    return recipient[by_sender[chosen]]


def blocked_strangers(unanswered: Bools, first_at_ms: Ints, opener: Ints, other: Ints, share: float, rng: Rng) -> Draft:
    """``block`` by some of those whom a stranger wrote to and who never answered, minutes after."""
    here = np.flatnonzero(unanswered & (rng.random(len(unanswered)) < share))
    after_ms = np.floor(rng.exponential(600_000.0, len(here))).astype(np.int64)
    return draft(first_at_ms[here] + after_ms, other[here], kind=Kind.BLOCK, subject=opener[here])
