"""Asking ahead: the memory of the events to come is on its way from the machine while this one is judged."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from ecluse.campaigns.rhythm import mix
from ecluse.campaigns.sends import Sort
from ecluse.compiled import leaf
from ecluse.content.ledgers import (
    CONTENT,
    NETWORK,
    PROVIDER,
    RECIPIENTS,
    REGIONS,
    SENDERS,
    ask_audience,
    ask_new_thing,
    ask_thing,
    audience_key,
    key_of,
    mark_of,
)
from ecluse.content.shelf import ask_shelf, find_on
from ecluse.content.slots import ask_slot, ask_table
from ecluse.events import REGIONS_A_LANGUAGE
from ecluse.ledger.allocation import ask_index, ask_ledger
from ecluse.ledger.memory import LINE_BYTES, prefetch

AHEAD: Final = 12
"""Events by which memory is asked for ahead; twice that for what tells where it lies, half for what lies behind it."""

_CONTENT: Final = int(Sort.CONTENT)
_NETWORK: Final = int(Sort.NETWORK)
"""What most sends come with: its ties are asked for."""
_NONE: Final = np.uint64(0)


@leaf
def ask_ahead(
    control: Any, ledgers: Any, graph: Any, events: Any, peers: Any, prints: Any, verdicts: Any, i: int
) -> None:
    """Ask for the memory that the events after this one will read: first where it is looked up, then what is there."""
    with_content = len(ledgers.things.keys) > 0
    if i + 3 * AHEAD < len(events):
        prefetch(events.ctypes.data, (i + 3 * AHEAD) * events.itemsize)
        prefetch(events.ctypes.data, (i + 3 * AHEAD) * events.itemsize + LINE_BYTES)
    if i + 2 * AHEAD < len(events):
        event = events[i + 2 * AHEAD]
        ask_index(control, event.sender)
        if event.peers_count > 0:
            ask_index(control, peers[event.peers_start])
        if with_content:
            _ask_where(ledgers, graph, event, peers, verdicts[i + 2 * AHEAD].content)
    if i + AHEAD < len(events):
        event = events[i + AHEAD]
        ask_ledger(control, event.sender)
        if event.peers_count > 0:
            ask_ledger(control, peers[event.peers_start])
        if with_content:
            _ask_what(ledgers, graph, event, peers, verdicts[i + AHEAD].content)
            if event.text != 0:
                prefetch(prints.ctypes.data, (np.int64(event.text) - 1) * prints.itemsize)
    if i + AHEAD // 2 < len(events) and with_content:
        event = events[i + AHEAD // 2]
        if event.peers_count > 0:
            _ask_marks(ledgers, event, verdicts[i + AHEAD // 2].content, peers[event.peers_start])


@leaf
def _ask_marks(ledgers: Any, event: Any, cluster: Any, peer: Any) -> None:
    """Ask for the marks of a message's sender, region and first recipient, of its content and its provider, if known:
    where these are was asked for before.
    """
    for sort, keyed in ((CONTENT, cluster), (PROVIDER, event.provider)):
        if keyed == _NONE:
            continue
        key = key_of(sort, keyed)
        slot = find_on(ledgers.things, key)
        if slot < 0:
            continue
        born = ledgers.heads[slot].born
        ask_shelf(ledgers.marks, mark_of(key, born, SENDERS, event.sender))
        ask_shelf(ledgers.marks, mark_of(key, born, RECIPIENTS, peer))
        if sort == CONTENT and _is_told(event):
            ask_shelf(ledgers.marks, mark_of(key, born, REGIONS, np.uint64(event.region)))
            ask_audience(ledgers, _audience(event, cluster))


@leaf
def _ask_where(ledgers: Any, graph: Any, event: Any, peers: Any, cluster: Any) -> None:
    """Ask for the tables that tell where an event's content, network and provider are, and its people in the graph."""
    for sort, keyed in ((CONTENT, cluster), (NETWORK, event.network), (PROVIDER, event.provider)):
        if keyed != _NONE:
            ask_shelf(ledgers.things, key_of(sort, keyed))
    if event.peers_count > 0 and len(graph.accounts.rows) > 0:
        ask_table(graph.accounts, event.sender)
        ask_table(graph.accounts, peers[event.peers_start])
        for sort, keyed in ((_CONTENT, cluster), (_NETWORK, event.network)):
            if keyed != _NONE:
                key = mix(keyed, np.uint64(sort))
                ask_table(graph.things, key)
                ask_table(graph.ties, mix(event.sender, key))


@leaf
def _ask_what(ledgers: Any, graph: Any, event: Any, peers: Any, cluster: Any) -> None:
    """Ask for what the tables, asked for before, lead to."""
    for sort, keyed in ((CONTENT, cluster), (NETWORK, event.network), (PROVIDER, event.provider)):
        if keyed != _NONE:
            key = key_of(sort, keyed)
            slot = find_on(ledgers.things, key)
            if slot >= 0:
                ask_thing(ledgers, slot)
            elif sort == CONTENT:
                ask_new_thing(ledgers, key, event.at_s)
            if slot >= 0 and sort == CONTENT and _is_told(event):
                ask_shelf(ledgers.audiences, _audience(event, cluster))
    if event.peers_count > 0 and len(graph.accounts.rows) > 0:
        ask_slot(graph.accounts, event.sender)
        ask_slot(graph.accounts, peers[event.peers_start])
        for sort, keyed in ((_CONTENT, cluster), (_NETWORK, event.network)):
            if keyed != _NONE:
                key = mix(keyed, np.uint64(sort))
                ask_slot(graph.things, key)
                ask_slot(graph.ties, mix(event.sender, key))


@leaf
def _is_told(event: Any) -> bool:
    """Whether the region or language of an event's sender is known."""
    return event.region != 0 or event.language != 0


@leaf
def _audience(event: Any, cluster: Any) -> Any:
    """The key of the audience that an event's content is sent to."""
    language = event.language // np.uint32(REGIONS_A_LANGUAGE)
    return audience_key(key_of(CONTENT, cluster), event.region, language)
