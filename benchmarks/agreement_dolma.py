"""Whether Tamis says what Dolma says: ``python benchmarks/agreement_dolma.py PAGES.parquet --peer PEER_PYTHON``.

Dolma has an environment of its own, since it pins other versions of our packages::

    python -m venv peers_dolma
    peers_dolma/bin/pip install dolma==1.2.1

`peer_dolma.py` runs there. Of all pages, and of pages made so that every rule drops some: how many values differ,
how many verdicts, by category, and the Jaccard of the removed sets, of all pages and of English ones. Dolma stores
values rounded to five decimals; its verdict is that of the rounded value. ``--markdown`` prints a table for the docs.
"""

import argparse
import json
import math
import subprocess
import tempfile
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
from agreement import ENOUGH, print_rows, reasons, rules
from agreement_pages import made_pages

from filters.contract import batch_of
from filters.cuts import Cuts
from filters.dolma_gopher import DolmaGopher

PEER = Path(__file__).with_name("peer_dolma.py")
V1 = rules(
    "gopher_v1",
    word_count=("dolma_word_count", "<", 50),
    median_word_length=("dolma_median_word_length", "<", 3),
    symbol_to_word_ratio=("dolma_symbol_word_ratio", ">", 0.1),
    fraction_of_words_with_alpha_character=("dolma_alphabetic_word_fraction", "<", 0.8),
    required_word_count=("dolma_stop_word_occurrences", "<", 2),
    fraction_of_lines_starting_with_bullet_point=("dolma_bullet_line_fraction", ">", 0.9),
    fraction_of_lines_ending_with_ellipsis=("dolma_ellipsis_line_fraction", ">", 0.3),
    fraction_of_duplicate_lines=("dolma_duplicate_line_fraction", ">", 0.3),
    fraction_of_characters_in_duplicate_lines=("dolma_duplicate_line_character_ratio", ">", 0.3),
    **{f"fraction_of_characters_in_most_common_{n}grams": (f"dolma_top_{n}_gram_character_ratio", ">", limit)
       for n, limit in ((2, 0.2), (3, 0.18), (4, 0.16))},
    **{f"fraction_of_characters_in_duplicate_{n}grams": (f"dolma_duplicate_{n}_gram_character_fraction", ">", limit)
       for n, limit in ((5, 0.15), (6, 0.14), (7, 0.13), (8, 0.12), (9, 0.11), (10, 0.10))},
)  # fmt: skip
ABOVE = rules(
    "gopher_v1",
    word_count=("dolma_word_count", ">", 100_000),
    median_word_length=("dolma_median_word_length", ">", 10),
)
V2 = rules(
    "gopher_v2",
    fraction_of_lines_starting_with_bullet_point=("dolma_v2_bullet_line_fraction", ">", 0.9),
    fraction_of_lines_ending_with_ellipsis=("dolma_v2_ellipsis_line_fraction", ">", 0.3),
    fraction_of_duplicate_lines=("dolma_v2_duplicate_line_fraction", ">", 0.3),
)
RULES = [*V1, *ABOVE, *V2]


def more_pages(english):
    """Pages for the rules that those of `agreement.py` do not reach: marks as Dolma reads them, and very long pages."""
    made = []
    for k, text in enumerate(english[:48]):
        words = text.split()[:200]
        lines = [" ".join(words[place : place + 8]) for place in range(0, len(words), 8)]
        made += [
            "\n".join(("* " if place % 48 >= 6 - k // 4 else "") + line for place, line in enumerate(lines)),
            "\n".join(line + ("…" if place % 3 == 0 or k % 2 else "") for place, line in enumerate(lines)),
            " ".join(word + ("#" if place % (8 + k // 8) == 0 else "") for place, word in enumerate(words)),
            " ".join(word * (1 + (place % 48 > k - 10) * 3) for place, word in enumerate(words)),
            "\n".join(lines[place % max(3, k // 2)] for place in range(len(lines))),
        ]
    return [*made, *(" ".join([*english[0].split()[:9], *["again"] * (99_991 + k - 15)]) for k in range(48))]


def ask(python, texts):
    """By text what Dolma says of it, by tagger."""
    with tempfile.TemporaryDirectory() as folder:
        request, response = Path(folder, "request.json"), Path(folder, "response.json")
        request.write_text(json.dumps(texts))
        subprocess.run([python, "-W", "ignore", PEER, request, response], check=True)
        answers = json.loads(response.read_text())
    return [dict(zip(("gopher_v1", "gopher_v2"), answer, strict=True)) for answer in answers]


def why_values_differ(here, there):
    """The category of a difference; None where there is none."""
    if here is None:
        return None if there is None else "null here, 0 there" if there == 0 else "unexplained"
    if there is None:
        return "no value there"
    return None if math.isclose(here, there, rel_tol=1e-12) else "unexplained"


def why_verdicts_differ(rule, here, there):
    """The category of a difference between verdicts."""
    if here is None:
        return "null here, 0 there"
    return "rounded there" if rule.drops(there) == rule.drops(here) else "unexplained"


def rows_of(name, texts, answers):
    batch = batch_of(texts)
    columns = DolmaGopher().annotate(batch, Cuts(batch["text"]))
    for rule in RULES:
        pairs, values, verdicts = Counter(), Counter(), Counter()
        for here, answer in zip(columns[rule.signal].to_pylist(), answers, strict=True):
            there = answer[rule.source].get(rule.name)
            removed, drops = there is not None and rule.drops(round(there, 5)), rule.drops(here)
            pairs[removed, drops] += 1
            values[why_values_differ(here, there)] += 1
            if removed != drops:
                verdicts[why_verdicts_differ(rule, here, there)] += 1
        both, only_there, only_here = pairs[True, True], pairs[True, False], pairs[False, True]
        union = both + only_there + only_here
        yield [
            rule.source, rule.name, f"{'<' if rule.below else '>'} {rule.limit}", name, both + only_there,
            both + only_here, f"{both / union:.3f}" if union else "-", reasons(values), reasons(verdicts),
            "" if both + only_there >= ENOUGH else "untested",
        ]  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", type=Path)
    parser.add_argument("--peer", required=True, help="the Python that has Dolma")
    parser.add_argument("--markdown", action="store_true")
    arguments = parser.parse_args()
    pages = pq.read_table(arguments.pages, columns=["text", "language"])
    texts = [text or "" for text in pages["text"].to_pylist()]
    is_english = [code == "en" for code in pages["language"].to_pylist()]
    english = [text for text, chosen in zip(texts, is_english, strict=True) if chosen]
    made = [*made_pages(english), *more_pages(english)]
    answers = ask(arguments.peer, [*texts, *made])
    of_english = [answer for answer, chosen in zip(answers, is_english, strict=False) if chosen]
    sets = [
        (f"{len(texts)} pages", texts, answers[: len(texts)]),
        (f"{len(english)} English", english, of_english),
        (f"{len(made)} made", made, answers[len(texts) :]),
    ]
    head = [
        "tagger",
        "attribute",
        "drops",
        "texts",
        "Dolma",
        "Tamis",
        "Jaccard",
        "values differ",
        "verdicts differ",
        "",
    ]
    rows = [row for name, set_texts, set_answers in sets for row in rows_of(name, set_texts, set_answers)]
    order = {(rule.source, rule.name): k for k, rule in enumerate(RULES)}
    print_rows(head, sorted(rows, key=lambda row: order[row[0], row[1]]), arguments.markdown)


if __name__ == "__main__":
    main()
