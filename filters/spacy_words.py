"""Words as the tokens of spaCy's English tokenizer: what datatrove's filters count for English."""

from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from filters.characters import WHITE_SPACE, character_classes
from filters.compiled import kernel
from filters.cuts import text_buffers
from filters.spacy_cases import special_cases
from filters.spacy_chunks import cut_chunk, room_for
from filters.spacy_classes import token_classes
from filters.spacy_tables import NOT_PLAIN, START, WHITE, Automaton, Cases, automaton, case_key, cases_of
from filters.utf8 import decode

__all__ = ["cut_words"]

Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.uint16]
Pieces = tuple[Ints, Ints, Ints]

LAST_LEAD = 0xE3  # no white space of Unicode begins with a greater byte
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
    """Cuts each text at white space, plain chunks at once, and others by the rules."""
    rows = np.zeros(len(offsets), np.int64)
    size = (offsets[-1] - offsets[0]) // BYTES_A_TOKEN + SPARE
    starts, ends, room = np.empty(size, np.int64), np.empty(size, np.int64), room_for(0)
    count = 0
    for i in range(len(offsets) - 1):
        here, last = offsets[i], offsets[i + 1]
        while here < last:
            start, state, length = here, np.uint8(START), 1
            while here < last:
                byte = data[here]
                if byte < 0x80:
                    class_ = plain.classes[byte]
                    if class_ == WHITE:
                        break
                    state = plain.states[state, class_]
                    here += 1
                else:
                    code, length = decode(data, here)
                    if byte <= LAST_LEAD and classes[code] & WHITE_SPACE:
                        break
                    state = np.uint8(NOT_PLAIN)
                    here += length
                    length = 1
            if here > start:
                need = count + max(SPARE, here - start)
                if need > len(starts):
                    starts, ends = grown(starts, need), grown(ends, need)
                before = plain.before[state]
                known = False
                if before != NOT_PLAIN:
                    first, end = start + before, here - plain.behind[state]
                    second = int(data[first + (end - first > 1)])
                    known = not cases.maybe[case_key(int(data[first]), second, int(data[end - 1]), end - first)]
                if known:
                    starts[count], ends[count] = start, first
                    count += before
                    starts[count], ends[count] = first, end
                    starts[count + 1], ends[count + 1] = end, end + 1
                    starts[count + 2], ends[count + 2] = end + 1, here
                    count += 1 + plain.behind[state]
                else:
                    if here - start > len(room.codes):
                        room = room_for(2 * (here - start))
                    count = cut_chunk(data, start, here, flags, cases, room, starts, ends, count)
            here += length
        rows[i + 1] = count
    return rows, starts[:count].copy(), ends[:count].copy()


@kernel
def grown(array: Ints, size: int) -> Ints:
    """A copy with room for twice as many and for so many."""
    larger = np.empty(max(size, 2 * len(array)), np.int64)
    larger[: len(array)] = array
    return larger
