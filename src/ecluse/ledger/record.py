"""Kernels' view of one ledger: where its header's fields, blocks and rows lie."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from ecluse.compiled import leaf
from ecluse.ledger.layout import (
    GAPS,
    GAPS_BYTES,
    HEADER,
    HEADER_BYTES,
    LATE_S,
    MESSAGES,
    METER_BYTES,
    N_METERS,
    ROW,
    SENDS_BYTES,
    WIDE,
    WIDE_METER_BYTES,
    place_in,
)
from ecluse.ledger.memory import peek_u8, peek_u32, peek_u64, poke_u32, poke_u64

# Places of the header's fields.
KEY: Final = place_in(HEADER, "key")
LATEST_S: Final = place_in(HEADER, "latest_s")
REGISTERED_S: Final = place_in(HEADER, "registered_s")
LAST_SEND_S: Final = place_in(HEADER, "last_send_s")
N_ROWS: Final = place_in(HEADER, "n_rows")
BLOCKS_THERE: Final = place_in(HEADER, "blocks")
SIZE_CLASS: Final = place_in(HEADER, "size_class")
ACCOUNT_KIND: Final = place_in(HEADER, "kind")
STATUS: Final = place_in(HEADER, "status")

# Places of a row's fields.
PEER: Final = place_in(ROW, "peer")
FIRST_WROTE_S: Final = place_in(ROW, "first_wrote_s")
LAST_WROTE_S: Final = place_in(ROW, "last_wrote_s")
LAST_HEARD_S: Final = place_in(ROW, "last_heard_s")
UNANSWERED: Final = place_in(ROW, "unanswered")
PEER_KIND: Final = place_in(ROW, "kind")

MESSAGES_BIT: Final = 1 << MESSAGES
GAPS_BIT: Final = 1 << GAPS
WIDE_BIT: Final = 1 << WIDE


def _block_bytes(blocks: int) -> int:
    meter = WIDE_METER_BYTES if blocks & WIDE_BIT else METER_BYTES
    meters = sum(blocks >> b & 1 for b in range(N_METERS))
    gaps = GAPS_BYTES if blocks & MESSAGES_BIT else SENDS_BYTES
    return meters * meter + (gaps if blocks & GAPS_BIT else 0)


BLOCK_BYTES: Final = np.array([_block_bytes(blocks) for blocks in range(1 << 8)], np.int64)
"""Bytes of the blocks that a set of blocks, as bits, takes."""


@leaf
def rows_start(arena: int, place: int) -> int:
    """The place of a ledger's first row."""
    return place + HEADER_BYTES + BLOCK_BYTES[peek_u8(arena, place + BLOCKS_THERE)]


@leaf
def block_start(blocks: int, place: int, block: int) -> int:
    """The place of a block that is there."""
    return place + HEADER_BYTES + BLOCK_BYTES[blocks & (WIDE_BIT | ((1 << block) - 1))]


@leaf
def has_gaps(blocks: int) -> bool:
    """Whether a ledger with these blocks has gaps (with the messages: without them it is the sends)."""
    return blocks & (MESSAGES_BIT | GAPS_BIT) == MESSAGES_BIT | GAPS_BIT


@leaf
def has_sends(blocks: int) -> bool:
    """Whether a ledger with these blocks has sends before its latest, one by one."""
    return blocks & (MESSAGES_BIT | GAPS_BIT) == GAPS_BIT


@leaf
def copy_words(arena: int, source: int, target: int, n_bytes: int) -> None:
    """Copy a multiple of 8 bytes; the two may overlap if the target comes first."""
    for word in range(0, n_bytes, 8):
        poke_u64(arena, target + word, peek_u64(arena, source + word))


@leaf
def note_event(arena: int, place: int, at_s: int) -> Any:
    """Let a ledger note that an event of second ``at_s`` touches it.

    Returns the second at which it takes the event, its latest second by now (which retention goes by), and whether the
    event is late: then it is taken at its own second, as an observation.
    """
    latest_s = peek_u32(arena, place + LATEST_S)
    late = at_s < latest_s - LATE_S
    now_s = at_s if late else max(at_s, latest_s)
    retained_s = max(now_s, latest_s)
    poke_u32(arena, place + LATEST_S, retained_s)
    return now_s, retained_s, late
