"""Random policies, and random texts with measurements for them to judge."""

import numpy as np
import pyarrow as pa

from filters.annotations import ANNOTATION_FIELDS
from filters.measured import Measured
from filters.near import Near
from filters.policy import ControlTokens, Duplicates, Policy, Rule, Step
from filters.signals import SPANS
from filters.splits import Splits

NUMBERS = {"words": pa.int64(), "share": pa.float64(), "listed": pa.bool_()}
STEPS = ("raw", "last")
LANGUAGES = ["en", "de", "no", None]
SCHEMA = pa.schema(
    [
        *ANNOTATION_FIELDS,
        pa.field("words@raw", pa.int64()),
        pa.field("language@raw", pa.string()),
        *[pa.field(f"{name}@{step}", kind) for step in STEPS for name, kind in NUMBERS.items() if name != "words"],
        pa.field("words@last", pa.int64()),
        pa.field("email@last", SPANS),
    ]
)
MEASURED = Measured(
    columns={f.name: place for place, f in enumerate(list(SCHEMA)[len(ANNOTATION_FIELDS) :])},
    gates={"raw/gate": 0},
    passes=("last/lines",),
    reasons={f.name: ("low", "high") for f in SCHEMA},
)
NEARS = [Near(bands=2, rows=2, similarity=s, fewest_shingles=1, verify=v) for s, v in ((0.5, "signature"), (1, "off"))]
TOKENS = [
    None,
    ControlTokens(before="document", flagged="<|bad|>", clean="aé"),
    ControlTokens(before="sentence", flagged="<|bad|>", clean="aé"),
    ControlTokens(open="<t>", close="😀 </t>"),
]
HOSTS = ["a.example", "b.example", "c.example", None]
GATE = Rule("gate", "words", minimum=2, gate=True)


def places(draw, length, most):
    return sorted(draw.randint(0, length) for _ in range(2 * draw.randint(0, most)))


def a_document(draw):
    """A text, and a row of annotations of it."""
    text = "".join(draw.choice("aé😀 \n") for _ in range(draw.randint(0, 60)))
    cut = places(draw, len(text), 2)
    edits = [
        {"step": "last/lines", "start": a, "end": b, "replacement": draw.choice(["", "ß"]), "reason": "line"}
        for a, b in zip(cut[::2], cut[1::2], strict=True)
    ]
    left = len(text) + sum(len(e["replacement"]) - (e["end"] - e["start"]) for e in edits)
    spans = [sorted(draw.randint(0, left) for _ in range(2)) for _ in range(draw.choice([0, 0, 1, 3]))]
    row = {
        "characters": len(text),
        "bytes": len(text.encode()),
        "edits": edits,
        "text_hash": draw.choice([None, *(bytes([k] * 16) for k in range(6))]),
        "url_hash": draw.choice([None, *(bytes([k] * 16) for k in range(6))]),
        "token_count": draw.choice([None, 7]),
        "language@raw": draw.choice(LANGUAGES),
        "email@last": [
            {"start": a, "end": b, "label": "x", "score": draw.choice([0.2, 0.5, 0.9]), "unit": "match"}
            for a, b in sorted(spans)
        ],
    }
    for step in STEPS:
        row[f"words@{step}"] = draw.choice([None, *range(8)])
        row[f"share@{step}"] = draw.choice([None, 0.0, 0.25, 0.5, 1.0])
        row[f"listed@{step}"] = draw.choice([None, True, False])
    if (row["words@raw"] if row["words@raw"] is not None else 9) < 2:
        stopped = {name: None for name in SCHEMA.names[len(ANNOTATION_FIELDS) :] if name != "words@raw"}
        row |= {**stopped, "stopped_at": "raw/gate", "edits": [], "text_hash": None, "url_hash": None}
        row |= {"token_count": None}
    return text, row


def a_signature(draw):
    """Of four values, so few that many agree; or none."""
    return None if draw.random() < 0.2 else np.array([draw.randint(0, 2) for _ in range(4)], "<u4").tobytes()


def a_limit(draw):
    low = draw.choice([0, 0.25, 1, 3])
    return draw.choice([low, {"en": low, "default": 1}, {"de": low}])


def a_rule(draw, name, step):
    common = {
        "action": draw.choice(["drop", "drop", "tag"]),
        "languages": draw.choice([None, None, ("en", "no")]),
        "when_null": draw.choice(["pass", "pass", "fail"]),
        "tag": draw.choice([None, "odd"]),
    }
    kind = draw.choice(["number", "number", "language", "quantile", "spans"])
    if kind == "language" and step == "raw":
        return Rule(name, "language", one_of=tuple(draw.sample(["en", "de", "no"], 2)), **common)
    if kind == "spans" and step == "last":
        action = draw.choice(["remove", "mask", "tag", "drop"])
        limit = draw.choice([None, 0.5, {"en": 0.9}])
        token, tokens = "<e>" if action == "mask" else "", draw.choice(TOKENS) if action == "tag" else None
        return Rule(name, "email", spans=True, minimum=limit, action=action, token=token, tokens=tokens)
    if kind == "quantile":
        share = {draw.choice(["keep_top", "keep_bottom"]): draw.choice([0.3, 0.9])}
        return Rule(name, draw.choice(["words", "share"]), by=draw.choice([None, "language"]), **share, **common)
    if common["action"] == "tag":
        common["tokens"] = draw.choice(TOKENS[:2])
    limit = {draw.choice(["minimum", "maximum"]): a_limit(draw)}
    return Rule(name, draw.choice(list(NUMBERS)), **limit, **common)


def a_policy(draw):
    steps = [Step(s, rules=tuple(a_rule(draw, f"r{k}", s) for k in range(draw.randint(0, 3)))) for s in STEPS]
    steps[0] = Step("raw", rules=(GATE, *steps[0].rules))
    duplicates = None
    if draw.random() < 0.8:
        order = draw.choice([(), (("words", True),), (("share", False), ("words", True))])
        kinds = draw.choice([("text", "url"), ("text",), ("url",), ("text", "url", "near"), ("near",)])
        near = draw.choice(NEARS) if "near" in kinds else None
        duplicates = Duplicates("last", kinds, order, draw.choice(["drop", "drop", "tag"]), near)
    splits = None
    if draw.random() < 0.5:
        by = draw.choice(["component", "host"]) if duplicates is not None else "host"
        splits = Splits((("train", 0.5), ("validation", 0.25), ("test", 0.25)), by, draw.randint(0, 9))
    return Policy(tuple(steps), duplicates, least_characters=draw.choice([0, 5]), splits=splits)
