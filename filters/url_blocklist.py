"""Block lists of domains, URLs and words in URLs."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Literal

import pyarrow as pa
import xxhash

from filters.cuts import Cuts
from filters.documents import Batch
from filters.errors import ConfigurationError
from filters.signals import Columns, Signal
from filters.urls import Address, address_of

__all__ = ["UrlBlocklist"]

_TOKEN = re.compile(r"[a-z0-9]+")


class UrlBlocklist:
    """Whether a document's URL is on a block list, and by which entry.

    A URL is looked up by its host and every domain above it, then as a whole, then by its words
    (maximal runs of ASCII letters and digits in the canonical URL without its scheme, in lower case).
    Hosts and URLs are compared in their canonical spelling, URLs without their scheme.

    Args:
        name: name of the first signal; the second is ``<name>_by``.
        domains: ``example.com`` blocks that host and all its sub-domains.
        urls: whole URLs, with or without a scheme.
        words: single words of a URL; ``casino`` matches ``/casino-bonus`` and not ``/casinoroyale``.

    Raises:
        ConfigurationError: an entry is not a domain, a URL or a word.
    """

    reads: Literal["text", "page"] = "text"

    def __init__(
        self,
        name: str = "url_blocked",
        domains: Sequence[str] = (),
        urls: Sequence[str] = (),
        words: Sequence[str] = (),
    ) -> None:
        self.name, self.domains, self.urls, self.words = name, tuple(domains), tuple(urls), tuple(words)
        self._domains = {_listed_domain(entry): entry for entry in reversed(self.domains)}
        self._urls = {_listed_url(entry): entry for entry in reversed(self.urls)}
        self._words = {_listed_word(entry): entry for entry in reversed(self.words)}
        source = "this project; words after datatrove, pipeline/filters/url_filter.py (there: regular expressions)"
        null = "; null without a well-formed http(s) URL"
        self.signals = (
            Signal(
                name, pa.int64(), "flag", f"1 if an entry matches the URL, else 0{null}", source, high="blocked_url"
            ),
            Signal(f"{name}_by", pa.string(), "entry", f"first entry that matches, else null{null}", source),
        )
        entries = json.dumps([name, self.domains, self.urls, self.words]).encode()
        self.fingerprint = f"url_blocklist/1/{xxhash.xxh3_128_hexdigest(entries)}"

    def annotate(self, batch: Batch, cuts: Cuts) -> Columns:
        """The flag and the matching entry of every row, from the column ``url``."""
        urls = batch.column("url").to_pylist()
        addresses = [None if url is None else address_of(url) for url in urls]
        entries = [None if address is None else self._match(address) for address in addresses]
        flags = [a if a is None else int(entry is not None) for a, entry in zip(addresses, entries, strict=True)]
        return {self.name: pa.array(flags, pa.int64()), f"{self.name}_by": pa.array(entries, pa.string())}

    def _match(self, address: Address) -> str | None:
        for domain in _domains_above(address.host):
            if domain in self._domains:
                return self._domains[domain]
        if address.rest in self._urls:
            return self._urls[address.rest]
        if not self._words:
            return None
        tokens = _TOKEN.findall(address.rest.lower())
        return next((self._words[token] for token in tokens if token in self._words), None)


def _domains_above(host: str) -> Iterator[str]:
    """``a.b.c``, ``b.c``, ``c``."""
    while host:
        yield host
        host = host.partition(".")[2]


def _listed_domain(entry: str) -> str:
    address = address_of(f"http://{entry.strip()}/")
    if address is None or address.rest not in (f"{address.host}/", f"[{address.host}]/") or "@" in entry:
        raise ConfigurationError(f"{entry!r} is not a domain: write the host alone, for example example.com")
    return address.host


def _listed_url(entry: str) -> str:
    address = address_of(entry if "://" in entry else f"http://{entry}")
    if address is None:
        raise ConfigurationError(f"{entry!r} is not a URL: write it whole, for example https://example.com/page")
    return address.rest


def _listed_word(entry: str) -> str:
    word = entry.lower()
    if not _TOKEN.fullmatch(word):
        raise ConfigurationError(f"{entry!r} is not a word of URLs: write ASCII letters and digits, for example casino")
    return word
