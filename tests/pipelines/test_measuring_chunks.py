from collections import Counter
from types import SimpleNamespace

import pyarrow as pa
import pytest

from filters.documents import RECORDS, SCHEMA
from filters.errors import AnnotatorError
from filters.extraction import Extractor
from filters.plan import Measurement, Plan, StepPlan
from filters.policy import Rule
from filters.signals import Signal
from pipelines.measuring_chunks import measure_chunk
from storage.chunks import FAILED, Chunk, Failure

PAGE = b"<html><body><p>" + b"The boats came back to the harbour in the evening. " * 8 + b"</p></body></html>"
DEEP = b"<html><body>" + b"<div>" * 2000 + b"x" + b"</div>" * 2000 + b"</body></html>"


class Links:
    """Bytes of the page, where there was one."""

    reads = "page"
    signals = (Signal("page_bytes", pa.int64(), "bytes", "bytes of the page", "this test"),)
    fingerprint = "links/1"

    def annotate(self, batch, cuts):
        assert set(batch.schema.names) >= {"page", "headers"}
        sizes = [None if page is None else len(page) for page in batch.column("page").to_pylist()]
        return {"page_bytes": pa.array(sizes, pa.int64())}


class Choosy:
    """Raises on a text that says so."""

    reads = "text"
    signals = (Signal("length", pa.int64(), "characters", "characters", "this test"),)
    fingerprint = "choosy/1"

    def annotate(self, batch, cuts):
        texts = batch.column("text").to_pylist()
        if any("raise" in text for text in texts):
            raise KeyError("what was it")
        return {"length": pa.array([len(text) for text in texts], pa.int64())}


def kit_of(*measurements, columns=()):
    plan = Plan((StepPlan("raw", (), measurements),))
    page = [pa.field(s.name, s.type) for a in plan.page_annotators for s in a.signals]
    schema = pa.schema([*SCHEMA, *columns, *page])
    journal = SimpleNamespace(spent=Counter())
    return SimpleNamespace(
        plan=plan, document_schema=schema, extractor=Extractor("resiliparse", 250, 1 << 20), journal=journal
    )


def chunk_of(*contents, failures=(), skipped=None):
    """Records from row 5 on: bytes are pages, others texts."""
    rows = [
        {
            "row": 5 + place,
            "source": "s",
            "offset": 100 + place,
            "page": content if isinstance(content, bytes) else None,
            "text": None if isinstance(content, bytes) else content,
            "headers": '{"content-type": "text/html"}' if isinstance(content, bytes) else None,
        }
        for place, content in enumerate(contents)
    ]
    return Chunk(pa.RecordBatch.from_pylist(rows, schema=RECORDS), failures, skipped or {})


def test_page_signals_are_those_of_the_record_that_a_document_came_from():
    measured = measure_chunk(kit_of(Measurement(Links())), "web/a", chunk_of(DEEP, "a text", PAGE))
    assert measured.documents.column("row").to_pylist() == [6, 7]
    assert measured.documents.column("id").to_pylist() == ["web/a:6", "web/a:7"]
    assert measured.documents.column("page_bytes").to_pylist() == [None, len(PAGE)]
    assert measured.annotations.column("page_bytes@raw").to_pylist() == [None, len(PAGE)]
    assert "page" not in measured.documents.schema.names


def test_a_gate_may_judge_a_page_signal():
    gate = Measurement(Links(), (Rule("big", "page_bytes", maximum=10, gate=True),))
    measured = measure_chunk(kit_of(gate, Measurement(Choosy())), "web/a", chunk_of("a text", PAGE))
    assert measured.annotations.column("stopped_at").to_pylist() == [None, "raw/big"]
    assert measured.annotations.column("length@raw").to_pylist() == [6, None]


def test_what_cannot_be_extracted_fails_with_its_place_among_the_failures_of_the_reader():
    chunk = chunk_of("a", DEEP, failures=(Failure(4, "bad", "bad"), Failure(9, "bad", "bad")), skipped={"revisit": 2})
    measured = measure_chunk(kit_of(), "web/a", chunk)
    assert [f.row for f in measured.failures] == [4, 6, 9]
    assert measured.failures[1].offset == 101
    assert measured.failures[1].first_bytes == DEEP[:200]
    assert measured.skipped == {"revisit": 2}
    rows = measured.failed_rows("web/a", "a.warc")
    assert rows.schema.equals(FAILED)
    assert rows.column("offset").to_pylist() == [None, 101, None]


def test_a_document_on_which_an_annotator_raises_fails_alone():
    chunk = chunk_of("a", "raise", "abc", failures=(Failure(9, "bad", "bad"),), skipped={"revisit": 2})
    measured = measure_chunk(kit_of(Measurement(Choosy())), "web/a", chunk)
    assert measured.documents.column("row").to_pylist() == [5, 7]
    assert measured.annotations.column("length@raw").to_pylist() == [1, 3]
    assert [(f.row, f.error) for f in measured.failures] == [(6, "annotator_failed"), (9, "bad")]
    assert "raw/Choosy raised KeyError" in measured.failures[0].message
    assert measured.skipped == {"revisit": 2}


def test_an_annotator_that_raises_without_any_document_ends_the_run():
    class Broken(Choosy):
        def annotate(self, batch, cuts):
            raise KeyError("always")

    with pytest.raises(AnnotatorError, match="raw/Broken raised KeyError"):
        measure_chunk(kit_of(Measurement(Broken())), "web/a", chunk_of("a", "b"))


def test_columns_that_an_input_does_not_have_are_null():
    kit = kit_of(columns=[pa.field("likes", pa.float64())])
    measured = measure_chunk(kit, "web/a", chunk_of("a"))
    assert measured.documents.column("likes").to_pylist() == [None]
    assert measured.documents.schema.equals(kit.document_schema)
