import pyarrow as pa
import pytest

from filters.contract import HOSTILE_TEXTS, check_annotator
from filters.cuts import Cuts
from filters.errors import ConfigurationError
from filters.phone_numbers import PhoneNumbers

TEXTS = [*HOSTILE_TEXTS, "1" * 1_000_000, "+1 " * 100_000, "x" * 1_000_000, "+44 20 7946 0958", "020 7946 0958"]


@pytest.mark.parametrize("regions", [(), ("GB", "US")])
def test_it_keeps_the_contract_of_annotators(regions):
    check_annotator(PhoneNumbers(regions), TEXTS)


def found(text, *regions):
    array = pa.array([text], pa.string())
    columns = PhoneNumbers(regions).annotate(pa.record_batch({"text": array}), Cuts(array))
    [spans] = columns["phone_number"].to_pylist()
    assert columns["phone_number_count"].to_pylist() == [len(spans)]
    return [(span["label"], text[span["start"] : span["end"]]) for span in spans]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Call +44 20 7946 0958.", [("GB", "+44 20 7946 0958")]),
        ("é 😀 Tel.: +49 (0)30 259219-111", [("DE", "+49 (0)30 259219-111")]),
        ("+49 221 / 29 23 560", [("DE", "+49 221 / 29 23 560")]),
        ("+43 1 865 45 06 – 85", [("AT", "+43 1 865 45 06 – 85")]),
        ("电话：+886\u00a0(2)\u00a02568-3356。", [("TW", "+886\u00a0(2)\u00a02568-3356")]),
        ("+1-206-201-2433 or +12062012434", [("US", "+1-206-201-2433"), ("US", "+12062012434")]),
        ("+800 1234 5678", [("001", "+800 1234 5678")]),
        ("Fax+41 41 761 97 25", [("CH", "+41 41 761 97 25")]),
        ("+41 41 761 97 25\n+41 41 761 97 26", [("CH", "+41 41 761 97 25"), ("CH", "+41 41 761 97 26")]),
    ],
)
def test_an_international_number_is_found_with_its_country(text, numbers):
    assert found(text) == numbers


@pytest.mark.parametrize(
    "text",
    [
        "020 7946 0958", "(415) 555-2671", "+44", "+44 20", "+44 20 7946", "+999 20 7946 0958", "1+44 20 7946 0958",
        "+10.5%", "2+2=4", "C++11 2014", "+1 000 000 0000", "+1.000.000,00", "",
    ],
)  # fmt: skip
def test_without_a_plus_or_a_country_of_that_code_there_is_none(text):
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "region", "number"),
    [
        ("ring 020 7946 0958 now", "GB", "020 7946 0958"),
        ("(415) 555-2671", "US", "(415) 555-2671"),
        ("415.555.2671", "US", "415.555.2671"),
        ("Tel 4155552671", "US", "4155552671"),
        ("Phone number: 4155552671", "US", "4155552671"),
        ("Tél. 02 54 58 41 41", "FR", "02 54 58 41 41"),
    ],
)
def test_a_national_number_is_found_where_its_country_is_asked_for(text, region, number):
    assert found(text, region) == [(region, number)]


@pytest.mark.parametrize(
    "text",
    [
        "4155552671",  # without groups or a word
        "41 55 55 26 71",  # not the country's groups
        "$415-555-2671", "415-555-2671%", "x415-555-2671", "ISBN 978-3-16-148410-0",
        "2023-10-11", "10.11.2023 12", "06-18-2015 02:48", "1990-2020", "1,234,567.89", "1 234 567", "v1.2.3.4.5.6.7",
        "415 555 2671 415 555 2672 415", "555-2671", "192.168.100.100", "10:20:30", "1234567890123456",
    ],
)  # fmt: skip
def test_prices_dates_versions_and_tables_are_no_national_numbers(text):
    assert found(text, "US", "GB", "DE", "FR") == []


def test_regions_are_tried_in_their_order():
    assert found("020 7946 0958", "US", "GB") == [("GB", "020 7946 0958")]


def test_a_region_that_is_none_is_refused_by_name():
    with pytest.raises(ConfigurationError, match="regions holds 'UK'"):
        PhoneNumbers(["UK"])


def test_the_fingerprint_follows_the_regions():
    assert PhoneNumbers().fingerprint != PhoneNumbers(["GB"]).fingerprint != PhoneNumbers(["GB", "US"]).fingerprint
