"""Duplicates within columns: who survives where, and what is counted over the whole corpus all the same."""

import random

import pytest
from runs import configured, digests, here, prose, rows_of, write_jsonl

from filters.errors import ConfigurationError
from pipelines.running import decide, run

CONFIGURATION = """
    inputs:
      old: {{paths: [{folder}/old], id: id, columns: {{crawl: string}}}}
      new: {{paths: [{folder}/new], id: id, columns: {{crawl: string}}}}
    output: {{path: {folder}/out}}
    steps: [{{name: raw, measure: [gopher_quality]}}]
    duplicates: {{of: raw, url: false, near: {near}, survivor: [characters desc], scope: {scope}}}
    run: {{workers: 1}}
"""
OTHER = " ".join("".join(random.Random(k).choices("aeioubdgklm", k=7)) for k in range(90))
TEXT, LONGER = prose(1), f"{prose(1)} And so it ended."
DOCUMENTS = {
    "old": [("a", TEXT, "2023"), ("b", TEXT, "2024"), ("c", LONGER, "2024"), ("d", OTHER, "2024")],
    "new": [("e", TEXT, "2024"), ("f", TEXT, None), ("g", TEXT, None), ("h", TEXT, "2023")],
}


@pytest.fixture(autouse=True)
def _here(monkeypatch):
    here(monkeypatch)


def configuration(folder, scope="[crawl]", near="null", **options):
    return configured(folder, CONFIGURATION.format(folder=folder, scope=scope, near=near), **options)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scopes")
    for name, rows in DOCUMENTS.items():
        write_jsonl(folder / name / "x.jsonl", [{"id": i, "text": t, "crawl": c} for i, t, c in rows])
    with pytest.MonkeyPatch.context() as monkeypatch:
        here(monkeypatch)
        assert run(configuration(folder)).exit_status == 0
    return folder


def kept(output):
    return "".join(sorted(row["id"] for row in rows_of(output, "clean")))


def test_one_of_each_crawl_survives_and_null_is_a_crawl_of_its_own(corpus):
    # "new" comes before "old": of the texts of 2023 the one in new/ has the smaller key
    assert kept(corpus / "out") == "cdefh"
    survivors = {row["id"]: row["reasons"][0]["survivor"] for row in rows_of(corpus / "out", "removed")}
    assert survivors == {"a": "new/x.jsonl:3", "b": "new/x.jsonl:0", "g": "new/x.jsonl:1"}


def test_sizes_of_components_are_counted_over_the_whole_corpus(corpus):
    sizes = {row["id"]: row["component_size"] for row in rows_of(corpus / "out", "clean")}
    assert sizes == {"c": 1, "d": 1, "e": 6, "f": 6, "h": 6}


@pytest.mark.parametrize(
    ("scope", "wanted"),
    [("[]", "cde"), ("[input]", "acde"), ("[input, crawl]", "abcdefh"), ("host", "cde")],
)
def test_decide_takes_another_scope(corpus, scope, wanted):
    output = corpus / f"decided {scope}"
    decide(configuration(corpus, scope, **{"output.path": str(output)}), from_=str(corpus / "out"))
    assert kept(output) == wanted


@pytest.mark.parametrize("verify", ["signature", "exact", "off"])
def test_near_duplicates_keep_to_the_scope(corpus, verify):
    near = f"{{bands: 20, rows: 2, similarity: 0.6, verify: {verify}}}"
    output = corpus / verify
    assert run(configuration(corpus, near=near, **{"output.path": str(output)})).exit_status == 0
    assert kept(output) == "cdfh"
    assert {row["component_size"] for row in rows_of(output, "clean") if row["id"] in "cfh"} == {7}
    if verify == "exact":
        again = {"output.path": str(corpus / "again"), "run.workers": 5}
        assert run(configuration(corpus, near=near, **again)).exit_status == 0
        assert digests(corpus / "again") == digests(output)


def test_a_scope_of_nothing_known_is_refused_with_what_there_is(corpus):
    with pytest.raises(
        ConfigurationError,
        match=r"(?s)duplicates\.scope.*unknown column 'crwal'; did you mean 'crawl'.*inputs: columns",
    ):
        configuration(corpus, "[crwal]")


def test_decide_refuses_a_scope_that_was_not_measured(corpus):
    text = CONFIGURATION.format(folder=corpus, scope="[language]", near="null")
    wanted = configured(corpus, text.replace("[gopher_quality]", "[gopher_quality, language]"))
    wanted = wanted.model_copy(update={"output": wanted.output.model_copy(update={"path": str(corpus / "refused")})})
    with pytest.raises(ConfigurationError, match=r"duplicates\.scope: language was not measured at any step"):
        decide(wanted, from_=str(corpus / "out"))
