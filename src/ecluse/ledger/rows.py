"""Changing rows: writing to a peer, hearing from one, and who makes room when a ledger is full."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from ecluse.compiled import kernel, leaf
from ecluse.ledger.allocation import ARENA, add_row, find
from ecluse.ledger.fold import peer_members, peer_row, place_of_peer
from ecluse.ledger.layout import (
    GROUP,
    KIND_MASK,
    MEMBERS_SHIFT,
    ONE_WAY_S,
    PERSON,
    ROW_BYTES,
    ROWS_KNOWN_MAX,
    ROWS_MAX,
    SAID_MASK,
    UNANSWERED_MAX,
)
from ecluse.ledger.memory import peek_u16, peek_u32, peek_u64, poke_u16, poke_u32, poke_u64
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
from ecluse.ledger.retention import has_ended, silent_s

_U = np.uint64


@leaf
def write_row(arena: int, row: int, group_heard_s: int, now_s: int, is_group: bool, members: int) -> None:
    """Let a row say that the account wrote to its peer at ``now_s``."""
    first_s, heard_s, unanswered = peer_row(arena, row, group_heard_s, now_s)
    people = peer_members(arena, row, members)
    kind = GROUP if is_group else peek_u16(arena, row + PEER_KIND) & KIND_MASK
    poke_u32(arena, row + FIRST_WROTE_S, first_s)
    poke_u32(arena, row + LAST_WROTE_S, now_s)
    poke_u32(arena, row + LAST_HEARD_S, heard_s)
    poke_u16(arena, row + UNANSWERED, unanswered)
    poke_u16(arena, row + PEER_KIND, kind | peek_u16(arena, row + PEER_KIND) & SAID_MASK | people << MEMBERS_SHIFT)


@leaf
def observe_row(arena: int, row: int, at_s: int, is_group: bool, members: int) -> None:
    """Let a row say that the account wrote to its peer at ``at_s``, which is long past."""
    first_s = peek_u32(arena, row + FIRST_WROTE_S)
    people = peer_members(arena, row, members)
    kind = GROUP if is_group else peek_u16(arena, row + PEER_KIND) & KIND_MASK
    poke_u32(arena, row + FIRST_WROTE_S, at_s if first_s == 0 else min(first_s, at_s))
    poke_u32(arena, row + LAST_WROTE_S, max(peek_u32(arena, row + LAST_WROTE_S), at_s))
    if at_s > peek_u32(arena, row + LAST_HEARD_S):
        poke_u16(arena, row + UNANSWERED, min(UNANSWERED_MAX, peek_u16(arena, row + UNANSWERED) + 1))
    poke_u16(arena, row + PEER_KIND, kind | peek_u16(arena, row + PEER_KIND) & SAID_MASK | people << MEMBERS_SHIFT)


@leaf
def hear_row(arena: int, row: int, at_s: int, kind: int) -> None:
    """Let a row say that its peer wrote to the account at ``at_s``. kind: of the peer, or -1 as it was."""
    poke_u32(arena, row + LAST_HEARD_S, max(peek_u32(arena, row + LAST_HEARD_S), at_s))
    if at_s >= peek_u32(arena, row + LAST_WROTE_S):
        poke_u16(arena, row + UNANSWERED, 0)
    if kind >= 0:
        poke_u16(arena, row + PEER_KIND, peek_u16(arena, row + PEER_KIND) & ~KIND_MASK | kind)


@kernel
def insert_written(
    control: Any, place: int, peer: Any, retained_s: int, peers: Any, start: int, count: int, slots: Any
) -> Any:
    """A blank row for a peer that the account writes to. Returns the ledger's place and the row's, or 0.

    In a full ledger the longest-silent row makes room, one only heard from first, but none of this event's peers.
    """
    victim = 0
    n_rows = peek_u16(control[ARENA], place + N_ROWS)
    if n_rows >= ROWS_KNOWN_MAX:
        known, heard, any_row = _victims(control[ARENA], place, retained_s, peers, start, count, slots)
        victim = known
        if victim == 0 and n_rows >= ROWS_MAX:
            victim = heard if heard != 0 else any_row
    return _blank_row(control, place, victim, peer)


@kernel
def insert_heard(control: Any, place: int, peer: Any, retained_s: int, peers: Any, slots: Any) -> Any:
    """A blank row for a peer that writes to the account. Returns the ledger's place and the row's, 0 if it can't stay.

    In a full ledger only a row that is also only heard from makes room.
    """
    victim = 0
    n_rows = peek_u16(control[ARENA], place + N_ROWS)
    if n_rows >= ROWS_KNOWN_MAX:
        known, heard, _ = _victims(control[ARENA], place, retained_s, peers, 0, 0, slots)
        victim = known
        if victim == 0 and n_rows >= ROWS_MAX:
            victim = heard
            if victim == 0:
                return place, 0
    return _blank_row(control, place, victim, peer)


@kernel
def _blank_row(control: Any, place: int, victim: int, peer: Any) -> Any:
    """A row for ``peer`` that says nothing else, in the place of ``victim`` or at the end."""
    arena = control[ARENA]
    row = victim
    if victim == 0:
        moved = add_row(control, place)
        if moved == 0:
            return place, 0
        place = moved
        row = rows_start(arena, place) + (peek_u16(arena, place + N_ROWS) - 1) * ROW_BYTES
    poke_u64(arena, row + PEER, peer)
    poke_u64(arena, row + FIRST_WROTE_S, _U(0))
    poke_u64(arena, row + LAST_HEARD_S, _U((PERSON | 1 << MEMBERS_SHIFT) << 48))
    return place, row


@kernel
def _victims(arena: int, place: int, retained_s: int, peers: Any, start: int, count: int, slots: Any) -> Any:
    """The rows that may make room, but for the event's peers: in each sort the longest silent, 0 for none.

    The three sorts: silent for over 30 days (a known peer), only heard from, any. Ties: the lowest peer.
    """
    known, heard, any_row = 0, 0, 0
    row = rows_start(arena, place)
    for _ in range(peek_u16(arena, place + N_ROWS)):
        if any_row == 0 or _goes_before(arena, row, any_row):
            if place_of_peer(peek_u64(arena, row + PEER), peers, start, count, slots) < 0:
                any_row = row
                if silent_s(arena, row) <= retained_s - ONE_WAY_S:
                    known = row
                if peek_u32(arena, row + LAST_WROTE_S) == 0:
                    heard = row
        elif (
            peek_u32(arena, row + LAST_WROTE_S) == 0
            and (heard == 0 or _goes_before(arena, row, heard))
            and place_of_peer(peek_u64(arena, row + PEER), peers, start, count, slots) < 0
        ):
            heard = row
        row += ROW_BYTES
    return known, heard, any_row


@leaf
def _goes_before(arena: int, row: int, other: int) -> bool:
    """Whether ``row`` has been silent for longer than ``other``, or as long with a lower peer."""
    since_s, other_s = silent_s(arena, row), silent_s(arena, other)
    if since_s != other_s:
        return since_s < other_s
    return peek_u64(arena, row + PEER) < peek_u64(arena, other + PEER)


@kernel
def group_heard(arena: int, place: int, sender: Any, now_s: int) -> int:
    """When a member of a group other than ``sender`` last wrote, by the group's ledger, which stays as it is; 0: never.

    Who has been silent at ``now_s`` for longer than rows are kept is not heard.
    """
    latest_s = 0
    row = rows_start(arena, place)
    for _ in range(peek_u16(arena, place + N_ROWS)):
        heard_s = peek_u32(arena, row + LAST_HEARD_S)
        if peek_u64(arena, row + PEER) != sender and not has_ended(0, heard_s, now_s):
            latest_s = max(latest_s, heard_s)
        row += ROW_BYTES
    return latest_s


@kernel
def heard_from(control: Any, account: Any, peer: Any, now_s: int) -> int:
    """When ``peer`` last wrote to ``account``, by the peer's own ledger, which stays as it is; 0: never.

    What is longer ago at ``now_s`` than rows are kept does not count.
    """
    place = find(control, peer)
    if place == 0:
        return 0
    arena = control[ARENA]
    row = rows_start(arena, place)
    for _ in range(peek_u16(arena, place + N_ROWS)):
        if peek_u64(arena, row + PEER) == account:
            wrote_s = peek_u32(arena, row + LAST_WROTE_S)
            return 0 if has_ended(0, wrote_s, now_s) else wrote_s
        row += ROW_BYTES
    return 0


WRITERS_KEPT: Final = 2
"""Rows of a group's ledger: the two that wrote last say, to any member, whether somebody else did."""


@kernel
def insert_writer(control: Any, place: int, peer: Any, at_s: int) -> Any:
    """A blank row for a member that writes to a group at ``at_s``. Returns the ledger's place and the row's, or 0."""
    arena = control[ARENA]
    n_rows = peek_u16(arena, place + N_ROWS)
    victim = 0
    if n_rows >= WRITERS_KEPT:
        victim = rows_start(arena, place)
        other = victim + ROW_BYTES
        if peek_u32(arena, other + LAST_HEARD_S) < peek_u32(arena, victim + LAST_HEARD_S):
            victim = other
        if at_s < peek_u32(arena, victim + LAST_HEARD_S):
            return place, 0
    return _blank_row(control, place, victim, peer)
