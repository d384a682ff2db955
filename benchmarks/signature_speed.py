"""Signatures a second of one processor, beside datasketch and datatrove: the same texts, in turn, medians.

``python benchmarks/signature_speed.py ../shared/data/neardup/copycat_pairs.parquet [--datatrove PEER_PYTHON]``

The hashes of the shingles are the same where they are given. From texts each side cuts and hashes shingles of five
words in its own way; 112 permutations. Seconds are the processor's, not the clock's.
"""

import argparse
import json
import statistics
import subprocess
import tempfile
import time
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from measuring import machine

from filters.minhash import signatures
from filters.near import NAMED

ROUNDS = 5
PEER = Path(__file__).with_name("peer_near_duplicates.py")


def speed(near, path, interpreter):
    """Prints the table."""
    texts = [text for side in ("text_a", "text_b") for text in pq.read_table(path)[side].to_pylist()]
    size = sum(len(text.encode()) for text in texts) / 1e6
    print(f"{machine()}; {len(texts)} texts, {size:.2f} MB; {near.fingerprint}\n")
    rounds = {"tamis, from texts": ours(near, texts), "tamis, given the hashes": given(near, texts)}
    rounds["datasketch 2.0, given the hashes"] = datasketchs(near, texts)
    rounds["datasketch 2.0, text.split() and its own hash"] = from_words(near, texts)
    if interpreter is not None:
        rounds["datatrove 0.10.1, from texts"] = theirs(interpreter, texts)
    middle = {name: statistics.median(seconds) for name, seconds in rounds.items()}
    print("| | texts a second | MB a second | tamis from texts is faster by | given the hashes by |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for name, seconds in middle.items():
        times = [seconds / middle["tamis, from texts"], seconds / middle["tamis, given the hashes"]]
        print(f"| {name} | {len(texts) / seconds:,.0f} | {size / seconds:.2f} | {times[0]:,.1f} | {times[1]:,.1f} |")


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


def given(near, texts):
    """The kernel of signatures alone."""
    bounds, hashes = near.shingling.hashes(pa.array(texts))
    return timed(lambda: signatures(bounds, hashes, near.permutations))


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
    parser.add_argument("path")
    parser.add_argument("--datatrove", metavar="PEER_PYTHON")
    options = parser.parse_args()
    speed(NAMED["fineweb"], options.path, options.datatrove)


if __name__ == "__main__":
    main()
