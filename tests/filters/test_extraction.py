import json
import sys
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from filters.documents import RECORDS, SCHEMA
from filters.encodings import charset_of, decode
from filters.errors import ConfigurationError
from filters.extraction import Extractor

ROOT = Path(__file__).parents[2]
WEB = ROOT.parent / "shared/data/web"
BODY = "".join(f"<p>Sentence number {i} of the article says something about the river Größe.</p>" for i in range(12))
PAGE = f"<html><head><title>t</title></head><body><nav>menu</nav><article>{BODY}</article></body></html>"
KINDS = ["trafilatura", "resiliparse"]


def records(*pages, **columns):
    rows = [
        {"row": i, "source": "in/a", **({"page": page} if isinstance(page, bytes) else {"text": page}), **columns}
        for i, page in enumerate(pages)
    ]
    return pa.RecordBatch.from_pylist(rows, schema=RECORDS)


@pytest.fixture(params=KINDS)
def extractor(request):
    return Extractor(request.param)


def test_pages_become_text_and_text_stays(extractor):
    got = extractor.extract(records(PAGE.encode(), "as it was  \n", url="http://Example.org/x"), "in/a")
    assert got.batch.schema == SCHEMA
    page, text = got.batch["text"].to_pylist()
    assert "Sentence number 3" in page
    assert "menu" not in page
    assert text == "as it was  \n"
    assert got.batch["id"].to_pylist() == ["in/a:0", "in/a:1"]
    assert got.batch["host"].to_pylist() == ["example.org"] * 2


def test_the_users_id_and_declared_columns_stay(extractor):
    batch = records("x", id="mine").append_column("score", pa.array([0.5]))
    got = extractor.extract(batch, "in/a").batch
    assert got["id"].to_pylist() == ["mine"]
    assert got["score"].to_pylist() == [0.5]
    assert got.schema.names == [*SCHEMA.names, "score"]


def test_a_page_without_text_is_skipped(extractor):
    got = extractor.extract(records(b"<html><body></body></html>", PAGE.encode()), "in/a")
    assert got.skipped == {"no_main_text": 1}
    assert got.batch["row"].to_pylist() == [1]


@pytest.mark.parametrize("levels", [300, 100_000])
def test_deep_nesting_is_named_at_once(extractor, levels):
    got = extractor.extract(records(b"<html><body>" + b"<div>" * levels + b"x", PAGE.encode()), "in/a")
    assert [(e.row, e.error) for e in got.errors] == [(0, "nested_too_deep")]
    assert got.batch["row"].to_pylist() == [1]


def test_a_tree_that_is_deep_for_libxml2_alone_is_named():
    page = b"<html><body>" + b"<p><font size=1>x" * 2000
    got = Extractor("trafilatura").extract(records(page), "in/a")
    assert [e.error for e in got.errors] == ["nested_too_deep"]


def test_a_page_over_the_limit_is_named():
    got = Extractor("resiliparse", page_bytes=100).extract(records(PAGE.encode()), "in/a")
    assert [e.error for e in got.errors] == ["page_too_large"]
    assert got.errors[0].first_bytes == PAGE.encode()[:200]


def test_text_does_not_depend_on_what_was_extracted_before():
    extractor, page = Extractor("trafilatura"), PAGE.encode()
    alone = extractor.extract(records(page), "in/a").batch["text"].to_pylist()
    many = extractor.extract(records(*[page] * 8), "in/a").batch["text"].to_pylist()
    assert many == alone * 8


def test_nothing_is_printed_or_logged(extractor, capfd, caplog):
    extractor.extract(records(b"", b"<", b"\0" * 50, b"<html", b"{}" * 30, b"<!-- " * 20), "in/a")
    assert capfd.readouterr() == ("", "")
    assert not caplog.records


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(page=st.binary(max_size=300) | st.text(alphabet="<>/ab\"'=&;!-pdiv \n", max_size=200).map(str.encode))
def test_no_page_raises(extractor, page):
    got = extractor.extract(records(page), "in/a")
    assert got.batch.num_rows + len(got.errors) + sum(got.skipped.values()) == 1


def test_fingerprint_tells_options_and_versions():
    extractors = [Extractor("trafilatura"), Extractor("resiliparse"), Extractor("trafilatura", 9)]
    assert len({extractor.fingerprint for extractor in extractors}) == 3
    assert "lxml=" in Extractor("trafilatura").fingerprint


@pytest.mark.parametrize(("kind", "depth"), [("beautifulsoup", 100), ("trafilatura", 251)])
def test_wrong_options_are_refused(kind, depth):
    with pytest.raises(ConfigurationError):
        Extractor(kind, depth)


@pytest.mark.parametrize(
    ("data", "media"),
    [
        ("größe".encode(), "text/html; charset=utf-8"),
        ("größe".encode("latin-1"), 'text/html; charset="ISO-8859-1"'),
        ("größe".encode(), "text/html; charset=ascii-or-so"),
        ("größe".encode("utf-16"), None),
        ("\ufeffgröße".encode(), "text/html; charset=latin-1"),
        ('<meta charset="windows-1252">größe'.encode("cp1252"), None),
    ],
)
def test_the_encoding_is_found(data, media):
    assert decode(data, media, html=True).endswith("größe")


def test_latin1_means_windows_1252_as_on_the_web():
    assert charset_of("text/html; charset=latin1") == "cp1252"
    assert charset_of("text/html") is None


@pytest.mark.skipif(not WEB.exists(), reason="the shared pages are not here")
def test_the_score_on_real_pages_is_that_of_the_literature(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    from extraction_score import score

    expected = json.loads((WEB / "extraction_expected.json").read_text("utf-8"))
    fast = score(Extractor("resiliparse"), WEB / "warc", expected)
    assert fast.pages == 981
    assert [round(x, 3) for x in (fast.precision, fast.recall, fast.f1)] == [0.768, 0.941, 0.846]
    exact = score(Extractor("trafilatura"), WEB / "warc", expected, shards=1)
    assert exact.f1 > 0.91
    sys.modules.pop("extraction_score")
