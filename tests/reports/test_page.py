import re
from html.parser import HTMLParser

import pytest

from reports.report import write_report

ALLOWED = {
    "html", "head", "meta", "title", "style", "body", "div", "p", "h1", "h2", "h3", "h4", "nav", "a", "main",
    "section", "article", "header", "footer", "span", "i", "b", "ul", "li", "table", "tr", "th", "td", "br", "code",
    "dl", "dt", "dd", "blockquote", "mark", "details", "summary", "pre", "svg", "rect", "line",
}  # fmt: skip
VOID = {"meta", "br", "line"}


class Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.open, self.attributes, self.faults, self.text = set(), [], [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += [(tag, *attr) for attr in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.faults.append((tag, self.getpos()))

    def handle_data(self, data):
        if "style" not in self.open:
            self.text.append(data)


@pytest.fixture(scope="module")
def html(run_a):
    write_report(run_a)
    return (run_a / "report" / "index.html").read_text()


@pytest.fixture(scope="module")
def page(html):
    parsed = Page()
    parsed.feed(html)
    parsed.close()
    return parsed


def test_hostile_text_opens_no_element(page):
    assert page.tags <= ALLOWED
    assert "script" not in page.tags


def test_every_element_is_closed(page):
    assert page.faults == []
    assert page.open == []


def test_hostile_text_is_there_as_text(page):
    text = "".join(page.text)
    assert "<script>alert(1)</script>" in text
    assert "</mark></details>&amp;" in text
    assert "lines/<b>c&d</b>.jsonl#0-1" in text
    assert "{{ 7 * 7 }}" in text or "WWWW" in text


def test_nothing_reorders_hides_or_controls(html):
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b\u200e\u200f\ufeff]", html)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", html)
    assert "‹U+202E›" in html


def test_nothing_is_asked_of_another_place(html, page):
    assert "default-src 'none'" in html
    assert [a for a in page.attributes if a[1] in ("src", "srcset", "action", "data", "onclick", "onload")] == []
    assert {value[0] for _, name, value in page.attributes if name == "href"} == {"#"}
    assert "@import" not in html
    assert "url(" not in html


def test_every_link_has_a_target(page):
    targets = {value for _, name, value in page.attributes if name == "id"}
    assert {value[1:] for _, name, value in page.attributes if name == "href"} <= targets


def test_the_page_names_what_matters(page):
    text = " ".join("".join(page.text).split())
    for part in (
        "36 of 54 documents kept", "Never fired: raw/endless", "Passes: word_count at least 50 (en), 40 (others).",
        "quality model: left out: its weights are not shipped",
        "bad_gzip_member", "compressed data that cannot be decoded",
        "an HTTP response with status 3xx", "3 documents resemble another one, in 1 component.",
    ):  # fmt: skip
        assert part in text, part
