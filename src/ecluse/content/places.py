"""Rows of eight places, looked through all at once, as a vector of the processor: of a band, and of a shelf.

A place of a band has 32 bits: in the lower 24 a slot and 1, in the others the highest bits of the band's value, its
tag, so that a text of another band that merely stands in the same row is not looked at. The newest stands first. A
place of a shelf has a key of 64 bits, of which the least is the caller's. 0 is free.
"""

from __future__ import annotations

from typing import Any, Final

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

PLACES: Final = 8
SLOT_BITS: Final = 24
TEXTS_MAX: Final = (1 << SLOT_BITS) - 1
TAG: Final = 0xFFFFFFFF ^ TEXTS_MAX
ROW_BYTES: Final = 4 * PLACES

_BYTE: Final = ir.IntType(8)
_WORD: Final = ir.IntType(32)
_ROW: Final = ir.VectorType(_WORD, PLACES)
_ZEROS: Final = ir.Constant(_ROW, [0] * PLACES)
_LONG: Final = ir.IntType(64)
_KEYS: Final = ir.VectorType(_LONG, PLACES)
_NO_KEYS: Final = ir.Constant(_KEYS, [0] * PLACES)


def _row(builder: Any, address: Any) -> Any:
    return builder.inttoptr(address, _ROW.as_pointer())


def _keys(builder: Any, address: Any) -> Any:
    return builder.load(builder.inttoptr(address, _KEYS.as_pointer()), align=8)


def _spread(builder: Any, row: Any, value: Any) -> Any:
    """A row of that type with ``value`` in every place."""
    one = builder.insert_element(ir.Constant(row, ir.Undefined), value, ir.Constant(_WORD, 0))
    return builder.shuffle_vector(one, one, _ZEROS)


def _all(builder: Any, value: Any) -> Any:
    """A row of a band with ``value``, an int64, in every place."""
    return _spread(builder, _ROW, builder.trunc(value, _WORD))


def _bits(builder: Any, places: Any) -> Any:
    return builder.zext(builder.bitcast(places, _BYTE), _LONG)


@intrinsic
def _places_tagged(_: Any, address: Any, tag: Any) -> Any:
    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        row = builder.load(_row(builder, arguments[0]), align=4)
        tags = builder.and_(row, ir.Constant(_ROW, [TAG] * PLACES))
        tagged = builder.icmp_unsigned("==", tags, _all(builder, arguments[1]))
        taken = builder.icmp_unsigned("!=", row, _ZEROS)
        return _bits(builder, builder.and_(tagged, taken))

    return types.int64(types.int64, types.int64), codegen


@intrinsic
def _put_in_front(_: Any, address: Any, place: Any) -> Any:
    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        pointer = _row(builder, arguments[0])
        row, new = builder.load(pointer, align=4), _all(builder, arguments[1])
        same = builder.bitcast(builder.icmp_unsigned("==", row, new), _BYTE)
        last = builder.cttz(builder.or_(same, ir.Constant(_BYTE, 1 << PLACES - 1)), ir.Constant(ir.IntType(1), 0))
        order = ir.Constant(_ROW, [PLACES, *range(PLACES - 1)])
        moved = builder.shuffle_vector(row, new, order)
        numbers = ir.Constant(_ROW, list(range(PLACES)))
        up_to = builder.icmp_unsigned("<=", numbers, _all(builder, builder.zext(last, _LONG)))
        builder.store(builder.select(up_to, moved, row), pointer, align=4)
        return context.get_dummy_value()

    return types.void(types.int64, types.int64), codegen


@intrinsic
def _places_of_key(_: Any, address: Any, key: Any) -> Any:
    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        keys = _keys(builder, arguments[0])
        differing = builder.xor(keys, _spread(builder, _KEYS, arguments[1]))
        same = builder.icmp_unsigned("==", builder.and_(differing, ir.Constant(_KEYS, [-2] * PLACES)), _NO_KEYS)
        return _bits(builder, builder.and_(same, builder.icmp_unsigned("!=", keys, _NO_KEYS)))

    return types.int64(types.int64, types.uint64), codegen


@intrinsic
def _free_places(_: Any, address: Any, seconds: Any, since_s: Any) -> Any:
    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        free = builder.icmp_unsigned("==", _keys(builder, arguments[0]), _NO_KEYS)
        last_s = builder.zext(builder.load(_row(builder, arguments[1]), align=4), _KEYS)
        ended = builder.icmp_signed("<=", last_s, _spread(builder, _KEYS, arguments[2]))
        return _bits(builder, builder.or_(free, ended))

    return types.int64(types.int64, types.int64, types.int64), codegen


@intrinsic
def _places_in_common(_: Any, address: Any, other: Any) -> Any:
    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        one, two = (builder.load(_row(builder, at), align=4) for at in arguments)
        found = builder.icmp_unsigned("==", one, two)
        for turn in range(1, PLACES):
            order = ir.Constant(_ROW, [(place + turn) % PLACES for place in range(PLACES)])
            turned = builder.shuffle_vector(two, two, order)
            found = builder.or_(found, builder.icmp_unsigned("==", one, turned))
        return builder.ctpop(_bits(builder, found))

    return types.int64(types.int64, types.int64), codegen


@intrinsic
def _lowest_bit(_: Any, bits: Any) -> Any:
    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 0))

    return types.int64(types.int64), codegen


@intrinsic
def _count_bits(_: Any, bits: Any) -> Any:
    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.ctpop(arguments[0])

    return types.int64(types.int64), codegen


places_tagged: Any = _places_tagged
"""The places of the row at an address that have a tag, as bits."""
put_in_front: Any = _put_in_front
"""Make a place the first of the row at an address; those before it move up, or all, and the last goes."""
places_of_key: Any = _places_of_key
"""The places of the keys at an address that hold a key, whatever its least bit, as bits."""
free_places: Any = _free_places
"""The places of the keys at an address that are 0 or, by the uint32 seconds at another, not seen since, as bits."""
places_in_common: Any = _places_in_common
"""How many values of one row stand in another, of two rows each without the same value twice."""
lowest_bit: Any = _lowest_bit
"""The number of the lowest bit that is set; 64 if none is."""
count_bits: Any = _count_bits
"""How many bits are set."""
