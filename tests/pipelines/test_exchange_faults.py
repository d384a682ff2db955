"""A worker that is killed in the middle of the exchange, with near duplicates, costs no byte; nor do two workers."""

import textwrap

import pytest
from commands import kill_count, processes_of, told
from runs import configured, digests, here, write_jsonl
from test_exchange_ways import documents

from pipelines.running import run

pytestmark = pytest.mark.faults

CONFIGURATION = """
    inputs: {{web: {folder}/in}}
    output: {{path: {folder}/out}}
    steps: [{{name: raw}}]
    duplicates: {{of: raw, near: {{bands: 14, rows: 8}}}}
    run: {{workers: 1}}
"""
KILLS = {"pipelines.exchange:find_edges": [2]}


@pytest.fixture
def corpus(tmp_path, monkeypatch):
    """A folder of shards, and the digests of a run by one worker that nothing disturbed."""
    found = documents()
    for number, name in enumerate("abc"):
        write_jsonl(tmp_path / "in" / f"{name}.jsonl", found[number::3])
    text = CONFIGURATION.format(folder=tmp_path)
    (tmp_path / "tamis.yaml").write_text(textwrap.dedent(text))
    with monkeypatch.context() as patched:
        here(patched)
        run(configured(tmp_path, text, **{"output.path": str(tmp_path / "alone")}))
    return tmp_path, digests(tmp_path / "alone")


@pytest.mark.parametrize("ways", [("files", "memory"), ("blocks", "rounds")])
def test_a_worker_killed_in_the_exchange_costs_no_byte(corpus, ways):
    folder, wanted = corpus
    settings = ["--set", f"run.exchange={ways[0]}", "--set", f"run.components={ways[1]}"]
    status, output = told(folder, "--workers", 2, *settings, kills=KILLS)
    assert status == 0, output
    assert kill_count(folder) == 1
    assert digests(folder / "out") == wanted
    assert processes_of(folder) == []
