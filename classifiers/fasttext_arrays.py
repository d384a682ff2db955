"""A quantised fastText file with subwords and a Huffman tree, as arrays for a compiled kernel.

The format is that of facebookresearch/fastText, version 12: src/fasttext.cc (loadModel), args.cc, dictionary.cc,
matrix.cc, quantmatrix.cc, productquantizer.cc. Of such files lid.176.ftz is one; whatever is none of them stays with
the package ``fasttext``.
"""

import struct
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["FREE", "FastTextArrays", "read_arrays"]

Ints = npt.NDArray[np.int32]
Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

FREE = -1
"""Marks a free place in a hash table."""


class FastTextArrays(NamedTuple):
    """What a kernel needs of a model.

    Attributes:
        vectors: of words, then of n-grams, as the quantised ones are read.
        outputs: of the inner nodes of the tree.
        left: the node to the left of inner node k (label k counted from the number of labels on).
        right: the one to its right; of a code the branch 1.
        word_bytes: the words and labels of the dictionary, one after the other.
        word_ends: where each ends.
        words: how many of them are words; labels come after them.
        word_table: their numbers, at the places of their hashes.
        ngram_keys: hashes of the n-grams that have vectors, within `bucket`, at the places of their hashes.
        ngram_rows: the vector of each.
        bucket: n-gram hashes are taken modulo this.
        shortest: least characters of an n-gram, the marks of a word's ends counted.
        longest: most.
    """

    vectors: Floats
    outputs: Floats
    left: Ints
    right: Ints
    word_bytes: Bytes
    word_ends: Ints
    words: int
    word_table: Ints
    ngram_keys: Ints
    ngram_rows: Ints
    bucket: int
    shortest: int
    longest: int


def read_arrays(content: bytes) -> tuple[FastTextArrays, list[str]]:
    """The arrays, and the labels in the order of the tree's leaves.

    Args:
        content: of the file, which must be whole: it is checked by its digest before.
    """
    at = _Reader(content)
    _, version = at.take("2i")
    (dim, _, _, _, _, word_ngrams, loss, model, bucket, shortest, longest, _) = at.take("12i")
    at.take("d")
    size, words, _ = at.take("3i")
    _, pruned = at.take("2q")
    entries = [at.entry() for _ in range(size)]
    pairs = at.array("<i4", 2 * pruned).reshape(-1, 2)
    assert (version, word_ngrams, loss, model, pruned > 0) == (12, 1, 1, 3, True), "a model of another shape"
    vectors = _quantised(at, dim)
    assert not at.take("?")[0], "quantised outputs"
    rows, columns = at.take("2q")
    left, right = _huffman([count for _, count in entries[words:]])
    names = [name for name, _ in entries]
    keys, places = _table(pairs[:, 0])
    arrays = FastTextArrays(
        vectors=vectors,
        outputs=at.array("<f4", rows * columns).reshape(rows, columns).astype(np.float32),
        left=left,
        right=right,
        word_bytes=np.frombuffer(b"".join(names), np.uint8),
        word_ends=np.cumsum([len(name) for name in names]).astype(np.int32),
        words=words,
        word_table=_table(np.array([word_hash(name) for name in names], np.uint32))[1],
        ngram_keys=keys,
        ngram_rows=np.where(places == FREE, FREE, words + pairs[places, 1]).astype(np.int32),
        bucket=bucket,
        shortest=shortest,
        longest=longest,
    )
    return arrays, [name.decode() for name in names[words:]]


def word_hash(word: bytes) -> int:
    """FNV-1a of 32 bits, whose bytes fastText takes as signed numbers."""
    value = 2166136261
    for byte in word:
        value = ((value ^ (byte | (0xFFFFFF00 if byte > 127 else 0))) * 16777619) & 0xFFFFFFFF
    return value


class _Reader:
    """Values of a file in their order, little-endian."""

    def __init__(self, content: bytes) -> None:
        self.content, self.here = content, 0

    def take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self.content, self.here)
        self.here += struct.calcsize("<" + layout)
        return values

    def array(self, kind: str, count: int) -> npt.NDArray[Any]:
        values = np.frombuffer(self.content, kind, count, self.here)
        self.here += values.nbytes
        return values

    def entry(self) -> tuple[bytes, int]:
        """A word or label, and how often it was there in training."""
        end = self.content.index(b"\0", self.here)
        name, self.here = self.content[self.here : end], end + 1
        count, _ = self.take("qb")
        return name, count


def _quantised(at: _Reader, dim: int) -> Floats:
    """The rows of a quantised matrix: the centroids that their codes name, times the norm that another code names."""
    quantised, normed = at.take("2?")
    assert quantised, "a model that is not quantised"
    rows, _ = at.take("2q")
    (size,) = at.take("i")
    codes = at.array("<u1", size).reshape(rows, -1)
    centroids = _centroids(at)
    found = np.concatenate([centroids[part][codes[:, part]] for part in range(codes.shape[1])], axis=1)
    if normed:
        norm_codes = at.array("<u1", rows)
        found = found * _centroids(at)[0][norm_codes]
    assert found.shape == (rows, dim), "parts of unequal width"
    return np.ascontiguousarray(found, np.float32)


def _centroids(at: _Reader) -> Floats:
    """The 256 centroids of each part of a vector."""
    dim, parts, width, last = at.take("4i")
    assert width == last, "a last part of another width"
    return at.array("<f4", dim * 256).reshape(parts, 256, width)


def _huffman(counts: list[int]) -> tuple[Ints, Ints]:
    """The children of the inner nodes of fastText's tree over labels, which come in falling order of their counts."""
    labels = len(counts)
    weights = counts + [10**15] * (labels - 1)
    left, right = np.zeros(labels - 1, np.int32), np.zeros(labels - 1, np.int32)
    leaf, node = labels - 1, labels
    for inner in range(labels, 2 * labels - 1):
        least = []
        for _ in range(2):
            if leaf >= 0 and weights[leaf] < weights[node]:
                least.append(leaf)
                leaf -= 1
            else:
                least.append(node)
                node += 1
        weights[inner] = sum(weights[each] for each in least)
        left[inner - labels], right[inner - labels] = least
    return left, right


def _table(keys: npt.NDArray[Any]) -> tuple[Ints, Ints]:
    """Keys and their numbers, each at the first free place from its value on, modulo the size: a power of two."""
    size = 1 << (2 * len(keys)).bit_length()
    found, numbers = np.zeros(size, np.int32), np.full(size, FREE, np.int32)
    for number, key in enumerate(keys.tolist()):
        place = key & (size - 1)
        while numbers[place] != FREE:
            place = (place + 1) & (size - 1)
        found[place], numbers[place] = np.int64(key).astype(np.int32), number
    return found, numbers
