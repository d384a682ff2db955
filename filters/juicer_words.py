"""The share of a text's words that stand in a list, as Data-Juicer counts flagged words and stop words."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pyarrow as pa
import xxhash

from filters.cuts import Cuts
from filters.documents import Batch
from filters.errors import ConfigurationError
from filters.juicer_kernels import count_listed, slots_of
from filters.juicer_quality import OPS, WORDS, refined_words
from filters.signals import Columns, Signal
from filters.sums import share

__all__ = ["JuicerWords"]


class JuicerWords:
    """Listed words / words; null without words (there: 0).

    Its lists of flagged words and of stop words are downloads of the source's, under the names of languages, and do
    not ship with it nor here. It keeps by default at most 0.045 flagged words and at least 0.3 stop words.

    Deviations: words are lower-cased character by character (see `filters.juicer_quality.refined_words`), and so are
    the entries, whereas at the source an entry with a capital never matches. An entry of several words never matches,
    as there. Its groups of words (for Chinese and Vietnamese) are not here: a `word_list` finds phrases.

    Args:
        name: the signal is ``juicer_<name>_fraction``; a name that begins with ``juicer_`` is not prefixed again.
        words: the list.

    Raises:
        ConfigurationError: the list is empty.
    """

    reads: Literal["text"] = "text"

    def __init__(self, name: str, words: Sequence[str]) -> None:
        if not words:
            raise ConfigurationError(f"the list of {name!r} is empty; give it one word or more")
        lowered = pa.compute.utf8_lower(pa.array(words, pa.string())).to_pylist()
        entries = sorted({entry.encode() for entry in lowered})
        letters = np.frombuffer(b"".join(entries), np.uint8)
        bounds = np.cumsum([0, *map(len, entries)])
        self._listed = letters, bounds, slots_of(letters, bounds)
        stem = name.removeprefix("juicer_")
        self.name = f"juicer_{stem}_fraction"
        self.signals = (
            Signal(self.name, pa.float64(), "fraction", f"words of the list / words; {WORDS}",
                   f"{OPS}/flagged_words_filter.py and stopwords_filter.py", f"too_few_{stem}", f"too_many_{stem}"),
        )  # fmt: skip
        digest = xxhash.xxh3_128_hexdigest(b"\n".join(entries))
        self.fingerprint = f"juicer_words 1, {name}, {digest}"

    def annotate(self, batch: Batch, cuts: Cuts) -> Columns:
        """Every word looked up in the list."""
        words = refined_words(cuts.texts)
        return {self.name: share(count_listed(words.pieces, words.data, self._listed), words.counts)}
