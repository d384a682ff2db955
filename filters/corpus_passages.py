"""Long passages that otherwise different documents of the corpus share word by word."""

import copy
from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from filters.code_points import to_code_points
from filters.counted import Counts, Hashes, as_lists, own_texts
from filters.cuts import Cuts, Ints
from filters.documents import Batch, document_key
from filters.errors import ConfigurationError
from filters.shingles import normal_characters
from filters.signals import SPANS, Columns, Signal
from filters.sums import share, sum_by_row

__all__ = ["CorpusPassages"]

_LEAST = 8  # words: fewer in a row are common phrases
_SOURCE = "this project, by winnowing (Schleimer, Wilkerson, Aiken 2003)"


class _Windows(NamedTuple):
    """Every stretch of `tokens` words of every text.

    Attributes:
        words: first word of each text, and the number of all.
        rows: the text of each window.
        firsts: its first word, counted from the text's own first.
        kept: the hashes that winnowing keeps, of all texts.
        chosen: for each window, the place of its hash among these.
        hashes: of all words of each window.
    """

    words: Ints
    rows: Ints
    firsts: Ints
    kept: Hashes
    chosen: Ints
    hashes: Hashes


class _Runs(NamedTuple):
    """Windows in a row that stand in one earlier document: the text, first word, one past the last, place in counts."""

    rows: Ints
    firsts: Ints
    ends: Ints
    places: Ints


class CorpusPassages:
    """Where a document repeats `tokens` words in a row, or more, of an earlier document of another text.

    Words are those of `filters.shingles`: case, accents, punctuation and numbers make no difference; in scripts without
    spaces each character is one. Two rounds of counting find every passage and no other, up to equal 64-bit hashes:
    first the hashes that winnowing keeps (k = tokens // 2 words, w = tokens - k + 1, so that k + w - 1 = tokens), then
    the hashes of those stretches of `tokens` words whose window keeps a shared one. A passage is a run of stretches
    that stand in the same earlier document, the first of the corpus to have them; that one keeps it unmarked. What is
    in an earlier document only in parts that overlap is as many passages.

    Of a document that shares more than `most` of its words with one other nothing is marked: it is a near duplicate of
    that, or a part of it, and no otherwise different document. Documents of equal length that share a part s of their
    words in a row have a Jaccard similarity near s / (2 - s): .8 is .67, just below where near duplicates begin.

    Args:
        name: of the spans; ``<name>_fraction`` counts all shared words, those of near duplicates too.
        tokens: fewest words of a passage.
        most: greatest share of a document's words that it may have from one other to be another document.

    Raises:
        ConfigurationError: `tokens` is less than 8, or `most` not from 0 to 1.
    """

    reads: Literal["text", "page"] = "text"
    rounds = 2
    documents = 2

    def __init__(self, name: str = "corpus_passages", tokens: int = 50, most: float = 0.8) -> None:
        if tokens < _LEAST:
            raise ConfigurationError(f"{name}: tokens is {tokens}; fewer than {_LEAST} in a row are common phrases")
        if not 0 <= most <= 1:
            raise ConfigurationError(f"{name}: most is {most:g}; it is a share of a document's words, from 0 to 1")
        self.name, self.tokens, self.most = name, tokens, most
        self._k = tokens // 2
        self._w = tokens - self._k + 1
        self._counts: tuple[Counts, ...] = ()
        self.signals: Sequence[Signal] = (
            Signal(
                name, SPANS, "passage", f"maximal runs of {tokens}-grams of words that one earlier document of another "
                f"text has, labelled with its key; none where these are more than {most:g} of the document; score: "
                "words of the passage", _SOURCE, floor=float(tokens),
            ),
            Signal(f"{name}_fraction", pa.float64(), "fraction", f"words in {tokens}-grams that an earlier document of "
                   "another text has / words; null where the text has none", _SOURCE, high="mostly_shared"),
        )  # fmt: skip
        self.fingerprint = f"corpus_passages/1/{name}/{tokens}/{most}"

    def counted(self, counts: Sequence[Counts]) -> "CorpusPassages":
        """The same, knowing which hashes of winnowing are shared, and then which stretches."""
        made = copy.copy(self)
        made._counts = tuple(counts)
        return made

    def pieces(self, batch: Batch, cuts: Cuts) -> pa.ListArray:
        """Hashes that winnowing keeps; where these were counted, the stretches that have a shared one."""
        windows = self._windows(cuts)
        if self._counts:
            shared = self._may_be_shared(windows)
            return as_lists(windows.rows[shared], windows.hashes[shared], len(cuts.texts))
        owners = np.zeros(len(windows.kept), np.int64)
        owners[windows.chosen] = windows.rows
        return as_lists(owners, windows.kept, len(cuts.texts))

    def annotate(self, batch: Batch, cuts: Cuts) -> Columns:
        """Passages of every text, and the share of its words that are in some."""
        count = len(cuts.texts)
        spans: pa.ListArray = pa.array([[]] * count, SPANS)
        words = np.zeros(count, np.int64)
        windows = self._windows(cuts)
        sizes = np.diff(windows.words)
        if len(self._counts) == self.rounds:
            rows, firsts, places = self._shared(windows, own_texts(cuts.texts))
            words = _covered(rows, firsts, self.tokens, count)
            spans = self._spans(cuts, self._otherwise_different(self._runs(rows, firsts, places), sizes), count)
        return {self.name: spans, f"{self.name}_fraction": share(words, sizes)}

    def _windows(self, cuts: Cuts) -> _Windows:
        from filters.shingle_kernels import item_hashes
        from filters.winnowing import grams, winnow

        words, items = item_hashes(cuts.offsets, cuts.data, normal_characters(), False)
        bounds, kept, chosen = winnow(*grams(words, items, self._k), self._w)
        counts = np.diff(bounds)
        rows = np.repeat(np.arange(len(counts)), counts)
        firsts = np.arange(len(rows)) - np.repeat(bounds[:-1], counts)
        return _Windows(words, rows, firsts, kept, chosen, grams(words, items, self.tokens)[1])

    def _may_be_shared(self, windows: _Windows) -> npt.NDArray[np.bool_]:
        """Stretches of which the hash that winnowing keeps is shared; the others are not."""
        return np.asarray((self._counts[0].find(windows.kept) >= 0)[windows.chosen])

    def _shared(self, windows: _Windows, texts: Hashes) -> tuple[Ints, Ints, Ints]:
        """Text and first word of each stretch that an earlier document of another text has, and its place in counts."""
        candidates = np.flatnonzero(self._may_be_shared(windows))
        found = self._counts[1].find(windows.hashes[candidates])
        candidates, found = candidates[found >= 0], found[found >= 0]
        if len(found):
            others = self._counts[1].texts[found] != texts[windows.rows[candidates]]
            candidates, found = candidates[others], found[others]
        return windows.rows[candidates], windows.firsts[candidates], found

    def _runs(self, rows: Ints, firsts: Ints, places: Ints) -> _Runs:
        homes, lines = self._counts[1].homes[places], self._counts[1].rows[places]
        goes_on = (rows[1:] == rows[:-1]) & (firsts[1:] == firsts[:-1] + 1)
        goes_on &= (homes[1:] == homes[:-1]) & (lines[1:] == lines[:-1])
        begins = np.flatnonzero(np.concatenate([[True], ~goes_on])[: len(rows)])
        ends = np.append(begins[1:], len(rows)) - 1
        return _Runs(rows[begins], firsts[begins], firsts[ends[: len(begins)]] + self.tokens, places[begins])

    def _otherwise_different(self, runs: _Runs, sizes: Ints) -> _Runs:
        """The runs of pairs of documents that share no more than `most` of the words of the later one."""
        counts = self._counts[1]
        pairs = np.column_stack([runs.rows, counts.homes[runs.places], counts.rows[runs.places]])
        pair = np.unique(pairs, axis=0, return_inverse=True)[1].reshape(-1)
        order = np.lexsort((runs.firsts, pair))
        before = np.where(np.diff(pair[order], prepend=-1) == 0, np.roll(runs.ends[order], 1), 0)
        fresh = runs.ends[order] - np.maximum(runs.firsts[order], before)
        shared = np.bincount(pair[order], fresh, minlength=1)
        kept = shared[pair] <= self.most * sizes[runs.rows]
        return _Runs(*(column[kept] for column in runs))

    def _spans(self, cuts: Cuts, runs: _Runs, count: int) -> pa.ListArray:
        from filters.contamination_kernels import word_places

        counts, chosen = self._counts[1], np.unique(runs.rows)
        bounds, starts, ends = word_places(cuts.offsets, cuts.data, normal_characters(), chosen)
        base = bounds[np.searchsorted(chosen, runs.rows)]
        row_bounds = np.searchsorted(runs.rows, np.arange(count + 1))
        places = np.column_stack([starts[base + runs.firsts], ends[base + runs.ends - 1]]).ravel()
        points = to_code_points(cuts.offsets, cuts.data, 2 * row_bounds, places)
        keys = zip(counts.homes[runs.places].tolist(), counts.rows[runs.places].tolist(), strict=True)
        labels = [document_key(counts.shards[home], row) for home, row in keys]
        score = (runs.ends - runs.firsts).astype(np.float64)
        fields = [pa.array(points[::2]), pa.array(points[1::2]), pa.array(labels, pa.string()), pa.array(score)]
        structs = pa.StructArray.from_arrays([*fields, pa.repeat("match", len(labels))], fields=list(SPANS.value_type))
        return pa.ListArray.from_arrays(pa.array(row_bounds, pa.int32()), structs, type=SPANS)


def _covered(rows: Ints, firsts: Ints, length: int, count: int) -> Ints:
    """Words of each text that stand in one of its stretches of this length, which are sorted."""
    gaps = np.diff(firsts, prepend=0)
    again = np.concatenate([[False], rows[1:] == rows[:-1]])[: len(rows)]
    fresh = np.where(again, np.minimum(gaps, length), length)
    return sum_by_row(fresh, np.searchsorted(rows, np.arange(count + 1)))
