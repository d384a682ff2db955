import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.split_elections import PLACEMENTS, elect_within_splits
from filters.splits import BRIDGES, LEAKS, Splits
from filters.survivors import LOSERS

SPLITS = Splits((("train", 0.8), ("validation", 0.1), ("test", 0.1)), by="host")
COLUMNS = pa.schema(
    [
        pa.field("component", pa.string(), nullable=False),
        pa.field("shard", pa.int64(), nullable=False),
        pa.field("row", pa.int64(), nullable=False),
        pa.field("settled", pa.bool_(), nullable=False),
        pa.field("split", pa.string()),
    ]
)


def table(*rows):
    """Contenders of (component, split, settled), settled ones in shard 0 and others in shard 1, by their place."""
    columns = [
        {"component": c, "split": s, "settled": fixed, "shard": int(not fixed), "row": place}
        for place, (c, s, fixed) in enumerate(rows)
    ]
    return pa.Table.from_pylist(columns, schema=COLUMNS)


def nobody(contenders):
    return LOSERS.empty_table()


def all_but_the_first(contenders):
    """Every component is of one text: its last contender survives."""
    kept, lost = {}, []
    for row in sorted(contenders.to_pylist(), key=lambda row: (not row["settled"], -row["row"])):
        first = kept.setdefault(row["component"], row)
        if first is not row and not row["settled"]:
            survivor = {"survivor_shard": first["shard"], "survivor_row": first["row"]}
            lost.append({"shard": row["shard"], "row": row["row"], **survivor, "kind": "text", "similarity": 1.0})
    return pa.Table.from_pylist(lost, schema=LOSERS)


def placed(*rows, elect=nobody):
    losers, found = elect_within_splits(table(*rows), SPLITS, elect)
    assert found.schema == PLACEMENTS
    told = {
        row["row"]: row["split"] or (row["reason"], row["between"], row["survivor_row"]) for row in found.to_pylist()
    }
    return losers, told


def test_across_splits_the_one_named_last_keeps_its_documents():
    rows = [("a", split, False) for split in ("train", "test", "validation", "train", "test")]
    losers, told = placed(*rows, ("b", "train", False), ("b", "train", False), elect=all_but_the_first)
    # 1 and 4 are in test; 4 survives 1, and so stands for those that leave
    assert told == {
        0: (LEAKS, "train, test", 4), 2: (LEAKS, "validation, test", 4), 3: (LEAKS, "train, test", 4),
    }  # fmt: skip
    assert sorted(losers["row"].to_pylist()) == [1, 5]


def test_without_test_the_documents_of_validation_are_protected():
    assert placed(("a", "train", False), ("a", "validation", False))[1] == {0: (LEAKS, "train, validation", 1)}


def test_new_documents_go_where_those_of_an_earlier_output_stand():
    assert placed(("a", "validation", True), ("a", None, False), ("b", None, False))[1] == {1: "validation"}


def test_a_host_of_another_split_leaves_whatever_is_protected_since_what_stands_stays():
    rows = [("a", "train", True), ("a", "test", False), ("a", "train", False)]
    assert placed(*rows)[1] == {1: (LEAKS, "test, train", 0)}


def test_what_would_bridge_two_splits_leaves_and_names_both():
    rows = [("a", "train", True), ("a", "test", True), ("a", None, False), ("b", None, False)]
    assert placed(*rows)[1] == {2: (BRIDGES, "train, test", 0)}
    rows = [("a", "train", True), ("a", "test", True), ("a", "test", False)]
    assert placed(*rows)[1] == {2: (BRIDGES, "train, test", 0)}


def test_without_contenders_nobody_is_placed():
    losers, found = elect_within_splits(table(), SPLITS, nobody)
    assert (losers.num_rows, found.num_rows) == (0, 0)


ROWS = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from(SPLITS.names), st.sampled_from([False, False, False, True])),
    max_size=12,
)


@settings(max_examples=300, deadline=None)
@given(ROWS, st.booleans(), st.sampled_from([nobody, all_but_the_first]))
def test_each_component_stands_in_one_split_and_whoever_leaves_names_one_that_is_kept(rows, by_host, elect):
    rows = [(c, s if by_host or fixed else None, fixed) for c, s, fixed in rows]
    losers, told = placed(*rows, elect=elect)
    lost = set(losers["row"].to_pylist())
    gone = {row for row, what in told.items() if isinstance(what, tuple)}
    assert not lost & gone
    assert not {row for row, (_, _, fixed) in enumerate(rows) if fixed} & (lost | told.keys())
    for component in "abc":
        members = {row: (s, fixed) for row, (c, s, fixed) in enumerate(rows) if c == component}
        stands = {s for s, fixed in members.values() if fixed}
        kept = {row: told.get(row, s) for row, (s, _) in members.items() if row not in gone | lost}
        assert len(set(kept.values())) <= max(1, len(stands))
        assert bool(kept) == bool(members)
        assert not stands or set(kept.values()) <= stands
        for row in gone & members.keys():
            reason, between, survivor = told[row]
            assert survivor in kept
            assert (reason == BRIDGES) == (len(stands) > 1)
            if reason == LEAKS:
                assert between == f"{members[row][0]}, {kept[survivor]}"
                assert stands or SPLITS.names.index(members[row][0]) < SPLITS.names.index(kept[survivor])
            else:
                assert between == ", ".join(name for name in SPLITS.names if name in stands)


@settings(max_examples=100, deadline=None)
@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(rows, random):
    contenders = table(*rows)
    places = list(range(len(rows)))
    random.shuffle(places)
    mixed = contenders.take(pa.array(places, pa.int64()))
    one, other = (elect_within_splits(each, SPLITS, all_but_the_first) for each in (contenders, mixed))
    assert one[1].equals(other[1])
