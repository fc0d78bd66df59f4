"""Forwards of one message by one account: the chats that it went to have a ledger of their own, of the same bytes.

Its key is made of the account and the message's origin, its rows are the chats; so splitting one forward into several
does not hide how far it went, and what is kept ends as every other row does.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from ecluse.compiled import kernel, leaf
from ecluse.ledger.fold import place_of_peer, window_of
from ecluse.ledger.identify import FORWARD
from ecluse.ledger.layout import ROW_BYTES, ROWS_MAX
from ecluse.ledger.memory import peek_u16, peek_u32, peek_u64
from ecluse.ledger.record import LAST_WROTE_S, N_ROWS, PEER, rows_start
from ecluse.ledger.signals import N_WINDOWS, SIGNAL_COLUMNS

C_FORWARD_CHATS: Final = SIGNAL_COLUMNS["forward_chats.1m"]

_U = np.uint64


@leaf
def forwards_key(event: Any) -> Any:
    """The key of the ledger of an event's forwards; 0 if it is no forward, or of an unknown origin."""
    if event.kind != FORWARD or event.origin == _U(0):
        return _U(0)
    key = (event.sender ^ (event.origin << _U(1) | event.origin >> _U(63))) * _U(0x9E3779B97F4A7C15)
    key = (key ^ (key >> _U(32))) * _U(0xD6E8FEB86659FD93)
    key ^= key >> _U(32)
    return key if key != _U(0) else _U(1)


@kernel
def read_forward_chats(
    arena: int, place: int, now_s: int, kind: int, peers: Any, start: int, count: int, slots: Any, signals: Any
) -> None:
    """Write ``forward_chats`` of an event of ``count`` peers. place: of the ledger of its forwards, 0 for none.

    Cost: one pass over the chats that the message went to.
    """
    for window in range(N_WINDOWS):
        signals[C_FORWARD_CHATS + window] = 0.0
    if kind != FORWARD:
        return
    if place != 0:
        row = rows_start(arena, place)
        for _ in range(peek_u16(arena, place + N_ROWS)):
            window = window_of(peek_u32(arena, row + LAST_WROTE_S), now_s)
            if window < N_WINDOWS and place_of_peer(peek_u64(arena, row + PEER), peers, start, count, slots) < 0:
                signals[C_FORWARD_CHATS + window] += 1.0
            row += ROW_BYTES
    total = float(count)
    for window in range(N_WINDOWS):
        total += signals[C_FORWARD_CHATS + window]
        signals[C_FORWARD_CHATS + window] = min(total, float(ROWS_MAX))
