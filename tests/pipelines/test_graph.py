"""The graph: one for every runner, and no text crosses its shuffles."""

import subprocess
import sys
import textwrap
from pathlib import Path

import apache_beam as beam
import pytest
from apache_beam.runners.portability.fn_api_runner import FnApiRunner, execution
from apache_beam.testing.util import assert_that, equal_to
from runs import configured, rows_of, write_jsonl

from pipelines import star_rounds
from pipelines.engine import execute
from pipelines.engine_request import Engine
from pipelines.preparing import prepare_run
from pipelines.transforms import COUNTERS, Annotate, Decide, FindDuplicates

SECRET = "walrus"
TEXT = f"The {SECRET} of the harbour sings about the tide and about all that the tide brings in. " * 30
CONFIGURATION = """
    inputs: {{web: {folder}/in/*.jsonl}}
    output: {{path: {folder}/out}}
    steps:
      - name: raw
        rules:
          words: {{signal: word_count, minimum: 3}}
          best: {{signal: unique_word_fraction, keep_top: 100%}}
    duplicates: {{of: raw, survivor: [characters desc, fetched_at asc]}}
"""
SHUFFLES = {
    "FindDuplicates/Exchange/BlocksByPartition": "packed hashes of documents",
    "FindDuplicates/FindComponents/CountAll": "counts",
    "FindDuplicates/FindComponents/InOneWorker/AllLinks": "packed links between documents",
    "FindDuplicates/FindComponents/ByRounds": "packed links between documents",
    "FindDuplicates/GroupsByShard": "packed rows of documents with duplicates, and packed edges",
    "Decide/ResolveQuantiles/MergeCounts": "packed counts by value",
    "Decide/ResolveQuantiles/AllCounts": "packed counts by value",
    "Decide/Elect/ByComponent": "rows of numbers and hashes of documents with duplicates",
    "Decide/LosersByShard": "rows of numbers of documents that lost",
    "Decide/MergeLedgers": "counts",
    "Shards": "names of shards",
}


def prepared_for(folder, **options):
    return prepare_run(configured(folder, CONFIGURATION.format(folder=folder), **options))


@pytest.fixture
def prepared(tmp_path):
    """Three shards of documents that hold a word that must not travel, each text in two shards."""
    for shard in range(3):
        write_jsonl(
            tmp_path / "in" / f"{shard}.jsonl", [f"{TEXT} {number // 2}" for number in range(shard, shard + 40)]
        )
    return prepared_for(tmp_path)


@pytest.mark.parametrize("ways", [("files", "memory"), ("blocks", "rounds")])
@pytest.mark.usefixtures("prepared")
def test_no_text_crosses_a_shuffle(tmp_path, monkeypatch, ways):
    monkeypatch.setattr(star_rounds, "MOST_ROUNDS", 2)
    prepared = prepared_for(tmp_path, **{"run.exchange": ways[0], "run.components": ways[1]})
    crossed = []
    append = execution.GroupingBuffer.append
    monkeypatch.setattr(
        execution.GroupingBuffer, "append", lambda self, data: (crossed.append(bytes(data)), append(self, data))
    )
    execute(Engine(prepared.job, prepared.shards, "local", 1))
    assert len(rows_of(prepared.job.output, "removed")) > 50
    assert crossed
    assert not any(SECRET.encode() in data for data in crossed)
    assert sum(map(len, crossed)) < 60_000  # of 300 kB of text


def test_beam_s_counters_carry_the_ledger_s_sums(prepared):
    result = execute(Engine(prepared.job, prepared.shards, "local", 1))
    counters = {
        c.key.metric.name: c.committed
        for c in result.metrics().query()["counters"]
        if c.key.metric.namespace == COUNTERS
    }
    clean, removed = (rows_of(prepared.job.output, folder) for folder in ("clean", "removed"))
    assert counters["records/kept"] == len(clean)
    assert counters["records/removed"] == len(removed)
    assert counters["documents/measured"] == 120
    assert counters["characters/kept"] == sum(len(row["text"]) for row in clean)


def test_the_transforms_serve_in_a_user_s_own_pipeline(prepared):
    with beam.Pipeline(runner=FnApiRunner()) as pipeline:
        start = pipeline | beam.Create(list(enumerate(prepared.shards)), reshuffle=True)
        measured = start | Annotate(prepared.job)
        names = measured | beam.Values() | beam.combiners.ToList() | beam.Map(sorted)
        ledger = measured | FindDuplicates(prepared.job) | Decide(prepared.job)
        assert_that(names, equal_to([["web/0.jsonl", "web/1.jsonl", "web/2.jsonl"]]), label="names")
        assert_that(ledger | beam.Map(lambda found: found["totals"]["records"]["total"]), equal_to([120]))


DATAFLOW = Path(sys.prefix) / "dataflow/bin/python"


@pytest.mark.skipif(
    not DATAFLOW.exists(), reason="the environment with Google's libraries is not here: make test makes it"
)
@pytest.mark.usefixtures("prepared")
def test_the_job_for_dataflow_is_the_same_graph_and_shuffles_small_things_only(tmp_path):
    """Built by the real runner with ``--dry_run``, in the environment that has Google's libraries."""
    import pickle

    options = (
        "--dry_run=True --project=tamis-test --region=europe-west1 --sdk_location=container --job_name=tamis "
        "--temp_location=gs://tamis-test/temp --staging_location=gs://tamis-test/staging"
    )
    prepared = prepared_for(tmp_path, **{"run.runner": "DataflowRunner"})
    engine = Engine(prepared.job, prepared.shards, "DataflowRunner", 1, tuple(options.split()))
    (tmp_path / "engine.pickle").write_bytes(pickle.dumps(engine))
    script = """
        import pickle, sys
        from pipelines.engine import execute
        job = execute(pickle.load(open(sys.argv[1], "rb"))).job
        names = [t.unique_name for t in job.proto_pipeline.components.transforms.values()
                 if t.spec.urn == "beam:transform:group_by_key:v1"]
        leaves = [t.unique_name for t in job.proto_pipeline.components.transforms.values() if not t.subtransforms]
        print("\\n".join(f"shuffle {n}" for n in names))
        print("\\n".join(f"leaf {n}" for n in leaves))
    """
    command = [str(DATAFLOW), "-c", textwrap.dedent(script), str(tmp_path / "engine.pickle")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    shuffles = [line.removeprefix("shuffle ") for line in lines if line.startswith("shuffle ")]
    assert shuffles
    assert {name for name in SHUFFLES if any(s.startswith(name) for s in shuffles)} == set(SHUFFLES)
    assert not [s for s in shuffles if not s.startswith(tuple(SHUFFLES))]
    assert any("Annotate/Measure" in line for line in lines)
    assert not (tmp_path / "out" / "documents").exists()
