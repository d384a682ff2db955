"""The kernels behind `filters.cuts`: they read Arrow's offsets and bytes and make no string."""

import numpy as np
import numpy.typing as npt

from filters.characters import WHITE_SPACE
from filters.compiled import kernel
from filters.utf8 import decode

__all__ = [
    "cut_lines",
    "cut_paragraphs",
    "cut_split_lines",
    "cut_words",
    "first_equal",
    "has_other_boundaries",
    "piece_lengths",
]

Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]
Pieces = tuple[Ints, Ints, Ints]
LINE_FEED, CARRIAGE_RETURN = 10, 13
LAST_LEAD = 0xE3  # no white space of Unicode begins with a greater byte
FREE = -1


@kernel
def mark_white_space(data: Bytes, first: int, last: int, classes: Bytes) -> Bytes:
    """1 for every byte of a white space character between two places of the buffer, else 0."""
    marks = np.zeros(last - first, np.uint8)
    for position in range(first, last):
        byte = data[position]
        if byte < 0x80:
            marks[position - first] = (classes[byte] & WHITE_SPACE) != 0
        elif 0xC2 <= byte <= LAST_LEAD:
            code, length = decode(data, position)
            if classes[code] & WHITE_SPACE:
                marks[position - first : position - first + length] = 1
    return marks


@kernel
def count_words(offsets: Ints, marks: Bytes) -> Ints:
    """First word of each text, and the number of all."""
    rows = np.zeros(len(offsets), np.int64)
    for i in range(len(offsets) - 1):
        count, before = 0, np.uint8(1)
        for mark in marks[offsets[i] - offsets[0] : offsets[i + 1] - offsets[0]]:
            count += before & (mark ^ 1)
            before = mark
        rows[i + 1] = rows[i] + count
    return rows


@kernel
def cut_words(offsets: Ints, data: Bytes, classes: Bytes) -> Pieces:
    """Rows, starts and ends of the maximal runs without white space.

    Every byte writes a start and an end, and the next overwrites them unless a word began or ended
    there: without branches, at which words of all lengths would make the processor guess wrong.
    """
    marks = mark_white_space(data, offsets[0], offsets[-1], classes)
    rows = count_words(offsets, marks)
    starts, ends = np.empty(rows[-1] + 1, np.int64), np.empty(rows[-1] + 1, np.int64)
    for i in range(len(offsets) - 1):
        j, k, before = np.uint64(rows[i]), np.uint64(rows[i]), np.uint8(1)
        for position in range(offsets[i], offsets[i + 1]):
            mark = marks[position - offsets[0]]
            starts[j], ends[k] = position, position
            j += np.uint64(before & (mark ^ 1))
            k += np.uint64((before ^ 1) & mark)
            before = mark
        ends[k] = offsets[i + 1]
    return rows, starts[:-1], ends[:-1]


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
def boundary_length(data: Bytes, here: int, last: int) -> int:
    """Bytes of the line boundary of `str.splitlines` at a place, a carriage return and line feed taken as one; or 0."""
    byte = data[here]
    if byte > 0x1E:
        if byte == 0xC2:
            return 2 if data[here + 1] == 0x85 else 0
        if byte == 0xE2:
            return 3 if data[here + 1] == 0x80 and data[here + 2] in (0xA8, 0xA9) else 0
        return 0
    if byte == CARRIAGE_RETURN and here + 1 < last and data[here + 1] == LINE_FEED:
        return 2
    return 1 if LINE_FEED <= byte <= CARRIAGE_RETURN or byte >= 0x1C else 0


@kernel
def has_other_boundaries(offsets: Ints, data: Bytes) -> bool:
    """Whether a line boundary of `str.splitlines` that is no line feed stands in one of the texts.

    Without branches, so that many bytes are looked at at once. No character begins in one text and ends in another.
    """
    first, last = offsets[0], offsets[-1]
    found = False
    for here in range(first, last):
        byte = data[here]
        found |= (byte > LINE_FEED) & (byte <= CARRIAGE_RETURN) | (byte >= 0x1C) & (byte <= 0x1E)
    for here in range(first + 1, last):
        found |= (data[here - 1] == 0xC2) & (data[here] == 0x85)
    for here in range(first + 2, last):
        found |= (data[here - 2] == 0xE2) & (data[here - 1] == 0x80) & ((data[here] & 0xFE) == 0xA8)
    return found


@kernel
def cut_split_lines(offsets: Ints, data: Bytes) -> Pieces:
    """Rows, starts and ends of what lies between the boundaries of `str.splitlines`."""
    rows = np.zeros(len(offsets), np.int64)
    room = len(offsets) - 1
    for position in range(offsets[0], offsets[-1]):
        room += (data[position] <= 0x1E) | (data[position] == 0xC2) | (data[position] == 0xE2)
    starts, ends = np.empty(room, np.int64), np.empty(room, np.int64)
    j = 0
    for i in range(len(offsets) - 1):
        starts[j] = here = offsets[i]
        while here < offsets[i + 1]:
            length = boundary_length(data, here, offsets[i + 1])
            if length:
                ends[j] = here
                j += 1
                starts[j] = here + length
            here += max(length, 1)
        ends[j] = offsets[i + 1]
        j += 1
        rows[i + 1] = j
    return rows, starts[:j].copy(), ends[:j].copy()


@kernel
def cut_paragraphs(words: Pieces, lines: Pieces) -> Pieces:
    """Rows, starts and ends of the runs of lines that are not empty, from the first word to the last."""
    rows = np.zeros(len(lines[0]), np.int64)
    starts, ends = np.empty(len(lines[1]), np.int64), np.empty(len(lines[1]), np.int64)
    count = 0
    for i in range(len(rows) - 1):
        if words[0][i + 1] > words[0][i]:
            first, last = words[1][words[0][i]], words[2][words[0][i + 1] - 1]
            begun = False
            for j in range(lines[0][i], lines[0][i + 1]):
                start, end = max(lines[1][j], first), min(lines[2][j], last)
                if start < end and not begun:
                    starts[count] = start
                    count += 1
                begun = start < end
                if begun:
                    ends[count - 1] = end
        rows[i + 1] = count
    return rows, starts[:count].copy(), ends[:count].copy()


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
    """40 bits of a piece's bytes (FNV-1a, multiplied once more): enough to choose a slot."""
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
def first_equal(pieces: Pieces, data: Bytes) -> Ints:
    """For each piece, the index of the first piece of its row that has the same bytes: compared, not only hashed."""
    rows, starts, ends = pieces
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
