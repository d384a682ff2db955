"""Where words and lines begin and end: cut once a text, shared by every signal that wants them."""

import importlib
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa

if TYPE_CHECKING:
    from filters.derived_cuts import Change

__all__ = ["CHUNKWISE", "CUTTERS", "WORDS", "Cut", "Cuts", "WordCut", "text_buffers"]

Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]


def text_buffers(texts: pa.StringArray) -> tuple[Ints, Bytes]:
    """Offsets (int64, length n + 1) and UTF-8 bytes of a string array, without a copy of the bytes.

    A null counts as the empty string. Offsets may start above 0 where the array is a slice.
    """
    if texts.null_count:
        texts = texts.fill_null("")
    _, offsets, data = texts.buffers()
    if offsets is None or len(texts) == 0:
        return np.zeros(len(texts) + 1, np.int64), np.zeros(0, np.uint8)
    window = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    content = np.frombuffer(data, np.uint8) if data is not None else np.zeros(0, np.uint8)
    return window.astype(np.int64), content


WordCut = Literal["whitespace", "unicode", "spacy"]
"""The ways of cutting words: see `Cuts.words_by`."""

CUTTERS: Mapping[WordCut, str] = {
    "whitespace": "filters.cutting:cut_words",
    "unicode": "filters.unicode_words:cut_words",
    "spacy": "filters.spacy_words:cut_words",
}
"""By way of cutting: the function from offsets, bytes and classes of characters to rows, starts and ends."""

WORDS: Mapping[WordCut, str] = {
    "whitespace": "runs of characters without white space",
    "unicode": "pieces between word boundaries of UAX #29, white space aside",
    "spacy": "tokens of spaCy's English rules",
}
"""By way of cutting: what a word is, for the formula of a signal."""

CHUNKWISE: Sequence[WordCut] = ("whitespace", "spacy")
"""The ways that cut what stands between white space, and look at nothing else."""


class Cut:
    """Pieces of every text: piece k of row i lies at ``starts[j]:ends[j]``, ``j = rows[i] + k``.

    Attributes:
        data: the bytes that the places are of.
        rows: first piece of each row, length n + 1.
        starts: first byte of each piece, into `data`.
        ends: one past its last byte.
    """

    def __init__(self, data: Bytes, rows: Ints, starts: Ints, ends: Ints) -> None:
        self.data, self.rows, self.starts, self.ends = data, rows, starts, ends

    @property
    def pieces(self) -> tuple[Ints, Ints, Ints]:
        """Rows, starts and ends, as kernels take them."""
        return self.rows, self.starts, self.ends

    @cached_property
    def counts(self) -> Ints:
        """Pieces of each row."""
        return np.diff(self.rows)

    @cached_property
    def lengths(self) -> Ints:
        """Characters of each piece."""
        from filters import cutting

        return cutting.piece_lengths(self.data, self.starts, self.ends)

    @cached_property
    def firsts(self) -> Ints:
        """For each piece, the index of the first equal piece of its text: its own if that is the first."""
        from filters import cutting

        return cutting.first_equal(self.pieces, self.data)


class Cuts:
    """The cuts of one batch of texts, each made when it is first asked for.

    Args:
        texts: the texts.
        before: the cuts of the texts that these were, and how these came from them: words cut there are carried over.
    """

    def __init__(self, texts: pa.StringArray, before: "tuple[Cuts, Change] | None" = None) -> None:
        self.texts, self._before = texts, before
        self.offsets, self.data = text_buffers(texts)
        self._words: dict[WordCut, Cut] = {}
        self._derived: dict[str, Cut] = {}
        self._by_text: dict[str, tuple[pa.Array, Flags]] = {}  # values, and the rows for which they still hold
        if before is not None:
            old, change = before
            origins, same = change.origins, np.diff(change.rows) == 0
            self._by_text = {
                name: (values.take(pa.array(origins)), held[origins] & same)
                for name, (values, held) in old._by_text.items()
            }

    # The kernels are imported where they are used: numba takes most of a second, and every command
    # that only reads a configuration imports this module.

    @property
    def words(self) -> Cut:
        """Maximal runs of characters that are not white space (`str.split` without arguments)."""
        return self.words_by("whitespace")

    def words_by(self, way: WordCut) -> Cut:
        """The words, cut one of these ways.

        - ``whitespace``: maximal runs of characters that are not white space, as `str.split` without arguments.
          A language that puts no space between words has few and long ones.
        - ``unicode``: what lies between the word boundaries of UAX #29, white space left out, so that a mark of
          punctuation is a word of its own. Every ideograph is a word, and so is every letter of Thai, Lao, Khmer or
          Burmese with its marks: the standard leaves these to dictionaries.
        - ``spacy``: tokens as spaCy's English rules make them, whatever the language: see `filters.spacy_words`.
        """
        if way not in self._words:
            from filters.characters import character_classes

            module, _, name = CUTTERS[way].partition(":")
            cutter = getattr(importlib.import_module(module), name)
            if self._before is not None and way in CHUNKWISE and self._before[0].has_words(way):
                from filters.derived_cuts import carry_words

                old, change = self._before
                self._words[way] = carry_words(old.words_by(way), old, self, change, cutter)
                if all(each in self._words or not old.has_words(each) for each in CHUNKWISE):
                    self._before = None  # which frees the old texts
            else:
                self._words[way] = Cut(self.data, *cutter(self.offsets, self.data, character_classes()))
        return self._words[way]

    def has_words(self, way: WordCut) -> bool:
        """Whether words were cut this way here, or where these texts come from."""
        return way in self._words or (self._before is not None and self._before[0].has_words(way))

    def derived(self, name: str, make: Callable[["Cuts"], Cut]) -> Cut:
        """A cut that is one source's own, of a changed text too, made when it is first asked for by this name."""
        if name not in self._derived:
            self._derived[name] = make(self)
        return self._derived[name]

    def by_text(self, name: str, make: Callable[[pa.StringArray], pa.Array]) -> pa.Array:
        """Values that depend on nothing but each text, made once a text for all that ask by this name.

        What was made for texts that no edit has changed since is carried over, so `make` may be given a part of them.
        """
        if name not in self._by_text:
            self._by_text[name] = make(self.texts), np.ones(len(self.texts), np.bool_)
        values, held = self._by_text[name]
        if not held.all():
            made = make(self.texts.filter(pa.array(~held)))
            places = np.arange(len(held))
            places[~held] = len(held) + np.arange(len(made))
            values = pa.concat_arrays([values, made]).take(pa.array(places))
            self._by_text[name] = values, np.ones(len(held), np.bool_)
        return values

    @cached_property
    def lines(self) -> Cut:
        """What lies between line feeds, the line feed itself excluded; a text of n of them has n + 1 lines."""
        from filters import cutting

        return Cut(self.data, *cutting.cut_lines(self.offsets, self.data))

    @cached_property
    def split_lines(self) -> Cut:
        """What lies between the line boundaries of `str.splitlines`: n boundaries make n + 1 pieces, as in `lines`.

        It is `lines` itself where no text of the batch has another boundary than line feeds.
        """
        from filters import cutting

        if not cutting.has_other_boundaries(self.offsets, self.data):
            return self.lines
        return Cut(self.data, *cutting.cut_split_lines(self.offsets, self.data))

    @cached_property
    def paragraphs(self) -> Cut:
        """What lies between two or more line feeds in the text stripped of white space; none in a blank text."""
        from filters import cutting

        return Cut(self.data, *cutting.cut_paragraphs(self.words.pieces, self.lines.pieces))
