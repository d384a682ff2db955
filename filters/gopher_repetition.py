"""The measurements of Gopher's repetition rules: duplicate lines, paragraphs and n-grams of words.

Gopher: Rae et al. 2021 (arXiv 2112.11446), appendix A1.1 and table A1. The values are those of datatrove 0.10.1,
`pipeline/filters/gopher_repetition_filter.py`, where both cut the same words: the second and later copies of
a line count, not the first; a line feed at an end of the text makes an empty line there, and none elsewhere; the
commonest n-gram counts even if it occurs once. Deviations: n-grams of different words are different though
their letters joined are the same; a top n-gram whose copies overlap counts as the whole text at most (there: values
above 1); an empty text has null, where datatrove drops it as empty.
"""

from typing import Literal

import numpy as np
import pyarrow as pa

from filters.code_points import lengths
from filters.cuts import WORDS, Cut, Cuts, Ints, WordCut
from filters.documents import Batch
from filters.repetition_kernels import DUPLICATE, TOP, count_duplicates, repeated_characters
from filters.signals import Columns, Signal
from filters.sums import share

__all__ = ["GopherRepetition"]

GOPHER = "Gopher (arXiv 2112.11446) table A1, as in datatrove 0.10.1 filters/gopher_repetition_filter.py"


class GopherRepetition:
    """Gopher's repetition signals, of the text as it stands; null where there is nothing to share out.

    Top n-grams are null in texts of fewer than n words, duplicate n-grams are 0 there, as at the source.
    The source keeps at most 0.30 duplicate lines and paragraphs, 0.20 of their characters,
    0.20/0.18/0.16 of top 2/3/4-grams and 0.15/0.14/0.13/0.12/0.11/0.10 of duplicate 5..10-grams.

    Args:
        words: how words are cut (`filters.cuts.Cuts.words_by`); datatrove's way is ``spacy``.
    """

    reads: Literal["text"] = "text"

    def __init__(self, words: WordCut = "whitespace") -> None:
        self.words = words
        self.fingerprint = f"gopher_repetition 2, words {words}"
        self.signals = signals(WORDS[words])

    def annotate(self, batch: Batch, cuts: Cuts) -> Columns:
        """Lines, paragraphs, then all n-grams in one go."""
        characters = lengths(cuts.offsets, cuts.data)
        columns = duplicates("line", cuts.lines, *end_lines(cuts.lines), characters)
        blank = (cuts.paragraphs.counts == 0) & (characters > 0)  # its one paragraph is empty
        columns |= duplicates(
            "paragraph", cuts.paragraphs, blank.astype(np.int64), np.zeros_like(characters), characters
        )
        words = cuts.words_by(self.words)
        sums = repeated_characters(words.rows, words.firsts, words.lengths)
        for n, repeated in zip(TOP, sums[: len(TOP)], strict=True):
            whole = np.where(words.counts >= n, characters, 0)
            columns[f"top_{n}_gram_character_fraction"] = share(np.minimum(repeated, whole), whole)
        for n, repeated in zip(DUPLICATE, sums[len(TOP) :], strict=True):
            columns[f"duplicate_{n}_gram_character_fraction"] = share(repeated, characters)
        return columns


def end_lines(lines: Cut) -> tuple[Ints, Ints]:
    """Empty lines that count, at the ends of each text, and those of them that are a copy of another."""
    sizes, several = lines.ends - lines.starts, lines.counts > 1
    before = several & (sizes[lines.rows[:-1]] == 0)
    after = several & (sizes[lines.rows[1:] - 1] == 0)
    return before.astype(np.int64) + after, (before & after).astype(np.int64)


def duplicates(kind: str, pieces: Cut, empty: Ints, copies: Ints, characters: Ints) -> dict[str, pa.Array]:
    """The share of duplicate pieces, and of their characters in the text; with empty pieces, some of them copies."""
    count, duplicate, repeated = count_duplicates(pieces.rows, pieces.firsts, pieces.lengths)
    return {
        f"duplicate_{kind}_fraction": share(duplicate + copies, count + empty),
        f"duplicate_{kind}_character_fraction": share(repeated, characters),
    }


def fraction(name: str, formula: str, high: str) -> Signal:
    """A signal of this module: a share of pieces or of the characters of the text."""
    return Signal(name, pa.float64(), "fraction", formula, GOPHER, high=high)


def signals(word: str) -> tuple[Signal, ...]:
    """The signals, with what a word is."""
    return (
        fraction("duplicate_line_fraction", "lines equal to an earlier one / lines, which lie between runs of line "
                 "feeds; one at an end of the text has an empty line there", "too_many_duplicate_lines"),
        fraction("duplicate_line_character_fraction", "characters of lines equal to an earlier one / characters",
                 "too_many_characters_in_duplicate_lines"),
        fraction("duplicate_paragraph_fraction", "paragraphs equal to an earlier one / paragraphs, which lie between "
                 "two or more line feeds of the stripped text", "too_many_duplicate_paragraphs"),
        fraction("duplicate_paragraph_character_fraction",
                 "characters of paragraphs equal to an earlier one / characters",
                 "too_many_characters_in_duplicate_paragraphs"),
        *(fraction(f"top_{n}_gram_character_fraction", f"length of the commonest {n}-gram of words ({word}; the first "
                   "of equals, words joined by a space) x its count / characters; at most 1",
                   f"too_many_characters_in_top_{n}_gram")
          for n in TOP),
        *(fraction(f"duplicate_{n}_gram_character_fraction", f"characters of words ({word}) in {n}-grams equal to an "
                   "earlier one, found from left to right without overlap / characters",
                   f"too_many_characters_in_duplicate_{n}_grams")
          for n in DUPLICATE),
    )  # fmt: skip
