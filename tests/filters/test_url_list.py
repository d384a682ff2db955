import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.contract import check_annotator
from filters.cuts import Cuts
from filters.entry_sets import EntrySet
from filters.errors import ConfigurationError
from filters.url_list import UrlList
from filters.url_places import Places

BLOCKLIST = UrlList(
    listed=Places.of_domains(["bad.example\n", "Bücher.example\n", "\n", "# why\n", "192.0.2.7"])
    | Places.of_urls(["https://fine.example/bad?b=1&a=2\n", "fine.example/also-bad\r\n"]),
    words=["casino", "Poker"],
    soft_words=["adult", "free", "Cams"],
    subwords=["nsfw"],
    never=Places.mixed(["good.bad.example", "fine.example/casino/history"]),
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
        ("http://xn--bcher-kva.example/", "xn--bcher-kva.example"),
        ("http://192.0.2.7/", "192.0.2.7"),
        ("http://fine.example/bad?a=2&b=1#top", "fine.example/bad?a=2&b=1"),
        ("https://fine.example/also-bad", "fine.example/also-bad"),
        ("http://fine.example/Casino-bonus", "casino"),
        ("http://poker.example/", "poker"),
        ("http://bad.example/casino", "bad.example"),
        ("http://fine.example/poker/casino", "casino"),
        ("http://fine.example/xNSFWx", "nsfw"),
        ("http://fine.example/n-s-fw", "nsfw"),
    ],
)
def test_a_listed_url_is_blocked_by_its_entry(url, entry):
    assert judged([url]) == [(1, entry)]


@pytest.mark.parametrize(
    "url",
    [
        "http://notbad.example/", "http://bad.example.com/", "http://example/", "http://fine.example/bad",
        "http://fine.example/casinoroyale", "http://fine.example/", "http://2.7/",
        "http://good.bad.example/poker", "http://fine.example/casino/history", "http://fine.example/free/adult",
    ],
)  # fmt: skip
def test_a_url_that_only_resembles_an_entry_is_not_blocked(url):
    assert judged([url]) == [(0, None)]


def test_documents_without_a_well_formed_url_are_undefined():
    assert judged([None, "", "http://[", "urn:x"]) == [(None, None)] * 4


def test_an_empty_list_blocks_nothing():
    assert judged(["http://bad.example/"], UrlList()) == [(0, None)]


def test_soft_words_are_counted_once_each_and_block_nothing():
    texts = pa.array(["", ""])
    urls = ["http://x.example/free-FREE/cams?adult=1", "http://freecams.example/"]
    columns = BLOCKLIST.annotate(pa.record_batch({"text": texts, "url": urls}), Cuts(texts))
    assert columns["url_blocked_soft_words"].to_pylist() == [3, 0]


@pytest.mark.parametrize(
    ("read", "entry"),
    [
        (Places.of_domains, "a/b"),
        (Places.of_domains, "a b"),
        (Places.of_domains, "x@a.example"),
        (Places.of_urls, "http://["),
    ],
)
def test_a_malformed_entry_is_refused_by_name(read, entry):
    with pytest.raises(ConfigurationError, match="is not a") as error:
        read(["fine.example", entry])
    assert repr(entry) in str(error.value)


@pytest.mark.parametrize("words", [{"words": ["a b"]}, {"soft_words": [""]}, {"subwords": ["ä"]}])
def test_a_malformed_word_is_refused(words):
    with pytest.raises(ConfigurationError, match="is not a word of URLs"):
        UrlList(**words)


def test_a_set_holds_an_entry_in_eight_bytes_and_finds_each():
    entries = [f"host-{i}.example" for i in range(100_000)]
    found = EntrySet(entries)
    assert found.hashes.nbytes == 8 * len(entries)
    assert all(entry in found for entry in entries[::997])
    assert not any(f"no-{entry}" in found for entry in entries[::997])


def test_the_signals_carry_the_name_of_the_list():
    assert [signal.name for signal in UrlList("spam").signals] == ["spam", "spam_by", "spam_soft_words"]


@given(st.lists(st.none() | st.text(max_size=30).map("http://bad.example/".__add__) | st.text(max_size=30), max_size=5))
@settings(max_examples=50)
def test_any_string_is_judged_and_rows_do_not_influence_each_other(urls):
    assert judged(urls) == [row for url in urls for row in judged([url])]
