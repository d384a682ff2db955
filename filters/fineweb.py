"""The measurements of FineWeb's own rules, which it adds to those of Gopher and C4.

FineWeb: Penedo et al. 2024 (arXiv 2406.17557), section 3.6. The values are those of datatrove 0.10.1,
`pipeline/filters/fineweb_quality_filter.py`, where both cut the same words. Where datatrove drops a text as empty, or
divides by zero, the value is null. Its option `line_punct_exclude_zero`, which spares texts in which no line at all
ends in a mark, is used neither by FineWeb nor by FineWeb-2; a rule here has a minimum, and drops those too.
FineWeb-2 changes limits by language, and not the marks, which are of all scripts already.
"""

import unicodedata
from typing import Literal

import pyarrow as pa

from filters.characters import character_classes
from filters.cuts import WORDS, Cuts, WordCut
from filters.documents import Batch
from filters.errors import ConfigurationError
from filters.quality_kernels import count_fineweb
from filters.signals import Columns, Signal
from filters.sums import share

__all__ = ["FineWeb"]

FINEWEB = "FineWeb (arXiv 2406.17557) 3.6, as in datatrove 0.10.1 filters/fineweb_quality_filter.py"
SHARE = pa.float64()


class FineWeb:
    """FineWeb's quality signals, of the text as it stands; lines lie between line feeds and are not blank.

    The source keeps at least 0.12 lines that end in a mark, at most 0.67 short lines, 0.01 characters in duplicate
    lines and 0.3 line feeds a word; it measures them on the text that its C4 rules leave.

    Args:
        words: how words are cut (`filters.cuts.Cuts.words_by`); datatrove's way is ``spacy``.
        short_line_characters: most characters of a short line.

    Raises:
        ConfigurationError: `short_line_characters` is below 1.
    """

    reads: Literal["text"] = "text"

    def __init__(self, words: WordCut = "whitespace", short_line_characters: int = 30) -> None:
        if short_line_characters < 1:
            raise ConfigurationError(
                f"fineweb: short_line_characters is {short_line_characters}; it must be 1 or more, as every line that "
                "counts has a character"
            )
        self.words, self.short_line_characters = words, short_line_characters
        version = unicodedata.unidata_version
        self.fingerprint = f"fineweb 1, words {words}, short {short_line_characters}, Unicode {version}"
        self.signals = (
            Signal("fineweb_line_punctuation_fraction", SHARE, "fraction", "lines whose last character, white space "
                   "too, ends a sentence (Sentence_Terminal of Unicode 15.0, U+17D6, U+17D9, U+17DA) / lines not blank",
                   f"{FINEWEB}; the characters are TERMINAL_PUNCTUATION of utils/text.py",
                   low="too_few_lines_with_end_mark"),
            Signal("fineweb_short_line_fraction", SHARE, "fraction", f"lines of at most {short_line_characters} "
                   "characters / lines not blank", FINEWEB, high="too_many_short_lines"),
            Signal("fineweb_duplicate_line_character_fraction", SHARE, "fraction", "characters of lines not blank "
                   "that equal an earlier one / characters that are no line feed", FINEWEB,
                   high="too_many_characters_in_duplicate_lines"),
            Signal("fineweb_newline_word_ratio", SHARE, "line feeds per word", f"line feeds / words ({WORDS[words]})",
                   FINEWEB, high="too_many_line_feeds"),
        )  # fmt: skip

    def annotate(self, batch: Batch, cuts: Cuts) -> Columns:
        """One pass over the lines."""
        lines, ended, short, repeated, characters = count_fineweb(
            cuts.lines.pieces,
            cuts.lines.firsts,
            cuts.lines.lengths,
            cuts.data,
            character_classes(),
            self.short_line_characters,
        )
        return {
            "fineweb_line_punctuation_fraction": share(ended, lines),
            "fineweb_short_line_fraction": share(short, lines),
            "fineweb_duplicate_line_character_fraction": share(repeated, characters * (lines > 0)),
            "fineweb_newline_word_ratio": share(cuts.lines.counts - 1, cuts.words_by(self.words).counts),
        }
