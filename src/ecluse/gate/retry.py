"""When a refused sender may write again, exactly: the first second at which the same event would be let through.

Nothing changes between two moments at which something leaves a window. One rule at a time stands in the way: only its
moments are gone through, in order, with sums from which what leaves is taken out. Once it gives way all rules are
asked; if another one stands in the way then, its moments are next.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from ecluse.compiled import kernel, leaf
from ecluse.gate.content import C_SHARED, read_shared
from ecluse.gate.flips import OTHER
from ecluse.gate.heap import heapify, pop
from ecluse.gate.moments import PEERS, collect_moments, take_out
from ecluse.gate.sums import read_all_sums, sum_peers, sum_rows, sum_value
from ecluse.ledger.allocation import ARENA
from ecluse.ledger.fold import C_PEER_WROTE, C_REACH, REACH
from ecluse.ledger.forwards import read_forward_chats
from ecluse.ledger.gaps import next_regularity
from ecluse.ledger.memory import peek_u8
from ecluse.ledger.reading import C_ACCOUNT_AGE, C_GAPS, C_THIS_REACH, account_age, is_send, read_header
from ecluse.ledger.record import ACCOUNT_KIND
from ecluse.ledger.signals import N_WINDOWS
from ecluse.terms.evaluate import ENFORCE, PASS, applies, evaluate, holds, place_event

CHANGES_MAX: Final = 8
"""Rules that may stand in the way one after another before all of their moments are gone through together."""

_U = np.uint64
_LOW: Final = _U(0xFFFFFFFF)
_32: Final = _U(32)


@kernel
def seconds_to_wait(
    control: Any,
    place: int,
    now_s: int,
    event: Any,
    peers: Any,
    n_peers: int,
    heard_s: int,
    members: int,
    scratch: Any,
    ledgers: Any,
    terms: Any,
    outcome: int,
    signals: Any,
) -> int:
    """Seconds after ``now_s`` at which the rules would say less than ``outcome``; NO_RETRY if waiting never helps.

    n_peers: those of the event that are judged. outcome: REFUSE or DELAY. signals: the event's row, left as
    it is. The ledger is as the verdict leaves it.
    Cost: for each rule that stands in the way, a pass over the ledger and a heap of its moments.
    """
    arena = control[ARENA]
    kind, start, recipients = np.int64(event.kind), np.int64(event.peers_start), np.int64(event.peers_count)
    row, sums, peer_sums, moments = scratch.later, scratch.sums, scratch.peer_sums, scratch.moments
    for column in range(len(row)):
        row[column] = signals[column]
    blocker = _blocker(terms, scratch.spoke, outcome)
    asks_shared = scratch.shared.n > 0 and _asks_shared(terms)
    second, changes = now_s, 0
    while True:
        together = changes >= CHANGES_MAX
        n = collect_moments(
            arena,
            place,
            second,
            kind,
            peers,
            start,
            n_peers,
            heard_s,
            scratch,
            ledgers,
            terms,
            outcome,
            -1 if together else blocker,
        )
        heapify(moments, n)
        sum_rows(arena, place, second, peers, start, n_peers, scratch.slots, sums)
        sum_peers(arena, second, n_peers, scratch.row_of, heard_s, members, peer_sums)
        _read_later(arena, place, second, event, peers, n_peers, recipients, terms, scratch, row)
        if asks_shared:
            read_shared(ledgers, scratch.shared, event, arena, scratch.row_of, n_peers, heard_s, second, row)
        gave_way = False
        while n > 0 and (together or not gave_way):
            second = np.int64(moments[0] >> _32)
            peers_change, others_change = False, False
            while n > 0 and np.int64(moments[0] >> _32) == second:
                code = np.int64(moments[0] & _LOW)
                if code == PEERS:
                    peers_change = True
                elif code == OTHER:
                    others_change = True
                else:
                    take_out(arena, place, code, sums)
                n = pop(moments, n)
            if peers_change:
                sum_peers(arena, second, n_peers, scratch.row_of, heard_s, members, peer_sums)
            if others_change:
                _read_later(arena, place, second, event, peers, n_peers, recipients, terms, scratch, row)
            if asks_shared and (others_change or peers_change):
                read_shared(ledgers, scratch.shared, event, arena, scratch.row_of, n_peers, heard_s, second, row)
            if _blocks(arena, place, second, kind, n_peers, terms, blocker, scratch.inside_later, sums, peer_sums, row):
                continue
            gave_way = True
            if not together:
                sum_rows(arena, place, second, peers, start, n_peers, scratch.slots, sums)
                sum_peers(arena, second, n_peers, scratch.row_of, heard_s, members, peer_sums)
            _read_later(arena, place, second, event, peers, n_peers, recipients, terms, scratch, row)
            read_all_sums(sums, peer_sums, n_peers, row)
            row[C_THIS_REACH] = float(peer_sums[REACH, 0])
            if asks_shared:
                read_shared(ledgers, scratch.shared, event, arena, scratch.row_of, n_peers, heard_s, second, row)
            later, _ = evaluate(terms, kind, row, scratch.inside_later, scratch.spoke_later)
            if later < outcome:
                return second - now_s
            blocker = _blocker(terms, scratch.spoke_later, later)
        if not gave_way or together:
            return -1
        changes += 1


@leaf
def _asks_shared(terms: Any) -> bool:
    """Whether any condition is on what accounts share."""
    asks = False
    for c in range(len(terms.conditions)):
        asks = asks or terms.conditions[c].signal >= C_SHARED
    return asks


@leaf
def _read_later(
    arena: int,
    place: int,
    second: int,
    event: Any,
    peers: Any,
    n_peers: int,
    recipients: int,
    terms: Any,
    scratch: Any,
    row: Any,
) -> None:
    """What the header says at ``second``, where the message was forwarded by then, and which places of the terms the
    event would lie in.
    """
    kind, start = np.int64(event.kind), np.int64(event.peers_start)
    read_header(arena, place, second, kind, recipients, row)
    read_forward_chats(arena, scratch.forwards, second, kind, peers, start, n_peers, scratch.slots, row)
    if len(terms.scopes) > 0:
        account_kind = peek_u8(arena, place + ACCOUNT_KIND)
        place_event(terms, event, second, account_kind, row[C_ACCOUNT_AGE], scratch.inside_later)


@leaf
def _blocker(terms: Any, spoke: Any, outcome: int) -> int:
    """The first of the enforced rules that spoke that says ``outcome``."""
    for r in range(len(terms.rules)):
        if spoke[r] and terms.rules[r].mode == ENFORCE and terms.rules[r].outcome == outcome:
            return r
    return -1


@leaf
def _blocks(
    arena: int,
    place: int,
    second: int,
    kind: int,
    n_peers: int,
    terms: Any,
    blocker: int,
    inside: Any,
    sums: Any,
    peer_sums: Any,
    row: Any,
) -> bool:
    """Whether a variant still stands in the way: it is the one asked of its rule, speaks, and none before lets pass."""
    r = 0
    while r <= blocker:
        after = terms.rules[r].next
        asked = r
        while asked < after and not applies(terms.rules[asked], inside):
            asked += 1
        if blocker < after:
            return asked == blocker and _speaks(
                arena, place, second, kind, n_peers, terms, blocker, sums, peer_sums, row
            )
        if asked < after:
            rule = terms.rules[asked]
            lets_pass = rule.outcome == PASS and rule.mode == ENFORCE and rule.kinds >> kind & 1 == 1
            if lets_pass and _speaks(arena, place, second, kind, n_peers, terms, asked, sums, peer_sums, row):
                return False
        r = after
    return False


@leaf
def _speaks(
    arena: int,
    place: int,
    second: int,
    kind: int,
    n_peers: int,
    terms: Any,
    r: int,
    sums: Any,
    peer_sums: Any,
    row: Any,
) -> bool:
    """Whether all conditions of a variant hold at ``second``."""
    speaks = True
    c = terms.rules[r].start
    while speaks and c < terms.rules[r].stop:
        condition = terms.conditions[c]
        column = np.int64(condition.signal)
        if column < C_REACH + N_WINDOWS or C_PEER_WROTE <= column < C_PEER_WROTE + N_WINDOWS:
            value = sum_value(column, sums, peer_sums, n_peers)
        elif C_GAPS <= column < C_GAPS + N_WINDOWS and is_send(kind):
            value = next_regularity(arena, place, column - C_GAPS, second)
        elif column == C_THIS_REACH:
            value = float(peer_sums[REACH, 0])
        elif column == C_ACCOUNT_AGE:
            value = account_age(arena, place, second, kind)
        else:
            value = row[column]
        speaks = holds(value, condition)
        c += 1
    return speaks
