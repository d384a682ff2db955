import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.contract import HOSTILE_TEXTS, check_annotator
from filters.cuts import Cuts
from filters.secrets import FORMATS, Secrets

LINE = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj"
TEXTS = [
    *HOSTILE_TEXTS,
    *(unit * (500_000 // len(unit)) for unit in ("eyJ", "eyJ-", "eyJ.", "sk-ant-", "-----BEGIN ", "SG.")),
    f"-----BEGIN PRIVATE KEY-----{LINE}" * 5000,
]


def test_it_keeps_the_contract_of_annotators():
    check_annotator(Secrets(), TEXTS)


def found(text):
    array = pa.array([text], pa.string())
    columns = Secrets().annotate(pa.record_batch({"text": array}), Cuts(array))
    [spans] = columns["secret"].to_pylist()
    assert columns["secret_count"].to_pylist() == [len(spans)]
    return [(span["label"], text[span["start"] : span["end"]]) for span in spans]


def body(form, size):
    """So many characters of the format's alphabet, neighbours different, the last no mark."""
    letters = [c for c in form.alphabet if c.isalnum()]
    return "".join(letters[7 * k % len(letters)] for k in range(size))


CASES = [(form, prefix) for form in FORMATS for prefix in form.prefixes]


@pytest.mark.parametrize(("form", "prefix"), CASES, ids=[prefix for _, prefix in CASES])
def test_a_key_has_its_prefix_and_a_length_from_the_fewest_to_the_most(form, prefix):
    for size, right in (
        (form.fewest, True), (form.most, True), (form.fewest - 1, False), (form.most + 1, False)
    ):  # fmt: skip
        key = prefix + body(form, size)
        assert found(f"é {key}, on") == ([(form.label, key)] if right else [])
    key = prefix + body(form, form.fewest)
    assert found(f"x{key}") == found(f"_{key}") == found(prefix + "x" * form.fewest) == []
    assert found(f'key="{key}"') == [(form.label, key)]
    assert found(f"{key}é") == [(form.label, key)]


def test_a_documented_example_is_found():
    assert found("aws_access_key_id = AKIAIOSFODNN7EXAMPLE") == [("aws_access_key_id", "AKIAIOSFODNN7EXAMPLE")]
    assert found("AKIAIOSFODNN7EXAMPLe") == []


def test_a_full_stop_behind_a_key_is_not_part_of_it():
    key = "glpat-" + "abcdefgh01" * 2
    assert found(f"It is {key}. Go on.") == [("gitlab_token", key)]


TOKEN = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P"


@pytest.mark.parametrize("text", [TOKEN, f"Bearer {TOKEN}", f'"{TOKEN}"', f"t={TOKEN}&x=1", f"{TOKEN}."])
def test_a_json_web_token_is_found(text):
    assert found(text) == [("json_web_token", TOKEN)]


@pytest.mark.parametrize(
    "text", [TOKEN[1:], "x" + TOKEN, "a." + TOKEN, TOKEN.replace(".", " "), TOKEN.replace(".eyJ", ".abc"), TOKEN[:-20]]
)
def test_two_parts_or_other_objects_are_no_json_web_token(text):
    assert found(text) == []


@pytest.mark.parametrize(
    "label", ["PRIVATE KEY", "RSA PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "OPENSSH PRIVATE KEY", "PGP PRIVATE KEY BLOCK"]
)
def test_a_private_key_is_found_from_its_first_hyphen_to_its_last(label):
    block = f"-----BEGIN {label}-----\nProc-Type: 4,ENCRYPTED\n\n{LINE}\n{LINE}\n{LINE[:30]}==\n-----END {label}-----"
    assert found(f"é {block} on") == [("private_key", block)]


def test_a_private_key_that_is_cut_off_ends_with_its_last_line():
    block = f"-----BEGIN PRIVATE KEY-----\n{LINE}\n{LINE}"
    assert found(f"{block}\n\nAnd so on.") == [("private_key", block)]
    assert found(f"{block}\n-----BEGIN CERTIFICATE-----") == [("private_key", block)]


@pytest.mark.parametrize(
    "text",
    [
        f"-----BEGIN PUBLIC KEY-----\n{LINE}\n-----END PUBLIC KEY-----",
        f"-----BEGIN CERTIFICATE-----\n{LINE}\n-----END CERTIFICATE-----",
        f"-----BEGIN PRIVATE KEY----\n{LINE}",
        "A key begins with -----BEGIN PRIVATE KEY----- and ends with -----END PRIVATE KEY-----.",
        "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----",
    ],
)
def test_public_keys_and_talk_of_private_ones_are_no_secrets(text):
    assert found(text) == []


pieces = st.sampled_from(
    [
        "ghp_",
        "AKIA",
        "hf_",
        "sk_live_",
        "SG.",
        "eyJ",
        ".",
        " ",
        "_",
        "é",
        "abcdefgh",
        "ABCDEFGHIJKLMNOP",
        "0123456789",
        TOKEN,
    ]
)


@given(st.lists(pieces, max_size=15).map("".join))
@settings(max_examples=200)
def test_spans_keep_to_the_format_of_their_label(text):
    forms = {}
    for form in FORMATS:
        forms.setdefault(form.label, []).append(form)
    for label, key in found(text):
        assert key in text
        if label in forms:
            assert any(
                key.startswith(prefix)
                and form.fewest <= len(key) - len(prefix) <= form.most
                and set(key[len(prefix) :]) <= set(form.alphabet)
                for form in forms[label]
                for prefix in form.prefixes
            )
