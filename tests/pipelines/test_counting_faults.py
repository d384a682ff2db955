"""Runs of several passes that are killed in each of them: not a byte differs from a run that nobody disturbed."""

import signal
import textwrap
from pathlib import Path
from string import ascii_lowercase

import pytest
from commands import kill_count, processes_of, told, wait_until
from runs import configured, digests, here, prose, rows_of, write_jsonl

from pipelines.running import run

pytestmark = pytest.mark.faults

CONFIGURATION = """
    inputs: {{web: {folder}/in}}
    output: {{path: {output}}}
    cleaners: {{common_lines: {{kind: corpus_lines, documents: 3, characters: 20}}}}
    annotators: {{shared_passages: {{kind: corpus_passages, tokens: 20, most: 1.0}}, fragile: {{kind: {own}:Fragile}}}}
    steps:
      - {{name: raw, clean: [common_lines]}}
      - name: last
        measure: [fragile]
        rules:
          passages: {{spans: shared_passages, action: remove}}
    duplicates: {{of: raw}}
    limits: {{chunk_rows: 4}}
    budget: {{failed_records: 100%}}
    run: {{workers: 1, seconds_per_batch: 60}}
"""
KILLED = {
    "filters.measuring:count_pieces": [9],
    "pipelines.corpus_counts:count_partition": [3],
    "storage.files:commit": [21],
}
"""At which calls: in a pass that counts, in the exchange behind it, and after a file of a later pass."""

FOLDERS = (
    "extracted",
    "counts",
    "documents",
    "annotations",
    "groups",
    "clean",
    "removed",
    "failed",
    "decisions",
    "ledger",
)


def configuration(folder):
    return CONFIGURATION.format(folder=folder, output=folder / "out", own=Path(__file__).with_name("poisoned.py"))


def write_corpus(folder, poison=None):
    """Four shards of seven documents, each of which has a line and sentences of others."""
    for k in range(4):
        own = [" ".join(f"{'abcd'[k]}{'efghijk'[i]}{letter}" for letter in ascii_lowercase) for i in range(7)]
        documents = [f"{words} {prose(i, 1)}\nShare this page with all your friends" for i, words in enumerate(own)]
        write_jsonl(folder / "in" / f"{k}.jsonl", [*documents[:6], poison if poison and k == 2 else documents[6]])
    (folder / "tamis.yaml").write_text(textwrap.dedent(configuration(folder)))


@pytest.fixture(scope="module")
def left_alone(tmp_path_factory):
    folder = tmp_path_factory.mktemp("alone")
    write_corpus(folder)
    with pytest.MonkeyPatch.context() as monkeypatch:
        here(monkeypatch)
        run(configured(folder, configuration(folder)))
    found = digests(folder / "out", FOLDERS)
    assert any(row["edits"] for row in rows_of(folder / "out", "annotations"))
    assert any(row["shared_passages@last"] for row in rows_of(folder / "out", "annotations"))
    return found


@pytest.fixture
def corpus(tmp_path):
    write_corpus(tmp_path)
    return tmp_path


def test_workers_killed_in_every_pass_cost_no_byte(corpus, left_alone):
    status, output = told(corpus, "--workers", 2, kills=KILLED)
    assert status == 0, output
    assert kill_count(corpus) == sum(map(len, KILLED.values()))
    assert digests(corpus / "out", FOLDERS) == left_alone
    assert processes_of(corpus) == []


def test_the_driver_killed_between_the_passes_goes_on_by_the_same_command(corpus, left_alone):
    kills = {"pipelines.corpus_counts:write_shard_counts": [6]}
    status, output = told(corpus, kills=kills, victim="driver")
    assert status == -signal.SIGKILL, output
    wait_until(lambda: processes_of(corpus) == [], 5)
    status, output = told(corpus)
    assert status == 0, output
    assert digests(corpus / "out", FOLDERS) == left_alone


def test_a_document_that_kills_in_the_last_pass_fails_alone(tmp_path):
    write_corpus(tmp_path, "kill it\nShare this page with all your friends")
    status, output = told(tmp_path)
    assert status == 0, output
    assert [(row["shard"], row["row"], row["error"]) for row in rows_of(tmp_path / "out", "failed")] == [
        ("web/2.jsonl", 6, "crashed")
    ]
    assert len(rows_of(tmp_path / "out", "documents")) == 27
