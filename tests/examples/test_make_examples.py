import subprocess
import sys
from pathlib import Path

EXAMPLES = Path(__file__).parents[2] / "examples"


def contents(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_making_the_shards_again_gives_the_same_bytes(tmp_path):
    subprocess.run([sys.executable, EXAMPLES / "make_examples.py", tmp_path], check=True)
    made, committed = contents(tmp_path), contents(EXAMPLES / "shards")
    assert list(made) == ["long.jsonl.zst", "notes.parquet", "rules.jsonl", "web.warc.gz"]
    assert [name for name in made if made[name] != committed[name]] == []
    assert list(committed) == list(made)


def test_the_shards_are_small():
    assert sum(map(len, contents(EXAMPLES / "shards").values())) < 500_000
