"""C4's rule of bad words: whether a page has one of its language's list, as the regular expressions there see it."""

import json
from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import pyarrow as pa
import xxhash

from filters.cuts import Cuts
from filters.documents import Batch
from filters.errors import ConfigurationError
from filters.signals import Columns, Signal

__all__ = ["ALLOWED", "ANYWHERE", "C4BadWords"]

ALLOWED: Mapping[str, frozenset[str]] = {"ja": frozenset({"sm", "グロ", "女の子"}), "zh": frozenset({"性"})}
"""Words that the sources take out of the lists of these languages: each drops over a tenth of all pages."""

ANYWHERE = ("ja", "th", "zh")
"""Languages whose words may stand within others."""

_SOURCE = (
    "tensorflow/datasets, text/c4.py and text/c4_utils.py at 3e77995 (get_badwords_filter_fn); datatrove 0.10.1, "
    "pipeline/filters/c4_filters.py (C4BadWordsFilter)"
)


class C4BadWords:
    r"""Counts the places where a word of a list begins: C4 drops a page of one or more in the list of its language.

    All lists are looked up in one pass, and each has a signal of its own, ``<name>_<language>``, so that a rule holds
    for one language: ``{signal: c4_bad_words_de, maximum: 0, languages: [de]}``. As at the sources, the text is
    lower-cased and the list is not, so that entries with an upper-case letter never match; on either side of a
    match stands no letter, digit or ``_`` (``\w`` of Python's `re`, so a combining mark is as good as a space), or
    the text ends there; in `ANYWHERE` that is not asked. A space matches a space only.

    The lists are the user's, named by path: C4's are List-of-Dirty-Naughty-Obscene-and-Otherwise-Bad-Words by
    Shutterstock (CC-BY-4.0), which Tamis does not ship.

    Deviations: `ALLOWED` is taken out of the lists of its language, as tensorflow/datasets does; datatrove takes all
    of it out of every list. ``İ`` matches nothing (there: ``i`` and a combining dot), a capital sigma is an inner
    one wherever it stands. The share of pages with bad words that mC4 keeps (one of a thousand) is not drawn.

    Args:
        name: what the signals begin with.
        words: the entries of the list of each language, a language being what stands before a ``-``.

    Raises:
        ConfigurationError: there is no list, or one without words.
    """

    reads: Literal["text", "page"] = "text"

    def __init__(self, name: str, words: Mapping[str, Sequence[str]]) -> None:
        lists = {language: [entry.strip() for entry in entries] for language, entries in words.items()}
        if not lists:
            raise ConfigurationError(f"{name}: there is no list of words; name one as {{en: path}}")
        for language, entries in lists.items():
            if not entries or "" in entries:
                raise ConfigurationError(
                    f"{name}: the list {language!r} is empty or has an empty entry; write its words"
                )
        self.signals: Sequence[Signal] = tuple(
            Signal(
                f"{name}_{language}", pa.int64(), "matches",
                f"places where a word of the list {language!r} begins, in lower case"
                + ("" if _code(language) in ANYWHERE else ", with no word character on either side"),
                _SOURCE, high="bad_words",
            )
            for language in lists
        )  # fmt: skip
        digest = xxhash.xxh3_128_hexdigest(json.dumps([name, lists]).encode())
        self.fingerprint = f"c4_bad_words/1/{digest}"
        asked = {
            language: {entry for entry in entries if entry == entry.lower()} - ALLOWED.get(_code(language), frozenset())
            for language, entries in lists.items()
        }
        self._entries = sorted(set().union(*asked.values()))
        self._member = np.array([[entry in of_list for of_list in asked.values()] for entry in self._entries], np.uint8)
        self._member = self._member.reshape(len(self._entries), len(asked))
        self._anywhere = np.array([_code(language) in ANYWHERE for language in lists], np.uint8)

    def annotate(self, batch: Batch, cuts: Cuts) -> Columns:
        """The counts of every text, by language."""
        from filters.bad_word_kernels import count_begun, lower_trie

        counts = count_begun(cuts.offsets, cuts.data, lower_trie(tuple(self._entries)), self._member, self._anywhere)
        return {signal.name: pa.array(count) for signal, count in zip(self.signals, counts, strict=True)}


def _code(language: str) -> str:
    return language.partition("-")[0]
