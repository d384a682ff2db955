from types import SimpleNamespace

from filters.policy import Duplicates, Policy, Rule, Step
from pipelines.reading import needed_columns


def test_the_first_column_of_a_signal_is_the_first_measured_though_names_are_sorted():
    steps = (Step("raw"), Step("fine", rules=(Rule("words", "word_count", minimum=1),)))
    kit = SimpleNamespace(
        policy=Policy(steps, Duplicates("raw", survivor=(("score", True),))),
        configuration=SimpleNamespace(output=SimpleNamespace(signals=("word_count@raw",))),
        measured=SimpleNamespace(
            columns={"language@fine": 3, "language@raw": 1, "score@fine": 3, "score@raw": 1, "word_count@fine": 4,
                     "word_count@raw": 2}
        ),
    )  # fmt: skip
    wanted = ["language@raw", "score@raw", "word_count@raw", "language@fine", "score@fine", "word_count@fine"]
    assert [name for name in needed_columns(kit) if "@" in name] == wanted
