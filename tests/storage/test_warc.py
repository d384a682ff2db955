import gzip
import os
import time
from datetime import UTC, datetime

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.inputs import Limits

PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><body>hi</body></html>"


@pytest.fixture
def records(warc_record):
    return [warc_record(f"text {i}".encode()) for i in range(6)]


def compressed(records, how):
    if how == "plain":
        return b"".join(records)
    one = gzip.compress if how == "gzip" else zstandard.compress
    return b"".join(map(one, records))


@pytest.mark.parametrize("how", ["plain", "gzip", "zstd"])
def test_records_keep_url_date_type_id_file_and_offset(tmp_path, read_all, records, how):
    path = tmp_path / "a.warc"
    path.write_bytes(compressed(records, how))
    got = read_all(path)
    assert got.texts == [f"text {i}" for i in range(6)]
    assert [row["row"] for row in got.rows] == list(range(6))
    offsets = [row["offset"] for row in got.rows]
    assert offsets == [len(compressed(records[:i], how)) for i in range(6)]
    first = got.rows[0]
    assert first["url"] == "http://example.org/"
    assert first["fetched_at"] == datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert first["record_id"] == "<urn:uuid:1>"
    assert first["content_type"] == "text/plain"
    assert first["source"] == "in/a.warc"
    assert first["id"] is None


def test_one_gzip_member_around_a_whole_file_is_read(tmp_path, read_all, records):
    (tmp_path / "a.warc.gz").write_bytes(gzip.compress(b"".join(records)))
    got = read_all(tmp_path)
    assert len(got.rows) == 6
    assert [row["offset"] for row in got.rows] == [0, None, None, None, None, None]


def test_html_is_kept_as_a_page_with_its_headers(tmp_path, read_all, warc_record):
    (tmp_path / "a.warc").write_bytes(warc_record(PAGE))
    (row,) = read_all(tmp_path).rows
    assert row["text"] is None
    assert row["page"] == b"<html><body>hi</body></html>"
    assert row["headers"] == '{"content-type": "text/html; charset=utf-8"}'


def test_what_is_no_document_is_counted_by_cause(tmp_path, read_all, warc_record):
    kinds = ["warcinfo", "request", "metadata", "revisit", "continuation", "strange"]
    answers = [
        b"HTTP/1.1 301 Moved\r\nLocation: /x\r\n\r\n",
        b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n<p>no",
        b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n\x89PNG",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n",
    ]
    data = [warc_record(b"x", kind) for kind in kinds] + [warc_record(answer) for answer in answers]
    (tmp_path / "a.warc").write_bytes(b"".join(data))
    got = read_all(tmp_path)
    assert got.skipped == dict.fromkeys(
        ["warcinfo", "request", "metadata", "revisit", "continuation", "other_record",
         "redirect", "http_error", "not_text", "empty_body"], 1)  # fmt: skip
    assert got.count == 10


def test_wet_conversions_carry_text_and_bad_utf8_fails(tmp_path, read_all, warc_record):
    data = warc_record("grüß".encode(), "conversion") + warc_record(b"\xff\xfe", "conversion")
    (tmp_path / "a.wet").write_bytes(data)
    got = read_all(tmp_path)
    assert got.texts == ["grüß"]
    assert got.errors == [(1, "bad_utf8")]


@pytest.mark.parametrize("how", ["gzip", "zstd"])
def test_a_damaged_member_costs_one_record(tmp_path, read_all, records, how):
    data = bytearray(compressed(records, how))
    begin = len(compressed(records[:2], how))
    data[begin + 30 : begin + 60] = b"\x00" * 30
    (tmp_path / "a.warc").write_bytes(data)
    got = read_all(tmp_path)
    assert [row["row"] for row in got.rows] == [0, 1, 3, 4, 5]
    assert got.errors == [(2, f"bad_{how}_member")]
    assert got.failures[0].offset == begin


def test_a_record_whose_checksum_is_wrong_is_not_believed(tmp_path, read_all, records):
    data = bytearray(compressed(records, "gzip"))
    data[len(compressed(records[:3], "gzip")) - 6] ^= 1
    (tmp_path / "a.warc").write_bytes(data)
    got = read_all(tmp_path)
    assert got.errors == [(2, "bad_gzip_member")]
    assert [row["row"] for row in got.rows] == [0, 1, 3, 4, 5]


@pytest.mark.parametrize("how", ["plain", "gzip", "zstd"])
def test_a_truncated_file_is_a_named_failure_wherever_it_is_cut(tmp_path, read_all, records, how):
    whole = compressed(records, how)
    bounds = [len(compressed(records[:i], how)) for i in range(7)]
    for cut in range(bounds[4] + 1, bounds[6], 7):
        (tmp_path / "a.warc").write_bytes(whole[:cut])
        got = read_all(tmp_path)
        complete = sum(bound <= cut for bound in bounds) - 1
        tail = 4 if how == "plain" else 0  # the line ends after the last block may be missing
        if cut in bounds or cut >= bounds[complete + 1] - tail:
            assert not got.failures
        else:
            assert got.errors == [(complete, "truncated_file")], cut


@pytest.mark.parametrize("wrong", [-9, 60, 3000])
@pytest.mark.parametrize("how", ["plain", "gzip"])
def test_a_wrong_length_costs_one_record(tmp_path, read_all, records, warc_record, how, wrong):
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nlong enough"
    records[2] = warc_record(block, length=len(block) + wrong)
    (tmp_path / "a.warc").write_bytes(compressed(records, how))
    got = read_all(tmp_path)
    assert [row["row"] for row in got.rows] == [0, 1, 3, 4, 5]
    assert got.errors == [(2, "wrong_length")]


def test_a_length_beyond_the_file_does_not_swallow_it(tmp_path, read_all, records, warc_record):
    records[2] = warc_record(b"short", length=10**15)
    (tmp_path / "a.warc").write_bytes(b"".join(records))
    got = read_all(tmp_path)
    assert [row["row"] for row in got.rows] == [0, 1, 3, 4, 5]
    assert got.errors == [(2, "wrong_length")]


@pytest.mark.parametrize(
    "header", [b"WARC/1.0\r\nWARC-Type: response\r\n\r\n", b"WARC/1.0\r\nContent-Length: x\r\n\r\n"]
)
def test_a_malformed_header_costs_one_record(tmp_path, read_all, records, header):
    records[2] = header + b"some block\r\n\r\n"
    (tmp_path / "a.warc").write_bytes(b"".join(records))
    got = read_all(tmp_path)
    assert got.errors == [(2, "bad_header")]
    assert len(got.rows) == 5


def test_garbage_between_records_is_one_failure(tmp_path, read_all, records):
    (tmp_path / "a.warc").write_bytes(records[0] + b"garbage\nand more\n" * 3 + records[1])
    got = read_all(tmp_path)
    assert got.errors == [(1, "bad_header")]
    assert [row["row"] for row in got.rows] == [0, 2]


def test_a_record_over_the_limit_is_passed_over(tmp_path, read_all, records, warc_record):
    records[2] = warc_record(b"x" * 10_000)
    for how in ("plain", "gzip"):
        (tmp_path / "a.warc").write_bytes(compressed(records, how))
        got = read_all(tmp_path)
        assert got.errors == [(2, "too_large")]
        assert len(got.rows) == 5


def test_a_large_image_is_skipped_and_not_a_failure(tmp_path, read_all, warc_record):
    image = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n" + b"x" * 10_000
    (tmp_path / "a.warc").write_bytes(warc_record(image))
    assert read_all(tmp_path).skipped == {"not_text": 1}


def test_a_bomb_costs_one_record_and_little_time(tmp_path, read_all, records, warc_record):
    records[2] = warc_record(b"\0" * 64_000_000, length=64_000_000)
    (tmp_path / "a.warc").write_bytes(compressed(records, "gzip"))
    began = time.monotonic()
    got = read_all(tmp_path)
    assert got.errors == [(2, "too_large")]
    assert len(got.rows) == 5
    assert time.monotonic() - began < 5


def test_a_bomb_inside_a_content_encoding_fails(tmp_path, read_all, warc_record):
    bomb = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(
        b"a" * 900_000
    )
    (tmp_path / "a.warc").write_bytes(warc_record(bomb))
    assert read_all(tmp_path).errors == [(0, "too_large")]


def test_magic_bytes_everywhere_take_linear_time(tmp_path, read_all, records):
    (tmp_path / "a.warc.gz").write_bytes(
        gzip.compress(records[0]) + b"\x1f\x8b\x08\0\0\0\0\0\0\0" * 50_000 + gzip.compress(records[1])
    )
    began = time.monotonic()
    got = read_all(tmp_path)
    assert len(got.rows) == 2
    assert len(got.failures) == 1
    assert time.monotonic() - began < 10


def test_many_wrong_lengths_take_linear_time(tmp_path, read_all, warc_record):
    (tmp_path / "a.warc").write_bytes(warc_record(b"x", length=4000) * 3000)
    began = time.monotonic()
    got = read_all(tmp_path)
    assert {error for _, error in got.errors} <= {"wrong_length", "truncated_file", "bad_header"}
    assert time.monotonic() - began < 10


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(noise=st.binary(max_size=400), place=st.integers(0, 1200), how=st.sampled_from(["plain", "gzip", "zstd"]))
def test_no_damage_raises_or_loses_the_balance(tmp_path_factory, read_all, warc_record, noise, place, how):
    whole = compressed([warc_record(os.fsencode(f"text {i}")) for i in range(4)], how)
    path = tmp_path_factory.mktemp("damaged") / "a.warc"
    path.write_bytes(whole[:place] + noise + whole[place + len(noise) // 2 :])
    got = read_all(path, limits=Limits(record_bytes=2048, chunk_rows=4))
    assert got.count >= 1


def test_a_chunk_ends_where_much_was_skipped_so_that_reading_is_seen_to_go_on(tmp_path, read_all, warc_record):
    (tmp_path / "a.warc").write_bytes(warc_record(b"x" * 3000, "metadata") * 9)
    got = read_all(tmp_path)
    assert [chunk.record_count for chunk in got.chunks] == [3, 3, 3]
    assert got.skipped == {"metadata": 9}
