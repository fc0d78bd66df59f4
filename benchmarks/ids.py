"""Messages as Arrow batches and as events: numbers of accounts become ids such as ``user-123``."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.traffic import Stream
from ecluse.events import BATCH_MAX, Event
from ecluse.lab.draws import Ints


def to_arrow(messages: Stream, *, first_id: int | None = None) -> pa.RecordBatch:
    """Messages as a batch. first_id: give each an event id, counted from there."""
    count = len(messages.at_s)
    columns = {
        "kind": pa.DictionaryArray.from_arrays(pa.array(np.zeros(count, np.int8)), ["send"]).cast(pa.string()),
        "at": pa.array(messages.at_s * 1_000).cast(pa.timestamp("ms", tz="UTC")),
        "sender": _names("user-", messages.sender),
        "recipients": pa.ListArray.from_arrays(
            pa.array(np.arange(count + 1, dtype=np.int32)), _names("user-", messages.peer)
        ),
    }
    if first_id is not None:
        columns["id"] = _names("message-", np.arange(first_id, first_id + count))
    return pa.record_batch(columns)


def _names(prefix: str, numbers: Ints) -> pa.Array:
    return pc.binary_join_element_wise(prefix, pa.array(numbers).cast(pa.string()), "")


def batches(messages: Stream, *, first_id: int | None = None) -> list[pa.RecordBatch]:
    """Messages in batches of 4,096."""
    starts = range(0, len(messages.at_s), BATCH_MAX)
    return [
        to_arrow(messages.between(start, start + BATCH_MAX), first_id=None if first_id is None else first_id + start)
        for start in starts
    ]


def to_events(messages: Stream) -> list[Event]:
    """Messages as structs."""
    return [
        Event(kind="send", at=at_s * 1_000, sender=f"user-{sender}", recipients=[f"user-{peer}"])
        for at_s, sender, peer in zip(*(column.tolist() for column in messages), strict=True)
    ]
