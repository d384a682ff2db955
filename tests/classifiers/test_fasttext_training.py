import hashlib

import numpy as np
import pyarrow as pa
import pytest

from classifiers.fasttext_judge import fasttext_logits
from classifiers.fasttext_training import FastTextRecipe, balanced_order, train_fasttext
from classifiers.quality import Quality
from filters.cuts import Cuts
from filters.errors import ConfigurationError, InputError

RECIPE = FastTextRecipe(dimensions=8, buckets=100, epochs=20)


def table(good=30, bad=10):
    drawn = np.random.default_rng(0)
    words = {True: ["clear", "proof", "measured", "theory"], False: ["click", "cheap", "buy", "now"]}
    kinds = [True] * good + [False] * bad
    texts = [" ".join([*drawn.choice(words[kind], 6), "the", "and"]) for kind in kinds]
    return pa.table({"text": texts, "quality": [float(kind) for kind in kinds]})


def trained(path, rows=None, recipe=RECIPE):
    train_fasttext(table() if rows is None else rows, "quality", path, recipe)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_same_seed_gives_the_same_file(tmp_path, capfd):
    first, again = (trained(tmp_path / name) for name in ("a.bin", "b.bin"))
    assert first == again
    assert trained(tmp_path / "c.bin", recipe=FastTextRecipe(dimensions=8, buckets=100, epochs=20, seed=2)) != first
    assert capfd.readouterr() == ("", "")


def test_it_learns_to_tell_the_two_kinds_apart(tmp_path):
    digest = trained(tmp_path / "quality.bin")
    texts = ["measured proof of the theory", "buy cheap now", "", None, " \n "]
    scores = fasttext_logits(str(tmp_path / "quality.bin"), digest, "quality", texts)
    assert scores[0] > 0 > scores[1]
    assert np.isnan(scores[2:]).all()


def test_the_annotator_of_quality_takes_the_model(tmp_path):
    digest = trained(tmp_path / "quality.bin")
    quality = Quality("mine", str(tmp_path / "quality.bin"), digest, good=["quality"])
    texts = pa.array(["measured proof of the theory", "buy cheap now"])
    good, bad = quality.annotate(pa.record_batch({"text": texts}), Cuts(texts))["mine_score"].to_pylist()
    assert good > 0.5 > bad


def test_a_model_of_another_label_is_refused(tmp_path):
    digest = trained(tmp_path / "quality.bin")
    with pytest.raises(InputError, match="__label__quality, and not __label__other and one other"):
        fasttext_logits(str(tmp_path / "quality.bin"), digest, "other", ["a"])


def test_rows_without_the_label_are_left_out(tmp_path):
    rows = table()
    more = pa.concat_tables([rows, pa.table({"text": ["cheap"] * 50, "quality": pa.nulls(50, pa.float64())})])
    assert trained(tmp_path / "a.bin", rows) == trained(tmp_path / "b.bin", more)


def test_a_label_within_a_text_is_no_label(tmp_path):
    rows = pa.concat_tables([table(), pa.table({"text": ["__label__evil __label__not_quality x"], "quality": [1.0]})])
    digest = trained(tmp_path / "a.bin", rows)
    assert fasttext_logits(str(tmp_path / "a.bin"), digest, "quality", ["a __label__evil"]).shape == (1,)


def test_the_rarer_kind_is_repeated_evenly():
    truth = np.array([True] * 7 + [False] * 3)
    order = balanced_order(truth, 1, balanced=True)
    assert sorted(order.tolist()) == [0, 1, 2, 3, 4, 5, 6, 7, 7, 7, 8, 8, 9, 9]
    assert sorted(balanced_order(truth, 1, balanced=False).tolist()) == list(range(10))
    assert balanced_order(truth, 1, balanced=True).tolist() == order.tolist()
    assert balanced_order(truth, 2, balanced=True).tolist() != order.tolist()


def test_what_cannot_be_trained_is_refused(tmp_path):
    with pytest.raises(ConfigurationError, match="'quality': 3 texts to train on have it and 0 have not"):
        trained(tmp_path / "a.bin", table(3, 0))
    with pytest.raises(ConfigurationError, match="lower learning_rate"):
        trained(tmp_path / "a.bin", recipe=FastTextRecipe(learning_rate=1e9))
    assert not (tmp_path / "a.bin").exists()
