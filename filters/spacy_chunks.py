"""The rules of spaCy's English tokenizer for what stands between white space: `cut_chunk`."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from filters.compiled import ZERO, inner, making
from filters.cutting import piece_hash
from filters.spacy_classes import (
    AFTER_DOT,
    ALPHA,
    BEFORE_DOT,
    BEFORE_LAST_DOT,
    CURRENCY,
    DIGIT,
    ICON,
    INFIX,
    PREFIX,
    SUFFIX,
    UPPER,
)
from filters.spacy_tables import FREE, Cases, may_be_case
from filters.spacy_urls import is_url
from filters.utf8 import decode

__all__ = ["Room", "cut_chunk", "room_for"]

Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.uint16]

UNIT = 5  # most characters of a unit
MOST_JOINED = 11  # most tokens that the rules make of a case
TAKEN = -2
DOT, COMMA, PLUS, HYPHEN, TILDE, DOLLAR = ord("."), ord(","), ord("+"), ord("-"), ord("~"), ord("$")
ASTERISK, CARET, APOSTROPHE, QUOTE = ord("*"), ord("^"), ord("'"), ord("’")
DASH, LONG_DASH, ELLIPSIS, DEGREE = ord("–"), ord("—"), ord("…"), ord("°")
A, C, F, K, S, U = ord("A"), ord("C"), ord("F"), ord("K"), ord("S"), ord("U")
LOWER_CASE = 0x20


class Room(NamedTuple):
    """Where a chunk is worked on: code points, their flags, first bytes; ends of cut suffixes; cases found."""

    codes: npt.NDArray[np.int32]
    flags: Flags
    places: Ints
    tails: Ints
    taken: Ints


@making
def room_for(size: int) -> Room:
    """Room for chunks of so many bytes."""
    places, tails, taken = np.empty(size + 1, np.int64), np.empty(size + 1, np.int64), np.empty(size + 1, np.int64)
    return Room(np.empty(size, np.int32), np.empty(size, np.uint16), places, tails, taken)


@inner
def find_case(data: Bytes, first: int, last: int, cases: Cases) -> int:
    """The index of a string in the list of cases and units, or `FREE`."""
    length = last - first
    if length == 0 or length > cases.longest:
        return FREE
    if not may_be_case(data, first, last, cases.maybe):
        return FREE
    return look_up(data, first, last, cases)


@inner
def look_up(data: Bytes, first: int, last: int, cases: Cases) -> int:
    """The same without the filter before it, which knows no units."""
    length = last - first
    slot = piece_hash(data, first, last) & (len(cases.slots) - 1)
    while cases.slots[slot] != FREE:
        index = cases.slots[slot]
        start = cases.bounds[index]
        if cases.bounds[index + 1] - start == length:
            k = 0
            while k < length and cases.data[start + k] == data[first + k]:
                k += 1
            if k == length:
                return int(index)
        slot = (slot + 1) & (len(cases.slots) - 1)
    return FREE


@inner
def is_case(data: Bytes, first: int, last: int, cases: Cases) -> bool:
    """Whether a string has tokens of its own."""
    index = find_case(data, first, last, cases)
    return bool(index != FREE and cases.ends[index] != 0)


@inner
def write_case(first: int, bits: np.uint64, starts: Ints, ends: Ints, count: int) -> int:
    """Writes the tokens of a case that begins at a byte; their number with those before."""
    here, start = first, first
    while bits > 1:
        bits >>= np.uint64(1)
        here += 1
        if bits & np.uint64(1):
            starts[count], ends[count] = start, here
            count += 1
            start = here
    return count


@inner
def prefix_length(room: Room, first: int, last: int) -> int:
    """Characters of the token that is cut off at the beginning, or 0."""
    code = room.codes[first]
    if room.flags[first] & PREFIX:
        return 1
    if code == DOT:
        here = first + 1
        while here < last and room.codes[here] == DOT:
            here += 1
        return here - first if here - first > 1 else 0
    if code == PLUS:
        return int(first + 1 == last or not room.flags[first + 1] & DIGIT)
    if code in (A, C):
        return 2 if first + 1 < last and room.codes[first + 1] == DOLLAR else 0
    if code == U and first + 2 < last and room.codes[first + 1] == S and room.codes[first + 2] == DOLLAR:
        return 3
    return 0


@inner
def suffix_length(room: Room, first: int, last: int, data: Bytes, cases: Cases) -> int:
    """Characters of the token that is cut off at the end, the longest that a rule allows, or 0."""
    codes, flags = room.codes, room.flags
    if first == last:
        return 0
    code, before = codes[last - 1], codes[last - 2] if last - first > 1 else np.int32(0)
    flags_before = flags[last - 2] if last - first > 1 else np.uint16(0)
    if code == DOT:
        return last_dots(room, first, last)
    if code == ELLIPSIS:
        return 2 if before == ELLIPSIS else 1
    if code | LOWER_CASE == S | LOWER_CASE and before in (APOSTROPHE, QUOTE):
        return 2
    if code == PLUS:
        return int((flags_before & DIGIT) != 0)
    if flags[last - 1] & CURRENCY:
        if code == DOLLAR and last - first > 2 and before in (A, C) and flags[last - 3] & DIGIT:
            return 2
        if code == DOLLAR and last - first > 3 and before == S and codes[last - 3] == U and flags[last - 4] & DIGIT:
            return 3
        return int((flags_before & DIGIT) != 0)
    if flags[last - 1] & SUFFIX:
        return 1
    for length in range(1, min(UNIT, last - first - 1) + 1):
        if flags[last - length - 1] & DIGIT:
            index = look_up(data, room.places[last - length], room.places[last], cases)
            return length if index != FREE and cases.units[index] else 0
    return 0


@inner
def last_dots(room: Room, first: int, last: int) -> int:
    """The same behind a dot."""
    here = last
    while here > first and room.codes[here - 1] == DOT:
        here -= 1
    if last - here > 1:
        return last - here
    if here == first:
        return 0
    if room.flags[here - 1] & BEFORE_LAST_DOT:
        return 1
    if here - first < 2:
        return 0
    if room.flags[here - 1] & UPPER and room.flags[here - 2] & UPPER:
        return 1
    return int(room.codes[here - 2] == DEGREE and room.codes[here - 1] in (C, F, K))


@inner
def infix_length(room: Room, here: int, first: int, last: int) -> int:
    """Characters of the token within that begins at a character, or 0; `first` and `last` bound what is left."""
    codes, flags = room.codes, room.flags
    code = codes[here]
    if code == DOT and here + 1 < last and codes[here + 1] == DOT:
        end = here + 2
        while end < last and codes[end] == DOT:
            end += 1
        return end - here
    if code == ELLIPSIS or flags[here] & ICON:
        return 1
    if here == first or here + 1 == last:
        return 0
    before, behind = flags[here - 1], flags[here + 1]
    if code == DOT:
        return int(before & BEFORE_DOT != 0 and behind & AFTER_DOT != 0)
    if code == COMMA:
        return int(before & ALPHA != 0 and behind & ALPHA != 0)
    if code in (PLUS, ASTERISK, CARET, HYPHEN):
        if before & DIGIT and (behind & DIGIT or codes[here + 1] == HYPHEN):
            return 1
        if code != HYPHEN:
            return 0
    if not before & (ALPHA | DIGIT):
        return 0
    # Of hyphens, the shortest run before a letter: up to three, of long dashes two.
    most = 3 if code == HYPHEN else 2 if code == LONG_DASH else 1
    for length in range(1, most + 1):
        if here + length < last and flags[here + length] & ALPHA:
            return length
        if here + length >= last or codes[here + length] != code:
            return 0
    return 0


@inner
def cut_chunk(
    data: Bytes, start: int, end: int, classes: Flags, cases: Cases, room: Room, starts: Ints, ends: Ints, count: int
) -> int:
    """Cuts what stands between white space.

    Args:
        data: UTF-8.
        start: first byte of the chunk.
        end: one past its last.
        classes: of characters (`filters.spacy_classes.token_classes`).
        cases: strings with tokens of their own.
        room: at least for the bytes of the chunk.
        starts: where first bytes of tokens are written.
        ends: where the ends are.
        count: tokens that are there already.

    Returns:
        Tokens, with those before.
    """
    index = find_case(data, start, end, cases)
    if index != FREE and cases.ends[index]:
        return write_case(start, cases.ends[index], starts, ends, count)
    last, here = 0, start
    while here < end:
        code, length = decode(data, here)
        room.codes[last], room.flags[last], room.places[last] = code, classes[code], here
        here += length
        last += 1
    room.places[last] = end
    before_all, first, tails, places = count, ZERO, 0, room.places
    while first < last:
        size = last - first
        if is_case(data, places[first], places[last], cases):
            break
        prefix = prefix_length(room, first, last)
        if prefix and is_case(data, places[first + prefix], places[last], cases):
            starts[count], ends[count] = places[first], places[first + prefix]
            count += 1
            first += prefix
            break
        suffix = suffix_length(room, first + prefix, last, data, cases)
        if suffix:
            room.tails[tails] = places[last]
            tails += 1
            if is_case(data, places[first], places[last - suffix], cases):
                last -= suffix
                break
        if prefix:
            starts[count], ends[count] = places[first], places[first + prefix]
            count += 1
        first += prefix
        last -= suffix
        if last - first == size:
            break
    count = cut_rest(data, first, last, cases, room, starts, ends, count)
    place = places[last]
    while tails > 0:
        tails -= 1
        starts[count], ends[count] = place, room.tails[tails]
        place = ends[count]
        count += 1
    return join_cases(data, cases, room.taken, starts, ends, before_all, count)


@inner
def cut_rest(data: Bytes, first: int, last: int, cases: Cases, room: Room, starts: Ints, ends: Ints, count: int) -> int:
    """Cuts what prefixes and suffixes have left of a chunk, within."""
    if first == last:
        return count
    places = room.places
    index = find_case(data, places[first], places[last], cases)
    if index != FREE and cases.ends[index]:
        return write_case(places[first], cases.ends[index], starts, ends, count)
    begin, here, known = first, first, False
    while here < last:
        infix = infix_length(room, here, first, last) if room.flags[here] & INFIX else 0
        if infix and here > first:
            if not known and is_url(room.codes, room.flags, first, last):
                break
            known = True
            if begin < here:
                starts[count], ends[count] = places[begin], places[here]
                count += 1
            starts[count], ends[count] = places[here], places[here + infix]
            count += 1
            begin = here + infix
        here += max(infix, 1)
    if begin < last:
        starts[count], ends[count] = places[begin], places[last]
        count += 1
    return count


@inner
def join_cases(data: Bytes, cases: Cases, taken: Ints, starts: Ints, ends: Ints, first: int, count: int) -> int:
    """Gives tokens that are together what the rules make of a case the tokens of the case: the longest first."""
    total, found = count - first, False
    most = min(total, MOST_JOINED)
    if most < 2:
        return count
    for size in range(most, 1, -1):
        for k in range(first, count - size + 1):
            if ends[k + size - 1] - starts[k] > cases.longest:
                continue
            index = find_case(data, starts[k], ends[k + size - 1], cases)
            if index == FREE or cases.rule_ends[index] == 0:
                continue
            bits = np.uint64(0)
            for token in range(k, k + size):
                bits |= np.uint64(1) << np.uint64(ends[token] - starts[k])
            if bits != cases.rule_ends[index]:
                continue
            if not found:
                taken[:total] = FREE
                found = True
            free = taken[k - first] == FREE and taken[k - first + size - 1] == FREE
            for token in range(k - first, k - first + size):
                taken[token] = TAKEN if taken[token] == FREE else taken[token]
            if free:
                taken[k - first] = index
    return rewrite(cases, taken, starts, ends, first, count) if found else count


@making
def rewrite(cases: Cases, taken: Ints, starts: Ints, ends: Ints, first: int, count: int) -> int:
    """Puts the tokens of cases where `taken` has their index for the first token that they replace."""
    old_starts, old_ends = starts[first:count].copy(), ends[first:count].copy()
    count, k = first, 0
    while k < len(old_starts):
        if taken[k] >= 0:
            index, start = taken[k], old_starts[k]
            end = start + cases.bounds[index + 1] - cases.bounds[index]
            count = write_case(start, cases.ends[index], starts, ends, count)
            while k < len(old_starts) and old_ends[k] <= end:
                k += 1
        else:
            starts[count], ends[count] = old_starts[k], old_ends[k]
            count += 1
            k += 1
    return count
