"""Passages written for the judge: what the web is like, harmless and harmful, as frames and sets of comments are not.

One JSON object a line of `judge_written.jsonl`: ``kind`` (what its writer was asked for), ``text``, ``labels`` that
hold, ``open`` labels, which are left open, ``pair`` (passages of a kind with the same one differ in little but their
labels), ``words`` that make it toxic, where they were underlined. All were invented for this file by a language model
that works on this project; none is taken from a page or a test. WARNING: they hold slurs, threats and insults, some
against groups, some against public figures as comments have them; nothing in them is anybody's opinion, and what they
say of the world may be false.

For tests alone are one in eight, chosen by a hash of the pair, and those, with their pairs, that hold an identity term
or a slur which `judge_templates.yaml` keeps for the test.

Run, this file prints a table of what there is.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from judge_rows import held
from judge_templates import LABELS, SEXISM, terms

TEST_SHARE = 1 / 8


class Passage(NamedTuple):
    """A text, with what is known of its labels."""

    text: str
    kind: str
    cluster: str
    labels: dict[str, float]
    words: list[int] | None
    held_out: bool


def passages() -> Iterator[Passage]:
    """All of them, in the order of the file."""
    lines = Path(__file__).with_suffix(".jsonl").read_text(encoding="utf-8").splitlines()
    listed = [json.loads(line) for line in lines]
    clusters = [f"written {each['kind']} {each.get('pair', each['text'])}" for each in listed]
    kept = kept_terms()
    tested = {cluster for each, cluster in zip(listed, clusters, strict=True) if kept.search(each["text"])}
    tested |= {cluster for cluster in clusters if held(cluster, TEST_SHARE)}
    for each, cluster in zip(listed, clusters, strict=True):
        yield Passage(each["text"], each["kind"], cluster, known_labels(each), marked(each), cluster in tested)


def kept_terms() -> re.Pattern[str]:
    """Finds the identity terms and slurs that are for tests alone."""
    kept = [form for slurs in (False, True) for term in terms("test", slurs) for form in term.forms.values()]
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, kept))})\b", re.IGNORECASE)


def known_labels(line: dict[str, Any]) -> dict[str, float]:
    """1 for what holds, 0 for the others; absent is what is open, and the category of sexism where none is given."""
    holds, unknown = set(line["labels"].split()), set(line.get("open", "").split())
    if not holds <= set(LABELS) or not unknown <= set(LABELS):
        raise ValueError(f"no such label: {holds | unknown} of {line['text']!r}; there are {', '.join(LABELS)}")
    if ("sexism" in holds and not holds & set(SEXISM)) or "sexism" in unknown:
        unknown |= set(SEXISM)
    return {label: float(label in holds) for label in LABELS if label in holds or label not in unknown}


def marked(line: dict[str, Any]) -> list[int] | None:
    """The code points of the words that were underlined; none where it is harmless and clean, null where unknown."""
    if "words" not in line:
        return None if {"toxicity", "obscene"} & {*line["labels"].split(), *line.get("open", "").split()} else []
    found = [re.finditer(re.escape(words), line["text"]) for words in line["words"]]
    return sorted({place for matches in found for match in matches for place in range(*match.span())})


def main() -> None:
    """Passages of each kind, and how many of them are harmful, held out, and labelled as what."""
    every = list(passages())
    print(f"{'kind':14}{'all':>7}{'harmful':>9}{'held out':>10}")
    for kind, count in Counter(each.kind for each in every).items():
        own = [each for each in every if each.kind == kind]
        harmful = sum(any(each.labels.get(label) for label in LABELS if label != "obscene") for each in own)
        print(f"{kind:14}{count:7}{harmful:9}{sum(each.held_out for each in own):10}")
    print({label: sum(each.labels.get(label) == 1 for each in every) for label in LABELS})


if __name__ == "__main__":
    main()
