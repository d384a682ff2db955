"""RedPajama v2's signals over lists of words: the share of stop words, and occurrences of LDNOOBW's bad words."""

import json
from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import xxhash

from filters.cuts import Bytes, Cuts, Ints
from filters.documents import Batch
from filters.errors import ConfigurationError
from filters.redpajama_signals import VERSION, fraction, number
from filters.signals import Columns
from filters.sums import share

__all__ = ["RedpajamaBadWords", "RedpajamaStopWords"]

_FILE = "content.py"


class RedpajamaStopWords:
    r"""The share of words of the text as it stands, matches of ``\w+|[^\w\s]+``, that are in a list, spelled so.

    Each list has a signal of its own, so that a rule holds for one language:
    ``{signal: rps_doc_stop_word_fraction_de, minimum: 0.1, languages: [de]}``. ``The`` is not ``the``, and an entry
    with an apostrophe never matches, as at the source.

    Deviation: null without words, where the source has 0; values are not rounded. The source's lists
    (6/stopwords-json) are the user's to name.

    Args:
        words: the entries of the list of each language.

    Raises:
        ConfigurationError: there is no list, or one without words.
    """

    reads: Literal["text"] = "text"

    def __init__(self, words: Mapping[str, Sequence[str]]) -> None:
        self._lists = _Lists("redpajama_stop_words", words)
        self.fingerprint = f"redpajama_stop_words {VERSION}, {self._lists.digest}"
        self.signals = tuple(
            fraction(f"rps_doc_stop_word_fraction_{language}",
                     rf"words of the list {language!r} / words; words: matches of \w+|[^\w\s]+", _FILE,
                     "too_few_stop_words", "too_many_stop_words")
            for language in words
        )  # fmt: skip

    def annotate(self, batch: Batch, cuts: Cuts) -> Columns:
        """The shares of every text, by language."""
        from filters.redpajama_list_kernels import count_raw_words
        from filters.redpajama_tables import redpajama_classes

        lists = self._lists
        whole, *parts = count_raw_words(cuts.offsets, cuts.data, redpajama_classes(), lists.entries, lists.member)
        return {signal.name: share(part, whole) for signal, part in zip(self.signals, parts, strict=True)}


class RedpajamaBadWords:
    """Occurrences of entries of a list among the words of the normalised text, and among their n-grams.

    An entry of n words, divided by single spaces, is looked up among the n-grams; those that overlap all count. Text
    is normalised (no ASCII punctuation, lower case, NFD) and entries are not, as at the source: one with a capital,
    a hyphen, or an accented letter that is one character never matches.

    Each list has a signal of its own, which a rule may ask of one language. The source's lists are
    List-of-Dirty-Naughty-Obscene-and-Otherwise-Bad-Words by Shutterstock (CC-BY-4.0), the user's to name.

    Args:
        words: the entries of the list of each language.

    Raises:
        ConfigurationError: there is no list, or one without words.
    """

    reads: Literal["text"] = "text"

    def __init__(self, words: Mapping[str, Sequence[str]]) -> None:
        self._lists = _Lists("redpajama_bad_words", words)
        self.fingerprint = f"redpajama_bad_words {VERSION}, {self._lists.digest}"
        self.signals = tuple(
            number(f"rps_doc_ldnoobw_words_{language}", "matches",
                   f"words and n-grams of normalised words that are entries of the list {language!r}", _FILE,
                   high="bad_words", type=pa.int64())
            for language in words
        )  # fmt: skip

    def annotate(self, batch: Batch, cuts: Cuts) -> Columns:
        """The counts of every text, by language."""
        from filters.redpajama_list_kernels import count_grams
        from filters.redpajama_normal import normal_words

        cut = normal_words(cuts)
        counts = count_grams(cut.pieces, cut.data, self._lists.entries, self._lists.member)
        return {signal.name: pa.array(count) for signal, count in zip(self.signals, counts, strict=True)}


class _Lists:
    """Lists by language as kernels take them.

    Attributes:
        entries: the bytes of all entries, each once, and their bounds.
        member: of which lists (columns) each entry (rows) is.
        digest: of the lists, for a fingerprint.
    """

    def __init__(self, kind: str, words: Mapping[str, Sequence[str]]) -> None:
        if not words:
            raise ConfigurationError(f"{kind}: there is no list of words; name one as {{en: path}}")
        for language, of_list in words.items():
            if not of_list or "" in of_list:
                raise ConfigurationError(
                    f"{kind}: the list {language!r} is empty or has an empty entry; write its words"
                )
        entries = sorted({entry for of_list in words.values() for entry in of_list})
        encoded = [entry.encode() for entry in entries]
        letters: Bytes = np.frombuffer(b"".join(encoded), np.uint8)
        bounds: Ints = np.cumsum([0, *map(len, encoded)]).astype(np.int64)
        self.entries = letters, bounds
        sets = [frozenset(of_list) for of_list in words.values()]
        self.member: npt.NDArray[np.bool_] = np.array([[entry in of_list for of_list in sets] for entry in entries])
        self.digest = xxhash.xxh3_128_hexdigest(json.dumps({**words}).encode())
