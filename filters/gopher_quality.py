"""The measurements of Gopher's quality rules, and counts of characters that come with them.

Gopher: Rae et al. 2021 (arXiv 2112.11446), appendix A1.1. The values are those of datatrove 0.10.1,
`pipeline/filters/gopher_quality_filter.py`, where both cut the same words; datatrove cuts English by spaCy's tokenizer,
which `words` chooses here. Where datatrove divides by zero the value is null.
"""

import unicodedata
from typing import Literal

import pyarrow as pa

from filters.characters import character_classes
from filters.cuts import WORDS, Cuts, WordCut
from filters.documents import Batch
from filters.quality_kernels import STOP_WORDS, count_characters, count_lines, count_words
from filters.signals import Columns, Signal
from filters.sums import share

__all__ = ["GopherQuality"]

GOPHER = "Gopher (arXiv 2112.11446) A1.1, as in datatrove 0.10.1 filters/gopher_quality_filter.py"
COUNT = pa.int64()
SHARE = pa.float64()


class GopherQuality:
    """Gopher's quality signals, of the text as it stands; null where a denominator is 0.

    The source of the rules keeps 50 to 100,000 words that are not only symbols, a mean word length of 3
    to 10, at most 0.1 hashes and 0.1 ellipses a word, 0.9 bullet lines, 0.3 lines ending in an
    ellipsis, at least 0.8 words with a letter and 2 stop words.

    Args:
        words: how words are cut (`filters.cuts.Cuts.words_by`); datatrove's way is ``spacy``.
    """

    reads: Literal["text"] = "text"

    def __init__(self, words: WordCut = "whitespace") -> None:
        self.words = words
        self.fingerprint = f"gopher_quality 2, words {words}, Unicode {unicodedata.unidata_version}"
        self.signals = signals(WORDS[words])

    def annotate(self, batch: Batch, cuts: Cuts) -> Columns:
        """One pass over the characters, one over the words, one over the lines."""
        classes = character_classes()
        of_characters = count_characters(cuts.offsets, cuts.data, classes)
        characters, upper, digits, white_space, punctuation, hashes, ellipses = of_characters
        cut = cuts.words_by(self.words)
        words = cut.counts
        not_symbols, their_characters, alphabetic, distinct, stop_words = count_words(
            cut.pieces, cut.firsts, cut.lengths, cuts.data, classes
        )
        lines, bullets, ellipsis_ends = count_lines(cuts.split_lines.pieces, cuts.data, classes)
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


def signals(word: str) -> tuple[Signal, ...]:
    """The signals, with what a word is."""
    return (
        Signal("word_count", COUNT, "words", f"words: {word}", "Gopher (arXiv 2112.11446) A1.1",
               "too_few_words", "too_many_words"),
        Signal("gopher_word_count", COUNT, "words", f"words ({word}) that are not only symbols", f"{GOPHER}; "
               "symbols are its PUNCTUATION_SET (utils/text.py)", "too_few_words", "too_many_words"),
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
        Signal("line_count", COUNT, "lines", "lines as str.splitlines cuts them, empty ones too", GOPHER,
               "too_few_lines", "too_many_lines"),
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
