"""Closing up a full arena: what retention has ended goes, and what has been silent longest."""

from __future__ import annotations

from typing import Any

import numpy as np

from ecluse.compiled import kernel
from ecluse.ledger.allocation import ARENA, FREE, FREE_BYTES, LEDGERS, START, USED_BYTES
from ecluse.ledger.layout import KNOWN_S, N_SIZE_CLASSES, ROW_BYTES, SIZE_CLASSES
from ecluse.ledger.memory import peek_u8, peek_u16, peek_u32, peek_u64, poke_u8, poke_u64
from ecluse.ledger.record import KEY, LATEST_S, N_ROWS, SIZE_CLASS, STATUS, copy_words, rows_start
from ecluse.ledger.retention import retain

_U = np.uint64


@kernel
def survey(control: Any, latest_s: Any, sizes: Any) -> None:
    """The latest second and the size of each ledger; those with a status count as never silent."""
    arena = control[ARENA]
    place, i = START, 0
    while place < control[USED_BYTES]:
        size = SIZE_CLASSES[peek_u8(arena, place + SIZE_CLASS)]
        if peek_u64(arena, place + KEY) != _U(0):
            pinned = peek_u8(arena, place + STATUS) != 0
            latest_s[i] = (1 << 40) if pinned else peek_u32(arena, place + LATEST_S)
            sizes[i] = size
            i += 1
        place += size


@kernel
def compact(control: Any, now_s: int, silent_since_s: int, as_silent: int) -> None:
    """Slide every ledger that stays to the front, each in the smallest block that holds it.

    now_s: rows and ledgers whose retention has ended by then go. silent_since_s: so do ledgers whose latest second is
    before it, and the first ``as_silent`` of those whose latest second it is.
    """
    arena = control[ARENA]
    place, target = START, START
    ledgers = 0
    while place < control[USED_BYTES]:
        size = SIZE_CLASSES[peek_u8(arena, place + SIZE_CLASS)]
        live = peek_u64(arena, place + KEY) != _U(0)
        if live and peek_u32(arena, place + LATEST_S) == silent_since_s and as_silent > 0:
            live = peek_u8(arena, place + STATUS) != 0
            as_silent -= not live
        if live and not is_over(arena, place, now_s, silent_since_s):
            retain(arena, place, max(now_s, peek_u32(arena, place + LATEST_S)))
            used = rows_start(arena, place) - place + peek_u16(arena, place + N_ROWS) * ROW_BYTES
            size_class = np.searchsorted(SIZE_CLASSES, used)
            copy_words(arena, place, target, used)
            poke_u8(arena, target + SIZE_CLASS, size_class)
            target += SIZE_CLASSES[size_class]
            ledgers += 1
        place += size
    for word in range(target, control[USED_BYTES], 8):  # so that what is left does not depend on what was there before
        poke_u64(arena, word, _U(0))
    control[USED_BYTES] = target
    control[LEDGERS] = ledgers
    control[FREE_BYTES] = 0
    for size_class in range(N_SIZE_CLASSES):
        control[FREE + size_class] = 0


@kernel
def is_over(arena: int, place: int, now_s: int, silent_since_s: int) -> bool:
    """Whether a ledger may go: silent for longer than any row is kept, or since before a second, and no status."""
    latest_s = peek_u32(arena, place + LATEST_S)
    silent = latest_s <= now_s - KNOWN_S or latest_s < silent_since_s
    return silent and peek_u8(arena, place + STATUS) == 0
