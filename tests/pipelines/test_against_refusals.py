"""Earlier outputs that a run cannot be deduplicated against, and what becomes of a run when they change."""

import json
import re
import shutil
from pathlib import Path

import pytest
from runs import configured, digests, here, rows_of, write_jsonl
from test_against import CONFIGURATION, JANUARY, NEAR, configuration, document, edited, kept, made, page

from filters.errors import ConfigurationError, OutputError, TamisError
from pipelines.changes import Cost, changes
from pipelines.output_lock import output_lock
from pipelines.running import decide, run


@pytest.fixture(autouse=True)
def _here(monkeypatch):
    here(monkeypatch)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """January, decisions over it, and February against it; nobody may change them."""
    folder = tmp_path_factory.mktemp("refusals")
    with pytest.MonkeyPatch.context() as monkeypatch:
        here(monkeypatch)
        made(folder, "2026-01", [document("a", page(1)), document("b", page(2)), document("c", page(2), day=2)])
        again = configuration(folder, "2026-01", **{"output.path": f"{folder}/out/decided"})
        decide(again, from_=f"{folder}/out/2026-01")
        made(folder, "2026-02", [document("d", page(2), 2), document("e", edited(page(1), 2), 2)], JANUARY)
    return folder


def refused(folder, against, text=CONFIGURATION, near=NEAR, output="refused"):
    """The message with which February is refused, before anything is written."""
    wanted = configuration(folder, "2026-02", against, near, text, **{"output.path": f"{folder}/out/{output}"})
    before = digests(folder / "out" / output)
    with pytest.raises(TamisError) as caught:
        run(wanted)
    assert digests(folder / "out" / output) == before
    assert not (folder / "out/refused/started.json").exists()
    return str(caught.value).replace(str(folder), "F")


TWICE = {"january": "2026-01", "again": "2026-01"}
DECIDED_TOO = {"january": "2026-01", "strict": "decided"}


@pytest.mark.parametrize(
    ("against", "output", "message"),
    [
        ({"march": "2026-03"}, "refused", r"against\.march: there is no F/out/2026-03; name the outp"),
        ({"inputs": "../2026-01"}, "refused", r"against\.inputs: F/2026-01 is not a finished run: .* run\.json"),
        ({"february": "2026-02"}, "2026-02", r"against\.february: F/out/2026-02 is the output of this run too; name"),
        (TWICE, "refused", r"against\.again: F/out/2026-01 is duplicates\.against\.january too; name every"),
        (DECIDED_TOO, "refused", r"strict: F/out/decided holds the decisions over F/out/2026-01, which is dupl"),
        ({"strict": "decided"}, "2026-01", r"strict: F/out/decided holds .* F/out/2026-01, which is the output of"),
    ],
)
def test_what_is_no_other_finished_output_is_refused(corpus, against, output, message):
    assert re.search(message, refused(corpus, against, output=output))


CLEANED = CONFIGURATION.replace("{{name: raw,", "{{name: raw, clean: [fix_encoding],")


@pytest.mark.parametrize(
    ("near", "text", "message"),
    [
        (NEAR.replace("bands: 40", "bands: 41"), CONFIGURATION, r"signed by: .*40 bands.*; this run's by: .*41 bands"),
        (NEAR.replace("words: 5", "words: 4"), CONFIGURATION, r"signed by: .*5 words.*; this run's by: .*4 words"),
        (NEAR.replace("0.55", "0.55, verify: exact"), CONFIGURATION, r"this run's by: .*; sets of shingles; make"),
        (NEAR, CLEANED, r"F/out/2026-01 signed went through no cleaner, this run's through raw/\w+; make"),
    ],
)
def test_texts_that_were_signed_otherwise_are_refused_with_the_difference(corpus, near, text, message):
    assert re.search(message, refused(corpus, JANUARY, text, near))


def copy(corpus, tmp_path):
    """January's and February's outputs, to be changed."""
    shutil.copytree(corpus, tmp_path / "copy")
    return tmp_path / "copy"


def test_an_output_that_sought_no_duplicates_is_refused(tmp_path):
    head, _, tail = CONFIGURATION.partition("    duplicates:")
    made(tmp_path, "2026-01", [document("a", page(1))], text=head + tail[tail.index("    run:") :])
    made(tmp_path, "2026-03", [document("a", page(1))], near="null")
    write_jsonl(tmp_path / "2026-02/a.jsonl", [document("b", page(1))])
    assert "F/out/2026-01 sought no duplicates, and so has no index; run it again with" in refused(tmp_path, JANUARY)
    assert "F/out/2026-03 sought no near duplicates, and sign" in refused(tmp_path, {"march": "2026-03"})


def damaged(path):
    content = bytearray(path.read_bytes())
    content[40] ^= 1
    path.write_bytes(content)


def older(path):
    path.write_bytes(path.read_bytes()[:8] + bytes([9]) + path.read_bytes()[9:])


@pytest.mark.parametrize(
    ("file", "change", "message"),
    [
        (
            "index/web/a.jsonl.url.run",
            damaged,
            r"jsonl\.url\.run has a damaged header.* delete F/out/2026-01/index/web/",
        ),
        ("index/web/a.jsonl.text.run", older, r"a run file of version 9, this is version 1; measure that shard again"),
        ("index/web/a.jsonl.near.run", Path.unlink, r"near\.run is missing, a run file; .*that made F/out/2026-01"),
        ("index/web/a.jsonl.near.signatures", damaged, r"signatures has a damaged header"),
        ("decisions/web/a.jsonl.parquet", Path.unlink, r"decisions/web/a\.jsonl\.parquet is missing; run again what"),
        ("run.json", Path.unlink, r"F/out/2026-01 is not a finished run: it has no run\.json"),
    ],
)
def test_an_index_that_is_not_whole_is_refused_before_any_work_starts(corpus, tmp_path, file, change, message):
    folder = copy(corpus, tmp_path)
    change(folder / "out/2026-01" / file)
    assert re.search(r"duplicates\.against\.january: .*" + message, refused(folder, JANUARY))


def test_decisions_over_a_run_that_is_gone_are_refused(corpus, tmp_path):
    folder = copy(corpus, tmp_path)
    record = json.loads((folder / "out/decided/run.json").read_text())
    (folder / "out/decided/run.json").write_text(json.dumps({**record, "from": f"{folder}/gone"}))
    message = refused(folder, {"strict": "decided"})
    assert "F/out/decided was decided from F/gone, which is not a finished run: it has no run.json; bring it" in message


def test_decisions_over_a_run_that_was_made_again_from_other_inputs_are_refused(corpus, tmp_path):
    folder = corpus_of(tmp_path, corpus)
    decided = configuration(folder, "2026-01", **{"output.path": f"{folder}/out/strict"})
    decide(decided, from_=f"{folder}/out/2026-01")
    write_jsonl(folder / "2026-01/a.jsonl", [document("z", page(3)), document("a", page(1))])
    assert run(configuration(folder, "2026-01"), overwrite=True).exit_status == 0
    message = refused(folder, {"strict": "strict"})
    assert "F/out/strict was decided from F/out/2026-01, which has been read or measured otherwise since" in message
    decide(decided, from_=f"{folder}/out/2026-01", overwrite=True)
    run(configuration(folder, "2026-02", {"strict": "strict"}), overwrite=True)
    assert kept(folder / "out/2026-02") == ["d"]


def test_a_scope_that_earlier_documents_have_no_column_for_is_refused(corpus, tmp_path):
    text = CONFIGURATION.replace("crawl: string", "crawl: string, host2: string")
    text = text.replace("of: raw", "of: raw\n      scope: [host2]")
    message = refused(corpus, JANUARY, text)
    assert "duplicates.scope is host2, and F/out/2026-01 has no such column and measured no such signal" in message


def test_a_run_is_decided_again_when_what_an_earlier_output_kept_has_changed(corpus, tmp_path):
    folder = corpus_of(tmp_path, corpus)
    assert kept(folder / "out/2026-02") == []
    january = CONFIGURATION.replace("[gopher_quality]", "[gopher_quality], rules: {{words: {{signal: word_count, "
                                    "minimum: 201}}}}")  # fmt: skip
    assert run(configuration(folder, "2026-01", text=january), overwrite=True).exit_status == 0
    assert kept(folder / "out/2026-01") == []
    with pytest.raises(OutputError, match=r"duplicates\.against\.january has changed: find duplicates again"):
        run(configuration(folder, "2026-02", JANUARY))
    with pytest.raises(
        OutputError, match=r"january: .* is not, or no longer, what .*/out/2026-02 was dedup.* --overwrite"
    ):
        decide(
            configuration(folder, "2026-02", JANUARY, **{"output.path": f"{folder}/out/x"}),
            from_=f"{folder}/out/2026-02",
        )
    marker = folder / "out/2026-02/documents/web/a.jsonl.json"
    before = marker.stat().st_mtime_ns
    assert run(configuration(folder, "2026-02", JANUARY), overwrite=True).exit_status == 0
    assert marker.stat().st_mtime_ns == before
    assert kept(folder / "out/2026-02") == ["d", "e"]
    assert {row["kept"] for row in rows_of(folder / "out/2026-02", "earlier")} == {False}


def corpus_of(tmp_path, corpus):
    """The months made anew in a folder of their own: configurations name absolute paths."""
    for month in ("2026-01", "2026-02"):
        shutil.copytree(corpus / month, tmp_path / month)
        against = JANUARY if month == "2026-02" else ()
        assert run(configuration(tmp_path, month, against)).exit_status == 0
    return tmp_path


def test_a_run_that_is_no_longer_against_an_output_keeps_no_table_of_it(tmp_path, corpus):
    folder = corpus_of(tmp_path, corpus)
    assert rows_of(folder / "out/2026-02", "earlier")
    assert run(configuration(folder, "2026-02"), overwrite=True).exit_status == 0
    assert kept(folder / "out/2026-02") == ["d", "e"]
    assert not list((folder / "out/2026-02/earlier").glob("*"))


def test_decide_answers_other_similarities_and_scopes_with_the_same_outputs_and_no_others(corpus):
    folder, output = corpus, {"output.path": f"{corpus}/out/higher"}
    higher = configuration(folder, "2026-02", JANUARY, NEAR.replace("0.55", "0.97"), **output)
    decide(higher, from_=f"{folder}/out/2026-02")
    assert kept(folder / "out/higher") == ["e"]
    assert [row["reasons"][0]["survivor"] for row in rows_of(folder / "out/higher", "removed")] == [
        "january:web/a.jsonl:1"
    ]
    scoped = CONFIGURATION.replace("of: raw", "of: raw\n      scope: [crawl]")
    output = {"output.path": f"{folder}/out/scoped"}
    decide(configuration(folder, "2026-02", JANUARY, text=scoped, **output), from_=f"{folder}/out/2026-02")
    assert kept(folder / "out/scoped") == []
    for against, named in (({}, "none"), ({"strict": "decided"}, "strict")):
        with pytest.raises(
            ConfigurationError, match=rf"against names {named}, and the run found duplicates against jan"
        ):
            decide(configuration(folder, "2026-02", against, **output), from_=f"{folder}/out/2026-02")


def test_other_outputs_or_another_order_of_them_cost_finding_duplicates_again(corpus):
    one, other, turned = (
        configuration(corpus, "2026-02", against)
        for against in (JANUARY, {**JANUARY, "strict": "decided"}, {"strict": "decided", **JANUARY})
    )
    (change,) = changes(one, other)
    assert (change.place, change.cost) == ("duplicates.against.strict", Cost.FIND)
    (change,) = changes(other, turned)
    assert str(change) == "duplicates.against: january, strict -> strict, january: find duplicates again"


@pytest.mark.parametrize("against", [JANUARY, {"strict": "decided"}])
def test_an_earlier_output_that_is_being_written_is_refused_and_so_is_what_it_was_decided_from(corpus, against):
    with (
        output_lock(f"{corpus}/out/2026-01"),
        pytest.raises(OutputError, match="out/2026-01 is being written by a run; wait until"),
    ):
        run(configuration(corpus, "2026-02", against, **{"output.path": f"{corpus}/out/locked"}))


def test_one_output_by_its_path_and_its_url_is_refused(corpus):
    wanted = configuration(corpus, "2026-02", JANUARY, **{"output.path": f"{corpus}/out/refused"})
    named = {**wanted.duplicates.against, "again": f"file://{corpus}/out/2026-01"}
    wanted = wanted.model_copy(update={"duplicates": wanted.duplicates.model_copy(update={"against": named})})
    with pytest.raises(ConfigurationError, match=r"again: .*/out/2026-01 is duplicates\.against\.january too"):
        run(wanted)


@pytest.mark.parametrize("name", [".", "..", ".hidden"])
def test_no_name_is_a_folder_above_or_begins_with_a_dot(tmp_path, name):
    text = CONFIGURATION.format(folder=tmp_path, month="x", near="null", against=f"{{{name}: out}}")
    with pytest.raises(ConfigurationError, match=r"duplicates\.against"):
        configured(tmp_path, text)
    with pytest.raises(ConfigurationError, match="inputs"):
        configured(tmp_path, text.replace("web:", f"{name}:").replace(f"{{{name}: out}}", "{}"))


def test_names_of_earlier_outputs_are_plain_and_paths_relative_to_the_file(tmp_path):
    with pytest.raises(ConfigurationError, match=r"duplicates\.against"):
        configured(tmp_path, CONFIGURATION.format(folder=tmp_path, month="x", near="null", against="{'a:b': out}"))
    text = CONFIGURATION.format(folder=tmp_path, month="x", near="null", against="{old: ../out, far: s3://bucket/out/}")
    against = configured(tmp_path, text).duplicates.against
    assert against == {"old": str(tmp_path.parent / "out"), "far": "s3://bucket/out/"}
