"""RedPajama v2's signals of repetition: characters in the commonest and in repeated n-grams of normalised words."""

from typing import Literal

from filters.cuts import Cuts
from filters.documents import Batch
from filters.redpajama_signals import VERSION, fraction, number
from filters.signals import Columns
from filters.sums import share

__all__ = ["RedpajamaRepetitions"]

_FILE = "repetitions.py"
_TOP = (2, 3, 4)
_DUPLICATE = (5, 6, 7, 8, 9, 10)


class RedpajamaRepetitions:
    """Gopher's repetition as RedPajama v2 counts it: every copy of an n-gram counts, the first one too.

    Characters are those of normalised words, spaces aside. A top n-gram must occur twice, else the value is 0. Copies
    that overlap count several times in a top n-gram, as at the source: its ratio can exceed 1. Deviation: null in
    a text without words, where the source has 0; values are not rounded.
    """

    reads: Literal["text"] = "text"
    fingerprint = f"redpajama_repetitions {VERSION}"
    signals = (
        *(number(f"rps_doc_frac_chars_top_{n}gram", "characters per character",
                 f"characters of the commonest {n}-gram of normalised words (the first of equals) x its count / "
                 "characters of these words; 0 where none occurs twice", _FILE,
                 high=f"too_many_characters_in_top_{n}_gram")
          for n in _TOP),
        *(fraction(f"rps_doc_frac_chars_dupe_{n}grams",
                   f"characters of normalised words in {n}-grams that occur more than once / characters of these words",
                   _FILE, high=f"too_many_characters_in_duplicate_{n}_grams")
          for n in _DUPLICATE),
    )  # fmt: skip

    def annotate(self, batch: Batch, cuts: Cuts) -> Columns:
        """All n-grams in one go, from the places of equal words."""
        from filters.redpajama_normal import normal_words
        from filters.redpajama_repetition_kernels import repeated_characters

        cut = normal_words(cuts)
        *sums, whole = repeated_characters(cut.rows, cut.firsts, cut.lengths)
        return {signal.name: share(part, whole) for signal, part in zip(self.signals, sums, strict=True)}
