from datetime import UTC, datetime

ABOUT = b"1 0 Tamis\nURL IP-address Archive-date Content-type Archive-length\n"
HEAD = b"filedesc://a.arc 0.0.0.0 20140301000000 text/plain %d\n" % len(ABOUT) + ABOUT + b"\n"
PAGE = b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n<html>hi</html>"


def record(url=b"http://a.b/c d", body=PAGE, length=None):
    size = len(body) if length is None else length
    return b"%s 1.2.3.4 20140203040506 text/html %d\n" % (url, size) + body + b"\n"


def test_records_keep_url_date_and_offset(tmp_path, read_all):
    (tmp_path / "a.arc").write_bytes(HEAD + record() + record(b"http://x/", b"<html>plain</html>"))
    got = read_all(tmp_path)
    assert got.skipped == {"warcinfo": 1}
    assert [row["page"] for row in got.rows] == [b"<html>hi</html>", b"<html>plain</html>"]
    assert got.rows[0]["url"] == "http://a.b/c d"
    assert got.rows[0]["fetched_at"] == datetime(2014, 2, 3, 4, 5, 6, tzinfo=UTC)
    assert got.rows[0]["offset"] == len(HEAD)


def test_a_bad_length_costs_one_record(tmp_path, read_all):
    (tmp_path / "a.arc").write_bytes(HEAD + record() + record(length=20) + record())
    got = read_all(tmp_path)
    assert got.errors == [(2, "wrong_length")]
    assert [row["row"] for row in got.rows] == [1, 3]
