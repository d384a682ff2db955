"""Where words and lines begin and end: cut once a text, shared by every signal that wants them."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa

__all__ = ["Cut", "Cuts", "text_buffers"]

Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]


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


@dataclass(frozen=True, slots=True)
class Cut:
    """Pieces of every text: piece k of row i lies at ``starts[j]:ends[j]``, ``j = rows[i] + k``.

    Attributes:
        rows: first piece of each row, length n + 1.
        starts: first byte of each piece, into the data buffer.
        ends: one past its last byte.
    """

    rows: Ints
    starts: Ints
    ends: Ints

    @property
    def pieces(self) -> tuple[Ints, Ints, Ints]:
        """Rows, starts and ends, as kernels take them."""
        return self.rows, self.starts, self.ends


class Cuts:
    """The cuts of one batch of texts, each made when it is first asked for."""

    def __init__(self, texts: pa.StringArray) -> None:
        self.texts = texts
        self.offsets, self.data = text_buffers(texts)

    # The kernels are imported where they are used: numba takes most of a second, and every command
    # that only reads a configuration imports this module.

    @cached_property
    def words(self) -> Cut:
        """Maximal runs of characters that are not white space (`str.split` without arguments)."""
        from filters import characters, cutting

        return Cut(*cutting.cut_words(self.offsets, self.data, characters.character_classes()))

    @cached_property
    def lines(self) -> Cut:
        """What lies between line feeds, the line feed itself excluded; a text of n of them has n + 1 lines."""
        from filters import cutting

        return Cut(*cutting.cut_lines(self.offsets, self.data))

    @cached_property
    def paragraphs(self) -> Cut:
        """What lies between two or more line feeds in the text stripped of white space; none in a blank text."""
        from filters import cutting

        return Cut(*cutting.cut_paragraphs(self.words.pieces, self.lines.pieces))

    @cached_property
    def word_lengths(self) -> Ints:
        """Characters of each word."""
        return self.lengths(self.words)

    @cached_property
    def first_words(self) -> Ints:
        """For each word, the index of the first equal word of its text (its own if that is the first)."""
        return self.firsts(self.words)

    def lengths(self, pieces: Cut) -> Ints:
        """Characters of each piece."""
        from filters import cutting

        return cutting.piece_lengths(self.data, pieces.starts, pieces.ends)

    def firsts(self, pieces: Cut) -> Ints:
        """For each piece, the index of the first piece of its text with the same bytes."""
        from filters import cutting

        return cutting.first_equal(pieces.pieces, self.data)
