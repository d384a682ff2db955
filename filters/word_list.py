"""Words and phrases of a list: where they stand, how many, and what share of the words they are."""

import json
from collections.abc import Sequence
from typing import Literal

import numpy as np
import pyarrow as pa
import xxhash

from filters.code_points import to_code_points
from filters.cuts import Cut, Cuts, Ints
from filters.documents import Batch
from filters.errors import ConfigurationError
from filters.matches import match_spans
from filters.signals import SPANS, Columns, Signal
from filters.word_trie import find_words, trie_of

__all__ = ["WordList"]

_SOURCE = (
    "this project; the lists of C4 and datatrove (pipeline/filters/c4_filters.py) are matched by regular expressions"
)
_MATCH = "leftmost longest matches of listed words, case folded, no word character on either side"


class WordList:
    """Matches of a list of words and phrases, found in one pass whatever the length of the list.

    Matches are leftmost, then longest, and do not overlap. Characters are compared by their one-to-one case
    folding (so that places stay those of the text: ``STRASSE`` does not match ``straße``), and a run of
    white space in the text matches a space in the list, line feeds too. A match has no word character
    on either side: no letter, mark, digit or ``_``, where the text begins and ends there is none.
    Letters of scripts that are written without spaces (Han, Hiragana, Katakana, Thai, Lao, Khmer, Myanmar, Tibetan)
    do not count as word characters, so that words of these languages match within a sentence.

    Args:
        name: name of the spans; the others are ``<name>_count`` and ``<name>_word_fraction``.
        words: what to look for; of entries that fold to the same, the first is the label.

    Raises:
        ConfigurationError: the list is empty, or an entry is.
    """

    reads: Literal["text", "page"] = "text"

    def __init__(self, name: str, words: Sequence[str]) -> None:
        self.name, self.words = name, tuple(words)
        if not self.words:
            raise ConfigurationError(f"word list {name!r} is empty; give it one word or more")
        for entry in self.words:
            if not entry.split():
                raise ConfigurationError(f"word list {name!r} holds the empty entry {entry!r}; remove it")
        self._trie = trie_of(self.words)
        self.signals = (
            Signal(name, SPANS, "match", f"{_MATCH}; the label is the listed word", _SOURCE, labels=self.words),
            Signal(f"{name}_count", pa.int64(), "matches", f"number of: {_MATCH}", _SOURCE, high=f"too_many_{name}"),
            Signal(
                f"{name}_word_fraction",
                pa.float64(),
                "fraction",
                "words (divided by white space) that a match touches / words; null without words",
                _SOURCE,
                high=f"too_many_{name}",
            ),
        )
        digest = xxhash.xxh3_128_hexdigest(json.dumps([name, self.words]).encode())
        self.fingerprint = f"word_list/1/{digest}"

    def annotate(self, batch: Batch, cuts: Cuts) -> Columns:
        """Spans, count and share of words of every text."""
        bounds, places, entries = find_words(cuts.offsets, cuts.data, self._trie)
        positions = to_code_points(cuts.offsets, cuts.data, 2 * bounds, places)
        labels = pa.array(self.words).take(pa.array(entries))
        words = cuts.words.counts
        touched = _touched_words(cuts.words, bounds, places[::2], places[1::2])
        return {
            self.name: match_spans(bounds, positions[::2], positions[1::2], labels),
            f"{self.name}_count": pa.array(np.diff(bounds), pa.int64()),
            f"{self.name}_word_fraction": pa.array(touched / np.maximum(words, 1), pa.float64(), mask=words == 0),
        }


def _touched_words(words: Cut, bounds: Ints, starts: Ints, ends: Ints) -> Ints:
    """How many words of each row overlap a match; a word of two matches counts once."""
    first = np.searchsorted(words.ends, starts, side="right")
    last = np.searchsorted(words.starts, ends, side="left")
    first = np.maximum(first, np.concatenate([[0], last[:-1]])) if len(last) else first
    totals = np.concatenate([[0], np.cumsum(last - np.minimum(first, last))])
    return np.asarray(np.diff(totals[bounds]), np.int64)
