"""Whether Tamis's C4 is datatrove's: ``python benchmarks/agreement_c4.py PAGES.parquet --peer PEER_PYTHON``.

The environment of datatrove is that of `agreement.py`. For C4's values in datatrove and for FineWeb's variant: texts as
the line rules leave them, compared character for character; and each rule that drops a page, alone: how many texts
datatrove drops, how many we do, the Jaccard of the two, and why they differ. Pages made of English ones see to it
that every rule has something to drop. ``--bad-words FOLDER`` names lists of bad words, one file a language;
``--answers FILE`` keeps datatrove's answers. ``--sentences`` counts sentences too, with spaCy: minutes.
"""

import argparse
import json
import subprocess
import tempfile
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from filters.c4 import C4Lines
from filters.c4_bad_words import ALLOWED, C4BadWords
from filters.c4_paragraphs import C4Paragraphs
from filters.c4_sentences import C4Sentences
from filters.contract import batch_of
from filters.cuts import Cuts
from filters.edits import apply_edits

PEER = Path(__file__).with_name("peer_c4.py")
ENOUGH = 30  # texts that a rule drops, before it counts as tested
VARIANTS = {"c4": C4Lines("datatrove"), "fineweb": C4Lines("datatrove", end_mark=False)}
MADE = (
    "Lorem ipsum dolor sit amet.",
    "Lorem ipsum",
    "A line with {a bracket} in it.",
    "A bracket { without an end mark",
    "You need JavaScript {for this} page.",
    "We use cookies {here} and there.",
    "Cited[1] words [citation needed] stay here.[2][edit]",
    "[1] [2] [3]",
    "Use coo\u212aies: we use coo\u212aies.",
    "An apostrophe ends 'this line'",
    "\u2028One two three.\x85Four five six.\r\nSeven eight nine.\r",
    "word " * 60,
)


def made_pages(texts, each=60):
    """Pages in which a line of `MADE` stands at the beginning, the middle or the end of a text."""
    pages = []
    for number, line in enumerate(MADE):
        for text in texts[number * each : (number + 1) * each]:
            lines = text.split("\n")
            place = (0, len(lines) // 2, len(lines))[len(pages) % 3]
            pages.append("\n".join([*lines[:place], line, *lines[place:]]))
    return pages


def ask(texts, languages, options):
    """The answers of datatrove: by variant, whether a text is kept, why not, and the text that is left."""
    if options.answers and options.answers.exists():
        kept = pq.read_table(options.answers).to_pydict()
        if kept["text"] == texts:
            return list(map(json.loads, kept["answer"]))
    with tempfile.TemporaryDirectory() as folder:
        request, response = Path(folder, "request.parquet"), Path(folder, "response.parquet")
        columns = {"text": pa.array(texts, pa.large_string()), "language": pa.array(languages)}
        pq.write_table(pa.table(columns), request)
        lists = [str(options.bad_words)] if options.bad_words else []
        flags = ["--sentences"] if options.sentences else []
        subprocess.run([options.peer, "-W", "ignore", PEER, request, response, *flags, *lists], check=True)
        answers = pq.read_table(response)["answer"]
    if options.answers:
        pq.write_table(pa.table({"text": columns["text"], "answer": answers.combine_chunks()}), options.answers)
    return list(map(json.loads, answers.to_pylist()))


def lists_of(folder):
    """The lists of a folder, less what datatrove leaves out of all of them."""
    left_out = frozenset().union(*ALLOWED.values())
    files = [path for path in sorted(folder.iterdir()) if path.is_file() and path.suffix == ""]
    read = {path.name: path.read_text(encoding="utf-8").splitlines() for path in files}
    return {language: [word for word in words if word.strip() not in left_out] for language, words in read.items()}


def ours(texts, languages, options):
    """By variant of `peer_c4.py`, whether we drop each text; by variant of the cleaner, the texts that are left."""
    batch = batch_of(texts)
    cuts = Cuts(batch["text"])
    drops, left = {}, {}
    for name, cleaner in VARIANTS.items():
        edits, signals = cleaner.clean(batch, cuts)
        cleaned = apply_edits(batch["text"], edits)
        left[name] = cleaned.to_pylist()
        for rule in ("lorem_ipsum", "curly_bracket"):
            drops[f"{name} {rule}"] = [count > 0 for count in signals[f"c4_{rule}_lines"].to_pylist()]
        if options.sentences:
            counts = C4Sentences().annotate(batch_of(left[name]), Cuts(cleaned))["datatrove_sentence_count"]
            drops[f"{name} sentences"] = [count < 5 for count in counts.to_pylist()]
    counts = C4Paragraphs().annotate(batch, cuts)["c4_paragraph_count"].to_pylist()
    drops["paragraphs"] = [count < 3 for count in counts]
    if options.bad_words:
        found = C4BadWords("bad", lists_of(options.bad_words)).annotate(batch, cuts)
        counts = {name.removeprefix("bad_"): column.to_pylist() for name, column in found.items()}
        drops["bad words"] = [counts[code][row] > 0 if code in counts else None for row, code in enumerate(languages)]
    return drops, left


def why_texts_differ(here, there):
    """The category of a difference between two texts; None where they are equal."""
    if here == there:
        return None
    if here.split() == there.split():
        return "white space"
    return "lines" if len(here.split("\n")) != len(there.split("\n")) else "within lines"


def compare(name, texts, languages, options):
    """Prints both tables of one set of texts."""
    answers = ask(texts, languages, options)
    drops, left = ours(texts, languages, options)
    for variant, cleaned in left.items():
        changed, categories = 0, Counter()
        for text, here, answer in zip(texts, cleaned, answers, strict=True):
            there = answer[f"{variant} text"][2]
            changed += there != text
            categories[why_texts_differ(here, there)] += 1
        equal = categories.pop(None, 0)
        print(
            f"{name}: {variant}: {equal} of {len(texts)} texts equal, {changed} changed by datatrove", dict(categories)
        )
    print(f"{'rule':22}{'datatrove':>10}{'Tamis':>8}{'both':>8}{'Jaccard':>9}")
    for rule, verdicts in drops.items():
        there = [None if rule not in answer else not answer[rule][0] for answer in answers]
        pairs = Counter(
            (bool(a), bool(b)) for a, b in zip(there, verdicts, strict=True) if a is not None and b is not None
        )
        both, only_there, only_here = pairs[True, True], pairs[True, False], pairs[False, True]
        union = both + only_there + only_here
        tested = "" if both + only_there >= ENOUGH else "  untested"
        jaccard = f"{both / union:.3f}" if union else "-"
        print(f"{rule:22}{both + only_there:10}{both + only_here:8}{both:8}{jaccard:>9}{tested}")
    print()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", type=Path)
    parser.add_argument("--peer", required=True, help="the Python that has datatrove")
    parser.add_argument("--bad-words", type=Path, help="a folder of lists, one file a language")
    parser.add_argument("--sentences", action="store_true")
    parser.add_argument("--answers", type=Path, help="a Parquet file for datatrove's answers")
    options = parser.parse_args()
    pages = pq.read_table(options.pages, columns=["text", "language"]).to_pydict()
    texts, languages = [text or "" for text in pages["text"]], pages["language"]
    english = [text for text, code in zip(texts, languages, strict=True) if code == "en"]
    made = made_pages(english)
    compare("all", texts + made, languages + ["en"] * len(made), options)


if __name__ == "__main__":
    main()
