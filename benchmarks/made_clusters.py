"""Made corpora of which every duplicate is known: JSONL.gz shards, and the truth beside them.

Of the documents 29.2% stand in clusters of two or more, the share of pages that Fetterly, Manasse and Najork found very
similar to others among 150 million ("On the Evolution of Clusters of Near-Duplicate Web Pages", LA-Web 2003). They
found the sizes to follow a power law; the exponent here, 2.5, is chosen so that of a million documents a few clusters
have thousands. Of the copies 60% have their original's text and 35% some other words, near what they found (22.2 of the
29.2% virtually identical); 5% have only its URL. The same arguments give the same bytes.
"""

import gzip
import json
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from made_corpus import Corpus, laid_out

IN_CLUSTERS = 0.292
EXPONENT = 2.5
ORIGINAL, TEXT, NEAR, URL = range(4)
KINDS = ("original", "text", "near", "url")
SHARE_OF_COPIES = {TEXT: 0.60, NEAR: 0.35, URL: 0.05}
EXCHANGED = {0.003: 0.35, 0.01: 0.30, 0.02: 0.20, 0.03: 0.10, 0.05: 0.05}
"""Share of a near copy's words that are others, and of how many near copies."""
WORDS = 5
"""Of the shingles of which the similarity is known."""
DOCUMENTS_PER_SHARD = 10_000
LARGEST = 200
"""The largest cluster may have one of so many documents."""


class Made(NamedTuple):
    """Of each document, in the order of the shards, what it is made as."""

    cluster: np.ndarray
    kind: np.ndarray
    exchanged: np.ndarray


def made(documents: int, seed: int = 1) -> Made:
    """Which documents are copies of which."""
    rng = np.random.default_rng([seed, documents])
    sizes = np.arange(2, max(3, documents // LARGEST + 1))
    weights = sizes**-EXPONENT
    drawn = rng.choice(sizes, documents // 4 + 1, p=weights / weights.sum())
    drawn = drawn[: np.searchsorted(np.cumsum(drawn), IN_CLUSTERS * documents)]
    alone = documents - int(drawn.sum())
    sizes = np.concatenate([drawn, np.ones(alone, np.int64)])
    cluster = np.repeat(np.arange(len(sizes)), sizes)
    kind = rng.choice(list(SHARE_OF_COPIES), documents, p=list(SHARE_OF_COPIES.values()))
    kind[np.cumsum(sizes) - sizes] = ORIGINAL
    exchanged = np.where(kind == NEAR, rng.choice(list(EXCHANGED), documents, p=list(EXCHANGED.values())), 0.0)
    order = rng.permutation(documents)
    return Made(cluster[order], kind[order], exchanged[order])


def write_clusters(folder: Path, documents: int, seed: int = 1) -> None:
    """``documents/*.jsonl.gz`` and ``truth.parquet``: cluster, kind, and the Jaccard similarity to the original."""
    write(folder, documents, partial(clustered, seed, made(documents, seed)))


def clustered(seed: int, known: Made, corpus: Corpus, number: int) -> tuple[str, str, int, int, float]:
    """Text, URL, cluster, kind and similarity of a document."""
    cluster, kind = int(known.cluster[number]), int(known.kind[number])
    words, similarity = corpus.words(np.random.default_rng([seed, cluster])), 1.0
    url = f"https://site{number % 5000}.example/{number}"
    if kind == NEAR:
        rng = np.random.default_rng([seed, cluster, number])
        words, similarity = edited(corpus, words, max(1, round(float(known.exchanged[number]) * len(words))), rng)
    if kind == URL:
        words, similarity = corpus.words(np.random.default_rng([seed, cluster, number])), 0.0
    if kind in (ORIGINAL, URL):
        url = f"https://site{cluster % 5000}.example/page/{cluster}"
        url += f"?utm_source=feed{number}#top" if kind == URL else ""
    return laid_out(words), url, cluster, kind, similarity


def edited(corpus: Corpus, words: np.ndarray, changes: int, rng: np.random.Generator) -> tuple[np.ndarray, float]:
    """The words with some others, and the Jaccard similarity of the shingles, none of which is thought to recur."""
    places = np.sort(rng.choice(len(words), changes, replace=False))
    words = words.copy()
    words[places] = corpus.rare(rng, changes)
    gaps = np.diff(np.concatenate([[-1], places, [len(words)]])) - 1
    kept, whole = int(np.maximum(gaps - WORDS + 1, 0).sum()), len(words) - WORDS + 1
    return words, kept / (2 * whole - kept)


def write_hot(folder: Path, documents: int, near: bool) -> None:
    """One cluster of so many: equal texts, or texts of which each has another word exchanged."""
    write(folder, documents, partial(hot, near))


def hot(near: bool, corpus: Corpus, number: int) -> tuple[str, str, int, int, float]:
    """Text, URL, cluster, kind and similarity of a document of the one cluster."""
    words, similarity = corpus.words(np.random.default_rng(0)), 1.0
    if near and number:
        words, similarity = edited(corpus, words, 1, np.random.default_rng([0, number]))
    kind = ORIGINAL if number == 0 else NEAR if near else TEXT
    return laid_out(words), f"https://site{number % 5000}.example/{number}", 0, kind, similarity


def write_short(folder: Path, documents: int) -> None:
    """Equal pages of 200 characters: what remains is the cost of having many."""
    write(folder, documents, short)


def short(corpus: Corpus, number: int) -> tuple[str, str, int, int, float]:
    """Text, URL, cluster, kind and similarity of one of the equal short pages."""
    words = corpus.words(np.random.default_rng(0))[:33]
    return laid_out(words), f"https://site{number % 5000}.example/{number}", 0, TEXT if number else ORIGINAL, 1.0


def write(folder: Path, documents: int, of_number) -> None:
    """All shards and the truth, by two processes, unless they stand there."""
    if (folder / "truth.parquet").exists():
        return
    (folder / "documents").mkdir(parents=True, exist_ok=True)
    shards = max(1, documents // DOCUMENTS_PER_SHARD)
    bounds = [shard * documents // shards for shard in range(shards + 1)]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        rows = pool.map(write_shard, [folder] * shards, range(shards), bounds[:-1], bounds[1:], [of_number] * shards)
        pq.write_table(pa.concat_tables(rows), folder / "truth.parquet")


def write_shard(folder: Path, shard: int, first: int, last: int, of_number) -> pa.Table:
    """One shard; what is known of its documents."""
    corpus, rows = Corpus(), []
    path = folder / "documents" / f"{shard:05d}.jsonl.gz"
    with gzip.GzipFile(path, "wb", compresslevel=1, mtime=0) as file:
        for number in range(first, last):
            text, url, *truth = of_number(corpus, number)
            line = {"id": str(number), "text": text, "url": url, "source": "made"}
            file.write(json.dumps(line).encode() + b"\n")
            rows.append((path.name, number - first, *truth))
    names = ["shard", "row", "cluster", "kind", "similarity"]
    return pa.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)))
