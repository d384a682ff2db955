import pytest

from filters.errors import ConfigurationError
from pipelines.yaml_source import at, nearest_node, plain, read_yaml


def read(tmp_path, text):
    path = tmp_path / "a.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_yaml(path, "a.yaml")


def test_yaml_is_of_version_1_2(tmp_path):
    assert plain(read(tmp_path, "{a: no, b: on, c: true, d: 0o17, e: 1e3, f: null, g: 12:30}")) == {
        "a": "no",
        "b": "on",
        "c": True,
        "d": 15,
        "e": 1000.0,
        "f": None,
        "g": "12:30",
    }


def test_values_know_their_lines(tmp_path):
    tree = read(tmp_path, "a:\n  b:\n    - 1\n    - {c: 2}\nd: 3\n")
    assert at(tree, ("a", "b", 1, "c")).origin.line == 4
    assert at(tree, ("d",)).origin.line == 5
    assert at(tree, ("a", "x")) is None
    assert str(nearest_node(tree, ("a", "b", 7, "c")).origin) == "a.yaml:2"


def test_an_empty_file_is_an_empty_mapping(tmp_path):
    assert plain(read(tmp_path, "# nothing\n")) == {}


def test_anchors_and_merge_keys_hold(tmp_path):
    assert plain(read(tmp_path, "a: &x {b: 1}\nc: {<<: *x, d: 2}\n")) == {"a": {"b": 1}, "c": {"b": 1, "d": 2}}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: 1\na: 2\n", "a.yaml:2: not valid YAML: found duplicate key"),
        ("a: [1\n", "a.yaml:2: not valid YAML"),
        ("- 1\n", "a.yaml:1: a configuration is a mapping"),
        ("1: 2\n", "the key 1 is not text"),
        ("a: 2020-01-01\n", "write it in quotes"),
        (b"a: \xff\n", "cannot be read as UTF-8"),
    ],
)
def test_what_is_no_configuration_is_told(tmp_path, text, words):
    with pytest.raises(ConfigurationError) as caught:
        read(tmp_path, text)
    assert words in str(caught.value)
