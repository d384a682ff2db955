import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from classifiers.screen import Screen
from classifiers.screen_training import drawn_companions, limit_for, main, scores_of, train
from filters.errors import InputError


def made_texts(count, seed):
    """Sentences of made words; a third of them holds one of three bad pairs, and its words alone are harmless."""
    draw = np.random.default_rng(seed)
    calm = [f"{a}{b}{c}" for a in ("ka", "lo", "mi", "ne") for b in ("ra", "to", "su") for c in ("n", "l", "x")]
    texts, targets = [], []
    for k in range(count):
        words = [calm[place] for place in draw.integers(0, len(calm), draw.integers(6, 30))]
        if k % 3 == 0:
            place = int(draw.integers(0, len(words)))
            words[place:place] = [("vile", "foul", "nasty")[int(draw.integers(0, 3))], "creature"]
        texts.append(" ".join(words))
        targets.append(float(k % 3 == 0))
    return pa.array(texts), np.array(targets, np.float32)


TEXTS, TARGETS = made_texts(900, 1)
ONES = np.ones(len(TARGETS), np.float32)


def test_a_trained_screen_finds_what_it_was_taught_in_new_texts_however_long_and_disguised():
    screen = train(TEXTS, TARGETS, ONES)
    texts, targets = made_texts(300, 2)
    found = scores_of(screen, texts)
    assert found[targets > 0.5].min() > found[targets < 0.5].max()
    around = " ".join(["karan lotol misux neran"] * 50)
    disguised = scores_of(screen, pa.array([around, f"{around} v1le creeeeature {around}", f"{around} foul {around}"]))
    assert disguised[1] > 0.5 > disguised[0]


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path):
    for name, seed in (("a", 0), ("b", 0), ("c", 1)):
        train(TEXTS, TARGETS, ONES, seed).save(tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert (tmp_path / "a").read_bytes() != (tmp_path / "c").read_bytes()


def test_no_texts_or_none_with_a_word_give_a_screen_that_says_nothing():
    for texts in (pa.array([], pa.string()), pa.array(["", "..."])):
        screen = train(texts, np.ones(len(texts), np.float32), np.ones(len(texts), np.float32))
        assert not screen.table.any()
        assert len(set(scores_of(screen, pa.array(["one", "another"])).tolist())) == 1


def test_companions_are_drawn_by_their_size_and_missing_where_none_is_harmless():
    draw = np.random.default_rng(0)
    drawn = drawn_companions(draw, np.array([4, 7, 9]), np.array([1.0, 0.0, 3.0]), 20_000)
    shares = [(drawn == text).mean() for text in (-1, 4, 7, 9)]
    assert shares == pytest.approx([0.1, 0.225, 0, 0.675], abs=0.02)
    assert drawn_companions(draw, np.array([], np.int64), np.array([]), 3).tolist() == [-1, -1, -1]


def test_a_limit_is_the_highest_that_keeps_the_recall():
    scores = np.array([0.9, 0.8, 0.7, 0.6, 0.95], np.float32)
    targets = np.array([1, 0.5, 1, 0.9, 0.4], np.float32)
    assert limit_for(1.0, scores, targets) == pytest.approx(0.6)
    assert limit_for(0.75, scores, targets) == pytest.approx(0.7)
    assert limit_for(0.76, scores, targets) == pytest.approx(0.6)
    assert limit_for(0.5, scores, targets) == pytest.approx(0.8)
    with pytest.raises(InputError, match=r"no text has a target of 0\.5"):
        limit_for(0.9, scores, np.zeros(5, np.float32))


def test_the_command_writes_the_screen_and_prints_both_tables_of_a_held_out_tenth(tmp_path, capsys):
    table = pa.table({"text": TEXTS, "target": TARGETS, "weight": ONES, "source": ["made"] * len(TEXTS)})
    pq.write_table(table, tmp_path / "texts.parquet")
    main([str(tmp_path / "texts.parquet"), str(tmp_path / "screen.npz")])
    printed = capsys.readouterr().out
    assert "| recall | limit | passed of all | of made |" in printed
    assert "| passed of made | limit | recall of all | of made |" in printed
    assert "| 0.99 |" in printed
    assert isinstance(Screen.load(tmp_path / "screen.npz"), Screen)


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"text": ["a"], "label": [1.0]}, r"lack \['target'\]"),
        ({"text": ["a", None], "target": [1.0, 0.0]}, "have a null"),
        ({"text": ["a"], "target": [1.5]}, "a target outside 0 to 1"),
        ({"text": ["a"], "target": [1.0], "weight": [None]}, "no finite weight"),
    ],
)
def test_texts_that_cannot_be_trained_on_are_named_with_the_mend(tmp_path, columns, said):
    path = tmp_path / "texts.parquet"
    types = {"text": pa.string(), "label": pa.float64(), "target": pa.float64(), "weight": pa.float64()}
    pq.write_table(pa.table({name: pa.array(values, types[name]) for name, values in columns.items()}), path)
    with pytest.raises(InputError, match=said):
        main([str(path), str(tmp_path / "screen.npz")])


def test_an_absent_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"absent\.parquet' cannot be read as Parquet"):
        main([str(tmp_path / "absent.parquet"), str(tmp_path / "screen.npz")])
