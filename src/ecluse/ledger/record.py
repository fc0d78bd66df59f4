"""Kernels' view of one ledger: where its header's fields, blocks and rows lie."""

from __future__ import annotations

from typing import Final

import numpy as np

from ecluse.compiled import leaf
from ecluse.ledger.layout import GAPS_BYTES, HEADER, HEADER_BYTES, METER_BYTES, N_METERS, ROW
from ecluse.ledger.memory import peek_u8, peek_u64, poke_u64

# Places of the header's fields.
KEY: Final = int(HEADER.fields["key"][1])
LATEST_S: Final = int(HEADER.fields["latest_s"][1])
REGISTERED_S: Final = int(HEADER.fields["registered_s"][1])
LAST_SEND_S: Final = int(HEADER.fields["last_send_s"][1])
N_ROWS: Final = int(HEADER.fields["n_rows"][1])
BLOCKS_THERE: Final = int(HEADER.fields["blocks"][1])
SIZE_CLASS: Final = int(HEADER.fields["size_class"][1])
ACCOUNT_KIND: Final = int(HEADER.fields["kind"][1])
STATUS: Final = int(HEADER.fields["status"][1])

# Places of a row's fields.
PEER: Final = int(ROW.fields["peer"][1])
FIRST_WROTE_S: Final = int(ROW.fields["first_wrote_s"][1])
LAST_WROTE_S: Final = int(ROW.fields["last_wrote_s"][1])
LAST_HEARD_S: Final = int(ROW.fields["last_heard_s"][1])
UNANSWERED: Final = int(ROW.fields["unanswered"][1])
PEER_KIND: Final = int(ROW.fields["kind"][1])

BLOCK_BYTES: Final = np.array(
    [
        sum((METER_BYTES if b < N_METERS else GAPS_BYTES) for b in range(N_METERS + 1) if blocks >> b & 1)
        for blocks in range(1 << (N_METERS + 1))
    ],
    np.int64,
)
"""Bytes of the blocks that a set of blocks, as bits, takes."""


@leaf
def rows_start(arena: int, place: int) -> int:
    """The place of a ledger's first row."""
    return place + HEADER_BYTES + BLOCK_BYTES[peek_u8(arena, place + BLOCKS_THERE)]


@leaf
def block_start(blocks: int, place: int, block: int) -> int:
    """The place of a block that is there."""
    return place + HEADER_BYTES + BLOCK_BYTES[blocks & ((1 << block) - 1)]


@leaf
def copy_words(arena: int, source: int, target: int, n_bytes: int) -> None:
    """Copy a multiple of 8 bytes; the two may overlap if the target comes first."""
    for word in range(0, n_bytes, 8):
        poke_u64(arena, target + word, peek_u64(arena, source + word))
