"""Bytes of the web to text: which encoding a page or text is in."""

import re

from resiliparse.parse.encoding import bytes_to_str, detect_encoding, map_encoding_to_html5

__all__ = ["charset_of", "decode"]

CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:+-]+)", re.IGNORECASE)
BOMS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16le", b"\xfe\xff": "utf-16be"}


def charset_of(content_type: str | None) -> str | None:
    """The charset parameter of a Content-Type, as the WHATWG Encoding Standard reads it; None for none."""
    found = CHARSET.search(content_type or "")
    return map_encoding_to_html5(found.group(1), fallback_utf8=False) if found else None


def decode(data: bytes, content_type: str | None = None, html: bool = False) -> str:
    """The text of `data`; never fails.

    The first of these that decodes without an error: the byte order mark, the charset of the Content-Type, the page's
    own ``<meta>`` (for HTML) or what resiliparse detects from the first 128 KiB. Where none does, UTF-8 and
    windows-1252 are tried, and bytes that still mean nothing become U+FFFD. A NUL becomes U+FFFD, as HTML asks.

    Source: WHATWG HTML, "determining the character encoding"; a declared charset that does not fit the bytes is not
    believed, which deviates.
    """
    marked = next((name for mark, name in BOMS.items() if data.startswith(mark)), None)
    declared = marked or charset_of(content_type)
    text = _strict(data, declared) if declared else None
    if text is None:
        guessed = detect_encoding(data, from_html_meta=html) or "utf-8"
        text = bytes_to_str(data, guessed, "replace", ("utf-8", "cp1252"), True)
    return text.replace("\0", "\ufffd")


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except (UnicodeError, LookupError):
        return None
