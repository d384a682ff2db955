import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from filters.urls import canonical_url, host_of


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        (" HTTP://Example.COM \n", "http://example.com/"),
        ("http://example.com:80/a", "http://example.com/a"),
        ("https://example.com:443/a", "https://example.com/a"),
        ("https://example.com:80/a", "https://example.com:80/a"),
        ("http://user:secret@example.com./", "http://example.com/"),
        ("http://bücher.example/", "http://xn--bcher-kva.example/"),
        ("http://[2001:DB8::1]:8080/", "http://[2001:db8::1]:8080/"),
        ("http://example.com/a/./b/../c//d/", "http://example.com/a/c//d/"),
        ("http://example.com/../../a/..", "http://example.com/"),
        ("http://example.com/%7euser/%2f%C3%bc", "http://example.com/~user/%2F%C3%BC"),
        ("http://example.com/ü b", "http://example.com/%C3%BC%20b"),
        ("http://example.com/100%/%zz", "http://example.com/100%25/%25zz"),
        ("http://example.com/a#part", "http://example.com/a"),
        ("http://example.com/a?", "http://example.com/a"),
        ("http://example.com/a?utm_source=x&UTM_medium=y&fbclid=z&&", "http://example.com/a"),
        ("http://example.com/a?b=2&a=2&c&a=1", "http://example.com/a?a=2&a=1&b=2&c"),
        ("http://example.com/Path?Q=A", "http://example.com/Path?Q=A"),
    ],
)
def test_a_url_has_its_canonical_spelling(url, canonical):
    assert canonical_url(url) == canonical


@pytest.mark.parametrize(
    "url",
    [
        "", "example.com", "//example.com/", "mailto:a@example.com", "ftp://example.com/", "http://", "http:///a",
        "http://[::1", "http://a b/", "http://a..b/", "http://example.com:99999/", "http://example.com:x/",
        "http://-a.example/", f"http://{'a' * 64}.example/", f"http://{'a.' * 200}example/", "http://\ud800/",
        "http://example.com/\ud800", "\x00", "http://\x00/",
    ],
)  # fmt: skip
def test_a_malformed_url_has_no_canonical_spelling_and_no_host(url):
    assert canonical_url(url) is None
    assert host_of(url) is None


def test_the_host_has_neither_port_nor_brackets_nor_capitals():
    assert host_of("HTTPS://WWW.Example.com:8443/a") == "www.example.com"
    assert host_of("http://[::1]:80/") == "::1"


@pytest.mark.parametrize("other", ["https://example.com/", "http://www.example.com/", "http://example.com/A"])
def test_urls_that_may_name_other_pages_stay_apart(other):
    assert canonical_url(other) != canonical_url("http://example.com/")


addresses = st.builds(
    "{}://{}{}".format,
    st.sampled_from(["http", "HTTPS"]),
    st.text("aB.:[]@é0-%", max_size=12),
    st.text("/.%4a1?&=#é +;utm_", max_size=20),
)


@given(st.text(max_size=40) | addresses)
@example("http://a/%%341")
@settings(max_examples=200)
def test_the_canonical_spelling_is_its_own(url):
    once = canonical_url(url)
    assert once is None or (canonical_url(once) == once and once.isascii())
    assert (host_of(url) is None) == (once is None)
