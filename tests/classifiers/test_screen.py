import math
import unicodedata

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers.screen import BITS, STRETCH, STRIDE, UNITS, WIDTH, Screen
from classifiers.screen_folding import character_fold
from classifiers.screen_training import scores_of
from filters.contract import HOSTILE_TEXTS
from filters.errors import InputError

FOLD = character_fold()


def made_screen(seed=3):
    """A screen of random weights: whatever feature differs, the score does."""
    draw = np.random.default_rng(seed)
    table = draw.integers(-127, 128, (1 << BITS, WIDTH)).astype(np.int8)
    return Screen(FOLD, table, (draw.normal(0, 0.01, (UNITS + 1, WIDTH + 2))).astype(np.float32))


SCREEN = made_screen()


def scores(*texts):
    return scores_of(SCREEN, pa.array(texts, pa.string())).tolist()


def plain_words(text):
    """The words of a text, folded as the screen folds them: the slow way, over a list of characters."""
    signs = [(0 if ord(c) >= len(FOLD) else int(FOLD[ord(c)]), ord(c)) for c in text]
    ascii_letter = [97 <= kind <= 122 for kind, _ in signs] + [False] * 3
    kinds = [kind for kind, _ in signs] + [0] * 3
    words, word, alphabetic, gap, spaced = [], [], 0, False, True
    k = 0
    while k < len(signs):
        kind, code = signs[k]
        inside = kind != 0
        if kind == ord("$"):
            inside = ascii_letter[k + 1] or (bool(word) and ord("$") in (word[-1], kinds[k + 1]))
        elif kind in b"!*@":
            inside = bool(word) and (
                ascii_letter[k + 1] or (kind == ord("*") and len(word) == 1 and kinds[k + 1] == ord("*"))
            )
        k += 1
        ended = False
        if not inside and word:
            joined = spaced and not gap and code != 10 and ascii_letter[k] and kinds[k + 1] == 0
            gap, ended = joined, not joined
        elif inside and kind != 1:
            letter = code if kind == 2 else kind
            if word[-2:] != [letter, letter]:
                spaced = spaced and (not word or gap)
                gap = False
                alphabetic += kind == 2 or 97 <= kind <= 122
                word.append(letter)
        if word and (ended or k == len(signs) or len(word) == 40):
            read = dict(zip(b"013457@$!", b"oieastasi", strict=True))
            words.append([read.get(letter, letter) for letter in word] if alphabetic else None)
            word, alphabetic, gap, spaced = [], 0, False, True
    return words


def plain_features(words):
    """The rows of the table that each word names."""
    high = (1 << 64) - 1

    def chained(first, letters):
        for letter in letters:
            first = ((first ^ letter) * 0x100000001B3) & high
        return first

    def row(part):
        return (((part ^ (part >> 32)) * 0xFF51AFD7ED558CCD) & high) >> (64 - BITS)

    found, before = [], 7
    for word in words:
        whole = chained(0xCBF29CE484222325, word) if word else 48 * 0x100000001B3
        rows = [row(whole), row((before * 0x9E3779B97F4A7C15 + whole) & high)]
        if word:
            ends = [60, *word, 62]
            for n in (3, 4):
                rows += [row(chained(0xCBF29CE484227770, ends[k : k + n])) for k in range(len(ends) - n + 1)]
        found.append(rows)
        before = whole
    return found


def plain_score(text, screen=SCREEN):
    """The score by its definition."""
    sums = [screen.table[rows].astype(int).sum(axis=0) for rows in plain_features(plain_words(text))]
    if not sums:
        return 0.0
    last = max(STRETCH, len(sums))
    ends = sorted({*range(STRETCH, last + 1, STRIDE), last})
    logits = []
    for end in ends:
        inside = sums[end - STRETCH : end]
        total = np.sum(inside, axis=0) / math.sqrt(len(inside) + 1)
        given = screen.layers[:, :WIDTH].astype(float) @ total + screen.layers[:, WIDTH]
        given[:-1] = np.maximum(given[:-1], 0)
        logits.append(float(given @ screen.layers[:, WIDTH + 1]))
    return 1 / (1 + math.exp(-max(logits)))


def test_characters_are_read_as_the_letters_that_they_stand_for():
    read = {character: int(FOLD[ord(character)]) for character in "Aéаｆ𝐟9٣$本🐒 .-’\u200b\u0301"}
    assert [chr(read[character]) for character in "Aéаｆ𝐟9٣$"] == ["a", "e", "a", "f", "f", "9", "0", "$"]
    assert [read[character] for character in "本🐒"] == [2, 2]
    assert [read[character] for character in " .-"] == [0, 0, 0]
    assert [read[character] for character in "’\u200b\u0301"] == [1, 1, 1]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("You IDIOT", "you idiot"),
        ("1d10t", "idiot"),
        ("id!ot", "idiot"),
        ("a$$", "ass"),
        ("$hit", "shit"),
        ("idiooooot", "idioot"),
        ("i d i o t", "idiot"),
        ("i.d.i.o.t", "idiot"),
        ("ídíöt", "idiot"),
        ("idi\u200bot", "idiot"),
        ("don't", "dont"),
        ("ｉｄｉｏｔ", "idiot"),
        ("hello, world!", "hello world"),
        ("wow! (so)", "wow so"),
    ],
)
def test_disguised_words_are_read_as_plain_ones(written, read):
    assert [bytes(word).decode() for word in plain_words(written)] == read.split()
    assert scores(written) == scores(read)


def test_letters_on_two_lines_or_two_signs_apart_are_no_word():
    assert plain_words("a\nb c") == [[97], [98, 99]]
    assert scores("x\ny") != scores("xy")
    assert scores("x, y") != scores("xy")


def test_numbers_are_one_word_whatever_their_digits():
    assert scores("in 1984") == scores("in 7")
    assert scores("in 1984") != scores("in")


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(), st.text("aabi1$!*@ .\n'é🐒本\u200b", max_size=80)))
def test_scores_are_those_of_the_plain_twin(text):
    assert scores(text)[0] == pytest.approx(plain_score(text), abs=2e-4)


def test_hostile_texts_have_a_score_from_0_to_1_and_those_without_words_0():
    found = scores(*HOSTILE_TEXTS)
    assert all(0 <= score <= 1 for score in found)
    for text, score in zip(HOSTILE_TEXTS, found, strict=True):
        assert score == pytest.approx(plain_score(text), abs=2e-4), text[:40]
    assert scores("", " ", "...", "\u0301\u200b") == [0, 0, 0, 0]


def test_a_score_is_a_function_of_the_text_s_bytes_alone():
    texts = [text for text in HOSTILE_TEXTS if len(text) < 2000]
    alone = [scores(text)[0] for text in texts]
    assert scores(*reversed(texts)) == alone[::-1]
    data = np.frombuffer("zeta ünd alpha".encode(), np.uint8)
    inner = SCREEN.scores(data, np.array([5]), np.array([9]))
    assert inner.tolist() == scores("ünd")


def test_words_around_do_not_dilute_a_stretch():
    toxic = " ".join(f"bad{chr(97 + k)}" for k in range(STRETCH))
    around = " ".join(f"calm{chr(97 + k % 26)}{chr(97 + k // 26)}" for k in range(100))
    longer = scores_of(SCREEN, pa.array([toxic, f"{toxic} {around}"]))
    assert longer[1] >= longer[0]


def test_a_score_is_worked_by_hand():
    table = np.zeros((1 << BITS, WIDTH), np.int8)
    layers = np.zeros((UNITS + 1, WIDTH + 2), np.float32)
    [rows] = plain_features(plain_words("idiot"))
    table[rows[0], 0] = 100  # the word alone
    layers[0, :] = [0.01, *[0] * 7, -0.5, 2]  # a rectified unit: 2 * max(0, sum / 100 - 0.5)
    layers[-1, WIDTH:] = [-3, 1]
    screen = Screen(FOLD, table, layers)
    harmless, one, nine = scores_of(screen, pa.array(["fine day", "idiot", "x1 idiot x3 x4 x5 x6 x7 x8 x9"])).tolist()
    assert harmless == pytest.approx(1 / (1 + math.exp(3)))
    assert one == pytest.approx(1 / (1 + math.exp(-(2 * (1 / math.sqrt(2) - 0.5) - 3))))
    assert nine == pytest.approx(1 / (1 + math.exp(3)))  # a third of 1 is below the unit's 0.5


def test_a_saved_screen_comes_back_and_the_same_screen_is_the_same_file(tmp_path):
    SCREEN.save(tmp_path / "a.npz")
    SCREEN.save(tmp_path / "b.npz")
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    loaded = Screen.load(tmp_path / "a.npz")
    for name in ("fold", "table", "layers"):
        np.testing.assert_array_equal(getattr(loaded, name), getattr(SCREEN, name))


def test_files_that_are_no_screen_are_refused_by_name(tmp_path):
    good = tmp_path / "good.npz"
    SCREEN.save(good)
    whole = dict(np.load(good))
    cut, text, pickled, other = (tmp_path / f"{name}.npz" for name in ("cut", "text", "pickled", "other"))
    cut.write_bytes(good.read_bytes()[:1000])
    text.write_text("no screen")
    np.savez(pickled, **{**whole, "table": np.array([{}], object)})
    np.savez(other, **{name: array for name, array in whole.items() if name != "fold"})
    for path in (cut, text, pickled, other, tmp_path / "absent.npz"):
        with pytest.raises(InputError, match=rf"screen '.*{path.name}' cannot be read .*make it again"):
            Screen.load(path)


@pytest.mark.parametrize(
    ("name", "array", "said"),
    [
        ("format", np.int64(2), "its format is 2, allowed is 1"),
        ("table", np.zeros((4, WIDTH), np.int8), r"its table is int8 \(4, 8\)"),
        ("layers", np.zeros((UNITS + 1, WIDTH + 2)), "its layers is float64"),
        ("layers", np.full((UNITS + 1, WIDTH + 2), np.nan, np.float32), "not finite"),
    ],
)
def test_screens_of_another_format_or_shape_are_refused(tmp_path, name, array, said):
    path = tmp_path / "screen.npz"
    SCREEN.save(path)
    np.savez(path, **{**dict(np.load(path)), name: array})
    with pytest.raises(InputError, match=said):
        Screen.load(path)


def test_the_fold_of_assigned_characters_is_that_of_unicode_s_stable_forms():
    for character in "ﬁǅẞ½ｚ":
        simple = unicodedata.normalize("NFKD", character)[0].lower()[0]
        assert int(FOLD[ord(character)]) == (ord(simple) if simple.isascii() else 2)
