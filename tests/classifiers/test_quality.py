import pickle

import fasttext
import pyarrow as pa
import pytest
from small_models import GOOD, JUNK, digest, trained

from classifiers.quality import Quality, one_line
from filters.contract import check_annotator
from filters.cuts import Cuts
from filters.errors import ConfigurationError, InputError

GRADES = (("nothing here", "0"), ("a little to learn", "1"), (GOOD, "2"))


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    path = tmp_path_factory.mktemp("quality") / "model.bin"
    return str(path), trained(path)


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    path = tmp_path_factory.mktemp("graded") / "model.bin"
    return str(path), trained(path, GRADES, loss="softmax")


@pytest.fixture
def quality(model):
    return Quality("quality", *model, good=["hq"])


def scores(annotator, *texts):
    array = pa.array(texts, pa.string())
    return annotator.annotate(pa.record_batch({"text": array}), Cuts(array))[annotator.signals[0].name].to_pylist()


def probabilities(path, text):
    labels, values = fasttext.load_model(path).predict(text, k=-1)
    return dict(zip(labels, map(float, values), strict=True))


def test_it_keeps_the_contract_of_annotators(quality):
    check_annotator(quality)


def test_it_keeps_the_contract_with_values_and_languages(graded):
    check_annotator(Quality("grade", *graded, values={"0": 0, "1": 1, "2": 5}, languages=["en"]))


def test_the_score_is_the_good_labels_probability_as_dclm_computes_it(quality, model):
    likely, unlikely = scores(quality, GOOD, JUNK)
    assert likely == min(probabilities(model[0], GOOD)["__label__hq"], 1.0)
    assert unlikely == 1 - probabilities(model[0], JUNK)["__label__cc"]
    assert likely > 0.9
    assert unlikely < 0.1


def test_the_other_label_can_be_the_good_one(quality, model):
    both = zip(scores(quality, GOOD, JUNK), scores(Quality("junk", *model, good=["cc"]), GOOD, JUNK), strict=True)
    assert [sum(pair) for pair in both] == pytest.approx([1, 1], abs=3e-5)


def test_an_expected_value_is_the_sum_of_probability_times_value(graded):
    [score] = scores(Quality("grade", *graded, values={"0": 0, "1": 1, "2": 5}), "nothing to learn by induction")
    found = probabilities(graded[0], "nothing to learn by induction")
    assert score == pytest.approx(found["__label__1"] + 5 * found["__label__2"])
    assert 0.05 < score < 4.95


def test_several_labels_can_be_good(graded):
    [score] = scores(Quality("grade", *graded, good=["1", "2"]), "a little proof")
    found = probabilities(graded[0], "a little proof")
    assert score == pytest.approx(found["__label__1"] + found["__label__2"], abs=5e-5)


@pytest.mark.parametrize("text", ["", " \n\t ", "\u3000\n\u2028", "\x1c"])
def test_a_blank_text_has_no_score(quality, text):
    assert scores(quality, text) == [None]


def test_all_of_a_text_is_judged(quality):
    assert scores(quality, JUNK + "\n" + (GOOD + "\n") * 20_000)[0] > 0.9


def test_a_word_that_ends_a_line_for_fasttext_ends_no_text(quality):
    assert one_line("a\r\nb\u2028c </s>\nd </s>e") == "a b c d </s>e"
    assert scores(quality, f"{JUNK} </s> {(GOOD + ' ') * 50}")[0] > 0.9
    assert scores(quality, f"</s> {GOOD}") == scores(quality, GOOD)


def test_a_text_in_another_language_or_in_none_has_no_score(model):
    english = Quality("quality", *model, good=["hq"], languages=["en"])
    found = scores(english, GOOD, "Der Satz folgt durch vollständige Induktion.", "12345", GOOD)
    assert [score is None for score in found] == [False, True, True, False]


def test_the_signal_is_called_as_the_instance_is(model):
    [signal] = Quality("dclm", *model, good=["hq"], languages=["en", "de"]).signals
    assert (signal.name, signal.low, signal.unit) == ("dclm_score", "low_dclm", "probability")
    assert signal.formula == "probability of hq; null in a blank text and in languages other than de, en"


def test_whatever_changes_a_value_changes_the_fingerprint(model, graded):
    grades = {"0": 0.0, "1": 1.0, "2": 2.0}
    made = [
        Quality("q", *model, good=["hq"]),
        Quality("q", *model, good=["cc"]),
        Quality("q", *model, good=["hq"], languages=["en"]),
        Quality("q", *graded, good=["2"]),
        Quality("q", *graded, values=grades),
        Quality("q", *graded, values={**grades, "2": 3.0}),
    ]
    assert len({each.fingerprint for each in made}) == len(made)


def test_a_label_that_the_model_lacks_is_told_with_those_it_has(model, graded):
    with pytest.raises(ConfigurationError, match=r"no label '__label__hq', 'good'; its labels are cc, hq"):
        Quality("quality", *model, good=["good", "__label__hq"])
    with pytest.raises(ConfigurationError, match=r"no label '3'; its labels are 0, 1, 2"):
        Quality("quality", *graded, values={"0": 0, "1": 1, "2": 2, "3": 3})
    with pytest.raises(ConfigurationError, match=r"`values` lacks the labels 1"):
        Quality("quality", *graded, values={"0": 0, "2": 2})


@pytest.mark.parametrize("given", [{}, {"good": []}, {"good": ["hq"], "values": {"hq": 1, "cc": 0}}])
def test_either_good_labels_or_values_are_named(model, given):
    with pytest.raises(ConfigurationError, match=r"either `good`.*or `values`.*labels.*are cc, hq"):
        Quality("quality", *model, **given)


def test_a_model_of_labels_apart_has_one_good_label(tmp_path):
    path = tmp_path / "ova.bin"
    model = str(path), trained(path, GRADES, loss="ova")
    [score] = scores(Quality("grade", *model, good=["2"]), GOOD)
    assert score == min(probabilities(model[0], GOOD)["__label__2"], 1.0)
    for given in ({"good": ["1", "2"]}, {"values": {"0": 0, "1": 1, "2": 2}}):
        with pytest.raises(ConfigurationError, match=r"loss ova.*name one label"):
            Quality("grade", *model, **given)


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(InputError, match=r"none\.bin' cannot be read: No such file"):
        Quality("quality", str(tmp_path / "none.bin"), "0" * 64, good=["hq"])


def test_a_file_whose_sha256_is_not_given_is_not_loaded(model):
    with pytest.raises(ConfigurationError, match=f"sha256: {model[1]}"):
        Quality("quality", model[0], good=["hq"])


def test_a_truncated_or_exchanged_file_is_refused_before_it_is_loaded(model, tmp_path):
    whole = (tmp_path.parent / model[0]).read_bytes()
    cut = tmp_path / "cut.bin"
    cut.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match=r"cut\.bin.*truncated or another file"):
        Quality("quality", str(cut), model[1], good=["hq"])


def test_a_file_of_another_format_is_refused_by_name(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("no model at all")
    with pytest.raises(InputError, match=r"notes\.txt.*not a fastText model"):
        Quality("quality", str(path), digest(path), good=["hq"])


def test_word_vectors_are_refused(tmp_path):
    training, path = tmp_path / "text.txt", tmp_path / "vectors.bin"
    training.write_text(f"{GOOD}\n" * 20)
    fasttext.train_unsupervised(str(training), dim=4, bucket=10, minCount=1, thread=1, verbose=0).save_model(str(path))
    with pytest.raises(InputError, match=r"vectors\.bin' is a model of word vectors"):
        Quality("quality", str(path), digest(path), good=["hq"])


def test_labels_of_another_prefix_are_refused(tmp_path):
    path = tmp_path / "model.bin"
    training = tmp_path / "own.train"
    training.write_text(f"#hq {GOOD}\n#cc {JUNK}\n")
    fasttext.train_supervised(str(training), label="#", dim=4, bucket=10, thread=1, verbose=0).save_model(str(path))
    with pytest.raises(InputError, match=r"labels of .*model\.bin' do not begin with __label__"):
        Quality("quality", str(path), digest(path), good=["hq"])


def test_it_travels_to_a_worker_without_its_model(quality):
    sent = pickle.dumps(quality)
    assert len(sent) < 2000
    assert scores(pickle.loads(sent), GOOD) == scores(quality, GOOD)
