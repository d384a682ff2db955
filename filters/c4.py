"""The line filter of C4: keeps the lines of a page that look like sentences."""

import json
from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from filters.c4_lines import KEPT, judge_lines, line_edits
from filters.characters import character_classes
from filters.code_points import lengths, to_code_points
from filters.cuts import Cuts, Ints
from filters.documents import Batch
from filters.errors import ConfigurationError
from filters.phrases import packed
from filters.signals import EDITS, Columns, Signal
from filters.sums import share, sum_by_row

__all__ = ["POLICY_PHRASES", "REASONS", "C4Lines"]

POLICY_PHRASES = (
    "terms of use",
    "privacy policy",
    "cookie policy",
    "uses cookies",
    "use of cookies",
    "use cookies",
)
REASONS = (
    "kept",  # never written: `filters.c4_lines.KEPT`
    "empty_line",
    "word_too_long",
    "no_end_mark",
    "too_few_words",
    "javascript",
    "policy_phrase",
    "surrounding_space",
    "citation",
)
"""What an edit can say, by its code in `filters.c4_lines`."""

_SOURCE = "tensorflow/datasets, text/c4_utils.py (clean_page)"


class C4Lines:
    """Drops lines as C4's own code does, in its order; what is left is joined by line feeds.

    A line, stripped of white space, is dropped when it is empty; has a word of more than `word_characters`; and,
    after citations (``[1]``, ``[]``, ``[edit]``, ``[citation needed]``) are cut out of it, when it does not end in one
    of `end_marks` or ends in ``...``; has fewer than `words` words; contains ``javascript``; contains one
    of `policy_phrases`. The first of these is the reason of the edit.

    Source: tensorflow/datasets `text/c4_utils.py` (clean_page), whose values are the defaults: 5 words, and no
    ``'`` among the end marks. The paper (Raffel et al. 2020, section 2.2) says 3 words, as does datatrove
    (`pipeline/filters/c4_filters.py`), which adds ``'``; FineWeb runs that with `end_mark` off.
    Deviations: lines end at line feeds only, not at every boundary of `str.splitlines`; digits of
    citations and letter case of phrases are ASCII's; a line is stripped again after its citations are cut out
    (there: only the page, after the lines are joined). Rules that drop the whole page are signals of
    `filters.c4_page.C4Page`, measured on the text that this cleaner leaves.

    Args:
        end_mark: whether a line must end in one of `end_marks`.
        end_marks: the marks, one character each.
        words: fewest words of a line, at least 1.
        word_characters: most characters of a word.
        javascript: whether lines that contain ``javascript`` are dropped.
        policy_phrases: phrases whose lines are dropped.

    Raises:
        ConfigurationError: a parameter is out of its range.
    """

    signals: Sequence[Signal] = tuple(
        Signal(
            f"c4_dropped_{piece}_fraction",
            pa.float64(),
            "fraction",
            f"{formula}; null where the text has none",
            f"this project, over {_SOURCE}",
            high="mostly_dropped_by_c4",
        )
        for piece, formula in (
            ("line", "dropped lines / lines, empty ones counted in neither"),
            ("word", "words of dropped lines / words"),
            ("character", "characters of all edits / characters"),
        )
    )

    def __init__(
        self,
        end_mark: bool = True,
        end_marks: str = '.?!"',
        words: int = 5,
        word_characters: int = 1000,
        javascript: bool = True,
        policy_phrases: Sequence[str] = POLICY_PHRASES,
    ) -> None:
        self.end_mark, self.end_marks = end_mark, end_marks
        self.words, self.word_characters = words, word_characters
        self.javascript, self.policy_phrases = javascript, tuple(policy_phrases)
        for name, least in (("words", 1), ("word_characters", 1)):
            if getattr(self, name) < least:
                raise ConfigurationError(
                    f"c4_lines: {name} is {getattr(self, name)}; it must be {least} or more (1 drops only empty lines)"
                )
        if "" in self.policy_phrases:
            raise ConfigurationError(
                "c4_lines: policy_phrases holds an empty phrase, which every line contains; remove it"
            )
        if end_mark and not end_marks:
            raise ConfigurationError("c4_lines: end_marks is empty, so no line could stay; set end_mark: false instead")
        parameters = [end_mark, end_marks, words, word_characters, javascript, self.policy_phrases]
        self.fingerprint = f"c4_lines/1/{json.dumps(parameters)}"

    def clean(self, batch: Batch, cuts: Cuts) -> tuple[pa.Array, Columns]:
        """One edit for each dropped line, citation and run of white space around a line; and the shares dropped."""
        lines = (cuts.lines.rows, cuts.lines.starts, cuts.lines.ends)
        judged = judge_lines(
            cuts.data,
            lines,
            character_classes(),
            np.array([ord(mark) for mark in self.end_marks if self.end_mark], np.int64),
            (self.words, self.word_characters),
            packed(["javascript"] if self.javascript else []),
            packed(self.policy_phrases),
        )
        codes, words, _ = judged
        bounds, places, reasons = line_edits(cuts.data, lines, character_classes(), *judged)
        places = to_code_points(cuts.offsets, cuts.data, 2 * bounds, places)
        edited = sum_by_row(places[1::2] - places[::2], bounds)
        filled, dropped = words > 0, (words > 0) & (codes != KEPT)
        shares = (
            (sum_by_row(dropped.astype(np.int64), lines[0]), sum_by_row(filled.astype(np.int64), lines[0])),
            (sum_by_row(dropped * words, lines[0]), sum_by_row(words, lines[0])),
            (edited, lengths(cuts.offsets, cuts.data)),
        )
        signals = {signal.name: share(*parts) for signal, parts in zip(self.signals, shares, strict=True)}
        return _edits(bounds, places, reasons), signals


def _edits(bounds: Ints, places: Ints, reasons: Ints) -> pa.ListArray:
    fields = [
        pa.array(places[::2]),
        pa.array(places[1::2]),
        pa.repeat("", len(reasons)),
        pa.array(REASONS).take(pa.array(reasons)),
    ]
    structs = pa.StructArray.from_arrays(fields, fields=list(EDITS.value_type))
    return pa.ListArray.from_arrays(pa.array(bounds, pa.int32()), structs, type=EDITS)
