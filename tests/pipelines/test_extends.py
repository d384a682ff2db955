import pytest

from filters.errors import ConfigurationError
from pipelines.configuration import load, resolve


def rules(configuration):
    return {rule.name: rule for step in configuration.policy().steps for rule in step.rules}


def test_what_extends_lies_over_what_it_extends(write, base):
    write(base, "base.yaml")
    path = write(
        """\
        extends: base.yaml
        steps:
          - name: raw
            rules:
              short: {minimum: 9}
              more: {signal: text_length, maximum: 100}
          - name: last
            rules: {shout: null}
          - name: new
        """
    )
    configuration = load(path)
    assert [step.name for step in configuration.steps] == ["raw", "last", "new"]
    assert list(rules(configuration)) == ["short", "more"]
    assert (rules(configuration)["short"].signal, rules(configuration)["short"].minimum) == ("text_length", 9.0)
    assert list(configuration.steps[1].clean) == ["trim"]
    assert configuration.extends == ("base.yaml",)


def test_the_later_of_two_wins_and_the_file_over_both(write, base):
    write(base + "least_characters: 1\nrun: {workers: 1, seconds_per_batch: 1}\n", "one.yaml")
    write("least_characters: 2\nrun: {workers: 2}\n", "two.yaml")
    configuration = load(write("extends: [one.yaml, two.yaml]\nrun: {workers: 3}\n"))
    assert configuration.least_characters == 2
    assert (configuration.run.workers, configuration.run.seconds_per_batch) == (3, 1)


def test_overrides_win_over_the_file(write, base):
    write(base, "base.yaml")
    path = write("extends: base.yaml\nsteps: [{name: raw, rules: {short: {minimum: 9}}}]\n")
    assert rules(load(path, ["steps.raw.rules.short.minimum=11"]))["short"].minimum == 11
    assert "short" not in rules(load(path, ["steps.raw.rules.short=null"]))


def test_every_value_knows_the_file_it_came_from(write, base):
    write(base, "base.yaml")
    tree = resolve(write("extends: base.yaml\nsteps: [{name: raw, rules: {short: {minimum: 9}}}]\n")).tree
    rule = tree.value["steps"].value[0].value["rules"].value["short"].value
    assert str(rule["minimum"].origin).endswith("tamis.yaml:2")
    assert str(rule["signal"].origin).endswith("base.yaml:9")


def test_paths_stay_relative_to_the_file_they_stand_in(write, base, tmp_path):
    (tmp_path / "folder").mkdir()
    write(base, "base.yaml")
    write("extends: ../base.yaml\ninputs: {a: x.jsonl}\n", "folder/middle.yaml")
    configuration = load(write("extends: folder/middle.yaml\noutput: {path: out}\n"))
    assert configuration.inputs["a"].paths == (str(tmp_path / "folder/x.jsonl"),)
    assert configuration.output.path == str(tmp_path / "out")


def test_a_citation_is_not_inherited(write, base):
    write(base + "citation: me\ndescription: mine\n", "base.yaml")
    configuration = load(write("extends: base.yaml\n"))
    assert (configuration.citation, configuration.description) == (None, None)


@pytest.mark.parametrize(
    ("extends", "words"),
    [
        ("gophr", r"tamis.yaml:1: unknown preset 'gophr'; did you mean 'gopher'\? Allowed: c4, "),
        ("none.yaml", r"tamis.yaml:1: no file '.*none.yaml'"),
        ("tamis.yaml", r"extends itself, by way of tamis.yaml"),
        ("{a: b}", r"tamis.yaml:1: extends takes a preset's name"),
    ],
)
def test_what_cannot_be_extended_is_told(write, extends, words):
    with pytest.raises(ConfigurationError, match=words):
        load(write(f"extends: {extends}\n"))


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("steps.rw.rules.short.minimum=3", r"--set 'steps.rw.*unknown step 'rw'; did you mean 'raw'\?"),
        ("steps.raw.rules.shrt.minimum=3", r"--set .*: steps.raw.rules.shrt.*: a rule judges either"),
        (
            "least_charcters=3",
            r"--set least_charcters=3: least_charcters: unknown key .* did you mean 'least_characters'\?",
        ),
        ("least_characters", r"write KEY=VALUE"),
        ("a..b=3", r"write KEY=VALUE"),
        ("run.workers={", r"the value is not valid YAML"),
        ("steps.raw=null", r"name a key of the step"),
        ("tokens=null", r"tokens: no value; null removes"),
        ("extract.html=null", r"extract.html: no value; null removes"),
    ],
)
def test_a_wrong_override_is_told(write, base, setting, words):
    with pytest.raises(ConfigurationError, match=words):
        load(write(base), [setting])


def test_what_a_preset_substitutes_is_inherited_and_can_be_mended(write, base):
    write(base + "substitutions: {model: left out, tokenizer: our own}\n", "base.yaml")
    configuration = load(write("extends: base.yaml\nsubstitutions: {model: null, list: shorter}\n"))
    assert configuration.substitutions == {"tokenizer": "our own", "list": "shorter"}
