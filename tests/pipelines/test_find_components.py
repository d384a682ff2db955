"""Components by the graph: in one worker or by rounds of stars, as the settings and the count of links decide."""

import pickle
from pathlib import Path

import apache_beam as beam
import numpy as np
import pytest
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from test_exchange import job_of
from test_members import by_shard, links_of

from filters.errors import RunError
from pipelines import members, star_rounds
from pipelines.configuration import Configuration
from pipelines.find_components import FindComponents
from pipelines.job import Job
from pipelines.members import find_members

LINE = links_of([((k % 3, k), ((k + 1) % 3, k + 1)) for k in range(100)])


def components_by_graph(job, parts):
    """What the graph finds, as the members of each shard."""
    path = Path(job.output) / "found.pickle"
    with beam.Pipeline(runner=FnApiRunner()) as pipeline:
        found = pipeline | beam.Create(parts) | FindComponents(job) | beam.combiners.ToList()
        _ = found | beam.Map(lambda members: path.write_bytes(pickle.dumps(members)))
    return by_shard(pickle.loads(path.read_bytes()))


def job_with(folder, **options):
    job = job_of(folder, ["a", "b", "c"])
    configuration = Configuration.model_validate_json(job.configuration)
    run_section = configuration.run.model_copy(update=options)
    text = configuration.model_copy(update={"run": run_section}).model_dump_json()
    return Job(text, job.output, job.output, measures=True, text=True, code="", listing="", partition_count=3)


@pytest.mark.parametrize("most_links", [99, 100])
def test_on_other_runners_the_count_of_links_decides_between_one_worker_and_rounds(tmp_path, monkeypatch, most_links):
    monkeypatch.setattr(members, "MOST_LINKS", most_links)
    monkeypatch.setattr(star_rounds, "MOST_ROUNDS", 7)
    job, used = job_with(tmp_path, runner="FlinkRunner"), []
    monkeypatch.setattr(members, "find_members", lambda *a: used.append(a) or find_members(*a))
    parts = [LINE[first : first + 7].tobytes() for first in range(0, 100, 7)]
    assert components_by_graph(job, parts) == by_shard(find_members(job, parts))
    assert len(used) == (1 if most_links == 100 else 0)


def test_the_local_runner_refuses_more_links_than_one_worker_may_get(tmp_path, monkeypatch):
    monkeypatch.setattr(members, "MOST_LINKS", 99)
    with pytest.raises(RunError, match="duplicates have more than 99 links"):
        components_by_graph(job_with(tmp_path), [LINE.tobytes()])
    job = job_with(tmp_path, components="memory")
    assert components_by_graph(job, [LINE.tobytes()]) == by_shard(find_members(job, [LINE.tobytes()]))


@pytest.mark.parametrize("rounds", [0, 6])
def test_too_few_rounds_are_an_error_that_says_what_to_do(tmp_path, monkeypatch, rounds):
    monkeypatch.setattr(star_rounds, "MOST_ROUNDS", rounds)
    with pytest.raises(RunError, match=rf"not settled after {rounds} rounds of stars: \d+ documents .* low similarity"):
        components_by_graph(job_with(tmp_path, components="rounds"), [LINE.tobytes()])


def test_seven_rounds_settle_a_line_of_a_hundred_documents(tmp_path, monkeypatch):
    monkeypatch.setattr(star_rounds, "MOST_ROUNDS", 7)
    job = job_with(tmp_path, components="rounds")
    assert components_by_graph(job, [LINE.tobytes()]) == by_shard(find_members(job, [LINE.tobytes()]))


def test_no_links_have_no_components(tmp_path, monkeypatch):
    monkeypatch.setattr(star_rounds, "MOST_ROUNDS", 2)
    for options in ({"components": "rounds"}, {"components": "memory"}, {"runner": "FlinkRunner"}):
        assert components_by_graph(job_with(tmp_path, **options), [np.empty(0).tobytes()]) == {}
