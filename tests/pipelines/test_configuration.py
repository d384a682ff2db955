import json
from dataclasses import asdict, fields
from pathlib import Path

import pytest

from filters.errors import ConfigurationError
from filters.policy import Duplicates, Rule
from pipelines import catalogue
from pipelines.configuration import Configuration, load, resolve
from pipelines.sections import BudgetSection, LimitsSection
from storage.inputs import Input, Limits


def problems(write, text, **options):
    with pytest.raises(ConfigurationError) as caught:
        load(write(text), **options)
    return str(caught.value)


def test_a_right_configuration_becomes_a_policy(write, base):
    policy = load(write(base)).policy()
    assert [step.name for step in policy.steps] == ["raw", "last"]
    assert policy.steps[0].measure == ("language",)
    assert policy.steps[0].rules == (Rule("short", "text_length", minimum=5.0),)
    assert policy.steps[1].clean == ("trim",)
    assert policy.steps[1].rules == (Rule("shout", "shouts", action="mask", spans=True, token="<shout>"),)
    assert policy.duplicates is None
    assert policy.least_characters == 50


def test_json_gives_the_same_configuration_back(write, base):
    text = base + "sample: {fraction: 5%}\nbudget: {failed_shards: 1, failed_records: 100%}\ninputs: {a: x.jsonl}\n"
    configuration = load(write(text), ["steps.raw.rules.short.minimum={en: 3, default: 90%}"])
    back = Configuration.model_validate_json(configuration.model_dump_json())
    assert back == configuration
    assert back.policy() == configuration.policy()
    assert isinstance(back.budget.failed_records, float)


def test_the_json_of_a_configuration_is_a_configuration(write, base):
    first = load(write(base + "inputs: {a: x.jsonl}\noutput: {path: out}\n"))
    assert load(write(first.model_dump_json(), "again.yaml")) == first


def test_paths_are_relative_to_the_file_that_names_them(write, base, tmp_path, monkeypatch):
    monkeypatch.chdir("/")
    path = write(base + "inputs: {a: [x.jsonl, 's3://bucket/y'], b: {paths: z/*.gz}}\noutput: {path: out}\n")
    configuration = load(path)
    assert configuration.inputs["a"].paths == (str(tmp_path / "x.jsonl"), "s3://bucket/y")
    assert configuration.inputs["b"].paths == (str(tmp_path / "z/*.gz"),)
    assert configuration.output.path == str(tmp_path / "out")


def test_paths_of_options_are_relative_to_the_working_directory(write, base, tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    configuration = load(write(base), ["output.path=out"], {"inputs": {"a": ["x.jsonl"]}})
    assert configuration.output.path == str(tmp_path / "here/out")
    assert configuration.inputs["a"].paths == (str(tmp_path / "here/x.jsonl"),)


def test_readers_are_sorted_by_name(write, base):
    text = base + "inputs: {b: x.jsonl, a: {paths: y, columns: {likes: int64}, id: key}}\n"
    readers = load(write(text)).readers()
    assert [reader.name for reader in readers] == ["a", "b"]
    assert isinstance(readers[0], Input)
    assert (readers[0].columns, readers[0].id, readers[0].text) == ({"likes": "int64"}, "key", "text")


def test_without_inputs_there_are_no_readers(write, base):
    with pytest.raises(ConfigurationError, match="--input"):
        load(write(base)).readers()


def test_sizes_are_written_with_units(write, base):
    limits = load(write(base + "limits: {record_bytes: 1.5 MiB, html_bytes: 2MB, chunk_bytes: 7}\n")).read_limits()
    assert (limits.record_bytes, limits.html_bytes, limits.chunk_bytes) == (1_572_864, 2_000_000, 7)


def test_limits_are_those_of_reading():
    assert LimitsSection().limits() == Limits()
    assert set(LimitsSection.model_fields) == {field.name for field in fields(Limits)}
    assert LimitsSection().model_dump() == asdict(Limits())


def test_no_is_a_language(write, base):
    text = base.replace("{signal: text_length, minimum: 5}", "{signal: language, one_of: [en, no]}")
    assert load(write(text)).policy().steps[0].rules[0].one_of == ("en", "no")


def test_duplicates_become_kinds_and_an_order(write, base):
    text = base + "duplicates: {of: raw, url: false, survivor: [language_score desc, characters], action: tag}\n"
    wanted = Duplicates("raw", ("text",), (("language_score", True), ("characters", False)), "tag")
    assert load(write(text)).policy().duplicates == wanted


def test_percentages_are_exact(write, base):
    text = base.replace("minimum: 5", "keep_top: 67.3%")
    assert load(write(text)).policy().steps[0].rules[0].keep_top == 0.673


def test_an_option_says_where_a_value_came_from(write, base):
    resolved = resolve(write(base), ["least_characters=7"], {"run.workers": 3})
    assert (resolved.configuration.least_characters, resolved.configuration.run.workers) == (7, 3)
    assert str(resolved.tree.value["least_characters"].origin) == "--set least_characters=7"
    assert str(resolved.tree.value["run"].value["workers"].origin) == "--workers"
    assert str(resolved.tree.value["steps"].origin).endswith("tamis.yaml:5")


@pytest.mark.parametrize(
    ("counts", "exceeded"),
    [
        ({"failed_shards": 0, "shards": 9, "failed_records": 1, "records": 100}, []),
        ({"failed_shards": 1, "shards": 9, "failed_records": 0, "records": 100}, ["1 of 9 shards"]),
        ({"failed_shards": 0, "shards": 9, "failed_records": 2, "records": 100}, ["2 of 100 records"]),
        ({"failed_shards": 0, "shards": 0, "failed_records": 0, "records": 0}, []),
    ],
)
def test_a_budget_is_exceeded_by_counts_and_shares(counts, exceeded):
    messages = BudgetSection().exceeded(**counts)
    assert len(messages) == len(exceeded)
    assert all(message.startswith(start) for message, start in zip(messages, exceeded, strict=True))


def test_every_problem_is_told_at_once_with_file_and_line(write):
    message = problems(
        write,
        """\
        inptus: {cc: x}
        extract: {html: trafilatur}
        steps:
          - name: raw
            rules:
              words: {signal: langage, one_of: en}
              typo: {signal: language, one_off: en}
              gone: null
              number: {signal: language_score, minimum: abc}
          - rules: {}
        least_characters: no
        sample: {fraction: 120%}
        """,
    )
    lines = message.splitlines()
    assert lines[0] == "9 problems in the configuration:"
    for line, words in {
        1: "inptus: unknown key 'inptus'; did you mean 'inputs'?",
        2: "extract.html: unknown value 'trafilatur'; did you mean 'trafilatura'? Allowed: resiliparse, trafilatura",
        6: "steps.raw.rules.words.signal: unknown signal 'langage'; did you mean 'language'?",
        7: "steps.raw.rules.typo.one_off: unknown key 'one_off'; did you mean 'one_of'?",
        8: "steps.raw.rules.gone: no value; null removes",
        9: "steps.raw.rules.number.minimum: 'abc' is neither a number nor a percentage",
        10: "steps.1.name: the key 'name' is missing",
        11: "least_characters: 'no': ",
        12: "sample.fraction: '120%': ",
    }.items():
        assert any(f"tamis.yaml:{line}: {words}" in told for told in lines), (line, message)


def test_a_value_that_cannot_be_read_is_told_once(write, base):
    message = problems(write, base.replace("minimum: 5", "minimum: abc"))
    assert "\n" not in message
    assert "tamis.yaml:9: steps.raw.rules.short.minimum: 'abc' is neither" in message


def test_null_without_anything_to_remove_is_a_problem(write, base):
    write(base, "base.yaml")
    message = problems(write, "extends: base.yaml\nsteps: [{name: raw, rules: {shrt: null}}]\n")
    assert "tamis.yaml:2: steps.raw.rules.shrt: no value; null removes" in message


def test_worker_counts_and_seconds_are_checked(write, base):
    assert "run.workers: 0: input should be greater than or equal to 1" in problems(write, base + "run: {workers: 0}\n")


def test_configuration_is_frozen(write, base):
    configuration = load(write(base))
    with pytest.raises(ValueError, match="frozen"):
        configuration.least_characters = 3


def test_dumped_json_is_plain(write, base):
    data = json.loads(load(write(base)).model_dump_json())
    assert data["annotators"]["lengths"]["kind"].endswith("own_signals.py:Lengths")
    assert Path(data["annotators"]["lengths"]["kind"].split(":")[0]).is_absolute()


DESIGN = """\
inputs: {cc: data/warc/*.warc.gz}
output: {path: out, signals: [word_count@raw]}
extract: {html: trafilatura}
annotators: {language: {model: lid.176.ftz}, insults: {words: en.txt}}
steps:
  - name: raw
    measure: [gopher_repetition]
    rules:
      url: {signal: url_blocked, maximum: 0, gate: true}
      language: {signal: language, one_of: [en, "no"], gate: true}
      words: {signal: word_count, minimum: {en: 50, default: 40}}
  - name: c4
    clean: {c4_lines: {end_mark: false}}
    rules:
      sentences: {signal: sentence_count, minimum: 3}
  - name: last
    rules:
      best: {signal: unique_word_fraction, keep_top: 90%, by: language}
      email: {spans: email, action: mask, token: "<email>"}
      insult: {spans: insults, minimum: 1, action: remove}
duplicates: {of: last, exact: true, survivor: [language_score desc, characters desc]}
"""


def test_the_configuration_of_the_plan_is_right(write, tmp_path):
    (tmp_path / "en.txt").write_text("nincompoop\n")
    configuration = load(write(DESIGN))
    assert configuration.annotators["language"].parameters == {"model": "lid.176.ftz"}
    assert configuration.annotators["insults"].parameters == {"words": str(tmp_path / "en.txt")}
    assert catalogue.annotators_at(configuration, "raw") == (
        "gopher_quality",
        "gopher_repetition",
        "language",
        "url_blocklist",
    )
    assert catalogue.annotators_at(configuration, "last") == ("gopher_quality", "insults", "personal_data")
    assert catalogue.annotator(configuration, "insults").words == ("nincompoop",)


def test_a_shipped_list_is_known_by_its_name(write):
    configuration = load(write("annotators: {mine: {kind: word_list, words: insults_en}}\n"))
    assert configuration.annotators["mine"].parameters == {"words": "insults_en"}
    assert len(catalogue.annotator(configuration, "mine").words) > 10
