"""Texts made from the frames of `judge_templates.yaml`, to train and test the judge of toxicity and bias.

``python benchmarks/judge_templates.py`` checks the frames and prints how many there are, by functionality and axis.

A frame is a sentence with slots: ``{plural}``, ``{singular}``, ``{adjective}`` of one identity (``{Plural}`` at the
beginning of a sentence), ``{others}`` of a second one, ``{slurs}``, ``{slur}``, any word list of the YAML such as
``{name}``, and ``[this|that|]`` for wordings that come to the same. Test frames are never trained on, nor are the
identity terms that the YAML keeps for the test. The same part, seed and count give the same texts.
"""

import hashlib
import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any, Literal

import yaml

Part = Literal["train", "test"]
AXES = ("gender", "race", "religion", "orientation", "disability", "nationality", "age")
SEXISM = ("sexism_threats", "sexism_derogation", "sexism_animosity", "sexism_prejudice")
PLAIN = ("toxicity", "obscene", "insult", "threat", "identity_attack", "sexism", *SEXISM, "stereotype")
LABELS = (*PLAIN, *(f"axis_{axis}" for axis in AXES))
SLOT = re.compile(r"(?:\b([Aa]) )?\{(\w+)\}")
CHOICE = re.compile(r"\[([^][]*\|[^][]*)\]")
MARK = re.compile(r"([@+?-])([\w,]+) ")  # before a frame: @axes, +label is 1, -label is 0, ?label is unknown
VOWEL = re.compile(r"(?!eu|uni|uk|one|use)[aeiou]|8|11 |18", re.IGNORECASE)
CONTEXT_SHARE, SPELLING_SHARE = 0.2, 0.12
LEET = str.maketrans({"a": "4", "e": "3", "i": "1", "o": "0", "s": "5", "t": "7"})


@dataclass(frozen=True)
class Term:
    """An identity or a slur: its forms by slot, its axis, the axes that it may also be of, and whether it is women."""

    forms: dict[str, str]
    axis: str
    unsure: tuple[str, ...]
    women: bool | None

    def __str__(self) -> str:
        return self.forms.get("plural") or self.forms["slurs"]


@dataclass(frozen=True)
class Frame:
    """One line of the YAML, with what holds of its group."""

    id: str
    text: str
    functionality: str
    kind: str
    axes: tuple[str, ...]
    women: bool
    category: str | None
    labels: dict[str, int]


@cache
def contents() -> dict[str, Any]:
    """What stands in the YAML."""
    return yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text())


def lines(block: str | None) -> list[str]:
    """The lines of a block that hold something, without comments."""
    return [line.strip() for line in (block or "").splitlines() if line.strip() and not line.startswith("#")]


@cache
def terms(part: Part, slurs: bool) -> list[Term]:
    """The identity terms, or slurs, that the YAML lists for a part."""
    found = []
    for axis, parts in contents()["slurs" if slurs else "identities"].items():
        for line in lines(parts[part]):
            cells = [cell.strip() for cell in line.split("|")]
            marks = cells.pop().split()
            names = ("slurs", "slur") if slurs else ("plural", "singular", "adjective")
            forms = {name: cell for name, cell in zip(names, cells, strict=True) if cell}
            unsure = tuple(mark[1:] for mark in marks if mark.startswith("?"))
            women = None if "sexism" in unsure else "women" in marks
            found.append(Term(forms, axis, unsure, women))
    return found


@cache
def frames(part: Part) -> list[Frame]:
    """All frames of a part, in the YAML's order."""
    found = []
    for group in contents()["frames"]:
        for line in lines(group.get(part)):
            labels = dict(contents()["kinds"][group["kind"]] | group.get("labels", {}))
            axes = group.get("axes", AXES)
            while mark := MARK.match(line):
                line = line[mark.end() :]
                names = mark[2].split(",")
                if mark[1] == "@":
                    axes = names
                else:
                    labels |= dict.fromkeys(names, {"+": 1, "-": 0, "?": None}[mark[1]])
            digest = hashlib.sha256(line.encode()).hexdigest()[:8]
            known = {name: value for name, value in labels.items() if value is not None}
            women, category = "women" in group.get("only", ""), group.get("category")
            name = group["functionality"]
            found.append(Frame(f"{name}/{digest}", line, name, group["kind"], tuple(axes), women, category, known))
    return found


def candidates(frame: Frame, part: Part, rng: random.Random) -> list[Term | None]:
    """The terms that a frame can take, every axis in turn; of the test's, every other one is kept for the test."""
    slots = {slot.lower() for _, slot in SLOT.findall(frame.text)}
    needed = slots & {"plural", "singular", "adjective", "slurs", "slur"}
    if not needed:
        return [None]

    def fitting(source: Part, axis: str) -> list[Term]:
        every = terms(source, not needed.isdisjoint({"slurs", "slur"}))
        fits = [t for t in every if t.axis == axis and needed <= t.forms.keys() and (t.women or not frame.women)]
        return rng.sample(fits, len(fits))

    columns = []
    for axis in rng.sample(frame.axes, len(frame.axes)):
        sources = [fitting("train", axis)] if part == "train" else [fitting("test", axis), fitting("train", axis)]
        columns.append([t for t in chain(*zip_longest(*sources)) if t is not None])
    return [t for t in chain(*zip_longest(*columns)) if t is not None]


def filled(frame: Frame, term: Term | None, part: Part, rng: random.Random) -> str:
    """The text of a frame with its slots filled and its wordings chosen."""
    text = frame.text
    while choice := CHOICE.search(text):
        text = text[: choice.start()] + rng.choice(choice[1].split("|")) + text[choice.end() :]

    def fill(slot: re.Match[str]) -> str:
        name = slot[2].lower()
        if name == "others":
            word = rng.choice([t for t in terms("train", False) if term is None or t.axis != term.axis]).forms["plural"]
        elif term is not None and name in term.forms:
            word = term.forms[name]
        else:
            word = rng.choice(contents()["words"][name])
        article = f"{slot[1]}{'n' if VOWEL.match(word) else ''} " if slot[1] else ""
        return article + (word[0].upper() + word[1:] if slot[2][0].isupper() else word)

    return " ".join(SLOT.sub(fill, text).split())


def respelled(text: str, rng: random.Random) -> str:
    """The text in one of the ways in which people dodge filters or mistype; it still reads as what it was."""
    words = text.split(" ")
    way = rng.choice(("leet", "spaced", "joined", "repeated", "swapped", "dropped", "dotted"))
    if way == "joined":
        start = rng.randrange(max(1, len(words) - 3))
        return " ".join([*words[:start], "".join(words[start : start + 4]), *words[start + 4 :]])
    long = [i for i, word in enumerate(words) if len(word) > 3] or [0]
    for i in rng.sample(long, min(len(long), 1 if way == "spaced" else rng.randint(1, 3))):
        word, at = words[i], rng.randrange(1, max(2, len(words[i]) - 2))
        words[i] = {
            "leet": word.translate(LEET),
            "spaced": " ".join(word),
            "dotted": ".".join(word),
            "repeated": word[:at] + word[at : at + 1] * rng.randint(3, 5) + word[at + 1 :],
            "swapped": word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :],
            "dropped": word[:at] + word[at + 1 :],
        }[way]
    return " ".join(words)


def labels_of(frame: Frame, term: Term | None) -> dict[str, int]:
    """What the frame and its term determine of the labels; what is uncertain is absent."""
    labels = dict(frame.labels)
    axis = term.axis if term else frame.axes[0] if len(frame.axes) == 1 else None
    if axis is None or frame.kind not in contents()["attacks"]:
        return labels
    labels |= {f"axis_{name}": int(name == axis) for name in AXES}
    women = term.women if term else frame.category is not None
    if women is False:
        labels |= dict.fromkeys(("sexism", *SEXISM), 0)
    elif women:
        labels["sexism"] = 1
        labels |= {name: int(name == f"sexism_{frame.category}") for name in SEXISM if frame.category}
    for name in term.unsure if term else ():
        labels.pop(f"axis_{name}", None)
    return labels


def made(part: Part, seed: int, count_per_frame: int) -> Iterator[dict[str, Any]]:
    """Up to ``count_per_frame`` texts of every frame of a part, some respelled or in company."""
    for frame in frames(part):
        rng = random.Random(f"{seed}/{frame.id}")
        order, seen = candidates(frame, part, rng), set[str]()
        for turn in range(4 * count_per_frame):
            term = order[turn % len(order)]
            text = filled(frame, term, part, rng)
            if rng.random() < SPELLING_SHARE and turn:
                text = respelled(text, rng)
            if rng.random() < CONTEXT_SHARE and turn:
                around = [text, rng.choice(lines(contents()["contexts"][part]))]
                text = " ".join(around if rng.random() < 0.5 else around[::-1])
            if text in seen:
                continue
            seen.add(text)
            axis = term.axis if term else frame.axes[0] if len(frame.axes) == 1 else None
            row = {"text": text, "frame": frame.id, "functionality": frame.functionality, "axis": axis}
            yield row | {"identity": str(term) if term else None, "labels": labels_of(frame, term)}
            if len(seen) == count_per_frame:
                break


def print_table() -> None:
    """Frames of each part, and texts by axis at ten a frame, for every functionality."""
    texts = {part: list(made(part, 0, 10)) for part in ("train", "test")}
    by = Counter((row["functionality"], row["axis"]) for rows in texts.values() for row in rows)
    counts = {part: Counter(frame.functionality for frame in frames(part)) for part in ("train", "test")}
    print(f"{'functionality':34}{'train':>6}{'test':>6}" + "".join(f"{a[:9]:>10}" for a in (*AXES, "none")))
    for name in dict.fromkeys(frame.functionality for part in ("train", "test") for frame in frames(part)):
        axes = "".join(f"{by[name, axis]:10}" for axis in (*AXES, None))
        print(f"{name:34}{counts['train'][name]:6}{counts['test'][name]:6}{axes}")
    print(f"{'all':34}{len(frames('train')):6}{len(frames('test')):6}")
    print({part: len(rows) for part, rows in texts.items()}, "texts at ten a frame")


if __name__ == "__main__":
    print_table()
