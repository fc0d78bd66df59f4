"""Reading and writing the arena's bytes from compiled kernels.

An arena is one stretch of memory at an address that does not move while a gate lives, so kernels take a single number
for it, and a place in it is a byte offset. Whatever the width, ``peek_*`` gives an int64 (uint64 for keys): no kernel
mixes signs by accident.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic
from numba.np.arrayobj import populate_array

from ecluse.compiled import leaf

LINE_BYTES: Final = 64
"""A line of the processor's cache."""


def _pointer(builder: Any, base: Any, place: Any, llvm_type: Any) -> Any:
    address = builder.add(base, place)
    return builder.inttoptr(address, llvm_type.as_pointer())


def _peek(bits: int, result: Any) -> Any:
    def typing(_: Any, base: Any, place: Any) -> Any:
        def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            pointer = _pointer(builder, arguments[0], arguments[1], ir.IntType(bits))
            value = builder.load(pointer, align=1)
            return value if bits == 64 else builder.zext(value, ir.IntType(64))

        return result(types.int64, types.int64), codegen

    return intrinsic(typing)


def _poke(bits: int, given: Any) -> Any:
    def typing(_: Any, base: Any, place: Any, value: Any) -> Any:
        def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            pointer = _pointer(builder, arguments[0], arguments[1], ir.IntType(bits))
            value = arguments[2] if bits == 64 else builder.trunc(arguments[2], ir.IntType(bits))
            builder.store(value, pointer, align=1)
            return context.get_dummy_value()

        return types.void(types.int64, types.int64, given), codegen

    return intrinsic(typing)


peek_u8: Any = _peek(8, types.int64)
peek_u16: Any = _peek(16, types.int64)
peek_u32: Any = _peek(32, types.int64)
peek_i64: Any = _peek(64, types.int64)
peek_u64: Any = _peek(64, types.uint64)
poke_u8: Any = _poke(8, types.int64)
poke_u16: Any = _poke(16, types.int64)
poke_u32: Any = _poke(32, types.int64)
poke_i64: Any = _poke(64, types.int64)
poke_u64: Any = _poke(64, types.uint64)


@intrinsic
def _peek_f32(_: Any, base: Any, place: Any) -> Any:
    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        pointer = _pointer(builder, arguments[0], arguments[1], ir.FloatType())
        return builder.fpext(builder.load(pointer, align=1), ir.DoubleType())

    return types.float64(types.int64, types.int64), codegen


@intrinsic
def _poke_f32(_: Any, base: Any, place: Any, value: Any) -> Any:
    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        pointer = _pointer(builder, arguments[0], arguments[1], ir.FloatType())
        builder.store(builder.fptrunc(arguments[2], ir.FloatType()), pointer, align=1)
        return context.get_dummy_value()

    return types.void(types.int64, types.int64, types.float64), codegen


@intrinsic
def _prefetch(_: Any, base: Any, place: Any) -> Any:
    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        byte = ir.IntType(8).as_pointer()
        flag = ir.IntType(32)
        function = builder.module.declare_intrinsic(
            "llvm.prefetch", [byte], ir.FunctionType(ir.VoidType(), [byte, flag, flag, flag])
        )
        pointer = _pointer(builder, arguments[0], arguments[1], ir.IntType(8))
        builder.call(function, [pointer, flag(1), flag(3), flag(1)])
        return context.get_dummy_value()

    return types.void(types.int64, types.int64), codegen


def _same_bytes(width: int) -> Any:
    @intrinsic
    def same(_: Any, one: Any, other: Any) -> Any:
        def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            line = ir.VectorType(ir.IntType(8), width)
            left, right = (builder.load(builder.inttoptr(a, line.as_pointer()), align=1) for a in arguments)
            same = builder.bitcast(builder.icmp_unsigned("==", left, right), ir.IntType(width))
            return builder.zext(builder.ctpop(same), ir.IntType(64)) if width < 64 else builder.ctpop(same)

        return types.int64(types.int64, types.int64), codegen

    return same


def _array(context: Any, builder: Any, signature: Any, base: Any, shape: tuple[Any, ...]) -> Any:
    """An array in C's order over memory that somebody else holds."""
    kind = signature.return_type
    array = context.make_array(kind)(context, builder)
    item = context.get_abi_sizeof(context.get_data_type(kind.dtype))
    strides = [ir.Constant(ir.IntType(64), item)]
    for size in reversed(shape[1:]):
        strides.insert(0, builder.mul(strides[0], size))
    pointer = builder.inttoptr(base, array.data.type)
    populate_array(array, data=pointer, shape=shape, strides=strides, itemsize=strides[-1], meminfo=None)  # type: ignore[no-untyped-call]
    return array._getvalue()


@intrinsic
def _array_at(_: Any, base: Any, length: Any, dtype: Any) -> Any:
    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return _array(context, builder, signature, arguments[0], (arguments[1],))

    return types.Array(dtype.dtype, 1, "C")(types.int64, types.int64, dtype), codegen


@intrinsic
def _table_at(_: Any, base: Any, rows: Any, columns: Any, dtype: Any) -> Any:
    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return _array(context, builder, signature, arguments[0], (arguments[1], arguments[2]))

    return types.Array(dtype.dtype, 2, "C")(types.int64, types.int64, types.int64, dtype), codegen


peek_f32: Any = _peek_f32
poke_f32: Any = _poke_f32
prefetch: Any = _prefetch
"""Ask for the cache line of a place, so that it is there when it is read."""
same_bytes_64: Any = _same_bytes(64)
"""How many of the 64 bytes at two addresses are the same, place by place."""
same_bytes_48: Any = _same_bytes(48)
"""The same of 48 bytes."""
array_at: Any = _array_at
"""The array of ``length`` items of a dtype at an address. Nobody counts who uses it: its memory must stay."""
table_at: Any = _table_at
"""The same with two dimensions."""


@leaf
def ask_lines(base: int, place: int, n_bytes: int) -> None:
    """Ask for all lines of so many bytes."""
    for at in range(0, n_bytes, LINE_BYTES):
        prefetch(base, place + at)
    prefetch(base, place + n_bytes - 1)


def zeros_in_lines(shape: tuple[int, ...], dtype: type[np.generic] | np.dtype) -> np.ndarray:
    """Zeros that begin where a line of the processor's cache does."""
    size = int(np.prod(shape)) * np.dtype(dtype).itemsize
    memory = np.zeros(size + LINE_BYTES, np.uint8)
    start = -memory.ctypes.data % LINE_BYTES
    return memory[start : start + size].view(dtype).reshape(shape)
