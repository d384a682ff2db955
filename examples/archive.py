"""A WARC of a small crawl, a gzip member a record: good pages, boilerplate, copies, other languages, broken records."""

import struct
import zlib
from collections.abc import Iterator
from html import escape

from composing import Prose
from prose import GLACIER, ORCHESTRA, RIVER, THEATRE
from quality_documents import FRENCH, GERMAN

__all__ = ["archive", "gzip_member"]

DATE = "2026-03-01T06:30:00Z"
SITE = "https://weekly.example"
STORED_BYTES = 65_535
MENU = "".join(f'<li><a href="/{n}">{name}</a></li>' for n, name in enumerate(("Home", "News", "Sport", "Log in")))
COOKIES = "<p>This site uses cookies to improve your visit. Accept all cookies or manage your choice.</p>"


def archive(prose: Prose) -> bytes:
    """The whole file; one member is cut off, as when a crawler is killed and then started again."""
    members = [gzip_member(record) for record in _records(prose)]
    broken = gzip_member(_page("never-read", _html("Lost", [prose.words(80)])))
    members.insert(4, broken[: len(broken) // 2])
    return b"".join(members)


def gzip_member(data: bytes) -> bytes:
    """One gzip member in stored blocks, so that its bytes do not depend on the version of zlib (RFC 1951, 3.2.4)."""
    parts = [b"\x1f\x8b\x08\0\0\0\0\0\0\xff"]
    for start in range(0, len(data), STORED_BYTES):
        block = data[start : start + STORED_BYTES]
        last = start + STORED_BYTES >= len(data)
        parts += [struct.pack("<BHH", last, len(block), len(block) ^ 0xFFFF), block]
    return b"".join([*parts, struct.pack("<II", zlib.crc32(data), len(data))])


def _records(prose: Prose) -> Iterator[bytes]:
    yield _record("warcinfo", "application/warc-fields", b"software: examples/make_examples.py\r\n", url=None)
    yield _record(
        "request", "application/http; msgtype=request", b"GET /glacier HTTP/1.1\r\nHost: weekly.example\r\n\r\n"
    )
    yield _page("glacier", _html("The glacier", _paragraphs(GLACIER)))
    yield _page("theatre", _html("Strings", _paragraphs(THEATRE), crowded=True))
    yield _page("duplicates-inside_original", _html("Pigeon", _paragraphs(ORCHESTRA)))
    yield _page("duplicates-text_mirror", _html("A pigeon", _paragraphs(ORCHESTRA), crowded=True))
    yield _page("language-not_allowed_page", _html("Le bateau", [" ".join(FRENCH[:3]), " ".join(FRENCH[3:])]))
    yield _page("language-inside_page", _html("Das Schiff", [" ".join(GERMAN[::-1])]))
    yield _page(
        "curly_brackets-above_page", _html("Widgets", [prose.words(70), "The macro \\title{River} sets a title."])
    )
    yield _page("windows-1252", _html("Café", ["“Smörgåsbord”, she said.", *_paragraphs(RIVER)]).encode("cp1252"))
    yield _page("unknown-charset", _html("Bread", [prose.words(80)]), "text/html; charset=x-none")
    yield _page("several_rules-menu", _html("Index", [], crowded=True))
    yield _page("nothing-to-read", "<html><head><title></title></head><body><img src=a.png></body></html>")
    yield _page("photo.png", b"\x89PNG\r\n\x1a\n" + bytes(range(64)), "image/png")
    yield _page("moved", b"", status="301 Moved Permanently\r\nLocation: /glacier")
    yield _page("gone", _html("Not found", ["There is nothing here."]), status="404 Not Found")
    yield _page("empty", b"")
    yield _record("revisit", "application/http; msgtype=response", b"HTTP/1.1 200 OK\r\n\r\n", f"{SITE}/glacier")
    yield _record("metadata", "application/warc-fields", b"fetchTimeMs: 212\r\n", f"{SITE}/glacier")
    yield _page("plain", prose.words(90).encode(), "text/plain")


def _paragraphs(article: str) -> list[str]:
    """Four sentences a paragraph."""
    sentences = article.strip().split("\n")
    return [" ".join(sentences[n : n + 4]) for n in range(0, len(sentences), 4)]


def _html(title: str, paragraphs: list[str], *, crowded: bool = False) -> str:
    """A page: its article, and, where it is crowded, a menu, a notice and links around it."""
    body = "".join(f"<p>{escape(text, quote=False)}</p>\n" for text in paragraphs)
    article = f"<article><h1>{title}</h1>\n{body}</article>" if paragraphs else ""
    before, after = (
        (f"<nav><ul>{MENU}</ul></nav>{COOKIES}", f"<footer><ul>{MENU * 3}</ul></footer>") if crowded else ("", "")
    )
    return (
        f"<!DOCTYPE html>\n<html><head><title>{title}</title></head>\n"
        f"<body>{before}<main>{article}</main>{after}</body></html>\n"
    )


def _page(
    name: str, body: str | bytes, content_type: str = "text/html; charset=utf-8", *, status: str = "200 OK"
) -> bytes:
    data = body.encode() if isinstance(body, str) else body
    head = f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {len(data)}\r\n\r\n"
    return _record("response", "application/http; msgtype=response", head.encode() + data, f"{SITE}/{name}")


def _record(kind: str, content_type: str, block: bytes, url: str | None = f"{SITE}/glacier") -> bytes:
    """A WARC record; its id is made of what it holds."""
    checksum = zlib.crc32(block + (url or "").encode() + kind.encode())
    fields = [
        f"WARC-Type: {kind}",
        f"WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{checksum:012x}>",
        f"WARC-Date: {DATE}",
        *([f"WARC-Target-URI: {url}"] if url else []),
        f"Content-Type: {content_type}",
        f"Content-Length: {len(block)}",
    ]
    return "\r\n".join(["WARC/1.0", *fields, "", ""]).encode() + block + b"\r\n\r\n"
