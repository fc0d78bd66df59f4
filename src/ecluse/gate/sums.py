"""Sums over a ledger's rows, by window, for a later second than the one that is judged."""

from __future__ import annotations

from typing import Any

import numpy as np

from ecluse.compiled import kernel, leaf
from ecluse.ledger.fold import (
    ANSWERED,
    C_NEW_CONTACTS,
    C_PEER_WROTE,
    C_REACH,
    C_RECIPIENTS,
    C_REPLY_RATIO,
    C_STRANGERS,
    C_UNANSWERED,
    NEW_CONTACTS,
    OUTSIDE,
    PEERS_WROTE,
    REACH,
    RECIPIENTS,
    STRANGERS,
    UNANSWERED_MESSAGES,
    peer_members,
    peer_row,
    place_of_peer,
    read_sums,
    window_of,
)
from ecluse.ledger.layout import MEMBERS_SHIFT, ROW_BYTES, ROWS_MAX
from ecluse.ledger.memory import peek_u16, peek_u32, peek_u64
from ecluse.ledger.record import (
    FIRST_WROTE_S,
    LAST_HEARD_S,
    LAST_WROTE_S,
    N_ROWS,
    PEER,
    PEER_KIND,
    UNANSWERED,
    rows_start,
)
from ecluse.ledger.retention import has_ended
from ecluse.ledger.signals import N_WINDOWS

_FAMILY_OF = {
    C_RECIPIENTS: RECIPIENTS,
    C_STRANGERS: STRANGERS,
    C_NEW_CONTACTS: NEW_CONTACTS,
    C_UNANSWERED: UNANSWERED_MESSAGES,
    C_REACH: REACH,
}
SUM_OF = np.full(C_REACH + N_WINDOWS, -1, np.int64)
"""Which sum a signal of the rows is, by column; -1 for none."""
for _column, _sum in _FAMILY_OF.items():
    SUM_OF[_column : _column + N_WINDOWS] = _sum


@kernel
def sum_rows(arena: int, place: int, second: int, peers: Any, start: int, n_peers: int, slots: Any, sums: Any) -> None:
    """Sum over the rows of all but the event's peers, as they stand at ``second``."""
    sums[:, :] = 0
    row = rows_start(arena, place)
    for _ in range(peek_u16(arena, place + N_ROWS)):
        window = window_of(peek_u32(arena, row + LAST_WROTE_S), second)
        if window != OUTSIDE and place_of_peer(peek_u64(arena, row + PEER), peers, start, n_peers, slots) < 0:
            for wider in range(window, N_WINDOWS):
                change(arena, row, wider, 1, sums)
            for wider in range(window_of(peek_u32(arena, row + FIRST_WROTE_S), second), N_WINDOWS):
                sums[NEW_CONTACTS, wider] += 1
        row += ROW_BYTES


@leaf
def change(arena: int, row: int, window: int, by: int, sums: Any) -> None:
    """Count a row in a window's sums (``by`` = 1), or take it out (-1); not its first write."""
    heard_s = peek_u32(arena, row + LAST_HEARD_S)
    sums[RECIPIENTS, window] += by
    sums[STRANGERS, window] += by * (heard_s == 0)
    sums[ANSWERED, window] += by * (heard_s > 0 and heard_s >= peek_u32(arena, row + FIRST_WROTE_S))
    sums[UNANSWERED_MESSAGES, window] += by * peek_u16(arena, row + UNANSWERED)
    sums[REACH, window] += by * (peek_u16(arena, row + PEER_KIND) >> MEMBERS_SHIFT)


@kernel
def sum_peers(arena: int, second: int, n_peers: int, row_of: Any, heard_s: int, members: int, sums: Any) -> None:
    """Sum over the event's peers if it were judged at ``second``, when some of their rows may be gone."""
    sums[:, :] = 0
    group_heard_s = 0 if has_ended(0, heard_s, second) else heard_s
    for k in range(n_peers):
        row = row_of[k]
        if row != 0 and has_ended(peek_u32(arena, row + LAST_WROTE_S), peek_u32(arena, row + LAST_HEARD_S), second):
            row = 0
        first_s, peer_heard_s, unanswered = peer_row(arena, row, group_heard_s, second)
        people = peer_members(arena, row, members)
        for window in range(N_WINDOWS):
            sums[RECIPIENTS, window] += 1
            sums[STRANGERS, window] += peer_heard_s == 0
            sums[ANSWERED, window] += peer_heard_s > 0 and peer_heard_s >= first_s
            sums[UNANSWERED_MESSAGES, window] += unanswered
            sums[REACH, window] += people
        for window in range(window_of(first_s, second), N_WINDOWS):
            sums[NEW_CONTACTS, window] += 1
        for window in range(window_of(peer_heard_s, second), N_WINDOWS):
            sums[PEERS_WROTE, window] += 1


@leaf
def sum_value(column: int, sums: Any, peer_sums: Any, n_peers: int) -> float:
    """The value of one signal of the rows, from the sums over rows and over the event's peers."""
    window = column % N_WINDOWS
    if C_REPLY_RATIO <= column < C_REPLY_RATIO + N_WINDOWS:
        recipients = sums[RECIPIENTS, window] + peer_sums[RECIPIENTS, window]
        answered = sums[ANSWERED, window] + peer_sums[ANSWERED, window]
        return answered / recipients if recipients > 0 else np.nan
    if C_PEER_WROTE <= column < C_PEER_WROTE + N_WINDOWS:
        return peer_sums[PEERS_WROTE, window] / n_peers if n_peers > 0 else np.nan
    which = SUM_OF[column]
    value = sums[which, window] + peer_sums[which, window]
    if which in (UNANSWERED_MESSAGES, REACH):
        return float(value)
    return float(min(value, ROWS_MAX))


@kernel
def read_all_sums(sums: Any, peer_sums: Any, n_peers: int, signals: Any) -> None:
    """Write all signals of the rows."""
    for window in range(N_WINDOWS):
        read_sums(
            sums[RECIPIENTS, window] + peer_sums[RECIPIENTS, window],
            sums[STRANGERS, window] + peer_sums[STRANGERS, window],
            sums[ANSWERED, window] + peer_sums[ANSWERED, window],
            sums[UNANSWERED_MESSAGES, window] + peer_sums[UNANSWERED_MESSAGES, window],
            sums[REACH, window] + peer_sums[REACH, window],
            sums[NEW_CONTACTS, window] + peer_sums[NEW_CONTACTS, window],
            peer_sums[PEERS_WROTE, window],
            n_peers,
            window,
            signals,
        )
