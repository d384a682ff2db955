"""What the report says of duplicates, on runs of near duplicates: by size, by similarity, the largest with texts."""

import json
from itertools import product

import pytest
from runs import configured, here, prose, write_jsonl

from pipelines.running import decide, run
from reports.duplicates import size_classes

CONFIGURATION = """
    inputs: {{web: {{paths: [{folder}/in]}}}}
    output: {{path: {folder}/{output}}}
    steps: [{{name: raw, rules: {{words: {{signal: word_count, minimum: 20}}}}}}]
    duplicates: {{of: raw, near: {near}, survivor: [characters desc], action: {action}}}
    run: {{workers: 1}}
"""
NEAR = "{words: 5, bands: 28, rows: 4, similarity: 0.7}"
HOSTILE = "</blockquote><script>alert(1)</script> \u202eright to left \x1b[31m {{ 7 * 7 }} שלום עולם "


@pytest.fixture(autouse=True)
def _here(monkeypatch):
    here(monkeypatch)


def reported(folder, documents, near=NEAR, action="drop"):
    """The duplicates of a run's report, and its page."""
    write_jsonl(folder / "in/a.jsonl", documents)
    configuration = configured(folder, CONFIGURATION.format(folder=folder, output="out", near=near, action=action))
    assert run(configuration).exit_status == 0
    return duplicates_of(folder / "out")


def duplicates_of(output):
    return json.loads((output / "report/report.json").read_text())["duplicates"], (
        output / "report/index.html"
    ).read_text()


def variants(count):
    """Texts that share most of their words, the first with markup, control characters and right-to-left text."""
    texts = [prose(1, 8) + f" And number {number} " + "abcdefghij"[number] * 9 + "." for number in range(count)]
    return [HOSTILE + texts[0], *texts[1:]]


def test_without_duplicates_the_page_says_so(tmp_path):
    found, page = reported(tmp_path, [" ".join(letter + word for word in prose(1).split()) for letter in "qxz"])
    assert (found["documents"], found["sizes"], found["classes"], found["largest"]) == (0, [], [], [])
    assert found["near"] == {"similarity": 0.7, "edges": 0, "unverified": 0, "lost": 0, "bins": []}
    assert "No document resembles another" in page


def test_one_component_with_everything_shows_its_survivor_first_and_what_went_for_it(tmp_path):
    found, page = reported(tmp_path, variants(6))
    assert found["classes"] == [{"first": 6, "last": 6, "components": 1, "documents": 6}]
    (largest,) = found["largest"]
    assert [largest[fate] for fate in ("kept", "tagged", "duplicate", "other")] == [1, 0, 5, 0]
    survivor, *others = largest["members"]
    assert (survivor["key"], survivor["fate"], survivor["survivor"]) == ("web/a.jsonl:0", "kept", None)
    assert {(m["fate"], m["kind"], m["survivor"]) for m in others} == {("duplicate", "near", "web/a.jsonl:0")}
    assert all(0.7 <= m["similarity"] < 1 for m in others)
    assert found["near"]["lost"] == 5 == sum(row["lost"] for row in found["near"]["bins"])
    assert "1 kept, 5 removed as a duplicate." in page
    assert "nearly the same text, similarity 0." in page


def test_texts_of_members_stay_texts(tmp_path):
    _, page = reported(tmp_path, variants(3))
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert not {"\u202e", "\x1b"} & set(page)
    assert "שלום" in page
    assert "{{ 7 * 7 }}" in page


def test_tagged_duplicates_are_kept_and_said_to_be_tagged(tmp_path):
    found, page = reported(tmp_path, variants(3), action="tag")
    (largest,) = found["largest"]
    assert [largest[fate] for fate in ("kept", "tagged", "duplicate", "other")] == [1, 2, 0, 0]
    assert "1 kept, 2 tagged as a duplicate." in page


def test_a_member_that_another_rule_removed_is_no_duplicate(tmp_path):
    short = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    found, page = reported(tmp_path, [short, short])
    (largest,) = found["largest"]
    assert [largest[fate] for fate in ("kept", "tagged", "duplicate", "other")] == [0, 0, 0, 2]
    assert "2 removed by another rule." in page


def test_without_verification_pairs_have_no_similarity_but_documents_have(tmp_path):
    found, page = reported(tmp_path, variants(4), near=NEAR.replace("0.7", "0.7, verify: off"))
    near = found["near"]
    assert (near["similarity"], near["lost"]) == (None, 3)
    assert near["edges"] == near["unverified"] > 0
    assert sum(row["edges"] for row in near["bins"]) == 0
    assert "were not verified" in page
    assert "the limit: from here on" not in page


def test_the_limit_stands_between_the_pairs_below_and_those_above_it(tmp_path):
    base = ["".join(letters) for letters in product("aeioubdgk", repeat=3)]
    texts = [" ".join(base), " ".join(w if n % 60 else "other" for n, w in enumerate(base)), " ".join([*base, "end"])]
    reported(tmp_path, texts)
    stricter = CONFIGURATION.format(folder=tmp_path, output="stricter", near=NEAR.replace("0.7", "0.95"), action="drop")
    decide(configured(tmp_path, stricter), from_=str(tmp_path / "out"))
    found, page = duplicates_of(tmp_path / "stricter")
    assert found["near"]["similarity"] == 0.95
    below = [row for row in found["near"]["bins"] if row["high"] <= 0.95]
    assert sum(row["edges"] for row in below) > 0 == sum(row["lost"] for row in below)
    assert page.count("the limit: from here on one of two is a duplicate") == 1


def test_many_sizes_are_joined_by_powers_of_two_and_few_are_not():
    sizes = [{"size": size, "components": 10, "documents": 10 * size} for size in range(2, 22)]
    classes = size_classes(sizes)
    assert [(row["first"], row["last"]) for row in classes] == [(2, 2), (3, 3), (4, 4), (5, 8), (9, 16), (17, 32)]
    assert [row["components"] for row in classes] == [10, 10, 10, 40, 80, 50]
    assert sum(row["documents"] for row in classes) == sum(row["documents"] for row in sizes)
    assert [(row["first"], row["last"]) for row in size_classes(sizes[-12:])] == [(n, n) for n in range(10, 22)]
    assert size_classes([]) == []
