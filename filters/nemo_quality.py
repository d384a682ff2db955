"""NeMo Curator's document heuristics that work on plain text, counted as its own code counts.

Source: NVIDIA-NeMo/Curator, release 1.4.0, `nemo_curator/stages/text/filters/heuristic/string.py`, with the lists
of `nemo_curator/stages/text/utils/constants.py`. Words are runs without white space, lines lie between line feeds and
hold a word, paragraphs lie between pairs of line feeds, empty ones too.

What is the same number under another name here is not measured again: word count (`word_count`), longest word
(`longest_word_length`), words with a letter (`alphabetic_word_fraction`, but for numerals, symbols and vowel signs that
are letters to the package regex): see docs/limits.md. Its heuristics for code (HTML boilerplate, comments,
alphabetic characters a token, ...), for pairs of languages, and those that need a tokenizer or a model are not here,
nor is its search for a substring, which a word list does.
"""

from itertools import product
from typing import Literal

import numpy as np
import pyarrow as pa

from filters.cuts import Cuts
from filters.documents import Batch
from filters.nemo_kernels import (
    BULLETS,
    count_boilerplate,
    count_lines,
    count_marks,
    count_words,
    cut_paragraphs,
)
from filters.phrases import packed
from filters.quality_kernels import STOP_WORDS
from filters.signals import Columns, Signal
from filters.sums import share
from filters.url_text import count_urls, url_characters

__all__ = ["POLICY_PHRASES", "NemoQuality"]

STRING = "NVIDIA-NeMo/Curator 1.4.0, stages/text/filters/heuristic/string.py"
SHARE = pa.float64()
COUNT = pa.int64()

POLICY_PHRASES = (
    "terms of use",
    "privacy policy",
    "cookie policy",
    "uses cookies",
    "privacy overview",
    "use of cookies",
    "use cookies",
    "privacy & cookies policy",
    "privacy and cookies policy",
    "this category only includes cookies that ensures basic functionalities",
    "cookies that may not be particularly necessary",
    "you agree to this use. acceptread more",
)
"""Those of the source; of its stock paragraphs the words that tell them, where no shorter phrase stands in them."""

POLICY = (
    np.frombuffer("".join(POLICY_PHRASES).encode(), np.uint8),
    np.cumsum([0, *map(len, POLICY_PHRASES)]),
)
FILLER = packed(["lorem ipsum"])
PAIRS = np.zeros(1 << 16, np.uint8)
"""1 for the first two bytes of each policy phrase, in either case: most places of a text are settled by them."""
PAIRS[
    [
        ord(one) << 8 | ord(other)
        for phrase in POLICY_PHRASES
        for one, other in product(*((letter, letter.upper()) for letter in phrase[:2]))
    ]
] = 1
URL_CHARACTERS = url_characters(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789$-_@.&+/:=?#~!*(),", hexadecimal_after="%"
)
PORNOGRAPHIC = np.frombuffer(b"porn", np.uint8)


def nemo(name: str, unit: str, formula: str, filter_name: str, **reasons: str) -> Signal:
    """A signal of this module, with the class of the source that it follows."""
    return Signal(f"nemo_{name}", COUNT if unit in ("words", "URLs") else SHARE, unit, formula,
                  f"{STRING} ({filter_name})", reasons.get("low"), reasons.get("high"))  # fmt: skip


class NemoQuality:
    """NeMo Curator's heuristics on plain text; null where there is nothing to share out (there: a failing value).

    The source keeps at most 0.25 characters that are not alphanumeric, 0.1 symbol words, 0.15 digits, 0.2 characters of
    URLs, 0.25 white space, 0.1 brackets, 0.4 boilerplate paragraphs, 0.9 bullet lines, 0.85 lines without end mark, 0.3
    ellipsis lines, a mean word length of 3 to 10, at least 2 common words and no pornographic URL.

    Deviations: of three stock paragraphs on cookies some words in a row are looked for, not the whole; letters of
    policy phrases and of ``read more`` are lower-cased as ASCII (the Kelvin sign is no k); common words are all
    counted, where the source may stop at its limit.
    """

    reads: Literal["text"] = "text"
    fingerprint = "nemo_quality 1"
    signals = (
        nemo("non_alphanumeric_fraction", "fraction", "characters that are none of A-Z a-z 0-9 line feed ? ! , . / "
             "characters; spaces are such", "NonAlphaNumericFilter", high="too_few_alphanumeric_characters"),
        nemo("symbol_word_fraction", "fraction", "words that are ... [...] … (...) […] or -», or have more runs of # "
             "than half their characters / words", "SymbolsToWordsFilter", high="too_many_symbol_words"),
        nemo("digit_fraction", "fraction", "characters 0-9 / characters; there [[:digit:]] of the package regex",
             "NumbersFilter", high="too_many_digits"),
        nemo("url_character_fraction", "fraction", "characters of http(s):// and the run of A-Z a-z 0-9 "
             "$-_@.&+/:=?#~!*(), and %XX behind it / characters", "UrlsFilter", high="too_many_characters_in_urls"),
        nemo("pornographic_url_count", "URLs", "such URLs that hold porn, spelled so", "PornographicUrlsFilter",
             high="pornographic_url"),
        nemo("bullet_line_fraction", "fraction", "lines whose first character that is not white space is one of "
             f"{BULLETS} / lines", "BulletsFilter", high="too_many_bullet_lines"),
        nemo("white_space_fraction", "fraction", "tabs, line feeds, carriage returns, backspaces and spaces / "
             "characters", "WhiteSpaceFilter", high="too_much_white_space"),
        nemo("bracket_fraction", "fraction", "characters { } ⟨ ⟩ [ ] ( ) / characters", "ParenthesesFilter",
             high="too_many_brackets"),
        nemo("boilerplate_paragraph_fraction", "fraction", "paragraphs with a policy phrase / paragraphs; 1 with lorem "
             "ipsum", "BoilerPlateStringFilter", high="too_much_boilerplate"),
        nemo("mean_word_length", "characters", "characters of words / words", "MeanWordLengthFilter",
             low="mean_word_too_short", high="mean_word_too_long"),
        nemo("no_end_mark_line_fraction", "fraction", "lines that do not end in one of . ? ! \" ', white space aside "
             "/ lines", "PunctuationFilter", high="too_many_lines_without_end_mark"),
        nemo("ellipsis_line_fraction", "fraction", "lines that end in ... [...] … (...) […] -» read more or read "
             "more.., white space and case aside / lines", "EllipsisFilter", high="too_many_ellipsis_lines"),
        nemo("common_word_count", "words", f"words that are one of {', '.join(STOP_WORDS)}, spelled so, each "
             "occurrence counted", "CommonEnglishWordsFilter", low="too_few_common_words"),
    )  # fmt: skip

    def annotate(self, batch: Batch, cuts: Cuts) -> Columns:
        """One pass over the bytes, one over words, lines and paragraphs each, one for URLs."""
        characters, alphanumeric, white_space, brackets, digits = count_marks(cuts.offsets, cuts.data)
        _, of_urls, pornographic = count_urls(cuts.offsets, cuts.data, URL_CHARACTERS, False, PORNOGRAPHIC)
        words = cuts.words.counts
        symbols, common, of_words = count_words(cuts.words.pieces, cuts.words.lengths, cuts.data)
        lines, bullets, without_end_mark, ellipses = count_lines(cuts.words.pieces, cuts.lines.pieces, cuts.data)
        paragraphs = cut_paragraphs(cuts.offsets, cuts.data)
        boilerplate = count_boilerplate(paragraphs, cuts.data, POLICY, PAIRS, FILLER)
        return {
            "nemo_non_alphanumeric_fraction": share(characters - alphanumeric, characters),
            "nemo_symbol_word_fraction": share(symbols, words),
            "nemo_digit_fraction": share(digits, characters),
            "nemo_url_character_fraction": share(of_urls, characters),
            "nemo_pornographic_url_count": pa.array(pornographic),
            "nemo_bullet_line_fraction": share(bullets, lines),
            "nemo_white_space_fraction": share(white_space, characters),
            "nemo_bracket_fraction": share(brackets, characters),
            "nemo_boilerplate_paragraph_fraction": share(boilerplate, np.diff(paragraphs[0])),
            "nemo_mean_word_length": share(of_words, words),
            "nemo_no_end_mark_line_fraction": share(without_end_mark, lines),
            "nemo_ellipsis_line_fraction": share(ellipses, lines),
            "nemo_common_word_count": pa.array(common),
        }
