from types import SimpleNamespace

import pyarrow as pa
import pytest

from filters.policy import Duplicates
from filters.survivors import contenders_schema
from pipelines import electing_stage
from pipelines.corpus import Corpus
from pipelines.electing_stage import _pack, hold_elections, losers_of, partitioned

SCHEMA = contenders_schema(())


def contenders(*rows):
    """Contenders of (component, shard, row), those of a component all of one text."""
    made = [
        {"component": c, "shard": s, "row": r, "settled": False, "text_hash": c.encode().ljust(16)} for c, s, r in rows
    ]
    return pa.Table.from_pylist(made, schema=SCHEMA)


@pytest.fixture(autouse=True)
def kit(monkeypatch):
    policy = SimpleNamespace(duplicates=Duplicates("raw"), splits=None)
    corpus = Corpus([], "out", ["a", "b", "c"])
    monkeypatch.setattr(electing_stage, "tools", lambda job: SimpleNamespace(policy=policy, corpus=corpus))


def test_losers_go_back_to_their_own_shard_and_name_who_survived():
    table = contenders(("a:0", 0, 0), ("a:0", 1, 7), ("a:0", 1, 3), ("b:1", 2, 1))
    losers = dict(hold_elections(None, [_pack(table)]))
    assert list(losers) == [1]
    rows = losers_of([losers[1]]).to_pylist()
    assert [(r["row"], r["survivor_shard"], r["survivor_row"], r["kind"]) for r in rows] == [
        (3, 0, 0, "text"), (7, 0, 0, "text"),
    ]  # fmt: skip


def test_the_order_in_which_parts_arrive_changes_nothing():
    parts = [_pack(contenders(("a:0", shard, row))) for shard, row in ((2, 5), (0, 4), (1, 9))]
    assert list(hold_elections(None, parts)) == list(hold_elections(None, parts[::-1]))


def test_a_component_is_in_one_partition_whichever_shard_its_members_are_in():
    table = contenders(*((f"a:{k % 20}", k % 3, k) for k in range(60)))
    homes = {}
    for partition, packed in partitioned(table, 4):
        for name in pa.ipc.open_stream(packed).read_all()["component"].to_pylist():
            homes.setdefault(name, set()).add(partition)
    assert len(homes) == 20
    assert all(len(home) == 1 for home in homes.values())
    assert len(set().union(*homes.values())) > 1


def test_without_contenders_nobody_loses():
    assert list(partitioned(contenders(), 4)) == []
    assert list(hold_elections(None, [])) == []
    assert losers_of([]).num_rows == 0
