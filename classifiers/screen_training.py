"""Trains the screen of a cascade on texts with the probability that its transformer gives them.

``python -m classifiers.screen_training TEXTS.parquet OUT.npz [--seed 0]``

TEXTS has the columns ``text`` and ``target`` (0 to 1), and may have ``weight`` (1 where absent) and ``source``.
A tenth of the texts, chosen by their bytes, is held out, and the tables printed are of it. What it costs to pass on a
text for nothing is said by its weight: windows of web pages want about eight times that of labelled comments.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
import xxhash

from classifiers.screen import BITS, UNITS, WIDTH, Screen
from classifiers.screen_folding import character_fold
from filters.cuts import Ints, text_buffers
from filters.errors import InputError

__all__ = ["limit_for", "main", "scores_of", "train"]

Numbers = npt.NDArray[np.float32]

PASSES, RATE = 5, 0.1
BESIDE = 0.9  # of the steps set a text beside a harmless one, as it will stand in a page
HARMLESS = 0.1  # the highest target of a text that may stand beside another
FLAGGED = 0.5  # the lowest target of a text that the screen must find
RECALLS = (0.9, 0.95, 0.97, 0.98, 0.99, 0.995)
SHARES = (0.005, 0.01, 0.02, 0.04)


def train(texts: pa.StringArray, targets: Numbers, weights: Numbers, seed: int = 0) -> Screen:
    """A screen; on one kind of processor the same texts and seed give the same one.

    Log loss against the targets, by AdaGrad with a rate that falls to 0, twice over the texts, in another order each
    time. A step moves only the stretch that scores highest, as only that one counts in a score; and nine texts of ten
    are set before or behind a harmless one, drawn by its bytes times its weight. The table begins at 0, so that words
    never seen say nothing, and is rounded to whole numbers of 8 bits at the end, the largest in 10,000 cut off.

    Args:
        texts: without nulls.
        targets: 0 to 1, one a text.
        weights: one a text.
        seed: of the order and the neighbours.
    """
    from classifiers.screen_training_kernels import train_pass

    draw = np.random.default_rng(seed)
    offsets, data = text_buffers(texts)
    starts, ends = offsets[:-1].copy(), offsets[1:].copy()
    fold = character_fold()
    table, table_squares = np.zeros((1 << BITS, WIDTH), np.float32), np.zeros(1 << BITS, np.float32)
    layers = first_layers(draw)
    layers_squares = np.full(layers.shape, 0.01, np.float32)
    harmless = np.flatnonzero(targets <= HARMLESS)
    count = len(starts)
    rates = (RATE * (1 - np.arange(count * PASSES) / max(1, count * PASSES))).astype(np.float32)
    for passed in range(PASSES):
        train_pass(
            data,
            starts,
            ends,
            draw.permutation(count),
            drawn_companions(draw, harmless, ((ends - starts) * weights)[harmless], count),
            draw.random(count) < 0.5,
            targets.astype(np.float32),
            weights.astype(np.float32),
            rates[passed * count : (passed + 1) * count],
            fold,
            table,
            table_squares,
            layers,
            layers_squares,
        )
    return rounded(fold, table, layers)


def first_layers(draw: np.random.Generator) -> Numbers:
    """Random weights of the units with a rectifier, half of them for and half against; the other passes one number."""
    layers = np.zeros((UNITS + 1, WIDTH + 2), np.float32)
    layers[:UNITS, :WIDTH] = draw.normal(0, WIDTH**-0.5, (UNITS, WIDTH))
    layers[:UNITS, WIDTH] = 0.1
    layers[:UNITS, WIDTH + 1] = np.where(np.arange(UNITS) % 2, 1, -1) * UNITS**-0.5
    layers[UNITS, [0, WIDTH + 1]] = 1
    return layers


def drawn_companions(
    draw: np.random.Generator, harmless: Ints, sizes: npt.NDArray[np.floating[Any]], count: int
) -> Ints:
    """For each step a harmless text, each as often as its size says, or -1."""
    chosen, places = draw.random(count) < BESIDE, draw.random(count)
    upto = np.cumsum(sizes)
    if len(upto) == 0 or upto[-1] == 0:
        return np.full(count, -1, np.int64)
    found = np.minimum(np.searchsorted(upto, places * upto[-1], side="right"), len(upto) - 1)
    return np.where(chosen, harmless[found], -1)


def rounded(fold: npt.NDArray[np.uint8], table: Numbers, layers: Numbers) -> Screen:
    """The table in whole numbers, what one of them stands for taken into the layers."""
    met = np.abs(table[table.any(axis=1)])
    unit = np.quantile(met, 0.9999, axis=0).astype(np.float32) / 127 if len(met) else np.ones(WIDTH, np.float32)
    unit[unit == 0] = 1
    whole = np.clip(np.rint(table / unit), -127, 127).astype(np.int8)
    scaled = layers.copy()
    scaled[:, :WIDTH] *= unit
    return Screen(fold, whole, scaled)


def limit_for(recall: float, scores: Numbers, targets: Numbers) -> float:
    """The highest limit that at least this share of the texts to be found, those of target .5 and more, reaches.

    Raises:
        InputError: none of the texts is to be found.
    """
    wanted = np.sort(scores[targets >= FLAGGED])
    if len(wanted) == 0:
        raise InputError(f"no text has a target of {FLAGGED} or more: a limit by recall needs some that must be found")
    missed = int((1 - recall) * len(wanted) + 1e-9)
    return float(wanted[min(missed, len(wanted) - 1)])


def scores_of(screen: Screen, texts: pa.StringArray) -> Numbers:
    """The score of each text."""
    offsets, data = text_buffers(texts)
    return screen.scores(data, offsets[:-1].copy(), offsets[1:].copy())


def recall_table(scores: Numbers, targets: Numbers, sources: npt.NDArray[np.object_]) -> str:
    """By recall: the limit, and the share of the texts below .5 that reach it, by source."""
    names = sorted(set(sources))
    lines = [f"| recall | limit | passed of all | {' | '.join(f'of {name}' for name in names)} |"]
    lines.append("| --- " * (3 + len(names)) + "|")
    for recall in RECALLS:
        limit = limit_for(recall, scores, targets)
        shares = [share(scores >= limit, targets < FLAGGED)]
        shares += [share(scores >= limit, (targets < FLAGGED) & (sources == name)) for name in names]
        lines.append(f"| {recall} | {limit:.5f} | {' | '.join(shares)} |")
    return "\n".join(lines)


def pass_table(scores: Numbers, targets: Numbers, sources: npt.NDArray[np.object_], of: str) -> str:
    """By share passed of a source's texts below .5: the limit, and the recall of each source."""
    names = sorted(set(sources[targets >= FLAGGED]))
    lines = [f"| passed of {of} | limit | recall of all | {' | '.join(f'of {name}' for name in names)} |"]
    lines.append("| --- " * (3 + len(names)) + "|")
    harmless = scores[(targets < FLAGGED) & (sources == of)]
    for passed in SHARES if len(harmless) else ():
        limit = float(np.quantile(harmless, 1 - passed))
        shares = [share(scores >= limit, targets >= FLAGGED)]
        shares += [share(scores >= limit, (targets >= FLAGGED) & (sources == name)) for name in names]
        lines.append(f"| {passed:.1%} | {limit:.5f} | {' | '.join(shares)} |")
    return "\n".join(lines)


def share(reached: npt.NDArray[np.bool_], among: npt.NDArray[np.bool_]) -> str:
    """How many of a set, in words."""
    return f"{reached[among].mean():.2%} of {among.sum():,}" if among.any() else "-"


def read_texts(path: Path) -> tuple[pa.StringArray, Numbers, Numbers, npt.NDArray[np.object_]]:
    """Texts, targets, weights and sources of a file.

    Raises:
        InputError: it cannot be read, lacks a column, or has nulls or targets that are no probability.
    """
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowException) as error:
        raise InputError(f"texts {str(path)!r} cannot be read as Parquet: {error}; name an existing file") from error
    missing = {"text", "target"} - set(table.column_names)
    if missing:
        raise InputError(f"texts {str(path)!r} lack {sorted(missing)}: columns are {table.column_names}; add them")
    texts, targets = table["text"].combine_chunks().cast(pa.string()), column(table, "target")
    weights = column(table, "weight") if "weight" in table.column_names else np.ones(len(texts), np.float32)
    if texts.null_count or not (np.isfinite(weights).all() and ((targets >= 0) & (targets <= 1)).all()):
        raise InputError(f"texts {str(path)!r} have a null, a target outside 0 to 1 or no finite weight: mend the rows")
    sources = table["source"].to_pylist() if "source" in table.column_names else ["texts"] * len(texts)
    return texts, targets, weights, np.array(sources, object)


def column(table: pa.Table, name: str) -> Numbers:
    """A column of numbers; nulls are NaN, which `read_texts` refuses."""
    return np.asarray(table[name].to_numpy(), np.float32)


def main(arguments: Sequence[str] | None = None) -> None:
    """Trains, writes and prints the tables of the held-out tenth."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    texts, targets, weights, sources = read_texts(options.texts)
    held = np.array([xxhash.xxh64_intdigest(text.as_py().encode()) % 10 == 0 for text in texts], np.bool_)
    screen = train(texts.filter(pa.array(~held)), targets[~held], weights[~held], options.seed)
    screen.save(options.out)
    scores = scores_of(screen, texts.filter(pa.array(held)))
    targets, sources = targets[held], sources[held]
    print(f"{len(held) - held.sum():,} texts trained on, {held.sum():,} held out; {options.out}\n")
    print(recall_table(scores, targets, sources), "\n")
    for name in sorted(set(sources)):
        print(pass_table(scores, targets, sources, name), "\n")


if __name__ == "__main__":
    main()
