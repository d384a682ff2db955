"""Training, validation and test: who stands where, what that depends on, and what is refused."""

import json
import random
from pathlib import Path

import pyarrow as pa
import pytest
from runs import configured, digests, here, rows_of, write_jsonl

from filters.documents import document_key
from filters.errors import ConfigurationError
from filters.splits import Splits
from pipelines.changes import Cost, changes
from pipelines.running import decide, run

CONFIGURATION = """
    inputs: {{a: {{paths: [{folder}/a], id: id, columns: {{crawl: string}}}}}}
    output: {{path: {folder}/out}}
    steps: [{{name: raw, measure: [gopher_quality], rules: {{words: {{signal: word_count, minimum: 5}}}}}}]
    duplicates: {duplicates}
    splits: {splits}
    run: {{workers: 1}}
"""
HALVES = "{shares: {train: 50%, test: 50%}}"
DUPLICATES = "{of: raw, url: false, near: {bands: 20, rows: 2, similarity: 0.6}, action: tag}"


@pytest.fixture(autouse=True)
def _here(monkeypatch):
    here(monkeypatch)


def configuration(folder, splits=HALVES, duplicates=DUPLICATES, **options):
    return configured(folder, CONFIGURATION.format(folder=folder, splits=splits, duplicates=duplicates), **options)


def text(number):
    """Words that no other number has."""
    draw = random.Random(number)
    return " ".join("".join(draw.choices("aeioubdgklm", k=7)) for _ in range(60))


def copies(number, count):
    """A text, and texts with a few words more."""
    ends = (" ".join(text(1000 + number + k).split()[:4]) for k in range(count - 1))
    return [text(number), *(f"{text(number)} {end}" for end in ends)]


def corpus(folder, shards=range(3)):
    """Thirty texts a shard; every third one has two near copies in the two shards that follow."""
    for shard in shards:
        documents = [text(100 * shard + k) for k in range(30)]
        documents += [copies(100 * ((shard - back) % 3) + 3 * k, 3)[back] for back in (1, 2) for k in range(10)]
        rows = [{"id": f"{shard}-{k}", "text": t, "crawl": "xy"[shard % 2]} for k, t in enumerate(documents)]
        write_jsonl(folder / "a" / f"{shard}.jsonl", rows)


@pytest.fixture(scope="module")
def divided(tmp_path_factory):
    folder = tmp_path_factory.mktemp("splits")
    corpus(folder)
    with pytest.MonkeyPatch.context() as monkeypatch:
        here(monkeypatch)
        assert run(configuration(folder)).exit_status == 0
    return folder


def splits_of(output, name="id"):
    return {row[name]: row["split"] for row in rows_of(output, "clean")}


def test_all_documents_of_a_component_are_in_one_split(divided):
    rows = rows_of(divided / "out", "clean")
    found = {}
    for row in rows:
        found.setdefault(row["component"] or row["id"], set()).add(row["split"])
    assert all(len(splits) == 1 for splits in found.values())
    assert sum(row["component_size"] == 3 for row in rows) == 90
    assert {row["split"] for row in rows} == {"train", "test"}


def test_the_split_is_that_of_the_name_of_the_component_or_of_the_key(divided):
    splits = Splits((("train", 0.5), ("test", 0.5)))
    for row in rows_of(divided / "out", "clean"):
        name = row["component"] or document_key(row["source"], row["row"])
        assert [row["split"]] == splits.of(pa.array([name])).to_pylist()


def test_the_ledger_counts_each_split_and_balances(divided):
    totals = json.loads(Path(divided, "out", "run.json").read_text())["totals"]
    rows = rows_of(divided / "out", "clean")
    for split in ("train", "test"):
        mine = [row for row in rows if row["split"] == split]
        assert totals["splits"][split] == {
            "documents": len(mine),
            "characters": sum(len(row["text"]) for row in mine),
            "tokens": sum(row["token_count"] for row in mine),
        }
    assert set(totals["splits"]) == {"train", "test"}
    assert totals["rules"]["splits"]["judged"] == len(rows)
    assert totals["rules"]["splits"]["documents"] == 0


def test_one_more_shard_moves_nobody_and_its_copies_join_what_they_resemble(divided, tmp_path):
    corpus(tmp_path)
    write_jsonl(tmp_path / "a" / "3.jsonl", [{"id": f"new-{k}", "text": copies(3 * k, 4)[3]} for k in range(10)])
    assert run(configuration(tmp_path)).exit_status == 0
    before, after = splits_of(divided / "out"), splits_of(tmp_path / "out")
    assert {name: after[name] for name in before} == before
    assert [after[f"new-{k}"] for k in range(10)] == [before[f"0-{3 * k}"] for k in range(10)]


def decided(divided, name, text=True, **given):
    output = divided / name
    decide(configuration(divided, **given, **{"output.path": str(output)}), from_=str(divided / "out"), text=text)
    return output


def test_decide_makes_changes_and_drops_splits(divided, tmp_path):
    corpus(tmp_path)
    undivided = configuration(tmp_path, splits="null")
    assert run(undivided).exit_status == 0
    assert set(splits_of(tmp_path / "out").values()) == {None}
    made = decided(tmp_path, "made")
    assert digests(made) == {k: v for k, v in digests(divided / "out").items() if k in digests(made)}
    moved = splits_of(decided(tmp_path, "moved", splits="{shares: {train: 50%, test: 50%}, seed: 4}"))
    assert moved != splits_of(made)
    assert set(splits_of(decided(divided, "dropped", splits="null")).values()) == {None}


def test_decide_without_text_writes_the_same_decisions(divided):
    told, whole = decided(divided, "told", text=False), divided / "out"
    assert not (told / "clean").exists()
    assert digests(told, ["decisions"]) == digests(whole, ["decisions"])
    ledgers = [json.loads((output / "ledger/a/0.jsonl.json").read_text()) for output in (told, whole)]
    assert ledgers[0]["splits"] == ledgers[1]["splits"]


def test_a_stricter_decision_keeps_the_splits_of_the_looser_components(divided):
    strict = DUPLICATES.replace("0.6", "0.99")
    loose, kept = splits_of(divided / "out"), splits_of(decided(divided, "strict", duplicates=strict))
    assert kept == loose


def test_removed_documents_have_no_split(divided):
    output = decided(divided, "removed", duplicates=DUPLICATES.replace("tag", "drop"))
    assert {row["split"] for row in rows_of(output, "removed")} == {None}
    assert None not in {row["split"] for row in rows_of(output, "clean")}
    kept = splits_of(output)
    assert kept == {name: split for name, split in splits_of(divided / "out").items() if name in kept}


def test_a_scope_keeps_several_of_a_component_in_the_one_split(divided):
    output = decided(divided, "scoped", duplicates=DUPLICATES.replace("tag", "drop, scope: [crawl]"))
    found = {}
    for row in rows_of(output, "clean"):
        if row["component"] is not None:
            found.setdefault(row["component"], []).append(row["split"])
    assert max(map(len, found.values())) == 2
    assert all(len(set(splits)) == 1 for splits in found.values())


def test_the_number_of_partitions_changes_no_byte(divided, tmp_path):
    corpus(tmp_path)
    assert run(configuration(tmp_path, **{"run.workers": 5})).exit_status == 0
    assert digests(tmp_path / "out") == digests(divided / "out")


def test_a_corpus_of_nothing_of_one_and_of_one_component(tmp_path):
    write_jsonl(tmp_path / "a" / "none.jsonl", [{"id": "short", "text": "Too short."}])
    assert run(configuration(tmp_path)).exit_status == 0
    assert splits_of(tmp_path / "out") == {}
    assert json.loads(Path(tmp_path, "out", "run.json").read_text())["totals"]["splits"]["test"]["documents"] == 0
    write_jsonl(tmp_path / "a" / "one.jsonl", [{"id": "x", "text": text(1)}])
    assert run(configuration(tmp_path, **{"output.path": str(tmp_path / "one")})).exit_status == 0
    assert splits_of(tmp_path / "one") == {"x": "train"}
    write_jsonl(tmp_path / "a" / "two.jsonl", [{"id": str(k), "text": text(1)} for k in range(40)])
    assert run(configuration(tmp_path, **{"output.path": str(tmp_path / "all")})).exit_status == 0
    assert set(splits_of(tmp_path / "all").values()) == {"train"}


def test_without_hosts_every_document_stands_for_itself(divided):
    found = splits_of(
        decided(divided, "hostless", splits="{shares: {train: 50%, test: 50%}, by: host}", duplicates="null")
    )
    keys = {row["id"]: document_key(row["source"], row["row"]) for row in rows_of(divided / "out", "clean")}
    chosen = Splits((("train", 0.5), ("test", 0.5))).of(pa.array(list(keys.values())))
    assert found == dict(zip(keys, chosen.to_pylist(), strict=True))


@pytest.mark.parametrize(
    ("splits", "message"),
    [
        ("{shares: {train: 98%, test: 1%}}", r"splits\.shares.*sum to 99%; let them sum to 100%"),
        ("{shares: {train: 0.99}}", r"splits\.shares.*fewer than two splits"),
        ("{shares: {}}", r"splits\.shares.*fewer than two splits"),
        ("{shares: {train: 0, test: 1}}", r"splits\.shares\.train.*greater than 0"),
        ("{shares: {train: 150%, test: -50%}}", r"splits\.shares\.train.*less than 1"),
        ("{shares: {train: lots, test: 1%}}", "'lots' is neither a number nor a percentage"),
        ("{shares: {'train set': 50%, test: 50%}}", "train set"),
        ("{shares: {'../test': 50%, test: 50%}}", r"\.\./test"),
        ("{shares: {'': 50%, test: 50%}}", r"splits\.shares"),
        ("{shares: {train: 50%, test: 50%}, by: url}", r"splits\.by.*component.*host"),
        ("{by: host}", r"the key .shares. is missing"),
        ("{shares: {train: 50%, test: 50%}, sead: 1}", "did you mean 'seed'"),
    ],
)
def test_what_cannot_be_is_refused_where_it_stands(tmp_path, splits, message):
    with pytest.raises(ConfigurationError, match=f"(?s){message}"):
        configuration(tmp_path, splits)


def test_components_without_duplicates_are_refused_for_they_leak(tmp_path):
    with pytest.raises(ConfigurationError, match=r"(?s)splits\.by.*needs duplicates.*leaks into training"):
        configuration(tmp_path, duplicates="null")


def test_a_change_of_splits_costs_a_decision(tmp_path):
    before = configuration(tmp_path)
    for splits in ("null", "{shares: {test: 50%, train: 50%}}", "{shares: {train: 60%, test: 40%}, by: host}"):
        found = changes(before, configuration(tmp_path, splits))
        assert {change.cost for change in found} == {Cost.DECIDE}, splits
        assert all(change.place.startswith("splits") for change in found)


def test_without_splits_neither_report_nor_card_speaks_of_them(divided):
    output = decided(divided, "silent", splits="null")
    assert json.loads((output / "report" / "report.json").read_text())["splits"] is None
    assert "splits" not in (output / "README.md").read_text()
    assert '<section id="splits">' not in (output / "report" / "index.html").read_text()
