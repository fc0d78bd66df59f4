"""What an event shares with others, compiled: its content, link domains, provider and network.

Found once; measured at the event's second, and for ``retry_after`` at later ones; and kept if the event is let through.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from ecluse.compiled import kernel, leaf
from ecluse.content.checks import find_check
from ecluse.content.ledgers import (
    CONTENT,
    DOMAIN,
    N_COUNTS,
    N_SHARED,
    NETWORK,
    OUTCOMES,
    PROVIDER,
    PROVIDERS,
    RECIPIENTS,
    REGIONS,
    SENDERS,
    STRANGERS,
    count_audience,
    count_member,
    find_thing,
    in_window,
    key_of,
    mark_of,
    open_thing,
    sum_counts,
)
from ecluse.content.once import count_once, keep_once
from ecluse.content.prints import domains_of, word_pair
from ecluse.content.shelf import RETENTION_S, ask_shelf, find_on
from ecluse.events import RECIPIENTS_MAX, REGIONS_A_LANGUAGE
from ecluse.gate.flips import OTHER, add_moment
from ecluse.ledger.fold import peer_row
from ecluse.ledger.layout import BUCKETS
from ecluse.ledger.memory import peek_u32
from ecluse.ledger.meters import bucket_of, width_of
from ecluse.ledger.reading import REGISTER, is_send
from ecluse.ledger.record import LAST_HEARD_S, LAST_WROTE_S
from ecluse.ledger.retention import has_ended
from ecluse.ledger.signals import SIGNAL_COLUMNS
from ecluse.terms import Outcome

assert len(Outcome) == OUTCOMES

DOMAINS_MAX: Final = 4
"""Different link domains of one message that are looked at."""
THINGS_MAX: Final = 3 + DOMAINS_MAX
ASKED_PEERS: Final = 8
"""Peers whose marks are asked for before they are looked up."""
OWN_MAX: Final = 3
"""Roles of members besides peers: senders, regions, providers."""
BUCKET_ENDS_MAX: Final = THINGS_MAX * (1 + N_SHARED * BUCKETS)

SHARED = np.dtype(
    [
        ("n", "<i8"),  # things of the event
        ("cluster", "<u8"),  # of its content, 0 = none
        ("check", "<i8"),  # the place of its content's fact-check, -1 = none
        ("keys", "<u8", (THINGS_MAX,)),
        ("slots", "<i8", (THINGS_MAX,)),  # -1 for one that is not remembered
        ("sorts", "<i8", (THINGS_MAX,)),
        ("own_s", "<i8", (THINGS_MAX, OWN_MAX)),  # when a member besides the peers was counted, 0 = never
        ("peer_s", "<u4", (THINGS_MAX, RECIPIENTS_MAX)),  # likewise each peer,
        ("peer_was", "u1", (THINGS_MAX, RECIPIENTS_MAX)),  # and whether as a stranger
        ("sums", "<i8", (N_SHARED, N_COUNTS)),
    ],
    align=True,
)
"""Memory to work in; nothing in it outlives an event."""

C_SHARED: Final = SIGNAL_COLUMNS["content.senders.1h"]
"""The first column of what is shared: all up to C_CAMPAIGN are."""
C_CAMPAIGN: Final = SIGNAL_COLUMNS["campaign.accounts"]
"""The first column of campaigns: all from there on are."""
C_HOPS: Final = SIGNAL_COLUMNS["content.hops"]
C_AGE: Final = SIGNAL_COLUMNS["content.age"]
C_GROWTH: Final = SIGNAL_COLUMNS["content.growth"]
C_FACT_CHECKED: Final = SIGNAL_COLUMNS["content.fact_checked"]
C_TRUTH: Final = SIGNAL_COLUMNS["content.truth"]
REFUSE: Final = int(Outcome.REFUSE)
_SENDERS: Final = np.array(
    [SIGNAL_COLUMNS[f"{name}.1h"] for name in ("content.senders", "domain.senders", "provider.senders")], np.int64
)
_REGIONS: Final = SIGNAL_COLUMNS["content.regions.1h"]
_PROVIDERS: Final = SIGNAL_COLUMNS["content.providers.1h"]
_REGISTERED: Final = SIGNAL_COLUMNS["network.accounts_registered.1h"]
_RECIPIENTS: Final = N_SHARED
_SHARE: Final = 2 * N_SHARED
"""Columns of recipients and of the strangers' share behind those of senders."""
HOURS: Final = 24
"""Of the window that growth compares the last hour with."""

_U = np.uint64


@leaf
def _own(event: Any, sort: int, role: int) -> Any:
    """The member that an event is of a thing in a role besides its peers; 0 for none."""
    if sort == NETWORK:
        return event.sender if role == SENDERS and event.kind == REGISTER else _U(0)
    if role == SENDERS:
        return event.sender if is_send(event.kind) else _U(0)
    if sort != CONTENT:
        return _U(0)
    return _U(event.region) if role == REGIONS else event.provider


@leaf
def _note(ledgers: Any, shared: Any, sort: int, keyed: Any, second: int) -> None:
    """Take note of a thing of the event, each once."""
    key = key_of(sort, keyed)
    n = np.int64(shared.n)
    known = False
    for t in range(n):
        known = known or shared.keys[t] == key
    if not known:
        shared.keys[n], shared.sorts[n] = key, sort
        shared.slots[n] = find_thing(ledgers.things, key, second)
        shared.n = n + 1


@kernel
def find_shared(
    ledgers: Any,
    shared: Any,
    event: Any,
    cluster: Any,
    prints: Any,
    peers: Any,
    start: int,
    n_peers: int,
    second: int,
) -> None:
    """Find what an event shares, and when its members were counted there. n_peers: 0 unless it is a message."""
    shared.n, shared.cluster, shared.check = 0, cluster, -1
    if len(ledgers.things.keys) == 0:
        return
    if event.provider != _U(0):
        _note(ledgers, shared, PROVIDER, event.provider, second)
    if event.network != _U(0):
        _note(ledgers, shared, NETWORK, event.network, second)
    if cluster != _U(0):
        _note(ledgers, shared, CONTENT, cluster, second)
        if ledgers.checked[0] > 0:
            shared.check = find_check(ledgers.checks, key_of(CONTENT, cluster))
    if event.text != 0:
        others = np.int64(shared.n)
        count, at = domains_of(prints, np.int64(event.text) - 1)
        for k in range(count):
            if shared.n - others < DOMAINS_MAX:
                _note(ledgers, shared, DOMAIN, word_pair(prints, at + 2 * k), second)
    for t in range(np.int64(shared.n)):
        slot, sort = np.int64(shared.slots[t]), np.int64(shared.sorts[t])
        if slot >= 0:
            if ledgers.heads[slot].once:
                count_once(ledgers, slot)
            _find_members(ledgers, shared, t, slot, sort, event, peers, start, n_peers)


@leaf
def _find_members(
    ledgers: Any, shared: Any, t: int, slot: int, sort: int, event: Any, peers: Any, start: int, n_peers: int
) -> None:
    marks, key, born = ledgers.marks, shared.keys[t], ledgers.heads[slot].born
    _ask_peers(marks, key, born, sort, peers, start, n_peers)
    for role in range(OWN_MAX):
        member = _own(event, sort, role)
        shared.own_s[t, role] = 0
        if member != _U(0):
            mark = find_on(marks, mark_of(key, born, role, member))
            shared.own_s[t, role] = np.int64(marks.last_s[mark]) if mark >= 0 else 0
    if sort != NETWORK:
        for k in range(n_peers):
            mark = find_on(marks, mark_of(key, born, RECIPIENTS, peers[start + k]))
            shared.peer_s[t, k] = marks.last_s[mark] if mark >= 0 else 0
            shared.peer_was[t, k] = marks.keys[mark] & _U(1) if mark >= 0 else 0


@leaf
def _ask_peers(marks: Any, key: Any, born: Any, sort: int, peers: Any, start: int, n_peers: int) -> None:
    """Ask for the marks of an event's peers of a thing all at once, but for the first: it was asked for before."""
    if sort != NETWORK:
        for k in range(1, min(n_peers, ASKED_PEERS)):
            ask_shelf(marks, mark_of(key, born, RECIPIENTS, peers[start + k]))


@leaf
def is_stranger(arena: int, row: int, group_heard_s: int, second: int) -> bool:
    """Whether a peer, by its row (0 = none), has never written to the account, as remembered at ``second``."""
    if row != 0 and has_ended(peek_u32(arena, row + LAST_WROTE_S), peek_u32(arena, row + LAST_HEARD_S), second):
        row = 0
    _, heard_s, _ = peer_row(arena, row, group_heard_s, second)
    return heard_s == 0


@kernel
def read_shared(
    ledgers: Any,
    shared: Any,
    event: Any,
    arena: int,
    row_of: Any,
    n_peers: int,
    heard_s: int,
    second: int,
    row: Any,
) -> None:
    """Write the signals of what an event shares as they are at ``second``, the event counted."""
    for column in range(C_SHARED, C_CAMPAIGN):
        row[column] = np.nan
    group_heard_s = 0 if has_ended(0, heard_s, second) else heard_s
    sums = shared.sums
    for t in range(np.int64(shared.n)):
        slot, sort = np.int64(shared.slots[t]), np.int64(shared.sorts[t])
        last_s = np.int64(ledgers.things.last_s[slot]) if slot >= 0 else 0
        known = slot >= 0 and last_s > second - RETENTION_S
        then_s = max(second, last_s) if known else second
        if known:
            sum_counts(ledgers.counts, slot, last_s, then_s, sums)
        else:
            sums[:, :] = 0
        for role in range(OWN_MAX):
            if _own(event, sort, role) != _U(0):
                for window in range(N_SHARED):
                    if not (known and in_window(np.int64(shared.own_s[t, role]), then_s, window)):
                        sums[window, role] += 1
        if sort != NETWORK:
            for k in range(n_peers):
                stranger = is_stranger(arena, row_of[k], group_heard_s, second)
                peer_s = np.int64(shared.peer_s[t, k]) if known else 0
                for window in range(N_SHARED):
                    if in_window(peer_s, then_s, window):
                        sums[window, STRANGERS] += np.int64(stranger) - np.int64(shared.peer_was[t, k])
                    else:
                        sums[window, RECIPIENTS] += 1
                        sums[window, STRANGERS] += stranger
        _write(sums, sort, row)
        if sort == CONTENT:
            row[C_FACT_CHECKED] = shared.check >= 0
            if shared.check >= 0:
                row[C_TRUTH] = ledgers.checks[shared.check].truth
            row[C_HOPS], row[C_AGE] = event.hops, 0.0
            if known:
                row[C_HOPS] = max(event.hops, ledgers.heads[slot].hops)
                row[C_AGE] = max(0, second - np.int64(ledgers.heads[slot].first_s))
            if sums[1, RECIPIENTS] > 0:
                row[C_GROWTH] = sums[0, RECIPIENTS] * HOURS / sums[1, RECIPIENTS]


@leaf
def _write(sums: Any, sort: int, row: Any) -> None:
    """Write a thing's counts to the columns of its sort; of several link domains the greatest counts."""
    for window in range(N_SHARED):
        if sort == NETWORK:
            row[_REGISTERED + window] = sums[window, SENDERS]
            continue
        column = _SENDERS[sort] + window
        _raise(row, column, sums[window, SENDERS])
        _raise(row, column + _RECIPIENTS, sums[window, RECIPIENTS])
        if sums[window, RECIPIENTS] > 0:
            share = max(0, sums[window, STRANGERS]) / sums[window, RECIPIENTS]
            _raise(row, column + _SHARE, share)
        if sort == CONTENT:
            row[_REGIONS + window] = sums[window, REGIONS]
            row[_PROVIDERS + window] = sums[window, PROVIDERS]


@leaf
def _raise(row: Any, column: int, value: float) -> None:
    if not row[column] >= value:  # unknown until now, or less
        row[column] = value


@kernel
def keep_shared(
    ledgers: Any,
    shared: Any,
    event: Any,
    arena: int,
    peers: Any,
    start: int,
    n_peers: int,
    row_of: Any,
    heard_s: int,
    at_s: int,
    dropped: Any,
    n_dropped: int,
    outcome: int,
) -> None:
    """Count an event that was let through at ``at_s``. The rows of its peers are as they were before it."""
    for t in range(np.int64(shared.n)):
        sort = np.int64(shared.sorts[t])
        if _own(event, sort, SENDERS) == _U(0):
            continue
        language = np.int64(event.language) // REGIONS_A_LANGUAGE
        if sort == CONTENT and shared.slots[t] < 0 and n_peers == 1 and n_dropped == 0:
            stranger = is_stranger(arena, row_of[0], heard_s, at_s)
            slot = keep_once(ledgers, shared.keys[t], event, language, peers[start], stranger, at_s)
            _tell(ledgers.heads[slot], shared, event, outcome)
            continue
        slot = open_thing(ledgers, shared.keys[t], at_s)
        if shared.slots[t] < 0:
            born = ledgers.heads[slot].born
            _ask_peers(ledgers.marks, shared.keys[t], born, sort, peers, start, n_peers)
        for role in range(OWN_MAX):
            member = _own(event, sort, role)
            if member != _U(0):
                count_member(ledgers, slot, role, member, False, at_s)
        if sort == NETWORK:
            continue
        for k in range(n_peers):
            if not (n_dropped > 0 and dropped[k]):
                stranger = is_stranger(arena, row_of[k], heard_s, at_s)
                count_member(ledgers, slot, RECIPIENTS, peers[start + k], stranger, at_s)
        _tell(ledgers.heads[slot], shared, event, outcome if sort == CONTENT else -1)
        if sort == CONTENT and n_peers > n_dropped and (event.region != 0 or language != 0):
            count_audience(ledgers, slot, event.region, language, n_peers - n_dropped, at_s)


@leaf
def _tell(head: Any, shared: Any, event: Any, outcome: int) -> None:
    """Write to the head of a thing what was let through. outcome: -1 unless it is the content."""
    head.hops = max(head.hops, event.hops)
    if outcome >= 0:
        head.cluster = shared.cluster
        head.outcomes[outcome] += 1


@leaf
def note_refused(ledgers: Any, shared: Any) -> None:
    """Note in the head of a content that an event of it was refused; nothing else is counted of that one."""
    for t in range(np.int64(shared.n)):
        if shared.sorts[t] == CONTENT and shared.slots[t] >= 0:
            ledgers.heads[shared.slots[t]].outcomes[REFUSE] += 1


@kernel
def collect_bucket_ends(ledgers: Any, shared: Any, windows: int, now_s: int, moments: Any, n: int) -> int:
    """Add the seconds at which buckets of the windows (as bits) stop to count, and at which things are forgotten."""
    for t in range(np.int64(shared.n)):
        if shared.slots[t] < 0:
            continue
        last_s = np.int64(ledgers.things.last_s[shared.slots[t]])
        n = add_moment(moments, n, last_s + RETENTION_S, now_s, OTHER)
        for window in range(N_SHARED):
            if windows >> window & 1:
                newest = bucket_of(max(last_s, now_s), window + 1)
                for k in range(1, BUCKETS + 1):
                    n = add_moment(moments, n, (newest + k) * width_of(window + 1), now_s, OTHER)
    return n


@leaf
def first_sent_s(ledgers: Any, shared: Any) -> int:
    """When the event's content was first sent; 0 if it is new."""
    for t in range(np.int64(shared.n)):
        if shared.sorts[t] == CONTENT and shared.slots[t] >= 0:
            return np.int64(ledgers.heads[shared.slots[t]].first_s)
    return 0


@leaf
def windows_asked(column: int) -> int:
    """The windows, as bits, that a signal of what is shared rests on."""
    if column == C_GROWTH:
        return 3
    return 0 if column in (C_HOPS, C_AGE, C_FACT_CHECKED, C_TRUTH) else 1 << (column - C_SHARED) % N_SHARED
