"""Domains and URLs of a list, as one set that can hold millions."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from filters.entry_sets import EntrySet
from filters.errors import ConfigurationError
from filters.urls import Address, address_of

__all__ = ["NOWHERE", "Places"]

_PLAIN_DOMAIN = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z]{2,63}")
"""What is in its canonical spelling already: most entries of long lists."""


class Places:
    """Domains, each with all its sub-domains, and whole URLs, in their canonical spelling, URLs without scheme.

    A canonical URL holds a ``/`` and a domain none, so that one set holds both. Memory: see `EntrySet`.

    Lists have one entry a line; white space around, empty lines and lines that start with ``#`` are passed over.

    Args:
        entries: canonical domains and URLs.
    """

    def __init__(self, entries: EntrySet | None = None) -> None:
        self._entries = entries or EntrySet()

    @classmethod
    def of_domains(cls, lines: Iterable[str]) -> "Places":
        """The places of a list of domains.

        Raises:
            ConfigurationError: an entry is not a domain.
        """
        return cls(EntrySet(map(_listed_domain, _filled(lines))))

    @classmethod
    def of_urls(cls, lines: Iterable[str]) -> "Places":
        """The places of a list of URLs.

        Raises:
            ConfigurationError: an entry is not a URL.
        """
        return cls(EntrySet(map(_listed_url, _filled(lines))))

    @classmethod
    def mixed(cls, lines: Iterable[str]) -> "Places":
        """The places of one list, in which an entry with a ``/`` is a URL; errors as of the two others."""
        return cls(EntrySet(_listed_url(x) if "/" in x else _listed_domain(x) for x in _filled(lines)))

    def __or__(self, other: "Places") -> "Places":
        return Places(self._entries | other._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def entry_of(self, address: Address) -> str | None:
        """The domain, else the URL, by which an address is listed; None where it is not."""
        if not len(self):
            return None
        places = chain(_domains_above(address.host), [address.rest])
        return next((place for place in places if place in self._entries), None)


NOWHERE = Places()


def _filled(lines: Iterable[str]) -> Iterator[str]:
    return (entry for line in lines if (entry := line.strip()) and not entry.startswith("#"))


def _domains_above(host: str) -> Iterator[str]:
    """``a.b.c``, ``b.c``, ``c``."""
    while host:
        yield host
        host = host.partition(".")[2]


def _listed_domain(entry: str) -> str:
    if _PLAIN_DOMAIN.fullmatch(entry):
        return entry
    address = address_of(f"http://{entry}/")
    if address is None or address.rest not in (f"{address.host}/", f"[{address.host}]/") or "@" in entry:
        raise ConfigurationError(f"{entry!r} is not a domain: write the host alone, for example example.com")
    return address.host


def _listed_url(entry: str) -> str:
    address = address_of(entry if "://" in entry else f"http://{entry}")
    if address is None:
        raise ConfigurationError(f"{entry!r} is not a URL: write it whole, for example https://example.com/page")
    return address.rest
