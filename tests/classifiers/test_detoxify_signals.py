"""What becomes of Detoxify's scores; a stand-in gives them, so that no torch is needed."""

import hashlib
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest

from classifiers import detoxify_judge, judged
from classifiers.detoxify_judge import DetoxifyJudge
from classifiers.detoxify_weights import MODELS, Weights
from classifiers.encoder import Reading
from filters.contract import HOSTILE_TEXTS, batch_of, check_annotator
from filters.cuts import Cuts

CLASSES = ("toxicity", "threat")
DULL, RUDE = "The quick brown fox jumps over the lazy dogs.", "You are an idiot and a fool."


class Reader:
    """Finds a text toxic for the word idiot, and no text threatening."""

    def read(self, text):
        return Reading(np.array([2.0 if "idiot" in text else -2.0, -4.0], np.float32), None, None)


HIGH, LOW, NEVER = (1 / (1 + np.exp(-logit)) for logit in (2.0, -2.0, -4.0))


@pytest.fixture
def make(tmp_path, monkeypatch):
    """Makes the judge of a published model whose file lies in torch's cache."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    digest = hashlib.sha256(b"weights").hexdigest()
    weights = Weights(f"https://nobody.invalid/made-{digest[:8]}.ckpt", CLASSES, ("en", "fr"))
    (tmp_path / "hub" / "checkpoints").mkdir(parents=True)
    (tmp_path / "hub" / "checkpoints" / weights.file).write_bytes(b"weights")
    monkeypatch.setitem(MODELS, "original", weights)
    monkeypatch.setattr(detoxify_judge, "check_installed", lambda: None)
    monkeypatch.setattr(detoxify_judge, "version", lambda package: "1.0")
    monkeypatch.setattr(detoxify_judge, "load", lambda path, digest, classes: Reader())
    return lambda **parameters: DetoxifyJudge("detoxify", "original", **parameters)


def measured(judge, *texts):
    batch = batch_of(texts)
    return {name: values.to_pylist() for name, values in judge.annotate(batch, Cuts(batch["text"])).items()}


def speaking(monkeypatch, *codes):
    """Takes the texts for ones in these languages."""
    found = SimpleNamespace(codes=pa.array(codes, pa.string()), scores=pa.array([1.0] * len(codes)))
    monkeypatch.setattr(judged, "languages_of", lambda cuts: found)


def test_it_keeps_the_contract_of_annotators(make):
    check_annotator(make(), HOSTILE_TEXTS)


def test_the_labels_of_its_spans_are_its_classes(make):
    assert make().signals[-1].labels == CLASSES


def test_a_document_has_the_highest_window_the_mean_of_three_and_the_share(make, monkeypatch):
    speaking(monkeypatch, "en")
    columns = measured(make(), " ".join([DULL] * 200 + [RUDE]))
    assert columns["detoxify_toxicity_score"] == pytest.approx([HIGH])
    assert columns["detoxify_toxicity_top3"] == pytest.approx([(HIGH + 2 * LOW) / 3])
    [share] = columns["detoxify_toxicity_share"]
    assert 0 < share < 0.1
    assert 1 / share == pytest.approx(round(1 / share))
    assert columns["detoxify_threat_score"] == pytest.approx([NEVER])
    assert columns["detoxify_threat_share"] == [0]


def test_the_window_and_its_sentence_are_spans(make, monkeypatch):
    speaking(monkeypatch, "en")
    text = " ".join(["Déjà vu, the quick brown fox jumps."] * 60 + [RUDE])
    [spans] = measured(make(), text)["detoxify_spans"]
    assert [(span["label"], span["unit"]) for span in spans] == [("toxicity", "window"), ("toxicity", "sentence")]
    assert [text[span["start"] : span["end"]].endswith(RUDE) for span in spans] == [True, True]
    assert text[spans[1]["start"] : spans[1]["end"]] == RUDE


@pytest.mark.parametrize(("threshold", "share", "kept"), [(0.1, 1, True), (0.2, 0, True), (0.3, 0, False)])
def test_a_window_counts_from_the_threshold_and_is_kept_from_half_of_it(make, monkeypatch, threshold, share, kept):
    speaking(monkeypatch, "en")
    judge = make(threshold=threshold)
    columns = measured(judge, DULL)  # its probability is .119
    assert columns["detoxify_toxicity_share"] == [share]
    assert bool(columns["detoxify_spans"][0]) == kept
    assert judge.signals[-1].floor == threshold / 2


def test_a_text_in_another_language_has_no_score(make, monkeypatch):
    speaking(monkeypatch, "en", "de", "fr", None)
    for values in measured(make(), RUDE, RUDE, RUDE, RUDE).values():
        assert [value is None for value in values] == [False, True, False, True]
    for values in measured(make(languages=["de"]), RUDE, RUDE, RUDE, RUDE).values():
        assert [value is None for value in values] == [True, False, True, True]


def test_signals_are_called_as_the_instance_and_the_classes(make):
    names = [signal.name for signal in make().signals]
    stems = [f"detoxify_{label}" for label in CLASSES]
    assert names == [f"{stem}_{part}" for stem in stems for part in ("score", "top3", "share")] + ["detoxify_spans"]


def test_the_fingerprint_follows_versions_thresholds_and_languages(make, monkeypatch):
    found = {make().fingerprint, make(threshold=0.4).fingerprint, make(languages=["en"]).fingerprint}
    monkeypatch.setattr(detoxify_judge, "version", lambda package: "1.1")
    found.add(make().fingerprint)
    assert len(found) == 4
