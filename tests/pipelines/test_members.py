import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_exchange import job_of

from filters.components import components
from filters.errors import RunError
from filters.stars import LINK
from pipelines import blocks, members
from pipelines.blocks import keyed_blocks, partitions_of, unpacked
from pipelines.documents import numbered
from pipelines.members import MEMBER, find_members, members_by_shard, members_of_shard

SHARDS = ["a", "b", "c"]


@pytest.fixture(scope="module")
def job(tmp_path_factory):
    return job_of(tmp_path_factory.mktemp("members"), SHARDS)


def links_of(pairs):
    """Links between (shard, row) and (shard, row)."""
    numbers = [numbered(np.array([p[end][0] for p in pairs], np.int64), np.array([p[end][1] for p in pairs], np.uint64))
               for end in (0, 1)]  # fmt: skip
    links = np.empty(len(pairs), LINK)
    links["node"], links["other"] = np.maximum(*numbers), np.minimum(*numbers)
    return links


def by_shard(found):
    parts = {}
    for number, block in found:
        parts.setdefault(number, []).append(block)
    return {number: members_of_shard(reversed(part)).tolist() for number, part in sorted(parts.items())}


DOCUMENT = st.tuples(st.integers(0, 2), st.integers(0, 5))
PAIRS = st.lists(st.tuples(DOCUMENT, DOCUMENT).filter(lambda pair: pair[0] != pair[1]), max_size=25)


@settings(max_examples=60, deadline=None)
@given(PAIRS, st.integers(1, 7))
def test_links_that_are_folded_as_they_come_give_the_same_members(job, pairs, size):
    links = links_of(pairs)
    wanted = by_shard(members_by_shard(*components(links["node"], links["other"]), first_own=0))
    parts = [links[first : first + size].tobytes() for first in range(0, len(links), size)]
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(members, "FOLDED_LINKS", 2)
        monkeypatch.setattr(blocks, "BLOCK_BYTES", 2 * MEMBER.itemsize)
        assert by_shard(find_members(job, parts)) == wanted


def test_members_of_earlier_outputs_are_told_where_their_component_has_one_of_the_run():
    links = links_of([((0, 1), (0, 2)), ((0, 3), (1, 4)), ((1, 4), (2, 0))])
    found = by_shard(members_by_shard(*components(links["node"], links["other"]), first_own=2))
    assert found == {0: [(3, 3, 3)], 1: [(4, 3, 3)], 2: [(0, 3, 3)]}


def test_more_links_than_one_worker_may_get_are_refused_with_the_setting(job):
    links = links_of([((0, row), (1, row)) for row in range(5)]).tobytes()
    assert len(find_members(job, [links], 5)) == 2
    with pytest.raises(RunError, match=r"duplicates have more than 9 links, .* write run: \{components: memory\} if"):
        find_members(job, [links, links], 9)


def test_blocks_are_bounded_and_hold_every_record_of_a_key_in_order(monkeypatch):
    records = np.zeros(100, LINK)
    records["node"] = np.arange(100)
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 7 * LINK.itemsize + 3)
    found = list(keyed_blocks(np.arange(100) % 3, records))
    assert max(len(block) for _, block in found) == 7 * LINK.itemsize
    for key in range(3):
        mine = unpacked([block for k, block in found if k == key], LINK)
        assert mine["node"].tolist() == list(range(key, 100, 3))
    assert list(keyed_blocks(np.empty(0, np.int64), records[:0])) == []


@pytest.mark.parametrize("count", [1, 2, 7, 256])
def test_documents_that_lie_together_are_spread_over_all_partitions(count):
    rows = np.arange(100_000, dtype=np.uint64)
    for numbers in (rows, numbered(3, rows), rows << np.uint64(32), np.uint64(2**64 - 1) - rows):
        sizes = np.bincount(partitions_of(numbers, count), minlength=count)
        assert len(sizes) == count
        assert sizes.min() > 0.8 * len(rows) / count
