"""What a page says of itself to machines: its ``meta`` elements, its links, its JSON-LD, the headers it came with."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from json import loads

from lxml import etree

from filters.encodings import decode

__all__ = ["Link", "PageMarks", "marks_of"]

_WANTED = re.compile(
    rb"robots|ccbot|tdm-|licen[cs]e|creativecommons|dc\.rights|isaccessibleforfree|content_tier", re.IGNORECASE
)
"""Without one of these a page says nothing that is asked here, and need not be parsed."""

_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_FOOT = re.compile(r"foot(er)?|colophon|copyright|licen[cs]e", re.IGNORECASE)
_HEIGHT = 8  # how many elements above a link are looked at for one that is a footer


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a page: ``place`` is head, footer or body, ``licence`` whether its rel says license."""

    href: str
    place: str
    licence: bool


@dataclass(frozen=True, slots=True)
class PageMarks:
    """What a page says of itself.

    Attributes:
        headers: HTTP response headers by lower-case name.
        meta: name (or property, or itemprop) in lower case, and content, of every ``meta``, in order.
        links: every ``link`` and ``a`` whose rel says license or that leads to creativecommons.org, in order.
        json_ld: the text of every script of type application/ld+json.
        free: the value of every element with the itemprop ``isAccessibleForFree``.
    """

    headers: dict[str, str]
    meta: tuple[tuple[str, str], ...] = ()
    links: tuple[Link, ...] = ()
    json_ld: tuple[str, ...] = ()
    free: tuple[str, ...] = ()


def marks_of(page: bytes, headers: str | None) -> PageMarks:
    """The marks of a page; it is parsed only where its bytes hold one of the words that matter.

    Args:
        page: HTML as fetched.
        headers: one JSON object, as in `filters.documents.PAGE_FIELDS`.
    """
    fields: dict[str, str] = loads(headers) if headers else {}
    if not (_WANTED.search(page) or page.startswith(_UTF16)):
        return PageMarks(fields)
    root = etree.fromstring(decode(page, fields.get("content-type"), html=True).encode(), _parser())
    return PageMarks(fields) if root is None else _marks(fields, root)


def _parser() -> etree.HTMLParser:
    return etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)


def _marks(headers: dict[str, str], root: etree._Element) -> PageMarks:
    feet: dict[etree._Element, bool] = {}
    return PageMarks(
        headers,
        meta=tuple((_name(element), _value(element, "content")) for element in root.iter("meta")),
        links=tuple(link for element in root.iter("link", "a") for link in _links(element, feet)),
        json_ld=tuple(
            element.text or ""
            for element in root.iter("script")
            if _value(element, "type").lower() == "application/ld+json"
        ),
        free=tuple(
            _value(element, "content") or _value(element, "href") or (element.text or "").strip()
            for element in root.xpath("//*[@itemprop='isAccessibleForFree']")
        ),
    )


def _name(meta: etree._Element) -> str:
    return (_value(meta, "name") or _value(meta, "property") or _value(meta, "itemprop")).lower()


def _value(element: etree._Element, attribute: str) -> str:
    return (element.get(attribute) or "").strip()


def _links(element: etree._Element, feet: dict[etree._Element, bool]) -> Iterator[Link]:
    href = _value(element, "href")
    licence = "license" in _value(element, "rel").lower().split()
    if href and (licence or "creativecommons.org" in href.lower()):
        yield Link(href, _place(element, feet), licence)


def _place(element: etree._Element, feet: dict[etree._Element, bool]) -> str:
    """Head, footer (an element near above it is called so, by tag, id or class) or body.

    `feet` has what is known already, so that a long class above many links is read once.
    """
    for above in islice(element.iterancestors(), _HEIGHT):
        if above.tag == "body":
            break
        if above.tag in ("head", "footer"):
            return str(above.tag)
        if above not in feet:
            feet[above] = any(_FOOT.search(_value(above, name)) for name in ("id", "class"))
        if feet[above]:
            return "footer"
    return "body"
