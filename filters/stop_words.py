"""How many of a language's commonest words a text has: prose has some, lists and machine text few."""

import json
from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import pyarrow as pa

from filters.cuts import Bytes, Cuts, Ints, WordCut
from filters.documents import Batch
from filters.errors import ConfigurationError
from filters.signals import Columns, Signal

__all__ = ["StopWords"]

_SOURCE = "datatrove, filters/gopher_quality_filter.py, with its stop_words (Gopher's rule in other languages)"


class StopWords:
    """Counts the distinct stop words of every list in one pass; letter case matters, as at the source.

    Each list has a signal of its own, ``stop_words_<list>``, so that a rule can hold for one language:
    ``{signal: stop_words_fr, minimum: 2, languages: [fr]}``.

    Args:
        lists: words by the name of their list, which is best a language.
        words: how words are cut.

    Raises:
        ConfigurationError: there is no list, or one without words or with an empty word.
    """

    reads: Literal["text", "page"] = "text"

    def __init__(self, lists: Mapping[str, Sequence[str]], words: WordCut = "whitespace") -> None:
        if not lists:
            raise ConfigurationError("stop_words: lists is empty; write one as {fr: [de, la, le]}")
        for name, entries in lists.items():
            if not entries or "" in entries:
                raise ConfigurationError(
                    f"stop_words: the list {name!r} is empty or has an empty word; write its words"
                )
        self.words = words
        self.signals: Sequence[Signal] = tuple(
            Signal(
                f"stop_words_{name}", pa.int64(), "stop words",
                f"how many of {', '.join(entries)} are words of the text, spelled so, each counted once; "
                f"words cut by {words}", _SOURCE, low="too_few_stop_words",
            )
            for name, entries in lists.items()
        )  # fmt: skip
        self.fingerprint = f"stop_words/1/{json.dumps([{**lists}, words])}"
        entries = sorted({entry for of_list in lists.values() for entry in of_list})
        encoded = [entry.encode() for entry in entries]
        self._letters: Bytes = np.frombuffer(b"".join(encoded), np.uint8)
        self._bounds: Ints = np.cumsum([0, *map(len, encoded)]).astype(np.int64)
        self._member = np.array([[entry in of_list for of_list in lists.values()] for entry in entries])

    def annotate(self, batch: Batch, cuts: Cuts) -> Columns:
        """The counts of every text."""
        from filters.stop_word_kernels import count_listed

        cut = cuts.words_by(self.words)
        counts = count_listed(cut.pieces, cut.firsts, cut.data, self._letters, self._bounds, self._member)
        return {signal.name: pa.array(of_list) for signal, of_list in zip(self.signals, counts, strict=True)}
