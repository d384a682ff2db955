"""Repairs texts that were read in the wrong encoding (mojibake), by ftfy, where a kernel sees a reason."""

import contextlib
import difflib
import re
from collections.abc import Iterator, Sequence
from importlib.metadata import version

import numpy as np
import pyarrow as pa

from filters.cuts import Bytes, Cuts
from filters.documents import Batch
from filters.matches import all_found
from filters.mojibake import find_suspicious, suspicion_table
from filters.replacing import changed_signal, cleaned
from filters.signals import Columns, Signal
from filters.unicode_normalization import changed_part

__all__ = ["FixEncoding", "changed_stretches"]

_ASCII = re.compile(r"([\x00-\x7f]+)")
_ENCODINGS = ("iso8859_11", "iso8859_7", "iso8859_5")
_RUN = re.compile(r"[\x80-\uffff]+")
_BESIDE_CONTROL = re.compile(r"[\u0370-\u045f\u0e01-\u0e5b][\x80-\x9f]")  # a Greek, Cyrillic or Thai letter before it
_NO_BREAK_SPACE = "\xa0"  # may be the last byte of a character, or stand beside it
_LONGEST = 100_000  # bytes that ftfy is given at once, so that its work is linear in the text
_MOST_RUNS = 400  # difflib's work is quadratic

_SOURCE = "ftfy, fix_encoding (ftfy/__init__.py), with its heuristic of bad sequences (ftfy/badness.py)"


class FixEncoding:
    r"""Repairs mojibake, as in ``donâ€™t`` for ``don’t``, and controls of C1 that stand for Windows-1252.

    Of ftfy's fixes only those of the encoding are made: text that was UTF-8 and read as another encoding, in whole or
    in part, with no-break spaces that became spaces; sequences of which a byte was lost (they become U+FFFD); C1.
    All others are off, because they change text that was meant so: entities of HTML (a page on HTML quotes them),
    curly quotes, ligatures, full-width letters, line breaks, normal forms. Surrogates cannot occur in Arrow's strings.

    Three encodings that ftfy does not try are added, because two pages in a hundred of our sample need them: UTF-8 read
    as ISO 8859-11 (Thai, as in ``donโ\x80\x99t``), -7 (Greek) or -5 (Cyrillic). A run of characters that are not ASCII,
    in which a control of C1 stands behind such a letter, is repaired if it is UTF-8 as a whole; else its C1 stay.

    ftfy is called line by line, and only for lines in which two characters stand side by side that its
    heuristic could call bad; other lines cost nothing. Lines over 100,000 bytes are repaired in parts.
    """

    signals: Sequence[Signal] = (changed_signal("fix_encoding", _SOURCE),)

    def __init__(self) -> None:
        self.fingerprint = f"fix_encoding/1/ftfy={version('ftfy')}"

    def clean(self, batch: Batch, cuts: Cuts) -> tuple[pa.Array, Columns]:
        """One edit for each stretch that changes."""
        table = suspicion_table()
        found = all_found(lambda room: find_suspicious(cuts.offsets, cuts.data, table, room))
        rows: list[int] = []
        places: list[int] = []
        new: list[str] = []
        for row, first, last, _ in found.tolist():
            for start, end in _parts(cuts.data, first, last):
                old = cuts.data[start:end].tobytes().decode()
                last, byte = 0, start
                for begin, stop, replacement in changed_stretches(old, _repaired(old)):
                    byte += len(old[last:begin].encode())
                    places += (byte, byte + len(old[begin:stop].encode()))
                    last, byte = stop, places[-1]
                    rows.append(row)
                    new.append(replacement)
        bounds = np.searchsorted(np.array(rows, np.int64), np.arange(len(cuts.offsets)))
        return cleaned("fix_encoding", cuts, bounds, np.array(places, np.int64), pa.repeat("mojibake", len(new)), new)


def _repaired(text: str) -> str:
    import ftfy

    text = _RUN.sub(_reread, text)
    return ftfy.fix_encoding(text, fix_c1_controls=not _BESIDE_CONTROL.search(text))


def _reread(run: re.Match[str]) -> str:
    """What a run of letters and controls of C1 is as UTF-8; the run itself where it is none."""
    if not _BESIDE_CONTROL.search(run[0]):
        return run[0]
    for text in (run[0], run[0].strip(_NO_BREAK_SPACE)):
        for encoding in _ENCODINGS:
            with contextlib.suppress(UnicodeError):
                return run[0].replace(text, text.encode(encoding).decode())
    return run[0]


def _parts(data: Bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A line in parts that are not too long, divided behind spaces where there are any."""
    while end - start > _LONGEST:
        stop = start + _LONGEST
        spaces = np.flatnonzero(data[start:stop] == 32)
        if len(spaces):
            stop = start + int(spaces[-1]) + 1
        while data[stop] & 0xC0 == 0x80:
            stop -= 1
        yield start, stop
        start = stop
    yield start, end


def changed_stretches(old: str, new: str) -> Iterator[tuple[int, int, str]]:
    """Where a text differs from its repair: start, end and replacement of every stretch.

    What is ASCII seldom changes, so that both are divided there.
    """
    if old == new:
        return
    ours, theirs = _ASCII.split(old), _ASCII.split(new)
    if ours[1::2] == theirs[1::2]:
        spans = [(piece, piece + 1, piece, piece + 1) for piece in range(0, len(ours), 2)]
    elif len(ours) + len(theirs) <= _MOST_RUNS:
        matcher = difflib.SequenceMatcher(None, ours, theirs, autojunk=False)
        spans = [span[1:] for span in matcher.get_opcodes() if span[0] != "equal"]
    else:
        spans = [(0, len(ours), 0, len(theirs))]
    bounds = np.cumsum([0, *map(len, ours)]).tolist()
    for first, last, other_first, other_last in spans:
        was, becomes = "".join(ours[first:last]), "".join(theirs[other_first:other_last])
        if was != becomes:
            start, end, replacement = changed_part(was, becomes)
            yield bounds[first] + start, bounds[first] + end, replacement
