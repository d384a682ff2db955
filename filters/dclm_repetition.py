"""The measurements of Gopher's repetition rules as DCLM takes them.

DCLM: mlfoundations/dclm at c7ed275, `baselines/mappers/filters/content_filters.py` (massive_web_repetition_filters).
Every copy of a line or paragraph counts, the first too, stripped, and not blank ones; shares of characters are of
those in lines, paragraphs or words. Words are cut at the boundaries of UAX #29 and begin with a letter or a number;
every word in a repeated n-gram counts once, whichever n-gram it is in; of the commonest n-grams the longest counts.

Deviations: the words follow the Unicode version of `filters.unicode_words`, there that of uniseg. Where the source
lets a text pass unmeasured (one line only, no n-gram twice) the value is 0; it drops a text without a line, null here.
"""

import unicodedata
from typing import Literal

import numpy as np
import pyarrow as pa

from filters.cuts import Cut, Cuts
from filters.dclm_characters import string_classes
from filters.dclm_kernels import begins_with_word, count_copies, count_covered, solid_pieces
from filters.documents import Batch
from filters.repetition_kernels import DUPLICATE, TOP
from filters.signals import Columns, Signal
from filters.sums import share

__all__ = ["DclmRepetition"]

DCLM = "mlfoundations/dclm c7ed275, baselines/mappers/filters/content_filters.py (repetition_filter)"
SHARE = pa.float64()


class DclmRepetition:
    """Gopher's repetition signals by DCLM's count, of the text as it stands; null where there is nothing to share out.

    The source keeps at most 0.3 duplicate lines and paragraphs, 0.2 of their characters, 0.2/0.18/0.16 of top
    2/3/4-grams and 0.15/0.14/0.13/0.12/0.11/0.10 of duplicate 5..10-grams.
    """

    reads: Literal["text"] = "text"
    fingerprint = f"dclm_repetition 1, Unicode {unicodedata.unidata_version}"

    def __init__(self) -> None:
        self.signals = signals()

    def annotate(self, batch: Batch, cuts: Cuts) -> Columns:
        """Lines, paragraphs, then all n-grams in one go."""
        columns: dict[str, pa.Array] = {}
        for kind, pieces in (("line", cuts.lines), ("paragraph", cuts.paragraphs)):
            solid = Cut(cuts.data, *solid_pieces(pieces.pieces, cuts.data, string_classes()))
            copied, repeated, characters = count_copies(solid.rows, solid.firsts, solid.lengths)
            columns[f"dclm_duplicate_{kind}_fraction"] = share(copied, solid.counts)
            columns[f"dclm_duplicate_{kind}_character_fraction"] = share(repeated, characters)
        words = words_of(cuts)
        characters = count_copies(words.rows, words.firsts, words.lengths)[2]
        sums = count_covered(words.rows, words.firsts, words.lengths)
        for n, repeated in zip(TOP, sums[: len(TOP)], strict=True):
            columns[f"dclm_top_{n}_gram_character_ratio"] = share(repeated, characters)
        for n, repeated in zip(DUPLICATE, sums[len(TOP) :], strict=True):
            columns[f"dclm_duplicate_{n}_gram_character_fraction"] = share(repeated, characters)
        return columns


def words_of(cuts: Cuts) -> Cut:
    """The words of UAX #29 that begin with a letter or a number."""
    rows, starts, ends = cuts.words_by("unicode").pieces
    kept = begins_with_word(starts, cuts.data, string_classes())
    before = np.concatenate([[0], np.cumsum(kept)])
    return Cut(cuts.data, before[rows], starts[kept], ends[kept])


def fraction(name: str, formula: str, high: str) -> Signal:
    """A signal that is a share of pieces or of their characters."""
    return Signal(f"dclm_{name}", SHARE, "fraction", formula, DCLM, high=high)


def signals() -> tuple[Signal, ...]:
    """The signals."""
    word = "words of UAX #29 that begin with a letter or a number"
    return (
        *(made
          for kind, between in (("line", "line feeds"), ("paragraph", "two or more line feeds"))
          for made in (
              fraction(f"duplicate_{kind}_fraction", f"{kind}s that equal another, the first of each too / {kind}s, "
                       f"which lie between {between}, are stripped and not blank", f"too_many_duplicate_{kind}s"),
              fraction(f"duplicate_{kind}_character_fraction", f"characters of {kind}s that equal another, the first "
                       f"of each too / characters of {kind}s, stripped and not blank",
                       f"too_many_characters_in_duplicate_{kind}s"))),
        *(Signal(f"dclm_top_{n}_gram_character_ratio", SHARE, "characters per character", "characters of the "
                 f"commonest {n}-gram (the longest of equals; 0 if it stands once) x its count / characters of words "
                 f"({word}); overlapping copies count, so that it can be above 1", DCLM,
                 high=f"too_many_characters_in_top_{n}_gram")
          for n in TOP),
        *(fraction(f"duplicate_{n}_gram_character_fraction", f"characters of words in {n}-grams that stand more than "
                   f"once, each word counted once / characters of words ({word})",
                   f"too_many_characters_in_duplicate_{n}_grams")
          for n in DUPLICATE),
    )  # fmt: skip
