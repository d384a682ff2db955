"""Takes out lines that are nothing but a phrase of a list: share buttons, cookie banners, navigation."""

import json
from collections.abc import Sequence
from functools import cache

import numpy as np
import pyarrow as pa
import xxhash

from filters.characters import ALPHABETIC, DIGIT, WHITE_SPACE, character_classes
from filters.compiled import kernel
from filters.cuts import Bytes, Cuts, Ints
from filters.documents import Batch
from filters.errors import ConfigurationError
from filters.line_kernels import drop_lines, strip_lines
from filters.replacing import changed_signal, cleaned
from filters.signals import Columns, Signal
from filters.utf8 import decode

__all__ = ["BoilerplateLines", "normal_line"]

_CODES = 0x20000  # planes 0 and 1 hold every cased letter
_EDGE, _SPACE = 1, 2


class BoilerplateLines:
    """Drops the lines that equal a phrase, case, white space, and what is neither letter nor digit around it aside.

    ``» Read more...`` is ``read more``; ``Read more about it`` is not.

    Args:
        phrases: what a line must be to go.

    Raises:
        ConfigurationError: there is no phrase, or one without a letter or digit.
    """

    signals: Sequence[Signal] = (changed_signal("boilerplate_lines", "this project"),)

    def __init__(self, phrases: Sequence[str]) -> None:
        if not phrases:
            raise ConfigurationError("boilerplate_lines: there is no phrase; give it one or more")
        self.phrases = tuple(sorted({normal_line(phrase) for phrase in phrases}))
        if "" in self.phrases:
            raise ConfigurationError("boilerplate_lines: a phrase holds neither letter nor digit; remove it")
        codes = [np.array([ord(character) for character in phrase], np.int64) for phrase in self.phrases]
        self._codes = np.concatenate(codes)
        self._bounds = np.cumsum([0, *map(len, codes)]).astype(np.int64)
        self._first = np.searchsorted(self._codes[self._bounds[:-1]], np.arange(_CODES + 1)).astype(np.int64)
        digest = xxhash.xxh3_128_hexdigest(json.dumps(self.phrases).encode())
        self.fingerprint = f"boilerplate_lines/1/{digest}"

    def clean(self, batch: Batch, cuts: Cuts) -> tuple[pa.Array, Columns]:
        """One edit for each dropped line."""
        lines, (classes, lower) = cuts.lines, _folding()
        starts, ends = strip_lines(cuts.data, lines.pieces, classes, _EDGE)
        dropped = _listed(cuts.data, starts, ends, classes, lower, self._codes, self._bounds, self._first)
        bounds, places = drop_lines(lines.pieces, dropped)
        return cleaned("boilerplate_lines", cuts, bounds, places, pa.repeat("boilerplate_line", len(places) // 2))


def normal_line(line: str) -> str:
    """What of a line is compared; a letter whose lower case is more than one character stays as it is."""
    while line and not (line[0].isalpha() or _is_digit(line[0])):
        line = line[1:]
    while line and not (line[-1].isalpha() or _is_digit(line[-1])):
        line = line[:-1]
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in " ".join(line.split()))


def _is_digit(character: str) -> bool:
    return character.isdecimal()


@cache
def _folding() -> tuple[Bytes, Ints]:
    """By code point: whether it is stripped, or white space; and the lower case it is compared by."""
    known = character_classes()
    classes = np.where(known & (ALPHABETIC | DIGIT), 0, _EDGE) | np.where(known & WHITE_SPACE, _SPACE, 0)
    lower = np.arange(_CODES)
    for code in range(_CODES):
        small = chr(code).lower()
        if len(small) == 1:
            lower[code] = ord(small)
    return classes.astype(np.uint8), lower


@kernel
def _listed(
    data: Bytes, starts: Ints, ends: Ints, classes: Bytes, lower: Ints, codes: Ints, bounds: Ints, first: Ints
) -> Bytes:
    """1 for every line that is one of the phrases, which are sorted, so that those of one first letter lie together."""
    listed = np.zeros(len(starts), np.uint8)
    longest = 0
    for phrase in range(len(bounds) - 1):
        longest = max(longest, bounds[phrase + 1] - bounds[phrase])
    line_codes = np.empty(longest, np.int64)
    for line in range(len(starts)):
        here, end, size, space, fits = starts[line], ends[line], 0, False, starts[line] < ends[line]
        while here < end and fits:
            code, width = decode(data, here)
            here += width
            if classes[code] & _SPACE:
                if not space:
                    fits = size < longest
                    if fits:
                        line_codes[size] = 32
                        size += 1
                space = True
                continue
            space = False
            fits = size < longest and code < len(lower)
            if fits:
                line_codes[size] = lower[code]
                size += 1
                if size == 1:
                    fits = first[lower[code]] < first[lower[code] + 1]
        if not fits:
            continue
        for phrase in range(first[line_codes[0]], first[line_codes[0] + 1]):
            begin, length = bounds[phrase], bounds[phrase + 1] - bounds[phrase]
            if length == size:
                same = 0
                while same < size and codes[begin + same] == line_codes[same]:
                    same += 1
                if same == size:
                    listed[line] = 1
    return listed
