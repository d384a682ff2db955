import time

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.contract import check_annotator
from filters.cuts import Cuts
from filters.personal_data import PersonalData


def test_it_keeps_the_contract_of_annotators():
    check_annotator(PersonalData())


def columns_of(*texts):
    array = pa.array(texts, pa.string())
    return PersonalData().annotate(pa.record_batch({"text": array}), Cuts(array))


def found(name, text):
    [spans] = columns_of(text)[name].to_pylist()
    return [text[span["start"] : span["end"]] for span in spans]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("jane@example.com", "jane@example.com"),
        ("Write to <Jane.Doe+news@mail.example.co.uk>.", "Jane.Doe+news@mail.example.co.uk"),
        ("mailto:jane_1%x-y@ex-ample.org?subject=a", "jane_1%x-y@ex-ample.org"),
        ("Ünïcode 😀 jane@example.com, and on", "jane@example.com"),
        ("联系我们jane@example.com谢谢", "jane@example.com"),
        ("see...jane@example.com...", "jane@example.com"),
        ("--jane@example.com--", "jane@example.com"),
        ("jane@example.com.2024 was", "jane@example.com"),
        ("jane@xn--bcher-kva.xn--p1ai", "jane@xn--bcher-kva.xn--p1ai"),
        ("a" * 64 + "@b.io", "a" * 64 + "@b.io"),
        ("a@" + "b" * 63 + ".io", "a@" + "b" * 63 + ".io"),
        ("a@b@c.io", "b@c.io"),
    ],
)
def test_an_email_address_is_found_at_its_place(text, address):
    assert found("email", text) == [address]


@pytest.mark.parametrize(
    "text",
    [
        "", "@", "a@", "@b.io", "a@b", "a@b.i", "a@b.c0", "a@-b.io", "a@b-.io", "a@.io", "a@b..io", "a.@b.io",
        "a @b.io",
        "a@ b.io", "a" * 65 + "@b.io", "a@" + "b" * 64 + ".io", "follow @jane.doe", "a@127.0.0.1", "é@b.io",
    ],
)  # fmt: skip
def test_what_lacks_a_part_of_an_address_is_not_one(text):
    assert found("email", text) == []


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("8.8.8.8", "8.8.8.8"),
        ("from 93.184.216.34, port 80", "93.184.216.34"),
        ("It was 93.184.216.34.", "93.184.216.34"),
        ("[93.184.216.34]:8080/24", "93.184.216.34"),
        ("地址8.8.8.8。", "8.8.8.8"),
        ("::ffff:8.8.8.8", "8.8.8.8"),
        ("user@8.8.8.8", "8.8.8.8"),
        ("from 2606:4700:4700::1111 to", "2606:4700:4700::1111"),
        ("IP:2A00:1450:4001:82B:0:0:0:200E.", "2A00:1450:4001:82B:0:0:0:200E"),
        ("the net 2606:4700:: all", "2606:4700::"),
        ("[2606:4700:4700::8.8.8.8]", "2606:4700:4700::8.8.8.8"),
    ],
)
def test_a_public_ip_address_is_found_at_its_place(text, address):
    assert found("ip_address", text) == [address]


@pytest.mark.parametrize(
    "text",
    [
        "10.0.0.1", "127.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.1.1", "0.0.0.0", "255.255.255.255", "224.0.0.1",
        "240.0.0.1", "192.0.2.1", "100.64.0.1", "::1", "fe80::1", "fc00::1", "2001:db8::1", "ff02::1", "::",
    ],
)  # fmt: skip
def test_a_private_or_reserved_address_is_nobodys(text):
    assert found("ip_address", text) == []


@pytest.mark.parametrize(
    "text",
    [
        "v8.8.8.8", "V 8.8.8.8", "version 8.8.8.8", "Version: 8.8.8.8", "release 8.8.8.8", "lib-8.8.8.8", "8.8.8.8.8",
        "0.8.8.8.8", "8.8.8", "8.8.8.256", "8.8.8.08", "8.8.8.8a", "a8.8.8.8", "8.8.8.8_1", "8.8.8.8.rc1", "8..8.8.8",
        "1234.8.8.8", "12:34:56", "2023:10:11", "dead::beef", "std::add", "2606:4700", "2606:4700:4700::11111",
        "2606:4700:4700::1111x", "x2606:4700::1", "2606:" * 8 + "1", "aaaa:2606:4700::1:2:3:4:5:6",
    ],
)  # fmt: skip
def test_versions_times_and_longer_numbers_are_no_addresses(text):
    assert found("ip_address", text) == []


def test_spans_are_labelled_scored_and_counted():
    columns = columns_of("é a@b.io 8.8.8.8 c@d.io 2606:4700::1", "nothing")
    assert columns["email_count"].to_pylist() == [2, 0]
    assert columns["ip_address_count"].to_pylist() == [2, 0]
    assert columns["email"].to_pylist()[0] == [
        {"start": 2, "end": 8, "label": "email", "score": 1.0, "unit": "match"},
        {"start": 17, "end": 23, "label": "email", "score": 1.0, "unit": "match"},
    ]
    assert [span["label"] for span in columns["ip_address"].to_pylist()[0]] == ["ipv4", "ipv6"]


def test_a_text_with_more_matches_than_there_was_room_for_keeps_them_all():
    assert columns_of("a@b.io " * 1000)["email_count"].to_pylist() == [1000]


@pytest.mark.parametrize(
    "unit",
    ["a@", "1.1.", "a.", "@a.a-", "2606:", "2606:4700::1:", "1.1.1.1", "8.8.8.8 ", "a" * 64 + "@", "a@b.c.1."],
)
def test_hostile_repetition_takes_linear_time(unit):
    columns_of("compiled")
    text = unit * (2_000_000 // len(unit))
    begin = time.process_time()
    columns_of(text)
    assert time.process_time() - begin < 5


pieces = st.sampled_from(["a", "@", ".", "-", ":", "8", "2606", ":1", "io", "v", " ", "é", "😀", "8.8.8.8", "a@b.io"])


@given(st.lists(st.lists(pieces, max_size=12).map("".join) | st.text(max_size=20), max_size=4))
@settings(max_examples=200)
def test_rows_do_not_influence_each_other_and_spans_hold_what_they_say(texts):
    together = columns_of(*texts)
    for row, text in enumerate(texts):
        alone = columns_of(text)
        assert {name: column.to_pylist()[row] for name, column in together.items()} == {
            name: column.to_pylist()[0] for name, column in alone.items()
        }
        assert all("@" in text[s["start"] : s["end"]] for s in alone["email"].to_pylist()[0])
        assert all(text[s["start"] : s["end"]].isascii() for s in alone["ip_address"].to_pylist()[0])


def test_a_slice_of_a_batch_has_the_places_of_its_own_texts():
    array = pa.array(["é a@b.io", "😀 a@b.io", "x a@b.io"]).slice(1)
    columns = PersonalData().annotate(pa.record_batch({"text": array}), Cuts(array))
    assert np.array([[s["start"], s["end"]] for [s] in columns["email"].to_pylist()]).tolist() == [[2, 8], [2, 8]]
