"""The normalised words of RedPajama v2: made once a batch, shared by every annotator that wants them."""

import numpy as np

from filters.compiled import kernel
from filters.cuts import Bytes, Cut, Cuts, Ints
from filters.redpajama_tables import (
    NO_ORDER,
    PUNCTUATION,
    WHITE_SPACE,
    Forms,
    normal_forms,
    normalised,
    redpajama_classes,
)
from filters.utf8 import decode

__all__ = ["GROWTH", "normal_words"]

GROWTH = 3  # no character's normal form has more than three times its bytes
_SPACE = 0x20
_ASSIGNED = 0x40000


def normal_words(cuts: Cuts) -> Cut:
    """Words of the normalised texts: ASCII punctuation removed, lower case, NFD, divided by white space.

    A kernel writes them into a buffer of their own. Where the characters do not say it alone (the lower case of a
    capital sigma, the order of combining marks) Python writes that text over it: it has as many bytes.
    """
    return cuts.derived("redpajama", _normal_words)


def _normal_words(cuts: Cuts) -> Cut:
    data, rows, starts, ends, hard = normalise(cuts.offsets, cuts.data, redpajama_classes(), normal_forms())
    for row in np.flatnonzero(hard):
        text = normalised(bytes(cuts.data[cuts.offsets[row] : cuts.offsets[row + 1]]).decode())
        data[starts[rows[row]] : ends[rows[row + 1] - 1]] = np.frombuffer(text.encode(), np.uint8)
    return Cut(data, rows, starts, ends)


@kernel
def normalise(offsets: Ints, data: Bytes, classes: Bytes, forms: Forms) -> tuple[Bytes, Ints, Ints, Ints, Bytes]:
    """The words with a space behind each; first word of each text, starts, ends; which texts must be done again."""
    letters, bounds, firsts, lasts = forms
    size = offsets[-1] - offsets[0]
    out = np.empty(GROWTH * size + len(offsets), np.uint8)
    starts, ends = np.empty(size // 2 + len(offsets), np.int64), np.empty(size // 2 + len(offsets), np.int64)
    rows, hard = np.zeros(len(offsets), np.int64), np.zeros(len(offsets) - 1, np.uint8)
    ascii_forms = np.zeros(128, np.uint8)  # 0 is removed, a space divides
    for code in range(128):
        if classes[code] & WHITE_SPACE:
            ascii_forms[code] = _SPACE
        elif not classes[code] & PUNCTUATION:
            ascii_forms[code] = letters[bounds[code]]
    count = written = 0
    for row in range(len(rows) - 1):
        begin, here, before = written, offsets[row], 0
        while here < offsets[row + 1]:
            byte = data[here]
            if byte < 0x80:
                here += 1
                form = ascii_forms[byte]
                if form == 0 and byte != 0:
                    continue
                before = 0
                if form != _SPACE:
                    out[written] = form
                    written += 1
                    continue
            else:
                code, length = decode(data, here)
                here += length
                if not classes[code] & WHITE_SPACE:
                    if code >= _ASSIGNED:
                        for place in range(here - length, here):
                            out[written] = data[place]
                            written += 1
                        before = 0
                        continue
                    for place in range(bounds[code], bounds[code + 1]):
                        out[written] = letters[place]
                        written += 1
                    hard[row] |= (firsts[code] == NO_ORDER) | ((firsts[code] != 0) & (firsts[code] < before))
                    before = lasts[code]
                    continue
                before = 0
            if written > begin:
                starts[count], ends[count] = begin, written
                count += 1
                out[written] = _SPACE
                written += 1
                begin = written
        if written > begin:
            starts[count], ends[count] = begin, written
            count += 1
            out[written] = _SPACE
            written += 1
        rows[row + 1] = count
    return out[:written], rows, starts[:count].copy(), ends[:count].copy(), hard
