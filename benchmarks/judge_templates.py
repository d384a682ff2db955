"""Texts made from the frames of `judge_templates.yaml`, to train and test the judge of toxicity and bias.

A frame is a sentence with slots: ``{plural}``, ``{singular}``, ``{adjective}`` of one identity (``{Plural}`` at the
beginning of a sentence), ``{others}`` of a second one, ``{slurs}``, ``{slur}``, any word list of the YAML, and
``[this|that|]`` for wordings that come to the same. Part ``more`` has frames of its own with the terms of ``train``.
Test frames and the terms that the YAML keeps for the test are in neither. The same part, seed and count give the same
texts. Run, this file prints a table of what there is.
"""

import hashlib
import random
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import Any, Literal, NamedTuple

import yaml

Part = Literal["train", "more", "test"]
"""What the shipped judge was trained on, what the next one can be, what none may be."""
AXES = ("gender", "race", "religion", "orientation", "disability", "nationality", "age")
SEXISM = ("sexism_threats", "sexism_derogation", "sexism_animosity", "sexism_prejudice")
LABELS = ("toxicity", "obscene", "insult", "threat", "identity_attack", "sexism", *SEXISM, "stereotype")
LABELS += tuple(f"axis_{axis}" for axis in AXES)
SLOT = re.compile(r"(?:\b([Aa]) )?\{(\w+)\}")
CHOICE = re.compile(r"\[([^][]*\|[^][]*)\]")
MARK = re.compile(r"([@+?-])([\w,]+) ")  # before a frame: @axes, +label is 1, -label is 0, ?label is unknown
VOWEL = re.compile(r"(?!eu|uni|uk|one|use)[aeiou]|8|11 |18", re.IGNORECASE)
CONTEXT_SHARE, SPELLING_SHARE = 0.2, 0.12
LEET = str.maketrans({"a": "4", "e": "3", "i": "1", "o": "0", "s": "5", "t": "7"})


class Term(NamedTuple):
    """An identity or a slur: its forms by slot, its axis, and its marks: women, or ?label for one that is open."""

    forms: dict[str, str]
    axis: str
    marks: frozenset[str]


class Frame(NamedTuple):
    """One line of the YAML, with what holds of its group."""

    id: str
    text: str
    functionality: str
    kind: str
    axes: tuple[str, ...]
    category: str | None
    labels: dict[str, int]


@cache
def contents() -> dict[str, Any]:
    """What stands in the YAML."""
    return yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text())


@cache
def terms(part: Part, slurs: bool) -> list[Term]:
    """The identity terms, or slurs, that the YAML lists for a part."""
    section, names = ("slurs", ("slurs", "slur")) if slurs else ("identities", ("plural", "singular", "adjective"))
    found = []
    for axis, parts in contents()[section].items():
        for line in parts["test" if part == "test" else "train"].splitlines():
            *cells, marks = (cell.strip() for cell in line.split("|"))
            forms = {name: cell for name, cell in zip(names, cells, strict=True) if cell}
            found.append(Term(forms, axis, frozenset(marks.split())))
    return found


@cache
def frames(part: Part) -> list[Frame]:
    """All frames of a part, in the YAML's order."""
    found = []
    for group in contents()["frames"]:
        for line in group.get(part, "").splitlines():
            labels = dict(contents()["kinds"][group["kind"]] | group.get("labels", {}))
            axes = group.get("axes", AXES)
            while mark := MARK.match(line):
                line = line[mark.end() :]
                if mark[1] == "@":
                    axes = mark[2].split(",")
                else:
                    labels |= dict.fromkeys(mark[2].split(","), {"+": 1, "-": 0, "?": None}[mark[1]])
            digest = hashlib.sha256(line.encode()).hexdigest()[:8]
            labels = {name: value for name, value in labels.items() if value is not None}
            name, kind = group["functionality"], group["kind"]
            found.append(Frame(f"{name}/{digest}", line, name, kind, tuple(axes), group.get("category"), labels))
    return found


def candidates(frame: Frame, part: Part, rng: random.Random) -> list[Term | None]:
    """The terms that a frame can take, every axis in turn; of the test's, every other one is kept for the test."""
    slots = {slot.lower() for _, slot in SLOT.findall(frame.text)}
    needed = slots & {"plural", "singular", "adjective", "slurs", "slur"}
    if not needed:
        return [None]

    def fitting(source: Part) -> list[Term]:
        every = terms(source, bool(needed & {"slurs", "slur"}))
        return [t for t in rng.sample(every, len(every)) if needed <= t.forms.keys()]

    kept = fitting("test") if part == "test" else []
    mixed = [t for pair in zip_longest(kept, fitting("train")) for t in pair if t]
    columns = [[t for t in mixed if t.axis == axis] for axis in rng.sample(frame.axes, len(frame.axes))]
    return [t for row in zip_longest(*columns) for t in row if t]


def filled(frame: Frame, term: Term | None, rng: random.Random) -> str:
    """The text of a frame with its slots filled and its wordings chosen."""
    text = CHOICE.sub(lambda choice: rng.choice(choice[1].split("|")), frame.text)

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
    way = rng.choice(("leet", "spaced", "joined", "repeated", "swapped", "dropped"))
    if way == "joined":
        start = rng.randrange(max(1, len(words) - 3))
        return " ".join([*words[:start], "".join(words[start : start + 4]), *words[start + 4 :]])
    long = [i for i, word in enumerate(words) if len(word) > 3] or [0]
    for i in rng.sample(long, min(len(long), 1 if way == "spaced" else rng.randint(1, 3))):
        word, at = words[i], rng.randrange(1, max(2, len(words[i]) - 2))
        words[i] = {
            "leet": word.translate(LEET),
            "spaced": rng.choice((" ", ".", "-", "*")).join(word),
            "repeated": word[:at] + word[at : at + 1] * rng.randint(3, 5) + word[at + 1 :],
            "swapped": word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :],
            "dropped": word[:at] + word[at + 1 :],
        }[way]
    return " ".join(words)


def labels_of(frame: Frame, term: Term | None, axis: str | None) -> dict[str, int]:
    """What the frame and its term determine of the labels; what is uncertain is absent."""
    if axis is None or frame.kind not in contents()["attacks"]:
        return dict(frame.labels)
    labels = frame.labels | {f"axis_{name}": int(name == axis) for name in AXES}
    marks = term.marks if term else {"women"} if axis == "gender" else frozenset[str]()
    if "women" in marks:
        labels["sexism"] = 1
        labels |= {name: int(name == f"sexism_{frame.category}") for name in SEXISM if frame.category}
    elif "?sexism" not in marks:
        labels |= dict.fromkeys(("sexism", *SEXISM), 0)
    return {name: value for name, value in labels.items() if f"?{name.removeprefix('axis_')}" not in marks}


def made(part: Part, seed: int, count_per_frame: int) -> Iterator[dict[str, Any]]:
    """Up to ``count_per_frame`` texts of every frame of a part, some respelled or in company."""
    for frame in frames(part):
        rng = random.Random(f"{seed}/{frame.id}")
        order, texts = candidates(frame, part, rng), dict[str, Term | None]()
        wordings = [filled(frame, order[turn % len(order)], rng) for turn in range(4 * count_per_frame)]
        limit = min(count_per_frame, max(len(set(wordings)), 3))  # a sentence without a slot is not said too often
        for turn, text in enumerate(wordings):
            if rng.random() < SPELLING_SHARE and turn:
                text = respelled(text, rng)
            if rng.random() < CONTEXT_SHARE and turn:
                other = rng.choice(contents()["contexts"]["test" if part == "test" else "train"].splitlines())
                text = f"{text} {other}" if rng.random() < 0.5 else f"{other} {text}"
            if len(texts) < limit:
                texts.setdefault(text, order[turn % len(order)])
        for text, term in texts.items():
            axis = term.axis if term else frame.axes[0] if len(frame.axes) == 1 else None
            row = {"text": text, "frame": frame.id, "functionality": frame.functionality, "axis": axis}
            yield row | {
                "identity": next(iter(term.forms.values())) if term else None,
                "labels": labels_of(frame, term, axis),
            }


def print_table() -> None:
    """Frames of each part, and texts by axis at ten a frame, for every functionality."""
    rows = [*made("train", 0, 10), *made("test", 0, 10)]
    by = Counter((row["functionality"], row["axis"]) for row in rows)
    counts = {part: Counter(frame.functionality for frame in frames(part)) for part in ("train", "more", "test")}
    print(f"{'functionality':34}{'train':>6}{'more':>6}{'test':>6}" + "".join(f"{a[:9]:>10}" for a in (*AXES, "none")))
    for name in counts["train"]:
        axes = "".join(f"{by[name, axis]:10}" for axis in (*AXES, None))
        print(f"{name:34}" + "".join(f"{of_part[name]:6}" for of_part in counts.values()) + axes)
    print(f"{'all':34}" + "".join(f"{len(frames(part)):6}" for part in counts) + f"  {len(rows)} texts at ten a frame")


if __name__ == "__main__":
    print_table()
