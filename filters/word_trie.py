"""Many words looked up at once: a trie over folded characters, walked from every place where a word may begin."""

import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np

from filters.compiled import ZERO, inner, kernel
from filters.cuts import Bytes, Ints
from filters.utf8 import decode

__all__ = ["BEGINS", "INNER", "Trie", "find_words", "follow", "made_trie", "trie_of"]

_CODES = 0x20000  # planes 0 and 1 hold every cased letter; the characters above stand for themselves
_SPACE = 32
_NONE = -1
INNER, BEGINS = 1, 2
_ROOM = 256
_WITHOUT_SPACES = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x0F00, 0x0FFF),  # Tibetan
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x3005, 0x3007),  # ideographic marks
    (0x3040, 0x30FF),  # Hiragana, Katakana
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),  # Han
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0xFF66, 0xFF9F),  # half-width Katakana
)


class Trie(NamedTuple):
    """States joined by characters; state 0 is the beginning of a word.

    Attributes:
        folded: the character that a character counts as; white space counts as a space.
        flags: `INNER` for word characters, `BEGINS` for those that begin a listed word.
        edges: first edge of each state, length states + 1.
        characters: of each edge, sorted within a state.
        targets: the state that each edge leads to.
        entries: the listed word that ends in a state, or -1.
    """

    folded: Ints
    flags: Bytes
    edges: Ints
    characters: Ints
    targets: Ints
    entries: Ints


def trie_of(words: Sequence[str]) -> Trie:
    """The trie of words that are not empty, case folded; runs of white space in them count as one space."""
    return made_trie([" ".join(word.split()) for word in words], _folded(), _word_characters())


def made_trie(words: Sequence[str], folded: Ints, inner: Bytes) -> Trie:
    """The trie of words, letter by letter as `folded` has them; of those that are the same then, the first counts."""
    states: list[dict[int, int]] = [{}]
    entries = [_NONE]
    for entry, word in enumerate(words):
        state = 0
        for character in word:
            code = int(folded[ord(character)]) if ord(character) < _CODES else ord(character)
            if code not in states[state]:
                states[state][code] = len(states)
                states.append({})
                entries.append(_NONE)
            state = states[state][code]
        if entries[state] == _NONE:
            entries[state] = entry
    pairs = [sorted(state.items()) for state in states]
    characters = np.array([code for state in pairs for code, _ in state], np.int64)
    targets = np.array([target for state in pairs for _, target in state], np.int64)
    edges = np.cumsum([0, *map(len, pairs)])
    begins = np.isin(folded, [code for code, _ in pairs[0]]).astype(np.uint8)
    return Trie(folded, inner * INNER | begins * BEGINS, edges, characters, targets, np.array(entries, np.int64))


def find_words(offsets: Ints, data: Bytes, trie: Trie) -> tuple[Ints, Ints, Ints]:
    """First match of each row; start and end byte of every match, in turn; the listed word of each."""
    places, entries = np.empty(2 * _ROOM, np.int64), np.empty(_ROOM, np.int64)
    bounds = _find(offsets, data, trie, places, entries)
    if bounds[-1] > len(entries):
        places, entries = np.empty(2 * bounds[-1], np.int64), np.empty(bounds[-1], np.int64)
        bounds = _find(offsets, data, trie, places, entries)
    return bounds, places[: 2 * bounds[-1]], entries[: bounds[-1]]


@cache
def _folded() -> Ints:
    """Every character's `str.casefold` where that is one character, else its lower case, else itself."""
    table = np.arange(_CODES, dtype=np.int64)
    for code in range(_CODES):
        character = chr(code)
        forms = (character.casefold(), character.lower(), character)
        table[code] = _SPACE if character.isspace() else ord(next(form for form in forms if len(form) == 1))
    return table


@cache
def _word_characters() -> Bytes:
    """1 for letters, marks, digits and the underscore, but not for letters of scripts without spaces."""
    table = np.zeros(_CODES, np.uint8)
    for code in range(_CODES):
        table[code] = unicodedata.category(chr(code))[0] in "LMN" or chr(code) == "_"
    for first, last in _WITHOUT_SPACES:
        table[first : last + 1] = 0
    return table


@kernel
def _find(offsets: Ints, data: Bytes, trie: Trie, places: Ints, entries: Ints) -> Ints:
    """Writes what there is room for; the bounds count all."""
    bounds = np.zeros(len(offsets), np.int64)
    flags = trie.flags
    count = 0
    for row in range(len(offsets) - 1):
        here, stop = offsets[row], offsets[row + 1]
        inside = False
        while here < stop:
            code, width = decode(data, here)
            flag = flags[code] if code < _CODES else BEGINS
            if not inside and flag & BEGINS:
                end, last, entry = _longest(data, here, stop, trie)
                if entry != _NONE:
                    if count < len(entries):
                        places[2 * count], places[2 * count + 1], entries[count] = here, end, entry
                    count += 1
                    here, inside = end, _is_inner(last, flags)
                    continue
            inside = flag & INNER != 0
            here += width
        bounds[row + 1] = count
    return bounds


@inner
def _longest(data: Bytes, here: int, stop: int, trie: Trie) -> tuple[int, int, int]:
    """End, last character and number of the longest listed word that begins here and that no word goes on behind."""
    state, end, last, entry = ZERO, here, 0, _NONE
    while here < stop:
        original, width = decode(data, here)
        code = _fold(original, trie.folded)
        state = follow(state, code, trie)
        if state == _NONE:
            break
        here += width
        while code == _SPACE and here < stop:
            following, width = decode(data, here)
            if _fold(following, trie.folded) != _SPACE:
                break
            here += width
        if trie.entries[state] != _NONE and (here == stop or not _is_inner(decode(data, here)[0], trie.flags)):
            end, last, entry = here, original, trie.entries[state]
    return end, last, entry


@inner
def _fold(code: int, folded: Ints) -> int:
    return int(folded[code]) if code < _CODES else code


@inner
def follow(state: int, code: int, trie: Trie) -> int:
    """The state that a character leads to, or -1."""
    low, high = trie.edges[state], trie.edges[state + 1]
    while low < high:
        middle = (low + high) // 2
        if trie.characters[middle] < code:
            low = middle + 1
        else:
            high = middle
    if low < trie.edges[state + 1] and trie.characters[low] == code:
        return int(trie.targets[low])
    return _NONE


@inner
def _is_inner(code: int, flags: Bytes) -> bool:
    return bool(code < _CODES and flags[code] & INNER)
