"""The moments at which something leaves a window, so that a rule may change its mind.

A moment is one uint64: its second in the upper half, then what happens: a row leaves a window, something about the
event's peers changes, or a meter, gap or age does.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from ecluse.compiled import kernel, leaf
from ecluse.events import RECIPIENTS_MAX
from ecluse.gate.content import (
    BUCKET_ENDS_MAX,
    C_AGE,
    C_SHARED,
    collect_bucket_ends,
    first_sent_s,
    windows_asked,
)
from ecluse.gate.flips import (
    OTHER,
    add_moment,
    collect_age_flips,
    collect_gap_flips,
    collect_meter_ends,
    collect_place_bounds,
)
from ecluse.gate.sums import change
from ecluse.ledger.fold import C_NEW_CONTACTS, C_PEER_WROTE, C_REACH, C_RECIPIENTS, NEW_CONTACTS, place_of_peer
from ecluse.ledger.forwards import C_FORWARD_CHATS
from ecluse.ledger.gaps import WINDOWS_S
from ecluse.ledger.layout import KNOWN_S, ONE_WAY_S, ROW_BYTES, ROWS_MAX
from ecluse.ledger.memory import peek_u16, peek_u32, peek_u64
from ecluse.ledger.reading import C_ACCOUNT_AGE, C_GAPS, is_send
from ecluse.ledger.record import (
    FIRST_WROTE_S,
    LAST_HEARD_S,
    LAST_WROTE_S,
    N_ROWS,
    PEER,
    REGISTERED_S,
    rows_start,
)
from ecluse.ledger.signals import N_WINDOWS
from ecluse.terms import PLACES_MAX, VARIANT_CONDITIONS_MAX
from ecluse.terms.evaluate import ENFORCE, PASS

_ROW_BITS: Final = 12
_WINDOW_SHIFT: Final = _ROW_BITS
_FIRST: Final = 1 << (_ROW_BITS + 2)  # the row's first write leaves the window, not its last
PEERS: Final = 1 << (_ROW_BITS + 3)
"""What happens at a moment when the event's peers change."""
assert 1 << _ROW_BITS == ROWS_MAX
assert OTHER > PEERS | _FIRST

MOMENTS_MAX: Final = (
    3 * N_WINDOWS * ROWS_MAX
    + (2 * N_WINDOWS + 2) * RECIPIENTS_MAX
    + 9 * VARIANT_CONDITIONS_MAX
    + 4 * PLACES_MAX
    + 8
    + BUCKET_ENDS_MAX
)
"""Moments of the largest ledger, event and terms."""


@kernel
def collect_moments(
    arena: int,
    place: int,
    second: int,
    kind: int,
    peers: Any,
    start: int,
    n_peers: int,
    heard_s: int,
    scratch: Any,
    ledgers: Any,
    terms: Any,
    outcome: int,
    only: int,
) -> int:
    """Write every moment after ``second`` at which a rule that matters may say something else. Returns how many.

    only: the rule that matters, besides those that let pass; or -1 for all that say at least ``outcome``.
    """
    moments = scratch.moments
    by_last, by_first, by_heard, by_chats, shared = 0, 0, 0, 0, 0  # windows that matter, as bits
    asks_shared = False
    n = add_moment(moments, 0, second + 1, second, PEERS)  # the second itself passes: the first write of a new row,
    n = add_moment(moments, n, second + 1, second, OTHER)  # and the attempt that was just counted
    for s in range(len(terms.scopes)):
        n = collect_place_bounds(peek_u32(arena, place + REGISTERED_S), second, terms.scopes[s], moments, n)
    for r in range(len(terms.rules)):
        rule = terms.rules[r]
        matters = rule.outcome == PASS or (rule.outcome >= outcome and (only < 0 or r == only))
        if rule.mode != ENFORCE or not matters:
            continue
        for c in range(rule.start, rule.stop):
            condition = terms.conditions[c]
            column = np.int64(condition.signal)
            if C_NEW_CONTACTS <= column < C_NEW_CONTACTS + N_WINDOWS:
                by_first |= 1 << (column - C_NEW_CONTACTS)
                by_last |= 1 << (column - C_NEW_CONTACTS)
            elif C_RECIPIENTS <= column < C_REACH + N_WINDOWS:
                by_last |= 1 << (column - C_RECIPIENTS) % N_WINDOWS
            elif C_PEER_WROTE <= column < C_PEER_WROTE + N_WINDOWS:
                by_heard |= 1 << (column - C_PEER_WROTE)
            elif C_FORWARD_CHATS <= column < C_FORWARD_CHATS + N_WINDOWS:
                by_chats |= 1 << (column - C_FORWARD_CHATS)
            elif column == C_AGE:
                sent_s = first_sent_s(ledgers, scratch.shared)
                n = collect_age_flips(sent_s, second, condition.low, condition.high, moments, n)
                asks_shared = True
            elif column >= C_SHARED:
                shared |= windows_asked(column)
                asks_shared = True
            elif column == C_ACCOUNT_AGE:
                n = collect_age_flips(
                    peek_u32(arena, place + REGISTERED_S), second, condition.low, condition.high, moments, n
                )
            elif C_GAPS <= column < C_GAPS + N_WINDOWS:
                if is_send(kind):
                    n = collect_gap_flips(arena, place, column - C_GAPS, second, condition, moments, n)
            else:
                n = collect_meter_ends(arena, place, column, second, moments, n)
    if asks_shared:
        n = collect_bucket_ends(ledgers, scratch.shared, shared, second, moments, n)
    if by_last != 0:
        n = _collect_rows(arena, place, second, peers, start, n_peers, scratch.slots, by_last, by_first, moments, n)
    if by_chats != 0 and scratch.forwards != 0:
        n = _collect_chats(arena, scratch.forwards, second, by_chats, moments, n)
    return _collect_peers(arena, second, n_peers, heard_s, scratch.row_of, by_first, by_heard, moments, n)


@kernel
def _collect_rows(
    arena: int,
    place: int,
    second: int,
    peers: Any,
    start: int,
    n_peers: int,
    slots: Any,
    by_last: int,
    by_first: int,
    moments: Any,
    n: int,
) -> int:
    """Add the moments at which rows of all but the event's peers leave the windows that matter."""
    row = rows_start(arena, place)
    for i in range(peek_u16(arena, place + N_ROWS)):
        wrote_s = peek_u32(arena, row + LAST_WROTE_S)
        in_reach = wrote_s > second - WINDOWS_S[N_WINDOWS - 1]
        if in_reach and place_of_peer(peek_u64(arena, row + PEER), peers, start, n_peers, slots) < 0:
            first_s = peek_u32(arena, row + FIRST_WROTE_S)
            for window in range(N_WINDOWS):
                code = i | window << _WINDOW_SHIFT
                if by_last >> window & 1:
                    n = add_moment(moments, n, wrote_s + WINDOWS_S[window], second, code)
                if by_first >> window & 1:
                    n = add_moment(moments, n, first_s + WINDOWS_S[window], second, code | _FIRST)
        row += ROW_BYTES
    return n


@kernel
def _collect_chats(arena: int, place: int, second: int, by_chats: int, moments: Any, n: int) -> int:
    """Add the moments at which chats that the message was forwarded to leave the windows that matter."""
    row = rows_start(arena, place)
    for _ in range(peek_u16(arena, place + N_ROWS)):
        for window in range(N_WINDOWS):
            if by_chats >> window & 1:
                n = add_moment(moments, n, peek_u32(arena, row + LAST_WROTE_S) + WINDOWS_S[window], second, OTHER)
        row += ROW_BYTES
    return n


@kernel
def _collect_peers(
    arena: int,
    second: int,
    n_peers: int,
    heard_s: int,
    row_of: Any,
    by_first: int,
    by_heard: int,
    moments: Any,
    n: int,
) -> int:
    """Add the moments at which the event's peers leave windows, or their rows the ledger."""
    for k in range(n_peers):
        row = row_of[k]
        peer_heard_s = heard_s
        if row != 0:
            peer_heard_s = max(heard_s, peek_u32(arena, row + LAST_HEARD_S))
            first_s = peek_u32(arena, row + FIRST_WROTE_S)
            silent_s = max(peek_u32(arena, row + LAST_WROTE_S), peek_u32(arena, row + LAST_HEARD_S))
            n = add_moment(moments, n, silent_s + ONE_WAY_S, second, PEERS)
            n = add_moment(moments, n, silent_s + KNOWN_S, second, PEERS)
            for window in range(N_WINDOWS):
                if by_first >> window & 1 and first_s > 0:
                    n = add_moment(moments, n, first_s + WINDOWS_S[window], second, PEERS)
        if peer_heard_s > 0:
            for window in range(N_WINDOWS):
                if by_heard >> window & 1:
                    n = add_moment(moments, n, peer_heard_s + WINDOWS_S[window], second, PEERS)
    if heard_s > 0:
        n = add_moment(moments, n, heard_s + ONE_WAY_S, second, PEERS)
        n = add_moment(moments, n, heard_s + 1, second, PEERS)  # a new row's first write overtakes what was heard
    return n


@leaf
def take_out(arena: int, place: int, code: int, sums: Any) -> None:
    """Take a row out of the sums of a window that it leaves."""
    row = rows_start(arena, place) + (code & (ROWS_MAX - 1)) * ROW_BYTES
    window = code >> _WINDOW_SHIFT & 3
    if code & _FIRST:
        sums[NEW_CONTACTS, window] -= 1
    else:
        change(arena, row, window, -1, sums)
