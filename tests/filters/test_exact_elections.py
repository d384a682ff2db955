"""Elections by exact Jaccard similarity, of which only some sets are in memory at a time."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_survivors import HASH, ORDER, SETTLED, VALUE, rank, table, tuples

from filters import survivors
from filters.near import Near
from filters.shingle_sets import set_digests
from filters.survivors import contenders_schema, elect

NEAR = Near(bands=2, rows=2, similarity=0.5, fewest_shingles=1, verify="exact")


class FewSets:
    """Sets of documents, only those asked for in memory; anything else reads as rubbish."""

    def __init__(self, sets):
        self.sets = sets
        self.sizes = np.array([len(s) for s in sets], np.int64)
        self.starts, self.hashes = np.full(len(sets), -1, np.int64), np.empty(0, np.uint32)
        self.most = 0

    def hold(self, wanted):
        wanted = np.unique(wanted)
        self.starts = np.full(len(self.sets), 1 << 40, np.int64)
        self.starts[wanted] = np.cumsum(self.sizes[wanted]) - self.sizes[wanted]
        self.hashes = np.array([h for number in wanted for h in self.sets[number]], np.uint32)
        self.most = max(self.most, len(self.hashes))


def signed(rows, components=1, settled=()):
    """Contenders of (text, url, two order values, set or None), and what gives their sets by shard and row."""
    contenders = table([row[:4] for row in rows], settled=settled)
    names = pa.array([f"c{place % components}" for place in range(len(rows))], pa.string())
    digests = [None if r[4] is None else set_digests(np.array([0, len(r[4])]), np.array(r[4], np.uint32)).tobytes()
               for r in rows]  # fmt: skip
    contenders = contenders.set_column(0, "component", names)
    contenders = contenders.append_column("near_digest", pa.array(digests, pa.binary(16)))
    keys = zip(contenders["shard"].to_pylist(), contenders["row"].to_pylist(), strict=True)
    sets = {key: row[4] for key, row in zip(keys, rows, strict=True)}
    given = []

    def sets_of(shards, numbers):
        wanted = list(zip(shards.tolist(), numbers.tolist(), strict=True))
        assert len(set(wanted)) == len(wanted)
        given.append(FewSets([sets[key] for key in wanted]))
        return given[-1]

    return contenders.cast(contenders_schema(ORDER, near=True)), sets, sets_of, given


def plain_jaccard(one, other):
    return None if one is None or other is None else len({*one} & {*other}) / len({*one} | {*other})


def twin(contenders, kinds, sets, similarity):
    survived, lost = [], []
    for row in sorted(contenders.to_pylist(), key=lambda row: (row["component"], *rank(row))):
        found = []
        for place, kind in enumerate(kinds):
            for s in (s for s in survived if s["component"] == row["component"]):
                if kind == "near":
                    alike = plain_jaccard(*(sets[r["shard"], r["row"]] for r in (row, s)))
                    alike = alike if alike is not None and alike >= similarity else None
                else:
                    value = row[f"{kind}_hash"]
                    alike = 1.0 if value is not None and s[f"{kind}_hash"] == value else None
                if alike is not None:
                    found.append((place, s, kind, alike))
        if found and not row["settled"]:
            mine = row["near_digest"]
            _, won, kind, alike = min(found, key=lambda f: (f[0], f[2] == "near" and f[1]["near_digest"] != mine))
            lost.append((row["shard"], row["row"], won["shard"], won["row"], kind, alike))
        else:
            survived.append(row)
    return sorted(lost)


SET = st.one_of(st.none(), st.sets(st.integers(0, 9), min_size=1, max_size=8).map(sorted))
ROWS = st.lists(st.tuples(HASH, HASH, VALUE, VALUE, SET), max_size=16)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    ROWS,
    st.sampled_from([("text", "url", "near"), ("text", "near"), ("near",)]),
    st.sampled_from([0.2, 0.5, 0.75, 1.0]),
    st.integers(1, 3),
    st.sampled_from([1, 5, 12, 1000]),
    SETTLED,
)
def test_what_is_near_a_survivor_goes_however_few_sets_are_in_memory(
    monkeypatch, rows, kinds, similarity, components, most, settled
):
    monkeypatch.setattr(survivors, "MOST_SHINGLES", most)
    contenders, sets, sets_of, _ = signed(rows, components, settled)
    near = Near(bands=2, rows=2, similarity=similarity, fewest_shingles=1, verify="exact")
    assert tuples(elect(contenders, kinds, ORDER, near, sets_of)) == twin(contenders, kinds, sets, similarity)


def test_what_a_document_that_went_resembles_stays():
    chain = [(None, None, 3.0 - k, 0.0, [k, k + 1, k + 2, k + 3]) for k in range(3)]
    contenders, _, sets_of, _ = signed(chain)
    assert tuples(elect(contenders, ("near",), ORDER, NEAR, sets_of)) == [(1, 0, 0, 0, "near", pytest.approx(3 / 5))]


def test_memory_holds_a_part_and_the_survivors_whatever_the_component(monkeypatch):
    monkeypatch.setattr(survivors, "MOST_SHINGLES", 50)
    rows = [(None, None, None, None, [*range(9), 1000 + k]) for k in range(40)]
    contenders, _, sets_of, given = signed(rows)
    assert elect(contenders, ("near",), ORDER, NEAR, sets_of).num_rows == 39
    assert given[0].most <= 50 + 10


def test_equal_sets_are_read_once_and_compared_once():
    contenders, _, sets_of, given = signed([(None, None, None, None, [1, 2, k % 3]) for k in range(60)])
    assert elect(contenders, ("near",), ORDER, NEAR, sets_of).num_rows == 59
    assert len(given[0].sets) == 3
