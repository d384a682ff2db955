import json

import pytest
from runs import configured, here, prose, write_jsonl

from pipelines import running
from pipelines.journal import WorkerState
from pipelines.progress import Progress


def worker(**counts):
    return WorkerState(1, True, "decide", None, None, 0.0, 0.0, counts, {})


def told(capsys, stages, shard_count=2, **counts):
    """The facts of a run that ends with these counts."""
    with Progress(shard_count, stages, "json") as progress:
        progress.states = [worker(**counts)]
    return json.loads(capsys.readouterr().err.splitlines()[-1])


@pytest.mark.parametrize(("log_format", "line"), [("text", "a is damaged"), ("json", '{"note": "a is damaged"}')])
def test_what_workers_tell_is_printed_once(capsys, log_format, line):
    with Progress(2, ["decide"], log_format) as progress:
        for _ in range(3):
            progress.show([WorkerState(pid, True, None, None, None, 0, 0, {}, {}, ["a is damaged"]) for pid in (1, 2)])
    assert capsys.readouterr().err.splitlines().count(line) == 1


def test_nothing_is_left_when_every_stage_of_the_job_is_done(capsys):
    done = {"measure_shards": 2, "decide_shards": 2}
    assert told(capsys, ["measure", "decide"], **done)["seconds_left"] == 0
    assert "group_done" not in told(capsys, ["measure", "decide"], **done)
    assert told(capsys, ["measure", "group", "decide"], **done)["group_done"] == 0


def test_time_left_is_unknown_before_the_first_shard(capsys):
    assert told(capsys, ["measure", "decide"], records=5)["seconds_left"] is None


def test_documents_are_records_while_measuring_and_decisions_else(capsys):
    assert told(capsys, ["measure", "decide"], records=5, decided=3)["documents"] == 5
    assert told(capsys, ["decide"], decided=4, kept=3)["kept_share"] == 0.75


@pytest.mark.parametrize(
    ("duplicates", "stages"),
    [("duplicates: {of: raw}", ["measure", "group", "decide"]), ("", ["measure", "decide"])],
)
def test_the_stages_follow_from_the_policy(tmp_path, monkeypatch, duplicates, stages):
    seen = []

    class Watched(Progress):
        def __init__(self, shard_count, stages, log_format):
            seen.append((shard_count, stages))
            super().__init__(shard_count, stages, log_format)

    here(monkeypatch)
    monkeypatch.setattr(running, "Progress", Watched)
    write_jsonl(tmp_path / "in" / "a.jsonl", [prose(1)])
    text = f"""
        inputs: {{web: {tmp_path}/in}}
        output: {{path: {tmp_path}/out}}
        steps: [{{name: raw, rules: {{words: {{signal: word_count, minimum: 5}}}}}}]
        {duplicates}
    """
    running.run(configured(tmp_path, text))
    assert seen == [(1, stages)]
