"""A configuration elsewhere extends a preset of one's own, with an annotator and a cleaner of one's own."""

from pathlib import Path

import pytest
from judged import findings

EXAMPLES = Path(__file__).parents[2] / "examples"
PROSE = (
    "The harbour was quiet when the boats came back, and the people of the town went down to the water to meet them, "
    "but nobody had expected so many fish at this time of the year, and the market stayed open until it was dark."
)


@pytest.fixture
def configuration(tmp_path):
    path = tmp_path / "books.yaml"
    path.write_text(f"extends: {EXAMPLES / 'own_preset.yaml'}\nsteps: [{{name: raw, rules: {{stop_words: null}}}}]\n")
    return str(path)


def test_rules_of_the_preset_and_of_what_it_extends_are_judged(configuration):
    texts = [PROSE, PROSE + "!" * 20, " ".join(PROSE.split()[:29]), " ".join(PROSE.split()[:30])]
    assert findings(configuration, texts) == [set(), {"shouting"}, {"words"}, set()]


def test_words_are_joined_before_they_are_counted(configuration):
    start = " ".join(PROSE.split()[:28])
    assert findings(configuration, [f"{start} to-\nmorrow", f"{start} to-\nMorrow"]) == [{"words"}, set()]
