import json
import shutil

import pyarrow.parquet as pq
import pytest
from ruamel.yaml import YAML

from reports.dataset_card import write_dataset_card


@pytest.fixture
def copied(run_a, tmp_path):
    """A copy of the run whose first shard has a name from which `datasets` would guess a split."""
    output = tmp_path / "out"
    shutil.copytree(run_a, output)
    for folder in ("clean", "ledger"):
        for path in (output / folder / "cc").iterdir():
            path.rename(path.with_name(path.name.replace("a.warc.gz", "test.warc.gz")))
    shards = json.loads((output / "shards.json").read_text())
    shards["shards"][0]["name"] = "cc/test.warc.gz"
    (output / "shards.json").write_text(json.dumps(shards))
    return output


def front_matter(path):
    return YAML(typ="safe").load(path.read_text().split("---\n")[1])


def test_the_front_matter_names_the_clean_files(copied):
    write_dataset_card(copied)
    meta = front_matter(copied / "README.md")
    assert meta["configs"] == [
        {"config_name": "default", "data_files": [{"split": "train", "path": "clean/**/*.parquet"}]}
    ]
    assert meta["language"] == ["en", "de"]
    assert meta["size_categories"] == ["n<1K"]


def test_load_dataset_reads_the_clean_corpus_whole(copied, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    datasets = pytest.importorskip("datasets")
    write_dataset_card(copied)
    expected = sum(pq.read_table(path).num_rows for path in (copied / "clean").rglob("*.parquet"))
    for folder in (copied, copied / "clean"):
        loaded = datasets.load_dataset(str(folder), cache_dir=str(tmp_path / "cache"))
        assert list(loaded) == ["train"]
        assert loaded["train"].num_rows == expected == 36


def test_the_card_says_what_was_removed_and_by_which_rule(copied):
    card = write_dataset_card(copied)
    text = (copied / "README.md").read_text()
    assert card == str(copied / "README.md")
    assert "| raw/words | word_count at least 50 (en), 40 (others) | 4 | 4 |" in text
    assert "| duplicates | is not the duplicate of a kept document | 2 | 2 |" in text
    assert "| kept | 36 |" in text


def test_a_hostile_shard_name_stays_in_its_cell(copied):
    write_dataset_card(copied)
    text = (copied / "README.md").read_text()
    assert "| lines/&lt;b&gt;c&amp;d&lt;/b&gt;.jsonl#0-1 |" in text
    assert "<b>" not in text


def test_a_run_without_text_says_so(run_b):
    write_dataset_card(run_b)
    assert "No text was written here" in (run_b / "README.md").read_text()
    assert "configs" not in front_matter(run_b / "README.md")
    assert not (run_b / "clean").exists()


def test_the_card_says_what_the_preset_had_to_substitute(copied):
    write_dataset_card(copied)
    assert "- quality model: left out: its weights are not shipped\n" in (copied / "README.md").read_text()
