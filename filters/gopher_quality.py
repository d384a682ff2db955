"""The measurements of Gopher's quality rules, and counts of characters that come with them.

Gopher: Rae et al. 2021 (arXiv 2112.11446), appendix A1.1. The definitions follow datatrove,
`pipeline/filters/gopher_quality_filter.py`, with three deviations: words are runs without white
space, where datatrove tokenizes (so that a comma stays with its word); a word is only symbols where all
its characters are of the Unicode categories P, S or Cc, where datatrove has a list; lines end at a line
feed alone, where datatrove also cuts at the other characters of `str.splitlines`.
"""

import unicodedata
from typing import Literal

import pyarrow as pa

from filters.characters import character_classes
from filters.cuts import Cuts
from filters.documents import Batch
from filters.quality_kernels import STOP_WORDS, count_characters, count_lines, count_words
from filters.signals import Columns, Signal
from filters.sums import share

__all__ = ["GopherQuality"]

GOPHER = "Gopher (arXiv 2112.11446) A1.1, as in datatrove filters/gopher_quality_filter.py"
COUNT = pa.int64()
SHARE = pa.float64()


class GopherQuality:
    """Gopher's quality signals, of the text as it stands; null where a denominator is 0.

    The source of the rules keeps 50 to 100,000 words that are not only symbols, a mean word length of 3
    to 10, at most 0.1 hashes and 0.1 ellipses a word, 0.9 bullet lines, 0.3 lines ending in an
    ellipsis, at least 0.8 words with a letter and 2 stop words.
    """

    reads: Literal["text"] = "text"
    fingerprint = f"gopher_quality 1, Unicode {unicodedata.unidata_version}"
    signals = (
        Signal("word_count", COUNT, "words", "runs of characters without white space", "str.split",
               "too_few_words", "too_many_words"),
        Signal("gopher_word_count", COUNT, "words", "words that are not only symbols", f"{GOPHER}; "
               "symbols are the categories P, S and Cc", "too_few_words", "too_many_words"),
        Signal("mean_word_length", SHARE, "characters", "characters of words that are not only symbols / their number",
               GOPHER, "mean_word_too_short", "mean_word_too_long"),
        Signal("hash_word_ratio", SHARE, "hashes per word", "characters # / word_count", GOPHER,
               high="too_many_hashes"),
        Signal("ellipsis_word_ratio", SHARE, "ellipses per word",
               "occurrences of ... (not overlapping) and … / word_count", GOPHER, high="too_many_ellipses"),
        Signal("bullet_line_fraction", SHARE, "fraction",
               "lines whose first character that is not white space is • or - / line_count", GOPHER,
               high="too_many_bullet_lines"),
        Signal("ellipsis_line_fraction", SHARE, "fraction",
               "lines that end in ... or …, white space aside / line_count", GOPHER, high="too_many_ellipsis_lines"),
        Signal("alphabetic_word_fraction", SHARE, "fraction", "words with at least one letter / word_count", GOPHER,
               low="too_few_alphabetic_words"),
        Signal("stop_word_count", COUNT, "stop words", f"how many of {', '.join(STOP_WORDS)} are words of the text, "
               "spelled so, each counted once", GOPHER, low="too_few_stop_words"),
        Signal("character_count", COUNT, "characters", "code points", "len", "too_short", "too_long"),
        Signal("line_count", COUNT, "lines", "pieces between line feeds, empty ones too, an empty last one excepted",
               "str.splitlines at line feeds alone", "too_few_lines", "too_many_lines"),
        Signal("unique_word_fraction", SHARE, "fraction", "distinct words / word_count",
               "RedPajama-Data rps_doc_frac_unique_words; case and punctuation are kept here", "too_few_unique_words"),
        Signal("uppercase_fraction", SHARE, "fraction", "characters of category Lu / character_count",
               "Data-Juicer, NeMo Curator: shares of characters", high="too_many_uppercase_characters"),
        Signal("digit_fraction", SHARE, "fraction", "characters of category Nd / character_count",
               "NeMo Curator heuristics, numbers", high="too_many_digits"),
        Signal("white_space_fraction", SHARE, "fraction", "characters that str.isspace / character_count",
               "NeMo Curator heuristics, white space", high="too_much_white_space"),
        Signal("punctuation_fraction", SHARE, "fraction", "characters of categories P* / character_count",
               "NeMo Curator heuristics; only punctuation here", high="too_much_punctuation"),
    )  # fmt: skip

    def annotate(self, batch: Batch, cuts: Cuts) -> Columns:
        """One pass over the characters, one over the words, one over the lines."""
        classes = character_classes()
        of_characters = count_characters(cuts.offsets, cuts.data, classes)
        characters, upper, digits, white_space, punctuation, hashes, ellipses = of_characters
        words = cuts.words.counts
        not_symbols, their_characters, alphabetic, distinct, stop_words = count_words(
            cuts.words.pieces, cuts.words.firsts, cuts.data, classes
        )
        lines, bullets, ellipsis_ends = count_lines(cuts.words.pieces, cuts.lines.pieces, cuts.data)
        return {
            "word_count": pa.array(words),
            "gopher_word_count": pa.array(not_symbols),
            "mean_word_length": share(their_characters, not_symbols),
            "hash_word_ratio": share(hashes, words),
            "ellipsis_word_ratio": share(ellipses, words),
            "bullet_line_fraction": share(bullets, lines),
            "ellipsis_line_fraction": share(ellipsis_ends, lines),
            "alphabetic_word_fraction": share(alphabetic, words),
            "stop_word_count": pa.array(stop_words),
            "character_count": pa.array(characters),
            "line_count": pa.array(lines),
            "unique_word_fraction": share(distinct, words),
            "uppercase_fraction": share(upper, characters),
            "digit_fraction": share(digits, characters),
            "white_space_fraction": share(white_space, characters),
            "punctuation_fraction": share(punctuation, characters),
        }
