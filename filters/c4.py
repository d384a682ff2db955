"""The line filter of C4: keeps the lines of a page that look like sentences."""

import json
from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import pyarrow as pa

from filters.c4_edits import BOUNDARY, line_edits
from filters.c4_lines import BRACKET_LINE, KEPT, LOREM_LINE, judge_lines
from filters.characters import character_classes
from filters.code_points import lengths, to_code_points
from filters.cuts import Cuts, Ints
from filters.documents import Batch
from filters.errors import ConfigurationError
from filters.phrase_groups import grouped
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
    "line_boundary",
)
"""What an edit can say, by its code in `filters.c4_lines` and `filters.c4_edits`."""

Like = Literal["tfds", "datatrove"]
_TFDS = "tensorflow/datasets, text/c4_utils.py at 3e77995 (clean_page)"
_DATATROVE = "datatrove 0.10.1, pipeline/filters/c4_filters.py (C4QualityFilter)"
_SOURCE = f"{_TFDS}; {_DATATROVE}"
_END_MARKS: Mapping[Like, str] = {"tfds": '.?!"', "datatrove": ".?!\"'"}
_WORDS: Mapping[Like, int] = {"tfds": 5, "datatrove": 3}


class C4Lines:
    """Drops lines as C4's code does, or datatrove's, in its order; what is left is joined by line feeds and stripped.

    A line (of `str.splitlines`), stripped of white space, is dropped when it is empty; has a word of more than
    `word_characters`; and, after citations (``[1]``, ``[]``, ``[edit]``, ``[citation needed]``) are cut out of it, when
    it does not end in an end mark or ends in ``...``; has fewer than `words` words; contains ``javascript``;
    contains one of `policy_phrases`. The first of these is the reason of the edit.

    The source drops the whole page at the first line that comes so far and has ``lorem ipsum`` (asked after the
    words) or ``{`` (after ``javascript``). Here such lines are counted, in ``c4_lorem_ipsum_lines`` and
    ``c4_curly_bracket_lines``, for rules to judge; the cleaner goes on as if the source had not asked.

    - ``like: tfds``: tensorflow/datasets `text/c4_utils.py`, which made C4: 5 words, counted after citations are cut
      out; end marks ``. ? ! "``. (So has the paper,
      Raffel et al. 2020, section 2.2, in its last version; an earlier one has 3.)
    - ``like: datatrove``: `pipeline/filters/c4_filters.py`: 3 words, counted before citations are cut out; ``'``
      is an end mark too. FineWeb runs that with `end_mark` off.

    The text that is left is the source's, character for character. Deviations: an empty line is dropped for being
    empty, for which the sources name the missing end mark or words; letters of `policy_phrases` that are not ASCII
    are compared with case. The sources count sentences while they go; here they are counted in the
    text that this cleaner leaves: `filters.c4_page.C4Page`, `filters.c4_sentences.C4Sentences`.

    Args:
        like: whose filter: end marks, the fewest words, and when they are counted.
        end_mark: whether a line must end in an end mark.
        end_marks: the marks, one character each; the source's where not given.
        ellipsis: whether a line may end in ``...``, as in Dolma's rule of end marks.
        citations: whether citations are cut out.
        words: fewest words of a line, at least 1; the source's where not given.
        word_characters: most characters of a word.
        javascript: whether lines that contain ``javascript`` are dropped.
        policy_phrases: phrases whose lines are dropped.

    Raises:
        ConfigurationError: a parameter is out of its range.
    """

    signals: Sequence[Signal] = (
        *(
            Signal(
                f"c4_dropped_{piece}_fraction", pa.float64(), "fraction", f"{formula}; null where the text has none",
                f"this project, over {_SOURCE}", high="mostly_dropped_by_c4",
            )
            for piece, formula in (
                ("line", "dropped lines / lines, empty ones counted in neither"),
                ("word", "words of dropped lines / words"),
                ("character", "characters of all edits / characters"),
            )
        ),
        *(
            Signal(
                f"c4_{name}_lines", pa.int64(), "lines",
                f"lines with `{phrase}` that no rule before dropped: {before}; letter case does not matter",
                _SOURCE, high=name,
            )
            for name, phrase, before in (
                ("lorem_ipsum", "lorem ipsum", "those of long words, end marks and few words"),
                ("curly_bracket", "{", "those of long words, end marks, few words and javascript"),
            )
        ),
    )  # fmt: skip

    def __init__(
        self,
        like: Like = "tfds",
        end_mark: bool = True,
        end_marks: str | None = None,
        ellipsis: bool = False,
        citations: bool = True,
        words: int | None = None,
        word_characters: int = 1000,
        javascript: bool = True,
        policy_phrases: Sequence[str] = POLICY_PHRASES,
    ) -> None:
        if like not in _WORDS:
            raise ConfigurationError(f"c4_lines: like is {like!r}; allowed are {', '.join(_WORDS)}")
        self.like: Like = like
        self.end_mark, self.end_marks = end_mark, _END_MARKS[like] if end_marks is None else end_marks
        self.ellipsis = ellipsis
        self.words = _WORDS[like] if words is None else words
        self.word_characters = word_characters
        self.javascript, self.policy_phrases = javascript, tuple(policy_phrases)
        for name in ("words", "word_characters"):
            if getattr(self, name) < 1:
                raise ConfigurationError(
                    f"c4_lines: {name} is {getattr(self, name)}; it must be 1 or more (1 drops only empty lines)"
                )
        if "" in self.policy_phrases:
            raise ConfigurationError(
                "c4_lines: policy_phrases holds an empty phrase, which every line contains; remove it"
            )
        if end_mark and not self.end_marks:
            raise ConfigurationError("c4_lines: end_marks is empty, so no line could stay; set end_mark: false instead")
        parameters = [like, end_mark, self.end_marks, self.words, word_characters, javascript, self.policy_phrases]
        self.fingerprint = f"c4_lines/3/{json.dumps([*parameters, ellipsis, citations])}"
        self._marks = np.array([ord(mark) for mark in self.end_marks if end_mark], np.int64)
        self._phrases = grouped(
            ["lorem ipsum"],
            ["javascript"] if javascript else [],
            ["{"],
            self.policy_phrases,
            ["["] if citations else [],
        )  # in the order of `filters.c4_lines`

    def clean(self, batch: Batch, cuts: Cuts) -> tuple[pa.Array, Columns]:
        """One edit for each dropped line, citation, run of white space around a line and other boundary; signals."""
        lines, words, classes = cuts.split_lines.pieces, cuts.words.pieces, character_classes()
        limits = (self.words, self.word_characters, self.like == "datatrove", self.ellipsis)
        codes, counts, citations, seen = judge_lines(
            cuts.data, lines, words, classes, self._marks, limits, self._phrases
        )
        bounds, places, reasons = line_edits(cuts.data, lines, words, classes, codes, citations)
        places = to_code_points(cuts.offsets, cuts.data, 2 * bounds, places)
        filled, dropped = counts > 0, (counts > 0) & (codes != KEPT)
        shares = (
            (sum_by_row(dropped.astype(np.int64), lines[0]), sum_by_row(filled.astype(np.int64), lines[0])),
            (sum_by_row(dropped * counts, lines[0]), cuts.words.counts),
            (sum_by_row(places[1::2] - places[::2], bounds), lengths(cuts.offsets, cuts.data)),
        )
        values = [share(*parts) for parts in shares]
        values += [
            pa.array(sum_by_row((seen & what > 0).astype(np.int64), lines[0])) for what in (LOREM_LINE, BRACKET_LINE)
        ]
        return _edits(bounds, places, reasons), {
            signal.name: value for signal, value in zip(self.signals, values, strict=True)
        }


def _edits(bounds: Ints, places: Ints, reasons: Ints) -> pa.ListArray:
    fields = [
        pa.array(places[::2]),
        pa.array(places[1::2]),
        pa.array(["", "\n"]).take(pa.array((reasons == BOUNDARY).astype(np.int8))),
        pa.array(REASONS).take(pa.array(reasons)),
    ]
    structs = pa.StructArray.from_arrays(fields, fields=list(EDITS.value_type))
    return pa.ListArray.from_arrays(pa.array(bounds, pa.int32()), structs, type=EDITS)
