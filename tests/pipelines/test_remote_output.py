"""Runs whose inputs or output are URLs: the same names, the same bytes."""

import hashlib

import fsspec
import pytest
from runs import configured, digests, here, prose, write_jsonl

from filters.errors import OutputError
from pipelines.running import decide, run
from reports.explain import explain
from storage.files import exists, remove_tree, write_json

CONFIGURATION = """
    inputs: {{web: {{paths: [{inputs}], id: id}}}}
    output: {{path: "{output}", signals: [word_count@raw]}}
    steps:
      - name: raw
        rules:
          words: {{signal: word_count, minimum: 5, gate: true}}
    duplicates: {{of: raw, survivor: [word_count desc]}}
    run: {{workers: 1}}
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with two shards; runs happen in this process; what is in memory is forgotten."""
    here(monkeypatch)
    write_jsonl(tmp_path / "in" / "a.jsonl", [prose(1), prose(1), "too short"])
    write_jsonl(tmp_path / "in" / "deep" / "b.jsonl", [prose(1), prose(2)])
    yield tmp_path
    remove_tree("memory://remote-test")


def made(folder, inputs, output):
    assert run(configured(folder, CONFIGURATION.format(inputs=inputs, output=output))).exit_status == 0


def remote_digests(url):
    """What `runs.digests` gives for a folder on a disk."""
    files, root = fsspec.core.url_to_fs(url)
    found = {path.removeprefix(f"{root}/"): hashlib.sha256(files.cat(path)).hexdigest() for path in files.find(root)}
    return {
        name: digest
        for name, digest in found.items()
        if "/" in name and not name.startswith(("index/", "report/"))
        if not name.endswith(".json") or name.startswith("ledger/")
    }


def test_urls_of_local_files_name_the_same_shards_and_give_the_same_bytes(folder):
    made(folder, f"{folder}/in", folder / "plain")
    made(folder, f"file://{folder}/in", f"file://{folder}/urls")
    assert digests(folder / "urls") == digests(folder / "plain")
    assert (folder / "urls" / "clean" / "web" / "deep" / "b.jsonl.parquet").is_file()


def test_an_output_that_is_not_on_this_disk_gets_the_same_bytes(folder):
    made(folder, f"{folder}/in", folder / "plain")
    made(folder, f"{folder}/in", "memory://remote-test/out")
    assert remote_digests("memory://remote-test/out") == digests(folder / "plain")
    assert exists("memory://remote-test/out/report/index.html")
    assert not exists("memory://remote-test/out/work/lock.json")


def test_inputs_that_are_not_on_this_disk_give_the_same_bytes(folder):
    for path in (folder / "in").rglob("*.jsonl"):
        fsspec.filesystem("memory").pipe(f"/remote-test/in/{path.relative_to(folder / 'in')}", path.read_bytes())
    made(folder, f"{folder}/in", folder / "plain")
    made(folder, "memory://remote-test/in", folder / "remote")
    assert digests(folder / "remote") == digests(folder / "plain")


def test_a_remote_run_can_be_decided_again_and_explained(folder):
    made(folder, f"{folder}/in", "memory://remote-test/out")
    text = CONFIGURATION.replace("minimum: 5", "minimum: 500").format(
        inputs=f"{folder}/in", output="memory://remote-test/other"
    )
    outcome = decide(configured(folder, text), from_="memory://remote-test/out")
    assert outcome.totals["records"]["kept"] == 0
    assert explain("memory://remote-test/out", "web/a.jsonl:2")


def test_a_second_run_into_a_remote_output_is_refused_and_says_how_to_go_on(folder):
    write_json("memory://remote-test/out/work/lock.json", {"pid": 7, "host": "elsewhere"})
    with pytest.raises(OutputError, match=r"written by process 7 on elsewhere.*remove .*lock\.json"):
        made(folder, f"{folder}/in", "memory://remote-test/out")


def test_an_earlier_output_that_is_not_on_this_disk_is_deduplicated_against(folder):
    for earlier in (f"{folder}/old", "memory://remote-test/old"):
        made(folder, f"{folder}/in", earlier)
    for earlier, output in ((f"{folder}/old", "plain"), ("memory://remote-test/old/", "remote")):
        text = CONFIGURATION.format(inputs=f"{folder}/in/deep", output=folder / output)
        text = text.replace("of: raw,", f"of: raw, against: {{old: '{earlier}'}},")
        assert run(configured(folder, text)).exit_status == 0
        told = explain(folder / output, "web/b.jsonl:0").survivor
        assert (told.key, told.text) == ("old:web/a.jsonl:0", prose(1))
        assert (folder / output / "earlier/old/web/deep/b.jsonl.parquet").is_file()
    assert digests(folder / "remote") == digests(folder / "plain")
