"""Passages of benchmarks in a text: a model that was trained on its examination has learned the answers.

An item of a benchmark is known by the n-grams of its words, normalised as `filters.shingles` does (case, accents,
punctuation and numbers make no difference). A document contains an item as far as it has its n-grams.

n = 13: Brown et al. 2020 (arXiv 2005.14165), appendix C, where one shared 13-gram counts as contamination. Here the
share of an item's n-grams that the document has is the score, and the rule says how much is too much. Items of
8 to 12 words are looked for as a whole; shorter ones are common phrases, and are left out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyarrow as pa
import xxhash

from filters.benchmark_index import FEWEST, BenchmarkIndex, Item
from filters.code_points import to_code_points
from filters.cuts import Cuts, Ints
from filters.documents import Batch
from filters.errors import ConfigurationError
from filters.shingles import normal_characters
from filters.signals import SPANS, Columns, Signal

__all__ = ["Contamination"]

_SOURCE = "Brown et al. 2020 (arXiv 2005.14165), appendix C: 13-grams; the share of an item is this project's"

Span = dict[str, object]


@dataclass(frozen=True, slots=True)
class _Contained:
    """What a text contains: passages, and the item of which it has most, with the share."""

    spans: list[Span]
    item: int
    share: float


class Contamination:
    """Which items of benchmarks a document contains, where, and how much of each.

    Args:
        items: of all benchmarks.
        name: of the spans; ``<name>_share`` and ``<name>_item`` are of the item that is contained most.
        n: words of an n-gram.

    Attributes:
        too_short: names of items of fewer than 8 words, which are not looked for.

    Raises:
        ConfigurationError: n is below 8, or there is no item of 8 words.
    """

    reads: Literal["text", "page"] = "text"

    def __init__(self, items: Sequence[Item], name: str = "contamination", n: int = 13) -> None:
        if n < FEWEST:
            raise ConfigurationError(
                f"{name}: n is {n}; fewer than {FEWEST} words in a row are common phrases: write 8 to 13"
            )
        self.name, self.n = name, n
        self._names = [item.name for item in items]
        self._index = BenchmarkIndex(items, n)
        if not self._index.sizes.any():
            raise ConfigurationError(f"{name}: no item has {FEWEST} words or more, so that nothing would ever be found")
        self.too_short = tuple(item.name for item, size in zip(items, self._index.sizes, strict=True) if not size)
        self.signals: Sequence[Signal] = (
            Signal(
                name, SPANS, "passage", f"maximal runs of {n}-grams of one item (shorter items whole), labelled "
                "benchmark:item; score: share of the item's n-grams in the document", _SOURCE,
            ),
            Signal(f"{name}_share", pa.float64(), "fraction", "the greatest share of an item's n-grams in the "
                   "document; 0 where none is", _SOURCE, high="contaminated"),
            Signal(f"{name}_item", pa.string(), "item", "the item of that share, the first of equals; null where none "
                   "is", _SOURCE),
        )  # fmt: skip
        content = xxhash.xxh3_128()
        for item in items:
            content.update("\0".join((item.name, *item.passages, "\1")).encode())
        self.fingerprint = f"contamination/1/{name}/{n}/{content.hexdigest()}"

    def annotate(self, batch: Batch, cuts: Cuts) -> Columns:
        """Items, shares and passages of every text; only texts with an n-gram of an item cost more than a look-up."""
        from filters.shingle_kernels import item_hashes

        rows, words = item_hashes(cuts.offsets, cuts.data, normal_characters(), False)
        count = len(rows) - 1
        spans: list[list[Span]] = [[] for _ in range(count)]
        shares: list[float] = [0.0] * count
        names: list[str | None] = [None] * count
        for row, contained in self._contained(cuts, self._index.hits(rows, words)):
            spans[row], shares[row], names[row] = contained.spans, contained.share, self._names[contained.item]
        return {
            self.name: pa.array(spans, SPANS),
            f"{self.name}_share": pa.array(shares, pa.float64()),
            f"{self.name}_item": pa.array(names, pa.string()),
        }

    def _contained(self, cuts: Cuts, hits: Ints) -> Iterator[tuple[int, _Contained]]:
        """Every text with hits, and what it contains."""
        from filters.contamination_kernels import word_places

        hits = hits[np.lexsort((hits[:, 2], hits[:, 1], hits[:, 3], hits[:, 0]))]
        chosen = np.unique(hits[:, 0])
        bounds, starts, ends = word_places(cuts.offsets, cuts.data, normal_characters(), chosen)
        for k, (row, of_row) in enumerate(_by(0, hits)):
            places = slice(*bounds[k : k + 2].tolist())
            text = cuts.offsets[row : row + 2]
            words = [to_code_points(text, cuts.data, np.array([0, len(p)]), p) for p in (starts[places], ends[places])]
            yield row, self._of_text(of_row, *words)

    def _of_text(self, hits: Ints, starts: Ints, ends: Ints) -> _Contained:
        """What the text of these hits contains; its words begin and end at these code points."""
        shares: dict[int, float] = {}
        spans: list[Span] = []
        for item, mine in _by(3, hits):
            shares[item] = len(np.unique(mine[:, 4])) / int(self._index.sizes[item])
            for first, last in _runs(mine):
                place = {"start": int(starts[first]), "end": int(ends[last - 1])}
                spans.append({**place, "label": self._names[item], "score": shares[item], "unit": "match"})
        spans.sort(key=lambda span: (span["start"], span["end"], span["label"]))
        most = max(shares, key=lambda item: (shares[item], -item))
        return _Contained(spans, most, shares[most])


def _by(column: int, hits: Ints) -> Iterator[tuple[int, Ints]]:
    """Every value of a column by which the hits are sorted, with its hits; many items can share what tasks ask."""
    values, begins = np.unique(hits[:, column], return_index=True)
    yield from zip(values.tolist(), np.split(hits, begins)[1:], strict=True)


def _runs(hits: Ints) -> list[tuple[int, int]]:
    """First and one past the last word of each run of overlapping or touching hits, which are sorted by place."""
    firsts, reach = hits[:, 1], np.maximum.accumulate(hits[:, 2])
    begins = np.flatnonzero(np.append(True, firsts[1:] > reach[:-1]))
    ends = np.append(begins[1:], len(hits)) - 1
    return list(zip(firsts[begins].tolist(), reach[ends].tolist(), strict=True))
