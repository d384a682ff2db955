import io
import json
import re
from pathlib import Path

import pytest
from made_judged_run import COUNTS, HOSTILE, LABELS, RECORD, make_judged_run
from rich.console import Console

from filters.measured import Measured
from reports.finished_run import open_run
from reports.judge_columns import judges_of
from reports.judges_view import view
from reports.page import render
from reports.report import build_report, write_report


@pytest.fixture(scope="module")
def output(tmp_path_factory):
    return make_judged_run(tmp_path_factory.mktemp("judged") / "run")


@pytest.fixture(scope="module")
def report(output):
    return build_report(open_run(str(output)))


@pytest.fixture(scope="module")
def judges(report):
    return {judge["name"]: judge for judge in report["judges"]}


def words(examples):
    """The place that each example marks, with its value."""
    return [(e["value"], "".join(s["text"] for s in e["segments"] if s["kind"] == "flagged")) for e in examples]


def test_judges_stand_in_the_order_in_which_they_measured(report):
    assert [(j["name"], j["step"], j["kind"]) for j in report["judges"]] == [
        ("language", "raw", "language"), ("toxicity", "final", "toxicity"), ("taste", "final", "quality"),
    ]  # fmt: skip


def test_a_word_list_is_no_judge():
    assert "insults@final" not in {name for judge in judges_of(Measured.from_record(RECORD)) for name in judge.columns}


def test_every_document_is_judged_or_it_is_said_why_not(judges):
    toxicity = judges["toxicity"]
    assert (toxicity["documents"], toxicity["stopped"], toxicity["judged"]) == (8, 1, 5)
    assert toxicity["unjudged"] == [{"language": None, "documents": 1}, {"language": "de", "documents": 1}]
    for judge in judges.values():
        unjudged = sum(row["documents"] for row in judge["unjudged"])
        assert judge["stopped"] + judge["judged"] + unjudged == judge["documents"] == 8


def test_windows_are_summed_and_the_recall_is_made_of_the_sums(judges):
    windows = judges["toxicity"]["windows"]
    recall = windows["recall"]
    assert {name: number for name, number in windows.items() if name != "recall"} == {
        "windows": 8, "scored_windows": 5, "flagged_windows": 3, "audited_windows": 1, "audit_found": 0,
        "held_back": 3, "read": 6,
    }  # fmt: skip
    # One window of three was audited: up to 97.5% of them may be missed, and .975 * 3 beside 3 found is .5063.
    assert recall["value"] is None
    assert recall["low"] == pytest.approx(3 / (3 + 3 * 0.975))
    assert recall["wanted"] == 13  # 3 / (3 + 3 * .25) = .8, and 1 - .025 ** (1 / n) = .25 at n = 12.8


def test_a_label_counts_what_reaches_the_judges_own_limit(judges):
    counts = {row["label"]: (row["flagged_documents"], row["flagged_windows"]) for row in judges["toxicity"]["labels"]}
    assert counts == {"toxicity": (3, 3), "insult": (2, 2), "threat": (0, 0)}


def test_scores_of_documents_are_counted_in_twentieths(judges):
    bins = {row["label"]: row["bins"] for row in judges["toxicity"]["labels"]}
    places = {label: [i for i, count in enumerate(bins[label]) for _ in range(count)] for label in LABELS}
    # .9, 0 (all held back), .55, .4 and .97; .8, 0, .45, .3 and .9; .01, 0, .02, .01 and .03
    assert places == {"toxicity": [0, 8, 11, 18, 19], "insult": [0, 6, 9, 16, 18], "threat": [0] * 5}


def test_examples_on_either_side_of_a_rule_on_scores_show_the_place_with_that_score(judges):
    toxic = judges["toxicity"]["limits"][0]
    assert (toxic["rule"], toxic["action"]) == ("final/toxic", "drop")
    assert words(toxic["fired"]) == [(0.9, "You are a fool."), (0.97, HOSTILE)]
    assert words(toxic["passed"]) == [(0.55, "What a silly idea."), (0.4, "He was called a fool.")]


def test_examples_of_a_span_rule_are_of_its_labels_and_unit(judges):
    insult = judges["toxicity"]["limits"][1]
    assert (insult["rule"], insult["labels"]) == ("final/insult", ["insult"])
    assert words(insult["fired"]) == [(0.8, "You are a fool."), (0.9, HOSTILE)]
    assert words(insult["passed"]) == [(0.45, "What a silly idea."), (0.3, "He was called a fool.")]
    assert {(e["label"], e["unit"]) for e in insult["fired"] + insult["passed"]} == {("insult", "window")}


def test_places_are_those_of_the_cleaned_text(judges):
    (example, _) = judges["toxicity"]["limits"][0]["fired"]
    assert "".join(s["text"] for s in example["segments"]) == "Good morning. You are a fool."  # "Menu" was cut


def test_a_label_without_a_rule_shows_the_judges_own_limit(output):
    run = open_run(str(output))
    run.run["configuration"]["steps"][1]["rules"] = {}
    (_, toxicity, _) = build_report(run)["judges"]
    limits = {limit["labels"][0]: limit for limit in toxicity["limits"]}
    assert sorted(limits) == ["insult", "toxicity"]  # no threat reaches its limit
    assert words(limits["toxicity"]["fired"]) == [(0.55, "What a silly idea."), (0.9, "You are a fool.")]
    assert words(limits["toxicity"]["passed"]) == [(0.4, "He was called a fool.")]  # 0 is near nothing


def test_below_the_least_score_that_is_kept_the_beginning_of_the_text_is_shown(output):
    run = open_run(str(output))
    run.run["configuration"]["steps"][1]["rules"] = {"any": {"signal": "threat_score", "maximum": 0.015}}
    limit = build_report(run)["judges"][1]["limits"][0]
    (first, _) = limit["passed"]
    assert first["unit"] is None
    assert [s["kind"] for s in first["segments"]] == ["kept"]


def test_a_mean_of_windows_is_shown_by_the_highest(output):
    run = open_run(str(output))
    run.run["configuration"]["steps"][1]["rules"] = {"mean": {"signal": "toxicity_top3", "maximum": 0.3}}
    limit = build_report(run)["judges"][1]["limits"][0]
    assert not limit["by_score"]
    assert words(limit["fired"])[0] == (0.45, "You are a fool.")
    assert limit["fired"][0]["score"] == 0.9


def test_a_judge_of_documents_has_a_distribution_and_leads_to_its_rules(judges):
    taste = judges["taste"]
    (row,) = taste["labels"]
    assert row["histogram"]["documents"] == taste["judged"] == 7
    assert (taste["rules"], taste["limits"], taste["windows"]) == (["final/good"], [], None)


def test_languages_are_counted(judges):
    assert [(row["label"], row["documents"]) for row in judges["language"]["told"]] == [("en", 5), ("de", 1), ("fr", 1)]


def test_abusive_text_is_folded_wherever_it_stands_and_opens_no_element(report):
    page = render(report)
    assert "<script>" not in page
    unfolded = re.sub(r"<details>.*?</details>", "", page, flags=re.DOTALL)
    assert "You are a fool" in page
    assert page.count("some of it abusive") == 3  # two limits, and the rule that masks
    body = unfolded.partition('<section id="judges">')[2].partition("</section>")[0]
    assert "fool" not in body
    rules = unfolded.partition('id="rule-2"')[2].partition('id="rule-4"')[0]
    assert "fool" not in rules


def test_the_page_says_that_the_recall_is_not_named_and_what_it_would_take(report):
    page = render(report)
    assert "too little to name a recall" in page
    assert "wider than 20.0%" in page
    assert "about 13 audited windows" in page


def recalled(report, **recall):
    """The section's text if the audit had come out so."""
    changed = json.loads(json.dumps(report))
    changed["judges"][1]["windows"] |= recall
    return re.sub(r"<[^>]*>", "", render(changed))


def test_the_page_names_a_recall_that_is_sure_enough_with_its_interval(report):
    named = {"audited": 1000, "found": 2, "value": 0.96, "low": 0.869, "high": 0.995, "wanted": None}
    assert "finds an estimated 96.0% of the windows" in recalled(report, recall=named)
    assert "interval 86.9% to 99.5%" in recalled(report, recall=named)
    assert "no recall to speak of" in recalled(report, recall=None)
    assert "read every window" in recalled(report, recall=None, held_back=0)


def test_the_page_of_a_run_without_judges_has_no_such_section(report):
    assert 'id="judges"' not in render({**report, "judges": [], "rules": []})


def test_a_judge_that_judged_nothing_is_reported(tmp_path):
    shards = {"web/a": [("de", "Die Brücke ist alt.", [], None), ("fr", "Le pont est vieux.", [], "stopped")]}
    write_report(make_judged_run(tmp_path / "run", shards))
    toxicity = json.loads((tmp_path / "run" / "report" / "report.json").read_text())["judges"][1]
    assert (toxicity["judged"], toxicity["windows"]["recall"], toxicity["limits"]) == (0, None, [])
    assert toxicity["labels"][0]["median"] is None


def test_the_window_does_not_change_what_judges_are_reported_to_have_done(output, report, monkeypatch):
    monkeypatch.setattr("reports.finished_run.FinishedRun.tables.__defaults__", (1,))
    assert build_report(open_run(str(output)))["judges"] == report["judges"]


def test_the_terminal_has_a_line_for_each_judge(report):
    console = Console(file=io.StringIO(), width=200)
    console.print(view(report["judges"]))
    assert console.file.getvalue().splitlines() == [
        "language@raw: 7 of 8 documents judged, en 5 de 1 fr 1",
        "toxicity@final: 5 of 7 documents judged, at their limits toxicity 3 insult 2, 6 of 8 windows read, "
        "recall not named (1 windows audited, about 13 wanted)",
        "taste@final: 7 of 7 documents judged, median 0.28",
    ]


def test_detoxify_names_labels_behind_its_instance():
    names = ["tox_insult_score@a", "tox_insult_top3@a", "tox_insult_share@a", "tox_spans@a"]
    record = {"columns": dict.fromkeys(names, 1), "gates": {}, "makers": dict.fromkeys(names, "detoxify/1/tox/0.5/x"),
              "passes": [], "steps": ["a"]}  # fmt: skip
    (judge,) = judges_of(Measured.from_record(record))
    assert (judge.name, dict(judge.scores), judge.spans) == ("tox", {"insult": "tox_insult_score@a"}, "tox_spans@a")
    assert judge.share("insult") == "tox_insult_share@a"
    assert judge.label_of("tox_insult_top3@a") == "insult"
    assert (judge.label_of("tox_spans@a"), judge.counts) == (None, None)


def test_the_real_judges_are_known_by_their_fingerprints_and_signals():
    from classifiers.bias import Bias
    from classifiers.language import Language
    from classifiers.toxicity import Toxicity

    tiny = Path(__file__).parents[1] / "classifiers" / "tiny_judge"
    for annotator, kind in ((Toxicity(tiny), "toxicity"), (Bias(tiny), "bias"), (Language(), "language")):
        names = [f"{signal.name}@raw" for signal in annotator.signals]
        record = {"columns": dict.fromkeys(names, 1), "gates": {}, "passes": [], "steps": ["raw"],
                  "makers": dict.fromkeys(names, annotator.fingerprint)}  # fmt: skip
        (judge,) = judges_of(Measured.from_record(record))
        assert judge.kind == kind
        told = {judge.share(label) for label in judge.scores} | {judge.count(name) for name in COUNTS}
        assert {*judge.scores.values(), *(told if judge.by_windows else ())} <= set(names)
