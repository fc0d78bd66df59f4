"""Reports and blocks: counted once each, and only by people whom the account wrote to of itself.

Both ledgers have a row for the other, with the second at which its owner first wrote. Who was never written to, or
began the talk, is not counted: so no crowd that the account left alone can do anything here, however large.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ecluse.compiled import kernel
from ecluse.ledger.allocation import ARENA, find
from ecluse.ledger.layout import BLOCKS, HAS_BLOCKED, HAS_REPORTED, REPORTS
from ecluse.ledger.memory import peek_u16, peek_u32, poke_u16
from ecluse.ledger.meters import count
from ecluse.ledger.record import FIRST_WROTE_S, PEER_KIND, note_event
from ecluse.ledger.retention import retain_and_find


@kernel
def hear_complaint(control: Any, reporter_place: int, event: Any, reporter_s: int, is_report: bool) -> None:
    """Count a report, or a block, in the ledger of the account that it is about.

    reporter_place: of the ledger of who reports; reporter_s: the second up to which its rows are retained.
    """
    arena = control[ARENA]
    place = find(control, event.subject)
    if place == 0:
        return
    now_s, retained_s, _ = note_event(arena, place, np.int64(event.at_s))
    row = retain_and_find(arena, place, retained_s, event.sender)
    mark = HAS_REPORTED if is_report else HAS_BLOCKED
    if row == 0 or peek_u16(arena, row + PEER_KIND) & mark:
        return
    wrote_s = peek_u32(arena, row + FIRST_WROTE_S)
    own = retain_and_find(arena, reporter_place, reporter_s, event.subject)
    answered_s = peek_u32(arena, own + FIRST_WROTE_S) if own != 0 else 0
    if wrote_s == 0 or 0 < answered_s < wrote_s:
        return
    poke_u16(arena, row + PEER_KIND, peek_u16(arena, row + PEER_KIND) | mark)
    count(control, place, REPORTS if is_report else BLOCKS, now_s, 1)
