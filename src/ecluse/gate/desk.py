"""The desk: memory in which one event after another is packed, judged and answered.

To hand an array to a kernel costs a fifth of a microsecond, a named tuple of them one: with all that judging needs, as
much as the judging. So the kernel for one event is handed a list of addresses, made once for each terms in force.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ecluse.campaigns.graph import ACCOUNT, CAMPAIGN, CAMPAIGNS_MAX, THING, TIE, Graph
from ecluse.campaigns.graph import CONTROL_FIELDS as GRAPH_CONTROL_FIELDS
from ecluse.compiled import kernel, leaf
from ecluse.content.checks import CHECK
from ecluse.content.ledgers import AUDIENCE, COUNTS_A_THING, COUNTS_AN_AUDIENCE, HEAD, ONCE, ContentLedgers
from ecluse.content.prints import NO_PRINTS
from ecluse.content.shelf import Shelf
from ecluse.content.slots import CONTROL_FIELDS as SLOTS_CONTROL_FIELDS
from ecluse.content.slots import Slots
from ecluse.gate.decided import ENTRY, VERDICT, Decided
from ecluse.gate.kernel import EVIDENCE_MAX, SCRATCH, judge_events
from ecluse.ledger.allocation import CONTROL_FIELDS
from ecluse.ledger.identify import EVENT, SEEN_SLOTS, hash_ids
from ecluse.ledger.keys import SORTS_OF_ID, IdentityKeys
from ecluse.ledger.memory import array_at, table_at
from ecluse.ledger.room import IDS_MAX, PEERS_MAX, TEXT_BYTES_MAX, Room
from ecluse.ledger.signals import N_SIGNALS
from ecluse.ledger.standing import RESTRICTION, SORTS, Standing
from ecluse.terms.compiled import CONDITION, RULE, SCOPE, Compiled

KEYS, EVENTS, TEXT, LENGTHS, GIVEN, PEERS, PLACES, SEEN, CONTROL, IDS, ENTRIES, RING, RING_HEAD = range(13)
RESTRICTIONS, STARTS, DEVICES = range(13, 16)
WORKS, RULES, CONDITIONS, SCOPES, MEMBERS, VERDICTS, SPOKE, SIGNALS, EVIDENCE = range(16, 25)
THINGS, THINGS_S, THINGS_GONE, HEADS, COUNTS, MARKS, MARKS_S, MARKS_GONE = range(25, 33)
CHECKS, CHECKED, AUDIENCES, AUDIENCES_S, AUDIENCES_GONE, AUDIENCE_ROWS, AUDIENCE_COUNTS, PRINTS = range(33, 41)
SLOTS_ARRAYS = len(Slots._fields)
GRAPH_ACCOUNTS, GRAPH_THINGS, GRAPH_TIES = range(41, 41 + 3 * SLOTS_ARRAYS, SLOTS_ARRAYS)
CAMPAIGNS, GRAPH_CONTROL = range(50, 52)
N_IDS, N_RING, N_RESTRICTIONS, N_DEVICES, N_THINGS, N_MARKS, N_CHECKS, N_AUDIENCES, N_GRAPH = range(52, 61)
N_RULES, N_VARIANTS, N_CONDITIONS, N_SCOPES, N_MEMBERS = range(66, 71)
"""From N_GRAPH on: how many accounts, and places of their table; things; ties."""

_U64, _I64, _U32, _U16, _U8, _F64 = (np.dtype(name) for name in ("u8", "i8", "u4", "u2", "u1", "f8"))


class Desk:
    """One event's memory, beside the memory of a gate and the program of an era. n_rules: of all versions.

    addresses: int64, of all of it, then the lengths that are not always the same. records: VERDICT, shape (1,).
    evidence: float64, shape (EVIDENCE_MAX,). Both are those of the event that was judged last.
    """

    def __init__(
        self,
        keys: IdentityKeys,
        room: Room,
        control: np.ndarray,
        decided: Decided,
        standing: Standing,
        ledgers: ContentLedgers,
        graph: Graph,
        works: np.ndarray,
        terms: Compiled,
        n_rules: int,
    ) -> None:
        self.records, self.evidence = np.zeros(1, VERDICT), np.empty(EVIDENCE_MAX)
        self.spoke, self.signals = np.zeros((1, n_rules), np.uint8), np.empty((1, N_SIGNALS))
        where = room.events, room.text, room.lengths, room.given, room.peers, room.places, room.seen
        verdict = self.records, self.spoke, self.signals, self.evidence
        things, marks = ledgers.things, ledgers.marks
        checks, audiences = (ledgers.checks, ledgers.checked), ledgers.audiences
        told = *checks, *audiences, ledgers.audience, ledgers.audience_counts
        shared = *things, ledgers.heads, ledgers.counts, *marks, *told, NO_PRINTS
        slots = *graph.accounts, *graph.things, *graph.ties
        campaigns = *slots, graph.campaign, graph.control
        self._held = keys.words, *where, control, *decided, *standing, works, *terms, *verdict, *shared, *campaigns
        known = decided.keys, decided.ring, standing.entries, standing.devices, things.keys, marks.keys
        known = *known, ledgers.checks, audiences.keys
        tables = (len(array) for slots in graph.tables().values() for array in (slots.rows, slots.table))
        lengths = *map(len, known), *tables, n_rules, *map(len, terms)
        self.addresses = np.array([*(array.ctypes.data for array in self._held), *lengths], np.int64)


@leaf
def _slots_at(desk: Any, first: int, n: int, places: int, row: Any) -> Any:
    return Slots(
        array_at(desk[first], n, row),
        array_at(desk[first + 1], places, _U32),
        array_at(desk[first + 2], SLOTS_CONTROL_FIELDS, _I64),
    )


@kernel
def judge_one(desk: Any, generation: int) -> Any:
    """Hash the ids of the event in the room, and judge it. Returns the number of its peers, and whether it was judged.

    desk: ``Desk.addresses``. An event that was not judged waits for more memory, as in ``judge_events``.
    """
    events = array_at(desk[EVENTS], 1, EVENT)
    peers = array_at(desk[PEERS], PEERS_MAX, _U64)
    kept = hash_ids(
        array_at(desk[TEXT], TEXT_BYTES_MAX, _U8),
        array_at(desk[LENGTHS], IDS_MAX, _I64),
        table_at(desk[KEYS], SORTS_OF_ID, 2, _U64),
        events,
        array_at(desk[GIVEN], PEERS_MAX, _U64),
        peers,
        array_at(desk[PLACES], PEERS_MAX, _U16),
        array_at(desk[SEEN], SEEN_SLOTS, _U64),
    )
    done, _ = judge_events(
        array_at(desk[CONTROL], CONTROL_FIELDS, _I64),
        Decided(
            array_at(desk[IDS], desk[N_IDS], _U64),
            array_at(desk[ENTRIES], desk[N_IDS], ENTRY),
            array_at(desk[RING], desk[N_RING], _F64),
            array_at(desk[RING_HEAD], 1, _I64),
        ),
        Standing(
            array_at(desk[RESTRICTIONS], desk[N_RESTRICTIONS], RESTRICTION),
            array_at(desk[STARTS], SORTS + 1, _I64),
            table_at(desk[DEVICES], desk[N_DEVICES], 2, _U64),
        ),
        array_at(desk[WORKS], 1, SCRATCH),
        ContentLedgers(
            Shelf(
                array_at(desk[THINGS], desk[N_THINGS], _U64),
                array_at(desk[THINGS_S], desk[N_THINGS], _U32),
                array_at(desk[THINGS_GONE], 1, _I64),
            ),
            array_at(desk[HEADS], desk[N_THINGS], HEAD),
            table_at(desk[COUNTS], desk[N_THINGS], COUNTS_A_THING, _U32),
            array_at(desk[COUNTS], desk[N_THINGS], ONCE),
            Shelf(
                array_at(desk[MARKS], desk[N_MARKS], _U64),
                array_at(desk[MARKS_S], desk[N_MARKS], _U32),
                array_at(desk[MARKS_GONE], 1, _I64),
            ),
            array_at(desk[CHECKS], desk[N_CHECKS], CHECK),
            array_at(desk[CHECKED], 1, _I64),
            Shelf(
                array_at(desk[AUDIENCES], desk[N_AUDIENCES], _U64),
                array_at(desk[AUDIENCES_S], desk[N_AUDIENCES], _U32),
                array_at(desk[AUDIENCES_GONE], 1, _I64),
            ),
            array_at(desk[AUDIENCE_ROWS], desk[N_AUDIENCES], AUDIENCE),
            table_at(desk[AUDIENCE_COUNTS], desk[N_AUDIENCES], COUNTS_AN_AUDIENCE, _U32),
        ),
        Graph(
            _slots_at(desk, GRAPH_ACCOUNTS, desk[N_GRAPH], desk[N_GRAPH + 1], ACCOUNT),
            _slots_at(desk, GRAPH_THINGS, desk[N_GRAPH + 2], desk[N_GRAPH + 3], THING),
            _slots_at(desk, GRAPH_TIES, desk[N_GRAPH + 4], desk[N_GRAPH + 5], TIE),
            array_at(desk[CAMPAIGNS], CAMPAIGNS_MAX + 1, CAMPAIGN),
            array_at(desk[GRAPH_CONTROL], GRAPH_CONTROL_FIELDS, _I64),
        ),
        Compiled(
            array_at(desk[RULES], desk[N_VARIANTS], RULE),
            array_at(desk[CONDITIONS], desk[N_CONDITIONS], CONDITION),
            array_at(desk[SCOPES], desk[N_SCOPES], SCOPE),
            array_at(desk[MEMBERS], desk[N_MEMBERS], _U64),
        ),
        generation,
        np.bool_(False),  # these four as variables would be: so that the kernel is not compiled a second time
        events,
        peers,
        array_at(desk[PRINTS], 0, _U32),
        np.int64(0),
        np.int64(1),
        np.int64(0),
        array_at(desk[VERDICTS], 1, VERDICT),
        table_at(desk[SPOKE], 1, desk[N_RULES], _U8),
        table_at(desk[SIGNALS], 1, N_SIGNALS, _F64),
        array_at(desk[EVIDENCE], EVIDENCE_MAX, _F64),
    )
    return kept, done == 1
