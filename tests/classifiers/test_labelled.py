import gzip
import json
import math

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from classifiers.labelled import LabelColumn, NamedColumns, read_labelled
from filters.errors import ConfigurationError, InputError


@pytest.fixture
def write(tmp_path):
    def written(name, *rows):
        path = tmp_path / name
        if name.endswith(".parquet"):
            pq.write_table(pa.Table.from_pylist(list(rows)), path)
        elif name.endswith(".csv"):
            path.write_text("".join(f"{row}\n" for row in rows))
        else:
            path.write_text("".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows))
        return path

    return written


GOOD = NamedColumns({"quality": LabelColumn("good")})


def read(*paths, named=GOOD):
    return read_labelled(paths, named)


def test_the_three_formats_say_the_same(write):
    rows = [{"text": "a, b", "good": True}, {"text": "", "good": None}, {"text": "c\nd", "good": False}]
    tables = [
        read(write("t.jsonl", *rows)),
        read(write("t.parquet", *rows)),
        read(write("t.csv", "good,text", 'true,"a, b"', ',""', '0,"c\nd"')),
    ]
    for table in tables:
        assert table["text"].to_pylist() == ["a, b", "", "c\nd"]
        assert table["quality"].to_pylist() == [1.0, None, 0.0]
        assert table.schema == tables[0].schema


def test_files_follow_each_other_and_may_be_compressed(write, tmp_path):
    first = write("a.jsonl", {"text": "one", "good": 1})
    second = tmp_path / "b.jsonl.gz"
    second.write_bytes(gzip.compress(b'{"text": "two", "good": 0.25}\n\n'))
    table = read(first, second)
    assert table.to_pylist() == [{"text": "one", "quality": 1.0}, {"text": "two", "quality": 0.25}]


def test_nan_and_absent_keys_are_missing_labels(write):
    assert read(write("t.parquet", {"text": "a", "good": math.nan}))["quality"].to_pylist() == [None]
    assert read(write("t.jsonl", {"text": "a"}, {"text": "b", "good": 1}))["quality"].to_pylist() == [None, 1.0]


def test_a_value_can_stand_for_the_label(write):
    path = write("t.jsonl", {"text": "a", "label": "hate"}, {"text": "b", "label": "neither"}, {"text": "c"})
    named = NamedColumns({"hate": LabelColumn("label", "hate"), "harmless": LabelColumn("label", "neither")})
    table = read(path, named=named)
    assert table["hate"].to_pylist() == [1.0, 0.0, None]
    assert table["harmless"].to_pylist() == [0.0, 1.0, None]


def test_a_value_that_no_row_has_is_refused_with_those_that_are_there(write):
    path = write("t.jsonl", {"text": "a", "label": "hate"}, {"text": "b", "label": "neither"})
    with pytest.raises(
        ConfigurationError, match=r"no row of '.*t\.jsonl' has the value 'hat' .* it has 'hate', 'neith"
    ):
        read(path, named=NamedColumns({"hate": LabelColumn("label", "hat")}))


def test_groups_and_clusters_come_along(write):
    named = NamedColumns({"quality": LabelColumn("good")}, "body", group="who", cluster="site")
    path = write("t.jsonl", {"body": "a", "good": 1, "who": "x", "site": 7}, {"body": "b", "good": 1})
    table = read(path, named=named)
    assert table["group"].to_pylist() == ["x", None]
    assert table["cluster"].to_pylist() == ["7", None]
    several = write("u.jsonl", {"body": "a", "good": 1, "who": ["x", "y"], "site": "s"}, {"body": "b", "who": None})
    assert read(several, named=named)["group"].to_pylist() == [["x", "y"], []]
    with pytest.raises(InputError, match="names in one file and lists of names in another"):
        read(path, several, named=named)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([{"text": "a", "good": 1}, {"text": "b", "good": "yes"}], r"row 2: column 'good' holds 'yes'; true, false.*"
         r"quality=good:VALUE"),
        ([{"text": "a", "good": 3}], "row 1: column 'good' holds 3; true, false, a number from 0 to 1"),
        ([{"text": "a", "good": [1]}], r"row 1: column 'good' holds \[1\]"),
        ([{"text": None, "good": 1}], "row 1: column 'text' holds None; a text of whole characters is wanted"),
        ([{"text": 5, "good": 1}], "row 1: column 'text' holds 5"),
        ([{"good": 1}], "have no column 'text'; their columns: good"),
        (['{"text": "a"', '{"text": "b"}'], "line 1: not JSON"),
        (["[1]"], r"line 1: not a JSON object but '\[1\]'"),
        ([], "no column 'text'; their columns: none"),
        (['{"text": "a\\ud800", "good": 1}'], r"row 1: column 'text' holds 'a\\ud800'; a text of whole characters"),
        (['{"text": "a", "good": 1' + "0" * 400 + "}"], r"row 1: column 'good' holds 1000+\.\.\."),
        (["[" * 200_000], "line 1: not JSON: maximum recursion depth"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_file_row_and_value(write, rows, message):
    with pytest.raises(InputError, match=rf"t\.jsonl'.*{message}"):
        read(write("t.jsonl", *rows))


def test_a_damaged_table_is_told_with_its_file(write, tmp_path):
    with pytest.raises(InputError, match=r"t\.csv' cannot be read: CSV parse error: Row #3: Expected 2 columns, got 1"):
        read(write("t.csv", "text,good", "a,1", "b"))
    path = tmp_path / "t.parquet"
    path.write_bytes(b"PAR1 and no more")
    with pytest.raises(InputError, match=r"t\.parquet' cannot be read: .*name a whole file"):
        read(path)
    with pytest.raises(InputError, match=r"none\.csv' cannot be read: .*No such file"):
        read(tmp_path / "none.csv")
    with pytest.raises(InputError, match=r"t\.csv' have no column 'text'; their columns: none"):
        read(write("t.csv"))
    with pytest.raises(InputError, match=r"ends otherwise than in \.parquet, \.jsonl or \.csv"):
        read(write("t.xlsx", "text"))
    with pytest.raises(InputError, match=r"t\.csv' cannot be read: field larger than field limit"):
        read(write("t.csv", "text" * 50_000))
    with pytest.raises(InputError, match=r"t\.csv' have several columns 'good'; give each its own name"):
        read(write("t.csv", "text,good,good", "a,1,0"))
    latin = tmp_path / "latin.jsonl"
    latin.write_bytes('{"text": "é", "good": 1}'.encode("latin-1"))
    with pytest.raises(InputError, match=r"latin\.jsonl' cannot be read: 'utf-8' codec"):
        read(latin)


def test_a_csv_with_a_long_text_is_read_whole(write):
    text = "word " * 1_000_000
    assert read(write("t.csv", "text,good", f'"{text}",1', "b,0"))["text"].to_pylist() == [text, "b"]


def test_names_that_mean_something_else_are_no_labels():
    with pytest.raises(ConfigurationError, match="no label can be called 'weight'"):
        NamedColumns({"weight": LabelColumn("w")})
    for name in ("two words", "a/b", "", "good\n"):
        with pytest.raises(ConfigurationError, match="it names a column, a signal and a file"):
            NamedColumns({name: LabelColumn("w")})
    with pytest.raises(ConfigurationError, match="no label is named"):
        NamedColumns({})


MARKED = NamedColumns({"quality": LabelColumn("good")}, words="marks")


def test_marked_words_are_code_points_of_the_text(write):
    rows = [{"text": "né bad", "good": 1, "marks": [4, 3, 5, 3]}, {"text": "a", "good": 0, "marks": []},
            {"text": "b", "good": 0}]  # fmt: skip
    tables = [
        read(write("t.jsonl", *rows), named=MARKED),
        read(write("t.parquet", *rows), named=MARKED),
        read(write("t.csv", "text,good,marks", 'né bad,1,"[4, 3, 5, 3]"', "a,0,[]", "b,0,"), named=MARKED),
    ]
    for table in tables:
        assert table["words"].to_pylist() == [[3, 4, 5], [], None]
        assert table.schema == tables[0].schema


@pytest.mark.parametrize("marks", [[-1], [1.5], [True], ["0"], 3, "0, 1", '{"0": 1}', "[" * 5000])
def test_marks_that_are_no_code_points_are_refused(write, marks):
    path = write("t.jsonl", {"text": "abc", "good": 1, "marks": [0]}, {"text": "abc", "good": 1, "marks": marks})
    with pytest.raises(InputError, match=r"row 2: column 'marks' holds .*; a list of code points of the text"):
        read(path, named=MARKED)


def test_a_mark_behind_the_text_is_refused(write):
    path = write("t.jsonl", {"text": "né", "good": 1, "marks": [2]})  # of three bytes
    with pytest.raises(InputError, match="row 1: column 'marks' marks code point 2 of a text of 2; count from 0"):
        read(path, named=MARKED)
