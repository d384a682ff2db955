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

from filters.compiled import kernel
from filters.cutting import piece_hash, table_size
from filters.spacy_cases import UNITS

__all__ = ["FREE", "KEYS", "NOT_PLAIN", "START", "WHITE", "Automaton", "Cases", "automaton", "case_key", "cases_of"]

FREE = -1
KEYS = 1 << 15
"""Size of the filter before the look-up of a case."""


class Cases(NamedTuple):
    """Strings with tokens of their own.

    Attributes:
        maybe: by `case_key`, whether a string of that key is in the list.
        slots: a hash table, by `filters.cutting.piece_hash`, of indices or `FREE`.
        data: the strings, one behind the other.
        bounds: first byte of each string and the end of the last.
        ends: for each, bit k is set where a token ends behind k bytes; 0 for a unit that is no case.
        rule_ends: the same for the tokens that the rules make of it; 0 where that is one token.
        units: whether it is a unit of measurement.
        longest: most bytes of a string.
    """

    maybe: npt.NDArray[np.bool_]
    slots: npt.NDArray[np.int64]
    data: npt.NDArray[np.uint8]
    bounds: npt.NDArray[np.int64]
    ends: npt.NDArray[np.uint64]
    rule_ends: npt.NDArray[np.uint64]
    units: npt.NDArray[np.bool_]
    longest: int


@kernel
def case_key(first: int, second: int, last: int, length: int) -> int:
    """Key of a string in ``Cases.maybe``: from its first, second and last byte and the number of all."""
    return (first + (second << 5) + (last << 10) + length * 0x4F1) & (KEYS - 1)


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
    data = np.frombuffer(b"".join(packed), np.uint8)
    bounds = np.cumsum([0, *map(len, packed)])
    slots = np.full(2 * table_size(len(entries)), FREE, np.int64)
    maybe = np.zeros(KEYS, np.bool_)
    for index, entry in enumerate(packed):
        slot = piece_hash(data, bounds[index], bounds[index + 1]) & (len(slots) - 1)
        while slots[slot] != FREE:
            slot = (slot + 1) & (len(slots) - 1)
        slots[slot] = index
        # The word within a case, too: a plain chunk is looked for by its word only.
        word = entry.decode().strip("""!"#&'()*,.:;<>?[]_`{}""").encode()
        for form in (entry, word) if entries[index] in cases else ():
            if form:
                maybe[case_key(form[0], form[min(1, len(form) - 1)], form[-1], len(form))] = True
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


WHITE, LOWER, UPPER, DIGIT, DOT, CLOSING, MARK, OPENING, QUOTE, OTHER = range(10)
BYTES = {
    LOWER: ascii_lowercase,
    UPPER: ascii_uppercase,
    DIGIT: digits,
    DOT: ".",
    CLOSING: ",)!?]",
    MARK: ":;{}<>_#*&'`",
    OPENING: "([",
    QUOTE: '"',
    WHITE: "\t\n\v\f\r\x1c\x1d\x1e\x1f ",
}
"""Classes of ASCII bytes; what is in none is `OTHER`, as are all other bytes."""

NOTHING, LOWER_END, ONE_UPPER_END, UPPER_END, DIGIT_END, KEPT_DOT, DOTTED, CLOSED, MARKED, TWICE = range(10)
KINDS = 10
"""What a chunk ends in: a letter or digit of its word, or marks that are tokens, or a dot that is part of the word."""

START, NOT_PLAIN = 0, 2 * KINDS
"""States are the kinds, then the same behind an opening mark, then that of a chunk that is not plain."""

WORD_KINDS = (LOWER_END, ONE_UPPER_END, UPPER_END, DIGIT_END)
MARKS_BEHIND = {KEPT_DOT: 0, DOTTED: 1, CLOSED: 1, MARKED: 1, TWICE: 2} | dict.fromkeys(WORD_KINDS, 0)


class Automaton(NamedTuple):
    """What a chunk is, from its bytes; the first state is `START`.

    Attributes:
        classes: of bytes.
        states: by state and class: the next state.
        before: by state: how many bytes before the word are tokens; `NOT_PLAIN` where the chunk is not plain.
        behind: by state: how many behind it.
    """

    classes: npt.NDArray[np.uint8]
    states: npt.NDArray[np.uint8]
    before: npt.NDArray[np.uint8]
    behind: npt.NDArray[np.uint8]


def next_kind(kind: int, class_: int) -> int | None:
    """What a chunk ends in after one more byte, None where it is no longer plain."""
    if kind == NOTHING or kind in WORD_KINDS:
        if class_ == LOWER and kind != DIGIT_END:
            return LOWER_END
        if class_ == UPPER and kind != DIGIT_END:
            return UPPER_END if kind in (ONE_UPPER_END, UPPER_END) else ONE_UPPER_END
        if class_ == DIGIT:
            return DIGIT_END
    if kind in WORD_KINDS:
        # A dot is part of the word behind an upper-case letter, but not behind two.
        dotted = KEPT_DOT if kind == ONE_UPPER_END else DOTTED
        return {DOT: dotted, CLOSING: CLOSED, QUOTE: CLOSED, MARK: MARKED, OPENING: MARKED}.get(class_)
    # Marks that form an emoticon with one another are left to the rules.
    if class_ in (CLOSING, QUOTE) and kind in (DOTTED, CLOSED):
        return TWICE
    return TWICE if class_ == DOT and kind == CLOSED else None


@cache
def automaton() -> Automaton:
    """The automaton."""
    classes = np.full(256, OTHER, np.uint8)
    for class_, members in BYTES.items():
        classes[[ord(member) for member in members]] = class_
    states = np.full((NOT_PLAIN + 1, OTHER + 1), NOT_PLAIN, np.uint8)
    before = np.full(NOT_PLAIN + 1, NOT_PLAIN, np.uint8)
    behind = np.zeros(NOT_PLAIN + 1, np.uint8)
    for opened in (0, 1):
        for kind in range(KINDS):
            state = opened * KINDS + kind
            if kind != NOTHING:
                before[state], behind[state] = opened, MARKS_BEHIND[kind]
            for class_ in range(OTHER + 1):
                following = next_kind(kind, class_)
                if following is not None:
                    states[state, class_] = opened * KINDS + following
                elif state == START and class_ in (OPENING, QUOTE):
                    states[state, class_] = KINDS + NOTHING
    return Automaton(classes, states, before, behind)
