"""The page of presets over real pages has each of them, and no other."""

import re
from pathlib import Path

from pipelines.extends import preset_names

PAGE = Path(__file__).parents[2] / "docs" / "presets.md"
AGAIN = "make the page again: benchmarks/presets.py says how"


def test_the_page_has_a_section_for_every_preset():
    assert re.findall(r"^## (\w+)$", PAGE.read_text(), re.MULTILINE) == list(preset_names()), AGAIN


def test_the_summary_has_a_row_for_every_preset():
    rows = re.findall(r"^\| \[(\w+)\]\(#\1\) \| [^|]+ \| [\d,]+ \|", PAGE.read_text(), re.MULTILINE)
    assert rows == list(preset_names()), AGAIN


def test_every_section_says_which_rules_fired():
    sections = re.split(r"^## ", PAGE.read_text(), flags=re.MULTILINE)[1:]
    assert all(
        re.search(r"^\| `\w+/\w+` \| (drop|mask|remove|tag) \| [\d,]+ \|", one, re.MULTILINE) for one in sections
    )
