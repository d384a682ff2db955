"""The page of other tools' limits names signals that are there, and all that were made for those tools."""

import re
from pathlib import Path

import pytest

from pipelines import factories
from pipelines.catalogue import ANNOTATORS
from pipelines.signal_table import signal_rows

PAGE = Path(__file__).parents[2] / "docs" / "limits.md"
TOOLS = ("nemo_", "juicer_", "slimpajama_")


def table():
    """The rows of the page's table, its head and rule left out."""
    lines = [line for line in PAGE.read_text().splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]


@pytest.fixture
def signals(tmp_path):
    """Every signal of the catalogue, with those of a kind that needs a list."""
    (tmp_path / "words.txt").write_text("word\n")
    listed = factories.build(ANNOTATORS["juicer_words"], "juicer_words", {"words": str(tmp_path / "words.txt")})
    return {row["name"] for row in signal_rows()} | {signal.name for signal in listed.signals}


def test_every_row_says_tool_rule_limit_source_signal_and_counting():
    assert len(table()) > 60
    for row in table():
        assert len(row) == 6, row
        assert all(row), row


def test_every_signal_on_the_page_is_in_the_catalogue(signals):
    named = {row[4].strip("`") for row in table()} - {"none"}
    mentioned = {name for row in table() for name in re.findall(r"`(\w+_(?:count|fraction|length))`", row[5])}
    assert named | mentioned <= signals


def test_every_signal_made_for_a_tool_is_on_the_page(signals):
    named = {row[4].strip("`") for row in table()}
    assert {signal for signal in signals if signal.startswith(TOOLS)} <= named


def test_no_rule_stands_twice():
    rules = [(row[0], row[1]) for row in table()]
    assert len(set(rules)) == len(rules)
