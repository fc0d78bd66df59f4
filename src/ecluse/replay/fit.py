"""Fit: a log's columns, as they came, to the fields of an event. Whole columns at a time.

What does not fit is refused with ``where`` = ``event N``, the row in the batch, as the events' own door does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ecluse.errors import EcluseError, InputError
from ecluse.events import SCHEMA, Kind
from ecluse.events.columns import TIME
from ecluse.events.event import expected
from ecluse.replay import times
from ecluse.replay.times import AtUnit

FLAT: Final = "recipient"
"""Field of a flat log: the one recipient of each event."""

FIELDS: Final = (*SCHEMA.names, FLAT)
"""Fields that a log may have."""

SEPARATOR: Final = ";"
"""Between the ids of ``recipients`` where a column holds text, as in CSV."""

_ARROW_ERRORS: Final = (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError)


class ColumnsError(EcluseError):
    """A log's columns are not the fields of an event.

    unknown: columns that are no field. missing: fields that no column has. where: the file.
    """

    def __init__(self, where: str, unknown: tuple[str, ...], missing: tuple[str, ...]) -> None:
        self.where, self.unknown, self.missing = where, unknown, missing
        faults = []
        if unknown:
            faults.append(f"unknown columns {', '.join(map(ascii, unknown))}")
        if missing:
            faults.append(f"no column for {', '.join(missing)}")
        super().__init__(f"{where}: {'; '.join(faults)}; the fields of an event are {', '.join(FIELDS)}")


@dataclass(frozen=True)
class Naming:
    """How a log names the fields of an event.

    columns: the column of a field, where it is not named like the field. ignored: columns that are passed over.
    Raises InputError for a field that there is not.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    ignored: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        for name in self.columns:
            if name not in FIELDS:
                raise InputError("map", name, f"a field of an event: {', '.join(FIELDS)}")

    def column_of(self, name: str) -> str:
        """The column that holds a field; ``recipients`` may lie in that of ``recipient``."""
        return self.columns.get(name, name)

    def fields_of(self, columns: list[str], where: str) -> dict[str, str]:
        """The field of each column that is read, in the columns' order. Raises ColumnsError, InputError.

        >>> Naming({"sender": "src", "at": "time"}, frozenset({"note"})).fields_of(["src", "time", "note"], "a.csv")
        {'src': 'sender', 'time': 'at'}
        """
        if len(set(columns)) != len(columns):
            raise InputError("columns", columns, "each column once", where)
        field_of = {self.column_of(name): name for name in FIELDS}
        read = {column: field_of[column] for column in columns if column in field_of and column not in self.ignored}
        unknown = tuple(column for column in columns if column not in field_of and column not in self.ignored)
        needed = dict.fromkeys(("sender", "at", *self.columns))
        missing = tuple(name for name in needed if name not in read.values())
        if unknown or missing:
            raise ColumnsError(where, unknown, missing)
        if FLAT in read.values() and "recipients" in read.values():
            raise InputError("columns", columns, "either recipient or recipients", where)
        return read


def fit(raw: pa.RecordBatch, field_of: Mapping[str, str], unit: AtUnit | None) -> pa.RecordBatch:
    """Columns of a log as fields of an event, for ``ecluse.events.conform`` to check.

    An event without a kind is a send. Raises InputError for the first value that can't be made to fit.
    """
    columns: dict[str, pa.Array] = {}
    for column, name in field_of.items():
        values = raw.column(column)
        if pa.types.is_dictionary(values.type):
            values = values.dictionary_decode()
        columns["recipients" if name == FLAT else name] = _fit_field(name, values, unit)
    kind = columns.get("kind", pa.nulls(raw.num_rows, pa.string()))
    columns["kind"] = pc.fill_null(kind, Kind.SEND.word)
    return pa.RecordBatch.from_pydict(columns)


def _fit_field(name: str, values: pa.Array, unit: AtUnit | None) -> pa.Array:
    if name == FLAT:
        return _lists_of_one(_text(name, values))
    if name == "recipients":
        return _recipients(values)
    kind = SCHEMA.field(name).type
    if kind == pa.string():
        return _text(name, values)
    if kind == TIME:
        if pa.types.is_timestamp(values.type):
            return values
        return _cast(name, values, lambda part: times.milliseconds(part, unit), times.EXPECTED)
    return _cast(name, values, lambda part: part.cast(kind), expected(name))


def _text(name: str, values: pa.Array) -> pa.Array:
    """Ids are text or whole numbers: 12.0 may have been 12, and may have been too long for a float."""
    if pa.types.is_floating(values.type):
        _refuse(name, values, _first_fraction(values), "text or a whole number")
    return _cast(name, values, lambda part: part.cast(pa.string()), expected(name))


def _recipients(values: pa.Array) -> pa.Array:
    if pa.types.is_string(values.type) or pa.types.is_large_string(values.type):
        return pc.split_pattern(values.cast(pa.string()), SEPARATOR)
    return _cast("recipients", values, lambda part: part.cast(pa.list_(pa.string())), expected("recipients"))


def _lists_of_one(ids: pa.Array) -> pa.Array:
    """Each id as a list of one; no id, no list."""
    given = ids.is_valid().to_numpy(zero_copy_only=False)
    offsets = np.concatenate([[0], np.cumsum(given)]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), ids.drop_null(), mask=pa.array(~given))


def _cast(name: str, values: pa.Array, cast: Callable[[pa.Array], pa.Array], should_be: str) -> pa.Array:
    """``cast`` a column; if it can't be, refuse the first value that is to blame."""
    if pa.types.is_boolean(values.type):
        _refuse(name, values, pc.index(values.is_valid(), True).as_py(), should_be)
    try:
        return cast(values)
    except _ARROW_ERRORS:
        _refuse(name, values, _first_failure(values, cast), should_be)
        raise


def _refuse(name: str, values: pa.Array, row: int, should_be: str) -> None:
    raise InputError(name, values[row].as_py(), should_be, f"event {row}")


def _first_fraction(values: pa.Array) -> int:
    fractions = pc.fill_null(pc.not_equal(values, pc.trunc(values)), False)
    row: int = pc.index(fractions, True).as_py()
    return row if row >= 0 else max(0, pc.index(values.is_valid(), True).as_py())


def _first_failure(values: pa.Array, cast: Callable[[pa.Array], pa.Array]) -> int:
    """The first row that ``cast`` fails on, by halving."""
    start, stop = 0, len(values)
    while stop - start > 1:
        middle = (start + stop) // 2
        try:
            cast(values.slice(start, middle - start))
        except _ARROW_ERRORS:
            stop = middle
        else:
            start = middle
    return start
