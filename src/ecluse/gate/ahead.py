"""Asking ahead: the memory of the events to come is on its way from the machine while this one is judged."""

from __future__ import annotations

from typing import Any, Final

from ecluse.compiled import leaf
from ecluse.ledger.allocation import ask_index, ask_ledger

AHEAD: Final = 12
"""Events by which memory is asked for ahead; twice that for the index."""


@leaf
def ask_ahead(control: Any, events: Any, peers: Any, i: int) -> None:
    """Ask for the memory that the events after this one will read: first the index, then the ledgers."""
    if i + 2 * AHEAD < len(events):
        event = events[i + 2 * AHEAD]
        ask_index(control, event.sender)
        if event.peers_count > 0:
            ask_index(control, peers[event.peers_start])
    if i + AHEAD < len(events):
        event = events[i + AHEAD]
        ask_ledger(control, event.sender)
        if event.peers_count > 0:
            ask_ledger(control, peers[event.peers_start])
