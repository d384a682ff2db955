"""The counts behind RedPajama v2's signals: over raw text, its lines, and the normalised words."""

import numpy as np
import numpy.typing as npt

from filters.compiled import kernel
from filters.cuts import Bytes, Ints
from filters.redpajama_tables import BULLET, CASED_LOWER, NUMERIC, PUNCTUATION, UPPER_CASE, WHITE_SPACE, WORD
from filters.stretches import last_character, trimmed
from filters.utf8 import decode

__all__ = ["count_lines", "count_raw", "measure_words"]

Floats = npt.NDArray[np.float64]
Pieces = tuple[Ints, Ints, Ints]

_HASH, _ELLIPSIS, _RIGHT_QUOTE = 0x23, 0x2026, 0x201D
_DOT, _EXCLAMATION, _QUESTION, _OPEN, _CLOSE = b".!?{}"
_LOREM, _IPSUM = np.frombuffer(b"lorem", np.uint8), np.frombuffer(b"ipsum", np.uint8)
_JAVASCRIPT = np.frombuffer(b"javascript", np.uint8)


@kernel
def count_raw(offsets: Ints, data: Bytes, classes: Bytes) -> Ints:
    """Characters, words, words with an ASCII letter, words in upper case, symbols, sentences and curly brackets.

    A word is a run of word characters, or one of characters that are neither that nor white space.
    """
    counts = np.zeros((7, len(offsets) - 1), np.int64)
    for row in range(len(offsets) - 1):
        characters = words = alphabetic = capitals = symbols = sentences = brackets = dots = 0
        some, letter, kind, fresh, here = 0, False, 0, True, offsets[row]
        while here < offsets[row + 1]:
            code, length = decode(data, here)
            here += length
            flags = classes[code]
            characters += 1
            now = 0 if flags & WHITE_SPACE else (1 if flags & WORD else 2)
            if now != kind:
                alphabetic += letter
                capitals += (some & (UPPER_CASE | CASED_LOWER)) == UPPER_CASE
                words += now != 0
                some, letter, kind = 0, False, now
            some |= flags
            letter |= 97 <= (code | 0x20) <= 122
            if now == 1:
                sentences += fresh
                fresh = False
            elif now == 2:
                dots = dots + 1 if code == _DOT else 0
                symbols += (code == _HASH) | (code == _ELLIPSIS) | (dots == 3)
                dots = 0 if dots == 3 else dots
                fresh |= code in (_DOT, _EXCLAMATION, _QUESTION)
                brackets += code in (_OPEN, _CLOSE)
                continue
            dots = 0
        alphabetic += letter
        capitals += (some & (UPPER_CASE | CASED_LOWER)) == UPPER_CASE
        for k, count in enumerate((characters, words, alphabetic, capitals, symbols, sentences, brackets)):
            counts[k, row] = count
    return counts


@kernel
def count_lines(lines: Pieces, data: Bytes, classes: Bytes, sizes: Bytes) -> tuple[Ints, Floats]:
    """Of each text: lines; those that end in an ellipsis, in an end mark, that begin with a bullet; words, javascript.

    Then the sums over lines of the shares of upper case and of numbers. The line feed belongs to its line; words and
    numbers are those of the normalised line, whose characters follow from the `sizes` of normal forms.
    """
    rows, starts, ends = lines
    counts, shares = np.zeros((6, len(rows) - 1), np.int64), np.zeros((2, len(rows) - 1), np.float64)
    for row in range(len(rows) - 1):
        for line in range(rows[row], rows[row + 1]):
            start, end = starts[line], ends[line]
            fed = line + 1 < rows[row + 1]
            if start == end and not fed:
                continue
            counts[0, row] += 1
            first, last = trimmed(data, start, end, classes, WHITE_SPACE)
            if first < last:
                begin, close = decode(data, first)[0], decode(data, last_character(data, last))[0]
                dots = last - first >= 3 and data[last - 1] == data[last - 2] == data[last - 3] == _DOT
                counts[1, row] += dots or close == _ELLIPSIS
                counts[2, row] += close in (_DOT, _EXCLAMATION, _QUESTION, _RIGHT_QUOTE)
                counts[3, row] += (classes[begin] & BULLET) != 0
            characters, upper, numbers, normal, words, matched, here = int(fed), 0, 0, 0, 0, 0, start
            inside = False
            while here < end:
                code, length = decode(data, here)
                here += length
                flags = classes[code]
                characters += 1
                if flags & WHITE_SPACE:
                    counts[5, row] += matched == len(_JAVASCRIPT)
                    inside, matched = False, 0
                    continue
                upper += (flags & UPPER_CASE) != 0
                if flags & PUNCTUATION:
                    continue
                numbers += (flags & NUMERIC) != 0
                normal += sizes[code]
                words += not inside
                inside = True
                lower = code | 0x20 if 65 <= code <= 90 else code
                if 0 <= matched < len(_JAVASCRIPT) and lower == _JAVASCRIPT[matched]:
                    matched += 1
                else:
                    matched = -1
            counts[5, row] += matched == len(_JAVASCRIPT)
            counts[4, row] += words
            shares[0, row] += upper / characters
            if words:
                shares[1, row] += numbers / (normal + words - 1)
    return counts, shares


@kernel
def same(data: Bytes, start: int, word: Bytes) -> bool:
    """Whether the word stands there."""
    k = 0
    while k < len(word) and data[start + k] == word[k]:
        k += 1
    return k == len(word)


@kernel
def measure_words(words: Pieces, firsts: Ints, lengths: Ints, data: Bytes) -> tuple[Ints, Floats]:
    """Words, distinct ones, their characters, occurrences of ``lorem ipsum``; and the entropy of the words in nats."""
    rows, starts, ends = words
    counts, entropies = np.zeros((4, len(rows) - 1), np.int64), np.zeros(len(rows) - 1, np.float64)
    widest = 0
    for row in range(len(rows) - 1):
        widest = max(widest, rows[row + 1] - rows[row])
    times = np.empty(widest, np.int64)
    for row in range(len(rows) - 1):
        base, size = rows[row], rows[row + 1] - rows[row]
        times[:size] = 0
        distinct = characters = found = 0
        for j in range(base, base + size):
            times[firsts[j] - base] += 1
            distinct += firsts[j] == j
            characters += lengths[j]
            if j > base and ends[j] - starts[j] >= len(_IPSUM) and same(data, starts[j], _IPSUM):
                before = ends[j - 1] - len(_LOREM)
                found += before >= starts[j - 1] and same(data, before, _LOREM)
        entropy = 0.0
        for k in range(size):
            if times[k]:
                entropy -= times[k] / size * np.log(times[k] / size)
        for k, count in enumerate((size, distinct, characters, found)):
            counts[k, row] = count
        entropies[row] = max(entropy, 0.0)
    return counts, entropies
