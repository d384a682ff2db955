import dataclasses

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.contract import HOSTILE_TEXTS
from filters.errors import ConfigurationError
from filters.near import NAMED, Near, bands_for, packed, unpacked
from filters.near_kernels import LEADERS, band_hashes, likeness, star_edges
from filters.shingles import Shingling

SMALL = Near(bands=3, rows=2, similarity=0.5, fewest_shingles=2)
WORDS = [f"word{chr(97 + k % 26)}{chr(97 + k // 26)}" for k in range(40)]


def test_a_text_is_signed_from_the_fewest_shingles_on():
    texts = pa.array([" ".join(WORDS[:count]) for count in (0, 1, 13, 14, 40)])
    signed = Near().sign(texts)
    assert signed.is_valid().to_pylist() == [False, False, False, True, True]
    assert signed.type == pa.binary(448)
    assert Near(fewest_shingles=1).sign(texts).is_valid().to_pylist() == [False, True, True, True, True]


def test_hostile_texts_are_signed_or_null_and_those_of_equal_words_alike():
    signed = Near(fewest_shingles=1).sign(pa.array([*HOSTILE_TEXTS, None, "A  b,c", "a b c"], pa.string()))
    assert len(signed) == len(HOSTILE_TEXTS) + 3
    assert signed[-1] == signed[-2]
    assert not signed[-3].is_valid
    assert len(Near().sign(pa.array([], pa.string()))) == 0


@given(st.lists(st.lists(st.integers(0, 2**32 - 1), min_size=3, max_size=3)), st.data())
def test_packed_signatures_come_back(rows, data):
    values = np.array(rows, np.uint32).reshape(-1, 3)
    present = np.array(data.draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows))), np.bool_)
    column = packed(values, present)
    assert column.is_valid().to_pylist() == present.tolist()
    assert unpacked(column.filter(column.is_valid())).tolist() == values[present].tolist()
    first = data.draw(st.integers(0, len(rows)))
    assert unpacked(packed(values, np.ones(len(rows), np.bool_)).slice(first)).tolist() == values[first:].tolist()


@pytest.mark.parametrize(
    ("similarity", "rows", "least"),
    [(0.75, 8, 84), (0.7, 9, 89), (0.9, 25, 113), (1.0, 1, 14), (0.5, 1, 7), (0.1, 1, 2)],
)
def test_the_least_number_of_equal_values_is_the_similarity_rounded_up(similarity, rows, least):
    bands = 5 if rows == 25 else 14
    assert Near(bands=bands, rows=rows, similarity=similarity).least_equal == least


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"bands": 0}, "0 bands of 8 rows"),
        ({"rows": -1}, "14 bands of -1 rows"),
        ({"bands": 200}, "200 bands of 8 rows: write both from 1 on, 1024 values"),
        ({"similarity": 0.0}, "similarity 0.0"),
        ({"similarity": 1.5}, "similarity 1.5"),
        ({"fewest_shingles": 0}, "fewest_shingles 0"),
    ],
)
def test_numbers_that_make_no_sense_are_refused(values, message):
    with pytest.raises(ConfigurationError, match=message):
        Near(**values)


def test_all_that_signatures_depend_on_is_in_the_fingerprint_and_the_similarity_is_not():
    others = [
        dataclasses.replace(Near(), **change)
        for change in (
            {"shingling": Shingling("words", 6)},
            {"shingling": Shingling("characters", 5)},
            {"bands": 8, "rows": 14},
            {"bands": 13},
            {"fewest_shingles": 9},
            {"seed": 2},
        )
    ]
    assert len({near.fingerprint for near in (Near(), *others)}) == 7
    assert Near(similarity=0.9, verify="off").fingerprint == Near().fingerprint


def test_components_cover_what_is_verified_at_least_as_strictly():
    loose, strict, off = Near(similarity=0.7), Near(similarity=0.8), Near(verify="off")
    assert loose.covers(strict)
    assert loose.covers(loose)
    assert not strict.covers(loose)
    assert off.covers(loose)
    assert off.covers(off)
    assert not loose.covers(off)


@pytest.mark.parametrize("verify", ["signature", "exact", "off"])
def test_below_the_fewest_shingles_a_text_has_neither_signature_nor_set(verify):
    near = Near(verify=verify)  # 10 shingles of 5 words: 14 words
    columns = near.columns(pa.array(["", WORDS[0], " ".join(WORDS[:13]), " ".join(WORDS[:14])]))
    assert [pa.field(name, column.type) for name, column in columns.items()] == near.fields
    assert ("shingles" in columns) == (verify == "exact")
    for column in columns.values():
        assert column.is_valid().to_pylist() == [False, False, False, True]


def test_repeats_count_as_shingles_and_are_one_item_of_the_set():
    columns = Near(verify="exact").columns(pa.array(["again " * 14, "again " * 13]))
    assert [None if items is None else len(items) for items in columns["shingles"].to_pylist()] == [1, None]


def test_exact_verification_covers_itself_from_its_similarity_on_and_nothing_else():
    exact = Near(similarity=0.8, verify="exact")
    assert exact.covers(dataclasses.replace(exact, similarity=0.9))
    assert not exact.covers(dataclasses.replace(exact, similarity=0.7))
    assert not exact.covers(dataclasses.replace(exact, verify="signature"))
    assert not Near(similarity=0.8).covers(exact)
    assert exact.fingerprint == Near().fingerprint
    assert exact.index_fingerprint != Near().index_fingerprint == Near(verify="off").index_fingerprint


def test_bands_are_chosen_as_datasketch_chooses_them_and_named_sets_have_the_same():
    assert bands_for(0.75) == (11, 11)
    chosen = [(name, near) for name, near in NAMED.items() if name.startswith(("redpajama", "slimpajama"))]
    assert len(chosen) == 4
    for _, near in chosen:
        assert bands_for(near.similarity) == (near.bands, near.rows)
    with pytest.raises(ConfigurationError, match="write bands and rows"):
        bands_for(1.0)


SIGNATURES = st.lists(st.lists(st.integers(0, 2), min_size=6, max_size=6), min_size=1, max_size=12).map(
    lambda rows: np.array(rows, np.uint32)
)


@settings(max_examples=50)
@given(SIGNATURES)
def test_hashes_of_bands_are_equal_where_number_and_values_are(signatures):
    found = band_hashes(signatures, 3)
    keys = [[(band, *row[2 * band : 2 * band + 2]) for band in range(3)] for row in signatures.tolist()]
    pairs = {
        (key, h) for row, hashes in zip(keys, found.tolist(), strict=True) for key, h in zip(row, hashes, strict=True)
    }
    assert len(pairs) == len({key for key, _ in pairs}) == len({h for _, h in pairs})


def test_hashes_of_bands_are_spread_over_the_whole_range():
    signatures = np.arange(4000, dtype=np.uint32).reshape(-1, 2)
    counts = np.bincount((band_hashes(signatures, 1)[:, 0] >> np.uint64(60)).astype(np.int64), minlength=16)
    assert counts.min() > 80


@given(SIGNATURES)
def test_two_signatures_are_alike_by_share_or_by_band(signatures):
    one, other = signatures[0], signatures[-1]
    equal = sum(a == b for a, b in zip(one, other, strict=True))
    for least in range(1, 7):
        assert likeness.py_func(one, other, least, 0) == (equal if equal >= least else -1)
    band = any((one[k : k + 2] == other[k : k + 2]).all() for k in (0, 2, 4))
    assert likeness.py_func(one, other, 6, 2) == (equal if band else -1)


def plain_stars(buckets, signatures, least):
    edges = []
    for bucket in buckets:
        for _ in range(LEADERS):
            if not bucket:
                break
            leader, rest = bucket[0], []
            for member in bucket[1:]:
                equal = int((signatures[leader] == signatures[member]).sum())
                if equal >= least:
                    edges.append((leader, member, equal))
                else:
                    rest.append(member)
            bucket = rest
    return edges


@settings(max_examples=100)
@given(SIGNATURES, st.integers(1, 6), st.data())
def test_each_bucket_makes_stars_around_the_first_of_what_is_left(signatures, least, data):
    places = st.lists(st.integers(0, len(signatures) - 1), unique=True, min_size=2).map(sorted)
    buckets = data.draw(st.lists(places, max_size=4)) if len(signatures) > 1 else []
    bounds = np.cumsum([0, *map(len, buckets)]).astype(np.int64)
    members = np.array([m for bucket in buckets for m in bucket], np.int64)
    found = star_edges(bounds, members, signatures, least)
    assert list(zip(*(part.tolist() for part in found), strict=True)) == plain_stars(buckets, signatures, least)


def test_a_hot_bucket_of_texts_that_resemble_nothing_costs_a_few_rounds():
    count = 20_000
    signatures = np.arange(count * 4, dtype=np.uint32).reshape(-1, 4)
    leaders, _, _ = star_edges(np.array([0, count]), np.arange(count), signatures, 2)
    assert len(leaders) == 0
