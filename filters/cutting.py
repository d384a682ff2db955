"""The kernels behind `filters.cuts`: they read Arrow's offsets and bytes and make no string."""

import numpy as np
import numpy.typing as npt

from filters.characters import WHITE_SPACE
from filters.compiled import inner, kernel
from filters.eight_bytes import (
    HIGH,
    Eight,
    at_least,
    continuing,
    equal,
    gathered,
    load,
    load_up_to,
    lowest,
    ones,
    place,
    repeat,
)
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
LINE_FEEDS = repeat(LINE_FEED)
FIRST_OF_TWO = repeat(0xC2)  # leads of all white space that is not ASCII: this one,
FIRST_OF_SEPARATORS = repeat(0xE2)  # U+2028 and U+2029
FIRST_OF_THREE, LAST_TWO_BITS = repeat(0xE0), repeat(0x03)  # and these, the last two bits aside
NONE, ALL, TOP_BYTE = np.uint64(0), np.uint64(0xFFFFFFFFFFFFFFFF), np.uint64(56)
FREE = -1
FIRST_HIGH = np.uint64(0x80)


@kernel
def cut_words(offsets: Ints, data: Bytes, classes: Bytes) -> Pieces:
    """Rows, starts and ends of the maximal runs without white space, sixty-four bytes at a time.

    A word begins or ends where a byte is white space and the one before it is not, or the other way round. Each such
    place is written as a start and as an end, and the next overwrites the one that it was not: without branches, at
    which words of all lengths would make the processor guess wrong.
    """
    rows = np.zeros(len(offsets), np.int64)
    room = (offsets[-1] - offsets[0] + len(offsets)) // 2 + 2
    starts, ends = np.empty(room, np.int64), np.empty(room, np.int64)
    found = 0
    for i in range(len(offsets) - 1):
        here, last = offsets[i], offsets[i + 1]
        before, spilled = np.uint64(1), NONE
        while here < last:
            white = NONE
            for k in range(0, 64, 8):
                eight, left = HIGH, last - here - k
                if left >= 8:
                    value = load(data, here + k)
                    eight = white_space_of_ascii(value) | spilled
                    spilled = NONE
                    if value & HIGH:
                        more, spilled = white_space_beyond_ascii(data, here + k, value, classes)
                        eight |= more
                elif left > 0:
                    value = load_up_to(data, here + k, left)
                    more, _ = white_space_beyond_ascii(data, here + k, value, classes)
                    eight = white_space_of_ascii(value) | spilled | more | (HIGH & (ALL << np.uint64(8 * left)))
                white |= gathered(eight) << np.uint64(k)
            changes = white ^ ((white << np.uint64(1)) | before)
            while changes:
                starts[(found + 1) >> 1] = ends[found >> 1] = here + lowest(changes)
                found += 1
                changes &= changes - np.uint64(1)
            before = white >> np.uint64(63)
            here += 64
        if found & 1:
            starts[(found + 1) >> 1] = ends[found >> 1] = last
            found += 1
        rows[i + 1] = found >> 1
    return rows, starts[: found >> 1], ends[: found >> 1]


@inner
def white_space_beyond_ascii(data: Bytes, here: int, value: Eight, classes: Bytes) -> tuple[Eight, Eight]:
    """High bits of the bytes of white space that is not ASCII, and of those of the next eight that belong to it."""
    white, spilled = NONE, NONE
    leads = equal(value, FIRST_OF_TWO) | equal(value & ~LAST_TWO_BITS, FIRST_OF_THREE)
    while leads:
        byte = place(leads)
        leads &= leads - np.uint64(1)
        code, length = decode(data, here + byte)
        if classes[code] & WHITE_SPACE:
            for k in range(byte, byte + length):
                if k < 8:
                    white |= FIRST_HIGH << np.uint64(8 * k)
                else:
                    spilled |= FIRST_HIGH << np.uint64(8 * (k - 8))
    return white, spilled


@inner
def white_space_of_ascii(value: Eight) -> Eight:
    """High bits of the bytes that are white space of ASCII: 9 to 13 and 28 to 32."""
    found = (at_least(value, 9) & ~at_least(value, 14)) | (at_least(value, 28) & ~at_least(value, 33))
    return found & ~value


@kernel
def cut_lines(offsets: Ints, data: Bytes) -> Pieces:
    """Rows, starts and ends of what lies between line feeds."""
    rows = np.zeros(len(offsets), np.int64)
    room, here, last = len(offsets) - 1, offsets[0], offsets[-1]
    while here < last:
        value = load(data, here) if last - here >= 8 else load_up_to(data, here, last - here)
        room += ones(equal(value, LINE_FEEDS))
        here += 8
    starts, ends = np.empty(room, np.int64), np.empty(room, np.int64)
    j = 0
    for i in range(len(offsets) - 1):
        here, last = offsets[i], offsets[i + 1]
        starts[j] = here
        while here < last:
            value = load(data, here) if last - here >= 8 else load_up_to(data, here, last - here)
            feeds = equal(value, LINE_FEEDS)
            while feeds:
                ends[j] = here + place(feeds)
                j += 1
                starts[j] = ends[j - 1] + 1
                feeds &= feeds - np.uint64(1)
            here += 8
        ends[j] = last
        j += 1
        rows[i + 1] = j
    return rows, starts, ends


@inner
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


@inner
def possible_boundaries(value: Eight, first: int) -> Eight:
    """High bits of the bytes that are ASCII's line boundaries from a first one on, or may begin another."""
    controls = (at_least(value, first) & ~at_least(value, 14)) | (at_least(value, 28) & ~at_least(value, 31))
    return (controls & ~value) | equal(value, FIRST_OF_TWO) | equal(value, FIRST_OF_SEPARATORS)


@kernel
def has_other_boundaries(offsets: Ints, data: Bytes) -> bool:
    """Whether a line boundary of `str.splitlines` that is no line feed stands in one of the texts."""
    here, last = offsets[0], offsets[-1]
    while here < last:
        value = load(data, here) if last - here >= 8 else load_up_to(data, here, last - here)
        possible = possible_boundaries(value, LINE_FEED + 1)
        while possible:
            if boundary_length(data, here + place(possible), last):
                return True
            possible &= possible - np.uint64(1)
        here += 8
    return False


@kernel
def cut_split_lines(offsets: Ints, data: Bytes) -> Pieces:
    """Rows, starts and ends of what lies between the boundaries of `str.splitlines`."""
    rows = np.zeros(len(offsets), np.int64)
    room = offsets[-1] - offsets[0] + len(offsets) - 1
    starts, ends = np.empty(room, np.int64), np.empty(room, np.int64)
    j = 0
    for i in range(len(offsets) - 1):
        here, last = offsets[i], offsets[i + 1]
        starts[j] = behind = here
        while here < last:
            value = load(data, here) if last - here >= 8 else load_up_to(data, here, last - here)
            possible = possible_boundaries(value, LINE_FEED)
            while possible:
                position = here + place(possible)
                possible &= possible - np.uint64(1)
                length = boundary_length(data, position, last) if position >= behind else 0
                if length:
                    ends[j] = position
                    j += 1
                    starts[j] = behind = position + length
            here += 8
        ends[j] = last
        j += 1
        rows[i + 1] = j
    return rows, starts[:j], ends[:j]


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
    lengths = np.empty(len(starts), np.int64)
    for j in range(len(starts)):
        here, last = starts[j], ends[j]
        length = last - here
        while here + 8 <= last:
            length -= ones(continuing(load(data, here)))
            here += 8
        if here < last:
            length -= ones(continuing(load_up_to(data, here, last - here)))
        lengths[j] = length
    return lengths


@kernel
def piece_hash(data: Bytes, start: int, end: int) -> int:
    """40 bits of a piece's bytes (FNV-1a, multiplied once more): enough to choose a slot."""
    value = np.uint64(0xCBF29CE484222325)
    for position in range(start, end):
        value = (value ^ np.uint64(data[position])) * np.uint64(0x100000001B3)
    return int((value * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(24))


@inner
def piece_key(data: Bytes, start: int, end: int) -> Eight:
    """A number of a piece's bytes, not 0: theirs alone where they are seven at most, else a hash."""
    length = end - start
    if length < 8:
        return load_up_to(data, start, length) | (np.uint64(length + 1) << TOP_BYTE)
    value = np.uint64(length)
    while start < end:
        value = (value ^ load(data, min(start, end - 8))) * np.uint64(0x9E3779B97F4A7C15)
        value ^= value >> np.uint64(32)
        start += 8
    return value | (np.uint64(0xFF) << TOP_BYTE)


@inner
def same_bytes(data: Bytes, one: int, other: int, length: int) -> bool:
    """Whether the bytes at two places are the same, eight of them or more."""
    for k in range(0, length, 8):
        here = min(k, length - 8)
        if load(data, one + here) != load(data, other + here):
            return False
    return True


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
    keys, places = np.empty(table_size(widest), np.uint64), np.empty(table_size(widest), np.int64)
    for i in range(len(rows) - 1):
        size = table_size(rows[i + 1] - rows[i])
        keys[:size] = NONE
        for j in range(rows[i], rows[i + 1]):
            key = piece_key(data, starts[j], ends[j])
            length = ends[j] - starts[j]
            slot = np.int64((key ^ key >> np.uint64(29)) * np.uint64(0xBF58476D1CE4E5B9) >> np.uint64(32)) & (size - 1)
            while True:
                if keys[slot] == NONE:
                    keys[slot], places[slot] = key, j
                    break
                if keys[slot] == key:
                    other = places[slot]
                    if length < 8 or (
                        ends[other] - starts[other] == length and same_bytes(data, starts[other], starts[j], length)
                    ):
                        break
                slot = (slot + 1) & (size - 1)
            firsts[j] = places[slot]
    return firsts
