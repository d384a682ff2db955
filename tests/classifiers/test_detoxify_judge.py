"""The real package, on small models made here; it wants the extra `detoxify` (`make judges` installs and runs it)."""

import hashlib
import json
import os
import pickle
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest

os.environ["HF_HUB_OFFLINE"] = "1"  # read once, when the package is imported: these tests never ask the network
pytest.importorskip("detoxify", reason="detoxify is installed with the extra of that name")

from classifiers.detoxify_export import CHECKPOINT, export_checkpoint, main
from classifiers.detoxify_judge import DetoxifyJudge
from classifiers.detoxify_model import load, read_checkpoint
from classifiers.detoxify_weights import MODELS
from filters.contract import HOSTILE_TEXTS, LONG_TEXTS, batch_of, check_annotator
from filters.cuts import Cuts
from filters.errors import ConfigurationError, InputError, OutputError

CLASSES = ["toxicity", "threat", "axis_age"]
WORDS = """
    you are an idiot and the quick brown fox jumps over lazy dogs people say that is not nice i will find
"""
PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"abcdefghijklmnopqrstuvwxyz.,!?", *WORDS.split()]
PIECES += [f"##{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"]
TEXTS = [
    "You are an IDIOT!",
    "The quick brown fox jumps over the lazy dogs.",
    "café naïve, people say\n\nthat is not nice?",
    "i will find you 你好 [SEP] 🙂",
    "zzzzzzzz",
]


def save_model(folder, positions=512, classes=CLASSES, seed=0):
    """A small BERT with random weights and its tokenizer, saved as the trainer saves them."""
    import torch
    import transformers
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    config = transformers.BertConfig(
        vocab_size=len(PIECES),
        hidden_size=48,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=96,
        max_position_embeddings=positions,
        initializer_range=0.4,
        num_labels=len(classes),
    )
    config.id2label = dict(enumerate(classes))
    torch.manual_seed(seed)
    transformers.BertForSequenceClassification(config).save_pretrained(folder)
    tokenizer = Tokenizer(models.WordPiece({piece: i for i, piece in enumerate(PIECES)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    edges = [("[CLS]", 2), ("[SEP]", 3)]
    tokenizer.post_processor = processors.TemplateProcessing("[CLS] $A [SEP]", "[CLS] $A [SEP] $B:1 [SEP]:1", edges)
    tokenizer.add_special_tokens(PIECES[:5])
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return save_model(tmp_path_factory.mktemp("trained"))


@pytest.fixture(scope="module")
def exported(model, tmp_path_factory):
    folder = tmp_path_factory.mktemp("exported") / "new"
    return folder / CHECKPOINT, export_checkpoint(model, folder)


@pytest.fixture(scope="module")
def judge(exported):
    return DetoxifyJudge("detoxify", "own", *exported)


def measured(judge, *texts):
    batch = batch_of(texts)
    columns = judge.annotate(batch, Cuts(batch["text"]))
    return {name.removeprefix("detoxify_"): values.to_pylist() for name, values in columns.items()}


def english(monkeypatch):
    """Takes every text for English, however short."""
    from classifiers import judged

    def always(cuts):
        count = len(cuts.texts)
        return SimpleNamespace(codes=pa.array(["en"] * count), scores=pa.array([1.0] * count))

    monkeypatch.setattr(judged, "languages_of", always)


def test_the_package_and_the_onnx_file_of_the_same_weights_agree(model, exported, tmp_path):
    pytest.importorskip("onnx", reason="onnx is installed with the extra that trains judges")
    onnxruntime = pytest.importorskip("onnxruntime", reason="onnxruntime runs the exported file")
    from detoxify import Detoxify
    from tokenizers import Tokenizer

    from classifiers.encoder_export import export_encoder

    export_encoder(model, tmp_path / "model.onnx")
    session = onnxruntime.InferenceSession(tmp_path / "model.onnx", providers=["CPUExecutionProvider"])
    tokenizer = Tokenizer.from_file(str(model / "tokenizer.json"))
    package = Detoxify(checkpoint=str(exported[0]))
    assert package.class_names == CLASSES
    for text in TEXTS:
        ids = np.array([tokenizer.encode(text).ids])
        [logits] = session.run(["labels"], {"input_ids": ids, "attention_mask": np.ones_like(ids)})
        assert list(package.predict([text])) == CLASSES
        said = [package.predict(text)[name] for name in CLASSES]
        np.testing.assert_allclose(said, 1 / (1 + np.exp(-logits[0].astype(np.float64))), atol=1e-4)
        assert np.ptp(said) > 0.01  # random weights tell the classes apart


def test_a_text_of_one_window_gets_what_the_package_says_of_it(judge, exported, monkeypatch):
    from detoxify import Detoxify

    english(monkeypatch)
    package = Detoxify(checkpoint=str(exported[0]))
    columns = measured(judge, *TEXTS)
    for name in CLASSES:
        expected = [package.predict(text)[name] for text in TEXTS]
        assert columns[f"{name}_score"] == pytest.approx(expected, abs=1e-6)
        assert columns[f"{name}_top3"] == columns[f"{name}_score"]
        assert columns[f"{name}_share"] == [float(score >= 0.5) for score in columns[f"{name}_score"]]


def test_a_long_text_is_judged_to_its_end(exported, monkeypatch):
    english(monkeypatch)
    judge = DetoxifyJudge("detoxify", "own", *exported, threshold=1e-6)  # so that every window is kept
    text = "The quick brown fox jumps over lazy dogs. " * 100 + "You are an idiot and i will find you!"
    columns = measured(judge, text)
    [spans] = columns["spans"]
    windows = [span for span in spans if span["unit"] == "window" and span["label"] == "threat"]
    gaps = [text[one["end"] : two["start"]] for one, two in pairwise(windows)]
    assert len(windows) > 5
    assert set(gaps) == {" "}
    assert (windows[0]["start"], windows[-1]["end"]) == (0, len(text))
    scores = sorted(span["score"] for span in windows)
    assert columns["threat_score"] == [scores[-1]]
    assert columns["threat_top3"] == pytest.approx([sum(scores[-3:]) / 3])


def test_spans_are_windows_and_their_sentences_from_half_the_threshold_on(exported, monkeypatch):
    english(monkeypatch)
    text = "You are an idiot. The quick brown fox jumps. " * 30
    every, some = (
        measured(DetoxifyJudge("detoxify", "own", *exported, threshold=threshold), text)["spans"][0]
        for threshold in (1e-6, 0.5)
    )
    assert {span["label"] for span in every} == set(CLASSES)
    assert {text[span["start"] : span["end"]] for span in every if span["unit"] == "sentence"} == {
        "You are an idiot.",
        "The quick brown fox jumps.",
    }
    windows = [span for span in every if span["unit"] == "window" and span["score"] >= 0.25]
    assert [span for span in some if span["unit"] == "window"] == windows


def test_what_is_longer_than_the_model_reads_is_read_in_parts_of_which_the_maximum_counts(tmp_path):
    folder = save_model(tmp_path / "short", positions=12)
    path = tmp_path / "new" / CHECKPOINT
    reader = load(path, export_checkpoint(folder, path.parent), tuple(CLASSES))
    parts = ["you are an idiot and the quick brown fox", "jumps over lazy dogs people say that is not"]
    found = reader.read(" ".join(parts)).labels
    assert found.tolist() == np.max([reader.read(part).labels for part in parts], axis=0).tolist()


def test_the_model_is_loaded_once_a_process_and_torch_held_to_one_thread(exported):
    import torch

    torch.set_num_threads(2)
    load.cache_clear()
    assert load(*exported, tuple(CLASSES)) is load(*exported, tuple(CLASSES))
    assert torch.get_num_threads() == 1


def test_other_languages_and_texts_without_a_letter_have_no_score(judge):
    german = "Der Zug fährt heute leider nicht, bitte nehmen Sie den Bus zum Bahnhof."
    columns = measured(judge, german, "", "123 456", "The quick brown fox jumps over the lazy dogs and people say so.")
    for values in columns.values():
        assert [value is None for value in values] == [True, True, True, False]


def test_languages_are_those_of_the_published_model_or_those_that_are_named(exported):
    named = DetoxifyJudge("detoxify", "own", *exported, languages=["de"])
    german = "Der Zug fährt heute leider nicht, bitte nehmen Sie den Bus zum Bahnhof."
    assert measured(named, german)["toxicity_score"] != [None]
    assert MODELS["multilingual"].languages == ("en", "es", "fr", "it", "pt", "ru", "tr")


def test_the_fingerprint_follows_weights_tokenizer_threshold_and_languages(exported, model, tmp_path):
    def fingerprint(folder, **parameters):
        path = folder / CHECKPOINT
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        return DetoxifyJudge("detoxify", "own", path, digest, **parameters).fingerprint

    again = tmp_path / "again"
    export_checkpoint(model, again)
    found = {fingerprint(exported[0].parent), fingerprint(again)}
    found |= {fingerprint(again, threshold=0.4), fingerprint(again, languages=["de"])}
    (again / "tokenizer.json").write_text((again / "tokenizer.json").read_text() + "\n")
    found.add(fingerprint(again))
    assert len(found) == 5
    assert fingerprint(exported[0].parent) in found


def test_a_checkpoint_without_its_sha256_is_refused_because_it_is_a_pickle(exported):
    path, digest = exported
    with pytest.raises(ConfigurationError, match=rf"runs whatever its maker put into it.*`sha256: {digest}`"):
        DetoxifyJudge("detoxify", "own", path)


class Trap:
    """Writes a file when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


def test_a_pickle_whose_digest_is_not_given_is_not_loaded(tmp_path):
    path, sprung = tmp_path / "trap.ckpt", tmp_path / "sprung"
    path.write_bytes(pickle.dumps(Trap(sprung)))
    with pytest.raises(ConfigurationError, match="pickled"):
        DetoxifyJudge("detoxify", "own", path)
    with pytest.raises(InputError, match="expected 0000"):
        DetoxifyJudge("detoxify", "own", path, "0" * 64)
    assert not sprung.exists()


def checkpoint(path, **changes):
    """A checkpoint with some of what it holds changed; its digest."""
    import torch

    content = torch.load(path, weights_only=True)
    arguments, dataset = content["config"]["arch"]["args"], content["config"]["dataset"]["args"]
    for name, value in changes.items():
        if name == "without":
            del content["state_dict"][value]
        else:
            (arguments if name in arguments else dataset)[name] = value
    changed = path.with_name("changed.ckpt")
    torch.save(content, changed)
    return changed, hashlib.sha256(changed.read_bytes()).hexdigest()


def test_what_is_no_checkpoint_is_said_to_be_none(tmp_path):
    for content in (b"", b"no pickle", pickle.dumps({"state_dict": {}}), pickle.dumps([1, 2])):
        path = tmp_path / "some.ckpt"
        path.write_bytes(content)
        read_checkpoint.cache_clear()
        with pytest.raises(InputError, match=r"some\.ckpt.* is no checkpoint of Detoxify's"):
            DetoxifyJudge("detoxify", "own", path, hashlib.sha256(content).hexdigest())


def test_a_checkpoint_that_lacks_weights_is_refused_where_the_package_would_make_them_up(exported):
    path, digest = checkpoint(exported[0], without="classifier.weight")
    with pytest.raises(InputError, match=r"changed\.ckpt' lacks the weights classifier\.weight, 1 in all"):
        load(path, digest, tuple(CLASSES))


@pytest.mark.parametrize("classes", [[], ["two words"], ["toxicity", "toxic"], ["a@b"], [1]])
def test_classes_that_cannot_name_signals_are_refused(exported, classes):
    path, digest = checkpoint(exported[0], classes=classes)
    with pytest.raises(InputError, match="names the classes"):
        DetoxifyJudge("detoxify", "own", path, digest)


def test_a_checkpoint_of_another_model_than_is_named_is_refused(exported):
    judge = DetoxifyJudge("detoxify", "original", *exported)
    with pytest.raises(
        InputError, match="judges toxicity, threat, axis_age, and the model that is named toxicity, sev"
    ):
        measured(judge, "The quick brown fox jumps over the lazy dogs and people say so.")


def test_outputs_are_found_by_the_names_of_their_classes(exported):
    path, digest = checkpoint(exported[0], classes=["threat", "toxic", "axis_age"])  # Detoxify renames `toxic`
    plain, turned = load(*exported, tuple(CLASSES)), load(path, digest, tuple(CLASSES))
    said, other = plain.read("you are an idiot").labels.tolist(), turned.read("you are an idiot").labels.tolist()
    assert other == [said[1], said[0], said[2]]


def test_a_tokenizer_that_must_come_from_a_hub_out_of_reach_is_named_at_once(exported):
    path, digest = checkpoint(exported[0], model_type="bert-base-uncased")
    with pytest.raises(InputError, match=r"tokenizer are 'bert-base-uncased'.*classifiers\.detoxify_export"):
        load(path, digest, tuple(CLASSES))


def test_a_hub_that_does_not_answer_is_not_waited_for(exported, monkeypatch):
    from huggingface_hub import constants

    monkeypatch.delenv("HF_HUB_OFFLINE")
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr("classifiers.detoxify_model.reaches", lambda url: url != constants.ENDPOINT)
    path, digest = checkpoint(exported[0], model_type="nobody/no-such-model")
    with pytest.raises(InputError, match="nobody/no-such-model"):
        load(path, digest, tuple(CLASSES))
    assert constants.HF_HUB_OFFLINE is False


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (
            {"model": "origanal"},
            "no model 'origanal'; name one of multilingual, original,.* or 'own' with a checkpoint",
        ),
        ({"model": "own"}, "needs a `checkpoint:`"),
        ({"model": "own", "threshold": 0.0}, "threshold is 0; it must be above 0"),
    ],
)
def test_wrong_parameters_are_said(parameters, message):
    with pytest.raises(ConfigurationError, match=message):
        DetoxifyJudge("detoxify", **parameters)


def test_weights_in_the_cache_that_are_another_file_are_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    path = tmp_path / "hub" / "checkpoints" / MODELS["original"].file
    path.parent.mkdir(parents=True)
    path.write_bytes(b"half of it")
    with pytest.raises(InputError, match=r"is not Detoxify's 'original'.* begins c1212f89; remove the file"):
        DetoxifyJudge("detoxify", "original")


def test_the_export_does_not_write_over_what_is_there(model, exported):
    with pytest.raises(OutputError, match="exists; name a new folder"):
        export_checkpoint(model, exported[0].parent)


def test_a_model_without_names_for_its_outputs_is_not_exported(model, tmp_path):
    from shutil import copytree

    copytree(model, tmp_path / "copy")
    config = json.loads((model / "config.json").read_text())
    (tmp_path / "copy" / "config.json").write_text(json.dumps(config | {"id2label": {"0": "toxicity"}}))
    with pytest.raises(InputError, match="a bert with 3 outputs and 1 names in id2label"):
        export_checkpoint(tmp_path / "copy", tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_the_command_prints_what_a_configuration_needs(model, tmp_path, capsys):
    assert main([str(model), str(tmp_path / "new")]) == 0
    path, digest = (line.split(": ")[1] for line in capsys.readouterr().out.splitlines())
    assert read_checkpoint(Path(path), digest).classes == tuple(CLASSES)
    assert main([str(model)]) == 2
    assert main([str(tmp_path), str(tmp_path / "other")]) == 2
    assert "config.json" in capsys.readouterr().err


def test_making_the_judge_of_a_published_model_imports_no_torch():
    code = "import sys; import classifiers.detoxify_judge; assert not {'torch', 'transformers'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])


def test_it_keeps_the_contract_of_annotators(judge):
    check_annotator(judge, (*HOSTILE_TEXTS, *(text[:20_000] for text in LONG_TEXTS)))  # megabytes take it minutes
