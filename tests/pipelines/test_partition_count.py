import pytest
from runs import configured

from pipelines.partition_count import MOST_BY_BLOCKS, MOST_BY_FILES, partition_count

CONFIGURATION = "{{inputs: {{web: [a.jsonl]}}, steps: [{{name: raw}}], duplicates: {duplicates}, run: {run}}}"
NEAR, EXACT = "{of: raw, near: {bands: 14, rows: 8}}", "{of: raw}"
MIB, GIB = 1 << 20, 1 << 30


@pytest.fixture
def counted(tmp_path):
    def _counted(sizes, duplicates=NEAR, run="{workers: 2}"):
        configuration = configured(tmp_path, CONFIGURATION.format(duplicates=duplicates, run=run))
        return partition_count(sizes, configuration.policy(), configuration.run)

    return _counted


@pytest.mark.parametrize(
    ("sizes", "duplicates", "count"),
    [
        ([], NEAR, 4),  # two a worker at least
        ([256 * MIB], NEAR, 4),
        ([319 * MIB], NEAR, 4),
        ([160 * MIB, 160 * MIB], NEAR, 5),  # 320 MiB by 16 hashes, two of them exact
        ([10 * GIB], NEAR, 160),
        ([10 * GIB], EXACT, 20),
        ([10 * GIB], "null", 20),
        ([1000 * GIB], NEAR, MOST_BY_FILES),
    ],
)
def test_parts_follow_from_the_size_of_the_input_and_the_hashes_of_a_document(counted, sizes, duplicates, count):
    assert counted(sizes, duplicates) == count


def test_pieces_that_are_counted_over_the_corpus_ask_for_as_many_parts_as_near_duplicates(tmp_path):
    exact = configured(tmp_path, CONFIGURATION.format(duplicates=EXACT, run="{workers: 2}"))
    more = configured(tmp_path, CONFIGURATION.format(duplicates="{of: raw, near: {bands: 20, rows: 13}}", run="{}"))
    assert partition_count([10 * GIB], exact.policy(), exact.run, counts=True) == 160
    assert partition_count([10 * GIB], more.policy(), more.run, counts=True) == 220


def test_a_distributed_runner_has_more_parts(counted):
    assert counted([1000 * GIB], run="{runner: FlinkRunner}") == MOST_BY_BLOCKS
    assert counted([100 * GIB], run="{exchange: blocks, workers: 1}") == 1600
    assert counted([100 * GIB], run="{runner: FlinkRunner, exchange: files}") == MOST_BY_FILES
