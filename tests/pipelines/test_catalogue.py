import pytest
from small_models import trained

from filters.contract import batch_of
from filters.cuts import Cuts
from filters.errors import ConfigurationError
from filters.signals import Annotator, Cleaner
from pipelines import catalogue, factories
from pipelines.configuration import Configuration, load


def test_every_kind_can_be_made_or_says_what_it_needs():
    for path in catalogue.ANNOTATORS.values():
        assert callable(factories.factory(path))
    for name in catalogue.instances(Configuration()):
        annotator = catalogue.annotator(Configuration(), name)
        assert isinstance(annotator, Annotator)
        assert annotator.signals
        assert annotator.fingerprint
    for kind, path in catalogue.CLEANERS.items():
        assert isinstance(factories.build(path, kind, {}), Cleaner)


def test_signals_of_the_catalogue_have_one_provider_each():
    names = [
        signal.name
        for instance in catalogue.instances(Configuration())
        for signal in catalogue.annotator(Configuration(), instance).signals
    ]
    assert len(names) == len(set(names))
    assert all(name.isidentifier() for name in names)


def test_annotators_are_made_once():
    assert catalogue.annotator(Configuration(), "language") is catalogue.annotator(Configuration(), "language")


def test_annotators_of_a_step_are_those_named_and_those_its_rules_need(write, base):
    configuration = load(write(base))
    assert catalogue.annotators_at(configuration, "raw") == ("language", "lengths")
    assert catalogue.annotators_at(configuration, "last") == ("lengths",)
    assert catalogue.provider_of(configuration, "shouts") == "lengths"
    assert {"text_length", "trimmed_fraction"} <= set(catalogue.signals_at(configuration, "last"))
    assert "trimmed_fraction" not in catalogue.signals_at(configuration, "raw")


def test_a_column_is_of_the_last_step_that_measures_it(write, base):
    configuration = load(write(base))
    assert catalogue.column_of(configuration, "text_length") == "text_length@last"
    assert catalogue.column_of(configuration, "text_length", "raw") == "text_length@raw"
    assert catalogue.column_of(configuration, "language") == "language@raw"
    assert catalogue.column_of(configuration, "email") is None


def test_a_step_gives_a_shared_cleaner_parameters_of_its_own(write, base):
    configuration = load(write(base.replace("clean: [trim]", "clean: {trim: {side: left}}")))
    assert catalogue.cleaner(configuration, "last", "trim").fingerprint == "trim/1/left"


def test_a_declared_instance_goes_before_one_at_hand(write):
    configuration = load(write("annotators: {mine: {kind: language}}\nsteps: [{name: raw, measure: [mine]}]\n"))
    assert catalogue.provider_of(configuration, "language") == "mine"


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda c: catalogue.annotator(c, "langage"), "unknown annotator 'langage'; did you mean 'language'?"),
        (lambda c: catalogue.provider_of(c, "langage"), "unknown signal 'langage'; did you mean 'language'?"),
        (lambda c: catalogue.signals_at(c, "raw"), "unknown step 'raw'"),
    ],
)
def test_what_the_catalogue_does_not_hold_is_told(ask, words):
    with pytest.raises(ConfigurationError) as caught:
        ask(Configuration())
    assert words in str(caught.value)


def test_a_quality_model_is_found_beside_the_configuration_and_its_labels_are_checked(write, tmp_path):
    digest = trained(tmp_path / "model.bin")
    text = "annotators: {mine: {kind: quality, model: model.bin, sha256: DIGEST, values: {hq: 2, cc: 0}}}\n"
    text = text.replace("DIGEST", f"'{digest}'") + "steps: [{name: raw, measure: [mine]}]\n"
    [signal] = catalogue.annotator(load(write(text)), "mine").signals
    assert (signal.name, signal.unit) == ("mine_score", "value")
    with pytest.raises(ConfigurationError, match="no label 'good'; its labels are cc, hq"):
        catalogue.annotator(load(write(text.replace("values: {hq: 2, cc: 0}", "good: [good]"))), "mine")


def test_a_trained_judge_brings_its_languages_and_values(write, tmp_path):
    (tmp_path / "judge.json").write_text("{}")
    text = "annotators: {mine: {kind: quality, model: judge.json, languages: [en]}}\n"
    with pytest.raises(ConfigurationError, match="leave out `values` and `languages`"):
        load(write(text))


def test_word_lists_are_read_beside_the_configuration(write, tmp_path):
    (tmp_path / "hosts.txt").write_text("# mine\n\nexample.com\n")
    text = "annotators: {mine: {kind: url_blocklist, domains: hosts.txt}}\nsteps: [{name: raw, measure: [mine]}]\n"
    annotator = catalogue.annotator(load(write(text)), "mine")
    assert [signal.name for signal in annotator.signals] == ["mine", "mine_by", "mine_soft_words"]
    batch = batch_of(["", ""], url=["http://www.example.com/", "http://example.org/"])
    assert annotator.annotate(batch, Cuts(batch["text"]))["mine"].to_pylist() == [1, 0]


def test_an_empty_list_is_told(write, tmp_path):
    (tmp_path / "hosts.txt").write_text("# nothing\n")
    text = "annotators: {mine: {kind: url_blocklist, domains: hosts.txt}}\n"
    with pytest.raises(ConfigurationError, match=r"tamis.yaml:1: annotators.mine: the list .* holds no entry"):
        load(write(text))


def test_an_allow_list_lets_pass_what_it_names(write, tmp_path):
    (tmp_path / "hosts.txt").write_text("example.com\n")
    text = "annotators: {url_allowlist: {allowed: hosts.txt}}\nsteps: [{name: raw, measure: [url_allowlist]}]\n"
    annotator = catalogue.annotator(load(write(text)), "url_allowlist")
    batch = batch_of(["", ""], url=["http://www.example.com/", "http://example.org/"])
    assert annotator.annotate(batch, Cuts(batch["text"]))["url_allowed"].to_pylist() == [1, 0]


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"a b\n", r"hosts.txt': 'a b' is not a domain"), (b"\xff\n", "cannot be read as UTF-8"), (b"#\n", "no entry")],
)
def test_a_bad_list_of_domains_is_told_with_its_file(write, tmp_path, content, words):
    (tmp_path / "hosts.txt").write_bytes(content)
    with pytest.raises(ConfigurationError, match=words):
        load(write("annotators: {url_allowlist: {allowed: hosts.txt}}\n"))
