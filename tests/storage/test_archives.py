"""Every crawl archive of the shared data, against an independent count of its records."""

import pytest
from independent_count import WEB, record_count
from warcio.archiveiterator import ArchiveIterator

from storage.inputs import Limits

ARCHIVES = sorted(path for path in WEB.glob("archives/*/*") if path.is_file())
WARCS = sorted(WEB.glob("warc/*.warc.gz"))

pytestmark = pytest.mark.skipif(not ARCHIVES, reason="the shared crawl archives are not here")


@pytest.mark.parametrize("path", ARCHIVES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_record_of_an_archive_is_accounted_for(path, read_all):
    got = read_all(path, limits=Limits())
    assert got.count == record_count(path)


@pytest.mark.parametrize("path", WARCS, ids=lambda path: path.name)
def test_real_pages_are_counted_as_warcio_counts_them(path, read_all):
    with path.open("rb") as file:
        kinds = [record.rec_type for record in ArchiveIterator(file)]
    got = read_all(path, limits=Limits())
    assert got.count == len(kinds)
    assert len(got.rows) == kinds.count("response")
    assert not got.failures


def test_a_clipped_archive_is_named(read_all):
    clipped = next(path for path in ARCHIVES if path.name == "clipped.warc.gz")
    assert [error for _, error in read_all(clipped, limits=Limits()).errors] == ["truncated_file"]
