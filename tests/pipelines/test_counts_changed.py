"""Outputs where another configuration counts otherwise, or nothing: no file of the counts before misleads or stays."""

from runs import configured, digests, here, prose, write_jsonl

from pipelines.running import run

ANNOTATORS = "{p: {kind: corpus_passages, tokens: 20, most: 1.0}, q: {kind: corpus_passages, tokens: 30, most: 1.0}}"
CONFIGURATION = """
    inputs: {{web: {folder}/in}}
    output: {{path: {folder}/{output}}}
    cleaners: {{lines: {{kind: corpus_lines, documents: 2}}}}
    annotators: {annotators}
    steps:
      - {{name: raw, measure: [{first}]}}
      - {{name: cleaned, clean: [{cleaners}]}}
      - {{name: last, measure: [{last}]}}
    run: {{workers: 1}}
"""


def configuration(folder, output="out", first="", cleaners="", last=""):
    places = {"annotators": ANNOTATORS, "first": first, "cleaners": cleaners, "last": last}
    return configured(folder, CONFIGURATION.format(folder=folder, output=output, **places))


def test_another_configuration_counts_as_if_none_had_counted_there(tmp_path, monkeypatch):
    here(monkeypatch)
    own = [f"{prose(k, 40)}\nShare this page with all your friends" for k in range(4)]
    write_jsonl(tmp_path / "in" / "a.jsonl", own)
    three, two = {"first": "p", "cleaners": "lines", "last": "q"}, {"cleaners": "lines", "last": "q"}
    run(configuration(tmp_path, **three))
    run(configuration(tmp_path, **two), overwrite=True)  # its third round has another number
    run(configuration(tmp_path, "fresh", **two))
    assert digests(tmp_path / "out") == digests(tmp_path / "fresh")
    names = [{path.name for path in (tmp_path / place / "counts").rglob("*")} for place in ("out", "fresh")]
    assert names[0] == names[1]
    run(configuration(tmp_path, **three), overwrite=True)
    run(configuration(tmp_path), overwrite=True)
    assert not [name for name in ("counts", "extracted") if (tmp_path / "out" / name).exists()]
    assert (tmp_path / "out" / "clean").exists()
