import json

import pytest

from classifiers.calibration import Platt
from classifiers.judge_files import read_judge
from classifiers.judge_writing import JudgeDescription, check_output, judge_folder_at, write_description
from filters.errors import InputError, OutputError

DESCRIBED = JudgeDescription("fasttext", "mine", ["en"], ["good"], {"good": Platt(2.0, -1.0)}, {"good": 0.4})


def written(output, content=b"model", overwrite=False, described=DESCRIBED):
    with judge_folder_at(output, overwrite=overwrite) as folder:
        (folder / "good.bin").write_bytes(content)
        write_description(folder, described, ["good.bin"], {"seed": 1}, "# mine\n")


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_what_is_written_is_what_is_read(tmp_path):
    written(tmp_path / "judges" / "mine")
    assert names(tmp_path / "judges") == ["mine"]
    assert names(tmp_path / "judges" / "mine") == ["CARD.md", "good.bin", "judge.json", "training.json"]
    files = read_judge(tmp_path / "judges" / "mine")
    assert (files.kind, files.name, files.languages, files.labels) == ("fasttext", "mine", ("en",), ("good",))
    assert (files.calibration, dict(files.thresholds)) == ([(2.0, -1.0)], {"good": 0.4})
    assert json.loads((files.folder / "training.json").read_text()) == {"seed": 1}


def test_a_judge_that_stands_there_is_replaced_only_if_that_is_asked_for(tmp_path):
    output = tmp_path / "mine"
    written(output)
    with pytest.raises(OutputError, match="holds a judge already; give --overwrite"):
        written(output, b"another")
    assert (output / "good.bin").read_bytes() == b"model"
    written(output, b"another", overwrite=True)
    assert (output / "good.bin").read_bytes() == b"another"
    assert names(tmp_path) == ["mine"]


def test_behind_a_link_the_judge_is_replaced_and_the_link_stays(tmp_path):
    (tmp_path / "disk").mkdir()
    written(tmp_path / "disk" / "mine")
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "disk" / "mine")
    written(link, b"another", overwrite=True)
    assert link.is_symlink()
    assert (tmp_path / "disk" / "mine" / "good.bin").read_bytes() == b"another"
    assert (names(tmp_path), names(tmp_path / "disk")) == (["disk", "link"], ["mine"])


def test_what_is_no_judge_is_never_replaced(tmp_path):
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "precious.txt").write_text("keep")
    (tmp_path / "file").write_text("keep")
    for name in ("notes", "file"):
        with pytest.raises(OutputError, match="exists and is no judge"):
            check_output(tmp_path / name, overwrite=True)
    (tmp_path / "empty").mkdir()
    written(tmp_path / "empty")
    assert read_judge(tmp_path / "empty").name == "mine"


def test_a_failure_leaves_no_trace_and_the_old_judge_as_it_was(tmp_path):
    output = tmp_path / "mine"
    written(output)

    def fails():
        with judge_folder_at(output, overwrite=True) as folder:
            (folder / "good.bin").write_bytes(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fails()
    assert names(tmp_path) == ["mine"]
    assert (output / "good.bin").read_bytes() == b"model"


def test_a_folder_that_could_not_be_read_is_not_published(tmp_path):
    broken = JudgeDescription("fasttext", "mine", ["en"], ["good"], {"good": Platt()}, {})
    with pytest.raises(InputError, match="thresholds lack the labels good"):
        written(tmp_path / "mine", described=broken)
    assert names(tmp_path) == []


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(OutputError, match=r"file/mine' cannot be written"):
        written(tmp_path / "file" / "mine")
