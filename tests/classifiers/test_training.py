import json
import sys
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import classifiers
from classifiers.fasttext_training import FastTextRecipe
from classifiers.judge_files import read_judge
from classifiers.labelled import LabelColumn, NamedColumns, read_labelled
from classifiers.measuring_judges import measure_judge
from classifiers.model_card import training_record
from classifiers.split import Shares
from classifiers.thresholds import Recall
from classifiers.training import train_judge
from classifiers.training_plan import TrainingPlan
from filters.errors import ConfigurationError, InputError, OutputError

GOOD = ["careful", "experiment", "measured", "history", "garden", "the", "of", "evidence", "river", "question"]
BAD = ["cheap", "click", "free", "winner", "now", "the", "of", "offer", "casino", "order"]
NAMED = NamedColumns({"good": LabelColumn("kind", "prose"), "spam": LabelColumn("spam")}, "body", group="who")


def write(path, count=200, seed=1):
    drawn = np.random.default_rng(seed)
    rows = []
    for row in range(count):
        good = row % 2 == 0
        words = [*drawn.choice(GOOD if good else BAD, 10), *(["women"] if row % 5 == 0 else [])]
        spam = None if row % 10 == 0 else float(not good)
        rows.append({"body": " ".join(words), "kind": "prose" if good else "junk", "spam": spam, "who": f"g{row % 4}"})
    pq.write_table(pa.Table.from_pylist(rows), path)
    return path


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return write(tmp_path_factory.mktemp("data") / "texts.parquet")


def plan(data, output, **changes):
    values = {
        "columns": NamedColumns(NAMED.labels, "body", cluster=None),
        "shares": Shares(0.2, 0.2),
        "fasttext": FastTextRecipe(dimensions=4, buckets=50, epochs=20),
        "languages": ["en"],
        "axes": ["gender"],
    }
    return TrainingPlan("fasttext", "mine", output, train=[data], **(values | changes))


@pytest.fixture(scope="module")
def judge(data, tmp_path_factory):
    output = tmp_path_factory.mktemp("judges") / "mine"
    told = []
    trained = train_judge(plan(data, output, thresholds={"spam": Recall(0.8)}), report=told.append)
    return output, trained, told


def test_a_judge_is_trained_and_tested_on_texts_that_it_has_not_seen(judge):
    output, trained, told = judge
    assert told[0].startswith("120 texts to train on, 40 to calibrate with, 40 to test with")
    assert told[1].endswith("copies with swapped identities")
    assert [figures.label for figures in trained.figures] == ["good", "spam"]
    for figures in trained.figures:
        assert figures.auc.value > 0.95
        assert figures.rows == trained.held.test[figures.label].drop_null().length()
    assert {figures.axis for figures in trained.axes} == {"gender"}
    assert sorted(path.name for path in output.iterdir()) == [
        "CARD.md", "good.bin", "judge.json", "spam.bin", "training.json"
    ]  # fmt: skip


def test_its_thresholds_are_those_that_were_asked_for(judge):
    thresholds = read_judge(judge[0]).thresholds
    assert thresholds["good"] == 0.5
    assert thresholds["spam"] > 0.5


def test_its_card_tells_the_figures(judge):
    output, trained, _ = judge
    card = (output / "CARD.md").read_text()
    assert card.startswith("# mine\n\nA fastText model that judges texts in en")
    assert "| to train on | 120 |" in card
    assert "`texts.parquet`" in card
    assert "recall of 0.8 on the texts to calibrate with" in card
    assert f"| spam | {trained.figures[1].rows} |" in card
    record = json.loads((output / "training.json").read_text())
    assert record["figures"][0]["auc"]["value"] == trained.figures[0].auc.value
    assert record["made_of"]["seed"] == 1
    assert [name for name, _ in record["made_of"]["files"]["train"]] == ["texts.parquet"]


def test_files_of_one_name_in_two_folders_are_told_apart(judge, data, tmp_path):
    _, trained, _ = judge
    other = write(tmp_path / data.name, 20, seed=9)
    records = [
        training_record(plan(data, tmp_path / "out", test=[test]), trained.held, (), ()) for test in (data, other)
    ]
    assert records[0]["fingerprint"] != records[1]["fingerprint"]
    assert records[0]["made_of"]["files"]["train"] == records[1]["made_of"]["files"]["train"]


def test_it_scores_texts_and_says_nothing_of_those_it_cannot_judge(judge):
    loaded = classifiers.load(judge[0])
    texts = [
        "the evidence was measured with care in a careful experiment",
        "order now: free casino offer, click",
        "?",
        "",
    ]
    table = loaded.score(texts, any_language=True)
    assert table.column_names == ["good_score", "spam_score"]
    good, spam = (table[name].to_pylist() for name in table.column_names)
    assert good[0] > 0.5 > good[1]
    assert spam[1] > spam[0]
    assert good[2:] == spam[2:] == [None, None]
    assert loaded.score(["Ein Zug fährt heute nicht, bitte nehmen Sie den Bus."])["good_score"].to_pylist() == [None]
    assert loaded.score(texts[1:2], any_language=True)["good_score"][0].as_py() == good[1]


def test_the_same_texts_and_seed_give_the_same_folder_wherever(judge, data, tmp_path):
    again = train_judge(plan(data, tmp_path / "again", thresholds={"spam": Recall(0.8)}), report=lambda _: None).folder
    for path in judge[0].iterdir():
        assert (again / path.name).read_bytes() == path.read_bytes(), path.name


def test_it_is_measured_on_other_texts_by_group(judge, tmp_path):
    table = read_labelled([write(tmp_path / "new.parquet", 80, seed=2)], NAMED)
    measured = measure_judge(judge[0], table, NAMED, ["gender"], any_language=True)
    assert [group.group for group in measured.figures[0].groups] == ["g0", "g1", "g2", "g3"]
    assert measured.figures[1].rows == 72
    assert measured.axes[0].sets == 16


def test_an_output_that_is_taken_is_refused_before_anything_is_read(judge, data):
    with pytest.raises(OutputError, match="holds a judge already"):
        train_judge(plan(data.with_name("none.parquet"), judge[0]), report=lambda _: None)


def test_labels_that_are_the_wrong_way_round_are_noticed_and_leave_no_folder(data, tmp_path):
    other = write(tmp_path / "other.parquet", 80, seed=5)
    turned = {"prose": "junk", "junk": "prose"}
    table = pq.read_table(other)
    kinds = pa.array([turned[kind] for kind in table["kind"].to_pylist()])
    pq.write_table(table.set_column(table.column_names.index("kind"), "kind", kinds), other)
    with pytest.raises(ConfigurationError, match="'good': a judge cannot be calibrated: on 80 held-out texts higher"):
        train_judge(plan(data, tmp_path / "out", validation=[other]), report=lambda _: None)
    assert [path.name for path in tmp_path.iterdir()] == ["other.parquet"]


def test_an_encoder_is_looked_for_before_the_texts_are_read(data, tmp_path):
    nowhere = data.with_name("none.parquet")
    with pytest.raises(ConfigurationError, match=r"write encoder: \{folder: PATH\}"):
        train_judge(replace(plan(nowhere, tmp_path / "out"), kind="encoder"))
    with pytest.raises(InputError, match=r"has no config\.json; name the folder of a BERT"):
        train_judge(replace(plan(nowhere, tmp_path / "out"), kind="encoder", encoder=tmp_path))


def test_windows_that_the_encoder_cannot_read_are_refused_before_hours_of_training(data, tmp_path):
    for name in ("config.json", "tokenizer.json", "model.safetensors"):
        (tmp_path / name).write_text('{"max_position_embeddings": 64}')
    nowhere = replace(plan(data.with_name("none.parquet"), tmp_path / "out"), kind="encoder", encoder=tmp_path)
    with pytest.raises(InputError, match=r"windows of 128 tokens: the encoder .* takes from 3 to 64"):
        train_judge(nowhere)
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(InputError, match=r"config\.json' has no max_position_embeddings"):
        train_judge(nowhere)


def test_without_torch_it_is_said_what_to_install(data, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    for name in ("config.json", "tokenizer.json", "model.safetensors"):
        (tmp_path / name).write_text('{"max_position_embeddings": 512}')
    with pytest.raises(ConfigurationError, match=r"needs the package 'torch': install tamis\[train\]"):
        train_judge(replace(plan(data, tmp_path / "out"), kind="encoder", encoder=tmp_path), report=lambda _: None)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("part", "purpose"), [("train", "to train on"), ("validation", "to calibrate with")])
def test_a_judge_of_words_is_refused_where_a_part_has_none_marked(tmp_path, part, purpose):
    for name in ("config.json", "tokenizer.json", "model.safetensors"):
        (tmp_path / name).write_text('{"max_position_embeddings": 512}')
    files = {}
    for seed, name in enumerate(("train", "validation"), 1):
        table = pq.read_table(write(tmp_path / f"{name}.parquet", seed=seed))
        marks = pa.array([None if name == part else [0, 1]] * len(table), pa.list_(pa.int64()))
        pq.write_table(table.append_column("marks", marks), tmp_path / f"{name}.parquet")
        files[name] = [tmp_path / f"{name}.parquet"]
    columns = NamedColumns(NAMED.labels, "body", words="marks")
    marking = replace(plan(files["train"][0], tmp_path / "out", columns=columns), kind="encoder", encoder=tmp_path)
    with pytest.raises(ConfigurationError, match=f"column 'marks': no text {purpose} has a marked word"):
        train_judge(replace(marking, validation=files["validation"]), report=lambda _: None)
    assert not (tmp_path / "out").exists()
