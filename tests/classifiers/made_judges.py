"""Judges for tests: a whole one of random weights, and one that knows by rule what is bad."""

import json
import re
import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from classifiers.cascade import Cascade
from classifiers.encoder import Reading
from classifiers.judge_files import JudgeFiles

TINY = Path(__file__).parent / "tiny_judge"


def changed(folder, **values):
    """A copy of the tiny judge whose judge.json says something else; a value of None is left out."""
    shutil.copytree(TINY, folder)
    path = folder / "judge.json"
    described = json.loads(path.read_text()) | values
    path.write_text(json.dumps({name: value for name, value in described.items() if value is not None}))
    return folder


class Rule:
    """Reads as an encoder does: a text with BAD is toxic, one with VILE an insult as well; these words are bad."""

    labels = ("toxicity", "insult")

    def __init__(self):
        self.texts = []

    def read(self, text):
        self.texts.append(text)
        words = list(re.finditer(r"\w+", text))
        encoding = SimpleNamespace(word_ids=list(range(len(words))), offsets=[word.span() for word in words])
        marks = [4.0 if re.search("BAD|VILE", word.group()) else -4.0 for word in words]
        logits = [4.0 if re.search("BAD|VILE", text) else -4.0, 4.0 if "VILE" in text else -4.0]
        return Reading(np.array(logits, np.float32), encoding, np.array(marks, np.float32))


class Named:
    """A screen that lets texts through in which a word stands."""

    def __init__(self, word="BAD|VILE"):
        self.word = word

    def scores(self, data, starts, ends):
        texts = [data[start:end].tobytes().decode() for start, end in zip(starts, ends, strict=True)]
        return np.array([bool(re.search(self.word, text)) for text in texts], np.float32)


def cascade(screen=None, audit=0.0, tokens=12, reader=None):
    """A judge by rule; windows of ten tokens at most, which is about one sentence of eight words."""
    files = JudgeFiles(
        folder=Path(),
        digest=f"rule {tokens}",
        kind="encoder",
        name="rule",
        languages=("en",),
        labels=Rule.labels,
        tokens=tokens,
        files={},
        calibration=[(1.0, 0.0), (2.0, 1.0)],
        thresholds={"toxicity": 0.6, "insult": 0.8},
        word_threshold=0.7,
        screen_limit=0.5,
    )
    return Cascade(files, reader or Rule(), screen, audit)
