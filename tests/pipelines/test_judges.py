"""Judges as a configuration names them: by a folder, relative to the file; measured and acted upon by a whole run."""

import shutil
from pathlib import Path

import pytest
from runs import configured, here, rows_of, write_jsonl

from filters.errors import ConfigurationError
from pipelines import factories
from pipelines.running import run

TINY = Path(__file__).parents[1] / "classifiers" / "tiny_judge"
TOXICITY, BIAS = "classifiers.toxicity:Toxicity", "classifiers.bias:Bias"
CONFIGURATION = f"""
    inputs: {{web: in}}
    output: {{path: out}}
    annotators:
      toxicity: {{kind: "{TOXICITY}", model: judges/tiny, limits: {{insult: 0.9}}}}
      bias: {{kind: "{BIAS}", model: judges/tiny/judge.json}}
    steps:
      - name: raw
        measure: [toxicity]
        rules:
          insult: {{signal: insult_share, maximum: 0.99}}
          sexist: {{spans: bias_spans, labels: [sexism], unit: sentence, minimum: 0.6, action: mask, token: "<sexist>"}}
    run: {{workers: 1}}
"""
STORY = "This is the story of the people that you are with, and it is a long one for all of them. They like it so much."


def test_a_run_measures_and_acts_by_a_judge_that_its_configuration_names(tmp_path, monkeypatch):
    here(monkeypatch)
    shutil.copytree(TINY, tmp_path / "judges/tiny")
    write_jsonl(tmp_path / "in/a.jsonl", [STORY, "Dies ist ein deutscher Satz, den hier keiner lesen soll.", "12345"])
    run(configured(tmp_path, CONFIGURATION))
    english, german, digits = rows_of(tmp_path / "out", "annotations")
    assert english["judge_windows@raw"] == 1
    assert 0 < english["toxicity_score@raw"] < 1
    assert english["insult_share@raw"] in (0.0, 1.0)
    for other in (german, digits):
        assert other["toxicity_score@raw"] is other["toxicity_spans@raw"] is other["bias_spans@raw"] is None
    sexist = [span for span in english["bias_spans@raw"] if span["label"] == "sexism" and span["unit"] == "sentence"]
    masked = sum(span["score"] >= 0.6 for span in sexist)
    kept = [row["text"] for row in rows_of(tmp_path / "out", "clean")]
    assert sum(text.count("<sexist>") for text in kept) == (masked if english["insult_share@raw"] < 1 else 0)


def test_a_folder_that_is_not_there_is_told_before_anything_runs(tmp_path):
    (tmp_path / "in").mkdir()
    with pytest.raises(ConfigurationError, match=r"toxicity.model: no file '.*judges/tiny'"):
        configured(tmp_path, CONFIGURATION)


def test_a_misspelt_label_of_a_judge_is_told_before_anything_runs(tmp_path):
    shutil.copytree(TINY, tmp_path / "judges/tiny")
    (tmp_path / "in").mkdir()
    with pytest.raises(ConfigurationError, match="unknown label of 'bias_spans' 'sexsim'; did you mean 'sexism'"):
        configured(tmp_path, CONFIGURATION.replace("labels: [sexism]", "labels: [sexsim]"))


def test_a_judge_is_made_anew_where_its_folder_has_changed(tmp_path):
    folder = shutil.copytree(TINY, tmp_path / "tiny")
    before = factories.build(TOXICITY, "toxicity", {"model": str(folder / "judge.json")})
    path = folder / "judge.json"
    path.write_text(path.read_text().replace('"name": "tiny"', '"name": "mine"'))
    after = factories.build(TOXICITY, "toxicity", {"model": str(folder / "judge.json")})
    assert before.fingerprint != after.fingerprint
