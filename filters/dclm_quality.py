"""The measurements of Gopher's quality rules as DCLM takes them, for its own baseline and its RefinedWeb.

DCLM: Li et al. 2024 (arXiv 2406.11794), mlfoundations/dclm at c7ed275, `baselines/mappers/filters/content_filters.py`;
the ways of cutting are in `baselines/mappers/core_utils.py`. Stop words count each time and in any case; # and
ellipses, in three spellings, are one sum; lines are stripped and not blank; the length of a word includes all words.

Deviations: none known in values; where the source drops a text that has no words the value is null. A rule of a share
compares part / whole here, part with limit x whole there: the same but for the last bit.
"""

import unicodedata
from typing import Literal

import pyarrow as pa

from filters.cuts import Cuts
from filters.dclm_characters import string_classes
from filters.dclm_kernels import count_marks, count_words, fasttext_words, solid_pieces
from filters.documents import Batch
from filters.signals import Columns, Signal
from filters.sums import share

__all__ = ["DclmQuality"]

DCLM = "mlfoundations/dclm c7ed275, baselines/mappers/filters/content_filters.py"
COUNT = pa.int64()
SHARE = pa.float64()


class DclmQuality:
    """Gopher's quality signals by DCLM's count, of the text as it stands; null where there is nothing to share out.

    The source keeps 50 to 100,000 words, a mean word length of 3 to 10, at most 0.1 symbols a word, 0.9 bullet lines,
    0.3 lines ending in an ellipsis, 0.2 words without a letter, and at least 2 stop words.
    """

    reads: Literal["text"] = "text"
    fingerprint = f"dclm_quality 1, Unicode {unicodedata.unidata_version}"

    def __init__(self) -> None:
        self.signals = SIGNALS

    def annotate(self, batch: Batch, cuts: Cuts) -> Columns:
        """A pass over the bytes, one over the words, one over the lines."""
        classes, words = string_classes(), cuts.words.counts
        characters, bare, stop_words = count_words(cuts.words.pieces, cuts.data, classes)
        lines = solid_pieces(cuts.lines.pieces, cuts.data, classes)
        marks, bullets, ellipses = count_marks(cuts.offsets, cuts.data, lines)
        count = lines[0][1:] - lines[0][:-1]
        return {
            "dclm_word_count": pa.array(fasttext_words(cuts.offsets, cuts.data, classes)),
            "dclm_mean_word_length": share(characters, words),
            "dclm_symbol_word_ratio": share(marks, words),
            "dclm_bullet_line_fraction": share(bullets, count),
            "dclm_ellipsis_line_fraction": share(ellipses, count),
            "dclm_non_alphabetic_word_fraction": share(bare, words),
            "dclm_stop_word_occurrences": pa.array(stop_words),
        }


SIGNALS = (
    Signal("dclm_word_count", COUNT, "words", "pieces between space, tab, line feed, vertical tab, form feed, carriage "
           "return and NUL whose first character is a letter or a number: those of fastText's tokenizer that begin "
           "with no punctuation", f"{DCLM} (page_length_filter, ignore_punctuation)",
           "too_few_words", "too_many_words"),
    Signal("dclm_mean_word_length", SHARE, "characters", "characters of words between white space / their number",
           f"{DCLM} (word_length_filter)", "mean_word_too_short", "mean_word_too_long"),
    Signal("dclm_symbol_word_ratio", SHARE, "symbols per word", "occurrences of #, ..., . . . and …, each without "
           "overlap / words between white space", f"{DCLM} (symbol_ratio_filter)", high="too_many_symbols"),
    Signal("dclm_bullet_line_fraction", SHARE, "fraction", "lines whose first character that is not white space is ●, "
           "•, * or - / lines not blank", f"{DCLM} (bullet_count_filter)", high="too_many_bullet_lines"),
    Signal("dclm_ellipsis_line_fraction", SHARE, "fraction", "lines that end in ..., . . . or …, white space aside / "
           "lines not blank", f"{DCLM} (ellipsis_count_filter)", high="too_many_ellipsis_lines"),
    Signal("dclm_non_alphabetic_word_fraction", SHARE, "fraction", "words without a letter / words between white "
           "space", f"{DCLM} (alphabetic_word_ratio_filter)", high="too_many_words_without_letters"),
    Signal("dclm_stop_word_occurrences", COUNT, "words", "words that are the, be, to, of, and, that, have or with in "
           "any case, each counted as often as it stands", f"{DCLM} (stop_word_filter)", low="too_few_stop_words"),
)  # fmt: skip
