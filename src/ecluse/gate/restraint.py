"""What sanctions hold back: whether an event asks for a capability that its account, or who stands behind it, has not.

Asked before any rule, and only of accounts whose status says so (and of providers, networks and devices while any of
them has restrictions). Whoever wrote first may be answered, as long as answering itself is not taken away.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from ecluse.compiled import kernel, leaf
from ecluse.events import Kind
from ecluse.gate.decided import NO_RETRY
from ecluse.ledger.allocation import ARENA
from ecluse.ledger.layout import ROW_BYTES
from ecluse.ledger.memory import peek_u8, peek_u16, peek_u32, poke_u8
from ecluse.ledger.reading import is_send
from ecluse.ledger.record import FIRST_WROTE_S, LAST_HEARD_S, N_ROWS, STATUS, rows_start
from ecluse.ledger.standing import FOREVER, SORTS, Capability, SubjectSort, drop_of, first_of

DAY_S: Final = 86_400
TURNS_MAX: Final = 64
"""Restrictions that may follow one another before nobody says any more when they end."""

ACCOUNT_SORT: Final = int(SubjectSort.ACCOUNT)
START: Final = int(Capability.START)
ANSWER: Final = int(Capability.ANSWER)
ADD: Final = int(Capability.ADD)
FORWARDING: Final = int(Capability.FORWARD)
REGISTERING: Final = int(Capability.REGISTER)
SENDING: Final = int(Capability.SEND)
ALL: Final = int(Capability.ALL)
NEW_CONTACTS: Final = int(Capability.NEW_CONTACTS)

FORWARD: Final = int(Kind.FORWARD)
REGISTER: Final = int(Kind.REGISTER)
CREATE_GROUP: Final = int(Kind.CREATE_GROUP)
ADD_TO_GROUP: Final = int(Kind.ADD_TO_GROUP)
REPORT: Final = int(Kind.REPORT)
BLOCK: Final = int(Kind.BLOCK)

SANCTIONED: Final = -1.0
"""The first word of the evidence of a verdict that rests on a sanction and on no rule."""
WORDS: Final = 7
"""Words of such evidence: SANCTIONED, sanction, restriction, capability, until_s, new contacts a day, and counted."""

_ENDLESS: Final = 1 << 40


@leaf
def is_restrained(arena: int, place: int, standing: Any) -> bool:
    """Whether anything could hold an event back: all that most events pay."""
    return peek_u8(arena, place + STATUS) != 0 or standing.starts[SORTS] > standing.starts[1]


@kernel
def hold_back(
    control: Any,
    standing: Any,
    place: int,
    event: Any,
    now_s: int,
    late: bool,
    n_peers: int,
    heard_s: int,
    row_of: Any,
    evidence: Any,
    written: int,
) -> Any:
    """See whether a restriction holds the event back. Returns words of evidence written, and seconds to wait for it.

    Nothing is written if none does. A status of which nothing is left is taken away. n_peers, heard_s, row_of: of the
    event's peers, as in the kernel.
    """
    arena = control[ARENA]
    asked, fresh = _asked(arena, event, n_peers, heard_s, row_of)
    if peek_u8(arena, place + STATUS) != 0 and not late and _has_ended(standing, event.sender, now_s):
        drop_of(standing, ACCOUNT_SORT, event.sender)
        poke_u8(arena, place + STATUS, 0)
    if asked == 0:
        return written, NO_RETRY
    at_s, last = now_s, -1
    for _ in range(TURNS_MAX):
        place_held, end_s = _longest(arena, standing, place, event, at_s, asked, fresh)
        if place_held < 0:
            break
        if last < 0:
            last = place_held
            _write(arena, standing, place, last, now_s, fresh, evidence, written)
        at_s = end_s
        if end_s == _ENDLESS:
            break
    if last < 0:
        return written, NO_RETRY
    helps = at_s != _ENDLESS and _longest(arena, standing, place, event, at_s, asked, fresh)[0] < 0
    return written + WORDS, (at_s - now_s if helps else NO_RETRY)


@leaf
def _asked(arena: int, event: Any, n_peers: int, heard_s: int, row_of: Any) -> Any:
    """The capabilities that an event needs, as bits, and how many strangers it would be the first to write to."""
    kind = np.int64(event.kind)
    if kind in (REPORT, BLOCK):
        return 0, 0
    if kind == REGISTER:
        return ALL | REGISTERING, 0
    if kind in (CREATE_GROUP, ADD_TO_GROUP):
        return ALL | ADD, 0
    if not is_send(kind):
        return ALL, 0
    asked, fresh = ALL | SENDING, 0
    if kind == FORWARD:
        asked |= FORWARDING
    for k in range(n_peers):
        heard = heard_s > 0 or (row_of[k] != 0 and peek_u32(arena, row_of[k] + LAST_HEARD_S) > 0)
        asked |= ANSWER if heard else START
        if not heard and (row_of[k] == 0 or peek_u32(arena, row_of[k] + FIRST_WROTE_S) == 0):
            fresh += 1
    if fresh > 0:
        asked |= NEW_CONTACTS
    return asked, fresh


@kernel
def _longest(arena: int, standing: Any, place: int, event: Any, at_s: int, asked: int, fresh: int) -> Any:
    """The restriction that holds the event back at second ``at_s`` for longest, and until when; -1 if none does."""
    found, latest_s = -1, 0
    registers = event.kind == REGISTER
    for sort in range(SORTS):
        if standing.starts[sort] == standing.starts[sort + 1] or (sort >= 2 and not registers):
            continue
        key = event.sender
        if sort == 1:
            key = event.provider
        elif sort == 2:
            key = event.network
        elif sort == 3:
            key = event.device
        stop = standing.starts[sort + 1]
        k = first_of(standing, sort, key)
        while k < stop and standing.entries[k].key == key:
            end_s = _end(arena, standing.entries[k], place, at_s, asked, fresh)
            if end_s > latest_s:
                found, latest_s = k, end_s
            k += 1
    return found, latest_s


@leaf
def _end(arena: int, entry: Any, place: int, at_s: int, asked: int, fresh: int) -> int:
    """Until when an entry holds back what is asked at ``at_s``; 0 if it does not."""
    until_s = _ENDLESS if entry.until_s == FOREVER else np.int64(entry.until_s)
    if np.int64(entry.capability) & asked == 0 or at_s < np.int64(entry.from_s) or at_s >= until_s:
        return 0
    if entry.capability != NEW_CONTACTS:
        return until_s
    most = np.int64(entry.new_contacts)
    if _strangers(arena, place, at_s) + fresh <= most:
        return 0
    if fresh > most:
        return until_s
    low, high = at_s, at_s + DAY_S
    while low + 1 < high:  # the first second at which enough of them are a day old
        middle = (low + high) >> 1
        if _strangers(arena, place, middle) + fresh <= most:
            high = middle
        else:
            low = middle
    return min(high, until_s)


@kernel
def _strangers(arena: int, place: int, at_s: int) -> int:
    """Peers that the account first wrote to in the day up to ``at_s``, and that never wrote to it."""
    row = rows_start(arena, place)
    end = row + peek_u16(arena, place + N_ROWS) * ROW_BYTES
    found = 0
    while row < end:
        if peek_u32(arena, row + LAST_HEARD_S) == 0:
            found += peek_u32(arena, row + FIRST_WROTE_S) > max(0, at_s - DAY_S)
        row += ROW_BYTES
    return found


@leaf
def _has_ended(standing: Any, key: Any, now_s: int) -> bool:
    """Whether nothing that an account has here holds any more, or will."""
    k = first_of(standing, ACCOUNT_SORT, key)
    while k < standing.starts[1] and standing.entries[k].key == key:
        if standing.entries[k].until_s == FOREVER or np.int64(standing.entries[k].until_s) > now_s:
            return False
        k += 1
    return True


@leaf
def _write(
    arena: int, standing: Any, place: int, held: int, now_s: int, fresh: int, evidence: Any, written: int
) -> None:
    entry = standing.entries[held]
    evidence[written] = SANCTIONED
    evidence[written + 1] = entry.sanction
    evidence[written + 2] = entry.restriction
    evidence[written + 3] = entry.capability
    evidence[written + 4] = entry.until_s
    evidence[written + 5] = entry.new_contacts
    evidence[written + 6] = _strangers(arena, place, now_s) + fresh if entry.capability == NEW_CONTACTS else 0
