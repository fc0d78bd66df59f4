"""What is kept how long: rows where both wrote 400 days, the others 30."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from ecluse.compiled import kernel, leaf
from ecluse.ledger.layout import KNOWN_S, ONE_WAY_S, ROW_BYTES
from ecluse.ledger.memory import peek_u16, peek_u32, peek_u64, poke_u16
from ecluse.ledger.record import LAST_HEARD_S, LAST_WROTE_S, N_ROWS, PEER, copy_words, rows_start

_NOBODY: Final = np.uint64(0)


@leaf
def silent_s(arena: int, row: int) -> int:
    """The second since which neither side of a row has written."""
    return max(peek_u32(arena, row + LAST_WROTE_S), peek_u32(arena, row + LAST_HEARD_S))


@leaf
def has_ended(wrote_s: int, heard_s: int, now_s: int) -> bool:
    """Whether the retention of a row with these latest seconds has ended by ``now_s``."""
    kept_s = KNOWN_S if wrote_s > 0 and heard_s > 0 else ONE_WAY_S
    return max(wrote_s, heard_s) <= now_s - kept_s


@leaf
def retain_and_find(arena: int, place: int, now_s: int, peer: Any) -> int:
    """Drop the rows of a ledger whose retention has ended; the last row takes a dropped one's place.

    Returns the place of the row of ``peer``, or 0.
    """
    row = rows_start(arena, place)
    end = row + peek_u16(arena, place + N_ROWS) * ROW_BYTES
    start = row
    found = 0
    while row < end:
        if has_ended(peek_u32(arena, row + LAST_WROTE_S), peek_u32(arena, row + LAST_HEARD_S), now_s):
            end -= ROW_BYTES
            copy_words(arena, end, row, ROW_BYTES)
        else:
            if peek_u64(arena, row + PEER) == peer:
                found = row
            row += ROW_BYTES
    poke_u16(arena, place + N_ROWS, (end - start) // ROW_BYTES)
    return found


@kernel
def retain(arena: int, place: int, now_s: int) -> None:
    """Drop the rows of a ledger whose retention has ended."""
    retain_and_find(arena, place, now_s, _NOBODY)
