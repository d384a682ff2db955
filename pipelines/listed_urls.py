"""Annotators over lists of domains, URLs and words in URLs, made from the files that a configuration names."""

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path

from filters.errors import ConfigurationError
from filters.url_list import UrlList
from filters.url_places import NOWHERE, Places
from pipelines.listed import read_entries

__all__ = ["url_allowlist", "url_blocklist"]


def url_blocklist(
    name: str,
    domains: Path | None = None,
    urls: Path | None = None,
    words: Path | None = Path("blocked_url_words"),
    soft_words: Path | None = None,
    subwords: Path | None = None,
    allowed: Path | None = None,
) -> UrlList:
    """A block list of files; its first signal is ``url_blocked``, or the name of an instance called otherwise.

    `allowed` names domains and URLs that are never blocked. Files hold one entry a line; of domains and URLs there
    can be millions, at 8 bytes each in every worker.

    Raises:
        ConfigurationError: there is no list at all, so that nothing would ever be blocked; or a list cannot be read.
    """
    if domains is None and urls is None and words is None and soft_words is None and subwords is None:
        raise ConfigurationError(
            f"the block list {name!r} has no list; name a file of domains, urls, words, soft_words or subwords"
        )
    listed = _read(domains, Places.of_domains) | _read(urls, Places.of_urls)
    never = _read(allowed, Places.mixed)
    hard, soft, inside = (() if path is None else read_entries(path) for path in (words, soft_words, subwords))
    signal = "url_blocked" if name == "url_blocklist" else name
    fingerprint = _digest(domains, urls, words, soft_words, subwords, allowed)
    return UrlList(signal, listed, never, hard, soft, inside, fingerprint)


def url_allowlist(name: str, allowed: Path) -> UrlList:
    """The domains and URLs that a rule with ``minimum: 1`` lets pass; its first signal is ``url_allowed``.

    Raises:
        ConfigurationError: the list cannot be read, or is empty, so that nothing would ever pass.
    """
    listed = _read(allowed, Places.mixed)
    return UrlList("url_allowed" if name == "url_allowlist" else name, listed, fingerprint=_digest(allowed))


def _read(path: Path | None, parse: Callable[[Iterable[str]], Places]) -> Places:
    """The places of a file, of which one line is in memory at a time; nowhere without a file.

    Raises:
        ConfigurationError: it cannot be read, holds a malformed entry, or none; the file is named.
    """
    if path is None:
        return NOWHERE
    try:
        with path.open(encoding="utf-8-sig", newline="\n") as lines:
            places = parse(lines)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"the list {str(path)!r} cannot be read as UTF-8 text: {error}") from error
    except ConfigurationError as error:
        raise ConfigurationError(f"the list {str(path)!r}: {error}") from error
    if not len(places):
        raise ConfigurationError(f"the list {str(path)!r} holds no entry; write one a line")
    return places


def _digest(*paths: Path | None) -> str:
    """A fingerprint of lists, each for itself: moving an entry from one to the next changes it."""
    whole = hashlib.sha256()
    for path in paths:
        if path is not None:
            with path.open("rb") as file:
                whole.update(hashlib.file_digest(file, "sha256").digest())
        whole.update(b"|")
    return whole.hexdigest()[:32]
