import importlib.util
import re
from collections import Counter
from pathlib import Path

import pytest

PATH = Path(__file__).parents[2] / "benchmarks/judge_templates.py"
spec = importlib.util.spec_from_file_location("judge_templates", PATH)
templates = importlib.util.module_from_spec(spec)
spec.loader.exec_module(templates)

PARTS = ("train", "more", "test")
FRAMES = {part: templates.frames(part) for part in PARTS}
TEXTS = {part: list(templates.made(part, 0, 8)) for part in PARTS}


def held_out_forms():
    terms = [*templates.terms("test", False), *templates.terms("test", True)]
    return [form for term in terms for form in term.forms.values()]


def test_the_same_seed_gives_the_same_texts_and_another_seed_others():
    assert list(templates.made("train", 0, 8)) == TEXTS["train"]
    other = {row["text"] for row in templates.made("train", 1, 8)}
    assert len(other - {row["text"] for row in TEXTS["train"]}) > 1000


@pytest.mark.parametrize("part", ["train", "more"])
def test_what_is_trained_on_and_the_test_share_no_frame_and_no_text(part):
    assert not {frame.text for frame in FRAMES[part]} & {frame.text for frame in FRAMES["test"]}
    assert not {frame.id for frame in FRAMES[part]} & {frame.id for frame in FRAMES["test"]}
    assert not {row["text"] for row in TEXTS[part]} & {row["text"] for row in TEXTS["test"]}


def test_no_frame_is_written_twice():
    counts = Counter(frame.text.lower() for part in PARTS for frame in FRAMES[part])
    assert [text for text, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("part", ["train", "more"])
def test_no_term_kept_for_the_test_stands_in_what_is_trained_on(part):
    held_out = re.compile(rf"\b(?:{'|'.join(map(re.escape, held_out_forms()))})\b", re.IGNORECASE)
    assert [row["text"] for row in TEXTS[part] if held_out.search(row["text"])] == []
    assert [frame.text for frame in FRAMES[part] if held_out.search(frame.text)] == []


def test_a_quarter_of_the_identities_of_every_axis_is_kept_for_the_test():
    counts = {part: Counter(term.axis for term in templates.terms(part, False)) for part in PARTS}
    for axis in templates.AXES:
        assert 0.2 <= counts["test"][axis] / (counts["test"][axis] + counts["train"][axis]) <= 0.4


@pytest.mark.parametrize("part", PARTS)
def test_every_frame_gives_a_text_without_a_slot(part):
    assert {row["frame"] for row in TEXTS[part]} == {frame.id for frame in FRAMES[part]}
    assert [row["text"] for row in TEXTS[part] if re.search(r"[][{}|]|\s\s|^\s|\s$", row["text"])] == []


@pytest.mark.parametrize("part", PARTS)
def test_labels_are_known_and_0_or_1(part):
    for row in TEXTS[part]:
        assert row["labels"].keys() <= set(templates.LABELS)
        assert set(row["labels"].values()) <= {0, 1}
    assert {axis for frame in FRAMES[part] for axis in frame.axes} <= set(templates.AXES)


def test_a_harmless_text_has_no_label_but_obscene():
    kinds = {frame.id: frame.kind for part in PARTS for frame in FRAMES[part]}
    harmless = [row for part in PARTS for row in TEXTS[part] if kinds[row["frame"]] == "harmless"]
    assert len(harmless) > 3000
    assert not any(value for row in harmless for label, value in row["labels"].items() if label != "obscene")


def test_an_attack_is_of_the_axis_of_its_term_and_sexist_only_against_women():
    terms = {next(iter(term.forms.values())): term for part in PARTS for slurs in (True, False)
             for term in templates.terms(part, slurs)}  # fmt: skip
    attacks = [row for row in TEXTS["train"] if row["functionality"] == "derogation"]
    assert len(attacks) > 150
    for row in attacks:
        marks = terms[row["identity"]].marks
        assert row["labels"][f"axis_{row['axis']}"] == 1
        assert row["labels"].get("sexism") == (1 if "women" in marks else None if "?sexism" in marks else 0)


def test_a_respelled_text_differs_and_keeps_most_of_its_letters():
    rng = templates.random.Random(0)
    text = "Nobody asked them, and nobody listened to what they said."
    respelled = [templates.respelled(text, rng) for _ in range(200)]
    assert len(set(respelled)) > 50
    assert sum(text == other for other in respelled) == 0
    assert all(len(set(text) - set(other)) <= 6 for other in respelled)


@pytest.mark.parametrize("text", ["", "a", "no", "\u0301", "x" * 5000, "   "])
def test_any_text_can_be_respelled(text):
    rng = templates.random.Random(1)
    for _ in range(50):
        assert isinstance(templates.respelled(text, rng), str)
