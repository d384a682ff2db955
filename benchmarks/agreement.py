"""Whether Tamis says what datatrove says: ``python benchmarks/agreement.py PAGES.parquet --peer PEER_PYTHON``.

datatrove has an environment of its own, since it pins other versions of our packages::

    python -m venv peers
    peers/bin/pip install "datatrove[processing]==0.10.1" spacy

`peer_datatrove.py` runs there, and measures what every rule of datatrove's filters compares with its limit. Here stands
beside it what our signals say of the same texts, which are all pages, and pages made so that every rule drops some:

- with the same words, cut by us one way and then the other: values must be equal;
- with datatrove's own words, spaCy's, on English pages: which pages a rule drops, there and here, and why not the same.

``--cache FILE`` keeps datatrove's answers, which take minutes. ``--markdown`` prints tables for the docs.
"""

import argparse
import hashlib
import importlib.util
import json
import math
import subprocess
import tempfile
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from agreement_pages import made_pages

from filters.contract import batch_of
from filters.cuts import Cuts
from filters.fineweb import FineWeb
from filters.gopher_quality import GopherQuality
from filters.gopher_repetition import GopherRepetition

PEER = Path(__file__).with_name("peer_datatrove.py")
ENOUGH = 30  # texts that a rule drops, before it counts as tested
CLOSE = 1e-9


@dataclass(frozen=True)
class Rule:
    """One rule: what it is called there, our signal, and the limit; below it or above it a text is dropped."""

    source: str
    name: str
    signal: str
    limit: float
    below: bool = False

    def drops(self, value):
        return value is not None and (value < self.limit if self.below else value > self.limit)


def rules(source, **named):
    return [Rule(source, name, signal, limit, below=sign == "<") for name, (signal, sign, limit) in named.items()]


GOPHER_QUALITY = rules(
    "Gopher quality",
    gopher_short_doc=("gopher_word_count", "<", 50),
    gopher_long_doc=("gopher_word_count", ">", 100_000),
    gopher_below_avg_threshold=("mean_word_length", "<", 3),
    gopher_above_avg_threshold=("mean_word_length", ">", 10),
    gopher_too_many_hashes=("hash_word_ratio", ">", 0.1),
    gopher_too_many_ellipsis=("ellipsis_word_ratio", ">", 0.1),
    gopher_too_many_bullets=("bullet_line_fraction", ">", 0.9),
    gopher_too_many_end_ellipsis=("ellipsis_line_fraction", ">", 0.3),
    gopher_below_alpha_threshold=("alphabetic_word_fraction", "<", 0.8),
    gopher_enough_stop_words=("stop_word_count", "<", 2),
)
GOPHER_REPETITION = rules(
    "Gopher repetition",
    dup_line_frac=("duplicate_line_fraction", ">", 0.3),
    dup_para_frac=("duplicate_paragraph_fraction", ">", 0.3),
    dup_line_char_frac=("duplicate_line_character_fraction", ">", 0.2),
    dup_para_char_frac=("duplicate_paragraph_character_fraction", ">", 0.2),
    **{f"top_{n}_gram": (f"top_{n}_gram_character_fraction", ">", limit)
       for n, limit in ((2, 0.2), (3, 0.18), (4, 0.16))},
    **{f"duplicated_{n}_n_grams": (f"duplicate_{n}_gram_character_fraction", ">", limit)
       for n, limit in ((5, 0.15), (6, 0.14), (7, 0.13), (8, 0.12), (9, 0.11), (10, 0.10))},
)  # fmt: skip
FINEWEB = rules(
    "FineWeb",
    line_punct_ratio=("fineweb_line_punctuation_fraction", "<", 0.12),
    short_line_ratio=("fineweb_short_line_fraction", ">", 0.67),
    char_dup_ratio=("fineweb_duplicate_line_character_fraction", ">", 0.01),
    list_ratio=("fineweb_newline_word_ratio", ">", 0.3),
)
RULES = [*GOPHER_QUALITY, *GOPHER_REPETITION, *FINEWEB]
"""A further source adds its rules here, its annotators to `ours`, and its filter to SOURCES in `peer_datatrove.py`."""


def ours(texts, words):
    """By signal its values, and the words of every text."""
    batch = batch_of(texts)
    cuts = Cuts(batch["text"])
    columns = {}
    for annotator in (GopherQuality(words), GopherRepetition(words), FineWeb(words)):
        columns |= {name: values.to_pylist() for name, values in annotator.annotate(batch, cuts).items()}
    cut, content = cuts.words_by(words), cuts.data.tobytes()
    pieces = [content[a:b].decode() for a, b in zip(cut.starts.tolist(), cut.ends.tolist(), strict=True)]
    rows = cut.rows.tolist()
    return columns, [pieces[a:b] for a, b in pairwise(rows)]


class Peer:
    """datatrove, with its answers so far."""

    def __init__(self, python, cache):
        self.python, self.cache = python, cache
        self.version = hashlib.blake2b(PEER.read_bytes(), digest_size=8).hexdigest()
        kept = pq.read_table(cache).to_pydict() if cache and cache.exists() else {"key": [], "answer": []}
        self.answers = dict(zip(kept["key"], kept["answer"], strict=True))

    def ask(self, texts, words):
        """The answers for texts, each with its words or None."""
        rows = {self.key(*row): row for row in zip(texts, words, strict=True)}
        missing = {key: row for key, row in rows.items() if key not in self.answers}
        if missing:
            self.answers |= dict(zip(missing, self.run(*zip(*missing.values(), strict=True)), strict=True))
            if self.cache:
                pq.write_table(pa.table({"key": list(self.answers), "answer": list(self.answers.values())}), self.cache)
        return [json.loads(self.answers[self.key(*row)]) for row in zip(texts, words, strict=True)]

    def key(self, text, words):
        given = "" if words is None else "\0".join(words)
        content = "\1".join((self.version, text, str(words is None), given)).encode()
        return hashlib.blake2b(content, digest_size=16).hexdigest()

    def run(self, texts, words):
        with tempfile.TemporaryDirectory() as folder:
            request, response = Path(folder, "request.parquet"), Path(folder, "response.parquet")
            columns = [pa.array(texts, pa.large_string()), pa.array(words, pa.large_list(pa.large_string()))]
            pq.write_table(pa.table(columns, ["text", "words"]), request)
            subprocess.run([self.python, "-W", "ignore", PEER, request, response], check=True)
            return pq.read_table(response)["answer"].to_pylist()


def of_rule(rule, answer):
    """The value and the verdict there; neither where an earlier rule divided by zero, or the text was called empty."""
    return answer["rules"][rule.source].get(rule.name, (None, False))


def why_values_differ(rule, words, here, there):
    """The category of a difference between values with the same words; None where they are equal."""
    if here == there:
        return None
    if there is None:
        return "no value there"
    if here == 1 < there:
        return "clipped to 1"
    if rule.name.startswith("duplicated_") and math.isclose(joined(words, int(rule.name.split("_")[1])) * here, there):
        return "joined letters"
    return "unexplained"


def joined(words, n):
    """How many times as many characters are in duplicate n-grams where these are told apart by joined letters alone."""
    return characters(words, n, "".join) / max(characters(words, n, tuple), 1)


def characters(words, n, name):
    seen, found, place = set(), 0, 0
    while place <= len(words) - n:
        gram = name(words[place : place + n])
        found += sum(map(len, words[place : place + n])) if gram in seen else 0
        place += n if gram in seen else 1
        seen.add(gram)
    return found


def why_verdicts_differ(rule, same_words, here, there):
    """The category of a difference between verdicts where datatrove cut the words itself."""
    if not same_words:
        return "tokens cut otherwise"
    if there is None:
        return "no value there"
    return "on the limit" if abs(there - rule.limit) < CLOSE else "unexplained"


def compare_values(sets, peer, cut):
    """With the same words: by set and rule, how many values were compared, and the categories of those that differ."""
    table = {}
    for name, texts in sets.items():
        columns, words = ours(texts, cut)
        answers = peer.ask(texts, words)
        for rule in RULES:
            categories, drops = Counter(), 0
            for here, pieces, answer in zip(columns[rule.signal], words, answers, strict=True):
                there, removed = of_rule(rule, answer)
                drops += removed
                categories[why_values_differ(rule, pieces, here, there)] += 1
                if there is not None and rule.drops(here) != removed:
                    categories["other verdict"] += 1
            table[name, rule] = drops, categories
    return table


def compare_verdicts(sets, peer, cut):
    """With datatrove's own words: by set and rule, what both drop, and the categories of what only one does."""
    table, same = {}, {}
    for name, texts in sets.items():
        columns, words = ours(texts, cut)
        answers = peer.ask(texts, [None] * len(texts))
        digests = [hashlib.blake2b("\0".join(pieces).encode(), digest_size=8).hexdigest() for pieces in words]
        equal = [digest == answer["digest"] for digest, answer in zip(digests, answers, strict=True)]
        same[name] = sum(equal)
        for rule in RULES:
            pairs, categories = Counter(), Counter()
            for here, equal_words, answer in zip(columns[rule.signal], equal, answers, strict=True):
                there, removed = of_rule(rule, answer)
                pairs[removed, rule.drops(here)] += 1
                if removed != rule.drops(here):
                    categories[why_verdicts_differ(rule, equal_words, here, there)] += 1
            table[name, rule] = pairs, categories
    return table, same


def reasons(categories):
    found = [f"{category} {number}" for category, number in sorted(categories.items(), key=str) if category]
    return ", ".join(found) or "-"


def print_rows(head, rows, markdown):
    if markdown:
        for row in (head, ["---"] * len(head), *rows):
            print("|", " | ".join(map(str, row)), "|")
    else:
        widths = [max(len(str(row[k])) for row in (head, *rows)) for k in range(len(head))]
        for row in (head, *rows):
            print("  ".join(f"{cell!s:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip())
    print()


def print_values(tables, sizes, markdown):
    """Table 1: values with the same words."""
    head = ["source", "rule", "texts", *(f"dropped ({cut})" for cut in tables), *(f"differ ({cut})" for cut in tables)]
    rows = []
    for rule in RULES:
        for name in sizes:
            found = [table[name, rule] for table in tables.values()]
            rows.append([rule.source, rule.name, name, *(drops for drops, _ in found), *(reasons(c) for _, c in found)])
    print_rows(head, rows, markdown)


def print_verdicts(table, names, markdown):
    """Table 2: verdicts with datatrove's own words."""
    head = ["source", "rule", "texts", "datatrove drops", "Tamis drops", "both", "Jaccard", "why", "tested"]
    rows = []
    for rule in RULES:
        for name in names:
            pairs, categories = table[name, rule]
            both, there, here = pairs[True, True], pairs[True, False], pairs[False, True]
            union = both + there + here
            jaccard = f"{both / union:.3f}" if union else "-"
            tested = "yes" if both + there >= ENOUGH else "untested"
            rows.append(
                [rule.source, rule.name, name, both + there, both + here, both, jaccard, reasons(categories), tested]
            )
    print_rows(head, rows, markdown)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", type=Path)
    parser.add_argument("--peer", required=True, help="the Python that has datatrove")
    parser.add_argument("--cache", type=Path, help="a Parquet file for datatrove's answers")
    parser.add_argument("--markdown", action="store_true")
    arguments = parser.parse_args()
    pages = pq.read_table(arguments.pages, columns=["text", "language"])
    texts = [text or "" for text in pages["text"].to_pylist()]
    english = [text for text, code in zip(texts, pages["language"].to_pylist(), strict=True) if code == "en"]
    made = made_pages(english)
    peer = Peer(arguments.peer, arguments.cache)
    spacy = importlib.util.find_spec("filters.spacy_words") is not None
    sets = {"all pages": texts, "made pages": made}
    cuts = ("whitespace", "unicode", "spacy") if spacy else ("whitespace", "unicode")
    print(
        "With the same words: values that differ, of", ", ".join(f"{len(set_)} {name}" for name, set_ in sets.items())
    )
    print()
    print_values({cut: compare_values(sets, peer, cut) for cut in cuts}, sets, arguments.markdown)
    sets = {"English pages": english, "made pages": made}
    table, same = compare_verdicts(sets, peer, cuts[-1] if spacy else "whitespace")
    how = "spacy" if spacy else "whitespace"
    print(f"With datatrove's own words there (spaCy), cut `{how}` here; texts whose words are the same: "
          + ", ".join(f"{number} of {len(sets[name])} {name}" for name, number in same.items()))  # fmt: skip
    print()
    print_verdicts(table, sets, arguments.markdown)


if __name__ == "__main__":
    main()
