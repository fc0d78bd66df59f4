"""What an account's sends leave in its ledger: at first their seconds, one by one, then messages and gaps.

Seven sends have six gaps, and with the one being judged seven: too few for a regularity. So until then their seconds
say all that a meter would, in 24 bytes instead of 72, and the runs of gaps are worked out from them when they are
needed: the same additions in the same order, so the same numbers to the last bit.
"""

from __future__ import annotations

from typing import Any, Final

from ecluse.compiled import kernel, leaf
from ecluse.ledger.allocation import ARENA
from ecluse.ledger.blocks import add_block, open_counts
from ecluse.ledger.gaps import WINDOWS_S, add_gap
from ecluse.ledger.layout import MESSAGES, SENDS, SENDS_MAX
from ecluse.ledger.memory import peek_u8, peek_u32, poke_u32
from ecluse.ledger.meters import count
from ecluse.ledger.record import BLOCKS_THERE, LAST_SEND_S, MESSAGES_BIT, block_start, has_sends
from ecluse.ledger.signals import N_WINDOWS

_LONGEST_S: Final = int(WINDOWS_S[N_WINDOWS - 1])


@kernel
def note_send(control: Any, place: int, now_s: int, late: bool) -> int:
    """Let a ledger note a send at ``now_s``: its message and, if it is not late, its gap. Returns the ledger's place.

    What there is no room for is not kept.
    """
    arena = control[ARENA]
    last_s = peek_u32(arena, place + LAST_SEND_S)
    counted = peek_u8(arena, place + BLOCKS_THERE) & MESSAGES_BIT != 0
    if not counted and not late:
        kept = _keep_last(control, place, last_s, now_s)
        if kept != 0:
            poke_u32(arena, kept + LAST_SEND_S, now_s)
            return kept
    if not counted and last_s > 0:
        moved = _count_sends(control, place)
        if moved == 0:
            poke_u32(arena, place + LAST_SEND_S, max(now_s, last_s))
            return place
        place = moved
    if not late:
        place = add_gap(control, place, now_s)
    place = count(control, place, MESSAGES, now_s, 1)
    poke_u32(arena, place + LAST_SEND_S, max(now_s, last_s))
    return place


@leaf
def _keep_last(control: Any, place: int, last_s: int, now_s: int) -> int:
    """Put the latest send so far among those before it, as one at ``now_s`` comes.

    Returns the ledger's place, or 0 if there are as many as are kept one by one, or no room.
    """
    if last_s == 0:
        return place
    arena = control[ARENA]
    if now_s - last_s > _LONGEST_S:  # every run has ended, and no bucket of then is still counted
        blocks = peek_u8(arena, place + BLOCKS_THERE)
        if has_sends(blocks):
            sends = block_start(blocks, place, SENDS)
            for k in range(SENDS_MAX - 1):
                poke_u32(arena, sends + 4 * k, 0)
        return place
    place = add_block(control, place, SENDS)
    if place == 0:
        return 0
    sends = block_start(peek_u8(arena, place + BLOCKS_THERE), place, SENDS)
    for k in range(SENDS_MAX - 1):
        if peek_u32(arena, sends + 4 * k) == 0:
            poke_u32(arena, sends + 4 * k, last_s)
            return place
    return 0


@kernel
def _count_sends(control: Any, place: int) -> int:
    """Count in messages and gaps what was kept one by one. Returns the ledger's place, which may be new, or 0."""
    arena = control[ARENA]
    blocks = peek_u8(arena, place + BLOCKS_THERE)
    sends = block_start(blocks, place, SENDS) if has_sends(blocks) else 0
    seconds = (
        peek_u32(arena, sends) if sends != 0 else 0,
        peek_u32(arena, sends + 4) if sends != 0 else 0,
        peek_u32(arena, sends + 8) if sends != 0 else 0,
        peek_u32(arena, sends + 12) if sends != 0 else 0,
        peek_u32(arena, sends + 16) if sends != 0 else 0,
        peek_u32(arena, sends + 20) if sends != 0 else 0,
        peek_u32(arena, place + LAST_SEND_S),
    )
    place = open_counts(control, place)
    if place == 0:
        return 0
    poke_u32(arena, place + LAST_SEND_S, 0)
    for k in range(SENDS_MAX):
        if seconds[k] > 0:
            add_gap(control, place, seconds[k])
            count(control, place, MESSAGES, seconds[k], 1)
            poke_u32(arena, place + LAST_SEND_S, seconds[k])
    return place
