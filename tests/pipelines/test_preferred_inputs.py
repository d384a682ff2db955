"""Survivors by the source that is preferred."""

import pytest
from runs import configured, here, prose, rows_of, write_jsonl

from filters.errors import ConfigurationError
from pipelines.running import decide, run

CONFIGURATION = """
    inputs:
      books: {{paths: [{folder}/books], id: id}}
      crawl: {{paths: [{folder}/crawl], id: id}}
      wiki: {{paths: [{folder}/wiki], id: id}}
    output: {{path: {folder}/{output}}}
    steps: [{{name: raw}}]
    duplicates: {{of: raw, url: false, survivor: {survivor}, prefer: {prefer}}}
    run: {{workers: 1}}
"""
DOCUMENTS = {
    "books": [("a", prose(1)), ("b", prose(2))],
    "crawl": [("c", prose(1)), ("d", prose(2)), ("e", prose(3))],
    "wiki": [("f", prose(1)), ("g", prose(3))],
}


def configuration(folder, prefer, output="out", survivor="[input, characters desc]"):
    return configured(folder, CONFIGURATION.format(folder=folder, prefer=prefer, output=output, survivor=survivor))


def test_the_preferred_source_keeps_its_copy_and_sources_without_a_name_come_last(tmp_path, monkeypatch):
    here(monkeypatch)
    for name, rows in DOCUMENTS.items():
        write_jsonl(tmp_path / name / "x.jsonl", [{"id": i, "text": text} for i, text in rows])
    run(configuration(tmp_path, "[wiki, crawl]"))
    found = {"[wiki, crawl]": tmp_path / "out"}
    for number, prefer in enumerate(("[crawl]", "[books, wiki]")):
        found[prefer] = tmp_path / f"again{number}"
        decide(configuration(tmp_path, prefer, found[prefer].name), from_=str(tmp_path / "out"))
    kept = {prefer: "".join(sorted(row["id"] for row in rows_of(place, "clean"))) for prefer, place in found.items()}
    assert kept == {"[wiki, crawl]": "dfg", "[crawl]": "cde", "[books, wiki]": "abg"}


@pytest.mark.parametrize(
    ("prefer", "survivor", "message"),
    [
        ("[wikii]", "[input]", "duplicates.prefer: unknown input 'wikii'; did you mean 'wiki'"),
        ("[wiki]", "[characters]", "duplicates.prefer: nobody asks for it; write input among the columns of survivor"),
        ("[]", "[input desc]", "duplicates.survivor: input is ranked by duplicates.prefer: name inputs there"),
    ],
)
def test_a_preference_that_means_nothing_is_refused(tmp_path, prefer, survivor, message):
    with pytest.raises(ConfigurationError, match=message):
        configuration(tmp_path, prefer, survivor=survivor)
