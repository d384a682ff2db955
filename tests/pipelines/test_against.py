"""Runs against earlier outputs: what these kept stays, what is new and resembles it goes, and no text is read again."""

import io
import json
import random
import shutil

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from commands import kill_count, told
from rich.console import Console
from runs import configured, digests, here, rows_of, write_jsonl

from filters.errors import OutputError
from pipelines.running import decide, run
from reports.explain import explain
from reports.explain_view import view
from storage.parquet_output import read_table

CONFIGURATION = """
    inputs: {{web: {{paths: [{folder}/{month}], id: id, date: date, columns: {{crawl: string}}}}}}
    output: {{path: {folder}/out/{month}}}
    steps: [{{name: raw, measure: [gopher_quality]}}]
    duplicates:
      of: raw
      near: {near}
      survivor: [fetched_at]
      against: {against}
    run: {{workers: 1}}
"""
NEAR = "{words: 5, bands: 40, rows: 3, similarity: 0.55}"
MONTHS = ("2026-01", "2026-02", "2026-03")


@pytest.fixture(autouse=True)
def _here(monkeypatch):
    here(monkeypatch)


def page(number):
    """A page of 200 words that shares none with those of other numbers."""
    draw = random.Random(f"page {number}")
    return " ".join("".join(draw.choice("aeioubdgklmnprst") for _ in range(6)) for _ in range(200))


def edited(text, changes, seed=0):
    """The text with some of its words exchanged."""
    draw, words = random.Random(seed), text.split(" ")
    for place in draw.sample(range(len(words)), changes):
        words[place] = f"other{draw.randrange(10**6)}word"
    return " ".join(words)


def document(name, text, month=1, day=1, **more):
    return {"id": name, "text": text, "date": f"2026-{month:02}-{day:02}T00:00:00Z", **more}


def configuration(folder, month, against=(), near=NEAR, text=CONFIGURATION, **options):
    """Of a month, against earlier ones by their names: january, february, ..."""
    named = "{" + ", ".join(f"{name}: {folder}/out/{place}" for name, place in dict(against).items()) + "}"
    return configured(folder, text.format(folder=folder, month=month, near=near, against=named), **options)


def made(folder, month, documents, against=(), near=NEAR, text=CONFIGURATION, **options):
    """The finished output of a month: documents of its one shard, or of several by name."""
    shards = documents if isinstance(documents, dict) else {"a.jsonl": documents}
    for name, rows in shards.items():
        write_jsonl(folder / month / name, rows)
    assert run(configuration(folder, month, against, near, text, **options)).exit_status == 0
    return folder / "out" / month


def kept(output):
    return sorted(row["id"] for row in rows_of(output, "clean"))


def lost(output):
    """Kind and survivor of every removed document by its id."""
    found = {}
    for row in rows_of(output, "removed"):
        (reason,) = row["reasons"]
        found[row["id"]] = (reason["kind"], reason["survivor"])
    return found


def sizes(output):
    return {row["id"]: row["component_size"] for f in ("clean", "removed") for row in rows_of(output, f)}


def crawls(seed):
    """Three months of documents that share texts, URLs and passages in every way, two shards each."""
    draw = random.Random(seed)
    months = {}
    for number, month in enumerate(MONTHS, 1):
        shards = {"a.jsonl": [], "b.jsonl": []}
        for k in range(14):
            text = page(3 * number + draw.randrange(-4, 3))
            if draw.random() < 0.6:
                text = edited(text, draw.randint(1, 4), draw.randrange(5))
            url = draw.choice([None, None, f"https://x.org/{draw.randrange(6 * number)}"])
            found = document(f"{month}-{k}", text, number, draw.randint(1, 3), url=url)
            shards[draw.choice(list(shards))].append(found)
        months[month] = shards
    return months


AT_ONCE = CONFIGURATION.replace(
    "{{web: {{paths: [{folder}/{month}], id: id, date: date, columns: {{crawl: string}}}}}}",
    "{{" + ", ".join(f"{m}: {{{{paths: [{{folder}}/{m}], id: id, date: date}}}}" for m in MONTHS) + "}}",
)


@pytest.mark.parametrize(("seed", "near"), [(1, NEAR), (2, NEAR.replace("0.55", "0.55, verify: exact")), (4, "null")])
def test_month_by_month_keeps_what_all_at_once_keeps_where_the_oldest_survives(tmp_path, seed, near):
    outputs, against = [], {}
    for name, (month, shards) in zip(("january", "february", "march"), crawls(seed).items(), strict=True):
        outputs.append(made(tmp_path, month, shards, against, near))
        against[name] = month
    assert run(configuration(tmp_path, "all", (), near, AT_ONCE)).exit_status == 0
    together = tmp_path / "out/all"
    assert sorted(name for output in outputs for name in kept(output)) == kept(together)
    assert {name for output in outputs for name in lost(output)} == set(lost(together))
    assert any(survivor.startswith("january:") for _, survivor in lost(outputs[2]).values())
    assert any(survivor.startswith("february:") for _, survivor in lost(outputs[2]).values())
    # sizes are those of the corpus up to the month; the side table tells the new ones of earlier documents
    at_once = sizes(together)
    assert {name: size for name, size in at_once.items() if name.startswith("2026-03")} == sizes(outputs[2])
    for name, month in zip(("january", "february"), MONTHS, strict=False):
        told = told_of(outputs[2], name)
        ids = {(row["source"], row["row"]): row["id"] for row in rows_of(tmp_path / "out" / month, "documents")}
        assert told
        for shard, row in told:
            assert told[shard, row]["component_size"] == at_once[ids[shard, row]]
            assert told[shard, row]["kept"] == (ids[shard, row] in kept(tmp_path / "out" / month))


def told_of(output, name):
    """The side table of an earlier output, by shard and row."""
    found = {}
    for path in sorted((output / "earlier" / name).rglob("*.parquet")):
        shard = str(path.relative_to(output / "earlier" / name)).removesuffix(".parquet")
        found.update({(shard, row["row"]): row for row in read_table(str(path)).to_pylist()})
    return found


JANUARY = {"january": "2026-01"}
LIKE_BOTH = edited(page(1), 8)
"""It resembles page(1), and what LIKE_BOTH has grown into, which does not resemble page(1)."""
GROWN = edited(LIKE_BOTH, 10, 1)


def test_what_links_through_a_removed_document_stays_in_a_component_of_three(tmp_path):
    january = made(tmp_path, "2026-01", [document("x", page(1)), document("link", LIKE_BOTH, day=2)])
    assert lost(january) == {"link": ("near", "web/a.jsonl:0")}
    february = made(tmp_path, "2026-02", [document("n", GROWN, 2), document("other", page(9), 2)], JANUARY)
    assert kept(february) == ["n", "other"]
    assert sizes(february) == {"n": 3, "other": 1}
    (group,) = rows_of(february, "groups")
    assert group["component"] == "january:web/a.jsonl:0"
    assert [(edge["key"], edge["kind"]) for edge in group["edges"]] == [("january:web/a.jsonl:1", "near")]
    assert told_of(february, "january") == {
        ("web/a.jsonl", 0): {"row": 0, "component": "january:web/a.jsonl:0", "component_size": 3, "kept": True},
        ("web/a.jsonl", 1): {"row": 1, "component": "january:web/a.jsonl:0", "component_size": 3, "kept": False},
    }


def test_two_old_survivors_that_a_new_document_joins_both_stay_though_one_of_them_would_go_at_once(tmp_path):
    # they resemble each other, and no band of their signatures says so: all at once, the bridge brings them together
    near = "{words: 5, bands: 1, rows: 64, similarity: 0.55}"
    old = [document("a", page(1), url="https://x.org/a"), document("b", edited(page(1), 3), 1, 2)]
    bridge = document("bridge", old[1]["text"], 2, url="https://x.org/a")
    january = made(tmp_path, "2026-01", old, near=near)
    assert kept(january) == ["a", "b"]
    february = made(tmp_path, "2026-02", [bridge], JANUARY, near)
    assert lost(february) == {"bridge": ("text", "january:web/a.jsonl:1")}
    assert {row["component_size"] for row in told_of(february, "january").values()} == {3}
    assert len({row["component"] for row in told_of(february, "january").values()}) == 1
    write_jsonl(tmp_path / "2026-03" / "a.jsonl", [document("c", page(5), 3)])
    assert run(configuration(tmp_path, "all", (), near, AT_ONCE)).exit_status == 0
    assert kept(tmp_path / "out/all") == ["a", "c"]


def test_what_an_earlier_output_kept_stays_whatever_the_order_says(tmp_path):
    made(tmp_path, "2026-01", [document("late", page(1), day=9), document("alone", page(2), day=9)])
    february = made(tmp_path, "2026-02", [document("early", page(1)), document("new", page(3))], JANUARY)
    assert kept(february) == ["new"]
    assert lost(february) == {"early": ("text", "january:web/a.jsonl:0")}


def test_shards_of_one_name_in_two_outputs_are_told_apart(tmp_path):
    made(tmp_path, "2026-01", [document("a", page(1)), document("b", page(2))])
    february = made(
        tmp_path, "2026-02", [document("c", page(3)), document("d", page(2)), document("e", page(3))], JANUARY
    )
    assert lost(february) == {"d": ("text", "january:web/a.jsonl:1"), "e": ("text", "web/a.jsonl:0")}


SCOPED = CONFIGURATION.replace("of: raw", "of: raw\n      scope: [crawl]")


def test_a_scope_goes_by_the_columns_of_earlier_documents_too(tmp_path):
    old = [document("a", page(1), crawl="x"), document("b", page(1), 1, 2, crawl="y"), document("c", page(2))]
    made(tmp_path, "2026-01", old, text=SCOPED)
    new = [document(name, page(1), 2, crawl=crawl) for name, crawl in (("x2", "x"), ("y2", "y"), ("z2", "z"))]
    february = made(tmp_path, "2026-02", [*new, document("none2", page(2), 2)], JANUARY, text=SCOPED)
    assert kept(february) == ["z2"]
    assert lost(february) == {
        "x2": ("text", "january:web/a.jsonl:0"),
        "y2": ("text", "january:web/a.jsonl:1"),
        "none2": ("text", "january:web/a.jsonl:2"),
    }
    assert sizes(february)["z2"] == 5


def test_an_earlier_output_may_be_decided_from_another_and_tells_what_it_kept_itself(tmp_path):
    made(tmp_path, "2026-01", [document("a", page(1)), document("b", f"{page(1)} b", day=2), document("c", page(2))])
    rules = "rules: {{words: {{signal: word_count, minimum: 201}}}}"
    rules = "rules: {{words: {{signal: word_count, minimum: 201}}}}"
    strict = CONFIGURATION.replace("[gopher_quality]", f"[gopher_quality], {rules}")
    again = configuration(tmp_path, "2026-01", text=strict, **{"output.path": str(tmp_path / "out/strict")})
    decide(again, from_=str(tmp_path / "out/2026-01"))
    assert kept(tmp_path / "out/strict") == ["b"]
    new = [document("d", page(1), 2), document("e", page(2), 2)]
    february = made(tmp_path, "2026-02", new, {"january": "strict"})
    assert kept(february) == ["e"]
    assert lost(february) == {"d": ("near", "january:web/a.jsonl:1")}
    assert [row["kept"] for row in told_of(february, "january").values()] == [False, True, False]


def test_an_empty_earlier_output_changes_nothing(tmp_path):
    (tmp_path / "2026-01").mkdir()
    columns = {name: pa.array([], pa.string()) for name in ("id", "text", "date", "crawl")}
    pq.write_table(pa.table(columns), tmp_path / "2026-01/a.parquet")
    made(tmp_path, "2026-01", {})
    new = [document("a", page(1), 2), document("b", page(1), 2)]
    alone = digests(made(tmp_path, "2026-02", new))
    beside = made(tmp_path, "2026-02", new, JANUARY, **{"output.path": str(tmp_path / "out/beside")})
    assert kept(tmp_path / "out/beside") == ["a"]
    assert digests(tmp_path / "out/beside", ["groups", "clean"]) == {
        path: digest for path, digest in alone.items() if path.startswith(("groups", "clean"))
    }
    assert beside.exists()


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """January and, against it, February; nobody may change them."""
    folder = tmp_path_factory.mktemp("two")
    with pytest.MonkeyPatch.context() as monkeypatch:
        here(monkeypatch)
        made(folder, "2026-01", {"a.jsonl": [document("a", page(1)), document("b", page(2))],
                                 "b.jsonl": [document("c", edited(page(1), 3), day=2)]})  # fmt: skip
        new = [document("d", edited(page(1), 2, 7), 2), document("e", page(4), 2), document("f", page(4), 2, 2)]
        made(folder, "2026-02", new, JANUARY)
    return folder


def test_explain_shows_the_survivor_from_the_earlier_output(two):
    found = explain(two / "out/2026-02", "d")
    assert (found.survivor.key, found.survivor.id, found.survivor.text) == ("january:web/a.jsonl:0", "a", page(1))
    assert "nearly the same text as january:web/a.jsonl:0, which is kept" in found.reasons[0].sentence
    assert sum(len(s.text) for s in found.segments if s.kind == "shared") > len(page(1)) * 0.7


def test_explain_says_where_to_ask_for_an_earlier_document(two):
    message = (
        rf"january:web/a\.jsonl:0 is a document of an earlier output; ask there: tamis explain {two}/out/2026-01 web/a"
    )
    with pytest.raises(OutputError, match=message):
        explain(two / "out/2026-02", "january:web/a.jsonl:0")


def test_explain_says_where_the_earlier_output_is_gone(two, tmp_path):
    shutil.copytree(two / "out/2026-02", tmp_path / "moved")
    record = json.loads((tmp_path / "moved/run.json").read_text())
    record["configuration"]["duplicates"]["against"]["january"] = str(tmp_path / "gone")
    (tmp_path / "moved/run.json").write_text(json.dumps(record))
    survivor = explain(tmp_path / "moved", "d").survivor
    assert (survivor.text, survivor.key) == (None, "january:web/a.jsonl:0")
    assert f"{tmp_path}/gone is not a finished run" in survivor.lacking
    console = Console(width=200, record=True, file=io.StringIO())
    console.print(view(explain(tmp_path / "moved", "d")))
    assert "its text cannot be shown" in console.export_text()


def test_the_report_names_what_went_for_the_sake_of_earlier_outputs(two):
    duplicates = json.loads((two / "out/2026-02/report/report.json").read_text())["duplicates"]
    (row,) = duplicates["against"]
    went = {row["id"]: row for row in rows_of(two / "out/2026-02", "removed")}["d"]
    assert (row["name"], row["output"]) == ("january", str(two / "out/2026-01"))
    assert (row["documents"], row["characters"], row["tokens"]) == (1, len(went["text"]), went["token_count"])
    assert duplicates["earlier"] == {"january": 2}
    assert duplicates["sizes"] == [
        {"size": 2, "components": 1, "documents": 2}, {"size": 3, "components": 1, "documents": 1},
    ]  # fmt: skip
    assert "Duplicates of what earlier outputs kept" in (two / "out/2026-02/report/index.html").read_text()


def test_texts_of_earlier_outputs_are_not_needed(two, tmp_path):
    shutil.copytree(two, tmp_path / "copy")
    for path in [*(tmp_path / "copy/out/2026-01").rglob("clean/**/*.parquet")]:
        path.unlink()
    shutil.rmtree(tmp_path / "copy/2026-01")
    shutil.rmtree(tmp_path / "copy/out/2026-02")
    assert run(configuration(tmp_path / "copy", "2026-02", JANUARY)).exit_status == 0
    assert digests(tmp_path / "copy/out/2026-02") == digests(two / "out/2026-02")


FOLDERS = ("documents", "annotations", "groups", "earlier", "clean", "removed", "decisions", "ledger")


def test_more_partitions_give_the_same_bytes(two):
    assert (
        run(configuration(two, "2026-02", JANUARY, **{"run.workers": 7, "output.path": f"{two}/again"})).exit_status
        == 0
    )
    assert digests(two / "again", FOLDERS) == digests(two / "out/2026-02", FOLDERS)


def test_workers_killed_while_earlier_documents_are_gathered_cost_no_byte(two, tmp_path):
    path = tmp_path / "out"
    configuration(two, "2026-02", JANUARY)  # writes tamis.yaml
    shutil.copy(two / "tamis.yaml", tmp_path / "tamis.yaml")
    kills = {"pipelines.earlier_stage:write_earlier": [1], "pipelines.earlier_stage:earlier_contenders": [2]}
    status, output = told(tmp_path, "--workers", 2, "--output", path, kills=kills)
    assert status == 0, output
    assert kill_count(tmp_path) == 2
    assert digests(path, FOLDERS) == digests(two / "out/2026-02", FOLDERS)
