"""One spelling for URLs that name one page, and the host of a URL."""

import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

__all__ = ["Address", "address_of", "canonical_url", "host_of"]

_TRACKING = re.compile(
    r"(utm_.*|gclid|gclsrc|dclid|gbraid|wbraid|fbclid|msclkid|yclid|igshid|mc_cid|mc_eid|_ga|_gl|_hsenc|_hsmi|mkt_tok)",
    re.IGNORECASE,
)
_DEFAULT_PORTS = {"http": 80, "https": 443}
_HOST_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})?")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_LONGEST_HOST = 253


def canonical_url(url: str) -> str | None:
    """The spelling that all URLs of one page share, or None where `url` is no absolute http(s) URL.

    After RFC 3986 section 6.2.2 and 6.2.3, with three rules of the crawl (starred):

    1. white space around is stripped; tabs and line breaks within are removed (as browsers do);
    2. scheme and host in lower case, the host in ASCII (IDNA 2003) without a final dot; user and password removed;
    3. the port is removed where it is the scheme's own;
    4. the path: `.` and `..` resolved, empty becomes `/`; letter case, repeated and final slashes stay;
    5. percent-encoding: unreserved characters decoded, hexadecimal digits in upper case, other characters encoded,
       a `%` that begins no escape too;
    6. the fragment is removed *;
    7. tracking parameters (utm_*, gclid, fbclid, msclkid and the like) and empty ones are removed from the query *;
    8. parameters are sorted by name, those of one name stay in their order; an empty query loses its `?` *.

    Scheme and a leading `www.` are kept: neither is certain to name the same page.
    """
    address = address_of(url)
    return None if address is None else f"{address.scheme}://{address.rest}"


def host_of(url: str) -> str | None:
    """The host in lower-case ASCII, without port; None where `canonical_url` is None."""
    address = address_of(url)
    return None if address is None else address.host


@dataclass(frozen=True, slots=True)
class Address:
    """A canonical URL in parts.

    Attributes:
        scheme: ``http`` or ``https``.
        host: without port and brackets.
        rest: everything after ``://``.
    """

    scheme: str
    host: str
    rest: str


def address_of(url: str) -> Address | None:
    """The parts of `canonical_url`, or None where it is None."""
    try:
        url.encode()
        parts = urlsplit(url.strip())
        port = parts.port
        host = _canonical_host(parts.hostname or "")
    except ValueError:  # brackets, port, characters or labels that no URL may have
        return None
    if parts.scheme not in _DEFAULT_PORTS or host is None:
        return None
    netloc = f"[{host}]" if ":" in host else host
    if port not in (None, _DEFAULT_PORTS[parts.scheme]):
        netloc += f":{port}"
    query = _canonical_query(parts.query)
    return Address(parts.scheme, host, netloc + _canonical_path(parts.path) + (f"?{query}" if query else ""))


def _canonical_host(host: str) -> str | None:
    if ":" in host:
        return host  # urlsplit has checked that it is an IPv6 address
    if len(host) > _LONGEST_HOST:
        return None
    labels = host.removesuffix(".").lower().encode("idna").decode("ascii").split(".")
    return ".".join(labels) if all(_HOST_LABEL.fullmatch(label) for label in labels) else None


def _canonical_path(path: str) -> str:
    kept: list[str] = []
    segments = _canonical_escapes(path).split("/")[1:] or [""]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def _canonical_query(query: str) -> str:
    parameters = [p for p in query.split("&") if p and not _TRACKING.fullmatch(p.partition("=")[0])]
    return "&".join(sorted(map(_canonical_escapes, parameters), key=lambda p: p.partition("=")[0]))


def _canonical_escapes(text: str) -> str:
    def spell(match: re.Match[str]) -> str:
        if match[1] is None:
            return "%25"
        character = chr(int(match[1], 16))
        return character if character in _UNRESERVED else match[0].upper()

    return quote(_ESCAPE.sub(spell, text), safe="%!$&'()*+,;=:@/?-._~")
