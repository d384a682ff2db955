"""Near duplicates: recall beside the theory, judged pairs, and signatures a second beside datasketch and datatrove.

``python benchmarks/near_duplicates.py curve [--near fineweb] [--pairs 2000]``
``python benchmarks/near_duplicates.py judged ../shared/data/neardup/copycat_pairs.parquet``
``python benchmarks/near_duplicates.py speed ../shared/data/neardup/copycat_pairs.parquet [--datatrove PEER_PYTHON]``

The curve is drawn over pairs of made texts: words that occur once, some of them exchanged in the second text, so that
the Jaccard similarity of the shingles is known exactly. ``found`` is the share that meets in a band, ``theory`` the
mean of 1 - (1 - J^rows)^bands over the same pairs, ``duplicate`` the share that also reaches the similarity asked for.
"""

import argparse
import json
import random
import statistics
import subprocess
import tempfile
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from measuring import machine

from filters.intervals import wilson
from filters.minhash import resemblance
from filters.near import NAMED, Near, unpacked
from filters.near_kernels import band_hashes

WORDS = 300
BINS = [(0.5 + 0.05 * place, 0.55 + 0.05 * place) for place in range(10)]
BATCH = 2000
ROUNDS = 5
JUDGED = {"3": "the same", "2": "nearly the same", "1": "in parts", "0.5": "hardly"}
PEER = Path(__file__).with_name("peer_near_duplicates.py")


def made_pair(draw, near, changes):
    """Two texts, and the exact Jaccard similarity of their shingles: every shingle occurs once."""
    words = [f"{draw.getrandbits(40):x}".translate(DIGITS) for _ in range(WORDS)]
    places = sorted(draw.sample(range(WORDS), changes))
    other = list(words)
    for place in places:
        other[place] = f"{draw.getrandbits(40):x}".translate(DIGITS)
    n, last, kept = near.shingling.n, -1, 0
    for place in [*places, WORDS]:  # windows between two exchanged words
        kept += max(0, place - last - n)
        last = place
    whole = WORDS - n + 1
    return " ".join(words), " ".join(other), kept / (2 * whole - kept)


DIGITS = str.maketrans("0123456789", "ghijklmnop")


def pairs_by_bin(near, count):
    """As many pairs in each bin of similarity."""
    draw = random.Random(5)
    found = [[] for _ in BINS]
    most = WORDS // near.shingling.n
    while any(len(pairs) < count for pairs in found):
        one, other, jaccard = made_pair(draw, near, draw.randint(0, most))
        place = min(int((jaccard - 0.5) / 0.05), 9) if jaccard >= 0.5 else None
        if place is not None and len(found[place]) < count:
            found[place].append((one, other, jaccard))
    return found


def signed(near, texts):
    """The signatures of texts, all of which are signed."""
    parts = [near.sign(pa.array(texts[first : first + BATCH])) for first in range(0, len(texts), BATCH)]
    return np.concatenate([unpacked(part) for part in parts])


def curve(near, count):
    """Prints recall by bin beside the theory."""
    print(f"{near.fingerprint}; similarity {near.similarity}; {count} pairs a bin\n")
    print("| Jaccard | theory | found | 95% | holds it | duplicate |")
    print("| --- | ---: | ---: | --- | --- | ---: |")
    for (low, high), pairs in zip(BINS, pairs_by_bin(near, count), strict=True):
        one, other = (signed(near, [pair[side] for pair in pairs]) for side in (0, 1))
        met = (band_hashes(one, near.bands) == band_hashes(other, near.bands)).any(axis=1)
        jaccard = np.array([pair[2] for pair in pairs])
        theory = (1 - (1 - jaccard**near.rows) ** near.bands).mean()
        least, most = wilson(int(met.sum()), len(met))
        both = met & (resemblance(one, other) >= near.similarity)
        holds = "yes" if least <= theory <= most else "no"
        print(
            f"| {low:.2f} to {high:.2f} | {theory:.4f} | {met.mean():.4f} | {least:.4f} to {most:.4f} | {holds} "
            f"| {both.mean():.4f} |"
        )


def judged(near, path):
    """Prints precision and recall of the similarity by signature over its limit, on pairs that people judged."""
    table = pq.read_table(path)
    near = Near(near.shingling, near.bands, near.rows, near.similarity, fewest_shingles=1)
    one, other = (signed(near, table[side].to_pylist()) for side in ("text_a", "text_b"))
    similarity, labels = resemblance(one, other), np.array(table["label"].to_pylist())
    met = (band_hashes(one, near.bands) == band_hashes(other, near.bands)).any(axis=1)
    print(f"{near.fingerprint}; {len(labels)} pairs\n")
    print("| judged | pairs | similarity: least, median, most | meet in a band |\n| --- | ---: | --- | ---: |")
    for label, words in {**JUDGED, "unknown": "not judged"}.items():
        values = similarity[labels == label]
        spread = f"{values.min():.2f}, {np.median(values):.2f}, {values.max():.2f}"
        print(f"| {label} ({words}) | {len(values)} | {spread} | {met[labels == label].sum()} |")
    known = labels != "unknown"
    for lowest in ("2", "1"):
        same = np.isin(labels, [label for label in JUDGED if float(label) >= float(lowest)])
        print(f"\nduplicates are those judged {lowest} or more\n")
        print("| similarity from | precision | recall |\n| ---: | ---: | ---: |")
        for limit in np.arange(0.4, 1.0, 0.05):
            said = known & met & (similarity >= limit - 1e-9)
            precision = f"{(said & same).sum() / said.sum():.2f}" if said.any() else "-"
            print(f"| {limit:.2f} | {precision} | {(said & same).sum() / same.sum():.2f} |")


def speed(near, path, interpreter):
    """Prints signatures a second of one processor, of the same texts, medians."""
    texts = [text for side in ("text_a", "text_b") for text in pq.read_table(path)[side].to_pylist()]
    size = sum(len(text.encode()) for text in texts) / 1e6
    print(f"{machine()}; {len(texts)} texts, {size:.2f} MB; {near.fingerprint}\n")
    print("| | texts a second | MB a second |\n| --- | ---: | ---: |")
    rounds = {"tamis": ours(near, texts), "datasketch 2.0, hashed shingles given": datasketchs(near, texts)}
    rounds["datasketch 2.0, text.split() and its own hash"] = from_words(near, texts)
    if interpreter is not None:
        rounds["datatrove 0.10.1"] = theirs(interpreter, texts)
    for name, seconds in rounds.items():
        middle = statistics.median(seconds)
        print(f"| {name} | {len(texts) / middle:,.0f} | {size / middle:.2f} |")


def timed(work):
    """Seconds of the processor in each round, a first one left out."""
    seconds = []
    for _ in range(ROUNDS + 1):
        began = time.process_time()
        work()
        seconds.append(time.process_time() - began)
    return seconds[1:]


def ours(near, texts):
    column = pa.array(texts)
    return timed(lambda: near.sign(column))


def datasketchs(near, texts):
    """MinHash alone: what cuts and hashes the shingles is ours, and not in the time."""
    from datasketch import MinHash

    bounds, hashes = near.shingling.hashes(pa.array(texts))
    bounds = bounds.tolist()
    permutations = MinHash(near.permutations.count, near.seed, scheme="affine32").permutations

    def work():
        for first, last in pairwise(bounds):
            made = MinHash(near.permutations.count, scheme="affine32", permutations=permutations, hashfunc=int)
            made.update_batch(hashes[first:last])

    return timed(work)


def from_words(near, texts):
    """MinHash as its documentation shows it: words between white space, every n of them hashed by its SHA-1."""
    from datasketch import MinHash

    n = near.shingling.n
    permutations = MinHash(near.permutations.count, near.seed, scheme="affine32").permutations

    def work():
        for text in texts:
            words = text.lower().encode().split()
            made = MinHash(near.permutations.count, scheme="affine32", permutations=permutations)
            made.update_batch([b" ".join(words[k : k + n]) for k in range(len(words) - n + 1)])

    return timed(work)


def theirs(interpreter, texts):
    """Seconds of each round of datatrove's own step, of shingles and signatures."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(texts, file)
        file.flush()
        done = subprocess.run([interpreter, PEER, file.name], check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["curve", "judged", "speed"])
    parser.add_argument("path", nargs="?")
    parser.add_argument(
        "--near", default="fineweb", choices=[name for name in NAMED if "redp" in name or name == "fineweb"]
    )
    parser.add_argument("--pairs", type=int, default=2000)
    parser.add_argument("--datatrove", metavar="PEER_PYTHON")
    options = parser.parse_args()
    near = NAMED[options.near]
    if options.what == "curve":
        curve(near, options.pairs)
    elif options.what == "judged":
        judged(near, options.path)
    else:
        speed(near, options.path, options.datatrove)


if __name__ == "__main__":
    main()
