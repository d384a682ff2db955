import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.counterfactual import augmented, counterfactual_sets, identities
from filters.errors import ConfigurationError
from filters.hostile_texts import HOSTILE_TEXTS


def about(text, axis, group):
    return identities().about(text, axis, group)


def test_every_form_of_a_group_is_replaced_by_the_same_form_of_the_other():
    text = "I am a Jew, and Jewish people love Judaism; Jews pray in a synagogue."
    assert (
        about(text, "religion", "muslims") == "I am a Muslim, and Muslim people love Islam; Muslims pray in a mosque."
    )


def test_case_and_article_follow():
    assert about("A white man.", "race", "asian") == "An Asian man."
    assert about("an asian man", "race", "white") == "a white man"
    assert about("HE IS AN OLD MAN", "age", "elderly") == "HE IS AN ELDERLY MAN"
    assert about("HE IS AN ELDERLY MAN", "age", "young") == "HE IS A YOUNG MAN"
    assert about("Gay people are people.", "orientation", "straight") == "Straight people are people."
    assert about("those muslims", "religion", "jews") == "those jews"


def test_an_adjective_stands_for_people_only_before_people():
    assert about("white paper", "race", "black") is None
    assert about("a straight line", "orientation", "gay") is None
    assert about("white people write on white paper", "race", "black") == "black people write on white paper"


def test_a_text_about_two_groups_of_an_axis_is_left_as_it_is():
    assert about("women and men", "gender", "men") is None
    assert identities().group("women and men", "gender") is None
    assert about("women and gay men", "orientation", "straight") == "women and straight men"


def test_a_word_of_two_forms_cannot_be_turned():
    assert about("She saw her.", "gender", "men") is None
    assert about("He saw him.", "gender", "women") == "She saw her."
    assert about("That is his.", "gender", "women") is None  # his book, or a book of his


def test_a_form_that_the_other_group_lacks_cannot_be_turned():
    assert about("the gays", "orientation", "straight") is None
    assert about("the gays", "orientation", "bisexual") == "the bisexuals"


def test_parts_of_words_are_no_mentions():
    for text in ("mankind", "a womanly she-wolf", "Jewsome", "this"):
        assert identities().group(text, "gender") is None
        assert identities().group(text, "religion") is None


def test_every_list_can_be_turned_from_every_group():
    for axis, groups in identities().axes.items():
        for group, forms in groups.items():
            text = f"They met {forms['adjective']} people."
            assert identities().group(text, axis) == group
            others = identities().counterfactuals(text, [axis])
            assert [made.group for made in others] == [other for other in groups if other != group]
            for made in others:
                assert about(made.text, axis, group) == text


@given(st.text(alphabet="a MnweohsrJIl-.'", max_size=40))
def test_turning_back_gives_the_text_again_but_for_case_and_article(text):
    for axis in ("gender", "religion"):
        own = identities().group(text, axis)
        for made in identities().counterfactuals(text, [axis]):
            back = about(made.text, axis, own)
            assert back is None or back.lower().replace("an ", "a ") == text.lower().replace("an ", "a ")


def test_any_text_can_be_asked_for():
    for text in HOSTILE_TEXTS:
        assert isinstance(identities().counterfactuals(text[:20_000], identities().axes), list)


def test_rows_are_doubled_with_their_labels():
    table = pa.table({"text": ["black people", "no identity"], "toxicity": [0.0, 1.0], "group": ["g", None]})
    doubled = augmented(table, ["race", "gender"], copies=2, seed=1)
    assert doubled.slice(0, 2) == table
    assert doubled["toxicity"].to_pylist()[2:] == [0.0, 0.0]
    assert doubled["group"].to_pylist()[2:] == ["g", "g"]
    made = doubled["text"].to_pylist()[2:]
    assert len(set(made)) == 2
    assert all(text.endswith(" people") and text != "black people" for text in made)
    assert augmented(table, ["race"], copies=2, seed=1) == augmented(table, ["race"], copies=2, seed=1)
    drawn = {augmented(table, ["race"], copies=1, seed=seed)["text"][2].as_py() for seed in range(20)}
    assert len(drawn) > 2


def test_nothing_is_said_of_marked_words_in_copies():
    table = pa.table({"text": ["A woman walks.", "Rain."], "words": pa.array([[2, 3], []], pa.list_(pa.int64()))})
    assert augmented(table, ["gender"], copies=1, seed=1)["words"].to_pylist() == [[2, 3], [], None]


def test_sets_hold_a_text_and_its_counterfactuals():
    sets = counterfactual_sets(["gay men", "gay men", "nothing"], ["gender", "orientation"])
    by_set = {}
    for row in sets.to_pylist():
        by_set.setdefault(row["set"], []).append((row["axis"], row["group"], row["text"]))
    assert by_set[0] == [("gender", "men", "gay men"), ("gender", "women", "gay women")]
    assert {axis for axis, _, _ in by_set[1]} == {"orientation"}
    assert ("orientation", "straight", "straight men") in by_set[1]
    assert len(by_set) == 2
    assert counterfactual_sets([], ["gender"]).num_rows == 0


def test_an_axis_without_a_list_is_refused():
    with pytest.raises(ConfigurationError, match="no list of identities for 'height'; axes: gender, race"):
        counterfactual_sets(["a"], ["height"])
