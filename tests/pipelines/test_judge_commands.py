import json
import re
import shutil
from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pytest
from typer.testing import CliRunner

import classifiers
from pipelines import catalogue, judge_commands
from pipelines.command import app
from pipelines.configuration import load

EXAMPLES = Path(__file__).parents[2] / "examples"


def tamis(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    """The example, trained in a folder of its own, with what the command said."""
    folder = tmp_path_factory.mktemp("examples")
    for name in ("train_quality.yaml", "quality.jsonl"):
        shutil.copy(EXAMPLES / name, folder)
    result = tamis("train", folder / "train_quality.yaml", "--output", folder / "quality")
    assert result.exit_code == 0, result.output
    return folder, result.stdout


def test_training_tells_the_parts_the_figures_and_how_the_judge_is_used(example):
    folder, told = example
    assert told.startswith("30 texts to train on, 15 to calibrate with, 15 to test with")
    assert re.search(r"^label +texts +positive +limit +AUC", told, re.MULTILINE)
    assert re.search(r"^quality +15 +\d+ +0\.\d+ +1?\.\d+ \(", told, re.MULTILINE)
    assert f"{folder}/quality/CARD.md says more" in told


def test_the_lines_that_it_prints_work_in_a_configuration(example, write):
    told = example[1]
    lines = told[told.index("annotators:") :]
    rules = "steps: [{name: raw, rules: {poor: {signal: quality_score, minimum: 0.5}}}]\n"
    path = write(lines + rules + "inputs: {a: x.jsonl}\noutput: {path: out}\n")
    configuration = load(path)
    annotator = catalogue.annotator(configuration, "quality")
    assert [signal.name for signal in annotator.signals] == ["quality_score"]


def test_the_judge_can_be_loaded(example):
    texts = [
        "The tide was measured for a year, and it was high twice a day.",
        "Buy now! Free spins! Click here, order now",
    ]
    good, bad = classifiers.load(example[0] / "quality").score(texts)["quality_score"].to_pylist()
    assert good > bad


def test_it_is_evaluated_on_a_table_of_another_form(example, tmp_path):
    path = tmp_path / "new.csv"
    rows = [json.loads(line) for line in (EXAMPLES / "quality.jsonl").read_text().splitlines()]
    cells = (f'"{row["text"]}",{"good" if row["good"] else "poor"},{row["site"]}\n' for row in rows)
    path.write_text("body,kind,domain\n" + "".join(cells))
    judge = example[0] / "quality"
    arguments = ("--text", "body", "--label", "quality=kind:good", "--group", "domain")
    result = tamis("evaluate", judge, path, *arguments)
    assert result.exit_code == 0, result.output
    assert re.search(r"^quality +60 +30 ", result.stdout, re.MULTILINE)
    assert "drawn by group" in result.stdout
    assert "20 groups of too few texts are not shown" in result.stdout
    found = json.loads(tamis("evaluate", judge, path, *arguments, "--json").stdout)
    assert found["labels"][0]["rows"] == 60
    assert found["labels"][0]["auc"]["value"] > 0.9
    assert found["counterfactual"] == []


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (("--label", "quality"), 2, "--label 'quality': write LABEL=COLUMN or LABEL=COLUMN:VALUE"),
        (("--label", "quality=good:"), 2, "write LABEL=COLUMN or LABEL=COLUMN:VALUE"),
        (("--label", "qualty=good"), 2, "unknown label 'qualty'; did you mean 'quality'"),
        (("--label", "quality=good", "--label", "quality=site"), 2, "quality is given twice"),
        (("--label", "quality=god"), 1, "have no column 'god'; their columns: good, site, text"),
        (("--label", "quality=site"), 1, "row 1: column 'site' holds 'harbour.example'; true, false, a number"),
        (("--label", "quality=site:nowhere"), 2, "no row of .* has the value 'nowhere' in column 'site'"),
        (("--label", "quality=good", "--swap", "height"), 2, "no list of identities for 'height'"),
    ],
)
def test_what_is_wrong_with_an_evaluation_is_told(example, arguments, status, message):
    result = tamis("evaluate", example[0] / "quality", example[0] / "quality.jsonl", *arguments)
    assert result.exit_code == status
    assert re.search(message, result.stderr)


def test_a_judge_that_stands_there_is_kept(example):
    folder = example[0]
    result = tamis("train", folder / "train_quality.yaml", "--output", folder / "quality")
    assert result.exit_code == 1
    assert "holds a judge already; give --overwrite to replace it" in result.stderr


def test_a_judge_whose_model_was_exchanged_is_refused(example, tmp_path):
    judge = tmp_path / "quality"
    shutil.copytree(example[0] / "quality", judge)
    (judge / "quality.bin").write_bytes(b"something else")
    result = tamis("evaluate", judge, example[0] / "quality.jsonl", "--label", "quality=good")
    assert result.exit_code == 1
    assert "quality.bin' (14 bytes) is truncated or another file" in result.stderr


def test_the_model_alone_serves_as_a_quality_model(example):
    description = json.loads((example[0] / "quality" / "judge.json").read_text())
    from classifiers.quality import Quality
    from filters.cuts import Cuts

    model = example[0] / "quality" / "quality.bin"
    quality = Quality("mine", str(model), description["files"]["quality.bin"], good=["quality"])
    texts = pa.array(["The tide was measured for a year."])
    assert quality.annotate(pa.record_batch({"text": texts}), Cuts(texts))["mine_score"][0].as_py() > 0


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (("toxicity", "sexism"), r"annotators:\n  toxicity: \{model: .*judge, sha256: 00\}\n  bias: \{model: .*judge,"),
        (("sexism",), r"annotators:\n  bias: \{model: .*judge, sha256: 00\}$"),
        (("politeness",), r"No annotator has its labels; in Python: classifiers.load\('.*judge'\)\.score\(texts\)"),
    ],
)
def test_an_encoder_is_named_by_the_annotators_that_have_its_labels(tmp_path, labels, said):
    files = SimpleNamespace(kind="encoder", folder=tmp_path / "judge", digest="00", labels=labels, name="mine")
    assert re.search(said, judge_commands._use(files))
