"""What a page allows machines to do with it: robots directives, reservation of rights, licence, pay-wall."""

import re
from collections.abc import Iterator, Sequence
from typing import Literal

import pyarrow as pa

from filters.cuts import Cuts
from filters.documents import Batch
from filters.licences import PLACES, licences_of
from filters.page_marks import PageMarks, marks_of
from filters.signals import Columns, Signal

__all__ = ["AGENTS", "FLAGS", "Consent"]

AGENTS = ("robots", "ccbot")
"""Names of ``meta`` elements, and of agents in headers, whose directives count: everybody's, and Common Crawl's."""

FLAGS = ("noindex", "noarchive", "nosnippet", "noai")
"""Directives that have a signal of their own. ``none`` means noindex; noai is DeviantArt's of November 2022."""

_VALUED = ("max-snippet", "max-image-preview", "max-video-preview", "unavailable_after")
_ROBOTS = (
    "Google Search Central, Robots meta tag, data-nosnippet and X-Robots-Tag specifications; for these agents only"
)
_TDM = "TDM Reservation Protocol (W3C Community Group, final report of 10 May 2024), sections 5 and 6"
_FREE = re.compile(r'"isAccessibleForFree"\s*:\s*"?(?:https?:\\?/\\?/schema\.org\\?/)?(true|false)\b', re.IGNORECASE)
_NULL = "; null without HTML"


def _flag(name: str, formula: str, source: str, high: str) -> Signal:
    return Signal(name, pa.int64(), "flag", f"1 if {formula}, else 0{_NULL}", source, high=high)


def _text(name: str, unit: str, formula: str, source: str) -> Signal:
    return Signal(name, pa.string(), unit, f"{formula}; null where there is none, and without HTML", source)


class Consent:
    """Robots directives, text and data mining reservation, licence and pay-wall marks, from page and headers.

    It says what a page says, and claims nothing in law. What stands elsewhere is not seen: robots.txt (RFC 9309) and
    ``/.well-known/tdmrep.json`` are files of the host, not of the page.
    """

    reads: Literal["text", "page"] = "page"
    signals: Sequence[Signal] = (
        _text("robots_directives", "directives", "directives of meta elements and X-Robots-Tag headers for "
              f"{' or '.join(AGENTS)}, in lower case, sorted, joined by commas", _ROBOTS),
        *(_flag(f"robots_{name}", f"{name} is among robots_directives" + (", or none" if name == "noindex" else ""),
                _ROBOTS, name) for name in FLAGS),
        _flag("tdm_reserved", "header or meta tdm-reservation is 1: either is enough", _TDM, "tdm_reserved"),
        _text("tdm_policy", "URL", "header, else meta tdm-policy", _TDM),
        _text("licence", "licence", "the licence named in the first of the places: SPDX's name of a Creative Commons "
              "licence (with its port), else the URL",
              "HTML Living Standard, rel=license; CC REL (W3C member submission, 2008); schema.org license"),
        _text("licence_place", "place", f"where it stands: one of {', '.join(PLACES)}; footers are known by tag, id "
              "or class", "this project"),
        Signal("licence_count", pa.int64(), "licences", f"distinct licences in all places{_NULL}", "this project; "
               "with more than one, the first may be that of a picture", high="several_licences"),
        _flag("paywalled", "isAccessibleForFree is false in JSON-LD or microdata of the page or a part, or "
              "article:content_tier is locked or metered",
              "schema.org isAccessibleForFree; Google Search Central, Subscription and paywalled content; Facebook's "
              "article:content_tier", "paywalled"),
    )  # fmt: skip
    fingerprint = "consent/1"

    def annotate(self, batch: Batch, cuts: Cuts) -> Columns:
        """The marks of every page."""
        pages, headers = batch.column("page").to_pylist(), batch.column("headers").to_pylist()
        rows = [None if page is None else _said(marks_of(page, h)) for page, h in zip(pages, headers, strict=True)]
        return {
            signal.name: pa.array([row and row[signal.name] for row in rows], signal.type) for signal in self.signals
        }


def _said(marks: PageMarks) -> dict[str, str | int | None]:
    """The signals of one page."""
    directives = sorted(set(_directives(marks)))
    meta = dict(reversed(marks.meta))
    licences = licences_of(marks)
    reservations = (marks.headers.get("tdm-reservation"), meta.get("tdm-reservation"))
    return {
        "robots_directives": ",".join(directives) or None,
        **{f"robots_{name}": int(name in directives) for name in FLAGS},
        "robots_noindex": int("noindex" in directives or "none" in directives),
        "tdm_reserved": int(any(value is not None and value.strip() == "1" for value in reservations)),
        "tdm_policy": marks.headers.get("tdm-policy") or meta.get("tdm-policy") or None,
        "licence": licences[0].name if licences else None,
        "licence_place": licences[0].place if licences else None,
        "licence_count": len(licences),
        "paywalled": int(_is_paywalled(marks)),
    }


def _directives(marks: PageMarks) -> Iterator[str]:
    """Directives for `AGENTS`, in lower case, those with a value as name:value."""
    for name, content in marks.meta:
        if name in AGENTS:
            yield from _split(content)
    agent = "robots"
    for part in _split(marks.headers.get("x-robots-tag", "")):
        name, colon, rest = part.partition(":")
        # an agent's name holds for what follows it in the header: header lines of one name come joined
        if colon and name not in _VALUED:
            agent, part = name.strip(), rest.strip()
        if agent in AGENTS and part:
            yield part


def _split(content: str) -> list[str]:
    parts = [":".join(map(str.strip, part.lower().split(":"))) for part in content.split(",")]
    return [part for part in parts if part]


def _is_paywalled(marks: PageMarks) -> bool:
    free = [value for script in marks.json_ld for value in _FREE.findall(script)]
    free += [value.rpartition("/")[2] for value in marks.free]
    tiers = {content.lower() for name, content in marks.meta if name == "article:content_tier"}
    return any(value.lower() == "false" for value in free) or bool(tiers & {"locked", "metered"})
