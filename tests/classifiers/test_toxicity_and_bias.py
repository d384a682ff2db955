import math
import pickle

import numpy as np
import pyarrow as pa
import pytest
from made_judges import TINY, Named, Rule, cascade, changed

from classifiers.bias import Bias
from classifiers.judged import judged, label_columns, spans, window_counts
from classifiers.toxicity import Toxicity
from filters.contract import HOSTILE_TEXTS, batch_of, check_annotator
from filters.cuts import Cuts
from filters.errors import ConfigurationError, InputError

GOOD = "One two three four five six seven."
BAD = "One two three BAD five six seven."
VILE = "One two three VILE five six seven."
LIMITS = {"toxicity": 0.6, "insult": 0.8}
LOW, HIGH = (math.exp(x) / (1 + math.exp(x)) if x < 0 else 1 / (1 + math.exp(-x)) for x in (-4, 4))
STORY = "This is the story of the people that you are with, and it is a long one for all of them. They like it."


def found_in(*texts, **given):
    return judged(Cuts(pa.array(texts, pa.string())), cascade(**given), any_language=True)


def columns(*texts, **given):
    made = label_columns(found_in(*texts, **given), Rule.labels, LIMITS)
    return {name: values.to_pylist() for name, values in made.items()}


def test_the_highest_the_mean_of_the_three_highest_and_the_share_above_the_limit():
    found = columns(f"{GOOD} {BAD} {GOOD} {GOOD}", BAD, "🥇")
    assert found["toxicity_score"] == [HIGH, HIGH, None]
    assert found["toxicity_top3"] == [pytest.approx((HIGH + 2 * LOW) / 3, rel=1e-15), HIGH, None]
    assert found["toxicity_share"] == [0.25, 1.0, None]
    assert found["insult_share"] == [0.0, 0.0, None]


def test_a_limit_counts_from_just_there():
    found = found_in(f"{GOOD} {BAD}")
    for limit, share in ((HIGH, 0.5), (math.nextafter(HIGH, 1), 0.0), (LOW, 1.0), (math.nextafter(LOW, 1), 0.5)):
        assert label_columns(found, Rule.labels, {"toxicity": limit})["toxicity_share"].to_pylist() == [share]


def test_windows_that_the_screen_holds_back_count_as_nothing_found():
    found = columns(f"{GOOD} {GOOD} {GOOD} {BAD}", GOOD, screen=Named())
    assert found["toxicity_score"] == [HIGH, 0.0]
    assert found["toxicity_top3"] == [pytest.approx(HIGH / 3, rel=1e-15), 0.0]
    assert found["toxicity_share"] == [0.25, 0.0]


def test_what_the_audit_reads_is_counted_and_decides_nothing():
    texts = [f"The number {number} is BAD." for number in range(2000)]
    found = found_in(*texts, screen=Named("NOTHING"), audit=0.005)
    made = label_columns(found, Rule.labels, LIMITS)
    assert set(made["toxicity_score"].to_pylist()) == {0.0}
    windows, read, flagged, audited, missed = (
        sum(counts.to_pylist()) for counts in window_counts(found, Rule.labels, LIMITS)
    )
    assert (windows, read, flagged) == (2000, 0, 0)
    assert audited == missed > 2
    assert not any(spans(found, Rule.labels, Rule.labels, 0.3, "toxicity").to_pylist())


def test_windows_are_counted_by_what_was_done_with_them():
    found = found_in(f"{GOOD} {GOOD} {GOOD} {BAD} {VILE}", "", GOOD, screen=Named())
    counts = [values.to_pylist() for values in window_counts(found, Rule.labels, LIMITS)]
    assert counts == [[5, None, 1], [2, None, 0], [2, None, 0], [0, None, 0], [0, None, 0]]
    assert window_counts(found, Rule.labels, {"insult": 0.8})[2].to_pylist() == [1, None, 0]


def test_spans_are_windows_sentences_and_words_in_their_order():
    text = f"{GOOD} Good. VILE."
    found = spans(found_in(text), Rule.labels, Rule.labels, 0.3, "toxicity").to_pylist()[0]
    assert [(text[span["start"] : span["end"]], span["label"], span["unit"]) for span in found] == [
        ("Good. VILE.", "toxicity", "window"),
        ("Good. VILE.", "insult", "window"),
        ("VILE", "toxicity", "word"),
        ("VILE.", "toxicity", "sentence"),
        ("VILE.", "insult", "sentence"),
    ]
    alone = spans(found_in(text), Rule.labels, ["insult"], 0.3).to_pylist()[0]
    assert [(span["label"], span["unit"]) for span in alone] == [("insult", "window"), ("insult", "sentence")]


def test_the_annotators_keep_the_contract():
    texts = [*HOSTILE_TEXTS, STORY, f"{STORY}\n" * 5, f"Ä {STORY} 🥇"]
    check_annotator(Toxicity(TINY), texts)
    check_annotator(Bias(TINY), texts)


def annotate(annotator, *texts):
    batch = batch_of(texts)
    return annotator.annotate(batch, Cuts(batch["text"]))


def test_each_kind_has_its_signals():
    names = {signal.name for signal in Toxicity(TINY).signals}
    assert {"toxicity_score", "obscene_top3", "insult_share", "threat_score", "identity_attack_score"} <= names
    assert {"toxicity_spans", "judge_windows", "judge_scored_windows", "judge_flagged_windows"} <= names
    assert {"judge_audited_windows", "judge_audit_found"} <= names
    others = {signal.name for signal in Bias(TINY).signals}
    assert {"sexism_score", "sexism_animosity_share", "stereotype_top3", "axis_religion_score", "bias_spans"} <= others
    assert not names & others


def test_the_labels_of_spans_are_known_beforehand():
    for annotator in (Toxicity(TINY), Bias(TINY)):
        *_, of_spans = annotator.signals
        found = annotate(annotator, STORY * 3)[of_spans.name].to_pylist()[0]
        assert {span["label"] for span in found} <= set(of_spans.labels)
    assert Toxicity(TINY).signals[-1].labels == tuple(Toxicity.meanings)
    assert Bias(TINY).signals[-1].labels == tuple(Bias.meanings)


def test_the_label_of_marked_words_is_among_those_of_spans_where_the_judge_has_it_not(tmp_path):
    folder = changed(tmp_path / "words", labels=["insult"])
    assert Toxicity(folder).signals[-1].labels == ("insult", "toxicity")
    folder = changed(tmp_path / "without", labels=["insult"], word_threshold=None)
    assert Toxicity(folder).signals[-1].labels == ("insult",)


def test_an_attack_on_an_identity_is_a_label_of_the_spans_of_both():
    labels = [
        {span["label"] for span in annotate(annotator, STORY * 3)[name].to_pylist()[0]}
        for annotator, name in ((Toxicity(TINY), "toxicity_spans"), (Bias(TINY), "bias_spans"))
    ]
    assert "identity_attack" in labels[0] & labels[1]


def test_toxicity_and_bias_share_one_reading_of_a_text(monkeypatch):
    from classifiers.encoder import Encoder

    read, texts = Encoder.read, []
    monkeypatch.setattr(Encoder, "read", lambda self, text: texts.append(text) or read(self, text))
    batch = batch_of([STORY, "Dies ist ein deutscher Satz, den niemand lesen soll, weil er nicht englisch ist."])
    cuts = Cuts(batch["text"])
    Toxicity(TINY).annotate(batch, cuts)
    assert texts[0] == STORY
    count = len(texts)
    Bias(TINY).annotate(batch, cuts)
    assert len(texts) == count


def test_an_annotator_travels_to_a_worker():
    arrived = pickle.loads(pickle.dumps(Toxicity(TINY)))
    found = [annotate(annotator, STORY)["toxicity_score"] for annotator in (arrived, Toxicity(TINY))]
    assert found[0] == found[1]


def test_limits_can_be_given_and_are_checked():
    own = Toxicity(TINY, limits={"toxicity": 0.9})
    assert own.limits["toxicity"] == 0.9
    assert own.limits["threat"] == 0.6
    assert own.fingerprint != Toxicity(TINY).fingerprint
    with pytest.raises(ConfigurationError, match=r"a limit for 'sexism'.*toxicity, obscene, insult"):
        Toxicity(TINY, limits={"sexism": 0.5})
    for limit in (0.29, 1.01):
        with pytest.raises(ConfigurationError, match=rf"the limit of threat is {limit}; it is from 0.3.*to 1"):
            Toxicity(TINY, limits={"threat": limit})


def test_a_judge_without_the_labels_is_refused(tmp_path):
    folder = changed(tmp_path / "judge", labels=["sexism", "stereotype"])
    assert list(Bias(folder).limits) == ["sexism", "stereotype"]
    with pytest.raises(ConfigurationError, match=r"toxicity: judge 'tiny'.*sexism, stereotype; name an encoder with"):
        Toxicity(folder)


def test_a_judge_that_is_not_the_one_that_was_meant_is_refused():
    with pytest.raises(InputError, match="expected 0000"):
        Toxicity(TINY, sha256="0" * 64)
    with pytest.raises(ConfigurationError, match=r"audit is 0\.5"):
        Bias(TINY, audit=0.5)


def test_without_a_screen_in_the_folder_every_window_is_read():
    found = annotate(Toxicity(TINY), f"{STORY} " * 20)
    assert found["judge_scored_windows"].to_pylist() == found["judge_windows"].to_pylist()
    assert np.array(found["judge_audited_windows"].to_pylist()).sum() == 0
