import re

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.contract import HOSTILE_TEXTS, check_annotator
from filters.cuts import Cuts
from filters.ibans import STRUCTURES, Ibans
from filters.payment_cards import ISSUERS, PaymentCards

TEXTS = [*HOSTILE_TEXTS, "4" * 1_000_000, "4111 " * 200_000, "DE89 " * 200_000]


@pytest.mark.parametrize("annotator", [PaymentCards(), Ibans()])
def test_it_keeps_the_contract_of_annotators(annotator):
    check_annotator(annotator, TEXTS)


def found(name, text):
    annotator = {"payment_card": PaymentCards, "iban": Ibans}[name]()
    array = pa.array([text], pa.string())
    columns = annotator.annotate(pa.record_batch({"text": array}), Cuts(array))
    [spans] = columns[name].to_pylist()
    assert columns[f"{name}_count"].to_pylist() == [len(spans)]
    return [(span["label"], text[span["start"] : span["end"]]) for span in spans]


@pytest.mark.parametrize(
    ("text", "card"),
    [
        ("4012888888881881", ("visa", "4012888888881881")),
        ("Zahl mit 4012 8888 8888 1881.", ("visa", "4012 8888 8888 1881")),
        ("é: 4012-8888-8888-1881, exp", ("visa", "4012-8888-8888-1881")),
        ("card:4012888888881881", ("visa", "4012888888881881")),
        ("4222222222225 4222222222222", None),  # 13 digits: the second has one kind of digit and a 4
        ("4012345678909", ("visa", "4012345678909")),
        ("5105 1051 0510 5100", None),  # three kinds of digits: a place-holder
        ("5425233430109903", ("mastercard", "5425233430109903")),
        ("2223000048400011", ("mastercard", "2223000048400011")),
        ("3782 822463 10005", ("american_express", "3782 822463 10005")),
        ("3056 930902 5904", ("diners_club", "3056 930902 5904")),
        ("6011000990139424", ("discover", "6011000990139424")),
        ("3566002020360505", ("jcb", "3566002020360505")),
        ("6250941006528599", ("unionpay", "6250941006528599")),
        ("2200770212727079", ("mir", "2200770212727079")),
    ],
)
def test_a_card_is_found_with_its_issuer(text, card):
    assert found("payment_card", text) == ([card] if card else [])


@pytest.mark.parametrize(
    "text",
    [
        "4012888888881882",  # check digit
        "1012888888881887",  # no issuer
        "40128888 88881881", "4012 8888-8888 1881", "4012  8888 8888 1881", "4012 888 8888 8188 1",  # grouping
        "401288888888188", "14012888888881881",
        "x4012888888881881", "4012888888881881x", "_4012888888881881", "id=4012888888881881", "/4012888888881881",
        "4012888888881881/2", "4012888888881881.jpg", "1.4012888888881881", "$4012888888881881", "12:4012888888881881",
        "2019 4012 8888 8888 1881", "4012 8888 8888 1881 2020", "4012 8888 8888 1881-2020",
        "4000000000000002", "4444444444444448",
        "9783161484100", "978-3-16-148410-0", "2023-10-11 12:13:14", "1.234.567,89", "",
    ],
)  # fmt: skip
def test_other_numbers_are_no_cards(text):
    assert found("payment_card", text) == []


def is_card(digits):
    doubled = [int(d) * 2 - 9 * (int(d) > 4) if i % 2 else int(d) for i, d in enumerate(reversed(digits))]
    known = any(low <= int(digits[:6]) <= high and len(digits) in sizes for _, low, high, sizes in ISSUERS)
    return known and sum(doubled) % 10 == 0 and len(set(digits)) >= 4


@given(
    st.sampled_from(["4", "51", "37", "36", "6011", "3528", "2221", "2204", "62", "9"]),
    st.integers(13, 19),
    st.integers(0, 10**18),
)
@settings(max_examples=300)
def test_a_bare_number_is_a_card_where_its_definition_says_so(prefix, size, rest):
    digits = (prefix + str(rest).zfill(18))[:size]
    last = next(d for d in "0123456789" if _luhn(digits[:-1] + d))
    for number in (digits, digits[:-1] + last):
        assert bool(found("payment_card", f"n {number} n")) == is_card(number)


def _luhn(digits):
    return sum(int(d) * 2 - 9 * (int(d) > 4) if i % 2 else int(d) for i, d in enumerate(reversed(digits))) % 10 == 0


@pytest.mark.parametrize(
    ("text", "iban"),
    [  # the examples of the registry
        ("IBAN: DE89370400440532013000", ("DE", "DE89370400440532013000")),
        ("é DE89 3704 0044 0532 0130 00, BIC", ("DE", "DE89 3704 0044 0532 0130 00")),
        ("NO93\u00a08601\u00a01117\u00a0947", ("NO", "NO93\u00a08601\u00a01117\u00a0947")),
        ("DE89-3704-0044-0532-0130-00", ("DE", "DE89-3704-0044-0532-0130-00")),
        ("(GB29NWBK60161331926819)", ("GB", "GB29NWBK60161331926819")),
        ("FR1420041010050500013M02606", ("FR", "FR1420041010050500013M02606")),
        ("NO9386011117947", ("NO", "NO9386011117947")),
        ("LC55HEMM000100010012001200023015", ("LC", "LC55HEMM000100010012001200023015")),
        ("RU0304452522540817810538091310419", ("RU", "RU0304452522540817810538091310419")),
        ("PL 61 1090 1014 0000 0712 1981 2874", ("PL", "PL 61 1090 1014 0000 0712 1981 2874")),
        ("MT84MALT011000012345MTLCAST001S", ("MT", "MT84MALT011000012345MTLCAST001S")),
    ],
)  # fmt: skip
def test_an_account_number_is_found_with_its_country(text, iban):
    assert found("iban", text) == [iban]


@pytest.mark.parametrize(
    "text",
    [
        "DE89370400440532013001", "DE88370400440532013000",  # check digits
        "DE8937040044053201300", "DE893704004405320130000", "XDE89370400440532013000", "DE89370400440532013000_",
        "DE89  370400440532013000", "de89370400440532013000", "GB29601613319268NWBK19", "ZZ89370400440532013000",
        "DE89", "DE", "D", "",
    ],
)  # fmt: skip
def test_what_fails_the_structure_or_the_check_is_no_account_number(text):
    assert found("iban", text) == []


def structured(draw, country):
    text = ""
    for count, kind in re.findall(r"(\d+)([nac])", STRUCTURES[country]):
        letters = {"n": "0123456789", "a": "ABXYZ", "c": "AZ09"}[kind]
        text += "".join(draw(st.lists(st.sampled_from(letters), min_size=int(count), max_size=int(count))))
    return text


@given(st.data(), st.sampled_from(sorted(STRUCTURES)), st.integers(-1, 1))
@settings(max_examples=150)
def test_the_check_digits_are_those_of_the_definition(data, country, off):
    account = structured(data.draw, country)
    number = int("".join(str(int(c, 36)) for c in account + country + "00"))
    check = 98 - number % 97
    text = f"{country}{(check + off) % 100:02}{account}"
    assert found("iban", text) == ([(country, text)] if off == 0 else [])
