import pytest

from storage.layout import CLEAN_FIELDS, GROUPS, shard_path


@pytest.mark.parametrize("output", ["out", "out/", "memory://bucket/out"])
def test_a_shard_s_files_lie_in_its_folders(output):
    path = shard_path(output, "clean", "cc/2024/a.warc.gz")
    assert path == f"{output.rstrip('/')}/clean/cc/2024/a.warc.gz.parquet"


def test_row_groups_have_no_hash_in_their_files_which_urls_would_cut_off():
    assert shard_path("out", "ledger", "cc/a.parquet#00-07", ".json") == "out/ledger/cc/a.parquet~00-07.json"


def test_no_column_is_there_twice():
    for fields in (CLEAN_FIELDS, list(GROUPS)):
        assert len({field.name for field in fields}) == len(fields)
