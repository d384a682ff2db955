"""RefinedWeb's line-wise corrections: lines that are no sentences go, and phrases of menus within short lines."""

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from filters.code_points import to_code_points
from filters.cuts import Bytes, Cuts, Ints, text_buffers
from filters.dclm_characters import string_classes
from filters.dclm_kernels import fasttext_words
from filters.documents import Batch
from filters.edits import apply_edits
from filters.refinedweb_kernels import COUNTERS, KEPT, PHRASES, judge_lines
from filters.signals import EDITS, Columns, Signal
from filters.sums import share

__all__ = ["REASONS", "RefinedWebLines"]

REASONS = ("kept", "upper_case_line", "numeric_line", "counter_line", "one_word_line", "blank_end",
           "items_in_cart", "read_more", "sign_in", "surrounding_space")  # fmt: skip
"""What an edit can say, by its code; the first is never written."""
_BLANK, _PHRASE, _SPACE = 5, 6, 9
_PATTERNS = tuple(re.compile(p, re.IGNORECASE) for p in (r"\s?items in cart", r"\s?read more...$", r"^sign-in\s?"))
_SHORT = 10
_SOURCE = "RefinedWeb (arXiv 2306.01116) G.2, as in mlfoundations/dclm 15af3ce, baselines/mappers/modifiers.py"


class RefinedWebLines:
    """Drops and edits lines as DCLM does to reproduce RefinedWeb, in its order; lines lie between line feeds.

    Dropped: a line of more than half upper case; of digits alone; that is a counter (*3 likes*); of one word, or of
    white space alone. Empty lines stay. From a line of at most 10 words are cut: *items in cart* wherever it stands;
    *read more* with three characters after it (any, as the source's dots are wildcards) at the end; *sign-in*
    at the beginning; each with a white space beside it. A line of which nothing is left is dropped. The text is
    stripped. The source drops a text that loses more than 5% of its words so: `refinedweb_removed_word_fraction`.

    Source: mlfoundations/dclm at 15af3ce, `baselines/mappers/modifiers.py`, with the parameters of
    `baselines/baselines_configs/dclm_baseline_refinedweb.yaml`; the paper's own code is not public.
    Deviation: of letters that are not ASCII, none is taken for one of a phrase (there İ, ı and ſ are).
    """

    signals: Sequence[Signal] = (
        Signal("refinedweb_removed_word_fraction", pa.float64(), "fraction", "words that the corrections take out / "
               "words before, counted as dclm_word_count; null where the text has none",
               f"{_SOURCE}, and word_removal_ratio_filter", high="too_many_words_in_bad_lines"),
    )  # fmt: skip
    fingerprint = "refinedweb_lines/1"

    def clean(self, batch: Batch, cuts: Cuts) -> tuple[pa.Array, Columns]:
        """One edit for each dropped line, phrase and run of white space around the text; the share of words removed."""
        lines = cuts.lines.pieces
        codes, starts, ends, candidates = judge_lines(cuts.data, lines, string_classes(), COUNTERS, PHRASES, _SHORT)
        cut = _cut_phrases(cuts.data, lines[0], codes, starts, ends, candidates)
        edits = _edits(cuts, codes, starts, ends, cut)
        before = fasttext_words(cuts.offsets, cuts.data, string_classes())
        after = fasttext_words(*text_buffers(apply_edits(cuts.texts.fill_null(""), edits)), string_classes())
        return edits, {"refinedweb_removed_word_fraction": share(before - after, before)}


def _cut_phrases(
    data: Bytes, rows: Ints, codes: Ints, starts: Ints, ends: Ints, candidates: npt.NDArray[np.bool_]
) -> list[tuple[int, int, int]]:
    """Cuts phrases from the lines that may hold some: start, end and code of each edit; `codes` of lines used up."""
    edits: list[tuple[int, int, int]] = []
    for row in np.unique(np.searchsorted(rows, np.flatnonzero(candidates & (codes == KEPT)), "right") - 1):
        alive = [line for line in range(rows[row], rows[row + 1]) if codes[line] == KEPT]
        page = {line: _Line(data[starts[line] : ends[line]].tobytes().decode(), starts[line]) for line in alive
                if candidates[line] or line in (alive[0], alive[-1])}  # fmt: skip
        for code, pattern in enumerate(_PATTERNS, _PHRASE):
            for line in [line for line in alive if candidates[line]]:
                if page[line].cut(pattern, code):
                    codes[line] = code
            for step in (1, -1):  # the source strips the text after each pattern
                for line in [line for line in alive if codes[line] == KEPT][::step]:
                    if line not in page:
                        page[line] = _Line(data[starts[line] : ends[line]].tobytes().decode(), starts[line])
                    if page[line].strip(left=step == 1):
                        break
                    codes[line] = _BLANK
            alive = [line for line in alive if codes[line] == KEPT]
        for line in alive:
            if line in page:
                edits += page[line].edits()
    return edits


class _Line:
    """A line from which characters are taken, each for a reason."""

    def __init__(self, text: str, start: int) -> None:
        self.text, self.start = text, int(start)
        self.fates = [KEPT] * len(text)

    def left(self) -> tuple[str, list[int]]:
        """The characters that are left, and their places."""
        places = [place for place, fate in enumerate(self.fates) if fate == KEPT]
        return "".join(self.text[place] for place in places), places

    def cut(self, pattern: re.Pattern[str], code: int) -> bool:
        """Whether a pattern was cut out of a short line, and nothing but white space is left."""
        text, places = self.left()
        if not text or len(text.split()) > _SHORT:
            return False
        for match in pattern.finditer(text):
            for place in places[match.start() : match.end()]:
                self.fates[place] = code
        return not self.left()[0].strip()

    def strip(self, left: bool) -> bool:
        """Takes white space from one end; whether anything is left."""
        text, places = self.left()
        size = len(text.lstrip() if left else text.rstrip())
        for place in places[: len(text) - size] if left else places[size:]:
            self.fates[place] = _SPACE
        return size > 0

    def edits(self) -> list[tuple[int, int, int]]:
        """Start and end byte, and code, of every run of characters that went for one reason."""
        found, begin, here = [], self.start, self.start
        for place, fate in enumerate(self.fates):
            if place and fate != self.fates[place - 1]:
                found.append((begin, here, self.fates[place - 1]))
                begin = here
            here += len(self.text[place].encode())
        found.append((begin, here, self.fates[-1] if self.fates else KEPT))
        return [edit for edit in found if edit[2] != KEPT]


def _edits(cuts: Cuts, codes: Ints, starts: Ints, ends: Ints, cut: list[tuple[int, int, int]]) -> pa.ListArray:
    """Every edit in its place. A dropped line goes with the line feed before it, at first with the one behind."""
    rows, first, last = cuts.lines.pieces
    of_row = np.repeat(np.arange(len(rows) - 1), np.diff(rows))
    stays = np.concatenate([[0], np.cumsum(codes == KEPT)])
    after_one = stays[:-1] > stays[rows[of_row]]
    final = np.arange(len(codes)) + 1 == rows[of_row + 1]
    gone = codes != KEPT
    kinds = [
        (first - after_one, last + (~after_one & ~final), codes, gone),
        (first, starts, np.full_like(codes, _SPACE), ~gone),
        (ends, last, np.full_like(codes, _SPACE), ~gone),
    ]
    parts = [np.stack([begin, end, code, of_row])[:, chosen & (end > begin)] for begin, end, code, chosen in kinds]
    places = np.array(cut, np.int64).reshape(-1, 3).T
    parts.append(np.vstack([places, np.searchsorted(cuts.offsets, places[0], "right") - 1]))
    whole = np.concatenate(parts, axis=1)
    begin, end, code, row = whole[:, np.lexsort((whole[1], whole[0]))]
    bounds = np.searchsorted(row, np.arange(len(rows)))
    positions = to_code_points(cuts.offsets, cuts.data, 2 * bounds, np.column_stack([begin, end]).ravel())
    fields = [pa.array(positions[::2]), pa.array(positions[1::2]), pa.repeat("", len(code)),
              pa.array(REASONS).take(pa.array(code))]  # fmt: skip
    structs = pa.StructArray.from_arrays(fields, fields=list(EDITS.value_type))
    return pa.ListArray.from_arrays(pa.array(bounds, pa.int32()), structs, type=EDITS)
