"""Documents and pages that hypothesis makes of what stands in real ones, thrown together."""

import json
from random import Random

from hypothesis import strategies as st

from filters.contract import batch_of

WORDS = (
    "the", "and", "of", "to", "that", "with", "Word", "WORDS", "can't", "naïve", "straße", "İ", "ǅ", "Привет", "мир",
    "Ελλάδα", "שלום", 'צה"ל', "مرحبا", "العالم", "नमस्ते", "ภาษาไทย", "ខ្មែរ", "你好", "世界", "日本語",
    "カタカナ", "ひらがな",
    "한국어", "🥇", "👩‍👩‍👧", "🇩🇪", "e\u0301", "\u0308", "Ã©", "â€™", "ï¿½", "\ufffd", "javascript",
    "lorem ipsum", "cookie",
    "terms of use", "privacy policy", "bitch", "read more", "sign-in", "#tag", "@name", "C++", "a_b", "x" * 60,
)  # fmt: skip
MARKS = (
    ".", ",", "!", "?", ":", ";", "…", "...", "•", "-", "–", "#", "##", "{", "}", "(", ")", "[", "]", "[1]", "[12, 13]",
    "[citation needed]", "[edit]", "'", '"', "“", "”", "«", "»", "。", "，", "！", "؟", "।", "|", "/", "\\",
    "*", "&", "%",
    "<", ">", "=", "~", "_", "^", "$", "€", "\0", "\x07", "\x1b[0m", "\x7f", "\x85", "\u200b", "\u200d",
    "\u202e", "\u2060",
    "\u00ad", "\ufeff", "\ufffe", "\U000e0001", "\ue000",
)  # fmt: skip
NUMBERS = (
    "0", "7", "42", "1,000.50", "3.14", "1.2.3", "v1.2.3.4", "192.168.0.1", "8.8.8.8", "2001:4860:4860::8888", "::1",
    "4111 1111 1111 1111", "4111-1111-1111-1112", "DE89 3704 0044 0532 0130 00", "GB82WEST12345698765432",
    "+49 30 901820", "(212) 555-0123", "00441632960000", "555", "1/2", "٣", "२", "⁴", "½", "12:30", "2024-01-31", "50%",
)  # fmt: skip
PLACES = (
    "https://www.example.com/a?b=c#d", "http://a.b/..//", "www.x.org", "ftp://u:p@h:21", "http://[::1]/%zz",
    "mailto:a@b.co",
    "user.name+tag@mail.example.com", "a@b", "@b.co", "javascript:void(0)", "AKIAIOSFODNN7EXAMPLE", "ghp_" + "a1B2" * 9,
    "sk-" + "x9" * 24, "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "-----BEGIN PRIVATE KEY-----", "key=" + "a1b2" * 8,
)  # fmt: skip
MARKUP = (
    "<p>", "</p>", "<br/>", "<a href='http://x.org/'>", "<script>var a = {};</script>", "<!-- x -->", "&amp;",
    "&#39;", "&nbsp",
    "<b", "```", "{{x}}", "$$", "def f(x):", "return x;", "| a | b |", "http", "=====", "-----", "1.", "* ", "> ",
)  # fmt: skip
PIECES = WORDS + WORDS + MARKS + NUMBERS + PLACES + MARKUP
GAPS = (" ", " ", " ", "", "  ", "\t", "\u00a0", "\u3000", "\u2009", "\x1c")
ENDS = ("\n", "\n", "\n\n", "\n \n", "\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029", "", ".\n", "...\n", "?\n\n")

LINES = st.lists(
    st.tuples(st.sampled_from(PIECES), st.sampled_from(GAPS)),
    min_size=3,
    max_size=12,
).map(lambda pieces: "".join(piece + gap for piece, gap in pieces))


def repeated(lines, picks):
    """Lines in the order of the picks, so that they come again."""
    return "".join(lines[number % len(lines)] + ENDS[end] for number, end in picks)


PARAGRAPHS = st.builds(
    repeated,
    st.lists(LINES, min_size=2, max_size=4),
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, len(ENDS) - 1)), min_size=3, max_size=10),
)


def thrown_together(seed):
    """Paragraphs of more variety than hypothesis looks for, and of less that it could make smaller."""
    random = Random(seed)
    lines = ["".join(random.choice(PIECES) + random.choice(GAPS) for _ in range(random.randint(0, 14))) for _ in "1234"]
    return repeated(lines, [(random.randrange(4), random.randrange(len(ENDS))) for _ in range(random.randint(1, 12))])


TEXTS = st.one_of(PARAGRAPHS, st.integers(0, 1 << 32).map(thrown_together), LINES, st.text(max_size=20))

URLS = st.one_of(
    st.none(),
    st.builds(
        "".join,
        st.tuples(
            st.sampled_from(("http://", "https://", "HTTPS://", "//", "", "ftp://", "http://u:p@")),
            st.sampled_from(
                ("example.com", "www.example.co.uk", "xn--bcher-kva.de", "bücher.de", "127.0.0.1", "[::1]", "", "a..b")
            ),
            st.sampled_from(("", ":80", ":x", ":99999")),
            st.sampled_from(("", "/", "/casino/x.html", "/a%20b", "/%zz?q=sex#f", "?", "/\0", "/ä/본", "/../..")),
        ),
    ),
    LINES,
)

DOCUMENTS = st.lists(st.tuples(TEXTS, URLS, st.none() | LINES), min_size=2, max_size=6).map(
    lambda rows: batch_of(
        [text for text, _, _ in rows], url=[url for _, url, _ in rows], host=[host for _, _, host in rows]
    )
)
"""Documents with URL and host, or without."""

ELEMENTS = (
    '<!doctype html><html lang="en">', "<head>", "</head>", "<body>", "</body></html>", "<p>text</p>",
    "<footer>", "</footer>",
    '<meta name="robots" content="noindex, NOAI">', "<meta name='ccbot' content='none'>",
    "<META NAME=robots CONTENT=noarchive>",
    '<meta name="tdm-reservation" content="1">', '<meta name="tdm-policy" content="https://x.org/p.json">',
    '<a rel="license" href="https://creativecommons.org/licenses/by-sa/4.0/">', "</a>", '<link rel=license href="/l">',
    '<a href="http://creativecommons.org/licenses/by/3.0/de/">CC</a>', '<a rel="license" href="">',
    '<script type="application/ld+json">{"isAccessibleForFree": false, "license": "https://x.org/l"}</script>',
    '<script type="application/ld+json">[{"@graph": [{"license": {"@id": 1}}, null]}]</script>',
    '<script type="application/ld+json">{"license":', "</script>",
    '<meta property="article:content_tier" content="locked">',
    '<div itemprop="isAccessibleForFree" content="false">', '<meta http-equiv="X-Robots-Tag" content="noai">',
    '<meta charset="utf-16">', '<meta charset="nonsense">', "<meta name=robots>", "<meta content=noai>",
    "<![CDATA[", "<!--",
    "<svg><title>", "<style>p{}</style>", "&lt;&#x0;&#1114112;", "<noscript><meta name=robots content=noai></noscript>",
)  # fmt: skip
PAGES = st.one_of(
    st.none(),
    st.lists(st.sampled_from(ELEMENTS) | LINES, min_size=3, max_size=14).map(lambda parts: "".join(parts).encode()),
    st.lists(st.sampled_from(ELEMENTS), min_size=1, max_size=4).map(lambda parts: "".join(parts).encode("utf-16")),
    st.binary(max_size=40),
)
HEADERS = st.none() | st.dictionaries(
    st.sampled_from(("content-type", "x-robots-tag", "tdm-reservation", "tdm-policy", "link", "x-other")),
    st.sampled_from(
        (
            "noindex, nofollow", "googlebot: noai, ccbot: none", "unavailable_after: 25 Jun 2010 15:00:00 PST",
            "1", "0", "", ":",
            ",,", '<https://creativecommons.org/publicdomain/zero/1.0/>; rel="license"', "<>; rel=license",
            "text/html; charset=x",
            "https://x.org/policy",
        )
    )
    | LINES,
    max_size=4,
).map(json.dumps)  # fmt: skip

PAGE_DOCUMENTS = st.lists(st.tuples(PAGES, HEADERS), min_size=2, max_size=6).map(
    lambda rows: batch_of([""] * len(rows), page=[page for page, _ in rows], headers=[headers for _, headers in rows])
)
"""Pages with headers, pages without, and documents that had none."""
