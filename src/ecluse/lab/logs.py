"""Logs of one-to-one messages, from a real log's CSV or from made-up traffic, as the measures take them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from ecluse.errors import InputError
from ecluse.lab.draws import Ints
from ecluse.lab.measures import Log
from ecluse.lab.traffic import Traffic

_COLUMNS = {"sender": pa.string(), "recipient": pa.string(), "at": pa.int64()}


def read_log(path: Path) -> Log:
    """Read a CSV with the columns ``sender``, ``recipient`` and ``at`` (epoch seconds). Raises InputError."""
    try:
        table = csv.read_csv(
            path, convert_options=csv.ConvertOptions(column_types=_COLUMNS, include_columns=list(_COLUMNS))
        )
    except (OSError, KeyError, pa.ArrowInvalid) as error:
        reason = str(error).splitlines()[0][:120]
        raise InputError("log", path.name, f"a CSV with sender, recipient, at (epoch seconds): {reason}") from None
    if not table.num_rows:
        raise InputError("log", path.name, "a log with messages", path.name)
    names = pc.unique(pa.chunked_array([*table["sender"].chunks, *table["recipient"].chunks]))
    return Log.of(_places(table["sender"], names), _places(table["recipient"], names), table["at"].to_numpy())


def direct_messages(traffic: Traffic) -> Log:
    """The one-to-one messages among the personal accounts of made-up traffic."""
    events = traffic.events
    written = events.filter(
        pc.and_(pc.is_in(events["kind"], pa.array(["send", "forward"])), pc.is_null(events["group"]))
    )
    recipients = written["recipients"].combine_chunks()
    event = pc.list_parent_indices(recipients)
    names = traffic.accounts.filter(pc.equal(traffic.accounts["role"], "personal"))["account"].combine_chunks()
    sender = _places(written["sender"].take(event), names)
    recipient = _places(recipients.flatten(), names)
    at_s = written["at"].cast(pa.int64()).to_numpy()[event.to_numpy()] // 1_000
    both = (sender >= 0) & (recipient >= 0)
    if not both.any():
        raise InputError("traffic", "no message between two people", "more people or days")
    return Log.of(sender[both], recipient[both], at_s[both])


def _places(ids: pa.Array | pa.ChunkedArray, names: pa.Array) -> Ints:
    """The place of each id among the names; -1: not there."""
    places = pc.fill_null(pc.index_in(ids, value_set=names), -1)
    return np.asarray(places.to_numpy(), dtype=np.int64)
