import hashlib

import pytest

from classifiers.model_files import SHIPPED, checked_digest, resolve
from filters.errors import InputError


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_a_shipped_model_is_the_file_that_its_sha256_names(name):
    path, digest = resolve(name)
    assert checked_digest(path) == digest
    assert path.with_name(f"LICENSE-{path.stem}.txt").is_file()


def test_any_other_name_is_a_path_of_unknown_content(tmp_path):
    assert resolve(str(tmp_path / "lid.176.ftz")) == (tmp_path / "lid.176.ftz", None)


def test_a_missing_file_is_named_with_a_way_out(tmp_path):
    with pytest.raises(InputError, match=r"absent\.bin.*No such file.*lid\.176\.ftz"):
        checked_digest(tmp_path / "absent.bin")


def test_a_folder_is_no_model_file(tmp_path):
    with pytest.raises(InputError, match="Is a directory"):
        checked_digest(tmp_path)


def test_another_file_is_refused_with_both_digests(tmp_path):
    path = tmp_path / "model.bin"
    path.write_bytes(b"content")
    actual = hashlib.sha256(b"content").hexdigest()
    assert checked_digest(path, actual.upper()) == actual
    with pytest.raises(InputError, match=f"model.bin.*7 bytes.*{actual}.*expected {'0' * 64}"):
        checked_digest(path, "0" * 64)
