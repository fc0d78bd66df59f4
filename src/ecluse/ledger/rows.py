"""Changing rows: writing to a peer, hearing from one, and who makes room when a ledger is full."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from ecluse.compiled import kernel, leaf
from ecluse.ledger.allocation import ARENA, add_row
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
from ecluse.ledger.retention import silent_s

ALL: Final = 1 << 40
"""A second after every other."""

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
    poke_u16(arena, row + PEER_KIND, kind | people << MEMBERS_SHIFT)


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
    poke_u16(arena, row + PEER_KIND, kind | people << MEMBERS_SHIFT)


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
    arena = control[ARENA]
    victim = 0
    n_rows = peek_u16(arena, place + N_ROWS)
    if n_rows >= ROWS_KNOWN_MAX:
        victim = _longest_silent(arena, place, retained_s - ONE_WAY_S, False, peers, start, count, slots)
        if victim == 0 and n_rows >= ROWS_MAX:
            victim = _longest_silent(arena, place, ALL, True, peers, start, count, slots)
            if victim == 0:
                victim = _longest_silent(arena, place, ALL, False, peers, start, count, slots)
    return _blank_row(control, place, victim, peer)


@kernel
def insert_heard(control: Any, place: int, peer: Any, retained_s: int, peers: Any, slots: Any) -> Any:
    """A blank row for a peer that writes to the account. Returns the ledger's place and the row's, 0 if it can't stay.

    In a full ledger only a row that is also only heard from makes room.
    """
    arena = control[ARENA]
    victim = 0
    n_rows = peek_u16(arena, place + N_ROWS)
    if n_rows >= ROWS_KNOWN_MAX:
        victim = _longest_silent(arena, place, retained_s - ONE_WAY_S, False, peers, 0, 0, slots)
        if victim == 0 and n_rows >= ROWS_MAX:
            victim = _longest_silent(arena, place, ALL, True, peers, 0, 0, slots)
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
def _longest_silent(
    arena: int,
    place: int,
    until_s: int,
    only_heard: bool,
    peers: Any,
    start: int,
    count: int,
    slots: Any,
) -> int:
    """The row silent for longest, up to ``until_s``, that is none of the event's peers; ties: the lowest peer; or 0."""
    best, best_s, best_peer = 0, 0, _U(0)
    row = rows_start(arena, place)
    for _ in range(peek_u16(arena, place + N_ROWS)):
        since_s = silent_s(arena, row)
        peer = peek_u64(arena, row + PEER)
        earlier = best == 0 or since_s < best_s or (since_s == best_s and peer < best_peer)
        if (
            since_s <= until_s
            and earlier
            and not (only_heard and peek_u32(arena, row + LAST_WROTE_S) > 0)
            and place_of_peer(peer, peers, start, count, slots) < 0
        ):
            best, best_s, best_peer = row, since_s, peer
        row += ROW_BYTES
    return best


@kernel
def group_heard(arena: int, place: int, sender: Any) -> int:
    """When a member of a group other than ``sender`` last wrote, by the group's ledger; 0 for never."""
    latest_s = 0
    row = rows_start(arena, place)
    for _ in range(peek_u16(arena, place + N_ROWS)):
        if peek_u64(arena, row + PEER) != sender:
            latest_s = max(latest_s, peek_u32(arena, row + LAST_HEARD_S))
        row += ROW_BYTES
    return latest_s


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
