"""NeMo Curator's repetition heuristics, counted as its own code does: unique lines and paragraphs, n-grams of words.

Source: NVIDIA-NeMo/Curator, release 1.4.0, `nemo_curator/stages/text/filters/heuristic/repetition/repetition.py`. It
follows Gopher (arXiv 2112.11446, table A1) as `filters.gopher_repetition` does, and counts otherwise: what is left
(unique / all) in place of what is repeated; the characters of lines in those of lines; a top n-gram wherever its
words stand in the text with single spaces between them, even within other words; duplicate n-grams that overlap,
with their spaces.
"""

from typing import Literal

import numpy as np
import pyarrow as pa

from filters.code_points import lengths
from filters.cuts import Cut, Cuts, Ints
from filters.documents import Batch
from filters.nemo_kernels import cut_paragraphs
from filters.nemo_repetition_kernels import Flags, count_unique, repeated_characters, with_words
from filters.repetition_kernels import DUPLICATE, TOP
from filters.signals import Columns, Signal
from filters.sums import share

__all__ = ["NemoRepetition"]

REPETITION = "NVIDIA-NeMo/Curator 1.4.0, stages/text/filters/heuristic/repetition/repetition.py"
LINES = "lines, which hold a word and lie between line feeds"
PARAGRAPHS = "paragraphs, which lie between pairs of line feeds, empty ones too"


def fraction(name: str, formula: str, filter_name: str, low: str | None = None, high: str | None = None) -> Signal:
    """A signal of this module, with the class of the source that it follows."""
    return Signal(name, pa.float64(), "fraction", formula, f"{REPETITION} ({filter_name})", low, high)


class NemoRepetition:
    """NeMo Curator's repetition signals, of the text as it stands; null where there is nothing to share out.

    The source keeps at least 0.7 unique lines and paragraphs and 0.8 of their characters, at most 0.20/0.18/0.16 of
    top 2/3/4-grams and 0.15/0.14/0.13/0.12/0.11/0.10 of duplicate 5..10-grams.

    Deviations: null where the source fails a document without a count (n-grams in fewer than n words, anything in a
    blank text) or divides by 0; of n-grams that are as common as each other the first is the top, where the source
    takes whichever its hash table has first, another in every process.
    """

    reads: Literal["text"] = "text"
    fingerprint = "nemo_repetition 1"
    signals = (
        fraction("nemo_unique_line_fraction", f"distinct lines / {LINES}", "RepeatedLinesFilter",
                 low="too_few_unique_lines"),
        fraction("nemo_unique_line_character_fraction", f"characters of distinct lines / characters of {LINES}",
                 "RepeatedLinesByCharFilter", low="too_few_characters_in_unique_lines"),
        fraction("nemo_unique_paragraph_fraction", f"distinct paragraphs / {PARAGRAPHS}", "RepeatedParagraphsFilter",
                 low="too_few_unique_paragraphs"),
        fraction("nemo_unique_paragraph_character_fraction",
                 f"characters of distinct paragraphs / characters of {PARAGRAPHS}", "RepeatedParagraphsByCharFilter",
                 low="too_few_characters_in_unique_paragraphs"),
        *(fraction(f"nemo_top_{n}_gram_character_fraction", f"characters of the commonest {n}-gram (the first of "
                   "equals, words joined by a space) x how often that string stands in the text, without "
                   "overlap / characters", "RepeatingTopNGramsFilter", high=f"too_many_characters_in_top_{n}_gram")
          for n in TOP),
        *(fraction(f"nemo_duplicate_{n}_gram_character_fraction", f"characters of words in {n}-grams equal to an "
                   "earlier one, each word once, and of the spaces between them / characters",
                   "RepeatingDuplicateNGramsFilter", high=f"too_many_characters_in_duplicate_{n}_grams")
          for n in DUPLICATE),
    )  # fmt: skip

    def annotate(self, batch: Batch, cuts: Cuts) -> Columns:
        """Lines, paragraphs, then all n-grams in one go."""
        words = cuts.words.counts
        characters = lengths(cuts.offsets, cuts.data)
        paragraphs = Cut(cuts.data, *cut_paragraphs(cuts.offsets, cuts.data))
        columns = unique("line", cuts.lines, with_words(cuts.words.pieces, cuts.lines.pieces), words)
        columns |= unique("paragraph", paragraphs, np.ones(len(paragraphs.starts), np.bool_), words)
        sums = repeated_characters(cuts.offsets, cuts.words.pieces, cuts.words.firsts, cuts.words.lengths, cuts.data)
        for n, repeated in zip(TOP + DUPLICATE, sums[[n - TOP[0] for n in TOP + DUPLICATE]], strict=True):
            kind = "top" if n in TOP else "duplicate"
            columns[f"nemo_{kind}_{n}_gram_character_fraction"] = share(repeated, np.where(words >= n, characters, 0))
        return columns


def unique(kind: str, pieces: Cut, counted: Flags, words: Ints) -> dict[str, pa.Array]:
    """The share of distinct pieces, and of their characters; null in a blank text."""
    count, distinct, characters, of_distinct = count_unique(pieces.rows, pieces.firsts, pieces.lengths, counted)
    return {
        f"nemo_unique_{kind}_fraction": share(distinct, np.where(words > 0, count, 0)),
        f"nemo_unique_{kind}_character_fraction": share(of_distinct, np.where(words > 0, characters, 0)),
    }
