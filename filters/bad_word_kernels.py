"""The kernel behind `filters.c4_bad_words`: the lists of many languages as one trie, walked where a word may begin."""

from collections.abc import Sequence
from functools import cache, lru_cache

import numpy as np

from filters.compiled import inner, kernel
from filters.cuts import Bytes, Ints
from filters.utf8 import decode
from filters.word_trie import BEGINS, INNER, Trie, follow, made_trie

__all__ = ["count_begun", "lower_trie"]

_CODES = 0x20000  # planes 0 and 1 hold every cased letter, as in `filters.word_trie`
_NONE = -1


@lru_cache(maxsize=8)
def lower_trie(words: Sequence[str]) -> Trie:
    """The trie of words, compared with the lower case of a text; `str.isalnum` and ``_`` are word characters."""
    return made_trie(words, _lowered(), _word_characters())


@cache
def _lowered() -> Ints:
    """Every character's lower case where that is one character; -1, which no word has, where it is not."""
    table = np.arange(_CODES, dtype=np.int64)
    for code in range(_CODES):
        lower = chr(code).lower()
        table[code] = ord(lower) if len(lower) == 1 else _NONE
    return table


@cache
def _word_characters() -> Bytes:
    return np.array([chr(code).isalnum() or code == ord("_") for code in range(_CODES)], np.uint8)


@inner
def _is_inner(code: int, flags: Bytes) -> bool:
    """Whether a character is a word character: those beyond the table are ideographs, or none is assigned."""
    return bool(flags[code] & INNER) if code < _CODES else code < 0x40000


@kernel
def count_begun(offsets: Ints, data: Bytes, trie: Trie, member: Bytes, anywhere: Bytes) -> Ints:
    """For each list and text, the places where one of the list's words begins.

    Args:
        offsets: of the texts.
        data: their bytes.
        trie: of all entries.
        member: for every entry and list, 1 where the entry is in the list.
        anywhere: 1 for every list whose words may stand within others.
    """
    lists = len(anywhere)
    counts, found = np.zeros((lists, len(offsets) - 1), np.int64), np.zeros(lists, np.uint8)
    flags, some = trie.flags, np.any(anywhere > 0)
    for row in range(len(offsets) - 1):
        place, stop = offsets[row], offsets[row + 1]
        inside = False
        while place < stop:
            code, width = decode(data, place)
            flag = flags[code] if code < _CODES else BEGINS
            if flag & BEGINS and (some or not inside):
                state, here, any_found = 0, place, False
                while here < stop:
                    letter, length = decode(data, here)
                    state = follow(state, trie.folded[letter] if letter < _CODES else letter, trie)
                    if state == _NONE:
                        break
                    here += length
                    entry = trie.entries[state]
                    if entry != _NONE:
                        flanked = not inside and (here == stop or not _is_inner(decode(data, here)[0], flags))
                        for number in range(lists):
                            if member[entry, number] and (flanked or anywhere[number]):
                                found[number] = 1
                                any_found = True
                if any_found:
                    for number in range(lists):
                        counts[number, row] += found[number]
                        found[number] = 0
            inside = _is_inner(code, flags)
            place += width
    return counts
