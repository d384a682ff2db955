"""Near duplicates: recall and precision beside the theory, and pairs that people judged.

``python benchmarks/near_duplicates.py curve [--near fineweb] [--pairs 2000]``
``python benchmarks/near_duplicates.py judged ../shared/data/neardup/copycat_pairs.parquet``

The curve is drawn over pairs of made texts: words that occur once, some of them exchanged in the second text, so that
the Jaccard similarity of the shingles is known exactly. ``found`` is the share that meets in a band, ``theory`` the
mean of 1 - (1 - J^rows)^bands over the same pairs, ``by signature`` and ``exactly`` the share that the exchange joins
as each check has it.
"""

import argparse
import dataclasses
import random

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from measuring import machine

from filters.intervals import wilson
from filters.minhash import resemblance
from filters.near import NAMED, SHINGLES, Near, unpacked
from filters.near_kernels import LEADERS, band_hashes, star_edges
from filters.set_kernels import exact_stars
from filters.shingle_sets import SETS

WORDS = 300
BINS = [(0.5 + 0.05 * place, 0.55 + 0.05 * place) for place in range(10)]
BATCH = 2000
JUDGED = {"3": "the same", "2": "nearly the same", "1": "in parts", "0.5": "hardly"}


def made_pair(draw, near, changes):
    """Two texts, and the exact Jaccard similarity of their shingles: every shingle occurs once."""
    words = [word(draw) for _ in range(WORDS)]
    places = sorted(draw.sample(range(WORDS), changes))
    other = list(words)
    for place in places:
        other[place] = word(draw)
    n, last, kept = near.shingling.n, -1, 0
    for place in [*places, WORDS]:  # windows between two exchanged words
        kept += max(0, place - last - n)
        last = place
    whole = WORDS - n + 1
    return " ".join(words), " ".join(other), kept / (2 * whole - kept)


def word(draw):
    """One that hardly occurs twice."""
    return f"{draw.getrandbits(40):x}".translate(DIGITS)


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
    return np.concatenate([unpacked(near.sign(pa.array(part))) for part in batches(texts)])


def batches(texts):
    """The texts in parts."""
    return [texts[first : first + BATCH] for first in range(0, len(texts), BATCH)]


def alike_by_signature(near, one, other, met):
    """Which pairs that meet the exchange joins by their signatures: each pair is a bucket of two."""
    members, values = np.arange(2 * int(met.sum())), np.stack([one[met], other[met]], axis=1).reshape(-1, one.shape[1])
    leaders, _, _ = star_edges(np.append(members[::2], len(members)), members, values, near.least_equal)
    return spread(met, leaders)


def alike_exactly(near, ones, others, met):
    """Which pairs that meet the exchange joins by their sets of shingles."""
    texts = [text for pair, meets in zip(zip(ones, others, strict=True), met, strict=True) if meets for text in pair]
    near = dataclasses.replace(near, verify="exact")
    sets = pa.concat_arrays([near.columns(pa.array(part))[SHINGLES] for part in batches(texts)] or [pa.array([], SETS)])
    offsets, members = sets.offsets.to_numpy().astype(np.int64), np.arange(len(texts))
    given = (members // 2, members, offsets[:-1], np.diff(offsets), sets.values.to_numpy(), near.similarity)
    leaders, _, _ = exact_stars(*given, np.zeros(LEADERS, np.int64), np.array([-1, 0]))
    return spread(met, leaders)


def spread(met, leaders):
    """The pairs that are joined, among all."""
    joined = np.zeros(len(met), bool)
    joined[np.flatnonzero(met)[leaders // 2]] = True
    return joined


def curve(near, count):
    """Prints recall by bin beside the theory, then precision and recall of what each check lets through."""
    print(f"{near.fingerprint}; similarity {near.similarity}; {count} pairs a bin\n")
    print("| Jaccard | theory | found | 95% | holds it | by signature | exactly |")
    print("| --- | ---: | ---: | --- | --- | ---: | ---: |")
    passed = {"off": [], "signature": [], "exact": []}
    similarities = []
    for (low, high), pairs in zip(BINS, pairs_by_bin(near, count), strict=True):
        ones, others = ([pair[side] for pair in pairs] for side in (0, 1))
        one, other = signed(near, ones), signed(near, others)
        met = (band_hashes(one, near.bands) == band_hashes(other, near.bands)).any(axis=1)
        jaccard = np.array([pair[2] for pair in pairs])
        theory = (1 - (1 - jaccard**near.rows) ** near.bands).mean()
        least, most = wilson(int(met.sum()), len(met))
        signature, exact = alike_by_signature(near, one, other, met), alike_exactly(near, ones, others, met)
        holds = "yes" if least <= theory <= most else "no"
        print(
            f"| {low:.2f} to {high:.2f} | {theory:.4f} | {met.mean():.4f} | {least:.4f} to {most:.4f} | {holds} "
            f"| {signature.mean():.4f} | {exact.mean():.4f} |"
        )
        similarities.append(jaccard)
        for name, found in zip(passed, (met, signature, exact), strict=True):
            passed[name].append(found)
    weighed(np.concatenate(similarities), near.similarity, {name: np.concatenate(p) for name, p in passed.items()})


def weighed(jaccard, limit, passed):
    """Prints precision and recall over the pairs of all bins, and the least similarity that a check lets through."""
    wanted = jaccard >= limit - 1e-9
    print("\n| verify | precision | 95% | recall | 95% | of what met, recall | least Jaccard |")
    print("| --- | ---: | --- | ---: | --- | ---: | ---: |")
    for name, found in passed.items():
        right = int((found & wanted).sum())
        precise, complete = wilson(right, int(found.sum())), wilson(right, int(wanted.sum()))
        print(
            f"| {name} | {right / found.sum():.4f} | {precise[0]:.4f} to {precise[1]:.4f} | {right / wanted.sum():.4f} "
            f"| {complete[0]:.4f} to {complete[1]:.4f} | {right / (passed['off'] & wanted).sum():.4f} "
            f"| {jaccard[found].min():.3f} |"
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


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["curve", "judged"])
    parser.add_argument("path", nargs="?")
    parser.add_argument(
        "--near", default="fineweb", choices=[name for name in NAMED if "redp" in name or name == "fineweb"]
    )
    parser.add_argument("--pairs", type=int, default=2000)
    options = parser.parse_args()
    near = NAMED[options.near]
    print(machine())
    if options.what == "curve":
        curve(near, options.pairs)
    else:
        judged(near, options.path)


if __name__ == "__main__":
    main()
