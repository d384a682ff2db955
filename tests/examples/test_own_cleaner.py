import importlib.util
from pathlib import Path

import pytest

from filters.contract import batch_of, check_cleaner
from filters.cuts import Cuts
from filters.edits import apply_edits

PATH = Path(__file__).parents[2] / "examples" / "own_cleaner.py"
SPEC = importlib.util.spec_from_file_location("own_cleaner", PATH)
MODULE = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(MODULE)


def test_a_cleaner_of_ones_own_passes_the_contract_suite():
    check_cleaner(MODULE.Hyphens())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("an exam-\nple of län-\nger words", "an example of länger words"),
        ("Anglo-\nSaxon", "Anglo-\nSaxon"),
        ("pages 12-\n13, and -\nthen", "pages 12-\n13, and -\nthen"),
        ("ends with a hyphen-\n", "ends with a hyphen-\n"),
        ("𝒳 exam-\nple", "𝒳 example"),  # places are counted in characters, not in bytes
    ],
)
def test_divided_words_are_joined(before, after):
    batch = batch_of([before])
    edits, columns = MODULE.Hyphens().clean(batch, Cuts(batch["text"]))
    assert apply_edits(batch["text"], edits).to_pylist() == [after]
    assert columns["hyphens_joined"].to_pylist() == [before.count("-\n") - after.count("-\n")]
