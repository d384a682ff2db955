import pyarrow as pa
import pytest

from filters.errors import OutputError
from reports.finished_run import open_run


def test_a_folder_without_a_run_is_refused_with_a_mend(tmp_path):
    with pytest.raises(OutputError, match=r"is not a finished run: it has no run\.json\. Name the output folder"):
        open_run(str(tmp_path))


def test_shards_stand_in_order(run_a):
    run = open_run(f"{run_a}/")
    assert run.shards == ("cc/a.warc.gz", "cc/b.warc.gz", "lines/<b>c&d</b>.jsonl#0-1")
    assert run.measured == run.output == str(run_a)


@pytest.mark.parametrize("window", [1, 5, 7, 8, 100])
def test_windows_have_equal_length_whatever_the_row_groups(run_a, window):
    run = open_run(str(run_a))
    tables = list(run.tables("documents", run.shards[0], ["row"], window))
    assert {t.num_rows for t in tables[:-1]} <= {window}
    whole = pa.concat_tables(tables)["row"].to_pylist()
    assert whole == [row for row in range(20) if row not in (3, 5)]


def test_rows_are_read_by_number_not_by_place(run_a):
    run = open_run(str(run_a))
    table = run.rows("documents", run.shards[1], [19, 4, 4, 3], ["row", "id"])
    assert table["row"].to_pylist() == [4, 19]
    assert table["id"].to_pylist() == ["doc-1-4", "doc-1-19"]


def test_no_rows_have_the_columns_all_the_same(run_a):
    run = open_run(str(run_a))
    assert run.rows("decisions", run.shards[0], [], ["id"]).num_rows == 0


def test_a_document_is_found_by_key_and_by_id(run_a):
    run = open_run(str(run_a))
    assert run.find("lines/<b>c&d</b>.jsonl#0-1:7") == (run.shards[2], 7)
    assert run.find("doc-1-7") == (run.shards[1], 7)


def test_an_ambiguous_id_lists_the_candidates(run_a):
    with pytest.raises(OutputError, match=r"3 documents have the id 'twin'; .*: cc/a.warc.gz:0, cc/b.warc.gz:0, lines"):
        open_run(str(run_a)).find("twin")


def test_a_failed_record_says_why(run_a):
    with pytest.raises(
        OutputError, match=r"Record 3 of cc/a\.warc\.gz .* failed \(bad_gzip_member: the member ends early"
    ):
        open_run(str(run_a)).find("cc/a.warc.gz:3")


def test_a_skipped_record_is_said_to_be_none(run_a):
    with pytest.raises(OutputError, match=r"Record 5 of cc/a.warc.gz became no document"):
        open_run(str(run_a)).find("cc/a.warc.gz:5")


def test_a_mistyped_shard_names_the_nearest(run_a):
    with pytest.raises(OutputError, match=r"has no document 'cc/a\.warc:3'.*nearest shard is 'cc/a.warc.gz'"):
        open_run(str(run_a)).find("cc/a.warc:3")


def test_a_missing_file_is_named(run_a, tmp_path):
    run = open_run(str(run_a))
    with pytest.raises(OutputError, match=r"clean/nope.parquet cannot be read"):
        list(run.tables("clean", "nope", ["row"]))


def test_a_run_is_read_through_a_url(run_a):
    run = open_run(f"file://{run_a}")
    assert run.find("doc-1-7") == (run.shards[1], 7)


def test_a_file_of_another_version_that_lacks_a_column_is_named(run_a):
    run = open_run(str(run_a))
    with pytest.raises(
        OutputError, match=r"decisions/.*\.parquet has no column mood: another version of Tamis wrote it"
    ):
        run.rows("decisions", run.shards[0], [1], ["id", "mood"])
