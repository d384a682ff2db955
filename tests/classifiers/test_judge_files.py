import hashlib
import json

import pytest
from made_judges import TINY, changed

from classifiers.judge_files import judge_folder, read_judge
from filters.errors import InputError


def described():
    return json.loads((TINY / "judge.json").read_text())


def test_a_folder_is_read_with_all_that_it_says():
    files = read_judge(TINY)
    assert files.name == "tiny"
    assert files.labels[:5] == ("toxicity", "obscene", "insult", "threat", "identity_attack")
    assert files.calibration[0] == (1.0, -0.5)
    assert files.thresholds["threat"] == 0.6
    assert files.floor == 0.3
    assert files.digest == hashlib.sha256((TINY / "judge.json").read_bytes()).hexdigest()


def test_the_floor_is_half_the_lowest_limit_or_that_of_words(tmp_path):
    assert read_judge(changed(tmp_path / "a", word_threshold=0.2)).floor == 0.2
    assert read_judge(changed(tmp_path / "b", word_threshold=None)).floor == 0.3


def test_a_judge_is_named_by_its_folder_by_its_description_or_as_embedded(tmp_path):
    assert judge_folder(str(TINY)) == judge_folder(str(TINY / "judge.json")) == TINY
    assert judge_folder("embedded").parts[-3:] == ("classifiers", "models", "embedded")


def refused(folder, *said, sha256=None):
    with pytest.raises(InputError) as caught:
        read_judge(folder, sha256)
    assert all(words in str(caught.value) for words in (str(folder), *said)), str(caught.value)
    assert ";" in str(caught.value) or ":" in str(caught.value)


def test_a_folder_that_is_none_is_said_to_lack_its_description(tmp_path):
    refused(tmp_path / "nowhere", "no readable judge.json", "tamis train", "embedded")
    refused(tmp_path, "no readable judge.json")


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_missing_a_truncated_and_an_exchanged_file_are_named(tmp_path, name):
    path = changed(tmp_path / "judge") / name
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    refused(tmp_path / "judge", name, "truncated or another file", f"({len(content) // 2} bytes)")
    path.write_bytes(b"x" + content[1:])
    refused(tmp_path / "judge", name, "truncated or another file", hashlib.sha256(content).hexdigest())
    path.unlink()
    refused(tmp_path / "judge", name, "cannot be read")


def test_a_judge_that_is_not_the_one_whose_sha256_is_given_is_refused():
    other = "0" * 64
    refused(TINY, "judge.json", other, read_judge(TINY).digest, sha256=other)
    assert read_judge(TINY, read_judge(TINY).digest.upper()).name == "tiny"


def test_a_truncated_description_is_said_to_be_no_json(tmp_path):
    folder = changed(tmp_path / "judge")
    (folder / "judge.json").write_bytes((TINY / "judge.json").read_bytes()[:200])
    refused(folder, "judge.json", "truncated or no JSON")
    (folder / "judge.json").write_text("[" * 200_000)
    refused(folder, "judge.json", "truncated or no JSON")


@pytest.mark.parametrize("version", [0, 2, "1", None])
def test_another_version_is_refused_with_the_mend(tmp_path, version):
    refused(
        changed(tmp_path / "judge", format=version), f"format {version!r}", "reads format 1", "train the judge again"
    )


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"kind": "pickle"}, ["kind"]),
        ({"labels": None}, ["labels"]),
        ({"labels": []}, ["labels"]),
        ({"labels": ["toxicity", "kindness"]}, ["calibration lack the labels kindness"]),
        ({"labels": ["toxicity", "toxicity"]}, ["a label stands twice"]),
        ({"thresholds": {"toxicity": 0.5}}, ["thresholds lack the labels obscene, insult"]),
        ({"thresholds": dict.fromkeys(described()["labels"], 0)}, ["thresholds.toxicity"]),
        ({"calibration": {key: {"slope": 1} for key in described()["labels"]}}, ["calibration.toxicity.intercept"]),
        ({"files": {"tokenizer.json": described()["files"]["tokenizer.json"]}}, ["files lack model.onnx"]),
        ({"files": {"../model.onnx": "0" * 64}}, ["files"]),
        ({"files": described()["files"] | {"screen.npz": "0" * 64}}, ["screen.npz", "no screen_limit"]),
        ({"tokens": 2}, ["tokens"]),
        ({"tokens": 10**30}, ["tokens"]),
        ({"languages": []}, ["languages"]),
        ({"labels": ["a label"]}, ["labels.0"]),
        ({"labels": [""]}, ["labels.0"]),
    ],
)
def test_a_description_that_is_not_whole_is_refused_with_what_is_wrong(tmp_path, values, said):
    refused(changed(tmp_path / "judge", **values), "judge.json", *said)


def test_what_is_no_object_is_refused(tmp_path):
    folder = changed(tmp_path / "judge")
    (folder / "judge.json").write_text("[1, 2]")
    refused(folder, "format None")
