"""The graph of accounts and what they share, in fixed memory, and how a send is noted in it.

Three tables: accounts that wrote to strangers, things that came with messages to strangers, and ties, one for each
account and thing. Each is slots, with all that is known of one in its row: one line of memory, or two. When all are
taken, the slot of what was seen longest ago is used again. What nobody writes to strangers with takes no room.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple, Self

import numpy as np

from ecluse.campaigns.rhythm import MINIMA, RHYTHMS, beat, mix, rhythm_of
from ecluse.campaigns.sends import GIVEN_SORTS, KIND_UNKNOWN, Sort
from ecluse.compiled import kernel, leaf
from ecluse.content.slots import SLOT_FIELDS, USED, Slots, find, take, touch
from ecluse.errors import InputError
from ecluse.ledger.memory import LINE_BYTES

WINDOW_S: Final = 30 * 86_400
"""What was not seen for as long is forgotten."""

RIPE_S: Final = 3_600
"""Strangers written to in this hour or the one before are not yet expected to have answered."""

LOOK_SENDS_MIN: Final = 16
"""Campaigns are looked for again when there were so many sends to strangers since the last look, and..."""
LOOK_ASKED_SHARE: Final = 2_048
"""...a thing asks for it, and there was a send to a stranger for each so many ties and accounts; or..."""
LOOK_S: Final = 300
LOOK_NOTED_SHARE: Final = 4
"""...so many seconds of events have passed, and there was a send for each so many of them; or..."""
LOOK_SHARE: Final = 8
"""...there was a send to a stranger for each so many of them..."""
LOOK_SIZE_MIN: Final = 16_384
"""...who are taken for so many at the least: so sends share the cost of looks."""

ASKING_ACCOUNTS: Final = 5
"""A content, domain or rhythm of so many accounts asks for a look..."""
ASKING_STRANGERS: Final = 32
ASKING_IN_RHYTHM: Final = 8
"""...when it has reached so many strangers, then at each quarter more, as long as seven in ten recipients are."""

ACCOUNT = np.dtype(
    [
        *SLOT_FIELDS,
        ("recipients", "<u4"),
        ("strangers", "<u4"),
        ("earlier", "<u4"),  # strangers before the hour ``hour``
        ("before", "<u4"),  # and before the one before that
        ("answers", "<u4"),
        ("hour", "<u4"),
        ("first_s", "<u4"),
        ("registered_s", "<u4"),
        ("campaign", "<u4"),  # its number, 0 = none
        ("tick", "<u4"),
        ("minima", "<u4", (MINIMA,)),
        ("day", "<u2"),
        ("ticks", "<u2"),
        ("kind", "u1"),
        ("reserved", "u1", (15,)),
    ]
)
assert ACCOUNT.itemsize == 96

THING = np.dtype(
    [
        *SLOT_FIELDS,
        ("campaign", "<u4"),
        ("thing", "<u8"),  # its key as it came; the slot's is mixed with its sort
        ("peers", "<u8"),  # a bit for each stranger that it reached
        ("recipients", "<u4"),
        ("strangers", "<u4"),
        ("ties", "<u4"),  # that were made, forgotten ones too
        ("asks", "<u4"),  # strangers at which it asks for a look
        ("sort", "u1"),
        ("reserved", "u1", (7,)),
    ]
)
assert THING.itemsize == LINE_BYTES

TIE = np.dtype(
    [
        *SLOT_FIELDS,
        ("first_s", "<u4"),
        ("account", "<u8"),
        ("thing", "<u8"),
        ("recipients", "<u4"),
        ("strangers", "<u4"),
        ("account_slot", "<u4"),  # where both were when it was last noted
        ("thing_slot", "<u4"),
        ("sort", "u1"),
        ("reserved", "u1", (7,)),
    ]
)
assert TIE.itemsize == LINE_BYTES

CAMPAIGN = np.dtype(
    [
        ("id", "<u8"),  # 0: the number is free
        ("serial", "<u8"),  # which one it was to be found: the eldest has the least
        ("recipients", "<u8"),
        ("strangers", "<u8"),
        ("accounts", "<u4"),
        ("found_s", "<u4"),
        ("first_s", "<u4"),
        ("last_s", "<u4"),
    ]
)
assert CAMPAIGN.itemsize == 48

CAMPAIGNS_MAX: Final = 1_023
"""Campaigns at one time; of more, those that wrote to the most strangers."""

THINGS_AN_ACCOUNT: Final = 2
TIES_AN_ACCOUNT: Final = 4
PLACE_BYTES: Final = 16
"""Bytes of a slot in its table, at most."""
ACCOUNT_BYTES: Final = (
    (PLACE_BYTES + ACCOUNT.itemsize)
    + THINGS_AN_ACCOUNT * (PLACE_BYTES + THING.itemsize)
    + TIES_AN_ACCOUNT * (PLACE_BYTES + TIE.itemsize)
)
"""Bytes for each account that there is room for, with its share of things and ties."""
MEMORY_BYTES_MIN: Final = 1 << 20

SINCE: Final = 0
"""Sends to strangers since the last look."""
LOOKED_S: Final = 1
AT_S: Final = 2
"""The latest second noted."""
SERIAL: Final = 3
"""Campaigns found so far."""
LOOKS: Final = 4
NOTED: Final = 5
"""Sends since the last look."""
ASKED: Final = 6
"""Whether a thing asks for a look."""
CONTROL_FIELDS: Final = 8

CONTENT: Final = int(Sort.CONTENT)
DOMAIN: Final = int(Sort.DOMAIN)
PROVIDER: Final = int(Sort.PROVIDER)
NETWORK: Final = int(Sort.NETWORK)
RHYTHM: Final = int(Sort.RHYTHM)

SATURATED: Final = 0xFFFFFFFF
_U = np.uint64


class Graph(NamedTuple):
    """The arrays.

    accounts, things, ties: slots, with rows of ACCOUNT, THING, TIE. campaign: CAMPAIGN, shape (CAMPAIGNS_MAX + 1,), by
    number; 0 is none. control: int64, shape (CONTROL_FIELDS,).
    """

    accounts: Slots
    things: Slots
    ties: Slots
    campaign: np.ndarray
    control: np.ndarray

    @classmethod
    def new(cls, memory_bytes: int) -> Self:
        """An empty graph. memory_bytes: for all of it, at least 1 MiB; 0: no graph. Raises InputError."""
        if memory_bytes != 0 and memory_bytes < MEMORY_BYTES_MIN:
            raise InputError("memory_bytes", memory_bytes, f"0, or at least {MEMORY_BYTES_MIN}")
        campaigns = np.zeros(CAMPAIGNS_MAX + 1, CAMPAIGN)
        n = max(0, (memory_bytes - campaigns.nbytes) // ACCOUNT_BYTES)
        sizes = n, THINGS_AN_ACCOUNT * n, TIES_AN_ACCOUNT * n
        accounts, things, ties = (Slots.new(size, row) for size, row in zip(sizes, (ACCOUNT, THING, TIE), strict=True))
        return cls(accounts, things, ties, campaigns, np.zeros(CONTROL_FIELDS, np.int64))

    def tables(self) -> dict[str, Slots]:
        """Slots by name."""
        return {"accounts": self.accounts, "things": self.things, "ties": self.ties}

    def arrays(self) -> dict[str, np.ndarray]:
        """All arrays by name, as views."""
        named: dict[str, np.ndarray] = {}
        for name, part in self._asdict().items():
            if isinstance(part, Slots):
                named |= {f"{name}.{inner}": array for inner, array in part._asdict().items()}
            else:
                named[name] = part
        return named


@kernel
def note_all(graph: Any, sends: Any, first: int) -> int:
    """Note rows from ``first`` on. Returns where a look is due before the row, or how many rows there are."""
    for i in range(first, len(sends.account)):
        if look_due(graph, np.int64(sends.at_s[i])):
            return i
        if sends.answered[i]:
            note_answers(graph, sends.account[i], sends.answered[i])
        if sends.recipients[i]:
            note_send(
                graph,
                sends.account[i],
                np.int64(sends.at_s[i]),
                np.int64(sends.recipients[i]),
                np.int64(sends.strangers[i]),
                np.int64(sends.registered_s[i]),
                np.int64(sends.kind[i]),
                sends.things[i],
                sends.peers[i],
            )
    return len(sends.account)


@leaf
def look_due(graph: Any, at_s: int) -> bool:
    """Whether campaigns are to be looked for before what happens at ``at_s``: it depends on what was noted alone."""
    control = graph.control
    since = control[SINCE]
    if since < LOOK_SENDS_MIN:
        return False
    size = max(LOOK_SIZE_MIN, graph.ties.control[USED] + graph.accounts.control[USED])
    if control[ASKED] and since * LOOK_ASKED_SHARE >= size:
        return True
    if at_s >= control[LOOKED_S] + LOOK_S and control[NOTED] * LOOK_NOTED_SHARE >= size:
        return True
    return since * LOOK_SHARE >= size


@kernel
def is_look_due(graph: Any, at_s: int) -> bool:
    """``look_due``, for callers that are not compiled."""
    return look_due(graph, at_s)


@leaf
def note_answers(graph: Any, account: Any, answers: int) -> None:
    """So many strangers of an account answered it."""
    slot = find(graph.accounts, account)
    if slot >= 0:
        graph.accounts.rows[slot].answers = _sum(graph.accounts.rows[slot].answers, answers)


@kernel
def note_send(
    graph: Any,
    account: Any,
    at_s: int,
    recipients: int,
    strangers: int,
    registered_s: int,
    kind: int,
    things: Any,
    peers: Any,
) -> None:
    """Note one send. things: uint64, shape (GIVEN_SORTS,). peers: a bit for each stranger."""
    control = graph.control
    control[AT_S] = max(control[AT_S], at_s)
    control[NOTED] += 1
    slot = find(graph.accounts, account)
    if slot < 0 and strangers == 0:
        _note_things(graph, account, 0, at_s, recipients, strangers, things, peers)
        return
    if slot < 0:
        slot = take(graph.accounts, account, at_s, control[AT_S] - WINDOW_S)
        clear_account(graph.accounts.rows[slot], at_s)
    elif np.int64(graph.accounts.rows[slot].last_s) < at_s - WINDOW_S:
        touch(graph.accounts, slot, at_s)
        clear_account(graph.accounts.rows[slot], at_s)
    else:
        touch(graph.accounts, slot, at_s)
    row = graph.accounts.rows[slot]
    row.registered_s = registered_s if registered_s != 0 else row.registered_s
    row.kind = kind if kind != KIND_UNKNOWN else row.kind
    row.recipients = _sum(row.recipients, recipients)
    if strangers > 0:
        control[SINCE] += 1
        hour = at_s // RIPE_S
        if hour > row.hour:
            row.before = row.earlier if hour == row.hour + 1 else row.strangers
            row.earlier = row.strangers
            row.hour = hour
        row.strangers = _sum(row.strangers, strangers)
    _note_things(graph, account, slot, at_s, recipients, strangers, things, peers)
    if strangers > 0 and beat(row, at_s):
        for which in range(RHYTHMS):
            _note_thing(graph, account, slot, rhythm_of(row, which), RHYTHM, at_s, recipients, strangers, peers)
    number = np.int64(row.campaign)
    if number == 0 and strangers > 0:
        number = campaign_of_thing(graph, things[CONTENT], CONTENT)
    if number != 0:
        campaign = graph.campaign[number]
        campaign.recipients += recipients
        campaign.strangers += strangers
        campaign.last_s = max(campaign.last_s, at_s)


@leaf
def campaign_of_thing(graph: Any, thing: Any, sort: int) -> int:
    """The number of the campaign that a thing belongs to, or 0."""
    if thing == _U(0):
        return 0
    slot = find(graph.things, mix(thing, _U(sort)))
    return np.int64(graph.things.rows[slot].campaign) if slot >= 0 else 0


@leaf
def clear_account(row: Any, at_s: int) -> None:
    """Let a row be that of an account of which nothing is known."""
    row.recipients, row.strangers, row.earlier, row.before, row.answers = 0, 0, 0, 0, 0
    row.hour, row.first_s, row.registered_s, row.campaign = 0, at_s, 0, 0
    row.day, row.tick, row.ticks, row.kind = 0, 0, 0, KIND_UNKNOWN


@leaf
def _note_things(
    graph: Any, account: Any, account_slot: int, at_s: int, recipients: int, strangers: int, things: Any, peers: Any
) -> None:
    for sort in range(GIVEN_SORTS):
        if things[sort] != _U(0):
            _note_thing(graph, account, account_slot, things[sort], sort, at_s, recipients, strangers, peers)


@kernel
def _note_thing(
    graph: Any,
    account: Any,
    account_slot: int,
    thing: Any,
    sort: int,
    at_s: int,
    recipients: int,
    strangers: int,
    peers: Any,
) -> None:
    """A send with a thing: count it there, and in its sender's tie. Only strangers make new ones."""
    key = mix(thing, _U(sort))
    slot = find(graph.things, key)
    if slot < 0:
        if strangers == 0:
            return
        slot = take(graph.things, key, at_s, graph.control[AT_S] - WINDOW_S)
        _clear_thing(graph.things.rows[slot], thing, sort)
    else:
        if np.int64(graph.things.rows[slot].last_s) < at_s - WINDOW_S:
            _clear_thing(graph.things.rows[slot], thing, sort)
        touch(graph.things, slot, at_s)
    thing_slot = slot
    counted = graph.things.rows[slot]
    counted.recipients = _sum(counted.recipients, recipients)
    counted.strangers = _sum(counted.strangers, strangers)
    counted.peers = counted.peers | peers
    tied = mix(account, key)
    slot = find(graph.ties, tied)
    if slot < 0:
        if strangers == 0:
            return
        slot = take(graph.ties, tied, at_s, graph.control[AT_S] - WINDOW_S)
        counted.ties = _sum(counted.ties, 1)
        clear_tie(graph.ties.rows[slot], account, key, sort, at_s)
    else:
        if np.int64(graph.ties.rows[slot].last_s) < at_s - WINDOW_S:
            clear_tie(graph.ties.rows[slot], account, key, sort, at_s)
        touch(graph.ties, slot, at_s)
    tie = graph.ties.rows[slot]
    tie.account_slot, tie.thing_slot = account_slot, thing_slot
    tie.recipients = _sum(tie.recipients, recipients)
    tie.strangers = _sum(tie.strangers, strangers)
    asking = counted.ties >= ASKING_ACCOUNTS and counted.strangers >= counted.asks and sort not in (PROVIDER, NETWORK)
    if asking and 10 * np.int64(counted.strangers) >= 7 * np.int64(counted.recipients):
        counted.asks = counted.strangers + counted.strangers // 4 + 1
        graph.control[ASKED] = 1


@leaf
def _clear_thing(row: Any, thing: Any, sort: int) -> None:
    row.thing, row.peers = thing, 0
    row.recipients, row.strangers, row.campaign, row.sort, row.ties = 0, 0, 0, sort, 0
    row.asks = ASKING_IN_RHYTHM if sort == RHYTHM else ASKING_STRANGERS


@leaf
def clear_tie(row: Any, account: Any, thing: Any, sort: int, at_s: int) -> None:
    """Let a row be that of a new tie."""
    row.account, row.thing, row.sort = account, thing, sort
    row.recipients, row.strangers, row.first_s = 0, 0, at_s


@leaf
def _sum(count: int, more: int) -> int:
    """A count that stays at its highest value."""
    return min(np.int64(count) + np.int64(more), SATURATED)
