"""Events as Arrow columns: the same fields as in JSON, one column each, checked without a loop per event.

Whatever Arrow brings (dictionaries, large strings, other time units, columns missing or in another order) is made to
fit ``SCHEMA`` or refused with the column, the row and the value.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ecluse.errors import InputError
from ecluse.events.casting import cast_column, first_line
from ecluse.events.event import (
    AT_MS_MAX,
    AT_MS_MIN,
    HOPS_MAX,
    ID_CHARACTERS_MAX,
    MEMBERS_MAX,
    RECIPIENTS_MAX,
    TEXT_CHARACTERS_MAX,
    Event,
    expected,
    milliseconds,
)
from ecluse.events.faults import unknown_field
from ecluse.events.regions import REGION
from ecluse.events.vocabulary import AccountKind, Chat, Kind

TIME = pa.timestamp("ms", tz="UTC")

SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("kind", pa.string()),
        ("at", TIME),
        ("sender", pa.string()),
        ("recipients", pa.list_(pa.string())),
        ("chat", pa.string()),
        ("group", pa.string()),
        ("members", pa.int32()),
        ("text", pa.string()),
        ("fingerprint", pa.uint64()),
        ("hops", pa.int32()),
        ("origin", pa.string()),
        ("forward_token", pa.string()),
        ("sender_kind", pa.string()),
        ("registered_at", TIME),
        ("tool", pa.string()),
        ("provider", pa.string()),
        ("network", pa.string()),
        ("device", pa.string()),
        ("region", pa.string()),
        ("language", pa.string()),
        ("subject", pa.string()),
    ]
)
"""The columns of a batch of events; all but kind, at and sender may hold nulls."""

REQUIRED = ("kind", "at", "sender")
WELL_FORMED = "well-formed Arrow, its text in UTF-8"

_WORDS = {"kind": Kind.words(), "chat": Chat.words(), "sender_kind": AccountKind.words()}
_RANGES = {
    "at": (AT_MS_MIN, AT_MS_MAX - 1),
    "registered_at": (AT_MS_MIN, AT_MS_MAX - 1),
    "members": (1, MEMBERS_MAX),
    "hops": (0, HOPS_MAX),
}
_WORD_SETS = {name: pa.array(words) for name, words in _WORDS.items()}
_IDS = (
    "id",
    "sender",
    "group",
    "origin",
    "forward_token",
    "tool",
    "provider",
    "network",
    "device",
    "language",
    "subject",
)
_REGION = rf"\A{REGION}\z"


def to_columns(events: Sequence[Event]) -> pa.RecordBatch:
    """Checked events as a batch of ``SCHEMA``, shape (n_events,). Raises InputError for lone surrogates."""
    columns: list[pa.Array] = []
    for field in SCHEMA:
        values: list[Any] = [getattr(event, field.name) for event in events]
        if field.type == TIME:
            values = [None if value is None else milliseconds(value) for value in values]
            columns.append(pa.array(values, pa.int64()).cast(TIME))
        else:
            columns.append(_to_column(values, field))
    return pa.RecordBatch.from_arrays(columns, schema=SCHEMA)


def _to_column(values: list[Any], field: pa.Field) -> pa.Array:
    try:
        return pa.array(values, field.type)
    except UnicodeEncodeError as error:
        raise InputError(field.name, error.object, "text without lone surrogates") from None


def conform(events: pa.RecordBatch | pa.Table) -> pa.RecordBatch:
    """Make any Arrow batch one of ``SCHEMA``: missing columns become nulls, types are cast, every value is checked.

    Raises InputError, which names the column, the row, the value and what would be right.
    """
    _check_names(events)
    batch = pa.RecordBatch.from_arrays([_column(events, field) for field in SCHEMA], schema=SCHEMA)
    check(batch)
    return batch


def _check_names(events: pa.RecordBatch | pa.Table) -> None:
    try:
        names = events.schema.names
        events.validate()
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        raise InputError("columns", first_line(error), WELL_FORMED) from None
    for name in names:
        if name not in SCHEMA.names:
            raise unknown_field(name, "a column")
    if len(set(names)) != len(names):
        raise InputError("columns", names, "each field once")
    for name in REQUIRED:
        if name not in names:
            raise InputError(name, None, f"given: {expected(name)}")


def _column(events: pa.RecordBatch | pa.Table, field: pa.Field) -> pa.Array:
    """A column of a batch, cast; what it says of itself is found to be true before anything relies on it."""
    if field.name not in events.schema.names:
        return pa.nulls(events.num_rows, field.type)
    column = events.column(field.name)
    try:
        for chunk in column.chunks if isinstance(column, pa.ChunkedArray) else [column]:
            chunk.validate(full=True)
    except pa.ArrowInvalid as error:
        raise InputError(field.name, first_line(error), WELL_FORMED) from None
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
        if isinstance(column, pa.ChunkedArray):  # over 2 GiB of text in one column
            raise InputError(field.name, "over 2 GiB", "less text in one batch")
    return cast_column(column, field)


def check(batch: pa.RecordBatch) -> None:
    """Check every value of a well-formed batch of ``SCHEMA``. Raises InputError, which names the first wrong row."""
    if not _is_right(batch):
        _name_what_is_wrong(batch)


def _is_right(batch: pa.RecordBatch) -> bool:
    """Whether every value is as it should be: by least and greatest values, several times as quick as by rows."""
    if any(batch.column(name).null_count for name in REQUIRED):
        return False
    codes = {name: pc.index_in(batch.column(name), words) for name, words in _WORD_SETS.items()}
    if any(codes[name].null_count != batch.column(name).null_count for name in _WORDS):
        return False
    recipients = batch.column("recipients")
    ids = recipients.flatten()
    return (
        all(_within(_numbers(batch.column(name)), *bounds) for name, bounds in _RANGES.items())
        and all(_within(_lengths(batch.column(name)), 1, ID_CHARACTERS_MAX) for name in _IDS)
        and _within(_lengths(batch.column("text")), 0, TEXT_CHARACTERS_MAX)
        and not pc.any(_no_region(batch)).as_py()
        and _within(pc.list_value_length(recipients), 1, RECIPIENTS_MAX)
        and ids.null_count == 0
        and _within(_lengths(ids), 1, ID_CHARACTERS_MAX)
        and _has_what_it_needs(batch, codes["kind"].to_numpy(zero_copy_only=False))
    )


def _numbers(column: pa.Array) -> pa.Array:
    return column.view(pa.int64()) if column.type == TIME else column


def _lengths(column: pa.Array) -> pa.Array:
    return column if column.null_count == len(column) else pc.utf8_length(column)


def _within(numbers: pa.Array, low: int, high: int) -> bool:
    if numbers.null_count == len(numbers):
        return True
    least_and_most = pc.min_max(numbers)
    return bool(low <= least_and_most["min"].as_py() and least_and_most["max"].as_py() <= high)


def _no_region(batch: pa.RecordBatch) -> pa.Array:
    """Where there stands something that is no region's code."""
    column = batch.column("region")
    if column.null_count == len(column):
        return pa.nulls(len(column), pa.bool_())
    return pc.invert(pc.match_substring_regex(column, _REGION))


def _has_what_it_needs(batch: pa.RecordBatch, kind: np.ndarray) -> bool:
    """Whether each event has the fields that its kind needs. kind: numbers of ``Kind``."""
    no_recipients, no_group, no_subject = (
        batch.column(name).is_null().to_numpy(zero_copy_only=False) for name in ("recipients", "group", "subject")
    )
    lacking = (kind <= Kind.FORWARD) & no_recipients & no_group
    lacking |= (kind == Kind.ADD_TO_GROUP) & no_recipients
    lacking |= ((kind == Kind.REPORT) | (kind == Kind.BLOCK)) & no_subject
    return not lacking.any()


def _name_what_is_wrong(batch: pa.RecordBatch) -> None:
    for name in REQUIRED:
        _refuse(batch, name, pc.is_null(batch.column(name)))
    for name in _WORDS:
        column = batch.column(name)
        _refuse(batch, name, pc.and_(pc.is_valid(column), pc.invert(pc.is_in(column, _WORD_SETS[name]))))
    for name, (low, high) in _RANGES.items():
        column = batch.column(name)
        if column.null_count == len(column):
            continue
        numbers = column.cast(pa.int64())
        _refuse(batch, name, pc.or_(pc.less(numbers, low), pc.greater(numbers, high)))
    for name in _IDS:
        _refuse_lengths(batch, name, batch.column(name), 1, ID_CHARACTERS_MAX)
    _refuse_lengths(batch, "text", batch.column("text"), 0, TEXT_CHARACTERS_MAX)
    _refuse(batch, "region", _no_region(batch))
    _check_recipients(batch)
    _check_needs(batch)


def _refuse_lengths(batch: pa.RecordBatch, name: str, column: pa.Array, low: int, high: int) -> None:
    if column.null_count == len(column):
        return
    lengths = pc.utf8_length(column)
    _refuse(batch, name, pc.or_(pc.less(lengths, low), pc.greater(lengths, high)))


def _check_recipients(batch: pa.RecordBatch) -> None:
    recipients = batch.column("recipients")
    if recipients.null_count == len(recipients):
        return
    counts = pc.list_value_length(recipients)
    _refuse(batch, "recipients", pc.or_(pc.less(counts, 1), pc.greater(counts, RECIPIENTS_MAX)))
    ids = recipients.flatten()
    lengths = pc.fill_null(pc.utf8_length(ids), 0)
    wrong = pc.or_(pc.less(lengths, 1), pc.greater(lengths, ID_CHARACTERS_MAX))
    if pc.any(wrong).as_py():
        place = pc.index(wrong, True).as_py()
        ends = pc.cumulative_sum(counts.fill_null(0).cast(pa.int64())).to_numpy()
        row = int(ends.searchsorted(place, side="right"))
        raise InputError("recipients", ids[place].as_py(), expected("recipients"), f"event {row}")


def _check_needs(batch: pa.RecordBatch) -> None:
    kind = batch.column("kind")
    no_recipients = pc.is_null(batch.column("recipients"))
    sends = pc.is_in(kind, pa.array(["send", "forward"]))
    nobody = pc.and_(sends, pc.and_(no_recipients, pc.is_null(batch.column("group"))))
    _refuse(batch, "recipients", nobody, f"{expected('recipients')}, or a group")
    _refuse(batch, "recipients", pc.and_(pc.equal(kind, "add_to_group"), no_recipients))
    about = pc.is_in(kind, pa.array(["report", "block"]))
    _refuse(batch, "subject", pc.and_(about, pc.is_null(batch.column("subject"))), "the id of the account it is about")


def _refuse(batch: pa.RecordBatch, name: str, wrong: pa.Array, should_be: str | None = None) -> None:
    """Raise for the first row where ``wrong`` holds."""
    place = pc.index(wrong, True).as_py()
    if place < 0:
        return
    value = batch.column(name)[place]
    shown = value.cast(pa.int64()).as_py() if value.type == TIME else value.as_py()
    if isinstance(shown, list):
        shown = f"{len(shown)} ids"
    raise InputError(name, shown, should_be or expected(name), f"event {place}")
