"""Eight bytes of a buffer at a time, as one number: what is asked of each is answered by its highest bit.

The first byte is the lowest of the number, as x86 and ARM processors store it.
"""

from typing import Any

import numba
import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba.core import types
from numba.extending import intrinsic

from filters.cuts import Bytes

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

ONE = np.uint64(1)
LOW = np.uint64(0x7F7F7F7F7F7F7F7F)
HIGH = np.uint64(0x8080808080808080)


def repeat(byte: int) -> np.uint64:
    """A byte, eight times."""
    return np.uint64(byte * 0x0101010101010101)


@intrinsic
def load(typing: Any, data: Any, here: Any) -> Any:
    """The eight bytes at a place; all must lie in the buffer."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        pointer = builder.gep(array.data, [arguments[1]])
        return builder.load(builder.bitcast(pointer, ir.IntType(64).as_pointer()), align=1)

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


@numba.njit(inline="always")
def place(value: Eight) -> int:
    """Which of the eight bytes the lowest bit that is set belongs to; there must be one."""
    return int(lowest(value) >> 3)


@numba.njit(inline="always")
def gathered(high: Eight) -> Eight:
    """The high bits of eight bytes, and no others are set, side by side."""
    return ((high >> np.uint64(7)) * np.uint64(0x0102040810204080)) >> np.uint64(56)


@numba.njit(inline="always")
def load_up_to(data: Bytes, here: int, count: int) -> Eight:
    """The bytes at a place, seven at most, and zeros after them."""
    if here + 8 <= len(data):
        return load(data, here) & ((ONE << np.uint64(8 * count)) - ONE)
    value = np.uint64(0)
    for k in range(count):
        value |= np.uint64(data[here + k]) << np.uint64(8 * k)
    return value


@numba.njit(inline="always")
def at_least(value: Eight, byte: int) -> Eight:
    """High bits of the bytes that are not below one of ASCII; bytes that are not ASCII are taken without high bit."""
    return ((value & LOW) + (np.uint64(0x80 - byte) * np.uint64(0x0101010101010101))) & HIGH


@numba.njit(inline="always")
def equal(value: Eight, repeated: Eight) -> Eight:
    """High bits of the bytes that are the one that is repeated."""
    other = value ^ repeated
    return ~(((other & LOW) + LOW) | other) & HIGH


@numba.njit(inline="always")
def continuing(value: Eight) -> Eight:
    """High bits of the bytes that continue a character."""
    return value & ~(value << ONE) & HIGH
