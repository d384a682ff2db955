"""Which licence a page names, and where it stands."""

import re
from dataclasses import dataclass

from filters.page_marks import PageMarks

__all__ = ["PLACES", "Licence", "licences_of"]

PLACES = ("link_head", "json_ld", "meta", "rel_footer", "rel_body", "link_footer", "link_body")
"""Where a licence can stand, the plainest statement about the page itself first."""

_CC = re.compile(
    r"creativecommons\.org/(?:licenses/(?P<code>[a-z+-]+)/(?P<version>\d+\.\d+)"
    r"(?:/(?P<port>igo|scotland|[a-z]{2,3})(?![a-z.]))?|publicdomain/(?P<public>zero|mark)/1\.0)",
    re.IGNORECASE,
)
_PUBLIC = {"zero": "CC0-1.0", "mark": "CC-PDM-1.0"}
_IN_JSON = re.compile(r'"license"\s*:\s*(?:\{[^{}]*?"(?:@id|url)"\s*:\s*)?"((?:[^"\\]|\\.)*)"', re.IGNORECASE)
_META = ("license", "licence", "dc.rights", "dcterms.license", "dcterms.rights", "dc.rights.license", "og:license")


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence: its name after SPDX where it is Creative Commons', else its URL; and one of `PLACES`."""

    name: str
    place: str


def licences_of(marks: PageMarks) -> list[Licence]:
    """The distinct licences of a page, in the order of `PLACES`, then of the page.

    Counted are links with rel=license (HTML Living Standard: the licence of the main content) to any URL; every link to
    a Creative Commons deed, which may be the licence of a picture only; ``license`` of schema.org in JSON-LD; and
    ``meta`` of Dublin Core. A name that is no URL and no Creative Commons deed is not one.
    """
    found: list[Licence] = []
    for link in marks.links:
        place = f"rel_{link.place}" if link.licence else f"link_{link.place}"
        found += _licence(link.href, "link_head" if link.place == "head" else place, other=link.licence)
    for script in marks.json_ld:
        for value in _IN_JSON.findall(script):
            found += _licence(value.replace("\\/", "/"), "json_ld", other=True)
    for name, content in marks.meta:
        if name in _META:
            found += _licence(content, "meta", other=False)
    found.sort(key=lambda licence: PLACES.index(licence.place))
    return list({licence.name: licence for licence in reversed(found)}.values())[::-1]


def _licence(value: str, place: str, other: bool) -> list[Licence]:
    """The licence that a value names, as a list of one or none; `other`: any URL counts."""
    deed = _CC.search(value)
    if deed and deed["public"]:
        return [Licence(_PUBLIC[deed["public"].lower()], place)]
    if deed:
        parts = ["CC", deed["code"].strip("-+"), deed["version"], *([deed["port"]] if deed["port"] else [])]
        return [Licence("-".join(parts).upper(), place)]
    if other and re.match(r"(https?:)?//[^\s/]", value, re.IGNORECASE):
        return [Licence(value, place)]
    return []
