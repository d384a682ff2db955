from types import SimpleNamespace

import numpy as np
import pyarrow as pa

from filters.annotations import ANNOTATION_FIELDS
from filters.decisions import SPAN_EDITS
from pipelines.token_counts import BYTES_PER_TOKEN, token_counts


def token_counts_of(characters, size, tokens, left, cut=0, spans=(), marks=()):
    """Tokens of one document: its characters and bytes, what the tokenizer counted, what edits leave, and its marks."""
    edits = [{"step": "a/b", "start": 0, "end": cut, "replacement": "", "reason": "x"}] if cut else []
    row = {"row": 0, "characters": characters, "bytes": size, "edits": edits, "token_count": tokens}
    annotations = pa.RecordBatch.from_pylist([row], schema=pa.schema(ANNOTATION_FIELDS))
    masks = [{"start": a, "end": b, "replacement": "", "rule": "a/b"} for a, b in spans]
    masks += [{"start": 0, "end": 0, "replacement": mark, "rule": "a/b"} for mark in marks]
    findings = SimpleNamespace(
        characters=np.array([left]),
        edits=pa.array([masks], SPAN_EDITS),
        marks=np.array([len(marks)]),
        mark_characters=np.array([sum(map(len, marks))]),
    )
    return token_counts(annotations, findings)


def counts(*document, **edits):
    found = token_counts_of(*document, **edits)
    return found.before[0], found.after[0], bool(found.estimated[0]), found.bytes_after[0]


def test_what_a_tokenizer_counted_is_exact_where_nothing_is_edited():
    assert counts(100, 120, 25, 100) == (25, 25, False, 120)


def test_tokens_are_counted_after_the_cleaners_and_the_text_as_extracted_is_in_proportion():
    assert counts(100, 100, 20, 50, cut=50) == (40, 20, False, 50)


def test_span_actions_after_the_count_make_it_an_estimate():
    assert counts(100, 100, 20, 90, spans=[(0, 10)]) == (20, 18, True, 90)


def test_each_control_token_is_a_token_and_its_characters_are_bytes():
    assert counts(100, 300, 50, 117, marks=["<|bad|>", "<|rude|>", "\\\\"]) == (50, 53, True, 317)
    assert counts(100, 300, 50, 97, marks=["<|bad|>"], spans=[(0, 10)]) == (50, 46, True, 277)
    assert counts(0, 0, None, 7, marks=["<|bad|>"]) == (0, 1, True, 7)


def test_without_a_tokenizer_tokens_are_bytes_over_four_rounded_up():
    assert BYTES_PER_TOKEN == 4
    assert counts(5, 5, None, 5) == (2, 2, True, 5)
    assert counts(0, 0, None, 0) == (0, 0, True, 0)


def test_what_edits_leave_of_a_text_in_bytes_is_in_proportion_rounded_up():
    assert counts(3, 9, None, 1, cut=2) == (3, 1, True, 3)


def test_a_text_that_cleaners_empty_has_no_tokens_left_and_those_it_had_are_estimated():
    assert counts(10, 10, 0, 0, cut=10) == (3, 0, False, 0)


def test_a_count_before_is_an_estimate_where_cleaners_changed_the_text_or_nothing_was_counted():
    estimated = [
        bool(token_counts_of(*document, **edits).before_estimated[0])
        for document, edits in (((100, 120, 25, 100), {}), ((100, 100, 20, 50), {"cut": 50}), ((5, 5, None, 5), {}))
    ]
    assert estimated == [False, True, True]
