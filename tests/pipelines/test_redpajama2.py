"""The preset of RedPajama v2 judges texts at, just below and just above its limits."""

import pytest
from runs import configured, here, rows_of, write_jsonl

from pipelines.running import run

PROSE = (
    "My grandmother kept a small garden behind her house, where she grew beans, onions and the sweetest strawberries "
    "that anyone in our village had ever tasted. Every summer we would visit for two weeks and help with watering "
    "before breakfast, because later it became much too hot outside for any kind of heavy work."
)
WORDS = PROSE.split()
LINES = [" ".join(WORDS[first : first + 5]) for first in range(0, 50, 5)]

TEXTS = {
    "fifty words": (" ".join(WORDS[:50]), set()),
    "forty-nine words": (" ".join(WORDS[:49]), {"words"}),
    "nine bullets of ten": ("\n".join([*(f"• {line}" for line in LINES[:9]), LINES[9]]), set()),
    "ten bullets of ten": ("\n".join(f"• {line}" for line in LINES), {"bullet_lines"}),
    "three ellipses of ten": ("\n".join([*(f"{line}..." for line in LINES[:3]), *LINES[3:]]), set()),
    "four ellipses of ten": ("\n".join([*(f"{line}..." for line in LINES[:4]), *LINES[4:]]), {"ellipsis_lines"}),
    "few hashes": (PROSE + " #" * 5, set()),
    "many hashes": (PROSE.replace(",", "").replace(".", "") + " #" * 7, {"symbols"}),
}


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    folder = tmp_path_factory.mktemp("redpajama2")
    write_jsonl(folder / "a.jsonl", [text for text, _ in TEXTS.values()])
    with pytest.MonkeyPatch.context() as monkeypatch:
        here(monkeypatch)
        run(
            configured(
                folder, f"extends: redpajama2\ninputs: {{a: {folder}/a.jsonl}}\noutput: {{path: {folder}/out}}\n"
            )
        )
    return rows_of(folder / "out", "decisions")


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_has_the_verdict_of_the_rules_that_it_breaks(judged, name):
    row = judged[list(TEXTS).index(name)]
    assert {reason["rule"].removeprefix("raw/") for reason in row["reasons"]} == TEXTS[name][1]
