import pyarrow as pa
import pytest

from filters.documents import document_key, earlier_key, outputs_of, split_earlier, split_key

KEYS = {
    "web/a.jsonl:5": None,
    "january:web/a.jsonl:5": "january",
    "2026-01:web/a:b.jsonl:5": "2026-01",
    "web/a:b/c:7.jsonl:5": None,
    "web:5": None,
}


@pytest.mark.parametrize(("key", "output"), KEYS.items())
def test_an_earlier_output_stands_before_the_input_that_a_key_begins_with(key, output):
    own = key.removeprefix(f"{output}:")
    assert split_earlier(key) == (output, own)
    assert output is None or earlier_key(output, own) == key
    assert document_key(*split_key(own)) == own


def test_outputs_are_read_off_whole_columns():
    keys = pa.array([*KEYS, None], pa.string())
    assert outputs_of(keys).to_pylist() == [*KEYS.values(), None]
    assert outputs_of(keys.slice(1, 2)).to_pylist() == ["january", "2026-01"]
