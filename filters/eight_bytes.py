"""Eight bytes of a buffer at a time, as one number: what is asked of each is answered by its highest bit.

The first byte is the lowest of the number, as x86 and ARM processors store it. All are intrinsics, written as LLVM's
instructions: a helper that is inlined or called costs every kernel that uses it a tenth of a second of compiling.
"""

from typing import Any

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba.core import cgutils, types
from numba.extending import intrinsic

__all__ = [
    "HIGH",
    "at_least",
    "continuing",
    "equal",
    "gathered",
    "load",
    "load_up_to",
    "lowest",
    "ones",
    "place",
    "repeat",
]

Eight = Any
"""Eight bytes as an unsigned number of 64 bits; compiled code has no words for it that mypy knows."""

WORD = ir.IntType(64)
LOW = np.uint64(0x7F7F7F7F7F7F7F7F)
HIGH = np.uint64(0x8080808080808080)


def repeat(byte: int) -> np.uint64:
    """A byte, eight times."""
    return np.uint64(byte * 0x0101010101010101)


def number(value: int | np.uint64) -> ir.Constant:
    """A constant of 64 bits."""
    return ir.Constant(WORD, int(value))


@intrinsic
def load(typing: Any, data: Any, here: Any) -> Any:
    """The eight bytes at a place; all must lie in the buffer."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        pointer = builder.gep(array.data, [arguments[1]])
        return builder.load(builder.bitcast(pointer, WORD.as_pointer()), align=1)

    return types.uint64(data, here), generate


@intrinsic
def ones(typing: Any, value: Any) -> Any:
    """How many bits are set."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.ctpop(arguments[0])

    return types.int64(types.uint64), generate


@intrinsic
def lowest(typing: Any, value: Any) -> Any:
    """The place of the lowest bit that is set; there must be one."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.uint64), generate


@intrinsic
def place(typing: Any, value: Any) -> Any:
    """Which of the eight bytes the lowest bit that is set belongs to; there must be one."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.lshr(builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1)), number(3))

    return types.int64(types.uint64), generate


@intrinsic
def gathered(typing: Any, high: Any) -> Any:
    """The high bits of eight bytes, and no others are set, side by side."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        lowest_bits = builder.lshr(arguments[0], number(7))
        return builder.lshr(builder.mul(lowest_bits, number(0x0102040810204080)), number(56))

    return types.uint64(types.uint64), generate


@intrinsic
def load_up_to(typing: Any, data: Any, here: Any, count: Any) -> Any:
    """The bytes at a place, seven at most, and zeros after them."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        _, here, count = arguments
        pointer, value = builder.gep(array.data, [here]), cgutils.alloca_once_value(builder, number(0))
        behind = builder.sub(builder.sub(array.nitems, here), number(8))
        with builder.if_else(builder.icmp_signed(">=", behind, number(0))) as (all_there, at_the_end):
            with all_there:
                eight = builder.load(builder.bitcast(pointer, WORD.as_pointer()), align=1)
                mask = builder.sub(builder.shl(number(1), builder.mul(count, number(8))), number(1))
                builder.store(builder.and_(eight, mask), value)
            with at_the_end, cgutils.for_range(builder, count) as loop:
                byte = builder.zext(builder.load(builder.gep(pointer, [loop.index])), WORD)
                moved = builder.shl(byte, builder.mul(loop.index, number(8)))
                builder.store(builder.or_(builder.load(value), moved), value)
        return builder.load(value)

    return types.uint64(data, types.int64, types.int64), generate


@intrinsic
def at_least(typing: Any, value: Any, byte: Any) -> Any:
    """High bits of the bytes that are not below one of ASCII; bytes that are not ASCII are taken without high bit."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        value, byte = arguments
        missing = builder.mul(builder.sub(number(0x80), byte), number(0x0101010101010101))
        return builder.and_(builder.add(builder.and_(value, number(LOW)), missing), number(HIGH))

    return types.uint64(types.uint64, types.int64), generate


@intrinsic
def equal(typing: Any, value: Any, repeated: Any) -> Any:
    """High bits of the bytes that are the one that is repeated."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        other = builder.xor(*arguments)
        carried = builder.add(builder.and_(other, number(LOW)), number(LOW))
        return builder.and_(builder.not_(builder.or_(carried, other)), number(HIGH))

    return types.uint64(types.uint64, types.uint64), generate


@intrinsic
def continuing(typing: Any, value: Any) -> Any:
    """High bits of the bytes that continue a character."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        next_bits = builder.shl(arguments[0], number(1))
        return builder.and_(builder.and_(arguments[0], builder.not_(next_bits)), number(HIGH))

    return types.uint64(types.uint64), generate
