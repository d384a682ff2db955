"""fastText's judgement of stretches of a text and of all of them together, in one pass over the bytes.

The vector of a text is the mean of those of its words and n-grams, so that the parts cost next to nothing once the
whole is judged. Sums run in the order and in the floats of facebookresearch/fastText, src/dictionary.cc (getLine,
computeSubwords), fasttext.cc (predictLine) and loss.cc (HierarchicalSoftmaxLoss): the values are the package's.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from classifiers.fasttext_arrays import FREE, FastTextArrays
from filters.characters import ALPHABETIC, WHITE_SPACE
from filters.compiled import inner, kernel
from filters.utf8 import decode

__all__ = ["judge_stretches"]

Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

OPENING, CLOSING = 60, 62  # < and >, at the ends of a word
MARK = np.frombuffer(b"__label__", np.uint8).copy()
END_OF_LINE = 0  # the number of the word </s>
KEPT = 2  # labels of a text


@kernel
def judge_stretches(
    model: FastTextArrays, data: Bytes, rows: Ints, starts: Ints, ends: Ints, least: int, classes: Bytes
) -> tuple[Ints, Floats, Ints, Floats, Ints]:
    """The two likeliest labels of texts and of their stretches, and the letters of each stretch.

    Args:
        model: its labels are numbered in the order of the tree's leaves.
        data: UTF-8.
        rows: first stretch of each text, and the number of all.
        starts: first byte of each stretch.
        ends: one past its last byte.
        least: letters of a stretch that is judged.
        classes: of characters.

    Returns:
        Labels and probabilities of texts, then of stretches, two each, and letters. A label is -1 where there is none:
        in a text without a letter, a stretch with fewer than `least`, or where the next is less probable than 1e-5.
    """
    texts, dim = len(rows) - 1, model.vectors.shape[1]
    labels, scores = np.zeros((texts, KEPT), np.int64), np.zeros((texts, KEPT), np.float32)
    part_labels, part_scores = np.zeros((len(starts), KEPT), np.int64), np.zeros((len(starts), KEPT), np.float32)
    labels[:], part_labels[:] = -1, -1
    letters = np.zeros(len(starts), np.int64)
    whole, part = np.zeros(dim, np.float32), np.zeros(dim, np.float32)
    nodes, so_far = np.zeros(2 * len(model.left) + 2, np.int64), np.zeros(2 * len(model.left) + 2, np.float32)
    for i in range(texts):
        whole[:] = 0
        added, of_text = 0, 0
        for j in range(rows[i], rows[i + 1]):
            part[:] = 0
            letters[j], count = add_words(model, data, starts[j], ends[j], classes, whole, part)
            added += count
            of_text += letters[j]
            if letters[j] >= least:
                add_vector(model.vectors, END_OF_LINE, part)
                likeliest(model, part, count + 1, part_labels[j], part_scores[j], nodes, so_far)
        if of_text > 0:
            add_vector(model.vectors, END_OF_LINE, whole)
            likeliest(model, whole, added + 1, labels[i], scores[i], nodes, so_far)
    return labels, scores, part_labels, part_scores, letters


@inner
def add_words(
    model: FastTextArrays, data: Bytes, start: int, end: int, classes: Bytes, whole: Floats, part: Floats
) -> tuple[int, int]:
    """Adds the vectors of the words of a stretch; its letters, and how many vectors there were."""
    here, letters, added = start, 0, 0
    while here < end:
        first, code_hash = here, np.uint32(2166136261)
        while here < end:
            code, size = decode(data, here)
            if classes[code] & WHITE_SPACE or code == 0:
                break
            letters += (classes[code] & ALPHABETIC) > 0
            for k in range(here, here + size):
                code_hash = fnv_with(code_hash, data[k])
            here += size
        if here > first:
            added += add_word(model, data, first, here, code_hash, whole, part)
        else:
            here += size
    return letters, added


@inner
def add_word(
    model: FastTextArrays, data: Bytes, start: int, end: int, code_hash: Any, whole: Floats, part: Floats
) -> int:
    """Adds the vectors of a word and of its n-grams, as far as the model has any; their number."""
    word = word_number(model, data, start, end, code_hash)
    if word == END_OF_LINE or word >= model.words or (word < 0 and is_label(data, start, end)):
        return 0
    added = 0
    if word >= 0:
        add_both(model.vectors, word, whole, part)
        added += 1
    last = end - start + 1  # the place of the closing mark, the opening one's is 0
    for i in range(last + 1):
        if continues(data, start, i, last):
            continue
        j, n, value = i, 1, np.uint32(2166136261)
        while j <= last and n <= model.longest:
            value = fnv_with(value, byte_of(data, start, j, last))
            j += 1
            while continues(data, start, j, last):
                value = fnv_with(value, byte_of(data, start, j, last))
                j += 1
            if n >= model.shortest and not (n == 1 and (i == 0 or j > last)):
                row = ngram_row(model, int(value % np.uint32(model.bucket)))
                if row >= 0:
                    add_both(model.vectors, row, whole, part)
                    added += 1
            n += 1
    return added


@inner
def fnv_with(value: Any, byte: int) -> Any:
    """FNV-1a, one byte on, taken as a signed one."""
    return np.uint32((value ^ np.uint32(np.int8(byte))) * np.uint32(16777619))


@inner
def byte_of(data: Bytes, start: int, place: int, last: int) -> int:
    """A byte of a word with its marks."""
    if place == 0:
        return OPENING
    return CLOSING if place == last else int(data[start + place - 1])


@inner
def continues(data: Bytes, start: int, place: int, last: int) -> bool:
    """Whether it is one that continues a character."""
    return 0 < place < last and (data[start + place - 1] & 0xC0) == 0x80


@inner
def add_vector(vectors: Floats, row: int, total: Floats) -> None:
    """Adds a vector."""
    for d in range(len(total)):
        total[d] += vectors[row, d]


@inner
def add_both(vectors: Floats, row: int, whole: Floats, part: Floats) -> None:
    """Adds a vector to two sums."""
    for d in range(len(whole)):
        whole[d] += vectors[row, d]
        part[d] += vectors[row, d]


@inner
def word_number(model: FastTextArrays, data: Bytes, start: int, end: int, code_hash: Any) -> int:
    """The number of a word or label of the dictionary, -1 for another."""
    mask = len(model.word_table) - 1
    place = int(code_hash) & mask
    while model.word_table[place] != FREE:
        word = int(model.word_table[place])
        first = int(model.word_ends[word - 1]) if word > 0 else 0
        if model.word_ends[word] - first == end - start:
            k = 0
            while k < end - start and model.word_bytes[first + k] == data[start + k]:
                k += 1
            if k == end - start:
                return word
        place = (place + 1) & mask
    return -1


@inner
def is_label(data: Bytes, start: int, end: int) -> bool:
    """Whether fastText takes a word that it does not know for a label."""
    k = 0
    while k < len(MARK) and k < end - start and data[start + k] == MARK[k]:
        k += 1
    return k == len(MARK)


@inner
def ngram_row(model: FastTextArrays, key: int) -> int:
    """The vector of an n-gram, -1 where it was pruned."""
    mask = len(model.ngram_keys) - 1
    place = key & mask
    while model.ngram_rows[place] != FREE and model.ngram_keys[place] != key:
        place = (place + 1) & mask
    return int(model.ngram_rows[place])


@inner
def likeliest(
    model: FastTextArrays, total: Floats, count: int, labels: Ints, scores: Floats, nodes: Ints, so_far: Floats
) -> None:
    """The likeliest labels, by the branches of the tree that may lead to them."""
    share = np.float32(1.0 / count)
    for d in range(len(total)):
        total[d] *= share
    leaves, waiting = len(model.left) + 1, 1
    nodes[0], so_far[0] = 2 * leaves - 2, np.float32(0)
    scores[:] = np.float32(np.log(1e-5))
    while waiting > 0:
        waiting -= 1
        node, score = nodes[waiting], so_far[waiting]
        if score < scores[KEPT - 1]:
            continue
        if node < leaves:
            k = KEPT - 1
            while k > 0 and (labels[k - 1] < 0 or score > scores[k - 1]):
                labels[k], scores[k] = labels[k - 1], scores[k - 1]
                k -= 1
            labels[k], scores[k] = node, score
            continue
        dot = np.float32(0)
        for d in range(len(total)):
            dot += model.outputs[node - leaves, d] * total[d]
        branch = np.float32(1.0 / np.float64(np.float32(1) + np.exp(-dot)))
        nodes[waiting], so_far[waiting] = model.right[node - leaves], score + log_of(branch)
        nodes[waiting + 1] = model.left[node - leaves]
        so_far[waiting + 1] = score + log_of(np.float32(1.0 - np.float64(branch)))
        waiting += 2
    for k in range(KEPT):
        scores[k] = np.exp(scores[k])


@inner
def log_of(probability: Any) -> Any:
    """The logarithm of fastText, which is defined at 0."""
    return np.float32(np.log(np.float64(probability) + 1e-5))
