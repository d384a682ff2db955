"""The demonstration: every rule fires on the document that was written for it, and on no other."""

import json
from pathlib import Path

import pytest
from runs import here, rows_of

from pipelines.configuration import load
from pipelines.running import run
from reports.ledger import balance

DEMO = Path(__file__).parents[2] / "examples" / "demo.yaml"
OUTSIDE = {
    "words-below": "too_few_words",
    "words-below_german": "too_few_words",
    "words-above": "too_many_words",
    "word_length-below": "mean_word_too_short",
    "word_length-above": "mean_word_too_long",
    "hashes-above": "too_many_hashes",
    "ellipses-above": "too_many_ellipses",
    "bullet_lines-above": "too_many_bullet_lines",
    "ellipsis_lines-above": "too_many_ellipsis_lines",
    "alphabetic_words-below": "too_few_alphabetic_words",
    "stop_words-below": "too_few_stop_words",
    "duplicate_lines-above": "too_many_duplicate_lines",
    "duplicate_paragraphs-above": "too_many_duplicate_paragraphs",
    "duplicate_line_characters-above": "too_many_characters_in_duplicate_lines",
    "duplicate_paragraph_characters-above": "too_many_characters_in_duplicate_paragraphs",
    **{f"top_{n}_grams-above": f"too_many_characters_in_top_{n}_gram" for n in (2, 3, 4)},
    **{f"duplicate_{n}_grams-above": f"too_many_characters_in_duplicate_{n}_grams" for n in range(5, 11)},
    "blocked_url-above": "blocked_url",
    "language-not_allowed": "language_not_allowed",
    "language-not_allowed_page": "language_not_allowed",
    "certain_language-below": "uncertain_language",
    "sentences-below": "too_few_sentences",
    "lorem_ipsum-above": "lorem_ipsum",
    "curly_brackets-above": "curly_bracket",
    "curly_brackets-above_page": "curly_bracket",
    "long_pages-above": "too_long",
    "email-found": "email",
    "ip_address-found": "ip_address",
    "insults-found": "insults",
    "boilerplate-found": "boilerplate",
    "shouting-found": "too_many_uppercase_characters",
    "punctuated-below": "punctuation_fraction_too_low",
    "duplicates-text": "duplicate_text",
    "duplicates-text_mirror": "duplicate_text",
    "duplicates-url": "duplicate_url",
    "edits-below": "nearly_empty_after_edits",
}
"""Every document that a rule acts upon, and the reason; its rule stands before the hyphen."""

SEVERAL = "several_rules-menu"
JUDGED = {
    "sexism-found": {"sexism", "attacks", "rude"},
    "attacks-found": {"attacks", "insulting_words", "rude"},
    "insulting_words-found": {"insults", "insulting_words", "rude"},  # the word list has it too
}
"""What learned judges find in their documents: an attack on a group is an insult too, and may have words to mark."""

JUDGES = {"sexism", "attacks", "insulting_words", "rude"}
NOT_OF_THE_PRESET = ("shouting", "punctuated", "boilerplate")


def name_of(row):
    """The user's id, or the end of the page's URL."""
    return row["url"].rpartition("/")[2] if row["source"].startswith("web/") else row["id"]


@pytest.fixture(scope="module")
def configuration(tmp_path_factory):
    return load(str(DEMO), [], {"output.path": str(tmp_path_factory.mktemp("demo") / "out"), "run.workers": 1})


@pytest.fixture(scope="module")
def output(configuration):
    with pytest.MonkeyPatch.context() as patch:
        here(patch)
        assert run(configuration).exit_status == 0
    return Path(configuration.output.path)


@pytest.fixture(scope="module")
def decisions(output):
    """Decisions by the document's name."""
    documents = rows_of(output, "documents")
    names = {(row["source"], row["row"]): name_of(row) for row in documents}
    pairs = zip(documents, rows_of(output, "decisions"), strict=True)
    return {names[document["source"], document["row"]]: decision for document, decision in pairs}


def judged(reason):
    return reason["rule"].rpartition("/")[2] in JUDGES


def rules_of(decision):
    return {reason["rule"].rpartition("/")[2] for reason in decision["reasons"]}


def test_every_rule_fires_on_exactly_its_documents(configuration, decisions):
    rules = [rule.name for step in configuration.policy().steps for rule in step.rules]
    for rule in (*rules, "duplicates", "edits"):
        fired = {name for name, decision in decisions.items() if rule in rules_of(decision) and name != SEVERAL}
        found = {name for name, rules in JUDGED.items() if rule in rules}
        assert fired == found | {name for name in OUTSIDE if name.partition("-")[0] == rule}, rule
        assert fired, rule


def test_every_reason_is_the_one_expected(decisions):
    reasons = {name: [r["reason"] for r in decisions[name]["reasons"] if not judged(r)] for name in OUTSIDE}
    assert reasons == {name: [reason] for name, reason in OUTSIDE.items()}


def test_every_rule_has_a_document_just_inside_on_which_nothing_fires(configuration, decisions):
    inside = {name: decision for name, decision in decisions.items() if "-inside" in name}
    fired = {name for name, decision in inside.items() if decision["reasons"] or decision["action"] != "keep"}
    assert not fired
    rules = {rule.name for step in configuration.policy().steps for rule in step.rules}
    assert {name.partition("-")[0] for name in inside} == {*rules, "duplicates", "edits"}


def test_documents_outside_a_limit_of_the_preset_are_just_outside(decisions):
    reasons = [reason for name in OUTSIDE for reason in decisions[name]["reasons"] if reason["margin"] is not None]
    for reason in reasons:
        limit = reason["minimum"] if reason["value"] < (reason["minimum"] or 0) else reason["maximum"]
        if reason["rule"].rpartition("/")[2] not in NOT_OF_THE_PRESET and not judged(reason):
            assert reason["margin"] == 1 or reason["margin"] <= 0.05 * limit, reason


def test_a_document_may_fail_several_rules_and_has_all_their_reasons(decisions):
    assert rules_of(decisions[SEVERAL]) == {"words", "stop_words", "top_4_grams", "sentences", "edits"}


def test_every_action_is_taken(output, decisions):
    actions = {reason["action"] for decision in decisions.values() for reason in decision["reasons"]}
    assert actions == {"drop", "remove", "mask", "tag"}
    clean = {name_of(row): row for row in rows_of(output, "clean")}
    assert "Write to <email> before noon." in clean["email-found"]["text"]
    assert "The old server answers at <ip> on weekdays." in clean["ip_address-found"]["text"]
    assert "The goat is called <insult>, and it answers to that." in clean["insults-found"]["text"]
    assert "newsletter" not in clean["boilerplate-found"]["text"]
    assert clean["shouting-found"]["tags"] == ["shouting"]
    assert "words-above" not in clean


def test_judges_drop_remove_mask_and_mark_what_they_find(output):
    clean = {name_of(row): row for row in rows_of(output, "clean")}
    assert "sexism-found" not in clean
    assert "Islanders" not in clean["attacks-found"]["text"]
    assert "<|rude|>You <insult>, you ruined the whole evening, he said." in clean["insulting_words-found"]["text"]
    marked = {name for name, rules in JUDGED.items() if "rude" in rules}
    assert {name for name, row in clean.items() if "rude" in row["tags"]} == marked & clean.keys()
    assert "the whole cafe told him to be ashamed" in clean["attacks-inside_counter_speech"]["text"]


def test_a_duplicate_names_the_document_that_is_kept(decisions):
    survivors = {name: decisions[name]["reasons"][0]["survivor"] for name in OUTSIDE if name.startswith("duplicates")}
    assert {name: key.rpartition(":")[0] for name, key in survivors.items()} == {
        "duplicates-text": "rules/rules.jsonl",
        "duplicates-text_mirror": "web/web.warc.gz",
        "duplicates-url": "rules/rules.jsonl",
    }
    rows = {name: decisions[name]["row"] for name in ("duplicates-inside_first", "duplicates-inside_english")}
    assert survivors["duplicates-text"].endswith(f":{rows['duplicates-inside_first']}")
    assert survivors["duplicates-url"].endswith(f":{rows['duplicates-inside_english']}")


def test_pages_in_other_encodings_than_they_say_are_read(output):
    clean = {name_of(row): row["text"] for row in rows_of(output, "clean")}
    assert "“Smörgåsbord”, she said." in clean["windows-1252"]
    assert len(clean["unknown-charset"].split()) > 70


def test_columns_of_a_user_travel(output):
    clean = {name_of(row): row for row in rows_of(output, "clean")}
    assert json.loads(clean["hashes-inside"]["extra"]) == {"rule": "hashes"}
    assert clean["email-inside"]["likes"] == 7
    assert str(clean["email-inside"]["fetched_at"].date()) == "2026-02-02"
    assert clean["sentences-inside"]["sentence_count@c4"] == 5


def test_every_record_is_accounted_for_and_every_fault_has_its_cause(output, decisions):
    totals = json.loads((output / "run.json").read_text())["totals"]
    assert balance(totals) == (0, 0)
    records = totals["records"]
    assert records["failed"] == {"bad_gzip_member": 1, "bad_json": 1, "bad_utf8": 1, "missing_text": 1}
    assert records["skipped"] == dict.fromkeys(
        ["blank_line", "empty_body", "http_error", "metadata", "no_main_text", "not_text", "redirect", "request",
         "revisit", "warcinfo"], 1
    )  # fmt: skip
    assert records["removed"] + records["kept"] == len(decisions)
    assert records["total"] == len(decisions) + 4 + 10
    assert totals["tagged"] == {"rude": sum("rude" in row["tags"] for row in rows_of(output, "clean")), "shouting": 1}


def test_every_rule_of_the_report_has_fired(output):
    assert json.loads((output / "report" / "report.json").read_text())["never_fired"] == []
