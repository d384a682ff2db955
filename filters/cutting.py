"""The kernels behind `filters.cuts`: they read Arrow's offsets and bytes and make no string."""

import numpy as np
import numpy.typing as npt

from filters.characters import WHITE_SPACE
from filters.compiled import kernel
from filters.utf8 import decode

__all__ = ["cut_lines", "cut_paragraphs", "cut_words", "first_equal", "piece_lengths"]

Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]
Pieces = tuple[Ints, Ints, Ints]
LINE_FEED = 10
FREE = -1


@kernel
def next_word(data: Bytes, position: int, end: int, classes: Bytes) -> tuple[int, int, int]:
    """Start and end of the first word at or after a position, and where to go on; start is `end` if there is none."""
    start = end
    while position < end:
        code, length = decode(data, position)
        if classes[code] & WHITE_SPACE:
            if start < end:
                return start, position, position + length
        elif start == end:
            start = position
        position += length
    return start, end, end


@kernel
def cut_words(offsets: Ints, data: Bytes, classes: Bytes) -> Pieces:
    """Rows, starts and ends of the maximal runs without white space."""
    rows = np.zeros(len(offsets), np.int64)
    for i in range(len(offsets) - 1):
        rows[i + 1] = rows[i]
        position = offsets[i]
        while position < offsets[i + 1]:
            start, _, position = next_word(data, position, offsets[i + 1], classes)
            rows[i + 1] += start < offsets[i + 1]
    starts, ends = np.empty(rows[-1], np.int64), np.empty(rows[-1], np.int64)
    for i in range(len(offsets) - 1):
        position = offsets[i]
        for j in range(rows[i], rows[i + 1]):
            starts[j], ends[j], position = next_word(data, position, offsets[i + 1], classes)
    return rows, starts, ends


@kernel
def cut_lines(offsets: Ints, data: Bytes) -> Pieces:
    """Rows, starts and ends of what lies between line feeds."""
    rows = np.zeros(len(offsets), np.int64)
    for i in range(len(offsets) - 1):
        rows[i + 1] = rows[i] + 1
        for position in range(offsets[i], offsets[i + 1]):
            rows[i + 1] += data[position] == LINE_FEED
    starts, ends = np.empty(rows[-1], np.int64), np.empty(rows[-1], np.int64)
    for i in range(len(offsets) - 1):
        j = rows[i]
        starts[j] = offsets[i]
        for position in range(offsets[i], offsets[i + 1]):
            if data[position] == LINE_FEED:
                ends[j] = position
                j += 1
                starts[j] = position + 1
        ends[j] = offsets[i + 1]
    return rows, starts, ends


@kernel
def is_break(data: Bytes, position: int) -> bool:
    """Whether a run of two and more line feeds begins here; there is a character on both sides."""
    return bool(data[position] == LINE_FEED and data[position + 1] == LINE_FEED and data[position - 1] != LINE_FEED)


@kernel
def cut_paragraphs(words: Pieces, data: Bytes) -> Pieces:
    """Rows, starts and ends of what lies between runs of two and more line feeds, from first word to last."""
    first, begins, finishes = words
    rows = np.zeros(len(first), np.int64)
    for i in range(len(first) - 1):
        rows[i + 1] = rows[i]
        if first[i + 1] > first[i]:
            rows[i + 1] += 1
            for position in range(begins[first[i]], finishes[first[i + 1] - 1] - 1):
                rows[i + 1] += is_break(data, position)
    starts, ends = np.empty(rows[-1], np.int64), np.empty(rows[-1], np.int64)
    for i in range(len(first) - 1):
        if rows[i + 1] > rows[i]:
            j = rows[i]
            starts[j] = begins[first[i]]
            for position in range(starts[j], finishes[first[i + 1] - 1] - 1):
                if is_break(data, position):
                    ends[j] = position
                    j += 1
                    starts[j] = position + 2
                elif data[position] == LINE_FEED and starts[j] == position:
                    starts[j] += 1
            ends[j] = finishes[first[i + 1] - 1]
    return rows, starts, ends


@kernel
def piece_lengths(data: Bytes, starts: Ints, ends: Ints) -> Ints:
    """Characters of each piece: its bytes that continue none."""
    lengths = np.zeros(len(starts), np.int64)
    for j in range(len(starts)):
        for position in range(starts[j], ends[j]):
            lengths[j] += (data[position] & 0xC0) != 0x80
    return lengths


@kernel
def piece_hash(data: Bytes, start: int, end: int) -> int:
    """64 bits of a piece's bytes (FNV-1a, then a multiplication that brings the high bits down)."""
    value = np.uint64(0xCBF29CE484222325)
    for position in range(start, end):
        value = (value ^ np.uint64(data[position])) * np.uint64(0x100000001B3)
    return int((value * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(24))


@kernel
def same_bytes(data: Bytes, one: int, other: int, length: int) -> bool:
    """Whether the bytes at two places are the same."""
    k = 0
    while k < length and data[one + k] == data[other + k]:
        k += 1
    return k == length


@kernel
def table_size(count: int) -> int:
    """The power of two that leaves a hash table of so many keys at most half full."""
    size = 2
    while size < 2 * count:
        size *= 2
    return size


@kernel
def first_equal(rows: Ints, starts: Ints, ends: Ints, data: Bytes) -> Ints:
    """For each piece, the index of the first piece of its row that has the same bytes: compared, not only hashed."""
    firsts = np.empty(len(starts), np.int64)
    widest = 0
    for i in range(len(rows) - 1):
        widest = max(widest, rows[i + 1] - rows[i])
    table = np.empty(table_size(widest), np.int64)
    for i in range(len(rows) - 1):
        size = table_size(rows[i + 1] - rows[i])
        table[:size] = FREE
        for j in range(rows[i], rows[i + 1]):
            length = ends[j] - starts[j]
            slot = np.int64(piece_hash(data, starts[j], ends[j])) & (size - 1)
            while True:
                other = table[slot]
                if other == FREE:
                    table[slot] = other = j
                if other == j or (
                    ends[other] - starts[other] == length and same_bytes(data, starts[other], starts[j], length)
                ):
                    break
                slot = (slot + 1) & (size - 1)
            firsts[j] = other
    return firsts
