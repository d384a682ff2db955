"""RedPajama v2's signals of normalised words: how many, how long, how various."""

from typing import Literal

import numpy as np
import pyarrow as pa

from filters.cuts import Cuts
from filters.documents import Batch
from filters.redpajama_signals import VERSION, fraction, number
from filters.signals import Columns
from filters.sums import share

__all__ = ["RedpajamaWords"]

_FILE = "natural_language.py"


class RedpajamaWords:
    """Signals of the words of the normalised text: ASCII punctuation removed, lower case, NFD, cut at white space.

    Deviations: null without words, also where the source has 0 (`rps_doc_lorem_ipsum`); values are not rounded.
    """

    reads: Literal["text"] = "text"
    fingerprint = f"redpajama_words {VERSION}"
    signals = (
        number("rps_doc_word_count", "words", "normalised words", _FILE, "too_few_words", "too_many_words", pa.int64()),
        number("rps_doc_mean_word_length", "characters", "characters of normalised words / their number", _FILE,
               "mean_word_too_short", "mean_word_too_long"),
        fraction("rps_doc_frac_unique_words", "distinct normalised words / normalised words", _FILE,
                 "too_few_unique_words"),
        number("rps_doc_unigram_entropy", "nats", "-sum of p ln p, p the share of each distinct normalised word", _FILE,
               "too_little_entropy", "too_much_entropy"),
        fraction("rps_doc_lorem_ipsum", "occurrences of lorem ipsum in the normalised text / its characters",
                 "content.py", high="lorem_ipsum"),
    )  # fmt: skip

    def annotate(self, batch: Batch, cuts: Cuts) -> Columns:
        """One pass over the normalised words."""
        from filters.redpajama_kernels import measure_words
        from filters.redpajama_normal import normal_words

        cut = normal_words(cuts)
        (words, distinct, characters, lorem_ipsum), entropies = measure_words(
            cut.pieces, cut.firsts, cut.lengths, cut.data
        )
        normal = characters + np.maximum(words - 1, 0)  # a space between words
        return {
            "rps_doc_word_count": pa.array(words),
            "rps_doc_mean_word_length": share(characters, words),
            "rps_doc_frac_unique_words": share(distinct, words),
            "rps_doc_unigram_entropy": pa.array(entropies, mask=words == 0),
            "rps_doc_lorem_ipsum": share(lorem_ipsum, normal),
        }
