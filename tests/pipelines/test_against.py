"""Runs against earlier outputs: what these kept stays, what is new and resembles it goes, and no text is read again."""

import random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from runs import configured, here, rows_of, write_jsonl

from pipelines.running import decide, run
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


@pytest.mark.parametrize(("seed", "near"), [(5, NEAR), (2, NEAR.replace("0.55", "0.55, verify: exact"))])
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
    february = made(tmp_path, "2026-02", new, JANUARY)
    assert lost(february) == {"b": ("text", "web/a.jsonl:0")}
    assert [row["component"] for row in rows_of(february, "groups")] == ["web/a.jsonl:0"] * 2
    assert rows_of(february, "earlier") == []


def test_the_report_names_earlier_outputs_beside_the_components_that_reach_there_alone(tmp_path):
    made(tmp_path, "2026-01", [document("a", page(1))])
    new = [document("b", page(1), 2), document("c", page(2), 2), document("d", page(2), 2, 2)]
    february = made(tmp_path, "2026-02", new, JANUARY)
    told = (february / "report/index.html").read_text()
    assert "1 removed as a duplicate; the rest stand in earlier outputs." in told
    assert "1 kept, 1 removed as a duplicate." in told
