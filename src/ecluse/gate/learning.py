"""What a ledger learns of an event whatever becomes of it: who its sender is, and that it was refused."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from ecluse.compiled import kernel, leaf
from ecluse.events import Kind
from ecluse.ledger.allocation import ARENA
from ecluse.ledger.identify import KIND_UNKNOWN
from ecluse.ledger.layout import REFUSED_ATTEMPTS
from ecluse.ledger.memory import peek_u32, poke_u8, poke_u32
from ecluse.ledger.meters import count
from ecluse.ledger.record import ACCOUNT_KIND, REGISTERED_S, rows_start

REGISTER: Final = int(Kind.REGISTER)


@kernel
def count_attempt(control: Any, place: int, now_s: int, n_peers: int, row_of: Any) -> int:
    """Remember a refusal. The ledger may move, and its rows with it. Returns its place."""
    arena = control[ARENA]
    before = rows_start(arena, place)
    place = count(control, place, REFUSED_ATTEMPTS, now_s, 1)
    moved = rows_start(arena, place) - before
    for k in range(n_peers):
        if row_of[k] != 0:
            row_of[k] += moved
    return place


@leaf
def learn(arena: int, place: int, event: Any, at_s: int) -> int:
    """Keep what an event says of its sender: when it registered, and its kind of account.

    Returns when it had registered before the event, if it is a registration: what to go back to if it is refused.
    """
    if event.sender_kind != KIND_UNKNOWN:
        poke_u8(arena, place + ACCOUNT_KIND, np.int64(event.sender_kind))
    before_s = _earlier(peek_u32(arena, place + REGISTERED_S), np.int64(event.registered_s))
    now_s = _earlier(before_s, at_s) if event.kind == REGISTER else before_s
    poke_u32(arena, place + REGISTERED_S, now_s)
    return before_s


@leaf
def _earlier(known_s: int, said_s: int) -> int:
    """The earlier of two seconds, of which either may be unknown (0)."""
    if known_s == 0 or said_s == 0:
        return max(known_s, said_s)
    return min(known_s, said_s)
