"""When a peer last wrote to an account: what a conversation's window is counted from."""

from __future__ import annotations

from typing import Any

from ecluse.compiled import kernel
from ecluse.ledger.allocation import ARENA, find
from ecluse.ledger.layout import ROW_BYTES
from ecluse.ledger.memory import peek_u16, peek_u32, peek_u64
from ecluse.ledger.record import LAST_HEARD_S, N_ROWS, PEER, rows_start
from ecluse.ledger.rows import heard_from


@kernel
def last_heard(control: Any, account: Any, peer: Any, now_s: int) -> int:
    """The second at which ``peer`` last wrote to ``account``, by either's ledger; 0: never, or longer ago than kept.

    Both say the same, but the ledger of somebody famous forgets most of those it only heard; theirs do not.
    """
    heard_s = heard_from(control, account, peer, now_s)
    place = find(control, account)
    if place != 0:
        arena = control[ARENA]
        row = rows_start(arena, place)
        for _ in range(peek_u16(arena, place + N_ROWS)):
            if peek_u64(arena, row + PEER) == peer:
                return max(heard_s, peek_u32(arena, row + LAST_HEARD_S))
            row += ROW_BYTES
    return heard_s
