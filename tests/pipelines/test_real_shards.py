"""The real shards, all in one run: truncated and malformed ones included."""

import json

import pyarrow.parquet as pq
import pytest
from independent_count import WEB, record_count
from runs import configured, here, rows_of

from pipelines.running import run

pytestmark = pytest.mark.skipif(not (WEB / "pages.parquet").exists(), reason="the shared web shards are not here")

CONFIGURATION = """
    extends: recommended
    inputs:
      warc: {web}/warc/*.warc.gz
      pages: {web}/pages.parquet
      archives: {web}/archives
    output: {{path: {folder}/out}}
    extract: {{html: resiliparse}}
    budget: {{failed_shards: 100%, failed_records: 100%}}
"""


@pytest.fixture(scope="module")
def output(tmp_path_factory):
    folder = tmp_path_factory.mktemp("real")
    with pytest.MonkeyPatch.context() as monkeypatch:
        here(monkeypatch)
        run(configured(folder, CONFIGURATION.format(web=WEB, folder=folder)))
    return folder / "out"


def test_the_ledger_balances_against_an_independent_count_of_records(output):
    archives = [path for path in [*WEB.glob("archives/*/*"), *WEB.glob("warc/*.warc.gz")] if path.is_file()]
    expected = sum(map(record_count, archives)) + pq.read_metadata(WEB / "pages.parquet").num_rows
    records = json.loads((output / "run.json").read_text())["totals"]["records"]
    assert records["total"] == expected
    assert expected == records["kept"] + records["removed"] + sum(records["skipped"].values()) + sum(
        records["failed"].values()
    )
    assert records["failed"]["truncated_file"] == 2
    assert len(rows_of(output, "failed")) == sum(records["failed"].values())


def test_every_document_is_in_one_of_clean_and_removed_and_has_a_decision(output):
    decisions = rows_of(output, "decisions")
    clean, removed = rows_of(output, "clean"), rows_of(output, "removed")
    assert len({row["id"] for row in decisions}) == len(decisions) == len(clean) + len(removed)
    assert {row["id"] for row in clean} == {row["id"] for row in decisions if row["action"] == "keep"}
    assert all(row["reasons"] for row in removed)


def test_no_document_is_removed_as_the_duplicate_of_one_that_is_not_kept(output):
    kept = {f"{row['source']}:{row['row']}" for row in rows_of(output, "clean")}
    survivors = [r["survivor"] for row in rows_of(output, "removed") for r in row["reasons"] if r["kind"]]
    assert survivors
    assert all(survivor in kept for survivor in survivors)


def test_documents_remember_where_they_came_from(output):
    pages = [row for row in rows_of(output, "documents") if row["source"].startswith("warc/")]
    assert len(pages) > 1000
    assert all(row["url"] and row["offset"] is not None and row["fetched_at"] for row in pages)
    assert all(row["host"] for row in pages if row["url"].startswith("http"))
    assert all(row["record_id"].startswith("<urn:uuid:") for row in pages)
