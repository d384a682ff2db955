"""Takes out the marks that an encyclopaedia leaves in its text: [1], [edit], [citation needed]."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from filters.compiled import inner, kernel
from filters.cuts import Bytes, Cuts, Ints
from filters.documents import Batch
from filters.matches import all_found
from filters.replacing import changed_signal, cleaned
from filters.signals import Columns, Signal

__all__ = ["EDIT_LINKS", "NOTES", "Citations"]

EDIT_LINKS = (
    "edit", "edit source", "edit | edit source", "Bearbeiten", "Bearbeiten | Quelltext bearbeiten", "modifier",
    "modifier | modifier le code", "editar", "editar código", "editar | editar código", "modifica",
    "modifica | modifica wikitesto", "править", "править | править код", "править вики-текст", "編集", "编辑",
)  # fmt: skip
NOTES = (
    "citation needed", "clarification needed", "better source needed", "dead link", "permanent dead link",
    "page needed", "update",
    "verification needed", "failed verification", "not verified in body", "unreliable source?", "original research?",
    "according to whom?", "by whom?", "who?", "when?", "where?", "which?", "why?", "vague", "dubious – discuss",
    "needs update", "non-primary source needed", "third-party source needed", "disputed – discuss",
    "Beleg fehlt", "réf. nécessaire", "réf. souhaitée", "cita requerida", "senza fonte", "carece de fontes",
    "источник не указан", "要出典", "来源请求",
)  # fmt: skip
Phrases = tuple[Bytes, Ints, Bytes]
_REASONS = ["citation", "edit_link", "editors_note"]
_CITATION, _EDIT_LINK, _NOTE = range(3)
_SOURCE = (
    "this project; Wikipedia, templates Reflist, Citation needed and its kin; C4 (tensorflow/datasets, c4_utils.py)"
)
_OPEN, _CLOSE, _LINE_FEED, _SPACE, _EQUALS, _HYPHEN = b"[]\n =-"
_WORD, _ENDS_CODE, _CODE, _BLANK = 1, 2, 4, 8


def _byte_classes() -> Bytes:
    classes = np.zeros(256, np.uint8)
    for code in range(128):
        character = chr(code)
        classes[code] |= _WORD * (character.isalnum() or character == "_") | _ENDS_CODE * (character in ";{}")
        classes[code] |= _CODE * (character in "={}<>\\|_$#@") | _BLANK * (character in " \t\r\n([{")
    return classes


def _packed(phrases: Sequence[str]) -> Phrases:
    """In lower case, one after the other; where each begins; and 1 for every byte that begins one in either case."""
    encoded = [phrase.lower().encode() for phrase in phrases]
    firsts = np.zeros(256, np.uint8)
    for phrase in phrases:
        firsts[[phrase.lower().encode()[0], phrase.upper().encode()[0]]] = 1
    return np.frombuffer(b"".join(encoded), np.uint8), np.cumsum([0, *map(len, encoded)]).astype(np.int64), firsts


_CLASSES = _byte_classes()
_LINKS, _NOTES = _packed(EDIT_LINKS), _packed(NOTES)
_KINDS = _packed(["note ", "nb ", "n ", "anm. ", "a ", "alpha ", "upper-alpha "])


class Citations:
    r"""Takes out numbered citations, links for editing, and editors' notes in square brackets.

    - A number of one to three digits without a leading 0, or a note (``[note 2]``, ``[nb 1]``), goes where it is set
      directly behind a word, mark of punctuation or other citation (``citation``). It stays behind
      white space (``see [1]``, or a list of references), before a word, ``(``, ``[0]`` or ``.name``, and in lines that
      hold one of ``= { } < > \ | _ $ # @`` or end in a semicolon, which are code.
    - ``[edit]`` and its like in other languages (``edit_link``) and notes such as ``[citation needed]``
      (``editors_note``) go anywhere, case of ASCII letters aside, with the space before them that sets them apart.
    """

    signals: Sequence[Signal] = (changed_signal("citations", _SOURCE),)
    fingerprint = "citations/1"

    def clean(self, batch: Batch, cuts: Cuts) -> tuple[pa.Array, Columns]:
        """One edit for each mark."""
        found = all_found(lambda room: _find(cuts.offsets, cuts.data, _LINKS, _NOTES, _KINDS, room))
        bounds = np.searchsorted(found[:, 0], np.arange(len(cuts.offsets)))
        return cleaned("citations", cuts, bounds, found[:, 1:3].ravel(), pa.array(_REASONS).take(pa.array(found[:, 3])))


@kernel
def _find(offsets: Ints, data: Bytes, links: Phrases, notes: Phrases, kinds: Phrases, found: Ints) -> int:
    """Writes rows of (text, first byte, one past the last, reason) as there is room for; the number of all."""
    count = 0
    for row in range(len(offsets) - 1):
        first, stop, here = offsets[row], offsets[row + 1], offsets[row]
        line, code, last = -1, False, -1  # the end of the line that is known to be code or not; of the mark before
        while here < stop:
            if data[here] != _OPEN:
                here += 1
                continue
            start, reason = here, _NOTE
            end = _phrase_end(data, here + 1, stop, notes)
            if end < 0:
                end, reason = _phrase_end(data, here + 1, stop, links), _EDIT_LINK
            if end > 0:
                start -= here > first and data[here - 1] == _SPACE and last < here
            elif here > first and (last == here or not _CLASSES[data[here - 1]] & _BLANK):
                end, reason = _number_end(data, here + 1, stop, kinds), _CITATION
                if end > 0 and here >= line:
                    line, code = _look_through(data, first, here, stop)
                if code or (end > 0 and not _may_follow(data, end, stop)):
                    end = -1
            if end > 0:
                if count < len(found):
                    found[count] = row, start, end, reason
                count += 1
                here = last = end
            else:
                here += 1
    return count


@inner
def _phrase_end(data: Bytes, here: int, stop: int, phrases: Phrases) -> int:
    """One past the closing bracket behind one of the phrases, which stands here; -1 where none does."""
    letters, bounds, firsts = phrases
    if here >= stop or not firsts[data[here]]:
        return -1
    for phrase in range(len(bounds) - 1):
        length, matched = bounds[phrase + 1] - bounds[phrase], 0
        if here + length < stop and data[here + length] == _CLOSE:
            while matched < length and _lower(data[here + matched]) == letters[bounds[phrase] + matched]:
                matched += 1
            if matched == length:
                return int(here + length + 1)
    return -1


@inner
def _number_end(data: Bytes, here: int, stop: int, kinds: Phrases) -> int:
    """One past the closing bracket behind a number; -1 where none is."""
    letters, bounds, firsts = kinds
    if here < stop and firsts[data[here]]:
        for kind in range(len(bounds) - 1):
            length, matched = bounds[kind + 1] - bounds[kind], 0
            while (
                matched < length
                and here + matched < stop
                and _lower(data[here + matched]) == letters[bounds[kind] + matched]
            ):
                matched += 1
            if matched == length:
                here += length
                break
    digits = 0
    while here + digits < stop and digits < 4 and 48 <= data[here + digits] <= 57:
        digits += 1
    if not 1 <= digits <= 3 or data[here] == 48 or here + digits >= stop or data[here + digits] != _CLOSE:
        return -1
    return here + digits + 1


@inner
def _may_follow(data: Bytes, end: int, stop: int) -> bool:
    """Whether what stands behind a number in brackets is how a sentence goes on, and not code."""
    if end == stop:
        return True
    if _CLASSES[data[end]] & _WORD or data[end] == 40:
        return False
    if data[end] == _OPEN:
        return not (end + 1 < stop and data[end + 1] == 48)
    dot = data[end] == 46 or data[end] == _HYPHEN
    return not (dot and end + 1 < stop and _CLASSES[data[end + 1]] & _WORD and data[end + 1] > 96)


@inner
def _look_through(data: Bytes, first: int, here: int, stop: int) -> tuple[int, bool]:
    """Where the line of a place ends, and whether it looks like code."""
    while here > first and data[here - 1] != _LINE_FEED:
        here -= 1
    code, last = False, 32
    while here < stop and data[here] != _LINE_FEED:
        code |= _CLASSES[data[here]] & _CODE != 0
        last = data[here] if data[here] > 32 else last
        here += 1
    return here, code or _CLASSES[last] & _ENDS_CODE != 0


@inner
def _lower(byte: int) -> int:
    return byte | 0x20 if 65 <= byte <= 90 else byte
