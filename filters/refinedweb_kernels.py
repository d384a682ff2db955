"""The kernel behind `filters.refinedweb_lines`: the verdicts on whole lines, and which lines may hold a phrase."""

import numpy as np
import numpy.typing as npt

from filters.compiled import inner, kernel
from filters.dclm_characters import DECIMAL, DIGITAL, SPACE, UPPERCASE, WORD
from filters.phrases import Phrases, has_phrase, packed
from filters.utf8 import decode

__all__ = ["BLANK", "COUNTER", "COUNTERS", "KEPT", "NUMERIC", "ONE_WORD", "PHRASES", "UPPER", "judge_lines"]

Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]
Pieces = tuple[Ints, Ints, Ints]

KEPT, UPPER, NUMERIC, COUNTER, ONE_WORD, BLANK = range(6)
COUNTED = ("likes", "shares", "comments", "retweets", "reposts", "quotes", "bookmarks", "upvotes", "downvotes",
           "downloads", "views", "followers")  # fmt: skip
COUNTERS = packed(COUNTED)
PHRASES = packed(("items in cart", "read more", "sign-in"))
MARK = ord("_")


@kernel
def judge_lines(
    data: Bytes, lines: Pieces, classes: Bytes, counters: Phrases, phrases: Phrases, most: int
) -> tuple[Ints, Ints, Ints, npt.NDArray[np.bool_]]:
    """The fate of every line, its bytes when the source has stripped the text, and whether it may hold a phrase.

    Each rule goes over all lines, then the text is stripped, so that the next finds other lines at its ends.
    """
    rows, starts, ends = lines
    codes, starts, ends = np.zeros(len(starts), np.int64), starts.copy(), ends.copy()
    candidates = np.zeros(len(starts), np.bool_)
    for row in range(len(rows) - 1):
        first, last = rows[row], rows[row + 1]
        for rule in (UPPER, NUMERIC, COUNTER):
            for line in range(first, last):
                if codes[line] == KEPT and ends[line] > starts[line]:
                    if rule == COUNTER:
                        drop = is_counter(data, starts[line], ends[line], classes, counters)
                    else:
                        drop = is_mainly(data, starts[line], ends[line], classes, rule)
                    codes[line] = rule if drop else KEPT
            strip(data, first, last, starts, ends, codes, classes)
        for line in range(first, last):
            if codes[line] == KEPT and ends[line] > starts[line]:
                words = count_to(data, starts[line], ends[line], classes, most + 1)
                if words < 2:
                    codes[line] = ONE_WORD
                elif words <= most:
                    candidates[line] = has_phrase(data, starts[line], ends[line], phrases)
        strip(data, first, last, starts, ends, codes, classes)
    return codes, starts, ends, candidates


@inner
def is_mainly(data: Bytes, start: int, end: int, classes: Bytes, rule: int) -> bool:
    """Whether more than half of the characters are upper case, or all are digits."""
    count = characters = 0
    flag, at_once = (UPPERCASE, False) if rule == UPPER else (DIGITAL, end - start < 1_000_000)
    while start < end:
        code, width = np.int64(data[start]), 1
        if code >= 0x80:
            code, width = decode(data, start)
        count += (classes[code] & flag) != 0
        characters += 1
        if at_once and count < characters:
            return False
        start += width
    return 2 * count > characters if rule == UPPER else count / characters > 0.999999


@inner
def is_counter(data: Bytes, start: int, end: int, classes: Bytes, counters: Phrases) -> bool:
    """Whether the line is a number, with k, m or b behind it or not, white space and what is counted; marks aside."""
    while start < end:
        code, width = decode(data, start)
        if classes[code] & WORD or code == MARK:
            break
        start += width
    code, width = decode(data, start) if start < end else (0, 1)
    if not classes[code] & DECIMAL:
        return False
    while start < end and (classes[code] & DECIMAL or code == ord(",") or code == ord(".")):
        start += width
        code, width = decode(data, start) if start < end else (0, 1)
    if start < end and code | 0x20 in (ord("k"), ord("m"), ord("b")):
        start += 1
        code, width = decode(data, start) if start < end else (0, 1)
    before = start
    while start < end and classes[code] & SPACE:
        start += width
        code, width = decode(data, start) if start < end else (0, 1)
    if start == before:
        return False
    begin = start
    while start < end and 97 <= data[start] | 0x20 <= 122:
        start += 1
    letters, bounds, _ = counters
    found = False
    for word in range(len(bounds) - 1):
        size = bounds[word + 1] - bounds[word]
        if size == start - begin:
            same = True
            for k in range(size):
                same &= data[begin + k] | 0x20 == letters[bounds[word] + k]
            found |= same
    while found and start < end:
        code, width = decode(data, start)
        found = not (classes[code] & WORD or code == MARK)
        start += width
    return found


@inner
def count_to(data: Bytes, start: int, end: int, classes: Bytes, most: int) -> int:
    """Words between white space, or `most` where there are more."""
    count, between = 0, True
    while start < end and count < most:
        code, width = np.int64(data[start]), 1
        if code >= 0x80:
            code, width = decode(data, start)
        space = (classes[code] & SPACE) != 0
        count += between and not space
        between = space
        start += width
    return count


@kernel
def strip(data: Bytes, first: int, last: int, starts: Ints, ends: Ints, codes: Ints, classes: Bytes) -> None:
    """Drops blank lines at both ends of what is left of a text, and white space at its ends."""
    for line in range(first, last):
        if codes[line] != KEPT:
            continue
        while starts[line] < ends[line]:
            code, width = decode(data, starts[line])
            if not classes[code] & SPACE:
                break
            starts[line] += width
        if starts[line] < ends[line]:
            break
        codes[line] = BLANK
    for line in range(last - 1, first - 1, -1):
        if codes[line] != KEPT:
            continue
        while starts[line] < ends[line]:
            place = ends[line] - 1
            while data[place] & 0xC0 == 0x80:
                place -= 1
            code, _ = decode(data, place)
            if not classes[code] & SPACE:
                break
            ends[line] = place
        if starts[line] < ends[line]:
            break
        codes[line] = BLANK
