"""The measurements of Gopher's rules as Dolma takes them, which differ from datatrove's and from the paper's.

Dolma: Soldaini et al. 2024 (arXiv 2402.00159); dolma 1.2.1, `taggers/gopher.py`, taggers gopher_v1 and gopher_v2. Every
copy of a line counts, the first too; a word with a symbol counts once, however many are in it; every
occurrence of a stop word counts; bullets are * and -, at the very beginning of a line; the length of a word is a
median; shares of characters are of those in words. Words lie between white space, lines between line feeds.

Deviations: where Dolma has 0 for want of words the value is null. It rounds what it stores to five decimals, and
its mixer compares the rounded value: a limit met within 0.000005 can fall the other way here.
"""

import unicodedata
from typing import Literal

import numpy as np
import pyarrow as pa

from filters.characters import character_classes
from filters.cuts import Cuts
from filters.documents import Batch
from filters.dolma_kernels import count_grams_every_copy, count_lines_every_copy, measure_words
from filters.repetition_kernels import DUPLICATE, TOP
from filters.signals import Columns, Signal
from filters.sums import share

__all__ = ["DolmaGopher"]

DOLMA = "dolma 1.2.1 taggers/gopher.py, gopher_v1"
SECOND = "dolma 1.2.1 taggers/gopher.py, gopher_v2"
COUNT = pa.int64()
SHARE = pa.float64()


class DolmaGopher:
    """Gopher's signals by Dolma's count, of the text as it stands; null where there is nothing to share out.

    Dolma 1.6 keeps 50 to 100,000 words, a median word length of 3 to 10, at most 0.1 words with a symbol, at least 0.8
    words with a letter and 2 stop words, at most 0.9 bullet lines, 0.3 lines ending in …, 0.3 duplicate lines
    and characters in them, 0.2/0.18/0.16 of top 2/3/4-grams and 0.15 to 0.10 of duplicate 5 to 10-grams.
    """

    reads: Literal["text"] = "text"
    fingerprint = f"dolma_gopher 1, Unicode {unicodedata.unidata_version}"

    def __init__(self) -> None:
        self.signals = signals()

    def annotate(self, batch: Batch, cuts: Cuts) -> Columns:
        """One pass over the words, one over the lines, one over the n-grams."""
        words = cuts.words.counts
        characters, symbols, alphabetic, stop_words, median = measure_words(
            cuts.words.pieces, cuts.words.lengths, cuts.data, character_classes()
        )
        lines, bullets, ellipses, copied, in_copies, filled, filled_copied = count_lines_every_copy(
            cuts.lines.pieces, cuts.lines.firsts, cuts.lines.lengths, cuts.data
        )
        some = (np.diff(cuts.offsets) > 0).astype(np.int64)  # an empty text has no lines to share out
        columns = {
            "dolma_word_count": pa.array(words),
            "dolma_median_word_length": share(median, 2 * (words > 0)),
            "dolma_symbol_word_ratio": share(symbols, words),
            "dolma_alphabetic_word_fraction": share(alphabetic, words),
            "dolma_stop_word_occurrences": pa.array(stop_words),
            "dolma_bullet_line_fraction": share(bullets, lines * some),
            "dolma_ellipsis_line_fraction": share(ellipses, lines * some),
            "dolma_duplicate_line_fraction": share(copied, lines * some),
            "dolma_duplicate_line_character_ratio": share(in_copies, characters),
            "dolma_v2_bullet_line_fraction": share(bullets, filled * some),
            "dolma_v2_ellipsis_line_fraction": share(ellipses, filled * some),
            "dolma_v2_duplicate_line_fraction": share(filled_copied, filled * some),
        }
        sums = count_grams_every_copy(cuts.words.rows, cuts.words.firsts, cuts.words.lengths)
        for n, repeated in zip(TOP, sums[: len(TOP)], strict=True):
            columns[f"dolma_top_{n}_gram_character_ratio"] = share(repeated, np.where(words >= n, characters, 0))
        found = sums[len(TOP) :]
        for n, repeated, whole in zip(DUPLICATE, found[: len(DUPLICATE)], found[len(DUPLICATE) :], strict=True):
            columns[f"dolma_duplicate_{n}_gram_character_fraction"] = share(repeated, whole)
        return columns


def fraction(name: str, formula: str, source: str = DOLMA, low: str | None = None, high: str | None = None) -> Signal:
    """A signal that is a share of words, lines or characters."""
    return Signal(f"dolma_{name}", SHARE, "fraction", formula, source, low, high)


def signals() -> tuple[Signal, ...]:
    """The signals of both taggers; those that gopher_v2 counts otherwise have it in their name."""
    ratio = "characters per character"
    between = "lines between runs of line feeds, one at an end of the text having an empty line there"
    return (
        Signal("dolma_word_count", COUNT, "words", "runs of characters without white space", DOLMA,
               "too_few_words", "too_many_words"),
        Signal("dolma_median_word_length", SHARE, "characters", "median of the characters of words; of two in the "
               "middle, half their sum", DOLMA, "median_word_too_short", "median_word_too_long"),
        fraction("symbol_word_ratio", "words with # or … in them / words; three dots are no symbol",
                 high="too_many_words_with_symbols"),
        fraction("alphabetic_word_fraction", "words with at least one letter / words", low="too_few_alphabetic_words"),
        Signal("dolma_stop_word_occurrences", COUNT, "words", "words that are the, be, to, of, and, that, have or "
               "with, spelled so, each counted as often as it stands", DOLMA, low="too_few_stop_words"),
        fraction("bullet_line_fraction", "lines that begin with * or -, white space not passed over / lines",
                 high="too_many_bullet_lines"),
        fraction("ellipsis_line_fraction", "lines that end in … / lines", high="too_many_ellipsis_lines"),
        fraction("duplicate_line_fraction", "lines that equal another, empty ones and the first of each too / lines",
                 high="too_many_duplicate_lines"),
        Signal("dolma_duplicate_line_character_ratio", SHARE, ratio, "characters of lines that equal another, white "
               "space too / characters of words; can be above 1", DOLMA, high="too_many_characters_in_duplicate_lines"),
        fraction("v2_bullet_line_fraction", f"lines that begin with * or - / {between}", SECOND,
                 high="too_many_bullet_lines"),
        fraction("v2_ellipsis_line_fraction", f"lines that end in … / {between}", SECOND,
                 high="too_many_ellipsis_lines"),
        fraction("v2_duplicate_line_fraction", f"those that equal another, the first of each too / {between}", SECOND,
                 high="too_many_duplicate_lines"),
        *(Signal(f"dolma_top_{n}_gram_character_ratio", SHARE, ratio, f"letters of the commonest {n}-gram of words "
                 "(the first of equals, no spaces) x its count / characters of words; overlapping copies count, so "
                 "that it can be above 1", DOLMA, high=f"too_many_characters_in_top_{n}_gram")
          for n in TOP),
        *(fraction(f"duplicate_{n}_gram_character_fraction", f"characters of the {n}-grams that equal another, the "
                   f"first of each too / characters of all {n}-grams; a word counts in each of its n-grams",
                   high=f"too_many_characters_in_duplicate_{n}_grams")
          for n in DUPLICATE),
    )  # fmt: skip
