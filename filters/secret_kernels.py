"""The compiled search behind `filters.secrets`."""

from typing import NamedTuple

import numpy as np

from filters.compiled import inner, kernel, making
from filters.cuts import Bytes, Ints

__all__ = ["JSON_WEB_TOKEN", "PRIVATE_KEY", "Formats", "find_secrets"]

JSON_WEB_TOKEN, PRIVATE_KEY = -1, -2
"""Stand for the fewest characters where a format is no run of one alphabet."""

_FEWEST_KINDS = 8
_SHORTEST_PART = 16  # of a JSON web token
_LONGEST_LABEL, _LONGEST_BLOCK = 40, 16384
_LINE_OF_KEY, _LAST_LINE_OF_KEY = 40, 8  # characters: what tells base64 from words
_DOT, _HYPHEN, _BACKSLASH = b".-\\"
_LABEL_END = np.frombuffer(b"PRIVATE KEY", np.uint8)
_OBJECT = np.frombuffer(b"eyJ", np.uint8)
_BLOCK = np.frombuffer(b" BLOCK", np.uint8)
_WORD, _BASE64 = 1, 2


class Formats(NamedTuple):
    """What is looked for.

    Attributes:
        prefixes: one after the other.
        bounds: where each begins.
        kinds: of each prefix.
        firsts: 1 for every byte that begins one.
        alphabets: 1 for the bytes that a kind is made of behind its prefix.
        limits: fewest and most of them, by kind.
    """

    prefixes: Bytes
    bounds: Ints
    kinds: Ints
    firsts: Bytes
    alphabets: Bytes
    limits: Ints


def _byte_classes() -> Bytes:
    classes = np.zeros(256, np.uint8)
    for code in range(128):
        character = chr(code)
        classes[code] |= _WORD * (character.isalnum() or character == "_")
        classes[code] |= _BASE64 * (character.isalnum() or character in "+/=")
    return classes


_CLASSES = _byte_classes()


@kernel
def find_secrets(offsets: Ints, data: Bytes, formats: Formats, found: Ints) -> int:
    """Writes what there is room for; the number of all."""
    count = 0
    for row in range(len(offsets) - 1):
        first, stop, here = offsets[row], offsets[row + 1], offsets[row]
        while here < stop:
            if formats.firsts[data[here]] == 0 or (here > first and _CLASSES[data[here - 1]] & _WORD):
                here += 1
                continue
            end, kind = here, 0
            for entry in range(len(formats.kinds)):
                if end == here and _stands(data, here, stop, formats, entry):
                    kind = formats.kinds[entry]
                    behind = here + formats.bounds[entry + 1] - formats.bounds[entry]
                    fewest, most = formats.limits[kind]
                    if fewest == JSON_WEB_TOKEN:
                        end = _token_end(data, first, here, stop, formats.alphabets[kind])
                    elif fewest == PRIVATE_KEY:
                        end = _block_end(data, here, behind, stop, formats.alphabets[kind])
                    else:
                        end = _run_end(data, here, behind, stop, formats.alphabets[kind], fewest, most)
            if end > here:
                if count < len(found):
                    found[count] = row, here, end, kind
                count += 1
                here = end
            else:
                here += 1
    return count


@inner
def _stands(data: Bytes, here: int, stop: int, formats: Formats, entry: int) -> bool:
    begin, length = formats.bounds[entry], formats.bounds[entry + 1] - formats.bounds[entry]
    if here + length > stop:
        return False
    matched = 0
    while matched < length and data[here + matched] == formats.prefixes[begin + matched]:
        matched += 1
    return bool(matched == length)


@inner
def _run_end(data: Bytes, here: int, behind: int, stop: int, alphabet: Bytes, fewest: int, most: int) -> int:
    """One past the run of an alphabet behind a prefix, if it is of a right length and no place-holder; else `here`."""
    end = behind
    while end < stop and end - behind <= most and alphabet[data[end]]:
        end += 1
    if end - behind > most:
        return here
    while end > behind and (data[end - 1] == _DOT or data[end - 1] == _HYPHEN) and end - behind > fewest:
        end -= 1
    if end - behind < fewest or (end < stop and _CLASSES[data[end]] & _WORD):
        return here
    return end if _kinds(data, behind, end) >= _FEWEST_KINDS else here


@making
def _kinds(data: Bytes, start: int, end: int) -> int:
    """How many different bytes there are."""
    seen = np.zeros(256, np.uint8)
    for position in range(start, end):
        seen[data[position]] = 1
    return int(seen.sum())


@inner
def _token_end(data: Bytes, first: int, here: int, stop: int, alphabet: Bytes) -> int:
    """One past three parts joined by dots, of which the second begins as a JSON object does too; else `here`."""
    if here > first and (alphabet[data[here - 1]] or data[here - 1] == _DOT):
        return here
    end = here
    for part in range(3):
        start = end
        if part == 1 and not (
            start + 3 < stop and data[start] == 101 and data[start + 1] == 121 and data[start + 2] == 74
        ):
            return here
        while end < stop and alphabet[data[end]]:
            end += 1
        if end - start < _SHORTEST_PART or (part < 2 and (end >= stop or data[end] != _DOT)):
            return here
        end += part < 2
    return end


@making
def _block_end(data: Bytes, here: int, behind: int, stop: int, alphabet: Bytes) -> int:
    """One past a PEM block of a private key; of one that is cut off, one past its last line; else `here`."""
    label = behind
    while label < stop and label - behind <= _LONGEST_LABEL and alphabet[data[label]]:
        label += 1
    last = label
    if last - behind >= len(_BLOCK) and np.all(data[last - len(_BLOCK) : last] == _BLOCK):
        last -= len(_BLOCK)
    if last - behind < len(_LABEL_END) or not np.all(data[last - len(_LABEL_END) : last] == _LABEL_END):
        return here
    end = _hyphens(data, label, stop)
    if end == label:
        return here
    position, end, key = end, here, False
    while position < stop and position - here < _LONGEST_BLOCK:
        hyphens = _hyphens(data, position, stop)
        if hyphens > position:
            closing = hyphens
            while closing < stop and closing - hyphens <= _LONGEST_LABEL and alphabet[data[closing]]:
                closing += 1
            closed = _hyphens(data, closing, stop)
            return (closed if closed > closing and data[hyphens] == 69 else end) if key else here
        run = position
        while run < stop and _CLASSES[data[run]] & _BASE64:
            run += 1
        if run - position >= (_LAST_LINE_OF_KEY if key else _LINE_OF_KEY):
            key, end = True, run
        position = run + (run == position)
    return end if key else here


@inner
def _hyphens(data: Bytes, here: int, stop: int) -> int:
    """One past the five hyphens that stand here; else `here`."""
    if here + 5 > stop:
        return here
    for position in range(here, here + 5):
        if data[position] != _HYPHEN:
            return here
    return here + 5
