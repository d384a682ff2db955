"""The tables behind `filters.spacy_words`: characters, the strings that are cut by a list, and the plain chunks.

A plain chunk is a word of ASCII letters and digits, perhaps behind a quotation mark or bracket, perhaps before one or
two marks of punctuation: nearly all of a page in English. An automaton over its bytes says how many tokens it
is, so that the rules are tried on the others alone.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from string import ascii_lowercase, ascii_uppercase, digits
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from filters.compiled import inner, kernel
from filters.cutting import piece_hash, table_size
from filters.spacy_cases import UNITS

__all__ = [
    "CURLY_APOSTROPHE",
    "CURLY_CLOSING",
    "CURLY_OPENING",
    "FREE",
    "KINDS",
    "NOT_PLAIN",
    "OTHER",
    "START",
    "WHITE",
    "Automaton",
    "Cases",
    "automaton",
    "case_key",
    "cases_of",
    "end_bits",
    "may_be_case",
]

FREE = -1
KEY_BITS = 18
"""Bits of a key in the filter before the look-up of a case."""


class Cases(NamedTuple):
    """Strings with tokens of their own.

    Attributes:
        maybe: a bit for each `case_key`: whether a string of that key is in the list.
        slots: a hash table, by `filters.cutting.piece_hash`, of indices or `FREE`.
        data: the strings, one behind the other.
        bounds: first byte of each string and the end of the last.
        ends: for each, bit k is set where a token ends behind k bytes; 0 for a unit that is no case.
        rule_ends: the same for the tokens that the rules make of it; 0 where that is one token.
        units: whether it is a unit of measurement.
        longest: most bytes of a string.
    """

    maybe: npt.NDArray[np.uint8]
    slots: npt.NDArray[np.int64]
    data: npt.NDArray[np.uint8]
    bounds: npt.NDArray[np.int64]
    ends: npt.NDArray[np.uint64]
    rule_ends: npt.NDArray[np.uint64]
    units: npt.NDArray[np.bool_]
    longest: int


@kernel
def case_key(data: npt.NDArray[np.uint8], first: int, last: int) -> int:
    """Key of a string in ``Cases.maybe``: from its first three bytes, its last and the number of all."""
    end = last - 1
    key = np.uint64(data[first]) | np.uint64(data[min(first + 1, end)]) << np.uint64(8)
    key |= np.uint64(data[min(first + 2, end)]) << np.uint64(16) | np.uint64(data[end]) << np.uint64(24)
    key |= np.uint64(last - first) << np.uint64(32)
    return int((key * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(64 - KEY_BITS))


@inner
def may_be_case(data: npt.NDArray[np.uint8], first: int, last: int, maybe: npt.NDArray[np.uint8]) -> bool:
    """Whether a string may be in the list, or the word within one of the list."""
    key = case_key(data, first, last)
    return bool(maybe[key >> 3] >> (key & 7) & 1)


def end_bits(tokens: Iterable[str]) -> int:
    """A bit for the byte behind each token."""
    bits, length = 0, 0
    for token in tokens:
        length += len(token.encode())
        bits |= 1 << length
    return bits


def cases_of(cases: Mapping[str, tuple[str, ...]], rule_ends: Mapping[str, int]) -> Cases:
    """The tables of cases and of the units.

    Args:
        cases: tokens by string.
        rule_ends: by string: see `Cases`.
    """
    entries = sorted(cases.keys() | set(UNITS.split()))
    packed = [entry.encode() for entry in entries]
    data = np.array(bytearray(b"".join(packed)))
    bounds = np.cumsum([0, *map(len, packed)])
    slots = np.full(2 * table_size(len(entries)), FREE, np.int64)
    maybe = np.zeros(1 << KEY_BITS - 3, np.uint8)
    for index, entry in enumerate(packed):
        slot = piece_hash(data, bounds[index], bounds[index + 1]) & (len(slots) - 1)
        while slots[slot] != FREE:
            slot = (slot + 1) & (len(slots) - 1)
        slots[slot] = index
        # The word within a case, too: a plain chunk is looked for by its word only.
        word = entry.decode().strip("""!"#&'()*,.:;<>?[]_`{}""").encode()
        for form in (entry, word) if entries[index] in cases else ():
            if form:
                key = case_key(np.array(bytearray(form)), 0, len(form))
                maybe[key >> 3] |= 1 << (key & 7)
    return Cases(
        maybe,
        slots,
        data,
        bounds,
        np.array([end_bits(cases.get(entry, ())) for entry in entries], np.uint64),
        np.array([rule_ends.get(entry, 0) for entry in entries], np.uint64),
        np.array([entry in UNITS.split() for entry in entries]),
        max(map(len, packed)),
    )


WHITE, LOWER, UPPER, DIGIT, DOT, CLOSING, MARK, OPENING, QUOTE, APOSTROPHE, S, OTHER = range(12)
CURLY_APOSTROPHE, CURLY_OPENING, CURLY_CLOSING = range(12, 15)
BYTES = {
    LOWER: ascii_lowercase.replace("s", ""),
    UPPER: ascii_uppercase,
    DIGIT: digits,
    DOT: ".",
    CLOSING: ",)!?]",
    MARK: ":;{}<>_#*&`",
    OPENING: "([",
    QUOTE: '"',
    APOSTROPHE: "'",
    S: "s",
    WHITE: "\t\n\v\f\r\x1c\x1d\x1e\x1f ",
}
"""Classes of ASCII bytes; what is in none is `OTHER`; behind it are the classes of ’, “ and ”."""

NOTHING, LOWER_END, ONE_UPPER_END, UPPER_END, DIGIT_END, KEPT_DOT, DOTTED, CLOSED, MARKED, TWICE = range(10)
APOSTROPHE_END, CURLY_END, OF_IT, CURLY_OF_IT, CURLY_CLOSED, DOTTED_CURLY = range(10, 16)
KINDS = 16
"""What a chunk ends in: a letter or digit of its word, or marks that are tokens, or a dot that is part of the word."""

WORD_KINDS = (LOWER_END, ONE_UPPER_END, UPPER_END, DIGIT_END)
BEHIND = dict.fromkeys((*WORD_KINDS, KEPT_DOT), (0, 0)) | dict.fromkeys((DOTTED, CLOSED, MARKED), (1, 0))
BEHIND |= {TWICE: (1, 1), APOSTROPHE_END: (1, 0), CURLY_END: (3, 0), OF_IT: (2, 0), CURLY_OF_IT: (4, 0)}
BEHIND |= {CURLY_CLOSED: (3, 0), DOTTED_CURLY: (1, 3)}
"""Bytes of the two tokens behind the word."""

OPENINGS = (0, 1, 3)
"""Bytes of the token before the word."""

START, NOT_PLAIN = 0, len(OPENINGS) * KINDS
"""States are the kinds, then the same behind an opening mark, then that of a chunk that is not plain."""


class Automaton(NamedTuple):
    """What a chunk is, from its bytes; the first state is `START`.

    Attributes:
        classes: of bytes.
        states: by state and class: the next state.
        sizes: by state: bytes of the token before the word, of the first behind it and of the second, 4 bits each.
    """

    classes: npt.NDArray[np.uint8]
    states: npt.NDArray[np.uint8]
    sizes: npt.NDArray[np.int64]


def next_kind(kind: int, class_: int) -> int | None:
    """What a chunk ends in after one more character, None where it is no longer plain."""
    if kind == NOTHING or kind in WORD_KINDS:
        if class_ in (LOWER, S) and kind != DIGIT_END:
            return LOWER_END
        if class_ == UPPER and kind != DIGIT_END:
            return UPPER_END if kind in (ONE_UPPER_END, UPPER_END) else ONE_UPPER_END
        if class_ == DIGIT:
            return DIGIT_END
    if kind in WORD_KINDS:
        # A dot is part of the word behind an upper-case letter, but not behind two.
        behind = {DOT: KEPT_DOT if kind == ONE_UPPER_END else DOTTED, CLOSING: CLOSED, QUOTE: CLOSED, MARK: MARKED}
        behind |= {OPENING: MARKED, APOSTROPHE: APOSTROPHE_END, CURLY_APOSTROPHE: CURLY_END}
        return (behind | {CURLY_CLOSING: CURLY_CLOSED, CURLY_OPENING: CURLY_CLOSED}).get(class_)
    # Marks that form an emoticon with one another are left to the rules.
    if kind in (DOTTED, CLOSED) and class_ in (CLOSING, QUOTE, CURLY_CLOSING):
        return DOTTED_CURLY if class_ == CURLY_CLOSING else TWICE
    if kind == CLOSED and class_ == DOT:
        return TWICE
    return {(APOSTROPHE_END, S): OF_IT, (CURLY_END, S): CURLY_OF_IT}.get((kind, class_))


@cache
def automaton() -> Automaton:
    """The automaton."""
    classes = np.full(256, OTHER, np.uint8)
    for class_, members in BYTES.items():
        classes[[ord(member) for member in members]] = class_
    states = np.full((NOT_PLAIN + 1, CURLY_CLOSING + 1), NOT_PLAIN, np.uint8)
    sizes = np.zeros(NOT_PLAIN + 1, np.int64)
    for opened, size in enumerate(OPENINGS):
        for kind in range(KINDS):
            state = opened * KINDS + kind
            one, other = BEHIND.get(kind, (0, 0))
            sizes[state] = size | one << 4 | other << 8
            for class_ in range(CURLY_CLOSING + 1):
                following = next_kind(kind, class_)
                if following is not None:
                    states[state, class_] = opened * KINDS + following
    states[START, [OPENING, QUOTE]] = KINDS + NOTHING
    states[START, CURLY_OPENING] = 2 * KINDS + NOTHING
    return Automaton(classes, states, sizes)
