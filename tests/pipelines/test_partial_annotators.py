"""Annotators of a user's own that are not total."""

import pyarrow as pa
import pytest
from runs import configured, prose, write_jsonl

from filters.errors import RunError
from filters.signals import Signal
from pipelines.job import tools
from pipelines.measuring_chunks import measure_chunk
from pipelines.preparing import prepare_run
from storage.shards import read_shard

CONFIGURATION = """
    inputs: {{web: {folder}/in}}
    output: {{path: {folder}/out}}
    annotators: {{own: {{kind: "{file}:Own", {parameters}}}}}
    steps:
      - name: raw
        measure: [own]
"""


class Own:
    """Breaks its promises in one way or another."""

    reads = "text"
    fingerprint = "own/1"
    signals = (Signal("length", pa.int64(), "characters", "characters", "this test"),)

    def __init__(self, fault: str) -> None:
        self.fault = fault

    def annotate(self, batch, cuts):
        texts = batch.column("text").to_pylist()
        if self.fault == "raises" and any(text.startswith("poison") for text in texts):
            raise KeyError("poison")
        if self.fault == "raises always":
            raise KeyError("anything")
        if self.fault == "forgets":
            return {}
        lengths = [len(text) for text in texts]
        return {"length": pa.array(lengths[1:] if self.fault == "loses" else lengths, pa.int64())}


def measured(tmp_path, fault, texts):
    write_jsonl(tmp_path / "in" / "a.jsonl", texts)
    text = CONFIGURATION.format(folder=tmp_path, file=__file__, parameters=f'fault: "{fault}"')
    prepared = prepare_run(configured(tmp_path, text))
    kit = tools(prepared.job)
    (chunk,) = read_shard(prepared.shards[0], kit.inputs["web"], kit.limits)
    return measure_chunk(kit, prepared.shards[0].name, chunk)


def test_a_document_on_which_an_annotator_raises_fails_alone_and_by_name(tmp_path):
    found = measured(tmp_path, "raises", [prose(1), "poison one", prose(2), "poison two"])
    assert found.documents.column("row").to_pylist() == [0, 2]
    assert found.annotations.column("length@raw").to_pylist() == [len(prose(1)), len(prose(2))]
    assert [(f.row, f.error, f.first_bytes) for f in found.failures] == [
        (1, "annotator_failed", b"poison one"),
        (3, "annotator_failed", b"poison two"),
    ]
    assert found.failures[0].message == (
        "raw/Own raised KeyError: 'poison'; an annotator must be total: "
        "mend it and try it with filters.contract.check_annotator"
    )


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("raises always", "raw/Own raised KeyError: 'anything'"),
        ("forgets", "raw/Own gave no values of 'length' for 2 documents"),
        ("loses", "raw/Own gave 1 values of 'length' for 2 documents"),
    ],
)
def test_an_annotator_that_breaks_on_any_batch_fails_the_run_at_once(tmp_path, fault, message):
    with pytest.raises(RunError, match=message):
        measured(tmp_path, fault, [prose(1), prose(2)])
