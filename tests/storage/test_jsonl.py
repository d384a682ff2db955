import gzip
import json
from datetime import UTC, datetime

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

LINES = [json.dumps({"text": f"text {i}", "n": i}).encode() for i in range(6)]
DATA = b"\n".join(LINES) + b"\n"
HOW = {"plain": bytes, "gzip": gzip.compress, "zstd": zstandard.compress}


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("end", [b"\n", b"", b"\r\n"])
def test_lines_are_documents(tmp_path, read_all, how, end):
    (tmp_path / "a").write_bytes(HOW[how](b"\n".join(LINES) + end))
    got = read_all(tmp_path)
    assert got.texts == [f"text {i}" for i in range(6)]
    assert [row["extra"] for row in got.rows] == [f'{{"n":{i}}}' for i in range(6)]
    if how == "plain":
        assert [row["offset"] for row in got.rows] == [sum(len(line) + 1 for line in LINES[:i]) for i in range(6)]


def test_id_url_date_and_declared_columns_travel_typed_and_the_rest_as_json(tmp_path, read_all):
    record = {"body": "grüß", "key": 7, "link": "http://a.b/", "when": "2024-05-06", "s": 1}
    record |= {"z": [1, {"b": None}], "a": "é"}
    (tmp_path / "a.jsonl").write_text(json.dumps(record) + "\n")
    columns = {"s": "double", "missing": "int64"}
    (row,) = read_all(tmp_path, text="body", id="key", url="link", date="when", columns=columns).rows
    assert (row["text"], row["id"], row["url"]) == ("grüß", "7", "http://a.b/")
    assert row["fetched_at"] == datetime(2024, 5, 6, tzinfo=UTC)
    assert (row["s"], row["missing"]) == (1.0, None)
    assert row["extra"] == '{"a":"é","z":[1,{"b":null}]}'


def test_a_record_without_further_columns_has_no_extra(tmp_path, read_all):
    (tmp_path / "a.jsonl").write_text('{"text": "x"}\n')
    assert read_all(tmp_path).rows[0]["extra"] is None


BAD = {
    "bad_utf8": b'{"text": "\xff"}',
    "bad_json": b'{"text": "x"',
    "not_an_object": b"[1, 2]",
    "missing_text": b'{"n": 1}',
    "bad_text": b'{"text": 3}',
}


@pytest.mark.parametrize("error", BAD)
@pytest.mark.parametrize("place", [0, 3, 6])
def test_a_bad_line_costs_one_line(tmp_path, read_all, error, place):
    (tmp_path / "a.jsonl").write_bytes(b"\n".join([*LINES[:place], BAD[error], *LINES[place:]]))
    got = read_all(tmp_path)
    assert got.errors == [(place, error)]
    assert got.failures[0].first_bytes.strip() == BAD[error]
    assert got.failures[0].offset == sum(len(line) + 1 for line in LINES[:place])
    assert [row["row"] for row in got.rows] == [i for i in range(7) if i != place]


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (b'{"text": null}', "missing_text"),
        (b'{"text": "\\ud800"}', "bad_text"),
        (b'{"text": "x", "k": "\\udfff"}', "bad_column"),
        (b'{"text": "x", "k": NaN}', "bad_json"),
        (b'{"text": "x", "k": ' + b"[" * 2000 + b"}", "bad_json"),
        (b'{"text": "x", "k": ' + b"1" * 3000 + b"e}", "bad_json"),
        (b'{"text": "x", "s": "many"}', "bad_column"),
        (b'{"text": "x", "s": 1e400000}', "bad_column"),
        (b'{"text": "x", "id": [1]}', "bad_column"),
        (b'{"text": "x", "url": 4}', "bad_column"),
        (b'{"text": "x", "date": "yesterday"}', "bad_column"),
    ],
)
def test_odd_values_fail_by_name(tmp_path, read_all, line, error):
    (tmp_path / "a.jsonl").write_bytes(LINES[0] + b"\n" + line + b"\n" + LINES[1] + b"\n")
    got = read_all(tmp_path, id="id", date="date", columns={"s": "int64"})
    assert got.errors == [(1, error)]
    assert len(got.rows) == 2


def test_blank_lines_are_counted(tmp_path, read_all):
    (tmp_path / "a.jsonl").write_bytes(LINES[0] + b"\n\n  \n" + LINES[1] + b"\n")
    got = read_all(tmp_path)
    assert got.skipped == {"blank_line": 2}
    assert [row["row"] for row in got.rows] == [0, 3]


@pytest.mark.parametrize("how", HOW)
def test_a_line_over_the_limit_is_passed_over(tmp_path, read_all, how):
    long = json.dumps({"text": "x" * 300_000}).encode()
    (tmp_path / "a").write_bytes(HOW[how](b"\n".join([LINES[0], long, LINES[1]])))
    got = read_all(tmp_path)
    assert got.errors == [(1, "too_large")]
    assert str(len(long) + 1) in got.failures[0].message
    assert got.texts == ["text 0", "text 1"]


def test_a_bomb_is_given_up_and_the_next_member_is_read(tmp_path, read_all):
    bomb = gzip.compress(LINES[0] + b"\n" + b"x" * 50_000_000)
    (tmp_path / "a.gz").write_bytes(bomb + gzip.compress(DATA))
    got = read_all(tmp_path)
    assert got.errors == [(1, "too_large")]
    assert got.texts == ["text 0", *(f"text {i}" for i in range(6))]


def test_a_truncated_file_keeps_what_was_whole(tmp_path, read_all):
    lines = [json.dumps({"text": f"{i * 7919 % 1000003:x}" * 40}).encode() for i in range(2000)]
    data = gzip.compress(b"\n".join(lines))
    (tmp_path / "a.gz").write_bytes(data[: len(data) // 2])
    got = read_all(tmp_path)
    assert [error for _, error in got.errors] == ["truncated_file"]
    assert got.errors[0][0] == len(got.rows)
    assert 500 < len(got.rows) < 1500


def test_a_damaged_member_does_not_take_the_next(tmp_path, read_all):
    first, second = bytearray(gzip.compress(DATA)), gzip.compress(DATA)
    first[40] ^= 0xFF
    (tmp_path / "a.gz").write_bytes(bytes(first) + second)
    got = read_all(tmp_path)
    assert [error for _, error in got.errors] == ["bad_gzip_member"]
    assert got.texts[-6:] == [f"text {i}" for i in range(6)]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.binary(max_size=60).filter(lambda b: b"\n" not in b), max_size=12))
def test_any_lines_are_all_accounted_for(tmp_path_factory, read_all, noise):
    path = tmp_path_factory.mktemp("noise") / "a.jsonl"
    path.write_bytes(b"\n".join([*LINES, *noise, *LINES]) + b"\n")
    got = read_all(path)
    assert got.count == 12 + len(noise)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.text(max_size=5), st.text(max_size=20) | st.integers() | st.none() | st.booleans()))
def test_undeclared_columns_come_back_as_they_were(tmp_path_factory, read_all, columns):
    record = {"text": "x"} | {f"c_{name}": value for name, value in columns.items()}
    path = tmp_path_factory.mktemp("extra") / "a.jsonl"
    try:
        path.write_text(json.dumps(record, ensure_ascii=False) + "\n", "utf-8", newline="\n")
    except UnicodeEncodeError:
        return
    (row,) = read_all(path).rows
    assert json.loads(row["extra"] or "{}") | {"text": "x"} == record
