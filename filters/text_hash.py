"""Digests by which equal texts and equal URLs find each other: xxh3-128 of what is left after normalising."""

import unicodedata
from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import xxhash

from filters.compiled import kernel
from filters.cuts import Bytes, Ints, text_buffers
from filters.normalizing import normalized
from filters.urls import canonical_url
from filters.utf8 import decode, encode

__all__ = ["normalize_text", "text_digests", "url_digests"]

DIGEST = pa.binary(16)
Table = npt.NDArray[np.int32]

_TABLE_SIZE = 0x20000  # the basic and the first supplementary plane; beyond: see normalize_text
_UNKNOWN, _SPACE = -1, 0x20
_HANGUL_VOWELS_AND_FINALS = range(0x1161, 0x11C3)


def normalize_text(text: str) -> str:
    """What two texts share that count as the same text.

    Lower case (`str.lower`), then Unicode NFC, then every run of white space (`str.split`) one space, none at the ends.
    Punctuation, digits and accents stay: this is equality, not resemblance.
    """
    return " ".join(normalized("NFC", text.lower()).split())


def text_digests(texts: pa.StringArray) -> pa.FixedSizeBinaryArray:
    """The xxh3-128 (big-endian, 16 bytes) of the UTF-8 of `normalize_text` of every row; null stays null."""
    offsets, data = text_buffers(texts)
    if len(offsets) == 1:
        return pa.array([], DIGEST)
    space = np.empty(int(offsets[-1] - offsets[0]), np.uint8)
    lengths = _normalize(data, offsets, _lower_composed(), space)
    view, digests = space.data, []
    begins = (offsets[:-1] - offsets[0]).tolist()
    for row, (begin, length) in enumerate(zip(begins, lengths.tolist(), strict=True)):
        known = length != _UNKNOWN
        normal = view[begin : begin + length] if known else normalize_text(texts[row].as_py() or "").encode()
        digests.append(xxhash.xxh3_128_digest(normal))
    return pa.array(digests, DIGEST, mask=texts.is_null().to_numpy(zero_copy_only=False))


def url_digests(urls: pa.StringArray) -> pa.FixedSizeBinaryArray:
    """The xxh3-128 of `filters.urls.canonical_url` of every row, null where there is none."""
    canonical = (None if url is None else canonical_url(url) for url in urls.to_pylist())
    return pa.array([None if url is None else xxhash.xxh3_128_digest(url.encode()) for url in canonical], DIGEST)


@cache
def _lower_composed() -> Table:
    """Code point -> its normalised code point, where that needs no look at its neighbours; else `_UNKNOWN`.

    A string of characters that map to themselves here is in NFC: each is a starter that nothing
    before it composes with (the "quick check" of Unicode Standard Annex 15).
    """
    table = np.full(_TABLE_SIZE, _UNKNOWN, np.int32)
    composing = _second_of_pairs()
    for code in range(_TABLE_SIZE):
        character = chr(code)
        lower = character.lower()
        if character.isspace():
            table[code] = _SPACE
        elif 0xD800 <= code < 0xE000 or character == "Σ" or len(lower) != 1:
            continue  # what the final sigma becomes depends on its neighbours
        elif (
            ord(lower) not in composing
            and unicodedata.combining(lower) == 0
            and unicodedata.is_normalized("NFC", lower)
            and len(lower.encode()) <= len(character.encode())  # the output has the room of the input
        ):
            table[code] = ord(lower)
    return table


def _second_of_pairs() -> frozenset[int]:
    """Code points that may compose with the character before them."""
    pairs = (unicodedata.decomposition(chr(code)).split() for code in range(_TABLE_SIZE))
    seconds = {int(pair[1], 16) for pair in pairs if len(pair) == 2 and not pair[0].startswith("<")}
    return frozenset(seconds | set(_HANGUL_VOWELS_AND_FINALS))


@kernel
def _normalize(data: Bytes, offsets: Ints, table: Table, out: Bytes) -> Ints:
    """Writes every row, normalised, at its own place in `out`; its length, or `_UNKNOWN` where a character is."""
    rows = offsets.size - 1
    lengths = np.empty(rows, np.int64)
    for row in range(rows):
        here, stop = offsets[row], offsets[row + 1]
        first = offsets[row] - offsets[0]
        end = first
        pending = False
        while here < stop:
            code, width = decode(data, here)
            here += width
            code = table[code] if code < table.size else _UNKNOWN
            if code == _UNKNOWN:
                end = first + _UNKNOWN
                break
            if code == _SPACE:
                pending = end > first
                continue
            if pending:
                out[end] = _SPACE
                end += 1
                pending = False
            end = encode(code, out, end)
        lengths[row] = end - first
    return lengths
