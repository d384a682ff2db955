"""The labelled sets of the judge's data, each as rows with the part that they belong to.

What a source says is taken where it is certain, and left null where it says nothing: an EDOS comment that is not
sexist may well be an insult; Davidson's "offensive" counts words, not intent. ToxiGen, CrowS-Pairs and HolisticBias
are never trained on. RedditBias's comments on gender are left out of training: many are labelled as biased for naming
a woman and an occupation together.
"""

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
from judge_rows import HARMLESS, Row, held, row
from judge_templates import LABELS, made
from judge_written import passages

CATEGORIES = {
    "1.": "sexism_threats", "2.": "sexism_derogation", "3.": "sexism_animosity", "4.": "sexism_prejudice",
}  # fmt: skip
AXES = {"gender": "axis_gender", "orientation": "axis_orientation", "race": "axis_race", "religion": "axis_religion"}


def edos(data: Path) -> Iterator[tuple[str, Row]]:
    """EDOS (Kirk et al. 2023): sexist or not, by category."""
    for each in pq.read_table(data / "toxicity/edos.parquet").to_pylist():
        sexist = each["label_sexist"] == "sexist"
        labels: dict[str, float] = {"sexism": float(sexist), **dict.fromkeys(CATEGORIES.values(), 0.0)}
        if sexist:
            category = CATEGORIES[each["label_category"][:2]]
            labels |= {category: 1.0, "axis_gender": 1.0}
            if category == "sexism_threats":
                labels |= {"threat": 1.0}
            if category in ("sexism_threats", "sexism_derogation"):
                labels |= {"toxicity": 1.0, "identity_attack": 1.0}
            if each["label_vector"].startswith("3.2"):
                labels |= {"stereotype": 1.0}
        yield {"train": "train", "dev": "validation", "test": "edos"}[each["split"]], row(each["text"], "edos", labels)


def davidson(data: Path) -> Iterator[tuple[str, Row]]:
    """Davidson et al. 2017: hate, offensive, neither; what share of the votes was hate is the target of training."""
    for each in pq.read_table(data / "toxicity/davidson.parquet").to_pylist():
        votes = sum(each[f"votes_{name}"] for name in ("hate", "offensive", "neither"))
        hate = each["votes_hate"] / votes
        made_row = row(each["text"], "davidson", {"identity_attack": float(each["label"] == "hate")})
        if held(made_row["cluster"], 0.2):
            yield "davidson", made_row
            continue
        labels = {"identity_attack": hate}
        if each["label"] == "hate":
            labels |= {"toxicity": 1.0}
        elif each["label"] == "neither":
            labels |= {"toxicity": 0.0, "insult": 0.0, "threat": 0.0, "obscene": 0.0}
        elif held(made_row["cluster"] + "kept", 0.45) is False:
            continue  # three of four comments are of this kind
        text = html.unescape(each["text"]) if held(made_row["cluster"] + "text", 0.5) else each["text"]
        yield "train", row(text, "davidson", labels, made_row["cluster"])


def toxic_spans(data: Path) -> Iterator[tuple[str, Row]]:
    """SemEval-2021 task 5 (Civil Comments): toxic comments with their toxic characters."""
    for each in pq.read_table(data / "toxicity/toxic_spans.parquet").to_pylist():
        labels = {"toxicity": 1.0} if each["toxic_characters"] else {}
        part = "train" if each["split"] == "train" else "toxic_spans"
        yield part, row(each["text"], "toxic_spans", labels, words=each["toxic_characters"])


def wiki(data: Path) -> Iterator[tuple[str, Row]]:
    """Wikipedia talk pages (Conversation AI)."""
    plain = {label: 0.0 for label in LABELS if not label.startswith("axis_")}
    for each in pq.read_table(data / "toxicity/wiki_comments.parquet").to_pylist():
        labels = {"toxicity": 1.0} if each["toxic"] else plain
        made_row = row(each["text"], "wiki", labels, words=None if each["toxic"] else [])
        yield "wiki" if held(made_row["cluster"], 0.25) else "train", made_row


def implicit_hate(data: Path) -> Iterator[tuple[str, Row]]:
    """Implicit Hate (ElSherief et al. 2021), as SafeNLP took it over: hate or not, without the classes."""
    for each in pq.read_table(data / "toxicity/implicit_hate.parquet").to_pylist():
        hate = float(each["label"] == "hate")
        labels = {"identity_attack": hate, "toxicity": hate} | ({} if hate else {"stereotype": 0.0, "threat": 0.0})
        made_row = row(each["text"], "implicit_hate", labels, weight=0.7)
        yield "implicit_hate" if held(made_row["cluster"], 0.15) else "train", made_row


def redditbias(data: Path) -> Iterator[tuple[str, Row]]:
    """RedditBias (Barikeri et al. 2021): comments that assert a stereotype, or do not."""
    for each in pq.read_table(data / "bias/redditbias.parquet").to_pylist():
        if each["biased_sentence"] not in (0.0, 1.0):
            continue
        labels = {"stereotype": each["biased_sentence"]}
        if each["biased_sentence"]:
            labels |= {AXES[each["axis"]]: 1.0}
        made_row = row(each["text"], "redditbias", labels, group=each["axis"])
        if held(made_row["cluster"], 0.15):
            yield "redditbias", made_row
        elif each["axis"] != "gender":
            yield "train", made_row


def madlibs(data: Path) -> Iterator[tuple[str, Row]]:
    """Template sentences over identity words (Dixon et al. 2018); a quarter of the templates is held out."""
    table = pq.read_table(data / "bias/madlibs.parquet").to_pylist()
    identities = sorted(
        {each["text"].removeprefix("i am ") for each in table if each["template"] == "am_hate_adj"
         and each["text"].startswith("i am ")}, key=len, reverse=True,
    )  # fmt: skip
    within = re.compile(r"\b(" + "|".join(map(re.escape, identities)) + r")\b\.?$|\b(" + "|".join(identities) + r")\b")
    for each in table:
        found = within.search(each["text"])
        group = (found[1] or found[2]) if found else None
        skeleton = each["text"].replace(group, "{}") if group else each["text"]
        cluster = re.sub(r"^\S+ is a ", "NAME is a ", skeleton)
        quality = cluster.split()[3] if cluster.startswith("NAME is a ") else cluster.strip(".").split()[-1]
        if cluster.startswith("NAME") and not held(each["text"], 0.35):
            continue
        labels: dict[str, float] = dict(HARMLESS)
        if each["toxic"]:
            labels = {"toxicity": 1.0, "sexism": 0.0} if group not in ("female", "lesbian") else {"toxicity": 1.0}
            if each["template"] in ("verb_adj", "am_hate_adj", "being_adj"):
                labels |= {"identity_attack": 1.0}
            if cluster.split()[0] in ("murder", "kill", "destroy"):
                labels |= {"threat": 1.0}
            if each["template"] in ("name_adj", "you_are_adj"):
                labels |= {"insult": 1.0}
        part = "madlibs" if held(quality, 0.25) else "train"
        if part == "train" and not held(each["text"] + "kept", 0.35):
            continue
        yield part, row(each["text"], "madlibs", labels, cluster, group=group, words=None if each["toxic"] else [])


def templates() -> Iterator[tuple[str, Row]]:
    """Sentences of our own; frames and identity terms of the test are in no sentence of the training."""
    for part, count, name in (("train", 36, "train"), ("more", 36, "more"), ("test", 12, "templates")):
        for each in made(part, 2, count):
            labels = {label: float(value) for label, value in each["labels"].items()}
            words = [] if labels.get("toxicity") == 0.0 and labels.get("obscene") == 0.0 else None
            source = each["functionality"] if part == "test" else "templates"
            yield name, row(each["text"], source, labels, each["frame"], group=each["axis"], words=words)


def written() -> Iterator[tuple[str, Row]]:
    """Passages written for the judge, some of them held out."""
    for each in passages():
        made_row = row(each.text, "written", each.labels, each.cluster, group=each.kind, words=each.words)
        yield "written" if each.held_out else "written train", made_row
