"""The quarantine, whose processes are killed at chosen calls."""

import json
import os
from pathlib import Path

import pytest
from commands import KILLING
from runs import configured, prose, write_jsonl

from pipelines.job import tools
from pipelines.measuring_chunks import measure_chunk
from pipelines.preparing import prepare_run
from pipelines.quarantine import Quarantine
from storage.shards import read_shard

CONFIGURATION = """
    inputs: {{web: {folder}/in}}
    output: {{path: {folder}/out}}
    steps:
      - name: raw
        rules:
          words: {{signal: word_count, minimum: 20}}
    limits: {{chunk_rows: 2}}
"""


@pytest.fixture
def prepared(tmp_path):
    write_jsonl(tmp_path / "in" / "a.jsonl", [prose(k) for k in range(5)])
    return prepare_run(configured(tmp_path, CONFIGURATION.format(folder=tmp_path)))


@pytest.fixture
def kills(tmp_path, monkeypatch):
    """Lets processes that are started from now on be killed at calls."""

    def _kills(**calls):
        (tmp_path / "counts").mkdir(exist_ok=True)
        places = {name.replace("__", ":").replace("_in_", "."): numbers for name, numbers in calls.items()}
        orders = {"folder": str(tmp_path / "counts"), "victim": "worker", "calls": places}
        monkeypatch.setenv("TAMIS_KILLS", json.dumps(orders))
        monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, (KILLING, os.environ.get("PYTHONPATH")))))

    return _kills


def read(prepared):
    kit = tools(prepared.job)
    return list(read_shard(prepared.shards[0], kit.inputs["web"], kit.limits))


def test_a_process_that_dies_for_another_reason_costs_no_record(prepared, kills):
    expected = read(prepared)
    kills(storage_in_shards__Gatherer=[1], filters_in_measuring__measure=[4])
    with Quarantine(prepared.job, prepared.shards[0], 60) as quarantine:
        chunks = list(quarantine.chunks())
        measured = quarantine.measure(chunks[0])
    assert chunks == expected
    wanted = measure_chunk(tools(prepared.job), prepared.shards[0].name, expected[0])
    assert (measured.documents, measured.annotations) == (wanted.documents, wanted.annotations)
    assert measured.failures == ()


def test_a_shard_that_ends_its_reader_twice_is_a_failure_from_there_on(prepared, kills):
    kills(storage_in_shards__Gatherer=[1, 2])
    with Quarantine(prepared.job, prepared.shards[0], 60) as quarantine:
        (chunk,) = quarantine.chunks()
    (failure,) = chunk.failures
    assert (chunk.records.num_rows, failure.row, failure.error) == (0, 0, "unreadable_shard")
    assert failure.message == "reading on from here ended its process with status -9"


def test_a_document_that_ends_its_process_twice_is_a_failure(prepared, kills):
    """Calls of a measuring process: warming up, no record, the first record; then anew, without the second call."""
    (first, *_) = read(prepared)
    kills(filters_in_measuring__measure=[3, 5])
    with Quarantine(prepared.job, prepared.shards[0], 60) as quarantine:
        measured = quarantine.measure(first)
    assert measured.documents.column("row").to_pylist() == [1]
    ((failure),) = measured.failures
    assert (failure.row, failure.error) == (0, "crashed")
    assert failure.first_bytes == prose(0).encode()[:200]
    assert Path(prepared.job.output).exists()
