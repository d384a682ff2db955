"""Draws decisions of a finished run for people to read, and counts how many of them the readers found right.

    python benchmarks/decision_sample.py draw OUTPUT > sample.txt
    python benchmarks/decision_sample.py tally OUTPUT benchmarks/decision_judged.csv [READ]

Of each input, removed and kept documents apart, in the order of a hash of their keys: the first half of a quota is
drawn by chance alone; then come documents for each stratum that has too few (a rule that drops, or for kept ones a
language, a tag or a reason for an edit); then chance again.

``decision_judged.csv`` has the columns key, read (why it was read: READ takes these alone), kind (of page), should
(keep, drop or unsure) and note. It is of pages, so that `tally` compares it with what any preset decided.
"""

import csv
import hashlib
import sys
from collections import Counter, defaultdict
from pathlib import Path

from filters.intervals import wilson
from reports.explain import explain
from reports.finished_run import open_run
from reports.marked_text import shown

QUOTAS = {"warc": 60, "text": 40}  # of each of removed and kept, by the name of the input
FIRINGS, LEAST = 10, 3  # a stratum with as many documents is to have as many in the sample
FIRST, LAST = 1500, 500
VERDICTS = ("right", "wrong", "unsure")


def strata(decision, annotation):
    """What a document is drawn for: the rules that drop it, or what a kept one was given."""
    if decision["action"] == "drop":
        return {r["rule"] for r in decision["reasons"] if r["action"] == "drop"}
    language = {f"language {annotation['language@language']}"}
    edited = {edit["reason"] for edit in annotation["edits"] or []} | {edit["rule"] for edit in decision["edits"]}
    return language | set(decision["tags"]) | edited


def pools(run):
    """The strata of every document's key, by input and action."""
    found = defaultdict(dict)
    for shard in run.shards:
        decisions, annotations = (
            [row for table in run.tables(folder, shard, columns) for row in table.to_pylist()]
            for folder, columns in (
                ("decisions", ["row", "action", "reasons", "edits", "tags"]),
                ("annotations", ["row", "edits", "language@language"]),
            )
        )
        for decision, annotation in zip(decisions, annotations, strict=True):
            pool = found[shard.split("/")[0], decision["action"]]
            pool[f"{shard}:{decision['row']}"] = strata(decision, annotation)
    return found


def draw(pool, quota):
    """Keys in the order drawn, each with what it was drawn for: chance, or a stratum."""
    order = sorted(pool, key=lambda key: hashlib.sha256(key.encode()).digest())
    drawn = dict.fromkeys(order[: quota // 2], "chance")
    sizes = Counter(stratum for found in pool.values() for stratum in found)
    for stratum in sorted((s for s in sizes if sizes[s] >= FIRINGS), key=lambda s: (sizes[s], s)):
        have = sum(stratum in pool[key] for key in drawn)
        more = (key for key in order if stratum in pool[key] and key not in drawn)
        for key, _ in zip(more, range(have, min(LEAST, have + quota - len(drawn))), strict=False):
            drawn[key] = stratum
    for key in order:
        if len(drawn) < quota:
            drawn.setdefault(key, "filled up")
    return drawn


def samples(output):
    """Of every input and action: the pool and what is drawn of it."""
    found = pools(open_run(output))
    return {(name, action): (pool, draw(pool, QUOTAS[name])) for (name, action), pool in sorted(found.items())}


def show(output):
    """Prints the documents drawn: reasons, and the text with its edits marked, the middle left out."""
    for (name, action), (_, drawn) in samples(output).items():
        for number, (key, why) in enumerate(drawn.items(), 1):
            told = explain(output, key)
            print(f"\n{'=' * 20} {name} {action} {number} of {len(drawn)}: {key} (for {why})\n{told.url or told.id}")
            for reason in told.reasons:
                print(f"- {reason.rule} {reason.action}: {reason.sentence}")
            marks = {"kept": "{}", "cut": "[-{}-]", "added": "[+{}+]", "flagged": "[?{}?]"}
            text = "".join(marks[s.kind].format(shown(s)) for s in told.segments)
            middle = f"\n[... {len(text) - FIRST - LAST:,} characters ...]\n"
            print(text if len(text) <= FIRST + LAST else text[:FIRST] + middle + text[-LAST:])
            if told.survivor is not None:
                print(f"--- survivor {told.survivor.key}\n{(told.survivor.text or '')[:LAST]}")


def row(name, verdicts):
    """A line of a table: decisions that were right, wrong, unclear; the share of wrong ones with its interval."""
    right, wrong, unsure = (verdicts.count(verdict) for verdict in VERDICTS)
    low, high = wilson(wrong, right + wrong) or (0, 1)
    share = f"{wrong / (right + wrong):.0%} ({low:.0%} to {high:.0%})" if right + wrong else "none judged"
    return f"| {name} | {right} | {wrong} | {unsure} | {share} |"


def tally(output, path, why_read=None):
    """Prints what readers say of a run's decisions: of all, by kind of page, by rule, by rule that stood alone."""
    with Path(path).open(encoding="utf-8", newline="") as file:
        read = {line["key"]: line for line in csv.DictReader(file) if why_read in (None, line["read"])}
    for (name, action), (pool, drawn) in samples(output).items():
        verdicts = {
            key: "unsure" if read[key]["should"] == "unsure" else "right" if read[key]["should"] == action else "wrong"
            for key in pool
            if key in read
        }
        chance = [key for key, why in drawn.items() if why == "chance"]
        tables = {table: defaultdict(list) for table in ("all", "kind", "rule", "rule alone")}
        for key, verdict in verdicts.items():
            tables["all"]["all that were read"].append(verdict)
            tables["kind"][read[key]["kind"]].append(verdict)
            for stratum in pool[key]:
                tables["rule"][stratum].append(verdict)
            if len(pool[key]) == 1:
                tables["rule alone"][next(iter(pool[key]))].append(verdict)
        if all(key in verdicts for key in chance):
            tables["all"]["drawn by chance"] = [verdicts[key] for key in chance]
        print(f"\n{name} {action}: {len(pool)} documents, {len(verdicts)} read")
        for table, rows in tables.items():
            print(f"\n| {table} | right | wrong | unsure | wrong, of judged |\n|---|---:|---:|---:|---|")
            print("\n".join(row(*item) for item in sorted(rows.items())))


if __name__ == "__main__":
    {"draw": show, "tally": tally}[sys.argv[1]](*sys.argv[2:])
