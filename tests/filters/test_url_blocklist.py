import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.contract import check_annotator
from filters.cuts import Cuts
from filters.errors import ConfigurationError
from filters.url_blocklist import UrlBlocklist

BLOCKLIST = UrlBlocklist(
    domains=["bad.example", "Bücher.example", "192.0.2.7"],
    urls=["https://fine.example/bad?b=1&a=2", "fine.example/also-bad"],
    words=["casino", "Poker"],
)


def test_it_keeps_the_contract_of_annotators():
    check_annotator(BLOCKLIST)


def judged(urls, annotator=BLOCKLIST):
    texts = pa.array([""] * len(urls), pa.string())
    batch = pa.record_batch({"text": texts, "url": pa.array(urls, pa.string())})
    columns = annotator.annotate(batch, Cuts(texts))
    return list(zip(columns["url_blocked"].to_pylist(), columns["url_blocked_by"].to_pylist(), strict=True))


@pytest.mark.parametrize(
    ("url", "entry"),
    [
        ("http://bad.example/", "bad.example"),
        ("https://www.Bad.Example:8080/x", "bad.example"),
        ("http://xn--bcher-kva.example/", "Bücher.example"),
        ("http://192.0.2.7/", "192.0.2.7"),
        ("http://fine.example/bad?a=2&b=1#top", "https://fine.example/bad?b=1&a=2"),
        ("https://fine.example/also-bad", "fine.example/also-bad"),
        ("http://fine.example/Casino-bonus", "casino"),
        ("http://poker.example/", "Poker"),
        ("http://bad.example/casino", "bad.example"),
    ],
)
def test_a_listed_url_is_blocked_by_its_entry(url, entry):
    assert judged([url]) == [(1, entry)]


@pytest.mark.parametrize(
    "url",
    [
        "http://notbad.example/", "http://bad.example.com/", "http://example/", "http://fine.example/bad",
        "http://fine.example/casinoroyale", "http://fine.example/", "http://2.7/",
    ],
)  # fmt: skip
def test_a_url_that_only_resembles_an_entry_is_not_blocked(url):
    assert judged([url]) == [(0, None)]


def test_documents_without_a_well_formed_url_are_undefined():
    assert judged([None, "", "http://[", "urn:x"]) == [(None, None)] * 4


def test_an_empty_list_blocks_nothing():
    assert judged(["http://bad.example/"], UrlBlocklist()) == [(0, None)]


@pytest.mark.parametrize(
    "arguments", [{"domains": ["a/b"]}, {"domains": [""]}, {"urls": ["http://["]}, {"words": ["a b"]}]
)
def test_a_malformed_entry_is_refused_by_name(arguments):
    [[entry]] = arguments.values()
    with pytest.raises(ConfigurationError, match="is not a") as error:
        UrlBlocklist(**arguments)
    assert repr(entry) in str(error.value)


def test_the_fingerprint_changes_with_the_entries():
    assert UrlBlocklist(domains=["a.example"]).fingerprint != UrlBlocklist(domains=["b.example"]).fingerprint
    assert UrlBlocklist(words=["a"]).fingerprint == UrlBlocklist(words=["a"]).fingerprint


def test_the_signals_carry_the_name_of_the_list():
    assert [signal.name for signal in UrlBlocklist("spam").signals] == ["spam", "spam_by"]


@given(st.lists(st.none() | st.text(max_size=30).map("http://bad.example/".__add__) | st.text(max_size=30), max_size=5))
@settings(max_examples=50)
def test_any_string_is_judged_and_rows_do_not_influence_each_other(urls):
    assert judged(urls) == [row for url in urls for row in judged([url])]
