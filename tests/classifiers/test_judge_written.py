import importlib.util
import json
import sys
from collections import Counter
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


def loaded(name):
    spec = importlib.util.spec_from_file_location(name, BENCHMARKS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def written():
    sys.path.insert(0, str(BENCHMARKS))  # it imports its neighbour
    try:
        yield loaded("judge_written")
    finally:
        sys.path.remove(str(BENCHMARKS))


@pytest.fixture(scope="module")
def passages(written):
    return list(written.passages())


def test_no_passage_is_written_twice(passages):
    counts = Counter(" ".join(each.text.lower().split()) for each in passages)
    assert [text for text, count in counts.items() if count > 1] == []


def test_a_pair_is_on_one_side_and_an_eighth_or_a_little_more_is_held_out(passages):
    sides = {}
    for each in passages:
        sides.setdefault(each.cluster, set()).add(each.held_out)
    assert all(len(side) == 1 for side in sides.values())
    assert 0.12 < sum(each.held_out for each in passages) / len(passages) < 0.25


def test_no_term_kept_for_the_test_stands_in_a_passage_that_is_trained_on(written, passages):
    kept = written.kept_terms()
    assert [each.text for each in passages if not each.held_out and kept.search(each.text)] == []


def test_an_attack_is_toxic_and_sexism_has_its_axis_and_its_category_or_leaves_it_open(passages):
    for each in passages:
        if each.labels.get("identity_attack"):
            assert each.labels.get("toxicity", 1.0) == 1.0, each.text
        if each.labels.get("sexism"):
            assert each.labels.get("axis_gender") == 1.0, each.text
            found = [each.labels.get(f"sexism_{name}") for name in ("threats", "derogation", "animosity", "prejudice")]
            assert found == [None] * 4 or 1.0 in found or None in found, each.text


def test_every_kind_has_harmless_and_harmful_passages(written, passages):
    for kind in {each.kind for each in passages}:
        own = [each for each in passages if each.kind == kind]
        harmful = sum(any(value == 1.0 for label, value in each.labels.items() if label != "obscene") for each in own)
        assert 0.05 < harmful / len(own) < 0.7, kind


def test_what_holds_is_1_what_is_open_is_absent_and_the_rest_is_0(written):
    found = written.known_labels({"text": "x", "labels": "sexism insult", "open": "obscene"})
    assert (found["sexism"], found["insult"], found["threat"]) == (1.0, 1.0, 0.0)
    assert "obscene" not in found
    assert "sexism_threats" not in found
    assert written.known_labels({"text": "x", "labels": "sexism sexism_threats"})["sexism_animosity"] == 0.0


def test_a_label_that_does_not_exist_is_named(written):
    with pytest.raises(ValueError, match=r"no such label: \{'rude'\} of 'x'"):
        written.known_labels({"text": "x", "labels": "rude"})


def test_underlined_words_are_code_points(written):
    line = {"text": "é you idiot, idiot", "labels": "toxicity", "words": ["idiot"]}
    assert written.marked(line) == [*range(6, 11), *range(13, 18)]
    assert written.marked({"text": "x", "labels": "toxicity"}) is None
    assert written.marked({"text": "x", "labels": "", "open": "obscene"}) is None
    assert written.marked({"text": "x", "labels": "stereotype"}) == []


def test_every_line_is_one_object_of_known_keys(written):
    for line in Path(written.__file__).with_suffix(".jsonl").read_text(encoding="utf-8").splitlines():
        each = json.loads(line)
        assert {"kind", "text", "labels"} <= each.keys() <= {"kind", "text", "labels", "open", "pair", "words"}
        assert all(words in each["text"] for words in each.get("words", ()))
