"""The way of an event, compiled: recall, fold, signals, terms, verdict, effects.

One call judges packed events in their order, each with all that came before it in force. It stops early when the
arena, the index or the evidence has to grow first, and is called again.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from ecluse.campaigns.graph import look_due
from ecluse.compiled import kernel
from ecluse.events import RECIPIENTS_MAX, Kind
from ecluse.gate.acts import apply_act
from ecluse.gate.ahead import ask_ahead
from ecluse.gate.campaigns import CAMPAIGN_WORK, find_campaign, keep_campaign, read_campaign
from ecluse.gate.complaints import hear_complaint
from ecluse.gate.content import SHARED, find_shared, keep_shared, note_refused, read_shared
from ecluse.gate.decided import NO_RETRY, recall, remember
from ecluse.gate.effects import hear_all, keep_forwarded, keep_sent
from ecluse.gate.evidence import write_evidence
from ecluse.gate.learning import count_attempt, learn
from ecluse.gate.moments import MOMENTS_MAX
from ecluse.gate.restraint import hold_back, is_restrained
from ecluse.gate.retry import seconds_to_wait
from ecluse.ledger.allocation import (
    ARENA,
    LEDGERS,
    LEDGERS_MAX,
    find,
    find_or_create,
    room,
)
from ecluse.ledger.fold import N_BINS, SLOTS, fold_peers, fold_rows, peer_row, peers_reach, read_bins, table_peers
from ecluse.ledger.forwards import forwards_key, read_forward_chats
from ecluse.ledger.layout import GROUP_ADDITIONS, GROUPS_CREATED, REFUSED_ATTEMPTS, ROWS_MAX
from ecluse.ledger.memory import peek_u8, peek_u16, peek_u32, poke_u32
from ecluse.ledger.meters import count
from ecluse.ledger.reading import C_ACCOUNT_AGE, C_HOPS, C_THIS_REACH, C_TOKEN_FAULT, is_send, read_header
from ecluse.ledger.record import ACCOUNT_KIND, N_ROWS, REGISTERED_S, note_event
from ecluse.ledger.rows import group_heard, heard_from
from ecluse.ledger.signals import N_SIGNALS, N_WINDOWS
from ecluse.ledger.standing import ACT, note_device
from ecluse.terms import PLACES_MAX, VARIANT_CONDITIONS_MAX, VARIANTS_MAX, Outcome
from ecluse.terms.evaluate import evaluate, place_event

CREATE_GROUP: Final = int(Kind.CREATE_GROUP)
ADD_TO_GROUP: Final = int(Kind.ADD_TO_GROUP)
REPORT: Final = int(Kind.REPORT)
BLOCK: Final = int(Kind.BLOCK)

PASS: Final = int(Outcome.PASS)
DELAY: Final = int(Outcome.DELAY)
DROP_STRANGERS: Final = int(Outcome.DROP_STRANGERS)
REFUSE: Final = int(Outcome.REFUSE)

EVIDENCE_MAX: Final = 2 + VARIANTS_MAX + VARIANT_CONDITIONS_MAX + RECIPIENTS_MAX
"""Words of evidence of one verdict at most, on whatever terms it rests."""

NEWCOMERS: Final = 4
"""Ledgers that an event may bring besides those of its peers: its sender's, its subject's, its forwards', one spare."""

_U = np.uint64


SCRATCH = np.dtype(
    [
        ("slots", "<i4", (SLOTS,)),  # the event's peers by hash; zeros between events
        ("row_of", "<i8", (RECIPIENTS_MAX,)),  # the place of each peer's row
        ("bins", "<i8", (N_BINS, N_WINDOWS + 1)),
        ("spoke", "u1", (VARIANTS_MAX,)),  # by variant
        ("inside", "u1", (PLACES_MAX,)),  # the places of the terms that the event lies in
        ("dropped", "u1", (RECIPIENTS_MAX,)),
        ("moments", "<u8", (MOMENTS_MAX,)),  # for retry_after, like the rest
        ("sums", "<i8", (N_BINS, N_WINDOWS)),
        ("peer_sums", "<i8", (N_BINS, N_WINDOWS)),
        ("later", "<f8", (N_SIGNALS,)),
        ("spoke_later", "u1", (VARIANTS_MAX,)),
        ("inside_later", "u1", (PLACES_MAX,)),
        ("forwards", "<i8"),  # the place of the ledger of the event's forwards, 0 for none
        ("shared", SHARED),
        ("campaign", CAMPAIGN_WORK),
    ],
    align=True,
)
"""Memory that the kernel works in, one record a gate; nothing in it outlives an event."""


@kernel
def judge_events(
    control: Any,
    decided: Any,
    standing: Any,
    works: Any,
    ledgers: Any,
    graph: Any,
    terms: Any,
    generation: int,
    observe: bool,
    events: Any,
    peers: Any,
    prints: Any,
    first: int,
    stop: int,
    written: int,
    verdicts: Any,
    spoke: Any,
    signals: Any,
    evidence: Any,
) -> Any:
    """Judge ``events[first:stop]``. Returns where it stopped (``stop``: done) and the words of evidence written.

    works: SCRATCH, shape (1,). graph: of campaigns; it also stops before an event where those are to be looked for.
    prints: see ``ecluse.content.prints``. verdicts: VERDICT, shape (n,), with the cluster
    of each event's content. spoke: u1, shape (n, n_rules), by number of the rule:
    0, or 1 and the mode of the variant that spoke. signals: float64, shape
    (n, N_SIGNALS), or (1, N_SIGNALS) if they are not wanted. evidence: float64. observe: take the events' effects, ask
    no rule.
    """
    scratch = works[0]
    wanted = len(signals) == len(events)
    for i in range(first, stop):
        event = events[i]
        ask_ahead(control, ledgers, graph, events, peers, prints, verdicts, i)
        newcomers = event.peers_count + NEWCOMERS
        if (
            control[LEDGERS] + newcomers > control[LEDGERS_MAX]
            or not room(control)
            or look_due(graph, np.int64(event.at_s))
            or written + EVIDENCE_MAX > len(evidence)
        ):
            return i, written
        verdict = verdicts[i]
        row = signals[i if wanted else 0]
        if event.kind == ACT:
            apply_act(control, standing, ledgers, graph, event)
            verdict.generation, verdict.retry_after = generation, NO_RETRY
            row[:] = np.nan
            continue
        if event.id != _U(0):
            after = recall(decided, event.id, event.at_s, generation, verdict, evidence, written)
            if after >= 0:
                written = after
                row[:] = np.nan
                continue
        verdict.late, verdict.repeated, verdict.rehearsed = 0, 0, PASS
        verdict.generation = generation
        verdict.retry_after = NO_RETRY
        verdict.campaign = 0
        verdict.evidence_start = written
        written = _judge(
            control,
            standing,
            scratch,
            ledgers,
            graph,
            terms,
            observe,
            event,
            peers,
            prints,
            verdict,
            spoke[i],
            row,
            evidence,
            written,
        )
        verdict.evidence_count = written - verdict.evidence_start
        if event.id != _U(0):
            remember(decided, event.id, event.at_s, verdict, evidence)
    return stop, written


@kernel
def _judge(
    control: Any,
    standing: Any,
    scratch: Any,
    ledgers: Any,
    graph: Any,
    terms: Any,
    observe: bool,
    event: Any,
    peers: Any,
    prints: Any,
    verdict: Any,
    spoke: Any,
    row: Any,
    evidence: Any,
    written: int,
) -> int:
    """Judge one event and let its effects happen. Returns the words of evidence written so far."""
    arena = control[ARENA]
    place = find_or_create(control, event.sender)
    if place == 0:  # an arena full of ledgers that may not go: the event passes, unremembered
        verdict.outcome = PASS
        row[:] = np.nan
        return written
    at_s = np.int64(event.at_s)
    now_s, retained_s, late = note_event(arena, place, at_s)
    registered_s = learn(arena, place, event, at_s)
    if event.device != _U(0):
        note_device(standing.devices, event.sender, event.device)

    kind = np.int64(event.kind)
    sending = is_send(kind)
    is_group = sending and event.group != _U(0)
    start, n_peers = np.int64(event.peers_start), np.int64(event.peers_count)
    forwarded = forwards_key(event)
    heard_s, members = 0, 0
    if is_group:
        members = np.int64(event.members)
        group_place = find(control, event.group)
        if group_place != 0:
            heard_s = group_heard(arena, group_place, event.sender, now_s)
    judged_peers = n_peers if sending else 0
    if judged_peers > 1:
        table_peers(peers, start, judged_peers, scratch.slots)
    fold_rows(arena, place, now_s, retained_s, peers, start, judged_peers, scratch.slots, scratch.row_of, scratch.bins)
    if judged_peers == 1 and not is_group and scratch.row_of[0] == 0 and peek_u16(arena, place + N_ROWS) == ROWS_MAX:
        heard_s = heard_from(control, event.sender, peers[start], now_s)  # a full ledger forgets whom it only heard

    shared = scratch.shared
    find_shared(ledgers, shared, event, verdict.content, prints, peers, start, judged_peers, now_s)

    campaign = scratch.campaign
    to_people = 0 if is_group else judged_peers
    find_campaign(
        graph,
        campaign,
        event,
        verdict.content,
        prints,
        peers,
        start,
        arena,
        scratch.row_of,
        to_people,
        heard_s,
        now_s,
    )
    verdict.campaign = graph.campaign[campaign.number].id

    outcome = PASS
    n_dropped = 0
    verdict.late = late
    if not observe and is_restrained(arena, place, standing):
        written, verdict.retry_after = hold_back(
            control, standing, place, event, now_s, late, judged_peers, heard_s, scratch.row_of, evidence, written
        )
    if written > verdict.evidence_start:
        outcome = REFUSE
        row[:] = np.nan
        poke_u32(arena, place + REGISTERED_S, registered_s)
        if not late:
            place = count_attempt(control, place, now_s, judged_peers, scratch.row_of)
    elif late or observe:
        row[:] = np.nan
    else:
        fold_peers(arena, now_s, judged_peers, scratch.row_of, heard_s, members, scratch.bins)
        read_bins(scratch.bins, judged_peers, row)
        read_header(arena, place, now_s, kind, n_peers, row)
        row[C_HOPS], row[C_TOKEN_FAULT] = event.hops, event.token
        row[C_THIS_REACH] = peers_reach(arena, judged_peers, scratch.row_of, members)
        scratch.forwards = find(control, forwarded) if forwarded != _U(0) else 0
        read_forward_chats(arena, scratch.forwards, now_s, kind, peers, start, judged_peers, scratch.slots, row)
        read_shared(ledgers, shared, event, arena, scratch.row_of, judged_peers, heard_s, now_s, row)
        read_campaign(graph, campaign, to_people, row)
        if len(terms.rules) > 0 and kind != REPORT and kind != BLOCK:
            if len(terms.scopes) > 0:
                account_kind = peek_u8(arena, place + ACCOUNT_KIND)
                place_event(terms, event, now_s, account_kind, row[C_ACCOUNT_AGE], scratch.inside)
            outcome, verdict.rehearsed = evaluate(terms, kind, row, scratch.inside, scratch.spoke)
            if outcome == REFUSE:
                place = count_attempt(control, place, now_s, judged_peers, scratch.row_of)
            if outcome in (REFUSE, DELAY):
                learned_s = peek_u32(arena, place + REGISTERED_S)
                poke_u32(arena, place + REGISTERED_S, registered_s)
                verdict.retry_after = seconds_to_wait(
                    control,
                    place,
                    now_s,
                    event,
                    peers,
                    judged_peers,
                    heard_s,
                    members,
                    scratch,
                    ledgers,
                    terms,
                    outcome,
                    row,
                )
                if outcome == DELAY:
                    poke_u32(arena, place + REGISTERED_S, learned_s)
            written = write_evidence(scratch.spoke, terms, row, spoke, evidence, written)
    if outcome == DROP_STRANGERS and sending:
        for k in range(n_peers):
            _, peer_heard_s, _ = peer_row(arena, scratch.row_of[k], heard_s, now_s)
            scratch.dropped[k] = peer_heard_s == 0
            n_dropped += peer_heard_s == 0
    if written > verdict.evidence_start:
        evidence[written] = n_dropped
        written += 1
        if n_dropped > 0:
            for k in range(n_peers):
                if scratch.dropped[k]:
                    evidence[written] = k
                    written += 1
    verdict.outcome = outcome

    kept = outcome != REFUSE and not (outcome == DROP_STRANGERS and sending and n_dropped == n_peers)
    if kept and shared.n > 0:
        keep_shared(
            ledgers,
            shared,
            event,
            arena,
            peers,
            start,
            judged_peers,
            scratch.row_of,
            heard_s,
            now_s,
            scratch.dropped,
            n_dropped,
            outcome,
        )
    elif not kept and not observe and verdict.content != _U(0):
        note_refused(ledgers, shared)
    if kept and to_people > 0 and len(graph.accounts.rows) > 0:
        keep_campaign(graph, campaign, event, arena, place, now_s, to_people - n_dropped, n_dropped)
    if outcome == DROP_STRANGERS and sending and n_dropped == n_peers:
        count(control, place, REFUSED_ATTEMPTS, now_s, 1)
    elif outcome == REFUSE:
        pass
    elif sending:
        keep_sent(
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
            scratch.row_of,
            scratch.slots,
            scratch.dropped,
            n_dropped,
        )
        if forwarded != _U(0):
            keep_forwarded(
                control,
                forwarded,
                peers,
                start,
                n_peers,
                is_group,
                now_s,
                retained_s,
                late,
                members,
                scratch.row_of,
                scratch.slots,
                scratch.bins,
                scratch.dropped,
                n_dropped,
            )
        hear_all(
            control, event, peers, start, n_peers, is_group, at_s, scratch.slots, scratch.dropped, n_dropped, graph
        )
    elif kind == CREATE_GROUP:
        place = count(control, place, GROUPS_CREATED, now_s, 1)
        count(control, place, GROUP_ADDITIONS, now_s, n_peers)
    elif kind == ADD_TO_GROUP:
        count(control, place, GROUP_ADDITIONS, now_s, n_peers)
    elif kind in (REPORT, BLOCK):
        hear_complaint(control, place, event, retained_s, kind == REPORT)
    if judged_peers > 1:
        scratch.slots[:] = 0
    return written
