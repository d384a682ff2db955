"""Words as the tokens of spaCy's English tokenizer: what datatrove's filters count for English."""

from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from filters.characters import WHITE_SPACE, character_classes
from filters.compiled import ZERO, inner, kernel, making
from filters.cuts import text_buffers
from filters.spacy_cases import special_cases
from filters.spacy_chunks import Room, cut_chunk, room_for
from filters.spacy_classes import token_classes
from filters.spacy_tables import (
    CURLY_APOSTROPHE,
    CURLY_CLOSING,
    CURLY_OPENING,
    NOT_PLAIN,
    OTHER,
    START,
    WHITE,
    Automaton,
    Cases,
    automaton,
    cases_of,
    may_be_case,
)
from filters.utf8 import decode

__all__ = ["cut_words"]

Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.uint16]
Pieces = tuple[Ints, Ints, Ints]

LAST_LEAD = 0xE3  # no white space of Unicode begins with a greater byte
CURLY_QUOTES = tuple(map(ord, "’“”"))
SPARE = 4  # tokens of a plain chunk
BYTES_A_TOKEN = 4  # a first guess


def cut_words(offsets: Ints, data: Bytes, classes: Bytes) -> Pieces:
    """The tokens that ``spacy.blank("en")`` makes of each text, without white space (spaCy 3.8, tokenizer.pyx).

    White space divides a text into chunks. A chunk of the list (*don't* is *do* and *n't*; *Mr.* and *:-)* are one)
    is cut as the list says. From others, what is always a token at the beginning or the end is cut off (brackets,
    quotation marks, currency signs, *'s*, a unit behind a digit, a full stop), until the rest is in
    the list. A rest that is a URL or an e-mail address stays whole; another is cut where hyphens, slashes, commas and
    the like stand between letters. At last, tokens side by side that are together in the list are put together.

    So it is for every language, for which datatrove has tokenizers of their own.

    Deviations: spaCy looks for tokens side by side across a space as well, in vain, but passes over the shorter ones
    that these overlap; a text that holds the name of an attribute of spaCy, such as ``IS_ALPHA``, makes it fail.

    Args:
        offsets: first byte of each text and the end of the last.
        data: UTF-8.
        classes: of characters (`filters.characters.character_classes`), for what white space is.

    Returns:
        First token of each text and the number of all; start of each token in `data`; one past its end.
    """
    pieces: Pieces = cut_texts(offsets, data, classes, token_classes(), automaton(), all_cases())
    return pieces


@cache
def all_cases() -> Cases:
    """The list of cases, with the tokens that the rules alone would make of each."""
    cases = special_cases()
    offsets, data = text_buffers(pa.array(list(cases), pa.string()))
    nothing = cases_of({}, {})
    rows, _, ends = cut_texts(offsets, data, character_classes(), token_classes(), automaton(), nothing)
    rule_ends = {
        case: sum(1 << int(ends[j] - offsets[i]) for j in range(rows[i], rows[i + 1]))
        for i, case in enumerate(cases)
        if rows[i + 1] - rows[i] > 1
    }
    return cases_of(cases, rule_ends)


@kernel
def cut_texts(offsets: Ints, data: Bytes, classes: Bytes, flags: Flags, plain: Automaton, cases: Cases) -> Pieces:
    """Cuts each text, into arrays that have room for its bytes; what is not written takes no memory."""
    rows = np.zeros(len(offsets), np.int64)
    size = (offsets[-1] - offsets[0]) // BYTES_A_TOKEN
    starts, ends, room = np.empty(size, np.int64), np.empty(size, np.int64), room_for(ZERO)
    for i in range(len(offsets) - 1):
        size = offsets[i + 1] - offsets[i]
        need = rows[i] + size + SPARE
        if need > len(starts):
            starts, ends = grown(starts, need), grown(ends, need)
        if size > len(room.codes):
            room = room_for(2 * size)
        rows[i + 1] = cut_text(
            data, offsets[i], offsets[i + 1], classes, flags, plain, cases, room, starts, ends, rows[i]
        )
    return rows, starts[: rows[-1]], ends[: rows[-1]]


@inner
def cut_text(
    data: Bytes,
    here: int,
    last: int,
    classes: Bytes,
    flags: Flags,
    plain: Automaton,
    cases: Cases,
    room: Room,
    starts: Ints,
    ends: Ints,
    count: int,
) -> int:
    """Cuts a text at white space, plain chunks at once, and others by the rules; the tokens with those before."""
    byte_classes, states, sizes, maybe = plain.classes, plain.states, plain.sizes, cases.maybe
    while here < last:
        start, state, length, characters = here, np.uint8(START), 1, 0
        while here < last:
            byte = data[here]
            if byte < 0x80:
                class_ = byte_classes[byte]
                if class_ == WHITE:
                    break
                state = states[state, class_]
                here += 1
            else:
                code, length = decode(data, here)
                if byte <= LAST_LEAD and classes[code] & WHITE_SPACE:
                    break
                state = states[state, class_of(code)]
                here += length
                length = 1
            characters += 1
        if characters == 1:  # no rule cuts it
            starts[count], ends[count] = start, here
            count += 1
        elif characters:
            packed = sizes[state]
            first, middle = start + (packed & 15), here - (packed >> 8)
            end = middle - (packed >> 4 & 15)
            if state != NOT_PLAIN and first < end and not may_be_case(data, first, end, maybe):
                starts[count], ends[count] = start, first
                count += first > start
                starts[count], ends[count] = first, end
                starts[count + 1], ends[count + 1] = end, middle
                count += 1 + (middle > end)
                starts[count], ends[count] = middle, here
                count += here > middle
            else:
                count = cut_chunk(data, start, here, flags, cases, room, starts, ends, count)
        here += length
    return count


@inner
def class_of(code: int) -> int:
    """The class of a character beyond ASCII in the automaton."""
    if code == CURLY_QUOTES[0]:
        return CURLY_APOSTROPHE
    if code == CURLY_QUOTES[1]:
        return CURLY_OPENING
    return CURLY_CLOSING if code == CURLY_QUOTES[2] else OTHER


@making
def grown(array: Ints, size: int) -> Ints:
    """A copy with room for twice as many and for so many."""
    larger = np.empty(max(size, 2 * len(array)), np.int64)
    for k, value in enumerate(array):
        larger[k] = value
    return larger
