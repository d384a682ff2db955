import numpy as np
import pyarrow as pa

from classifiers import language_memo
from classifiers.language_memo import languages_of
from filters.cuts import Cuts
from filters.derived_cuts import Change

ENGLISH, GERMAN, RUSSIAN = "The train does not run today.", "Der Zug fährt heute nicht.", "Поезд сегодня не ходит."
NOTHING = np.zeros(0, np.int64)


def counted(monkeypatch):
    asked = []
    judge = language_memo._judge
    monkeypatch.setattr(language_memo, "_judge", lambda texts, *a: asked.extend(texts.to_pylist()) or judge(texts, *a))
    return asked


def test_a_text_has_two_languages_in_order_of_probability_and_none_without_a_letter():
    found = languages_of(Cuts(pa.array([ENGLISH, f"{GERMAN} {GERMAN} {RUSSIAN}", "12 + 34", None])))
    assert found.codes.to_pylist() == ["en", "de", None, None]
    assert found.second_codes[1].as_py() == "ru"
    assert [score is None for score in found.second_scores.to_pylist()] == [False, False, True, True]
    for first, second in zip(found.scores.to_pylist()[:2], found.second_scores.to_pylist()[:2], strict=True):
        assert 1 >= first >= second > 0


def test_who_asks_again_on_the_same_text_is_answered_from_memory(monkeypatch):
    asked, cuts = counted(monkeypatch), Cuts(pa.array([ENGLISH, GERMAN]))
    first = languages_of(cuts)
    assert languages_of(cuts) == first
    assert asked == [ENGLISH, GERMAN]


def test_after_a_gate_and_an_edit_only_the_changed_text_is_judged(monkeypatch):
    asked, cuts = counted(monkeypatch), Cuts(pa.array([ENGLISH, "gone", GERMAN]))
    languages_of(cuts)
    gated = Cuts(pa.array([ENGLISH, GERMAN]), (cuts, Change(np.array([0, 2]), np.zeros(3, np.int64), NOTHING, NOTHING)))
    edit = Change(np.arange(2), np.array([0, 1, 1]), np.array([0, len(ENGLISH)]), np.array([len(RUSSIAN)]))
    cleaned = Cuts(pa.array([RUSSIAN, GERMAN]), (gated, edit))  # nobody asked between
    assert languages_of(cleaned).codes.to_pylist() == ["ru", "de"]
    assert asked == [ENGLISH, "gone", GERMAN, RUSSIAN]
