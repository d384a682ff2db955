import json
import subprocess
import sys
from pathlib import Path

import pytest
from runs import configured, here, write_jsonl
from typer.testing import CliRunner

from filters.errors import InputError, OutputError
from pipelines import run_commands
from pipelines.command import app
from pipelines.command_reference import commands_page
from pipelines.configuration import Configuration, load
from pipelines.extends import preset_names
from pipelines.signal_table import signals_page
from pipelines.standing import CODE_CHANGED, code_fingerprint

DOCS = Path(__file__).parents[2] / "docs"


def tamis(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_the_documented_help_is_the_real_one():
    assert (DOCS / "commands.md").read_text() == commands_page(), "python -m pipelines.command_reference"


def test_the_documented_signals_are_the_real_ones():
    assert (DOCS / "signals.md").read_text() == signals_page(), "tamis signals --markdown > docs/signals.md"


def test_every_command_has_a_help_text_and_an_exit_status_of_zero():
    for command in ("run", "decide", "report", "explain", "compare", "check", "schema", "signals", "presets"):
        result = tamis(command, "--help")
        assert result.exit_code == 0
        assert f"tamis {command}" in commands_page()


def test_check_shows_where_each_value_came_from(write, base):
    result = tamis("check", write(base + "inputs: {a: x.jsonl}\n"), "--set", "least_characters=7")
    assert result.exit_code == 0, result.output
    lines = {line.split()[0]: line for line in result.stdout.splitlines() if line}
    assert lines["steps.raw.rules.short.minimum"].endswith("tamis.yaml:9")
    assert lines["least_characters"].endswith("--set least_characters=7")
    assert lines["inputs.a.paths"].endswith("tamis.yaml:14")
    assert lines["inputs.a.text"].endswith("default")
    assert lines["extract.html"].endswith("default")
    assert "tamis.yaml is valid." in result.stdout


def test_check_says_what_a_change_costs(write, base, tmp_path):
    path = write(base + "output: {path: out}\n")
    (tmp_path / "out").mkdir()
    record = {"configuration": json.loads(load(path).model_dump_json()), "code": code_fingerprint()}
    for name in ("started.json", "run.json"):
        (tmp_path / "out" / name).write_text(json.dumps(record))
    assert "Nothing has changed since." in tamis("check", path).stdout
    told = tamis("check", path, "--set", "steps.raw.rules.short.minimum=7").stdout
    assert "steps.raw.rules.short.minimum: 5.0 -> 7.0: decide again" in told
    assert "In all: decide again" in told


def test_check_sees_an_interrupted_run_and_other_code(write, base, tmp_path):
    path = write(base + "output: {path: out}\n")
    (tmp_path / "out").mkdir()
    record = {"configuration": json.loads(load(path).model_dump_json()), "code": "older"}
    (tmp_path / "out/started.json").write_text(json.dumps(record))
    told = tamis("check", path).stdout
    assert f"holds a run that has not finished. Changed since:\n  {CODE_CHANGED}\n" in told
    assert "In all: read again\n" in told


def test_a_wrong_configuration_is_status_2_without_a_traceback(write, base):
    result = tamis("check", write(base.replace("minimum", "minmum")))
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "unknown key 'minmum'; did you mean 'minimum'?" in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    "arguments",
    [("no-such-command",), ("run",), ("check", "none.yaml"), ("run", "x", "--workers", "0"), ("decide", "recommended")],
)
def test_wrong_usage_is_status_2(arguments):
    assert tamis(*arguments).exit_code == 2


def test_a_run_needs_inputs_and_an_output(write, base):
    path = write(base)
    assert "give --output" in tamis("run", path).stderr
    result = tamis("run", path, "--output", "x")
    assert (result.exit_code, "give --input" in result.stderr) == (2, True)


@pytest.mark.parametrize("arguments", [("report", "none"), ("explain", "none", "a:1"), ("compare", "none", "other")])
def test_a_report_of_nothing_is_status_1(arguments, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = tamis(*arguments)
    assert result.exit_code == 1
    assert "is not a finished run" in result.stderr


@pytest.mark.parametrize(("error", "status"), [(InputError("a"), 1), (OutputError("a"), 1), (KeyboardInterrupt(), 130)])
def test_what_fails_has_its_status(monkeypatch, error, status):
    def fail(*arguments):
        raise error

    monkeypatch.setattr("pipelines.catalogue_commands.resolve", fail)
    result = tamis("check", "recommended")
    assert result.exit_code == status
    assert result.stderr.startswith("tamis: ")


def test_options_lie_over_the_file(write, base, monkeypatch, tmp_path):
    seen = {}

    class Outcome:
        exit_status, totals = 3, None

    def run(configuration, **options):
        seen.update(options, configuration=configuration)
        return Outcome()

    module = type(sys)("pipelines.running")
    module.run = run
    monkeypatch.setitem(sys.modules, "pipelines.running", module)
    monkeypatch.chdir(tmp_path)
    options = ["--input", "a=x", "--input", "y", "--output", "out", "--workers", 3, "--sample", "5%", "--seed", 4]
    result = tamis("run", write(base), *options, "--overwrite", "--log-format", "json")
    assert result.exit_code == 3, result.output
    configuration: Configuration = seen["configuration"]
    assert {name: part.paths for name, part in configuration.inputs.items()} == {
        "a": (str(tmp_path / "x"),),
        "input": (str(tmp_path / "y"),),
    }
    assert configuration.output.path == str(tmp_path / "out")
    assert (configuration.run.workers, configuration.sample.fraction, configuration.sample.seed) == (3, 0.05, 4)
    assert (seen["overwrite"], seen["log_format"]) == (True, "json")


def test_log_formats_are_named():
    assert [form.value for form in run_commands.LogFormat] == ["auto", "text", "json"]


def test_the_schema_knows_the_names_of_signals():
    schema = json.loads(tamis("schema").stdout)
    rule = schema["$defs"]["RuleSection"]["properties"]
    assert "language" in rule["signal"]["anyOf"][0]["enum"]
    assert schema["additionalProperties"] is False


def test_signals_are_listed():
    rows = {row["name"]: row for row in json.loads(tamis("signals", "--json").stdout)}
    assert rows["email"]["type"] == "spans"
    assert all(row["unit"] and row["formula"] and row["source"] for row in rows.values())
    told = tamis("signals").stdout
    assert "language_score" in told
    assert "word_list (annotator): words" in told


def test_every_preset_is_right_and_cited():
    told = " ".join(tamis("presets").stdout.split())
    for name in preset_names():
        preset = load(name)
        assert preset.citation is not None
        assert preset.description is not None
        assert f"{name} {preset.description} source: {preset.citation}" in told
        assert all(f"- {what}: {instead}" in told for what, instead in preset.substitutions.items())


@pytest.mark.parametrize("columns", [60, 100, 300])
def test_presets_are_told_within_the_width_of_the_terminal(columns, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = tamis("presets").stdout.splitlines()
    assert max(len(line) for line in lines if " " in line.strip()) <= min(columns, 120)
    assert {line for line in lines if line and not line.startswith(" ")} >= set(preset_names())


def test_a_preset_can_be_printed_to_start_ones_own_from(tmp_path):
    (tmp_path / "mine.yaml").write_text(tamis("presets", "gopher").stdout)
    assert load(str(tmp_path / "mine.yaml")) == load("gopher")


def test_a_preset_that_is_not_there_is_told_with_those_that_are():
    result = tamis("presets", "gofer")
    assert result.exit_code == 2
    assert "gopher" in result.stderr


def test_the_command_starts_without_beam():
    code = "import sys, pipelines.command; sys.exit('apache_beam' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A configuration over two documents and a line that is none; runs happen in this process."""
    here(monkeypatch)
    with write_jsonl(tmp_path / "a.jsonl", ["one two three", "one"]).open("ab") as file:
        file.write(b"not json\n")
    configured(
        tmp_path,
        """
        inputs: {a: a.jsonl}
        output: {path: out}
        steps: [{name: raw, rules: {words: {signal: word_count, minimum: 3}}}]
        """,
    )
    return tmp_path / "tamis.yaml"


def test_a_run_prints_its_funnel_and_its_report_and_which_budget_was_exceeded(small):
    result = tamis("run", small)
    assert result.exit_code == 3
    lines = {line[:25].strip(): line[25:].split() for line in result.stdout.splitlines()}
    assert lines["records read"] == ["3"]
    assert lines["bad_json"] == ["1"]
    assert lines["raw/words"] == ["1", "1", "3", "1"]
    assert lines["kept"][:2] == ["1", "13"]
    assert f"report: {small.parent}/out/report/index.html" in result.stdout
    assert "documents judged" not in result.stdout
    assert "tamis: 1 of 3 records failed; budget.failed_records allows 1.0000%" in result.stderr


def test_a_run_with_a_judge_prints_a_line_of_it(small):
    result = tamis("run", small, "--set", "steps.raw.measure=[language]", "--set", "budget.failed_records=1")
    assert result.exit_code == 0
    (line,) = [line for line in result.stdout.splitlines() if "documents judged" in line]
    assert line.startswith("language@raw: 2 of 2 documents judged, ")


def test_machines_get_the_ledger_as_json(small):
    result = tamis("run", small, "--log-format", "json", "--set", "budget.failed_records=1")
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert told["totals"]["records"]["kept"] == 1
    assert told["exceeded"] == []
