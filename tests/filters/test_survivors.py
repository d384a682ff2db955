import hashlib
from dataclasses import replace

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.near import Near
from filters.survivors import LOSERS, NEAR_DIGEST, contenders_schema, elect

ORDER = (("score", True), ("length", False))
KINDS = ("text", "url")


def table(rows, order=ORDER, settled=()):
    """Contenders: (text, url, order values...), named by their place: two shards, rows in between.

    Those at the places of `settled` stay whatever they resemble.
    """
    component = components([row[:2] for row in rows])
    columns = {
        "component": [f"c{c}" for c in component],
        "shard": [place % 2 for place in range(len(rows))],
        "row": [place // 2 for place in range(len(rows))],
        "settled": [place in settled for place in range(len(rows))],
        "text_hash": [None if r[0] is None else bytes([r[0]] * 16) for r in rows],
        "url_hash": [None if r[1] is None else bytes([r[1]] * 16) for r in rows],
        **{
            f"order_{k}": [None if place in settled else r[2 + k] for place, r in enumerate(rows)]
            for k in range(len(order))
        },
    }
    return pa.table(columns, schema=contenders_schema(order))


def components(pairs):
    names = list(range(len(pairs)))
    for _ in pairs:
        for a, left in enumerate(pairs):
            for b, right in enumerate(pairs):
                if any(x == y and x is not None for x, y in zip(left, right, strict=True)):
                    names[a] = names[b] = min(names[a], names[b])
    return names


def rank(row):
    """Settled ones by shard and row, then greatest score first, then least length, nulls last, then shard and row."""
    score, length = row["order_0"], row["order_1"]
    return (not row["settled"], score is None, -(score or 0.0), length is None, length or 0.0, row["shard"], row["row"])


def twin(contenders, kinds=KINDS):
    survivors, lost = [], []
    for row in sorted(contenders.to_pylist(), key=rank):
        for kind in kinds:
            value = row[f"{kind}_hash"]
            won = next((s for s in survivors if value is not None and s[f"{kind}_hash"] == value), None)
            if won is not None and not row["settled"]:
                lost.append((row["shard"], row["row"], won["shard"], won["row"], kind, 1.0))
                break
        else:
            survivors.append(row)
    return sorted(lost)


def tuples(losers):
    assert losers.schema == LOSERS
    return [tuple(row.values()) for row in losers.to_pylist()]


HASH = st.one_of(st.none(), st.integers(0, 4))
VALUE = st.one_of(st.none(), st.sampled_from([-1.0, 0.0, 2.5]))
ROWS = st.lists(st.tuples(HASH, HASH, VALUE, VALUE), max_size=14)
SETTLED = st.sets(st.integers(0, 13), max_size=5)


@settings(max_examples=300, deadline=None)
@given(ROWS, st.sampled_from([KINDS, ("text",), ("url",), ()]), SETTLED)
def test_elections_are_greedy_in_the_total_order(rows, kinds, settled):
    contenders = table(rows, settled=settled)
    losers = tuples(elect(contenders, kinds, ORDER))
    assert losers == twin(contenders, kinds)
    assert not {loser[2:4] for loser in losers} & {loser[:2] for loser in losers}  # no survivor has lost


@settings(max_examples=100, deadline=None)
@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(rows, random):
    contenders = table(rows)
    places = list(range(len(rows)))
    random.shuffle(places)
    assert elect(contenders.take(pa.array(places, pa.int64())), KINDS, ORDER).equals(elect(contenders, KINDS, ORDER))


@settings(max_examples=100, deadline=None)
@given(ROWS, st.integers(1, 4))
def test_the_partitioning_of_components_changes_nothing(rows, count):
    contenders = table(rows)
    homes = [int(name[1:]) % count for name in contenders.column("component").to_pylist()]
    parts = [contenders.filter(pa.array([h == p for h in homes], pa.bool_())) for p in range(count)]
    apart = pa.concat_tables([elect(part, KINDS, ORDER) for part in parts])
    assert sorted(tuples(apart)) == tuples(elect(contenders, KINDS, ORDER))


def test_without_an_order_the_key_settles():
    losers = elect(table([(1, None)] * 3, order=()), KINDS, ())
    assert tuples(losers) == [(0, 1, 0, 0, "text", 1.0), (1, 0, 0, 0, "text", 1.0)]


def test_nulls_stand_last_in_either_direction():
    for direction in (True, False):
        losers = elect(table([(1, None, None), (1, None, 5.0)], order=(("a", direction),)), KINDS, (("a", direction),))
        assert tuples(losers) == [(0, 0, 1, 0, "text", 1.0)]


def test_a_document_stays_when_what_it_resembles_has_lost():
    # The second resembles the first by text and the third by URL; the third resembles no survivor.
    losers = elect(table([(1, None, 3.0, 0.0), (1, 9, 2.0, 0.0), (None, 9, 1.0, 0.0)]), KINDS, ORDER)
    assert tuples(losers) == [(1, 0, 0, 0, "text", 1.0)]


NEAR = Near(bands=2, rows=2, similarity=0.5, fewest_shingles=1)


def signed_table(rows, settled=()):
    """The same with a last value: a signature of four values, or none. All are one component."""
    contenders = table([row[:4] for row in rows], settled=settled).set_column(
        0, "component", pa.array(["c"] * len(rows), pa.string())
    )
    packed = [None if row[4] is None else np.array(row[4], "<u4").tobytes() for row in rows]
    return contenders.append_column("signature", pa.array(packed, NEAR.type))


def elected(contenders, kinds, near):
    """The election of contenders with signatures: it is given their digests, and asks for the signatures."""
    signatures = contenders["signature"].to_pylist()
    digests = [None if value is None else hashlib.md5(value).digest() for value in signatures]
    keys = zip(contenders["shard"].to_pylist(), contenders["row"].to_pylist(), strict=True)
    by_key = dict(zip(keys, signatures, strict=True))

    def told_by(shards, rows):
        asked = [by_key[key] for key in zip(shards.tolist(), rows.tolist(), strict=True)]
        assert len(set(asked)) == len(asked)
        return np.stack([np.frombuffer(value, "<u4") for value in asked])

    contenders = contenders.drop_columns("signature").append_column(NEAR_DIGEST, pa.array(digests, pa.binary(16)))
    return elect(contenders.cast(contenders_schema(ORDER, near=True)), kinds, ORDER, near, told_by)


def alike(one, other, near):
    if one is None or other is None:
        return None
    pair = [np.frombuffer(s, "<u4") for s in (one, other)]
    equal = pair[0] == pair[1]
    near_enough = equal.mean() >= near.similarity if near.verify == "signature" else equal.reshape(-1, 2).all(1).any()
    return equal.mean() if near_enough else None


def near_twin(contenders, kinds, near):
    survivors, lost = [], []
    for row in sorted(contenders.to_pylist(), key=rank):
        found = []
        for place, kind in enumerate(kinds):
            for s in survivors:
                if kind != "near":
                    value = row[f"{kind}_hash"]
                    similarity = 1.0 if value is not None and s[f"{kind}_hash"] == value else None
                else:
                    similarity = alike(row["signature"], s["signature"], near)
                if similarity is not None:
                    found.append((place, s, kind, similarity))
        if found and not row["settled"]:
            key = "signature"
            _, won, kind, similarity = min(found, key=lambda f: (f[0], f[2] == "near" and f[1][key] != row[key]))
            lost.append((row["shard"], row["row"], won["shard"], won["row"], kind, similarity))
        else:
            survivors.append(row)
    return sorted(lost)


SIGNED = st.one_of(st.none(), st.lists(st.integers(0, 2), min_size=4, max_size=4))
NEAR_ROWS = st.lists(st.tuples(HASH, HASH, VALUE, VALUE, SIGNED), max_size=14)


@settings(max_examples=300, deadline=None)
@given(
    NEAR_ROWS,
    st.sampled_from([("text", "url", "near"), ("text", "near"), ("near",)]),
    st.sampled_from([NEAR, replace(NEAR, similarity=0.75), replace(NEAR, similarity=1.0), replace(NEAR, verify="off")]),
    SETTLED,
)
def test_what_is_near_a_survivor_goes_and_what_is_near_to_what_went_stays(rows, kinds, near, settled):
    contenders = signed_table(rows, settled)
    assert tuples(elected(contenders, kinds, near)) == near_twin(contenders, kinds, near)


def test_there_is_no_chaining_from_one_near_duplicate_to_the_next():
    rows = [(None, None, 3.0, 0.0, [1, 1, 1, 1]), (None, None, 2.0, 0.0, [1, 1, 2, 2]), (None, None, 1.0, 0.0, [2] * 4)]
    assert tuples(elected(signed_table(rows), ("near",), NEAR)) == [(1, 0, 0, 0, "near", 0.5)]


def test_what_is_settled_stays_though_others_have_a_higher_score_and_though_it_resembles_what_else_is_settled():
    rows = [(1, None, 9.0, 0.0), (1, None, 1.0, 0.0), (1, None, None, 0.0), (2, None, 9.0, 0.0)]
    assert tuples(elect(table(rows, settled={1, 2}), KINDS, ORDER)) == [(0, 0, 0, 1, "text", 1.0)]


def test_signatures_meet_within_components_only():
    contenders = signed_table([(None, None, 1.0, 0.0, [1, 1, 1, 1])] * 4)
    contenders = contenders.set_column(0, "component", pa.array(["c", "d", "c", "d"]))
    assert tuples(elected(contenders, ("near",), NEAR)) == [
        (0, 1, 0, 0, "near", 1.0), (1, 1, 1, 0, "near", 1.0),
    ]  # fmt: skip


def test_of_many_texts_with_a_few_signatures_one_each_survives():
    rows = [(None, None, None, None, [k % 3, 3 + k % 3, 6 + k % 3, 9 + k % 3]) for k in range(60)]
    losers = elected(signed_table(rows), ("near",), NEAR)
    assert len(losers) == 57
