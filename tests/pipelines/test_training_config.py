import os
from pathlib import Path

import pytest

from classifiers.labelled import LabelColumn
from classifiers.split import Shares
from classifiers.thresholds import Cost, Fixed, Recall
from filters.errors import ConfigurationError
from pipelines.training_config import load_training

LEAST = "kind: fasttext\ndata: {train: texts.jsonl, labels: {quality: good}}\noutput: models/mine\n"


def test_three_lines_are_enough(write, tmp_path):
    plan = load_training(write(LEAST, "train.yaml"))
    assert (plan.kind, plan.name, plan.output) == ("fasttext", "mine", tmp_path / "models" / "mine")
    assert plan.train == (tmp_path / "texts.jsonl",)
    assert plan.columns.labels == {"quality": LabelColumn("good")}
    assert (plan.shares, plan.seed, plan.axes, plan.thresholds) == (Shares(0.1, 0.1), 1, (), {})


def test_all_that_can_be_said(write, tmp_path):
    text = """
        kind: encoder
        name: sexism
        data:
          train: [a.parquet, /data/b.csv]
          test: c.jsonl
          validation_share: 20%
          text: body
          labels: {sexism: {column: label, value: sexist}, threat: threat}
          group: target
          cluster: template
          words: spans
        output: out
        languages: en
        seed: 7
        thresholds: {sexism: {cost: {false_positive: 1, false_negative: 3}}, threat: {recall: 95%}}
        counterfactual: {axes: [gender, race], copies: 2}
        encoder: {folder: minilm, epochs: 1.5, patience: null, label_weights: {threat: 4}, positive_weights: balanced}
    """
    plan = load_training(write(text, "train.yaml"))
    assert plan.train == (tmp_path / "a.parquet", Path("/data/b.csv"))
    assert (plan.test, plan.validation, plan.shares) == ((tmp_path / "c.jsonl",), (), Shares(0.2, 0.1))
    assert plan.columns.labels == {"sexism": LabelColumn("label", "sexist"), "threat": LabelColumn("threat")}
    assert (plan.columns.text, plan.columns.group, plan.columns.cluster) == ("body", "target", "template")
    assert plan.thresholds == {"sexism": Cost(1, 3), "threat": Recall(0.95)}
    assert (plan.axes, plan.copies, plan.languages) == (("gender", "race"), 2, ("en",))
    assert (plan.encoder, plan.label_weights, plan.positive_weights) == (
        tmp_path / "minilm", {"threat": 4}, "balanced",
    )  # fmt: skip
    assert (plan.columns.words, plan.marks_words) == ("spans", True)
    assert (plan.recipe.epochs, plan.recipe.patience, plan.recipe.seed, plan.fasttext.seed) == (1.5, None, 7, 7)


def test_fasttext_marks_no_words(write):
    with pytest.raises(ConfigurationError, match=r"data.words: fastText judges texts as a whole"):
        load_training(write(LEAST, "train.yaml"), ["data.words=marks"])


def test_a_threshold_may_be_a_number(write):
    plan = load_training(write(LEAST + "thresholds: {quality: 0.7}\n", "train.yaml"))
    assert plan.thresholds == {"quality": Fixed(0.7)}


def test_options_lie_over_the_file_and_are_relative_to_where_one_stands(write, monkeypatch, tmp_path):
    path = write(LEAST, "train.yaml")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    plan = load_training(os.path.relpath(path), ["fasttext.epochs=3", "seed=5"], "here")
    assert plan.output == tmp_path / "elsewhere" / "here"
    assert plan.train == (tmp_path / "texts.jsonl",)
    assert (plan.fasttext.epochs, plan.fasttext.seed) == (3, 5)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("seeds: 3", r"train\.yaml:4: seeds: unknown key 'seeds'; did you mean 'seed'\?"),
        ("seed: -1", r"train\.yaml:4: seed: -1: "),
        ("thresholds: {qualty: 0.5}", r"thresholds\.qualty: unknown label 'qualty'; did you mean 'quality'"),
        ("thresholds: {quality: {recall: 0.5, at: 0.5}}", "write one of at, recall and cost"),
        ("thresholds: {quality: 1.5}", "less than or equal to 1"),
        ("thresholds: {quality: {cost: {false_positive: 1}}}", "the key 'false_negative' is missing"),
        ("counterfactual: {axes: gendr}", "unknown axis 'gendr'; did you mean 'gender'"),
        ("kind: svm", r"not valid YAML: found duplicate key"),
        ("encoder: {folder: x, label_weights: {other: 2}}", "encoder.label_weights.other: unknown label 'other'"),
        ("encoder: {folder: x, positive_weights: {other: 2}}", "encoder.positive_weights.other: unknown label 'other'"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(write, more, message):
    with pytest.raises(ConfigurationError, match=message):
        load_training(write(LEAST + more + "\n", "train.yaml"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (LEAST.replace("quality: good", ""), "at least 1"),
        (LEAST.replace("quality:", "1st/label:"), "data.labels.1st/label"),
        (LEAST.replace("quality:", "weight:"), r"train\.yaml: no label can be called 'weight'"),
        (LEAST.replace("train: texts.jsonl, ", ""), "data.train: the key 'train' is missing"),
        (LEAST.replace("fasttext", "encoder"), "encoder: kind encoder needs one to start from"),
        (LEAST.replace("good}", "good}, validation_share: 60%, test_share: 40%"), "leave nothing to train on"),
        (LEAST.replace("fasttext", "svm"), "unknown value 'svm'"),
    ],
)
def test_what_is_missing_or_makes_no_sense_is_told(write, text, message):
    with pytest.raises(ConfigurationError, match=message):
        load_training(write(text, "train.yaml"))


def test_a_file_that_is_not_there_is_named():
    with pytest.raises(ConfigurationError, match=r"none\.yaml: cannot be read"):
        load_training("none.yaml")
