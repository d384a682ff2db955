"""The passes behind `classifiers.screen`: words as the screen reads them, their features, the worst stretch's score."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from classifiers.screen import BITS, LETTER, REMOVED, STRETCH, STRIDE, WIDTH
from filters.compiled import ZERO, inner, kernel
from filters.cuts import Bytes, Ints
from filters.utf8 import decode

__all__ = ["FEATURES", "LONGEST", "NO_WORD", "evidence", "next_word", "scores"]

LONGEST = 40  # letters: a longer word is cut there
FEATURES = 2 * LONGEST + 3  # of a word at most: it, it and the word before, and its n-grams of three and of four

Numbers = npt.NDArray[np.float32]

BASIS, PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)  # FNV-1a, by letters
PARTS = np.uint64(0xCBF29CE484227770)  # of n-grams, so that "<ab" within a word is no word
STEP, MIX = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xFF51AFD7ED558CCD)
HIGH, SHIFT = np.uint64(32), np.uint64(64 - BITS)
NUMBER = np.uint64(48) * PRIME  # every word of digits alone
NO_WORD = np.uint64(7)

EXCLAMATION, DOLLAR, STAR, AT = 33, 36, 42, 64
A, Z, LINE_FEED, OPENS, CLOSES = 97, 122, 10, 60, 62

READ_AS = np.arange(128)
"""What a digit or sign stands for in a word that has a letter: 5h!t, n1gg3r, a$$."""
READ_AS[list(b"013457@$!")] = list(b"oieastasi")


@inner
def folded(data: Bytes, here: int, end: int, fold: Bytes) -> Any:
    """What the character at a place is read as, 0 at the text's end; its code point; its length in bytes."""
    if here >= end:
        return ZERO, ZERO, ZERO + 1
    byte = np.int64(data[here])
    if byte < 0x80:
        return np.int64(fold[byte]), byte, ZERO + 1
    code, width = decode(data, here)
    return (np.int64(fold[code]) if code < len(fold) else ZERO), code, width


@inner
def joins(sign: int, after: int, size: int, before: int) -> bool:
    """Whether one of the signs !, $, * and @ belongs to the word around it: sh!t, $hit, a$$, f*ck, f**.

    Args:
        sign: the sign.
        after: what follows it.
        size: letters of the word so far.
        before: the last of them.
    """
    if A <= after <= Z:
        return sign == DOLLAR or size > 0
    if sign == DOLLAR:
        return size > 0 and (after == DOLLAR or before == DOLLAR)
    return sign == STAR and size == 1 and after == STAR


@inner
def next_word(
    data: Bytes, here: int, end: int, fold: Bytes, before: np.uint64, letters: Ints, found: Ints
) -> tuple[int, int, np.uint64]:
    """Reads a word from a place on: where it ends, how many features it has (0: there is none), and its hash.

    Args:
        data: UTF-8.
        here: the place.
        end: of the text.
        fold: what a character is read as.
        before: hash of the word before, `NO_WORD` at the text's start.
        letters: room for `LONGEST` + 2.
        found: room for `FEATURES`, which go here.
    """
    size, alphabetic, apart, spaced = ZERO, ZERO, False, True
    letters[0] = OPENS
    while here < end and size < LONGEST:
        sign, code, width = folded(data, here, end, fold)
        after, _, following = folded(data, here + width, end, fold)
        inside = sign != 0
        if sign in (EXCLAMATION, DOLLAR, STAR, AT):
            inside = joins(sign, after, size, letters[size])
        here += width
        if not inside:
            if size == 0:
                continue
            if spaced and not apart and code != LINE_FEED and A <= after <= Z:
                apart = folded(data, here + following, end, fold)[0] == 0
                if apart:
                    continue  # single letters with one sign between them: f u c k
            break
        if sign == REMOVED:
            continue
        letter = code if sign == LETTER else sign
        if size >= 2 and letters[size] == letter and letters[size - 1] == letter:
            continue  # a third of the same is left out: fuuuuck
        spaced = spaced and (size == 0 or apart)
        apart = False
        alphabetic += sign == LETTER or A <= sign <= Z
        size += 1
        letters[size] = letter
    if size == 0:
        return here, ZERO, before
    if alphabetic == 0:
        found[0], found[1] = feature(NUMBER), feature(before * STEP + NUMBER)
        return here, ZERO + 2, NUMBER
    word = BASIS
    for k in range(1, size + 1):
        if letters[k] < 128:
            letters[k] = READ_AS[letters[k]]
        word = (word ^ np.uint64(letters[k])) * PRIME
    found[0], found[1] = feature(word), feature(before * STEP + word)
    count = ZERO + 2
    letters[size + 1] = CLOSES
    for k in range(size):
        part = (PARTS ^ np.uint64(letters[k])) * PRIME
        part = (part ^ np.uint64(letters[k + 1])) * PRIME
        part = (part ^ np.uint64(letters[k + 2])) * PRIME
        found[count] = feature(part)
        count += 1
        if k + 3 <= size + 1:
            found[count] = feature((part ^ np.uint64(letters[k + 3])) * PRIME)
            count += 1
    return here, count, word


@inner
def feature(part: np.uint64) -> Any:
    """The row of the table that a hash names."""
    return np.int64(((part ^ (part >> HIGH)) * MIX) >> SHIFT)


@inner
def evidence(total: Numbers, layers: Numbers, units: Numbers) -> Any:
    """The logit of a stretch, from the sum of its features over the root of its words: see `classifiers.screen`.

    Args:
        total: of the stretch.
        layers: by unit its weights, what is added, and its weight in the sum.
        units: room for what each unit gives.
    """
    logit = np.float32(0)
    last = len(layers) - 1
    for unit in range(len(layers)):
        given = layers[unit, WIDTH]
        for k in range(WIDTH):
            given += layers[unit, k] * total[k]
        units[unit] = given if given > 0 or unit == last else np.float32(0)
        logit += layers[unit, WIDTH + 1] * units[unit]
    return logit


@kernel
def scores(data: Bytes, starts: Ints, ends: Ints, fold: Bytes, table: npt.NDArray[np.int8], layers: Numbers) -> Numbers:
    """The probability of the stretch with most evidence in each text; 0 where it has no word.

    Sums are of whole numbers, so that they are exact whatever came before the stretch.
    """
    letters, found = np.empty(LONGEST + 2, np.int64), np.empty(FEATURES, np.int64)
    ring, sums = np.empty((STRETCH, WIDTH), np.int32), np.empty(WIDTH, np.int32)
    total, units = np.empty(WIDTH, np.float32), np.empty(len(layers), np.float32)
    result = np.zeros(len(starts), np.float32)
    for text in range(len(starts)):
        ring[:], sums[:] = 0, 0
        words, judged, best = 0, 0, -np.inf
        here, end, word = starts[text], ends[text], NO_WORD
        while True:
            here, count, word = next_word(data, here, end, fold, word, letters, found)
            if count > 0:
                slot = words % STRETCH
                words += 1
                for k in range(WIDTH):
                    sums[k] -= ring[slot, k]
                    ring[slot, k] = 0
                for j in range(count):
                    for k in range(WIDTH):
                        ring[slot, k] += table[found[j], k]
                for k in range(WIDTH):
                    sums[k] += ring[slot, k]
            due = words >= STRETCH and (words - STRETCH) % STRIDE == 0
            if words > judged and (due or count == 0):
                size = np.float32(math.sqrt(min(words, STRETCH) + 1))
                for k in range(WIDTH):
                    total[k] = np.float32(sums[k]) / size
                best = max(best, evidence(total, layers, units))
                judged = words
            if count == 0:
                break
        if words > 0:
            result[text] = 1 / (1 + math.exp(-best))
    return result
