"""Takes out lines, paragraphs or sentences that recur over the corpus: menus, cookie notices, licences, quotations."""

import copy
from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from filters.characters import character_classes
from filters.counted import Counts, Hashes, as_lists, own_texts
from filters.cuts import Cuts, Ints
from filters.documents import Batch
from filters.errors import ConfigurationError
from filters.replacing import changed_signal, cleaned
from filters.shingles import normal_characters
from filters.signals import Columns, Signal

__all__ = ["CorpusLines"]

Unit = Literal["lines", "paragraphs", "sentences"]

_REASONS = {"lines": "common_line", "paragraphs": "common_paragraph", "sentences": "common_sentences"}
_TRIPLE = 3  # sentences of a span


class _Pieces(NamedTuple):
    """What is dropped, and what is counted: each of the latter is one of the former, or a few in a row.

    Attributes:
        rows: first unit of each text, and the number of all.
        starts: first byte of each unit.
        ends: one past its last byte.
        firsts: the first unit of each piece that is counted.
        length: how many units a piece is.
    """

    rows: Ints
    starts: Ints
    ends: Ints
    firsts: Ints
    length: int


class CorpusLines:
    """Drops what stands, but for its form, in several different documents of the corpus.

    Compared by their words, as `filters.shingles` normalises them (case, accents, punctuation and white space make no
    difference, every run of digits is one 0): CCNet's normal form, which keeps accents and puts a 0 for each digit
    (facebookresearch/cc_net, text_normalizer.py, normalize_for_dedup). Documents of the same text count once.

    Lines are those of CCNet (Wenzek et al. 2020, section 3.1, where they are called paragraphs) and of C4's code (TFDS,
    text/c4_utils.py, remove_duplicate_text), sentences the spans of three that C4's paper names (Raffel et al. 2020,
    section 2.2): all three go. Both projects take what stands in two documents or more; CCNet takes every copy
    (dedup.py, deduplicate_two_pass), C4 keeps one. A document that has a piece twice keeps or loses
    both, where these projects drop the second: `filters.repeated_lines` is for that.

    Args:
        of: lines lie between line feeds; paragraphs between empty lines; sentences are taken three in a row.
        documents: fewest different texts in which a piece stands that is dropped.
        characters: fewest letters of one, digits, punctuation and white space aside.
        keep: first: it stays in the document of the smallest key, and in those of the same text, even if a rule
            removes these; none: it goes everywhere.

    Raises:
        ConfigurationError: `documents` is less than 2 or `characters` less than 1.
    """

    rounds = 1
    signals: Sequence[Signal] = (
        changed_signal("corpus_lines", "this project, after CCNet (Wenzek et al. 2020) and C4 (Raffel et al. 2020)"),
    )

    def __init__(
        self,
        of: Unit = "lines",
        documents: int = 3,
        characters: int = 20,
        keep: Literal["first", "none"] = "first",
    ) -> None:
        if documents < 2:
            raise ConfigurationError(f"corpus_lines: documents is {documents}; what recurs stands in 2 or more")
        if characters < 1:
            raise ConfigurationError(
                f"corpus_lines: characters is {characters}; it must be 1 or more (a piece without a letter never goes)"
            )
        self.of, self.documents, self.characters, self.keep = of, documents, characters, keep
        self.fingerprint = f"corpus_lines/1/{of}/{documents}/{characters}/{keep}"
        self._counts = Counts()

    def counted(self, counts: Sequence[Counts]) -> "CorpusLines":
        """The same over a corpus in which these pieces are common."""
        made = copy.copy(self)
        made._counts = counts[0] if counts else Counts()
        return made

    def pieces(self, batch: Batch, cuts: Cuts) -> pa.ListArray:
        """Hashes of all that is long enough."""
        found = _pieces(self.of, cuts)
        hashes, long_enough = self._hashes(cuts, found)
        return as_lists(_rows(found)[long_enough], hashes[long_enough], len(cuts.texts))

    def clean(self, batch: Batch, cuts: Cuts) -> tuple[pa.Array, Columns]:
        """One edit for each line, paragraph or sentence that goes."""
        from filters.piece_kernels import drop_pieces

        found = _pieces(self.of, cuts)
        hashes, long_enough = self._hashes(cuts, found)
        places = self._counts.find(hashes)
        common = long_enough & (places >= 0)
        if self.keep == "first" and common.any():
            common[common] = self._counts.texts[places[common]] != own_texts(cuts.texts)[_rows(found)[common]]
        dropped = np.zeros(len(found.starts), np.bool_)
        for further in range(found.length):
            dropped[found.firsts[common] + further] = True
        bounds, edges = drop_pieces(found.rows, found.starts, found.ends, dropped)
        return cleaned("corpus_lines", cuts, bounds, edges, pa.repeat(_REASONS[self.of], len(edges) // 2))

    def _hashes(self, cuts: Cuts, found: _Pieces) -> tuple[Hashes, npt.NDArray[np.bool_]]:
        """A hash of every piece, and whether it has letters enough."""
        from filters.piece_kernels import piece_hashes

        starts, ends = found.starts[found.firsts], found.ends[found.firsts + found.length - 1]
        hashes, letters = piece_hashes(cuts.data, starts, ends, normal_characters())
        return hashes, letters >= self.characters


def _pieces(of: Unit, cuts: Cuts) -> _Pieces:
    if of == "sentences":
        from filters.sentence_cuts import sentence_places

        rows, places = sentence_places(cuts.offsets, cuts.data, character_classes())
        within = np.arange(rows[-1]) - np.repeat(rows[:-1], np.diff(rows))
        followed = within + _TRIPLE <= np.repeat(np.diff(rows), np.diff(rows))
        return _Pieces(rows, places[::2].copy(), places[1::2].copy(), np.flatnonzero(followed), _TRIPLE)
    cut = cuts.lines if of == "lines" else cuts.paragraphs
    return _Pieces(*cut.pieces, np.arange(len(cut.starts)), 1)


def _rows(found: _Pieces) -> Ints:
    """The text of each piece."""
    return np.searchsorted(found.rows, found.firsts, "right") - 1
