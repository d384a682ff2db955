"""How well the main text is found: precision, recall and F1 of both extractors on pages with known answers.

``extraction_expected.json`` gives for a URL strings that the text must have (``with``) and must not have
(``without``). Counted over all strings: true positives are wanted strings found, false negatives wanted strings missed,
false positives unwanted strings found. Precision = TP / (TP + FP), recall = TP / (TP + FN), F1 their harmonic mean.

    python benchmarks/extraction_score.py ../shared/data/web
"""

import json
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from filters.extraction import Extractor
from storage.inputs import Input, Limits
from storage.shards import list_shards, read_shard

Expected = Mapping[str, Mapping[str, Sequence[str]]]


@dataclass(frozen=True)
class Score:
    """Strings found, missed and wrongly found over a number of pages."""

    pages: int
    true_positives: int
    false_negatives: int
    false_positives: int
    seconds: float

    @property
    def precision(self) -> float:
        """Share of the judged strings in the text that were wanted."""
        return self.true_positives / (self.true_positives + self.false_positives)

    @property
    def recall(self) -> float:
        """Share of the wanted strings that are in the text."""
        return self.true_positives / (self.true_positives + self.false_negatives)

    @property
    def f1(self) -> float:
        """Harmonic mean of the two."""
        return 2 * self.precision * self.recall / (self.precision + self.recall)


def score(extractor: Extractor, folder: Path, expected: Expected, shards: int | None = None) -> Score:
    """The score over the WARC shards of a folder, or the first few of them."""
    texts: dict[str, str] = {}
    source, limits, seconds = Input("web", (str(folder),)), Limits(), 0.0
    urls: set[str] = set()
    for shard in list_shards([source], limits)[:shards]:
        for chunk in read_shard(shard, source, limits):
            urls.update(chunk.records["url"].to_pylist())
            began = time.perf_counter()
            batch = extractor.extract(chunk.records, shard.name).batch
            seconds += time.perf_counter() - began
            texts.update(zip(batch["url"].to_pylist(), batch["text"].to_pylist(), strict=True))
    judged = sorted(urls & expected.keys())
    found = [[s in texts.get(url, "") for s in expected[url]["with"]] for url in judged]
    wrong = [[s in texts.get(url, "") for s in expected[url]["without"]] for url in judged]
    hits = sum(map(sum, found))
    return Score(len(judged), hits, sum(map(len, found)) - hits, sum(map(sum, wrong)), seconds)


def main() -> None:
    """Prints one row for each extractor."""
    root = Path(sys.argv[1])
    expected = json.loads((root / "extraction_expected.json").read_text("utf-8"))
    print(f"{'extractor':<12} {'pages':>5} {'precision':>9} {'recall':>6} {'F1':>5} {'ms a page':>9}")
    for kind in ("resiliparse", "trafilatura"):
        s = score(Extractor(kind), root / "warc", expected)
        milliseconds = 1e3 * s.seconds / s.pages
        print(f"{kind:<12} {s.pages:>5} {s.precision:>9.3f} {s.recall:>6.3f} {s.f1:>5.3f} {milliseconds:>9.1f}")


if __name__ == "__main__":
    main()
