import dataclasses

import pytest
from rich.console import Console

from filters.errors import OutputError
from filters.policy import Rule
from reports import explain_view
from reports.explain import explain
from reports.marked_text import Mark, Segment, apply_marks, plain_text
from reports.words import reason_in_words

NO_REASON = dict.fromkeys(
    ("rule", "reason", "signal", "value", "text_value", "minimum", "maximum", "margin", "action", "start", "end",
     "survivor", "kind", "similarity")
)  # fmt: skip


def shown(explanation, width=100):
    console = Console(width=width, force_terminal=False)
    with console.capture() as capture:
        console.print(explain_view.view(explanation))
    return "\n".join(line.rstrip() for line in capture.get().splitlines())


def words(**fields):
    return reason_in_words({**NO_REASON, "action": "drop", "rule": "raw/r", **fields}, {})


def test_a_removed_document_is_explained_to_the_letter(run_a):
    assert shown(explain(run_a, "doc-1-4"), 80) == GOLDEN


GOLDEN = """\
removed  cc/b.warc.gz:4
id   doc-1-4
url  https://site1.example/4
1. raw/words  too_few_words  drop
   word_count@raw is 34, below the minimum of 40 by 6 (15.0% of it).
────────────────────────────────────────────────────────────────────────────────
text as extracted: [-cut-] {+put in+} {?flagged?}
Zieht zieht der hohen der die und die an mühlen am kinder zieht mühlen mühlen
die nach mühlen die kinder hohen fahren pappeln pappeln an der kinder abend
fahren unter vorbei die an die."""


def test_a_duplicate_is_shown_beside_its_survivor(run_a):
    explanation = explain(run_a, "cc/b.warc.gz:8")
    assert explanation.action == "drop"
    assert explanation.survivor.key == "cc/a.warc.gz:8"
    assert explanation.survivor.text == plain_text(explanation.segments)
    view = shown(explanation)
    assert "It has the same text as cc/a.warc.gz:8, which is kept (similarity 1.000)." in view
    assert "kept instead: cc/a.warc.gz:8" in view
    assert "{=in both=}" in view


def test_the_passages_that_a_duplicate_shares_with_its_survivor_are_marked_in_both(run_a):
    explanation = explain(run_a, "cc/b.warc.gz:8")
    for segments in (explanation.segments, explanation.survivor.segments):
        shared = [segment for segment in segments if segment.kind == "shared"]
        assert len(shared) == 1  # the same text: one passage from the first word to the last
        assert shared[0].text.strip(" .\n") == plain_text(segments).strip(" .\n")


def test_a_long_passage_of_both_texts_is_folded_so_that_what_differs_is_seen(run_a):
    alike, text = "the same menu again and again " * 100, "what only this page has"
    explanation = explain(run_a, "cc/b.warc.gz:8")
    segments = (Segment(alike, "shared"), Segment(text))
    survivor = dataclasses.replace(explanation.survivor, segments=(Segment(alike, "shared"), Segment("or that one")))
    view = shown(dataclasses.replace(explanation, segments=segments, survivor=survivor))
    assert "3,000 of 3,023 characters in both" in view
    assert "3,000 of 3,011 characters in both" in view
    assert "2,600 characters" in " ".join(view.split())
    assert text in view
    assert len(view) < 3_000


def test_a_survivor_is_shown_with_its_url(run_a):
    explanation = explain(run_a, "cc/b.warc.gz:8")
    assert explanation.survivor.url in shown(explanation).split()


def test_a_survivor_whose_text_is_gone_leaves_the_own_text_shown(run_a):
    explanation = explain(run_a, "cc/b.warc.gz:8")
    gone = dataclasses.replace(explanation.survivor, segments=None, lacking="out/old is \x1b[31mnot there")
    view = shown(dataclasses.replace(explanation, survivor=gone), 2_000)
    assert "its text cannot be shown: out/old is ‹U+001B›[31mnot there" in " ".join(view.split())
    assert plain_text(explanation.segments)[:20] in view


def test_a_shared_passage_is_marked_around_what_was_cut_from_it():
    marked = apply_marks([Segment("one "), Segment("two ", "cut", "r"), Segment("three")],
                         [Mark(0, 9, "shared", kind="shared")])  # fmt: skip
    assert explain_view.marked_view(marked).plain == "{=one =}[-two -]{=three=}"


def test_edits_and_spans_are_marked_in_the_text(run_a):
    view = " ".join(shown(explain(run_a, "doc-0-9")).split())
    assert "write to [-ada@example.org-]{+<email>+} or to you [-moron-] today" in view


def test_a_gated_document_says_where_measuring_stopped(run_a):
    explanation = explain(run_a, "doc-0-6")
    assert explanation.stopped_at == "raw/language"
    assert [each.sentence for each in explanation.reasons] == ["language@raw is 'fr'; allowed: en, de."]


def test_a_kept_document_has_its_tags(run_a):
    explanation = explain(run_a, "lines/<b>c&d</b>.jsonl#0-1:12")
    assert (explanation.action, explanation.tags) == ("keep", ("repetitive",))


def test_a_run_that_was_only_decided_is_explained_from_its_source(run_a, run_b):
    there, here = explain(run_a, "cc/a.warc.gz:2"), explain(run_b, "cc/a.warc.gz:2")
    assert (there.action, here.action) == ("keep", "drop")
    assert here.reasons[0].sentence == "word_count@raw is 50, below the minimum of 70 by 20 (28.6% of it)."
    assert here.segments == there.segments


def test_hostile_text_controls_no_terminal(run_a):
    view = shown(explain(run_a, "doc-2-11"))
    assert "\x1b" not in view
    assert "\u202e" not in view
    assert "<script>alert(1)</script> ‹U+202E›override" in view


def test_an_unknown_document_is_refused(run_a):
    with pytest.raises(OutputError, match="has no document 'nobody'"):
        explain(run_a, "nobody")


def test_a_value_above_its_maximum_in_words():
    assert words(signal="s@a", value=0.75, maximum=0.5, margin=0.25) == (
        "s@a is 0.75, above the maximum of 0.5 by 0.25 (50.0% of it)."
    )


def test_a_limit_of_zero_has_no_share():
    assert words(signal="s@a", value=1.0, maximum=0.0, margin=1.0) == "s@a is 1, above the maximum of 0 by 1."


def test_an_undefined_value_in_words():
    assert words(signal="s@a") == "s@a is undefined for this text, and the rule asks for a value."


def test_a_text_value_in_words():
    rule = Rule("r", "language", one_of=("en", "de"))
    reason = {**NO_REASON, "rule": "raw/r", "signal": "language@raw", "text_value": "fr"}
    assert reason_in_words(reason, {"raw/r": rule}) == "language@raw is 'fr'; allowed: en, de."


def test_a_span_in_words():
    assert words(
        signal="insults@a", value=0.9, minimum=0.5, text_value="moron", start=1004, end=1009, action="remove"
    ) == ("insults@a found 'moron' at characters 1,004 to 1,009, score 0.9 (minimum 0.5); it was taken out.")


def test_white_space_that_was_cut_is_seen():
    marked = explain_view.marked_view([Segment("a"), Segment("\n \t", "cut", "r"), Segment("b")])
    assert marked.plain == "a[-⏎·→-]b"
