import hashlib
import json
import pickle

import fasttext
import numpy as np
import pyarrow as pa
import pytest
from small_models import GOOD, JUNK, trained

from classifiers.trained_quality import TrainedQuality
from filters.contract import check_annotator
from filters.cuts import Cuts
from filters.errors import ConfigurationError, InputError


def made_judge(folder, labels=("good",), **changes):
    """A judge's folder, as `tamis train` leaves it."""
    folder.mkdir()
    files = {f"{label}.bin": trained(folder / f"{label}.bin", ((GOOD, label), (JUNK, "other"))) for label in labels}
    description = {
        "format": 1,
        "kind": "fasttext",
        "name": "mine",
        "languages": ["en"],
        "labels": list(labels),
        "files": files,
        "calibration": {label: {"slope": 0.5, "intercept": -1.0} for label in labels},
        "thresholds": dict.fromkeys(labels, 0.5),
    }
    path = folder / "judge.json"
    path.write_text(json.dumps({**description, **changes}))
    return str(path)


@pytest.fixture(scope="module")
def judge(tmp_path_factory):
    return made_judge(tmp_path_factory.mktemp("judge") / "mine")


def scores(annotator, *texts):
    array = pa.array(texts, pa.string())
    return annotator.annotate(pa.record_batch({"text": array}), Cuts(array))[annotator.signals[0].name].to_pylist()


def test_it_keeps_the_contract_of_annotators(judge):
    check_annotator(TrainedQuality("quality", judge))


def test_the_score_is_the_calibrated_probability_of_the_good_label(judge):
    labels, values = fasttext.load_model(judge.replace("judge.json", "good.bin")).predict(JUNK, k=-1)
    p = dict(zip(labels, values, strict=True))["__label__good"]
    [score] = scores(TrainedQuality("quality", judge), JUNK)
    assert score == pytest.approx(1 / (1 + np.exp(-(0.5 * np.log(p / (1 - p)) - 1))))


def test_a_blank_text_and_one_in_another_language_have_no_score(judge):
    found = scores(TrainedQuality("quality", judge), GOOD, "", "Der Zug fährt heute leider nicht.", JUNK)
    assert [score is None for score in found] == [False, True, True, False]
    assert found[0] > found[3]


def test_of_several_labels_one_is_named(tmp_path):
    several = made_judge(tmp_path / "two", ("clear", "useful"))
    assert TrainedQuality("mine", several, good=["useful"]).signals[0].name == "mine_score"
    for wrong in (None, ["good"], ["clear", "useful"]):
        with pytest.raises(ConfigurationError, match=r"`good` is to be one label of .*which has clear, useful"):
            TrainedQuality("mine", several, good=wrong)


def test_a_judge_of_another_kind_is_refused(tmp_path):
    files = dict.fromkeys(("model.onnx", "tokenizer.json"), hashlib.sha256(b"x").hexdigest())
    encoder = made_judge(tmp_path / "other", kind="encoder", files=files)
    for name in files:
        (tmp_path / "other" / name).write_bytes(b"x")
    with pytest.raises(ConfigurationError, match="of the kind encoder; one of quality is of the kind fasttext"):
        TrainedQuality("quality", encoder)


def test_an_exchanged_model_is_refused(tmp_path):
    path = made_judge(tmp_path / "cut")
    model = tmp_path / "cut" / "good.bin"
    model.write_bytes(model.read_bytes()[:1000])
    with pytest.raises(InputError, match=r"good\.bin' \(1000 bytes\) is truncated or another file"):
        TrainedQuality("quality", path)


def test_another_judge_than_the_sha256_names_is_refused(judge):
    with pytest.raises(InputError, match=r"judge\.json.*truncated or another file"):
        TrainedQuality("quality", judge, "0" * 64)


def test_it_travels_to_a_worker_without_its_model(judge):
    quality = TrainedQuality("quality", judge)
    sent = pickle.dumps(quality)
    assert len(sent) < 3000
    assert scores(pickle.loads(sent), GOOD) == scores(quality, GOOD)
