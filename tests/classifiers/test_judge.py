import subprocess
import sys

import numpy as np
import pyarrow as pa
import pytest
from made_judges import TINY, changed

import classifiers
from classifiers.encoder import load_encoder
from classifiers.judge_files import read_judge
from filters.contract import HOSTILE_TEXTS
from filters.errors import ConfigurationError, InputError

ENGLISH = "This is the story of the people that you are with, and it is a long one for all of them. They like it."
THAI = "ภาษาไทยไม่มีช่องว่างระหว่างคำ และนี่คือประโยคที่ยาวกว่านั้นอีกเล็กน้อย"
JUDGE = classifiers.load(TINY)


def test_texts_are_scored_into_a_table_of_a_row_each():
    table = JUDGE.score([ENGLISH, f"{ENGLISH} " * 20])
    assert table.num_rows == 2
    assert table["windows"].to_pylist()[0] == 1
    assert table["windows"].to_pylist()[1] > 3
    assert table["seen_windows"] == table["windows"]
    assert {"toxicity_score", "toxicity_top3", "toxicity_share", "axis_age_score", "spans"} <= set(table.column_names)


def test_a_score_is_the_calibrated_probability_of_the_window_that_has_most():
    encoder = load_encoder(TINY, read_judge(TINY).digest)
    logits = encoder.read(ENGLISH).labels.astype(float)
    table = JUDGE.score([ENGLISH])
    for label, logit in zip(JUDGE.labels, logits, strict=True):
        assert table[f"{label}_score"].to_pylist()[0] == pytest.approx(1 / (1 + np.exp(0.5 - logit)), rel=1e-12)


def test_scores_are_the_same_to_the_last_bit_in_any_order_and_company():
    texts = [ENGLISH, "", f"{ENGLISH} Another sentence follows it.", *HOSTILE_TEXTS[:12], ENGLISH * 3]
    whole = JUDGE.score(texts, any_language=True).to_pylist()
    back = JUDGE.score(texts[::-1], any_language=True).to_pylist()
    assert whole == back[::-1]
    assert whole == [JUDGE.score([text], any_language=True).to_pylist()[0] for text in texts]


def test_a_text_in_another_language_or_without_a_letter_has_no_score():
    table = JUDGE.score([THAI, "", "🥇🥇🥇 !!!", "12345", ENGLISH])
    for name in table.column_names:
        assert table[name].is_null().to_pylist() == [True, True, True, True, False]


def test_a_text_of_which_the_language_is_in_doubt_is_judged():
    table = JUDGE.score(["lol wtf", "Je te déteste"])  # lid.176: another language at .12, French at .999
    assert [score is None for score in table[f"{JUDGE.labels[0]}_score"].to_pylist()] == [False, True]


def test_short_texts_whose_language_is_known_can_be_judged_all_the_same():
    table = JUDGE.score([THAI, "🥇🥇🥇 !!!", "12345"], any_language=True)
    assert table["toxicity_score"].is_null().to_pylist() == [False, True, True]


def test_spans_lie_where_the_windows_sentences_and_words_are():
    text = f"Ä {ENGLISH} {ENGLISH}"
    spans = JUDGE.score([text])["spans"].to_pylist()[0]
    assert {span["unit"] for span in spans} == {"window", "sentence", "word"}
    assert all(span["score"] >= JUDGE.files.floor for span in spans)
    assert {span["label"] for span in spans if span["unit"] == "word"} == {"toxicity"}
    for span in spans:
        found = text[span["start"] : span["end"]]
        assert found == found.strip() != ""
        if span["unit"] == "sentence":
            assert found.endswith(".")
    places = [(span["start"], span["end"]) for span in spans]
    assert places == sorted(places)


def test_the_audit_takes_at_most_a_two_hundredth():
    with pytest.raises(ConfigurationError, match=r"audit is 0.01; the share of windows is from 0 to 0.005"):
        classifiers.load(TINY, audit=0.01)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_file_that_is_not_what_it_should_be_is_named(tmp_path, name):
    import hashlib
    import json

    folder = changed(tmp_path / "judge")
    described = json.loads((folder / "judge.json").read_text())
    (folder / name).write_bytes(b"nonsense")
    described["files"][name] = hashlib.sha256(b"nonsense").hexdigest()
    (folder / "judge.json").write_text(json.dumps(described))
    with pytest.raises(InputError, match=f"{name}.*train the judge again"):
        classifiers.load(folder)


def test_a_model_of_other_labels_than_its_description_is_refused(tmp_path):
    folder = changed(tmp_path / "judge", labels=["toxicity", "insult"])
    with pytest.raises(InputError, match=r"model.onnx.*2 finite logits are due"):
        classifiers.load(folder)


def test_a_model_that_reads_fewer_tokens_than_its_description_says_is_refused(tmp_path, capfd):
    folder = changed(tmp_path / "judge", tokens=4096)
    with pytest.raises(InputError, match=r"model.onnx' cannot read the 4096 tokens .*train the judge again"):
        classifiers.load(folder)
    assert capfd.readouterr().err == ""


def test_what_is_no_list_of_texts_is_refused_and_named():
    with pytest.raises(InputError, match=r"one text was given: write score\(\[text\]\)"):
        JUDGE.score(ENGLISH)
    for item, said in (("a\ud800", r"'a\\ud800'"), (b"bytes", "b'bytes'"), (0, "0")):
        with pytest.raises(InputError, match=rf"text 1 to score is {said}: a str of whole characters"):
            JUDGE.score([ENGLISH, item])
    whole = JUDGE.score([None, ENGLISH])
    for given in (pa.chunked_array([[None], [ENGLISH]], pa.string()), pa.array([None, ENGLISH], pa.large_string())):
        assert JUDGE.score(given) == whole


def test_there_is_nothing_else_in_the_package():
    with pytest.raises(AttributeError, match="has no attribute 'lode'"):
        _ = classifiers.lode


def test_annotators_and_judges_are_imported_without_what_scores():
    code = "import sys, classifiers.toxicity, classifiers.judge; print([m for m in sys.modules if m in WANTED])"
    code = code.replace("WANTED", "('onnxruntime', 'numba', 'tokenizers', 'torch')")
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "[]\n"
