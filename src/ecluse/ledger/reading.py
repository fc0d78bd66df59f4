"""A whole signals row: what the fold, the meters, the gaps and the event itself say, in the columns of ``SIGNALS``."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from ecluse.compiled import leaf
from ecluse.events import Kind
from ecluse.ledger.gaps import read_gaps
from ecluse.ledger.layout import BLOCKS, GROUP_ADDITIONS, GROUPS_CREATED, MESSAGES, N_METERS, REFUSED_ATTEMPTS, REPORTS
from ecluse.ledger.memory import peek_u32
from ecluse.ledger.meters import read_meter
from ecluse.ledger.record import REGISTERED_S
from ecluse.ledger.signals import SIGNAL_COLUMNS

SEND: Final = int(Kind.SEND)
FORWARD: Final = int(Kind.FORWARD)
CREATE_GROUP: Final = int(Kind.CREATE_GROUP)
ADD_TO_GROUP: Final = int(Kind.ADD_TO_GROUP)
REGISTER: Final = int(Kind.REGISTER)
NO_KIND: Final = 255
"""Kind of "no event": an account as it stands."""

_METERS = ("messages", "refused_attempts", "reports", "blocks", "groups_created", "group_additions")
assert tuple(range(N_METERS)) == (MESSAGES, REFUSED_ATTEMPTS, REPORTS, BLOCKS, GROUPS_CREATED, GROUP_ADDITIONS)

METER_COLUMNS: Final = np.array([SIGNAL_COLUMNS[f"{meter}.1m"] for meter in _METERS], np.int64)
"""The first column of each meter, in the order of the blocks."""

C_GAPS: Final = SIGNAL_COLUMNS["gap_regularity.1m"]
C_ACCOUNT_AGE: Final = SIGNAL_COLUMNS["account_age"]
C_HOPS: Final = SIGNAL_COLUMNS["forward_hops"]
C_TOKEN_FAULT: Final = SIGNAL_COLUMNS["forward_token_fault"]
C_THIS_SEND: Final = SIGNAL_COLUMNS["recipients_of_this_send"]
C_THIS_REACH: Final = SIGNAL_COLUMNS["reach_of_this_send"]


@leaf
def is_send(kind: int) -> bool:
    """Whether a kind of event is a message."""
    return kind in (SEND, FORWARD)


@leaf
def account_age(arena: int, place: int, now_s: int, kind: int) -> float:
    """Seconds since the account registered; NaN if that is unknown, 0 if this event is its registration."""
    registered_s = peek_u32(arena, place + REGISTERED_S)
    if registered_s > 0:
        return float(max(0, now_s - registered_s))
    return 0.0 if kind == REGISTER else np.nan


@leaf
def read_header(arena: int, place: int, now_s: int, kind: int, recipients: int, signals: Any) -> None:
    """Write the signals that are not about rows. recipients: of this event, whatever its kind."""
    for block in range(N_METERS):
        more = 0
        if block == MESSAGES:
            more = 1 if is_send(kind) else 0
        elif block == GROUPS_CREATED:
            more = 1 if kind == CREATE_GROUP else 0
        elif block == GROUP_ADDITIONS:
            more = recipients if kind in (CREATE_GROUP, ADD_TO_GROUP) else 0
        read_meter(arena, place, block, now_s, more, signals, METER_COLUMNS[block])
    read_gaps(arena, place, now_s, is_send(kind), signals, C_GAPS)
    signals[C_ACCOUNT_AGE] = account_age(arena, place, now_s, kind)
    counted = is_send(kind) or kind in (CREATE_GROUP, ADD_TO_GROUP)
    signals[C_THIS_SEND] = recipients if counted else 0
