import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.annotations import ANNOTATION_FIELDS
from filters.control_tokens import ESCAPES, Escaping
from filters.edits import apply_edits
from filters.judging import judge_batch
from filters.measured import Measured
from filters.policy import ControlTokens, Policy, Rule, Step
from filters.sentence_cuts import sentences_of
from filters.signals import SPANS
from filters.tagging import with_tokens

SCHEMA = pa.schema([*ANNOTATION_FIELDS, pa.field("rude@s", SPANS), pa.field("size@s", pa.int64())])
MEASURED = Measured(columns={"rude@s": 0, "size@s": 0}, gates={}, passes=(), reasons={"size@s": ("low", "high")})


def span(start, end, label="rude", unit="word", score=1.0):
    return {"start": start, "end": end, "label": label, "score": score, "unit": unit}


def tag(name, labels=None, unit=None, **tokens):
    return Rule(
        name, "rude", spans=True, labels=labels, unit=unit, action="tag", tag="t", tokens=ControlTokens(**tokens)
    )


def cut(name, label, token=None):
    return Rule(name, "rude", spans=True, labels=(label,), action="mask" if token else "remove", token=token or "")


def judged(rules, texts, spans, sizes=None, least=0):
    """The findings of rules over texts and their spans (None: undefined), with tokens, and the edited texts."""
    rows = [
        {
            "row": k,
            "characters": len(text),
            "bytes": len(text.encode()),
            "edits": [],
            "rude@s": spans[k],
            "size@s": size,
        }
        for k, (text, size) in enumerate(zip(texts, sizes or [None] * len(texts), strict=True))
    ]
    batch = pa.RecordBatch.from_pylist(rows, schema=SCHEMA)
    policy = Policy((Step("s", rules=tuple(rules)),), least_characters=least)
    found = judge_batch(policy, MEASURED, batch)
    array = pa.array(texts, pa.string())
    tagged = with_tokens(policy, MEASURED, array, batch, found)
    tagged.edits.validate(full=True)
    return tagged, apply_edits(array, tagged.edits).to_pylist(), apply_edits(array, found.edits).to_pylist()


def written(rules, text, spans, size=None):
    return judged(rules, [text], [spans], [size])[1][0]


def test_tokens_stand_around_spans_and_overlapping_spans_are_one():
    around = tag("r", open="<t>", close="</t>")
    text = "you damned fool, you"
    assert written([around], text, [span(4, 10), span(8, 15), span(17, 20)]) == "you <t>damned fool</t>, <t>you</t>"
    assert written([around], text, [span(4, 10), span(10, 15)]) == "you <t>damned</t><t> fool</t>, you"
    assert written([around], text, []) == text


def test_a_token_stands_before_each_flagged_span():
    assert written([tag("r", before="span", flagged="<|b|>")], "a b. c d.", [span(0, 4), span(5, 9)]) == (
        "<|b|>a b. <|b|>c d."
    )


def test_every_sentence_gets_its_token_and_its_white_space_stays():
    rule = tag("r", before="sentence", flagged="<|bad|>", clean="<|good|>")
    text = " Good day. You fool!  Bye\n- - -"
    assert written([rule], text, [span(15, 19)]) == " <|good|>Good day. <|bad|>You fool!  <|good|>Bye\n- - -"
    assert written([rule], text, []) == " <|good|>Good day. <|good|>You fool!  <|good|>Bye\n- - -"


def test_a_document_gets_one_token_by_spans_or_by_a_number():
    rule = tag("r", before="document", flagged="<|bad|>", clean="<|good|>")
    assert written([rule], "a b", [span(0, 1), span(2, 3)]) == "<|bad|>a b"
    assert written([rule], "a b", []) == "<|good|>a b"
    tokens = ControlTokens(before="document", flagged="<|short|>")
    assert written([Rule("r", "size", minimum=3, action="tag", tag="t", tokens=tokens)], "a b", [], 2) == "<|short|>a b"
    assert written([Rule("r", "size", minimum=3, action="tag", tag="t", tokens=tokens)], "a b", [], 3) == "a b"


def test_a_text_that_was_not_judged_is_called_neither_clean_nor_flagged():
    rules = [tag(f"r{unit}", before=unit, flagged="<|bad|>", clean="<|good|>") for unit in ("document", "sentence")]
    assert written(rules, "ไทย. ไทย.", None) == "ไทย. ไทย."
    limit = Rule("r", "size", minimum=3, action="tag", tag="t", tokens=rules[0].tokens)
    assert written([limit], "a b", [], None) == "a b"


def test_labels_and_units_choose_the_spans():
    spans = [span(0, 1, "insult"), span(2, 3, "threat"), span(0, 3, "threat", "sentence")]
    assert written([tag("r", ("threat",), "word", open="<t>", close="</t>")], "a b", spans) == "a <t>b</t>"
    assert written([tag("r", ("insult", "threat"), open="<t>", close="</t>")], "a b", spans) == "<t>a b</t>"
    assert written([tag("r", None, "window", open="<t>", close="</t>")], "a b", spans) == "a b"


def test_of_overlapping_spans_the_rule_that_stands_first_gives_the_tokens():
    insult, threat = (
        tag("i", ("insult",), open="<i>", close="</i>"),
        tag("t", ("threat",), before="span", flagged="<|t|>"),
    )
    spans = [span(0, 5, "insult"), span(4, 9, "threat")]
    assert written([insult, threat], "abcdefghi", spans) == "<i>abcdefghi</i>"
    assert written([threat, insult], "abcdefghi", spans) == "<|t|>abcdefghi"


def test_what_is_taken_out_or_masked_is_not_tagged():
    around, sentences = (
        tag("t", ("rude",), open="<t>", close="</t>"),
        tag("s", ("rude",), before="sentence", flagged="<s>"),
    )
    mask, remove = cut("m", "email", "<email>"), cut("r", "gone")
    assert written([around, mask], "abcdefgh", [span(0, 4), span(2, 6, "email")]) == "<t>ab</t><email>gh"
    assert written([around, mask], "abcdefgh", [span(2, 6, "email"), span(4, 8)]) == "ab<email><t>gh</t>"
    assert written([around, mask], "abcdefgh", [span(0, 8), span(2, 6, "email")]) == "<t>ab<email>gh</t>"
    assert written([around, sentences, mask], "abcdefgh", [span(2, 6, "email"), span(3, 6)]) == "ab<email>gh"
    spans = [span(0, 2, "gone"), span(1, 5), span(2, 3, "gone"), span(4, 5, "gone")]
    assert written([around, remove], "abcdefgh", spans) == "<t>d</t>fgh"
    assert written([sentences, remove], "Ab cd. Ef.", [span(0, 3, "gone"), span(1, 5)]) == "<s>cd. Ef."


def test_tokens_at_one_place_stand_in_a_fixed_order():
    rules = [
        tag("o", open="<t>", close="</t>"),
        tag("s", before="sentence", flagged="<s>"),
        tag("d", before="document", flagged="<d1>"),
        tag("e", before="document", flagged="<d2>"),
    ]
    assert written(rules, "a\nb", [span(0, 2), span(2, 3)]) == "<d1><d2><s><t>a\n</t><s><t>b</t>"


def test_tokens_of_the_source_are_escaped_in_every_document_that_passes():
    around, remove = tag("t", open="<t>", close="</t>"), cut("r", "gone")
    tagged, texts, _ = judged([around, remove], ["a <t>", "none", "<|</t"], [[span(0, 1)], [], []])
    assert texts == [r"<t>a</t> <\t>", "none", "<|</t"]
    assert [[edit["rule"] for edit in row] for row in tagged.edits.to_pylist()] == [["s/t", "s/t", ESCAPES], [], []]
    spans = [span(1, 3, "gone"), span(4, 5, "gone")]
    assert written([tag("t", ("rude",), open="<t>", close="</t>"), remove], "<xxt->", spans) == r"<\t>"


def test_tokens_make_no_document_nearly_empty_and_a_document_that_is_removed_is_not_tagged():
    rule = tag("d", before="document", flagged="<|bad|>")
    tagged, texts, _ = judged([rule], ["short"], [[span(0, 5)]], least=50)
    assert texts == ["<|bad|>short"]
    assert tagged.passes.tolist() == [True]
    spans = [[span(0, 5, "gone"), span(6, 7)]]
    tagged, texts, _ = judged([rule, cut("r", "gone")], ["<|bad|> short"], spans, least=9)
    assert texts == ["<|bad|> short"]
    assert tagged.characters.tolist() == [8]
    assert tagged.passes.tolist() == [False]


LABELS = st.sampled_from(["rude", "threat", "gone", "email"])
PIECES = ["<t>", "<", "t>", "\\", "|b|>", "a", "é", "😀", ". ", "\n", "B"]
RULES = [
    tag("around", ("rude",), open="<t>", close="</t>"),
    tag("before", ("threat",), before="span", flagged="<|b|>"),
    tag("sentence", before="sentence", flagged="<|s|>", clean="<|c|>"),
    tag("sentence2", ("threat",), before="sentence", flagged="<|s2|>"),
    tag("document", ("threat",), before="document", flagged="<|d|>", clean="<|e|>"),
    cut("remove", "gone"),
    cut("mask", "email", "<email>"),
]


def plainly(rules, text, spans, cuts):
    """A tagged text by painting characters: cuts are edits, spans those of the document."""
    escaping = Escaping(Policy((Step("s", rules=tuple(rules)),)).control_tokens)
    origin, plain, left = [], "", [True] * len(text)  # of each character of what is left, where it comes from
    for edit in [*cuts, {"start": len(text), "end": len(text), "replacement": ""}]:
        kept = range(len(origin) and max(o for o in origin) + 1, edit["start"])
        plain += text[kept.start : kept.stop] + edit["replacement"]
        origin += [*kept, *[edit["end"] - 1] * len(edit["replacement"])]
        if edit["end"] > edit["start"]:
            left[edit["start"] : edit["end"]] = [False] * (edit["end"] - edit["start"])
            if not edit["replacement"]:  # nothing stands for it: what follows begins behind it
                plain, origin = plain + "\0", [*origin, edit["end"] - 1]
    before = {k: dict.fromkeys("xcdso", "") for k in range(len(text) + 1)}
    for place in escaping.places(pa.array([plain.replace("\0", "")]))[1].tolist():
        real = [k for k, c in enumerate(plain) if c != "\0"][place - 1]
        before[origin[real] + 1]["x"] = "\\"

    def cut_back(start, end):
        inside = [k for k in range(start, end) if left[k]]
        return (inside[0], inside[-1] + 1) if inside else None

    def flagged(rule):
        found = [cut_back(s["start"], s["end"]) for s in spans if rule.labels is None or s["label"] in rule.labels]
        return [stretch for stretch in found if stretch is not None]

    marks = [
        [a, b, k] for k, r in enumerate(rules) if r.tokens and r.tokens.before in ("span", None) for a, b in flagged(r)
    ]
    merged = []
    for a, b, k in sorted(marks):
        if merged and a < merged[-1][1]:
            merged[-1] = [merged[-1][0], max(b, merged[-1][1]), min(k, merged[-1][2])]
        else:
            merged.append([a, b, k])
    for a, b, k in merged:
        before[a]["o"] = rules[k].tokens.flagged or rules[k].tokens.open
        before[b]["c"] = rules[k].tokens.close or ""
    for rule in rules:
        if rule.tokens and rule.tokens.before == "sentence":
            for _, a, b in zip(*sentences_of(pa.array([text])), strict=True):
                if stretch := cut_back(int(a), int(b)):
                    bad = any(c < stretch[1] and stretch[0] < d for c, d in flagged(rule))
                    before[stretch[0]]["s"] += (rule.tokens.flagged if bad else rule.tokens.clean) or ""
        if rule.tokens and rule.tokens.before == "document":
            bad = any(rule.labels is None or s["label"] in rule.labels for s in spans)
            before[0]["d"] += (rule.tokens.flagged if bad else rule.tokens.clean) or ""
    out, masks = "", {edit["start"]: edit["replacement"] for edit in cuts}
    for place in range(len(text) + 1):
        out += "".join(before[place].values()) + masks.get(place, "")
        out += text[place] if place < len(text) and left[place] else ""
    return out


@settings(max_examples=150, deadline=None)
@given(
    st.permutations(RULES).flatmap(lambda rules: st.integers(1, len(rules)).map(lambda n: rules[:n])),
    st.lists(
        st.tuples(
            st.lists(st.sampled_from(PIECES), max_size=10).map("".join),
            st.lists(st.tuples(st.integers(0, 25), st.integers(1, 8), LABELS), max_size=5),
        ),
        min_size=1, max_size=3,
    ),
)  # fmt: skip
def test_texts_are_tagged_as_by_painting_characters_and_come_out_again(rules, documents):
    if not any(rule.tokens for rule in rules):
        rules = [*rules, RULES[0]]
    texts = [text for text, _ in documents]
    spans = [
        [span(a, min(a + n, len(text)), label) for a, n, label in sorted(drawn) if a < len(text)]
        for text, drawn in documents
    ]
    policy = Policy((Step("s", rules=tuple(rules)),), least_characters=0)
    rows = [
        {"row": k, "characters": len(t), "bytes": len(t.encode()), "edits": [], "rude@s": spans[k]}
        for k, t in enumerate(texts)
    ]
    batch = pa.RecordBatch.from_pylist(rows, schema=SCHEMA)
    found = judge_batch(policy, MEASURED, batch)
    tagged = with_tokens(policy, MEASURED, pa.array(texts), batch, found)
    made, untagged = (apply_edits(pa.array(texts), f.edits).to_pylist() for f in (tagged, found))
    assert made == [plainly(rules, *row) for row in zip(texts, spans, found.edits.to_pylist(), strict=True)]
    assert [Escaping(policy.control_tokens).restore(text) for text in made] == untagged
    assert tagged.characters.tolist() == [len(text) for text in made]
    assert np.array_equal(tagged.passes, found.passes)
