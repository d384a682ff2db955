"""What datatrove's own filters measure: run by the interpreter that has datatrove, for `agreement.py`.

``peer_datatrove.py REQUEST.parquet ANSWER.parquet``. A request is a text and its words, or null where datatrove is to
cut them itself. An answer says for every rule what datatrove compared with its limit, and whether it would drop the
text.

A filter of datatrove stops at the first rule that fails, and tells no value. So its limits are replaced by numbers that
note what they are compared with and then always let the text pass: values and verdicts are of the filter's own code.
"""

import contextlib
import hashlib
import json
import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from datatrove.data import Document
from datatrove.pipeline.filters import fineweb_quality_filter, gopher_quality_filter, gopher_repetition_filter
from datatrove.utils.text import split_into_words

MODULES = (gopher_quality_filter, gopher_repetition_filter, fineweb_quality_filter)
TOP = ((2, 0.2), (3, 0.18), (4, 0.16))
DUPLICATE = ((5, 0.15), (6, 0.14), (7, 0.13), (8, 0.12), (9, 0.11), (10, 0.10))


class Limit(np.float64):
    """A limit that notes what it is compared with, and lets everything pass."""

    seen: dict

    def __new__(cls, rule, limit, seen):
        made = super().__new__(cls, limit)
        made.rule, made.seen = rule, seen
        return made

    def note(self, value, removed):
        value = float(value)
        self.seen[self.rule] = [None if np.isnan(value) else value, bool(removed)]
        return False

    def __lt__(self, value):  # value > limit
        return self.note(value, value > float(self))

    def __gt__(self, value):  # value < limit
        return self.note(value, value < float(self))


class Source:
    """A filter all of whose limits note; its defaults are the limits, or those given."""

    def __init__(self, make):
        self.seen = {}
        self.filter = make(lambda rule, limit: Limit(rule, limit, self.seen))

    def __call__(self, text):
        self.seen.clear()
        with contextlib.suppress(ZeroDivisionError):  # what comes after it has no value
            self.filter.filter(Document(text=text, id="0"))
        return dict(self.seen)


def gopher_quality(limit):
    return gopher_quality_filter.GopherQualityFilter(
        min_doc_words=limit("gopher_short_doc", 50),
        max_doc_words=limit("gopher_long_doc", 100000),
        min_avg_word_length=limit("gopher_below_avg_threshold", 3),
        max_avg_word_length=limit("gopher_above_avg_threshold", 10),
        max_symbol_word_ratio=Symbols(limit),
        max_bullet_lines_ratio=limit("gopher_too_many_bullets", 0.9),
        max_ellipsis_lines_ratio=limit("gopher_too_many_end_ellipsis", 0.3),
        max_non_alpha_words_ratio=limit("gopher_below_alpha_threshold", 0.8),
        min_stop_words=limit("gopher_enough_stop_words", 2),
    )


class Symbols(np.float64):
    """The one limit that datatrove compares with two values in turn: hashes, then ellipses."""

    def __new__(cls, limit):
        made = super().__new__(cls, 0.1)
        made.limits = [limit("gopher_too_many_hashes", 0.1), limit("gopher_too_many_ellipsis", 0.1)]
        return made

    def __lt__(self, value):
        first, second = self.limits
        return (second if first.rule in first.seen else first).__lt__(value)


def gopher_repetition(limit):
    return gopher_repetition_filter.GopherRepetitionFilter(
        dup_line_frac=limit("dup_line_frac", 0.3),
        dup_para_frac=limit("dup_para_frac", 0.3),
        dup_line_char_frac=limit("dup_line_char_frac", 0.2),
        dup_para_char_frac=limit("dup_para_char_frac", 0.2),
        top_n_grams=[(n, limit(f"top_{n}_gram", share)) for n, share in TOP],
        dup_n_grams=[(n, limit(f"duplicated_{n}_n_grams", share)) for n, share in DUPLICATE],
    )


def fineweb(limit):
    return fineweb_quality_filter.FineWebQualityFilter(
        line_punct_thr=limit("line_punct_ratio", 0.12),
        short_line_thr=limit("short_line_ratio", 0.67),
        char_duplicates_ratio=limit("char_dup_ratio", 0.01),
        new_line_ratio=limit("list_ratio", 0.3),
    )


SOURCES = {
    "Gopher quality": Source(gopher_quality),
    "Gopher repetition": Source(gopher_repetition),
    "FineWeb": Source(fineweb),
}
"""By source: a text to its rules, each with the measured value (null for a NaN) and whether it drops the text."""


def answer(text, words):
    """All rules of all sources, the number of words and a digest of them."""
    words = split_into_words(text) if words is None else words
    for module in MODULES:
        module.split_into_words = lambda text, language: words
    rules = {source: measure(text) for source, measure in SOURCES.items()}
    digest = hashlib.blake2b("\0".join(words).encode(), digest_size=8).hexdigest()
    return json.dumps({"rules": rules, "words": len(words), "digest": digest})


def main(request, response):
    rows = pq.read_table(request)
    texts, words = rows["text"].to_pylist(), rows["words"].to_pylist()
    answers = [answer(*row) for row in zip(texts, words, strict=True)]
    pq.write_table(pa.table({"answer": pa.array(answers, pa.large_string())}), response)


if __name__ == "__main__":
    main(*sys.argv[1:])
