import numpy as np
import pyarrow as pa
import pytest

from classifiers.counterfactual_testing import AxisFigures, judge_counterfactuals
from classifiers.evaluation import Figure, evaluate
from classifiers.figures_text import aligned, axis_rows, group_rows, label_rows, markdown, notes
from filters.errors import ConfigurationError
from filters.intervals import wilson


@pytest.fixture
def figures():
    scores = np.array([0.9, 0.6] * 10 + [0.9, 0.2] * 10 + [np.nan])
    truth = pa.array([True, False] * 20 + [True])
    groups = pa.array(["women"] * 20 + ["men"] * 15 + ["few"] * 6)
    return evaluate({"bad": scores}, {"bad": truth}, thresholds={"bad": 0.5}, groups=groups, replicates=50)


def test_a_label_is_one_line(figures):
    heading, row = label_rows(figures)
    assert len(heading) == len(row)
    assert row[:4] == ["bad", "40", "20", "0.5"]
    assert row[4] == "1.000 (1.00-1.00)"
    assert row[6].startswith(".667 (.")  # 20 of 30
    assert row[7].startswith("1.000 (.8")


def test_a_group_is_one_line_and_those_of_few_texts_are_told(figures):
    _, men, women = group_rows(figures)
    assert men[:4] == ["bad", "men", "15", "8"]
    assert women[4] == f"1.000 ({wilson(10, 10)[0]:.2f}-1.00)".replace("(0.", "(.")
    told = notes(figures)
    assert "drawn by text" in told[0]
    assert "bad: 1 texts were not judged: no letter, or another language." in told
    assert "bad: 1 groups of too few texts are not shown." in told


def test_what_is_undefined_is_a_dash():
    figures = evaluate({"bad": np.array([0.1])}, {"bad": pa.array([False])}, thresholds={"bad": 0.5})
    assert label_rows(figures)[1][4:8] == ["-", "1.000", "-", "-"]
    assert axis_rows([]) == [axis_rows([])[0]]
    nothing = AxisFigures("bad", "race", 0, Figure(None), Figure(None), Figure(None), {})
    assert axis_rows([nothing])[1] == ["bad", "race", "0", "-", "-", "-", "-", "-"]


def test_tables_are_aligned_or_in_markdown():
    rows = [["a", "long heading"], ["one|two", "b"]]
    assert aligned(rows) == "a        long heading\none|two  b"
    assert markdown(rows) == "| a | long heading |\n| --- | --- |\n| one\\|two | b |"


def says_gay_is_bad(texts):
    return {"bad": np.array([0.8 if "gay" in text.lower() else 0.3 for text in texts])}


def test_a_judge_that_minds_the_identity_is_found_out():
    texts = ["Gay people sing.", "I met a gay man.", "straight people dance", "white paper", "a white man"]
    figures = judge_counterfactuals(says_gay_is_bad, texts, ["orientation", "race", "age"], {"bad": 0.5}, replicates=50)
    orientation, race = figures
    assert (orientation.axis, orientation.sets) == ("orientation", 3)
    assert orientation.uneven == Figure(1.0, wilson(3, 3))
    assert orientation.flips.value == pytest.approx(6 / 21)  # of the pairs of seven groups, those with gay
    assert orientation.gap.value == pytest.approx(0.5 * 6 / 21)
    assert orientation.gaps["gay"] == pytest.approx(0.5)
    assert orientation.gaps["straight"] == pytest.approx(-0.5 / 6)
    assert axis_rows(figures)[1][6].startswith("gay (+0.500)")
    assert (race.sets, race.flips) == (1, Figure(0.0, None))


def test_texts_without_an_identity_give_no_figures():
    assert judge_counterfactuals(says_gay_is_bad, ["nothing here"], ["race"], {"bad": 0.5}) == ()
    with pytest.raises(ConfigurationError, match="no list of identities for 'height'"):
        judge_counterfactuals(says_gay_is_bad, ["nothing"], ["height"], {"bad": 0.5})
