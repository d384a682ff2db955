"""However hashes meet, and wherever components are found, a run writes the same bytes."""

import random

import pytest
from runs import SAME_EVERYWHERE, configured, digests, here, rows_of, write_jsonl
from test_near_duplicates import edited, page

from pipelines import star_rounds
from pipelines.running import run

CONFIGURATION = """
    inputs: {{web: {{paths: [{folder}/in]}}}}
    output: {{path: {folder}/out}}
    steps: [{{name: raw}}]
    duplicates: {{of: raw, near: {{bands: 14, rows: 8, verify: {verify}}}, survivor: [characters desc]}}
    run: {{workers: 3}}
"""
CHAIN = 24
"""Documents in a line, each of which shares its text with one neighbour and its URL with the other."""


def documents():
    """A line of exact duplicates, near duplicates around some of its documents and around others, and what has none."""
    draw = random.Random(5)
    line = [{"text": page(k // 2), "url": f"https://a.example/{(k + 1) // 2}"} for k in range(CHAIN)]
    near = [edited(page(k), draw.randrange(1, 6), seed=n) for k in (0, 3, 100, 101) for n in range(4)]
    alone = [page(200 + k) for k in range(10)]
    found = [*line, *near, *alone]
    draw.shuffle(found)
    return found


@pytest.fixture(autouse=True)
def _here(monkeypatch):
    here(monkeypatch)


@pytest.fixture(scope="module", params=["signature", "exact"])
def corpus(tmp_path_factory, request):
    """A folder of shards, how duplicates are verified, and the digests of a run by files and in memory."""
    folder, found = tmp_path_factory.mktemp("ways"), documents()
    for number, name in enumerate("abc"):
        write_jsonl(folder / "in" / f"{name}.jsonl", found[number::3])
    with pytest.MonkeyPatch.context() as monkeypatch:
        here(monkeypatch)
        text = CONFIGURATION.format(folder=folder, verify=request.param)
        output = made(folder, "out", text, exchange="files", components="memory")
    sizes = [row["component_size"] for row in rows_of(output, "groups")]
    assert max(sizes) > CHAIN + 4
    assert {edge["kind"] for row in rows_of(output, "groups") for edge in row["edges"]} == {"text", "url", "near"}
    return folder, text, digests(output)


def made(folder, name, text, paths=None, **ways):
    """The output of a run, by the name of its folder."""
    options = {"output.path": str(folder / name), **{f"run.{key}": way for key, way in ways.items()}}
    if paths is not None:
        options["inputs.web.paths"] = [f"{folder}/in/{name}.jsonl" for name in paths]
    assert run(configured(folder, text, **options)).exit_status == 0
    return folder / name


@pytest.mark.parametrize(
    ("exchange", "components", "workers", "paths"),
    [("blocks", "memory", 1, "cab"), ("files", "rounds", 5, "bca")],
)
def test_every_way_gives_the_same_bytes(corpus, monkeypatch, exchange, components, workers, paths):
    monkeypatch.setattr(star_rounds, "MOST_ROUNDS", 5)
    folder, text, wanted = corpus
    ways = {"exchange": exchange, "components": components, "workers": workers}
    assert digests(made(folder, f"{exchange} {components}", text, paths, **ways)) == wanted


def test_another_way_is_no_change_of_the_run(corpus):
    folder, text, wanted = corpus
    before = {path: path.stat().st_mtime_ns for path in (folder / "out").rglob("*.parquet")}
    assert digests(made(folder, "out", text, exchange="blocks", components="auto")) == wanted
    assert {path: path.stat().st_mtime_ns for path in (folder / "out").rglob("*.parquet")} == before


def test_every_way_meets_earlier_outputs_alike(tmp_path, monkeypatch):
    monkeypatch.setattr(star_rounds, "MOST_ROUNDS", 5)
    found, text = documents(), CONFIGURATION.format(folder=tmp_path, verify="signature")
    write_jsonl(tmp_path / "in" / "a.jsonl", found[::2])
    made(tmp_path, "first", text)
    write_jsonl(tmp_path / "in" / "a.jsonl", found[1::2])
    text = text.replace("{of: raw", f"{{of: raw, against: {{old: {tmp_path}/first}}")
    one = made(tmp_path, "one", text, exchange="files", components="memory")
    other = made(tmp_path, "other", text, exchange="blocks", components="rounds")
    everything = [*SAME_EVERYWHERE, "earlier"]
    assert digests(one, everything) == digests(other, everything)
    assert any(row["component"].startswith("old:") for row in rows_of(other, "groups"))
    assert any(name.startswith("earlier/") for name in digests(other, everything))
