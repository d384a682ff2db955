from pipelines.names import unknown


def test_of_few_names_all_are_said():
    assert unknown("step", "rwa", ["raw", "c4"]) == "unknown step 'rwa'; did you mean 'raw'? Allowed: c4, raw"
    assert unknown("step", "x", []) == "unknown step 'x'; Allowed: none"


def test_of_very_many_those_that_come_near_are_said_and_the_others_counted():
    names = ["word_count", *(f"{letter}{number}" for letter in "abcde" for number in range(10))]
    told = unknown("signal", "wrd_count", names)
    assert told == (
        "unknown signal 'wrd_count'; did you mean 'word_count'? Allowed: word_count and 50 more; "
        "tamis signals names all"
    )
    assert unknown("column", "zzz", names).endswith("Allowed: a0, a1, a2, a3, a4, a5, a6, a7 and 43 more")
