"""Every crawl archive of the shared data, against an independent count of its records."""

import gzip
import re
from pathlib import Path

import pytest
from fastwarc.stream_io import Lz4Reader
from warcio.archiveiterator import ArchiveIterator

from storage.inputs import Limits

WEB = Path(__file__).parents[3] / "shared/data/web"
ARCHIVES = sorted(path for path in WEB.glob("archives/*/*") if path.is_file())
WARC_HEAD = re.compile(rb"(?:^|\n)WARC/[\d.]+\s*\n")
ARC_HEAD = re.compile(rb"(?:^|\n)[a-z]+:[^\n]+ [\d.]+ \d{14,} \S+ \S+\n")
WARCS = sorted(WEB.glob("warc/*.warc.gz"))

pytestmark = pytest.mark.skipif(not ARCHIVES, reason="the shared crawl archives are not here")


def decoded(path):
    if path.suffix == ".lz4":
        reader = Lz4Reader(str(path))
        return b"".join(iter(lambda: reader.read(1 << 20), b""))
    data = path.read_bytes()
    if data[:2] != b"\x1f\x8b":
        return data
    try:
        return gzip.decompress(data)
    except EOFError:
        with gzip.open(path) as file:
            return file.read1(1 << 20)


@pytest.mark.parametrize("path", ARCHIVES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_record_of_an_archive_is_accounted_for(path, read_all):
    got = read_all(path, limits=Limits())
    data = decoded(path)
    heads = ARC_HEAD if data.startswith(b"filedesc:") else WARC_HEAD
    assert got.count == len(heads.findall(data))


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
