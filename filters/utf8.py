"""One code point of valid UTF-8 at a time, for compiled loops over Arrow's buffers."""

from typing import Any

import numba
from llvmlite import ir  # type: ignore[import-untyped]
from numba.core import types
from numba.extending import intrinsic

from filters.cuts import Bytes

__all__ = ["decode", "encode"]

WORD = ir.IntType(64)


@intrinsic
def decode(typing: Any, data: Any, here: Any) -> Any:
    """The code point whose first byte is ``data[here]``, and its length in bytes."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array = context.make_array(signature.args[0])(context, builder, arguments[0])

        def byte(k: int) -> Any:
            """The byte k behind, as 64 bits."""
            place = builder.add(arguments[1], ir.Constant(WORD, k))
            return builder.zext(builder.load(builder.gep(array.data, [place])), WORD)

        def joined(bits: int, length: int) -> Any:
            """That many bits of the first byte, then six of each that follows."""
            code = builder.and_(first, ir.Constant(WORD, (1 << bits) - 1))
            for k in range(1, length):
                rest = builder.and_(byte(k), ir.Constant(WORD, 0x3F))
                code = builder.or_(builder.shl(code, ir.Constant(WORD, 6)), rest)
            return code

        first, done = byte(0), builder.append_basic_block("decoded")
        found = []
        for length, bits, bound in ((1, 7, 0x80), (2, 5, 0xE0), (3, 4, 0xF0)):
            so_long, longer = builder.append_basic_block("so_long"), builder.append_basic_block("longer")
            builder.cbranch(builder.icmp_unsigned("<", first, ir.Constant(WORD, bound)), so_long, longer)
            builder.position_at_end(so_long)
            found.append((joined(bits, length), length, so_long))
            builder.branch(done)
            builder.position_at_end(longer)
        found.append((joined(3, 4), 4, longer))
        builder.branch(done)
        builder.position_at_end(done)
        code, size = builder.phi(WORD), builder.phi(WORD)
        for value, length, block in found:
            code.add_incoming(value, block)
            size.add_incoming(ir.Constant(WORD, length), block)
        return context.make_tuple(builder, signature.return_type, (code, size))

    return types.UniTuple(types.int64, 2)(data, types.int64), generate  # type: ignore[attr-defined]


@numba.njit(inline="always")
def encode(code: int, data: Bytes, here: int) -> int:
    """Writes a code point to ``data[here:]``; one past its last byte."""
    if code < 0x80:
        data[here] = code
        return here + 1
    if code < 0x800:
        data[here] = 0xC0 | code >> 6
        data[here + 1] = 0x80 | code & 0x3F
        return here + 2
    if code < 0x10000:
        data[here] = 0xE0 | code >> 12
        data[here + 1] = 0x80 | code >> 6 & 0x3F
        data[here + 2] = 0x80 | code & 0x3F
        return here + 3
    data[here] = 0xF0 | code >> 18
    data[here + 1] = 0x80 | code >> 12 & 0x3F
    data[here + 2] = 0x80 | code >> 6 & 0x3F
    data[here + 3] = 0x80 | code & 0x3F
    return here + 4
