import io

from rich.console import Console
from test_ledger import LEDGER

from filters.policy import ControlTokens, Duplicates, Policy, Rule, Step
from reports.funnel_view import view

POLICY = Policy(
    steps=(
        Step("raw", rules=(Rule("words", "word_count", minimum=50), Rule("hashes", "hash_word_ratio", maximum=0.1))),
        Step("c4", rules=(Rule("insult", "insults", spans=True, action="tag"),)),
    ),
    duplicates=Duplicates(of="c4"),
)


def shown(totals, policy=POLICY, *, estimated=True):
    console = Console(file=io.StringIO(), width=100)
    console.print(view(totals, policy, estimated=estimated))
    return console.file.getvalue().splitlines()


def printed(totals, policy=POLICY):
    """The numbers of each row by its label."""
    return {line[:25].strip(): line[25:].split() for line in shown(totals, policy)[1:-2]}


def test_the_funnel_goes_from_what_was_read_to_what_is_kept():
    lines = printed(LEDGER)
    assert list(lines) == [
        "records read", "skipped", "redirect", "failed", "bad_json", "documents extracted", "removed", "raw/words",
        "cut or masked", "c4/no_end_mark", "kept", "tagged insult",
    ]  # fmt: skip
    assert lines["records read"] == ["10"]
    assert lines["documents extracted"] == ["7", "100", "25"]
    assert lines["raw/words"] == ["3", "2", "30", "8"]
    assert lines["cut or masked"] == ["1", "10", "2"]
    assert lines["c4/no_end_mark"] == ["1", "10"]
    assert lines["kept"] == ["4", "60", "15"]


def test_control_tokens_stand_apart_from_what_was_cut():
    marking = Rule("tone", "insults", spans=True, action="tag", tag="t", tokens=ControlTokens(open="<t>", close="</t>"))
    policy = Policy((*POLICY.steps, Step("last", rules=(marking,))))
    told = printed(
        {
            **LEDGER,
            "characters": {**LEDGER["characters"], "added": 10, "kept": 68},
            "tokens": {**LEDGER["tokens"], "kept": 18},
            "marks": {"documents": 2, "characters": 8, "tokens": 3},
            "edits": {
                **LEDGER["edits"],
                "escapes": {"documents": 1, "spans": 1, "characters": 0, "added": 1},
                "last/tone": {"documents": 1, "spans": 2, "characters": 0, "added": 7},
            },
        },
        policy,
    )
    assert told["cut or masked"] == ["1", "10", "2"]
    assert told["control tokens put in"] == ["2", "8", "3"]
    assert list(told)[-5:] == ["control tokens put in", "escapes", "last/tone", "kept", "tagged insult"]
    assert [told[edit] for edit in ("escapes", "last/tone")] == [["1", "1", "1"], ["1", "7", "2"]]


def test_rules_that_tag_or_never_fired_remove_nothing():
    assert "raw/hashes" not in printed(LEDGER)
    counts = LEDGER["rules"]["raw/words"]
    told = printed({**LEDGER, "rules": {"c4/insult": counts, "raw/hashes": {**counts, "documents": 0}}})
    assert "c4/insult" not in told
    assert "raw/hashes" not in told


def test_duplicates_and_nearly_empty_documents_stand_behind_the_rules():
    counts = LEDGER["rules"]["raw/words"]
    told = printed({**LEDGER, "rules": dict.fromkeys(("duplicates", "edits", "raw/words"), counts)})
    assert [name for name in told if name in ("duplicates", "edits", "raw/words")] == [
        "raw/words", "edits", "duplicates",
    ]  # fmt: skip
    tagging = Policy(POLICY.steps, Duplicates(of="c4", action="tag"))
    assert "duplicates" not in printed({**LEDGER, "rules": {"duplicates": counts}}, tagging)


def test_estimated_tokens_are_called_estimated():
    assert shown(LEDGER)[0].rstrip().endswith("tokens, estimated")
    assert shown(LEDGER, estimated=False)[0].rstrip().endswith("tokens")
