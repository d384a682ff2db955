"""Data-Juicer's filters of plain text that need no list and no model, counted as its own code counts.

Source: datajuicer/data-juicer, release 1.6.1, `data_juicer/ops/filter/*_filter.py`, with the words of
`data_juicer/ops/common/helper_func.py` and the special characters of `special_characters.py` beside it; these come
from BigScience's filters for ROOTS (Laurencon et al. 2022, arXiv 2303.03915).

Its text length is `character_count` and is not measured again; flagged and stop words are `filters.juicer_words`.
"""

import unicodedata
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from filters.cuts import Cut, Cuts, text_buffers
from filters.documents import Batch
from filters.juicer_kernels import count_characters, cut_words, repeated_characters, repeated_grams
from filters.signals import Columns, Signal
from filters.special_characters import juicer_classes
from filters.sums import share

__all__ = ["WORDS", "JuicerQuality", "refined_words"]

OPS = "datajuicer/data-juicer 1.6.1, data_juicer/ops/filter"
WORDS = "words, in lower case, lie between spaces, line feeds and tabs, and lose special characters at their ends"
SHARE = pa.float64()
COUNT = pa.int64()


def refined_words(texts: pa.StringArray) -> Cut:
    """The words of Data-Juicer's filters, cut from a lower-cased copy of the texts.

    Lower case is by single characters: ``İ`` becomes ``i``, and a sigma at the end of a word is as within.
    """
    offsets, data = text_buffers(pc.utf8_lower(texts))
    return Cut(data, *cut_words(offsets, data, juicer_classes()))


class JuicerQuality:
    """Data-Juicer's signals on plain text; null where there is nothing to share out (there: 0).

    The source keeps by default at least 0.25 alphanumeric characters, a mean and a longest line of 10 characters and
    more, at most 0.25 special characters, 0.5 repeated characters and words, and at least 10 words.

    Deviations: see `refined_words`. Its variants that count tokens of a tokenizer are not here. Lists of special
    characters and Unicode's classes are of one version, in the fingerprint.
    """

    reads: Literal["text"] = "text"
    fingerprint = f"juicer_quality 1, Unicode {unicodedata.unidata_version}, emoji 2.16.0"
    signals = (
        Signal("juicer_alphanumeric_fraction", SHARE, "fraction", "characters that str.isalnum / characters",
               f"{OPS}/alphanumeric_filter.py", "too_few_alphanumeric_characters", "too_many_alphanumeric_characters"),
        Signal("juicer_special_character_fraction", SHARE, "fraction", "characters that are ASCII punctuation, digits "
               "or white space, emoji, or of the source's list / characters", f"{OPS}/special_characters_filter.py",
               high="too_many_special_characters"),
        Signal("juicer_mean_line_length", SHARE, "characters", "characters, those that end lines too / lines, as "
               "str.splitlines cuts them", f"{OPS}/average_line_length_filter.py", "mean_line_too_short",
               "mean_line_too_long"),
        Signal("juicer_longest_line_length", COUNT, "characters", "characters of the longest line, as str.splitlines "
               "cuts them", f"{OPS}/maximum_line_length_filter.py", "longest_line_too_short", "longest_line_too_long"),
        Signal("juicer_character_repetition_fraction", SHARE, "fraction", "occurrences of the commonest 10-grams of "
               "characters / 10-grams; as many of them as the whole part of the square root of the distinct ones, and "
               "only such as occur twice", f"{OPS}/character_repetition_filter.py",
               high="too_much_character_repetition"),
        Signal("juicer_word_repetition_fraction", SHARE, "fraction", "10-grams of words that occur twice or more, "
               f"every copy counted / 10-grams; {WORDS}", f"{OPS}/word_repetition_filter.py",
               high="too_much_word_repetition"),
        Signal("juicer_word_count", COUNT, "words", f"number of words; {WORDS}", f"{OPS}/words_num_filter.py",
               "too_few_words", "too_many_words"),
    )  # fmt: skip

    def annotate(self, batch: Batch, cuts: Cuts) -> Columns:
        """One pass over the characters, one over their n-grams, one over words cut from a copy in lower case."""
        of_characters = count_characters(cuts.offsets, cuts.data, juicer_classes())
        characters, alphanumeric, special, lines, longest = of_characters
        grams, commonest = repeated_characters(cuts.offsets, cuts.data, characters)
        words = refined_words(cuts.texts)
        word_grams, repeated = repeated_grams(words.rows, words.firsts)
        return {
            "juicer_alphanumeric_fraction": share(alphanumeric, characters),
            "juicer_special_character_fraction": share(special, characters),
            "juicer_mean_line_length": share(characters, lines),
            "juicer_longest_line_length": pa.array(longest, mask=lines == 0),
            "juicer_character_repetition_fraction": share(commonest, grams),
            "juicer_word_repetition_fraction": share(repeated, word_grams),
            "juicer_word_count": pa.array(words.counts),
        }
