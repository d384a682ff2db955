import pytest
from runs import configured

from filters.errors import OutputError
from pipelines.standing import FOLDERS, code_fingerprint, prepare, shard_rows
from storage.files import exists, read_json, write_json
from storage.inputs import Shard
from storage.layout import shard_path

CONFIGURATION = "{inputs: {web: [a]}, steps: [{name: raw, rules: {words: {signal: word_count, minimum: LIMIT}}}]}"


@pytest.fixture
def ready(tmp_path):
    """Prepares an output in a folder."""

    def _ready(*shards, limit=5, code="c", text=True, spans=False, overwrite=False):
        options = {"output.flagged_spans": spans}
        configuration = configured(tmp_path, CONFIGURATION.replace("LIMIT", str(limit)), **options)
        dumped = configuration.model_dump(mode="json")
        request = {"configuration": dumped, "code": code, "from": None, "text": text}
        listed = [Shard(name, "web", "", "file", 1, identity) for name, identity in shards]
        prepare(str(tmp_path / "out"), request, listed, overwrite=overwrite)
        return str(tmp_path / "out")

    return _ready


def test_an_output_is_signed_with_its_request_and_its_shards(ready):
    output = ready(("web/a", "1"))
    assert read_json(f"{output}/started.json")["code"] == "c"
    assert read_json(f"{output}/shards.json")["shards"] == shard_rows([Shard("web/a", "web", "", "file", 1, "1")])


def test_the_same_again_goes_on_and_is_no_finished_run_any_more(ready):
    output = ready(("web/a", "1"))
    write_json(f"{output}/run.json", {})
    write_json(f"{output}/documents/web/a.json", {})
    ready(("web/a", "1"))
    assert not exists(f"{output}/run.json")
    assert exists(f"{output}/documents/web/a.json")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"limit": 6}, r"steps\.raw\.rules\.words\.minimum: 5\.0 -> 6\.0: decide again"),
        ({"code": "d"}, "the code of Tamis, or a library under it, has changed: read again"),
        ({"text": False}, r"the text is not written \(--no-text\): decide again"),
    ],
)
def test_what_differs_is_named_and_nothing_is_changed(ready, changes, message):
    output = ready(("web/a", "1"))
    write_json(f"{output}/run.json", {})
    with pytest.raises(OutputError, match=message) as caught:
        ready(("web/a", "1"), **changes)
    assert "give --overwrite" in str(caught.value)
    assert exists(f"{output}/run.json")
    ready(("web/a", "1"), **changes, overwrite=True)
    assert not exists(f"{output}/run.json")


def test_shards_that_come_go_or_change_are_named_a_dozen_at_most(ready):
    ready(("web/a", "1"), ("web/b", "1"))
    with pytest.raises(OutputError) as caught:
        ready(("web/b", "2"), *((f"web/c{k:02}", "1") for k in range(20)))
    told = str(caught.value)
    assert "shard web/a is no longer among the inputs" in told
    assert "shard web/c00 is new: read it" in told
    assert "and 10 more" in told


def test_overwriting_removes_every_file_of_a_shard_that_is_gone_and_of_no_other(ready):
    output = ready(("web/a", "1"), ("web/a.b#0-1", "1"))
    wanted = [folder for folder in FOLDERS if folder != "spans"]
    names = [shard_path(output, folder, shard) for folder in wanted for shard in ("web/a", "web/a.b#0-1")]
    for name in names:
        write_json(name, {})
    ready(("web/a", "1"), overwrite=True)
    assert [exists(name) for name in names] == [True, False] * len(wanted)


def test_a_folder_that_nobody_signed_is_not_written(ready, tmp_path):
    write_json(str(tmp_path / "out" / "clean" / "mine.json"), {})
    with pytest.raises(OutputError, match="holds files that no run of Tamis has signed"):
        ready(("web/a", "1"))
    assert not exists(str(tmp_path / "out" / "started.json"))


def test_the_fingerprint_of_the_code_is_the_same_twice():
    assert code_fingerprint() == code_fingerprint()
    assert len(code_fingerprint()) == 32


def test_without_text_nothing_is_left_of_the_text_that_another_decision_wrote(ready):
    output = ready(("web/a", "1"))
    names = [shard_path(output, folder, "web/a") for folder in ("clean", "removed", "decisions")]
    for name in (*names, shard_path(output, "ledger", "web/a", ".json")):
        write_json(name, {})
    ready(("web/a", "1"), text=False, overwrite=True)
    assert [exists(name) for name in names] == [False, False, True]
    assert not exists(shard_path(output, "ledger", "web/a", ".json"))
    write_json(shard_path(output, "ledger", "web/a", ".json"), {})
    ready(("web/a", "1"), text=False)
    assert exists(shard_path(output, "ledger", "web/a", ".json"))


def test_spans_that_another_decision_wrote_are_taken_away_with_the_markers_where_none_are_wanted(ready):
    output = ready(("web/a", "1"), spans=True)
    names = [shard_path(output, *place) for place in (("spans", "web/a", ".jsonl.gz"), ("ledger", "web/a", ".json"))]
    for name in (*names, shard_path(output, "clean", "web/a")):
        write_json(name, {})
    ready(("web/a", "1"), spans=True)
    assert [exists(name) for name in names] == [True, True]
    ready(("web/a", "1"), overwrite=True)
    assert [exists(name) for name in names] == [False, False]
    assert exists(shard_path(output, "clean", "web/a"))


def test_overwriting_removes_the_spans_of_a_shard_that_is_gone(ready):
    output = ready(("web/a", "1"), ("web/b", "1"), spans=True)
    names = [shard_path(output, "spans", shard, ".jsonl.gz") for shard in ("web/a", "web/b")]
    for name in names:
        write_json(name, {})
    ready(("web/a", "1"), spans=True, overwrite=True)
    assert [exists(name) for name in names] == [True, False]
