"""Numbers to an Arrow table of events, in the field names of the design."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ecluse.events import SCHEMA, Chat, Kind
from ecluse.lab.draft import NONE, Draft
from ecluse.lab.draws import Ints
from ecluse.lab.roster import TIME, network_names

EVENTS = pa.schema(
    [
        SCHEMA.field(name)
        for name in (
            *("id", "kind", "at", "sender", "recipients", "chat", "group", "members", "text", "fingerprint", "hops"),
            *("origin", "sender_kind", "registered_at", "tool", "provider", "network", "region", "language", "subject"),
        )
    ]
)
"""The columns of a made-up log: those of an event that the lab fills."""

_OF_SENDER = ("sender_kind", "registered_at", "tool", "provider", "network", "region", "language")
_NO_TEXTS = pa.nulls(0, pa.string())
_PLACE = pa.int32()
_ID_DIGITS = 9
_WRITTEN = (Kind.SEND, Kind.FORWARD)


def to_table(events: Draft, accounts: pa.Table, start_ms: int, texts: pa.Array = _NO_TEXTS) -> pa.Table:
    """Events in order as ``EVENTS``; ids count them from e000000000. texts: those that the events' places mean."""
    names = accounts["account"].combine_chunks()
    sender = pa.array(events.sender)
    columns = {
        "id": _labels("e", np.arange(len(events.at_ms)), digits=_ID_DIGITS),
        "kind": pa.array(Kind.words()).take(pa.array(events.kind)),
        "at": pa.array(start_ms + events.at_ms).cast(TIME),
        "sender": names.take(sender),
        "recipients": _lists(events, names),
        "chat": _where(np.isin(events.kind, _WRITTEN), pa.array(Chat.words()).take(pa.array(events.chat))),
        "group": _where(events.group != NONE, _labels("group-", events.group)),
        "members": _numbers(events.members),
        "text": texts.take(_numbers(events.text)),
        "fingerprint": _numbers(events.fingerprint, pa.uint64()),
        "hops": _numbers(events.hops),
        "origin": names.take(_numbers(events.origin)),
        "subject": names.take(_numbers(events.subject)),
    }
    columns |= {name: accounts[name].combine_chunks().take(sender) for name in _OF_SENDER}
    elsewhere = events.network != NONE
    if elsewhere.any():
        columns["network"] = pc.if_else(pa.array(elsewhere), network_names(events.network), columns["network"])
    return pa.table([columns[name] for name in EVENTS.names], schema=EVENTS)


def _numbers(values: Ints, type_: pa.DataType = _PLACE) -> pa.Array:
    return pa.array(np.maximum(values, 0), type_, mask=values == NONE)


def _labels(prefix: str, numbers: Ints, digits: int = 1) -> pa.Array:
    text = pc.utf8_lpad(pa.array(numbers).cast(pa.string()), width=digits, padding="0")
    return pc.binary_join_element_wise(prefix, text, "")


def _where(condition: npt.NDArray[np.bool_], values: pa.Array) -> pa.Array:
    return pc.if_else(pa.array(condition), values, pa.scalar(None, pa.string()))


def _lists(events: Draft, names: pa.Array) -> pa.Array:
    offsets = np.concatenate(([0], np.cumsum(events.counts))).astype(np.int32)
    mask = pa.array(events.counts == 0)
    return pa.ListArray.from_arrays(pa.array(offsets), names.take(pa.array(events.peers)), mask=mask)
