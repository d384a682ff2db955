"""How far to trust the embedded judge: its figures on texts held out from training, beside simpler judges, in one run.

``python benchmarks/judges.py ../shared/data out/judge [--judge embedded] > docs/judges.md`` after
``python benchmarks/judge_data.py ../shared/data out/judge``. Needs scikit-learn, for TF-IDF with logistic regression.

Judges: the word list that Tamis ships; TF-IDF with logistic regression, and fastText with subwords, trained on the
same texts, a model a label; the cascade; the same transformer without the screen.
"""

import argparse
import json
import platform
from functools import partial
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from judge_baselines import Scorer, every_judge
from judge_rows import HARMS, harmful
from judge_web import pages

import classifiers.judge
from classifiers.bootstrap import cluster_numbers, intervals
from classifiers.counterfactual_metrics import CounterfactualSets
from classifiers.evaluation import Figure, evaluate
from classifiers.group_metrics import GroupRankings
from classifiers.metrics import character_f1_of_each, characters
from filters.intervals import wilson


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("data", type=Path)
    options.add_argument("made", type=Path)
    options.add_argument("--judge", default="embedded")
    given = options.parse_args()
    scorers = every_judge(given.made, given.judge)
    thresholds = dict(classifiers.judge.load(given.judge).files.thresholds)
    print("# The embedded judge, measured\n")
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}, ", end="")
    print(", ".join(f"{name} {version(name)}" for name in ("onnxruntime", "tokenizers", "scikit-learn", "numpy")))
    print("\nMade by `benchmarks/judges.py`. Intervals are of 95%: bootstrap by cluster, or Wilson's.")
    comments(given.data, given.made, scorers, thresholds)
    counterfactuals(given.made, scorers, thresholds)
    identities(given.data, given.made, scorers, thresholds)
    written(given.made, scorers, thresholds)
    marked_words(given.made, given.judge)
    harmless_pages(given.data, given.judge, thresholds)


def limits(name: str, thresholds: dict[str, float]) -> dict[str, float]:
    """The probability from which a judge flags each label."""
    return thresholds if name in ("cascade", "transformer") else dict.fromkeys(thresholds, 0.5)


def comments(data: Path, made: Path, scorers: dict[str, Scorer], thresholds: dict[str, float]) -> None:
    """AUC, macro F1, precision and calibration error on the sets of labelled texts."""
    sets = [
        ("EDOS test", "edos", "sexism"), ("Davidson, held out: hate", "davidson", "identity_attack"),
        ("Implicit Hate, held out", "implicit_hate", "identity_attack"),
        ("Wikipedia talk, held out", "wiki", "toxicity"),
        ("ToxiGen", "toxigen", "identity_attack"),
    ]  # fmt: skip
    print("\n## Labelled texts\n")
    print(
        "| set | label | judge | AUC | macro F1 | precision | recall | calibration error |\n"
        "|---|---|---|---|---|---|---|---|"
    )
    for title, name, label in sets:
        table = toxigen(data) if name == "toxigen" else pq.read_table(made / f"{name}.parquet")
        for judge, score in scorers.items():
            scores = {label: score(table["text"].to_pylist())[label]}
            limit = {label: limits(judge, thresholds)[label]}
            found = evaluate(
                scores, {label: table[label]}, thresholds=limit, clusters=table["cluster"], replicates=300
            )[0]
            cells = (found.auc, found.macro_f1, found.precision, found.recall, found.calibration_error)
            print(f"| {title} ({found.rows}) | {label} | {judge} | {' | '.join(map(shown, cells))} |", flush=True)


def toxigen(data: Path) -> pa.Table:
    """ToxiGen's texts, hate or neutral."""
    table = pq.read_table(data / "toxicity/toxigen.parquet")
    hate = pa.array([float(label == "hate") for label in table["label"].to_pylist()])
    return pa.table({"text": table["text"], "identity_attack": hate, "cluster": table["text"]})


def counterfactuals(made: Path, scorers: dict[str, Scorer], thresholds: dict[str, float]) -> None:
    """Held-out templates of madlibs: is the judge as good on every identity, and does only the identity decide?"""
    table = pq.read_table(made / "madlibs.parquet")
    texts, groups = table["text"].to_pylist(), table["group"].to_pylist()
    truth = table["toxicity"].to_numpy() >= 0.5
    clusters = cluster_numbers(table["cluster"], len(texts))
    names = [text.replace(group, "{}") if group else text for text, group in zip(texts, groups, strict=True)]
    sets = cluster_numbers(pa.array(names), len(texts))
    print("\n## Identities in held-out templates (madlibs)\n")
    print("| judge | lowest subgroup AUC | lowest BPSN | lowest BNSP | fairness gap | decisions that flip |")
    print("|---|---|---|---|---|---|")
    for judge, score in scorers.items():
        scores = score(texts)["toxicity"]
        flagged = scores >= limits(judge, thresholds)["toxicity"]
        found = [
            (identity, GroupRankings(scores, truth, np.array([group == identity for group in groups])).aucs())
            for identity in sorted({group for group in groups if group})
        ]
        cells = []
        for number in range(3):
            value, identity = min((aucs[number], identity) for identity, aucs in found if aucs[number] is not None)
            cells.append(f"{value:.3f} ({identity})")
        pairs = CounterfactualSets(sets, scores, flagged)
        spread = intervals(partial(both, pairs), clusters, replicates=300)
        cells += [shown(Figure(pairs.gap(), spread[0])), percent(Figure(pairs.flips(), spread[1]))]
        print(f"| {judge} | {' | '.join(cells)} |", flush=True)


def both(pairs: CounterfactualSets, weights: np.ndarray) -> list[float | None]:
    """The fairness gap and the share of decisions that flip."""
    return [pairs.gap(weights), pairs.flips(weights)]


def identities(data: Path, made: Path, scorers: dict[str, Scorer], thresholds: dict[str, float]) -> None:
    """Sentences that only name an identity, by axis; and our own held-out frames, by functionality."""
    print("\n## Harmless sentences that name an identity: share flagged as anything\n")
    holistic = holistic_bias(data)
    table = pq.read_table(made / "templates.parquet")
    own = [row for row in table.to_pylist() if row["group"] and row["toxicity"] == 0.0 and row["identity_attack"] == 0.0
           and row["sexism"] == 0.0 and row["stereotype"] == 0.0]  # fmt: skip
    rows = [("HolisticBias", axis, text) for axis, text in holistic]
    rows += [("templates", row["group"], row["text"]) for row in own]
    judges = {
        name: any_flagged(score([text for *_, text in rows]), limits(name, thresholds))
        for name, score in scorers.items()
    }
    print(f"| set | axis | sentences | {' | '.join(judges)} |\n|---|---|---|{'---|' * len(judges)}")
    for source, axis in dict.fromkeys((source, axis) for source, axis, _ in rows):
        here = np.array([row[:2] == (source, axis) for row in rows])
        cells = [share(flags[here]) for flags in judges.values()]
        print(f"| {source} | {axis} | {here.sum()} | {' | '.join(cells)} |")
    print("\n## Held-out frames of our own, by functionality: share flagged\n")
    flags = any_flagged(scorers["transformer"](table["text"].to_pylist()), thresholds)
    print("| functionality | harmful | sentences | flagged by the transformer |\n|---|---|---|---|")
    harm = np.array([harmful(row) for row in table.to_pylist()])
    sources = np.array(table["source"].to_pylist())
    for name in sorted(set(sources.tolist())):
        for kind in (True, False):
            here = (sources == name) & (harm == kind)
            if here.any():
                print(f"| {name} | {'yes' if kind else 'no'} | {here.sum()} | {share(flags[here])} |")


def written(made: Path, scorers: dict[str, Scorer], thresholds: dict[str, float]) -> None:
    """Held-out passages of our own, by kind: how many of the harmful are flagged, and how many of the harmless."""
    table = pq.read_table(made / "written.parquet")
    rows = table.to_pylist()
    harm = np.array([harmful(row) for row in rows])
    harmless = np.array([all(row[label] == 0 for label in HARMS) for row in rows])
    kinds = np.array(table["group"].to_pylist())
    names = ("TF-IDF, logistic regression", "cascade", "transformer")
    flags = [any_flagged(scorers[name](table["text"].to_pylist()), limits(name, thresholds)) for name in names]
    print("\n## Held-out passages of our own, by kind: share flagged\n")
    print(f"| kind | harmful | passages | {' | '.join(names)} |\n|---|---|---|{'---|' * len(names)}")
    for kind in [*sorted(set(kinds.tolist())), "all"]:
        for said, which in (("yes", harm), ("no", harmless)):
            here = which & ((kinds == kind) | (kind == "all"))
            print(f"| {kind} | {said} | {here.sum()} | {' | '.join(share(found[here]) for found in flags)} |")


def marked_words(made: Path, judge: str) -> None:
    """The characters of toxic words, as SemEval-2021 task 5 counts."""
    table = pq.read_table(made / "toxic_spans.parquet")
    found = classifiers.judge.load(judge, screen=False).score(table["text"].to_pylist(), any_language=True)["spans"]
    predicted = [
        characters((span["start"], span["end"]) for span in spans or () if span["unit"] == "word")
        for spans in found.to_pylist()
    ]
    each = character_f1_of_each(predicted, [set(marks) for marks in table["words"].to_pylist()])
    spread = intervals(lambda weights: [float(np.average(each, weights=weights))], np.arange(len(each)), replicates=300)
    print(f"\n## Words\n\nToxic Spans, trial part ({len(each)} comments): character F1 ", end="")
    print(shown(Figure(float(each.mean()), spread[0])))


def harmless_pages(data: Path, judge: str, thresholds: dict[str, float]) -> None:
    """The English pages that nothing was trained on: which are flagged, for a reader."""
    found = list(pages(data, 1))
    table = classifiers.judge.load(judge, screen=True).score([text for _, text in found])
    flags = any_flagged({label: table[f"{label}_score"].to_numpy() for label in HARMS}, thresholds)
    print(
        f"\n## English pages that nothing was trained on\n\n{len(found)} pages, {share(flags)} flagged by the cascade\n"
    )
    for number in np.flatnonzero(flags):
        spans = [
            span
            for span in table["spans"][int(number)].as_py()
            if span["unit"] == "sentence" and span["label"] in HARMS
        ]
        for span in sorted(spans, key=lambda span: -span["score"])[:2]:
            text = found[number][1][span["start"] : span["end"]][:160].replace("\n", " ").replace("|", " ")
            print(f"- {span['label']} {span['score']:.2f}: {text}")


def holistic_bias(data: Path) -> list[tuple[str, str]]:
    """HolisticBias's descriptors in plain sentences: axis and text. Its axes that are no identity are left out."""
    folder = data / "bias/holistic_bias"
    descriptors = json.loads((folder / "descriptors.json").read_text())
    frames = ["I'm a person who is {}.", "My best friend is {}.", "I have been {} for years and I like my life."]
    made = []
    for axis, buckets in descriptors.items():
        if axis in ("nonce", "characteristics", "political_ideologies"):
            continue
        for bucket in buckets.values():
            for each in bucket:
                word = each["descriptor"] if isinstance(each, dict) else each
                made += [(axis, frame.format(word)) for frame in frames]
    return made


def any_flagged(scores: dict[str, np.ndarray], thresholds: dict[str, float]) -> np.ndarray:
    """Whether any harm reaches its threshold."""
    return np.any([np.nan_to_num(scores[label]) >= thresholds[label] for label in HARMS if label in scores], axis=0)


def shown(figure: Figure) -> str:
    """A value and its interval."""
    if figure.value is None:
        return "-"
    return f"{figure.value:.3f}" + (
        f" ({figure.interval[0]:.3f} to {figure.interval[1]:.3f})" if figure.interval else ""
    )


def percent(figure: Figure) -> str:
    """A rate and its interval, in percent."""
    low, high = figure.interval or (0.0, 1.0)
    return f"{figure.value:.1%} ({low:.1%} to {high:.1%})"


def share(flags: np.ndarray) -> str:
    """The share of flagged rows with Wilson's interval."""
    return percent(Figure(float(flags.mean()), wilson(int(flags.sum()), len(flags))))


if __name__ == "__main__":
    main()
