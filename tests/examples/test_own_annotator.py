import importlib.util
from pathlib import Path

from filters.contract import batch_of, check_annotator
from filters.cuts import Cuts

PATH = Path(__file__).parents[2] / "examples" / "own_annotator.py"
SPEC = importlib.util.spec_from_file_location("own_annotator", PATH)
MODULE = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(MODULE)


def test_an_annotator_of_ones_own_passes_the_contract_suite():
    check_annotator(MODULE.Shouting())


def test_the_share_of_exclamation_marks_is_null_without_text():
    batch = batch_of(["No", "Oh!!", "", "é!"])
    values = MODULE.Shouting().annotate(batch, Cuts(batch["text"]))["exclamation_fraction"]
    assert values.to_pylist() == [0.0, 0.5, None, 0.5]
