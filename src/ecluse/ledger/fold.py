"""The fold: one pass over a ledger's rows that drops what retention has ended and counts the rest by window.

A row is counted in the bin of the shortest window that its second lies in; the signals are running sums of the bins,
since a shorter window lies inside a longer one. The peers of the event being judged are left out of the pass and
counted as they would be if it were let through.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from ecluse.compiled import leaf
from ecluse.events import RECIPIENTS_MAX
from ecluse.ledger.layout import MEMBERS_SHIFT, ROW_BYTES, ROWS_MAX, UNANSWERED_MAX
from ecluse.ledger.memory import peek_u16, peek_u32, peek_u64, poke_u16
from ecluse.ledger.record import (
    FIRST_WROTE_S,
    LAST_HEARD_S,
    LAST_WROTE_S,
    N_ROWS,
    PEER,
    PEER_KIND,
    UNANSWERED,
    copy_words,
    rows_start,
)
from ecluse.ledger.retention import has_ended
from ecluse.ledger.signals import N_WINDOWS, SIGNAL_COLUMNS, WINDOWS

# Rows of ``bins``: what is counted, by the window that a row's latest write lies in.
RECIPIENTS: Final = 0
STRANGERS: Final = 1
ANSWERED: Final = 2
UNANSWERED_MESSAGES: Final = 3
REACH: Final = 4
NEW_CONTACTS: Final = 5  # by the window of the first write
PEERS_WROTE: Final = 6  # of this event's peers, by the window in which they last wrote
N_BINS: Final = 7

OUTSIDE: Final = N_WINDOWS
"""The bin of what lies in no window."""

SLOTS: Final = 4 * RECIPIENTS_MAX
"""Slots of the table in which an event's peers are looked up."""

_W0, _W1, _W2, _W3 = WINDOWS.values()
_U = np.uint64

C_RECIPIENTS: Final = SIGNAL_COLUMNS["recipients.1m"]
C_STRANGERS: Final = SIGNAL_COLUMNS["strangers.1m"]
C_NEW_CONTACTS: Final = SIGNAL_COLUMNS["new_contacts.1m"]
C_REPLY_RATIO: Final = SIGNAL_COLUMNS["reply_ratio.1m"]
C_UNANSWERED: Final = SIGNAL_COLUMNS["unanswered_messages.1m"]
C_REACH: Final = SIGNAL_COLUMNS["reach.1m"]
C_PEER_WROTE: Final = SIGNAL_COLUMNS["peer_wrote_within.1m"]


@leaf
def window_of(second: int, now_s: int) -> int:
    """The shortest window that ``second`` lies in at ``now_s``; OUTSIDE for none."""
    age_s = now_s - second
    return (age_s >= _W0) + (age_s >= _W1) + (age_s >= _W2) + (age_s >= _W3)


@leaf
def table_peers(peers: Any, start: int, count: int, slots: Any) -> None:
    """Enter the peers of an event into the empty table ``slots`` (int32, shape (SLOTS,)): place + 1 in the event."""
    for k in range(count):
        slot = np.int64(peers[start + k] & _U(SLOTS - 1))
        while slots[slot] != 0:
            slot = (slot + 1) & (SLOTS - 1)
        slots[slot] = k + 1


@leaf
def place_of_peer(peer: Any, peers: Any, start: int, count: int, slots: Any) -> int:
    """Which of the event's peers ``peer`` is, or -1."""
    if count == 1:
        return 0 if peer == peers[start] else -1
    if count == 0:
        return -1
    slot = np.int64(peer & _U(SLOTS - 1))
    while slots[slot] != 0:
        k = slots[slot] - 1
        if peers[start + k] == peer:
            return k
        slot = (slot + 1) & (SLOTS - 1)
    return -1


@leaf
def fold_rows(
    arena: int,
    place: int,
    now_s: int,
    retained_s: int,
    peers: Any,
    start: int,
    count: int,
    slots: Any,
    row_of: Any,
    bins: Any,
) -> None:
    """Drop the rows whose retention has ended by ``retained_s``; bin the others; find the rows of the event's peers.

    row_of: int64, shape (RECIPIENTS_MAX,), set to the place of each peer's row, 0 for none. bins: int64, shape
    (N_BINS, N_WINDOWS + 1), emptied first. Cost: about a nanosecond a row.
    """
    for k in range(count):
        row_of[k] = 0
    bins[:, :] = 0
    row = rows_start(arena, place)
    end = row + peek_u16(arena, place + N_ROWS) * ROW_BYTES
    first = row
    while row < end:
        wrote_s = peek_u32(arena, row + LAST_WROTE_S)
        heard_s = peek_u32(arena, row + LAST_HEARD_S)
        if has_ended(wrote_s, heard_s, retained_s):
            end -= ROW_BYTES
            copy_words(arena, end, row, ROW_BYTES)
            continue
        k = place_of_peer(peek_u64(arena, row + PEER), peers, start, count, slots)
        if k >= 0:
            row_of[k] = row
        else:
            window = window_of(wrote_s, now_s)
            if window != OUTSIDE:
                first_s = peek_u32(arena, row + FIRST_WROTE_S)
                bins[RECIPIENTS, window] += 1
                bins[STRANGERS, window] += heard_s == 0
                bins[ANSWERED, window] += heard_s > 0 and heard_s >= first_s
                bins[UNANSWERED_MESSAGES, window] += peek_u16(arena, row + UNANSWERED)
                bins[REACH, window] += peek_u16(arena, row + PEER_KIND) >> MEMBERS_SHIFT
                bins[NEW_CONTACTS, window_of(first_s, now_s)] += 1
        row += ROW_BYTES
    poke_u16(arena, place + N_ROWS, (end - first) // ROW_BYTES)


@leaf
def peer_row(arena: int, row: int, group_heard_s: int, now_s: int) -> Any:
    """What the row of a peer says once it is written to at ``now_s``: first wrote, heard, unanswered.

    row: its place, or 0 for a new one. group_heard_s: when another member last wrote, if the peer is a group.
    """
    if row == 0:
        return now_s, group_heard_s, 1
    first_s = peek_u32(arena, row + FIRST_WROTE_S)
    heard_s = peek_u32(arena, row + LAST_HEARD_S)
    unanswered = peek_u16(arena, row + UNANSWERED)
    if group_heard_s > heard_s:
        heard_s = group_heard_s
        if group_heard_s >= peek_u32(arena, row + LAST_WROTE_S):
            unanswered = 0
    return (first_s if first_s > 0 else now_s), heard_s, min(unanswered + 1, UNANSWERED_MAX)


@leaf
def peer_members(arena: int, row: int, members: int) -> int:
    """How many people a peer stands for: what the event says, else what the row says, else 1."""
    if members > 0:
        return members
    return 1 if row == 0 else peek_u16(arena, row + PEER_KIND) >> MEMBERS_SHIFT


@leaf
def fold_peers(arena: int, now_s: int, count: int, row_of: Any, group_heard_s: int, members: int, bins: Any) -> None:
    """Bin the event's peers as if they had just been written to. members: of the group, 0 for unknown or a person."""
    for k in range(count):
        first_s, heard_s, unanswered = peer_row(arena, row_of[k], group_heard_s, now_s)
        bins[RECIPIENTS, 0] += 1
        bins[STRANGERS, 0] += heard_s == 0
        bins[ANSWERED, 0] += heard_s > 0 and heard_s >= first_s
        bins[UNANSWERED_MESSAGES, 0] += unanswered
        bins[REACH, 0] += peer_members(arena, row_of[k], members)
        bins[NEW_CONTACTS, window_of(first_s, now_s)] += 1
        bins[PEERS_WROTE, window_of(heard_s, now_s)] += 1


@leaf
def peers_reach(arena: int, count: int, row_of: Any, members: int) -> int:
    """People behind the event's peers. members: of the group, 0 for unknown or a person."""
    people = 0
    for k in range(count):
        people += peer_members(arena, row_of[k], members)
    return people


@leaf
def read_bins(bins: Any, count: int, signals: Any) -> None:
    """Turn the bins into running sums and write the signals of the rows. count: peers of the event."""
    for window in range(1, N_WINDOWS):
        for b in range(N_BINS):
            bins[b, window] += bins[b, window - 1]
    for window in range(N_WINDOWS):
        read_sums(
            bins[RECIPIENTS, window],
            bins[STRANGERS, window],
            bins[ANSWERED, window],
            bins[UNANSWERED_MESSAGES, window],
            bins[REACH, window],
            bins[NEW_CONTACTS, window],
            bins[PEERS_WROTE, window],
            count,
            window,
            signals,
        )


@leaf
def read_sums(
    recipients: int,
    strangers: int,
    answered: int,
    unanswered: int,
    reach: int,
    new: int,
    wrote: int,
    count: int,
    window: int,
    signals: Any,
) -> None:
    """Write the signals of the rows for one window, from sums over it; what saturates is "at least" ROWS_MAX."""
    signals[C_RECIPIENTS + window] = min(recipients, ROWS_MAX)
    signals[C_STRANGERS + window] = min(strangers, ROWS_MAX)
    signals[C_NEW_CONTACTS + window] = min(new, ROWS_MAX)
    signals[C_REPLY_RATIO + window] = answered / recipients if recipients > 0 else np.nan
    signals[C_UNANSWERED + window] = unanswered
    signals[C_REACH + window] = reach
    signals[C_PEER_WROTE + window] = wrote / count if count > 0 else np.nan
