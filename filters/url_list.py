"""Lists of domains, URLs and words in URLs: to block by, or to allow by."""

import re
from collections.abc import Sequence
from typing import Literal

import pyarrow as pa

from filters.cuts import Cuts
from filters.documents import Batch
from filters.errors import ConfigurationError
from filters.signals import Columns, Signal
from filters.url_places import NOWHERE, Places
from filters.urls import Address, address_of

__all__ = ["UrlList"]

_TOKEN = re.compile(r"[a-z0-9]+")
_SOURCE = "this project; words, soft words and subwords after datatrove, pipeline/filters/url_filter.py (there: sets)"
_NULL = "; null without a well-formed http(s) URL"


class UrlList:
    """Whether a document's URL is on a list, and by which entry.

    A URL is looked up by its host and every domain above it, then as a whole, then by its words (maximal runs of ASCII
    letters and digits in the canonical URL without its scheme, in lower case), then by strings in all its letters
    and digits joined. Hosts and URLs are compared in their canonical spelling (`filters.urls.canonical_url`), URLs
    without their scheme. Memory: 8 bytes a domain or URL, see `filters.entry_sets`.

    Deviations from datatrove: sub-domains at every level are looked up, not only the host and the registered domain;
    words are compared in lower case.

    Args:
        name: of the first signal; the others are ``<name>_by`` and ``<name>_soft_words``.
        listed: domains, each of which means its sub-domains too, and whole URLs.
        never: domains and URLs that do not match, whatever else says so.
        words: single words of a URL; ``casino`` matches ``/casino-bonus`` and not ``/casinoroyale``.
        soft_words: words of which one proves nothing: they are counted.
        subwords: strings of letters and digits, found inside words and across them.
        fingerprint: of the lists.
    """

    reads: Literal["text", "page"] = "text"

    def __init__(
        self,
        name: str = "url_blocked",
        listed: Places = NOWHERE,
        never: Places = NOWHERE,
        words: Sequence[str] = (),
        soft_words: Sequence[str] = (),
        subwords: Sequence[str] = (),
        fingerprint: str = "",
    ) -> None:
        self.name, self._listed, self._never = name, listed, never
        self._words = frozenset(map(_word, words))
        self._soft_words = frozenset(map(_word, soft_words))
        self._subwords = re.compile("|".join(sorted(map(_word, subwords)))) if subwords else None
        self.signals = (
            Signal(
                name, pa.int64(), "flag", f"1 if an entry matches the URL, else 0{_NULL}", _SOURCE,
                low=f"not_{name}", high="blocked_url",
            ),
            Signal(f"{name}_by", pa.string(), "entry", f"first entry that matches, else null{_NULL}", _SOURCE),
            Signal(
                f"{name}_soft_words", pa.int64(), "words", f"distinct soft words in the URL{_NULL}", _SOURCE,
                high="too_many_soft_words_in_url",
            ),
        )  # fmt: skip
        self.fingerprint = f"url_list/2/{name}/{fingerprint}"

    def annotate(self, batch: Batch, cuts: Cuts) -> Columns:
        """The flag, the entry and the soft words of every row, from the column ``url``."""
        urls = batch.column("url").to_pylist()
        addresses = [None if url is None else address_of(url) for url in urls]
        found = [None if address is None else self._look_up(address) for address in addresses]
        return {
            self.name: pa.array([f and int(f[0] is not None) for f in found], pa.int64()),
            f"{self.name}_by": pa.array([f and f[0] for f in found], pa.string()),
            f"{self.name}_soft_words": pa.array([f and f[1] for f in found], pa.int64()),
        }

    def _look_up(self, address: Address) -> tuple[str | None, int]:
        """The entry, and how many soft words."""
        words = set(_TOKEN.findall(address.rest.lower()))
        soft = len(self._soft_words & words)
        if self._never.entry_of(address) is not None:
            return None, soft
        entry = self._listed.entry_of(address) or min(self._words & words, default=None)
        if entry is None and self._subwords is not None:
            inside = self._subwords.search("".join(_TOKEN.findall(address.rest.lower())))
            entry = inside and inside[0]
        return entry, soft


def _word(entry: str) -> str:
    word = entry.lower()
    if not _TOKEN.fullmatch(word):
        raise ConfigurationError(f"{entry!r} is not a word of URLs: write ASCII letters and digits, for example casino")
    return word
