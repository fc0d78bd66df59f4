"""Casting Arrow columns: whatever means the same, and loses nothing but fractions of a millisecond.

Ids may be any text or whole numbers, numbers may be text, times may be timestamps of any unit and zone, epoch
milliseconds or RFC 3339; dictionaries and large or fixed-size lists are unpacked. All else is refused.
"""

from __future__ import annotations

import pyarrow as pa
from pyarrow import types

from ecluse.errors import InputError

_REASON_CHARACTERS_MAX = 120


def cast_column(column: pa.Array, field: pa.Field) -> pa.Array:
    """A well-formed column as one of ``field``'s type. Raises InputError, which names both types."""
    if column.type == field.type:
        return column
    try:
        if types.is_dictionary(column.type):
            column = column.dictionary_decode()
        if not _may_be(column.type, field.type):
            raise _unfit(field, column.type, "")
        return _to_time(column, field.type) if types.is_timestamp(field.type) else column.cast(field.type)
    except pa.ArrowException as error:
        raise _unfit(field, column.type, f" ({first_line(error)})") from None


def first_line(error: Exception) -> str:
    """Arrow's complaint without what follows on further lines."""
    return (str(error).splitlines() or [""])[0][:_REASON_CHARACTERS_MAX]


def _unfit(field: pa.Field, given: pa.DataType, reason: str) -> InputError:
    shown = given if types.is_primitive(given) else str(given).partition("<")[0]
    return InputError(field.name, f"a column of {shown}", f"a column of {field.type}{reason}")


def _may_be(given: pa.DataType, wanted: pa.DataType) -> bool:
    """Whether a column of one type may say what one of the other does."""
    if types.is_null(given):
        return True
    if types.is_list(wanted):
        lists = types.is_list(given) or types.is_large_list(given) or types.is_fixed_size_list(given)
        return lists and _may_be(_plain(given.value_type), wanted.value_type)
    if types.is_timestamp(wanted) and types.is_timestamp(given):
        return True
    return _is_text(given) or bool(types.is_integer(given))


def _plain(given: pa.DataType) -> pa.DataType:
    return given.value_type if types.is_dictionary(given) else given


def _is_text(given: pa.DataType) -> bool:
    return bool(types.is_string(given) or types.is_large_string(given) or types.is_string_view(given))


def _to_time(column: pa.Array, wanted: pa.DataType) -> pa.Array:
    if types.is_integer(column.type):
        return column.cast(pa.int64()).cast(wanted)
    if types.is_timestamp(column.type):
        finer = column.type.unit in ("us", "ns")  # to a finer unit a cast must not wrap around
        return column.cast(pa.timestamp(column.type.unit, "UTC")).cast(wanted, safe=not finer)
    if _is_text(column.type):
        text = column.cast(pa.string())
        try:
            return text.cast(pa.timestamp("us", "UTC")).cast(wanted, safe=False)
        except pa.ArrowInvalid:  # finer than microseconds, or no time at all
            return text.cast(pa.timestamp("ns", "UTC")).cast(wanted, safe=False)
    return column.cast(wanted)
