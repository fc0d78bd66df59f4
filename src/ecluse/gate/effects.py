"""What a send that was let through leaves behind: rows, meters and gaps of the sender, and what each peer heard."""

from __future__ import annotations

from typing import Any, Final

from ecluse.campaigns.graph import note_answers
from ecluse.compiled import leaf
from ecluse.events import AccountKind
from ecluse.ledger.allocation import ARENA, find_or_create, fit_rows
from ecluse.ledger.fold import fold_rows
from ecluse.ledger.identify import KIND_UNKNOWN
from ecluse.ledger.layout import BUSINESS, PERSON
from ecluse.ledger.memory import peek_u32
from ecluse.ledger.record import LAST_HEARD_S, LAST_WROTE_S, note_event
from ecluse.ledger.retention import retain_and_find
from ecluse.ledger.rows import hear_row, insert_heard, insert_writer, insert_written, observe_row, write_row
from ecluse.ledger.sends import note_send

BUSINESS_ACCOUNT: Final = int(AccountKind.BUSINESS)


@leaf
def keep_sent(
    control: Any,
    place: int,
    peers: Any,
    start: int,
    n_peers: int,
    is_group: bool,
    now_s: int,
    retained_s: int,
    late: bool,
    heard_s: int,
    members: int,
    row_of: Any,
    slots: Any,
    dropped: Any,
    n_dropped: int,
) -> None:
    """Write the sender's rows, then its message and gap."""
    place = _keep_rows(
        control,
        place,
        peers,
        start,
        n_peers,
        is_group,
        now_s,
        retained_s,
        late,
        heard_s,
        members,
        row_of,
        slots,
        dropped,
        n_dropped,
    )
    note_send(control, place, now_s, late)


@leaf
def keep_forwarded(
    control: Any,
    key: Any,
    peers: Any,
    start: int,
    n_peers: int,
    is_group: bool,
    now_s: int,
    retained_s: int,
    late: bool,
    members: int,
    row_of: Any,
    slots: Any,
    bins: Any,
    dropped: Any,
    n_dropped: int,
) -> None:
    """Write the chats that a message was forwarded to into the ledger of its forwards, that of ``key``.

    row_of, bins: to work in. If there is no room for that ledger, nothing is kept.
    """
    place = find_or_create(control, key)
    if place == 0:
        return
    note_event(control[ARENA], place, retained_s)
    fold_rows(control[ARENA], place, now_s, retained_s, peers, start, n_peers, slots, row_of, bins)
    _keep_rows(
        control,
        place,
        peers,
        start,
        n_peers,
        is_group,
        now_s,
        retained_s,
        late,
        0,
        members,
        row_of,
        slots,
        dropped,
        n_dropped,
    )


@leaf
def _keep_rows(
    control: Any,
    place: int,
    peers: Any,
    start: int,
    n_peers: int,
    is_group: bool,
    now_s: int,
    retained_s: int,
    late: bool,
    heard_s: int,
    members: int,
    row_of: Any,
    slots: Any,
    dropped: Any,
    n_dropped: int,
) -> int:
    """Write a row for each peer; those that are there go first, so that none of them makes room. Returns the place."""
    arena = control[ARENA]
    missing = 0
    for k in range(n_peers):
        if not (n_dropped > 0 and dropped[k]):
            if row_of[k] != 0:
                _write(arena, row_of[k], heard_s, now_s, is_group, members, late)
            else:
                missing += 1
    if missing > 1:
        grown = fit_rows(control, place, missing)
        place = grown if grown != 0 else place
    for k in range(n_peers):
        if row_of[k] == 0 and not (n_dropped > 0 and dropped[k]):
            place, row = insert_written(control, place, peers[start + k], retained_s, peers, start, n_peers, slots)
            if row != 0:
                _write(arena, row, heard_s, now_s, is_group, members, late)
    return place


@leaf
def _write(arena: int, row: int, heard_s: int, now_s: int, is_group: bool, members: int, late: bool) -> None:
    if late:
        observe_row(arena, row, now_s, is_group, members)
    else:
        write_row(arena, row, heard_s, now_s, is_group, members)


@leaf
def hear_all(
    control: Any,
    event: Any,
    peers: Any,
    start: int,
    n_peers: int,
    is_group: bool,
    at_s: int,
    slots: Any,
    dropped: Any,
    n_dropped: int,
    graph: Any,
) -> None:
    """Let every peer that gets the message hear from the sender, each at its own second."""
    kind = -1
    if event.sender_kind != KIND_UNKNOWN:
        kind = BUSINESS if event.sender_kind == BUSINESS_ACCOUNT else PERSON
    for k in range(n_peers):
        if n_dropped > 0 and dropped[k]:
            continue
        place = find_or_create(control, peers[start + k])
        if place != 0:
            _hear(control, place, peers[start + k], event.sender, kind, at_s, is_group, peers, slots, graph)


@leaf
def _hear(
    control: Any,
    place: int,
    peer: Any,
    sender: Any,
    kind: int,
    at_s: int,
    is_group: bool,
    peers: Any,
    slots: Any,
    graph: Any,
) -> None:
    arena = control[ARENA]
    now_s, retained_s, _ = note_event(arena, place, at_s)
    row = retain_and_find(arena, place, retained_s, sender)
    if row == 0:
        if is_group:
            place, row = insert_writer(control, place, sender, now_s)
        else:
            place, row = insert_heard(control, place, sender, retained_s, peers, slots)
    if row != 0:
        if not is_group and len(graph.accounts.rows) > 0 and _is_first_answer(arena, row):
            note_answers(graph, peer, 1)
        hear_row(arena, row, now_s, kind)


@leaf
def _is_first_answer(arena: int, row: int) -> bool:
    """Whether somebody who writes now was written to before and never wrote."""
    return peek_u32(arena, row + LAST_HEARD_S) == 0 and peek_u32(arena, row + LAST_WROTE_S) != 0
