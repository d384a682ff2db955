"""Small corpora, counted by dictionaries: what `pipelines.corpus_counts` does over files."""

import numpy as np

from filters.contract import batch_of
from filters.counted import Counts
from filters.cuts import Cuts
from filters.text_hash import normalize_text


def over_corpus(subject, texts, shards=None):
    """A counted cleaner or annotator that knows these texts, one document each, in the order of their keys."""
    keys = [("s", row) for row in range(len(texts))] if shards is None else shards
    counts = []
    for _ in range(subject.rounds):
        batch = batch_of(texts)
        pieces = subject.counted(counts).pieces(batch, Cuts(batch["text"])).to_pylist()
        counts.append(counted(pieces, texts, keys, subject.documents))
    return subject.counted(counts)


def counted(pieces, texts, keys, least):
    names = [own(text) for text in texts]
    found = {}
    for document, hashes in enumerate(pieces):
        for value in hashes:
            found.setdefault(value, []).append(document)
    common = sorted(h for h, having in found.items() if len({names[d] for d in having}) >= least)
    firsts = [found[value][0] for value in common]
    shards = sorted({shard for shard, _ in keys})
    return Counts(
        np.array(common, np.uint64),
        np.array([names[d] for d in firsts], np.uint64),
        np.array([shards.index(keys[d][0]) for d in firsts], np.int64),
        np.array([keys[d][1] for d in firsts], np.int64),
        tuple(shards),
    )


def own(text):
    import xxhash

    return int.from_bytes(xxhash.xxh3_128_digest(normalize_text(text).encode())[:8], "little")
