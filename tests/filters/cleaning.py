"""What tests of cleaners share."""

import pyarrow as pa

from filters.cuts import Cuts
from filters.edits import apply_edits


def cleaned(cleaner, text):
    """The new text, and (reason, removed text, replacement) of every edit."""
    [new], [edits], _ = cleaned_all(cleaner, [text])
    return new, [(edit["reason"], text[edit["start"] : edit["end"]], edit["replacement"]) for edit in edits]


def cleaned_all(cleaner, texts):
    """New texts, lists of edits and the one signal's values of a batch that is a slice."""
    array = pa.array(["sliced é away", *texts], pa.string()).slice(1)
    edits, signals = cleaner.clean(pa.record_batch({"text": array}), Cuts(array))
    [values] = signals.values()
    return apply_edits(array, edits).to_pylist(), edits.to_pylist(), values.to_pylist()
