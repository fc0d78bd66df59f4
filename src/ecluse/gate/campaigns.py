"""The campaign that an event is of, compiled: found, measured with the event counted, and told if it is let through."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from ecluse.campaigns.graph import campaign_of_thing, note_send
from ecluse.campaigns.sends import GIVEN_SORTS, Sort
from ecluse.compiled import kernel, leaf
from ecluse.content.prints import domains_of, word_pair
from ecluse.content.slots import find
from ecluse.gate.content import is_stranger
from ecluse.ledger.memory import peek_u8, peek_u32
from ecluse.ledger.record import ACCOUNT_KIND, REGISTERED_S
from ecluse.ledger.signals import SIGNAL_COLUMNS

C_ACCOUNTS: Final = SIGNAL_COLUMNS["campaign.accounts"]
C_RECIPIENTS: Final = SIGNAL_COLUMNS["campaign.recipients"]
C_STRANGERS_SHARE: Final = SIGNAL_COLUMNS["campaign.strangers_share"]

CAMPAIGN_WORK = np.dtype(
    [
        ("things", "<u8", (GIVEN_SORTS,)),
        ("number", "<i8"),  # of the campaign, 0 = none
        ("joins", "<i8"),  # 1: not a member yet
        ("strangers", "<i8"),  # among the event's peers, but for members of campaigns: who answers those is no sender
        ("peers", "<u8"),  # a bit for each of them
    ],
    align=True,
)
"""Memory to work in; nothing in it outlives an event."""

_U = np.uint64


@kernel
def find_campaign(
    graph: Any,
    work: Any,
    event: Any,
    cluster: Any,
    prints: Any,
    peers: Any,
    start: int,
    arena: int,
    row_of: Any,
    n_peers: int,
    heard_s: int,
    now_s: int,
) -> None:
    """Find the campaign of a message: its sender's, else that of its content if it goes to a stranger.

    n_peers: 0 for what is no message to people: it is of none, and is not told.
    """
    work.number, work.joins, work.strangers, work.peers = 0, 0, 0, 0
    if len(graph.accounts.rows) == 0 or n_peers == 0:
        return
    for k in range(n_peers):
        if is_stranger(arena, row_of[k], heard_s, now_s):
            known = find(graph.accounts, peers[start + k])
            if known < 0 or graph.accounts.rows[known].campaign == 0:
                work.strangers += 1
                work.peers = work.peers | _U(1) << (peers[start + k] >> _U(58))
    slot = find(graph.accounts, event.sender)
    if slot >= 0:
        work.number = graph.accounts.rows[slot].campaign
    if work.number == 0 and work.strangers > 0 and cluster != _U(0):
        work.number = campaign_of_thing(graph, cluster, Sort.CONTENT)
        work.joins = 1 if work.number != 0 else 0
    work.things[Sort.CONTENT] = cluster
    work.things[Sort.DOMAIN] = 0
    if event.text != 0:
        count, at = domains_of(prints, np.int64(event.text) - 1)
        if count > 0:
            work.things[Sort.DOMAIN] = word_pair(prints, at)
    work.things[Sort.PROVIDER] = event.provider
    work.things[Sort.NETWORK] = event.network


@leaf
def read_campaign(graph: Any, work: Any, n_peers: int, row: Any) -> None:
    """Write the signals of the campaign, the event counted. Waiting does not change them."""
    row[C_ACCOUNTS], row[C_RECIPIENTS], row[C_STRANGERS_SHARE] = np.nan, np.nan, np.nan
    if work.number != 0:
        campaign = graph.campaign[work.number]
        recipients = np.int64(campaign.recipients) + n_peers
        row[C_ACCOUNTS] = np.int64(campaign.accounts) + work.joins
        row[C_RECIPIENTS] = recipients
        row[C_STRANGERS_SHARE] = (np.int64(campaign.strangers) + work.strangers) / recipients


@leaf
def keep_campaign(graph: Any, work: Any, event: Any, arena: int, place: int, now_s: int, n_peers: int, n: int) -> None:
    """Note a message that was let through to ``n_peers`` of its peers; ``n`` strangers were left out."""
    note_send(
        graph,
        event.sender,
        now_s,
        n_peers,
        max(0, np.int64(work.strangers) - n),
        peek_u32(arena, place + REGISTERED_S),
        peek_u8(arena, place + ACCOUNT_KIND),
        work.things,
        work.peers,
    )
