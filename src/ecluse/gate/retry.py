"""When a refused sender may write again, exactly: the first second at which the same event would be let through.

Nothing changes between two moments at which something leaves a window, so the rules are asked again at each such
moment, in order. The sums over rows are not counted anew: a sweep takes out of them what has left. Moments are only
collected for the windows that refusing (or, for a delay, delaying) rules look at, and for those of the rules that
let an event pass before them.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from ecluse.compiled import kernel, leaf
from ecluse.events import RECIPIENTS_MAX
from ecluse.gate.flips import OTHER, add_moment, collect_age_flips, collect_gap_flips, collect_meter_ends
from ecluse.gate.heap import heapify, pop
from ecluse.ledger.allocation import ARENA
from ecluse.ledger.fold import (
    ANSWERED,
    C_NEW_CONTACTS,
    C_PEER_WROTE,
    C_REACH,
    C_RECIPIENTS,
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
from ecluse.ledger.gaps import WINDOWS_S, read_gaps
from ecluse.ledger.layout import KNOWN_S, MEMBERS_SHIFT, ONE_WAY_S, ROW_BYTES, ROWS_MAX
from ecluse.ledger.memory import peek_u16, peek_u32, peek_u64
from ecluse.ledger.reading import C_ACCOUNT_AGE, C_GAPS, is_send, read_header
from ecluse.ledger.record import (
    FIRST_WROTE_S,
    LAST_HEARD_S,
    LAST_WROTE_S,
    N_ROWS,
    PEER,
    PEER_KIND,
    REGISTERED_S,
    UNANSWERED,
    rows_start,
)
from ecluse.ledger.retention import has_ended
from ecluse.ledger.signals import N_WINDOWS
from ecluse.terms import CONDITIONS_MAX, Outcome
from ecluse.terms.evaluate import evaluate

PASS: Final = int(Outcome.PASS)

# A moment is one uint64: its second, then what happens at it.
_ROW_BITS: Final = 12
_WINDOW_SHIFT: Final = _ROW_BITS
_FIRST: Final = 1 << (_ROW_BITS + 2)  # the row's first write leaves the window, not its last
_PEERS: Final = 1 << (_ROW_BITS + 3)  # something about the event's peers changes
assert 1 << _ROW_BITS == ROWS_MAX
assert OTHER > _PEERS | _FIRST

MOMENTS_MAX: Final = 2 * N_WINDOWS * ROWS_MAX + (2 * N_WINDOWS + 2) * RECIPIENTS_MAX + 8 * CONDITIONS_MAX + 2
_U = np.uint64
_LOW: Final = _U(0xFFFFFFFF)
_32: Final = _U(32)


@kernel
def seconds_to_wait(
    control: Any,
    place: int,
    now_s: int,
    kind: int,
    recipients: int,
    peers: Any,
    start: int,
    n_peers: int,
    heard_s: int,
    members: int,
    scratch: Any,
    terms: Any,
    outcome: int,
    signals: Any,
) -> int:
    """Seconds after ``now_s`` at which the rules would say less than ``outcome``; NO_RETRY if waiting never helps.

    outcome: REFUSE or DELAY. signals: the event's row, left as it is. The ledger is as the verdict leaves it.
    Cost: a heap of the moments, then one asking of the rules for each of them up to the answer.
    """
    arena = control[ARENA]
    row = scratch.later
    for column in range(len(row)):
        row[column] = signals[column]
    n = _collect(arena, place, now_s, kind, peers, start, n_peers, heard_s, scratch, terms, outcome)
    moments = scratch.moments
    heapify(moments, n)
    sums, peer_sums = scratch.sums, scratch.peer_sums
    _sum_rows(arena, place, now_s, peers, start, n_peers, scratch.slots, sums)
    _sum_peers(arena, now_s, n_peers, scratch.row_of, heard_s, members, peer_sums)
    read_header(arena, place, now_s, kind, recipients, row)
    registered_s = peek_u32(arena, place + REGISTERED_S)
    while n > 0:
        second = np.int64(moments[0] >> _32)
        peers_change, others_change = False, False
        while n > 0 and np.int64(moments[0] >> _32) == second:
            code = np.int64(moments[0] & _LOW)
            if code == _PEERS:
                peers_change = True
            elif code == OTHER:
                others_change = True
            else:
                _take_out(arena, place, code, sums)
            n = pop(moments, n)
        if peers_change:
            _sum_peers(arena, second, n_peers, scratch.row_of, heard_s, members, peer_sums)
        if others_change:
            read_header(arena, place, second, kind, recipients, row)
        else:
            read_gaps(arena, place, second, is_send(kind), row, C_GAPS)
        if registered_s > 0:
            row[C_ACCOUNT_AGE] = max(0, second - registered_s)
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
                row,
            )
        if evaluate(terms, kind, row, scratch.spoke_later) < outcome:
            return second - now_s
    return -1


@kernel
def _collect(
    arena: int,
    place: int,
    now_s: int,
    kind: int,
    peers: Any,
    start: int,
    n_peers: int,
    heard_s: int,
    scratch: Any,
    terms: Any,
    outcome: int,
) -> int:
    """Write every later moment at which a rule that matters may say something else. Returns how many."""
    moments = scratch.moments
    by_last, by_first, by_heard = 0, 0, 0  # windows that matter, as bits
    n = add_moment(moments, 0, now_s + 1, now_s, _PEERS)  # this second itself passes: the first write of a new row,
    n = add_moment(moments, n, now_s + 1, now_s, OTHER)  # and the attempt that was just counted
    for r in range(len(terms.rules)):
        rule = terms.rules[r]
        if rule.outcome != PASS and rule.outcome < outcome:
            continue
        for c in range(rule.start, rule.stop):
            condition = terms.conditions[c]
            column = np.int64(condition.signal)
            if C_NEW_CONTACTS <= column < C_NEW_CONTACTS + N_WINDOWS:
                by_first |= 1 << (column - C_NEW_CONTACTS)
            elif C_RECIPIENTS <= column < C_REACH + N_WINDOWS:
                by_last |= 1 << (column - C_RECIPIENTS) % N_WINDOWS
            elif C_PEER_WROTE <= column < C_PEER_WROTE + N_WINDOWS:
                by_heard |= 1 << (column - C_PEER_WROTE)
            elif column == C_ACCOUNT_AGE:
                n = collect_age_flips(peek_u32(arena, place + REGISTERED_S), now_s, condition, moments, n)
            elif C_GAPS <= column < C_GAPS + N_WINDOWS:
                if is_send(kind):
                    n = collect_gap_flips(arena, place, column - C_GAPS, now_s, condition, moments, n)
            else:
                n = collect_meter_ends(arena, place, column, now_s, moments, n)
    row = rows_start(arena, place)
    for i in range(peek_u16(arena, place + N_ROWS)):
        wrote_s = peek_u32(arena, row + LAST_WROTE_S)
        in_reach = wrote_s > now_s - WINDOWS_S[N_WINDOWS - 1]
        if in_reach and place_of_peer(peek_u64(arena, row + PEER), peers, start, n_peers, scratch.slots) < 0:
            first_s = peek_u32(arena, row + FIRST_WROTE_S)
            for window in range(N_WINDOWS):
                code = i | window << _WINDOW_SHIFT
                if by_last >> window & 1:
                    n = add_moment(moments, n, wrote_s + WINDOWS_S[window], now_s, code)
                if by_first >> window & 1:
                    n = add_moment(moments, n, first_s + WINDOWS_S[window], now_s, code | _FIRST)
        row += ROW_BYTES
    for k in range(n_peers):
        row = scratch.row_of[k]
        peer_heard_s = heard_s
        if row != 0:
            peer_heard_s = max(heard_s, peek_u32(arena, row + LAST_HEARD_S))
            first_s = peek_u32(arena, row + FIRST_WROTE_S)
            silent_s = max(peek_u32(arena, row + LAST_WROTE_S), peek_u32(arena, row + LAST_HEARD_S))
            n = add_moment(moments, n, silent_s + ONE_WAY_S, now_s, _PEERS)
            n = add_moment(moments, n, silent_s + KNOWN_S, now_s, _PEERS)
            for window in range(N_WINDOWS):
                if by_first >> window & 1 and first_s > 0:
                    n = add_moment(moments, n, first_s + WINDOWS_S[window], now_s, _PEERS)
        if peer_heard_s > 0:
            for window in range(N_WINDOWS):
                if by_heard >> window & 1:
                    n = add_moment(moments, n, peer_heard_s + WINDOWS_S[window], now_s, _PEERS)
    if heard_s > 0:
        n = add_moment(moments, n, heard_s + ONE_WAY_S, now_s, _PEERS)
    return n


@kernel
def _sum_rows(arena: int, place: int, now_s: int, peers: Any, start: int, n_peers: int, slots: Any, sums: Any) -> None:
    """Sum, by window, over the rows of all but the event's peers."""
    sums[:, :] = 0
    row = rows_start(arena, place)
    for _ in range(peek_u16(arena, place + N_ROWS)):
        if place_of_peer(peek_u64(arena, row + PEER), peers, start, n_peers, slots) < 0:
            for window in range(window_of(peek_u32(arena, row + LAST_WROTE_S), now_s), N_WINDOWS):
                _change(arena, row, window, 1, sums)
            if window_of(peek_u32(arena, row + LAST_WROTE_S), now_s) != OUTSIDE:
                for window in range(window_of(peek_u32(arena, row + FIRST_WROTE_S), now_s), N_WINDOWS):
                    sums[NEW_CONTACTS, window] += 1
        row += ROW_BYTES


@leaf
def _take_out(arena: int, place: int, code: int, sums: Any) -> None:
    """Take a row out of the sums of a window that it leaves."""
    row = rows_start(arena, place) + (code & (ROWS_MAX - 1)) * ROW_BYTES
    window = code >> _WINDOW_SHIFT & 3
    if code & _FIRST:
        sums[NEW_CONTACTS, window] -= 1
    else:
        _change(arena, row, window, -1, sums)


@leaf
def _change(arena: int, row: int, window: int, by: int, sums: Any) -> None:
    heard_s = peek_u32(arena, row + LAST_HEARD_S)
    sums[RECIPIENTS, window] += by
    sums[STRANGERS, window] += by * (heard_s == 0)
    sums[ANSWERED, window] += by * (heard_s > 0 and heard_s >= peek_u32(arena, row + FIRST_WROTE_S))
    sums[UNANSWERED_MESSAGES, window] += by * peek_u16(arena, row + UNANSWERED)
    sums[REACH, window] += by * (peek_u16(arena, row + PEER_KIND) >> MEMBERS_SHIFT)


@kernel
def _sum_peers(arena: int, second: int, n_peers: int, row_of: Any, heard_s: int, members: int, sums: Any) -> None:
    """Sum, by window, over the event's peers if it were judged at ``second``, when some rows may be gone."""
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
