"""Windows: consecutive sentences of a text, together as long as a judge can read."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from filters.cuts import Bytes, Ints

__all__ = ["Windows", "cut_windows"]

_SHARE = 0.9  # of the tokens that a window may have: what its estimate is packed to


@dataclass(frozen=True, slots=True)
class Windows:
    """The windows of some texts, and the sentences in them, which hold all that is not white space.

    Attributes:
        data: the UTF-8 that the places are of.
        rows: first window of each text, and the number of windows.
        firsts: first sentence of each window, and the number of sentences.
        sentence_starts: first byte of each sentence.
        sentence_ends: one past its last.
    """

    data: Bytes
    rows: Ints
    firsts: Ints
    sentence_starts: Ints
    sentence_ends: Ints

    @property
    def starts(self) -> Ints:
        """First byte of each window."""
        return self.sentence_starts[self.firsts[:-1]]

    @property
    def ends(self) -> Ints:
        """One past the last byte of each window."""
        return self.sentence_ends[self.firsts[1:] - 1]

    def __len__(self) -> int:
        return len(self.firsts) - 1


def cut_windows(offsets: Ints, data: Bytes, wanted: npt.NDArray[np.bool_], pieces: int) -> Windows:
    """Packs the sentences of texts into windows, each as full as the next sentence leaves it.

    Sentences end by the rule `filters.sentences.SENTENCE`; what follows the last of them (a row of marks) counts as one
    more, and one that is longer than a window is cut at words, a word that is longer between characters. A text
    without letter or digit has no window. Tokens are estimated from the bytes, because a tokenizer takes a
    thousand times as long: a few windows have more than `pieces` after all, and whoever reads them must cut them.

    Args:
        offsets: first byte of each text, and the end of the last.
        data: UTF-8.
        wanted: the texts to cut; the others have no window.
        pieces: tokens that a window may have.
    """
    from classifiers.window_kernels import cut
    from filters.characters import character_classes

    budget = int(100 * _SHARE * pieces)
    return Windows(data, *cut(offsets, data, character_classes(), wanted.astype(np.uint8), budget))
