"""A finished run in which judges measured, made by hand: every place and score of its eight documents written out."""

import json

import pyarrow as pa
from made_run import write_json, write_table

from filters.annotations import ANNOTATION_FIELDS
from filters.decisions import DECISIONS
from filters.documents import SCHEMA
from filters.signals import SPANS
from storage.layout import REASON

LIMIT = 0.5
"""The judge's own of every label."""

FLOOR = 0.25
HOSTILE = "</details><script>alert(1)</script> you are a fool."
SHARDS = {
    "web/a": [
        # Rows, by document: language, text as extracted, edits of the cleaner, windows of what is left.
        # A window: its text, who read it (read, audit, held), and the scores of toxicity, insult and threat.
        ("en", "Menu\nGood morning. You are a fool.", [(0, 5)], [
            ("Good morning.", "held", None), ("You are a fool.", "read", (0.9, 0.8, 0.01)),
        ]),
        ("en", "The bridge is old.", [], [("The bridge is old.", "held", None)]),
        ("de", "Die Brücke ist alt.", [], None),
        (None, "123 456", [], None),
    ],
    "web/b": [
        ("en", "What a silly idea. It rains.", [], [
            ("What a silly idea.", "read", (0.55, 0.45, 0.02)), ("It rains.", "audit", (0.1, 0.05, 0.01)),
        ]),
        ("en", "He was called a fool. He laughed.", [], [
            ("He was called a fool.", "read", (0.4, 0.3, 0.01)), ("He laughed.", "read", (0.05, 0.02, 0.01)),
        ]),
        ("fr", "Le pont est vieux.", [], "stopped"),
        ("en", HOSTILE, [], [(HOSTILE, "read", (0.97, 0.9, 0.03))]),
    ],
}  # fmt: skip
LABELS = ("toxicity", "insult", "threat")
COUNTS = ("windows", "scored_windows", "flagged_windows", "audited_windows", "audit_found")
RULES = {
    "raw": {"spoken": {"signal": "language", "one_of": ["en", "de"], "gate": True, "when_null": "pass"}},
    "final": {
        "toxic": {"signal": "toxicity_score", "maximum": 0.6, "action": "drop"},
        "insult": {"spans": "toxicity_spans", "labels": ["insult"], "unit": "window", "minimum": 0.5,
                   "action": "mask", "token": "<insult>"},
        "good": {"signal": "taste_score", "minimum": 0.2, "action": "tag", "tag": "poor"},
    },
}  # fmt: skip
MAKERS = {
    "toxicity/1/abc/[]": [
        *(f"{label}_{form}@final" for label in LABELS for form in ("score", "top3", "share")),
        *(f"judge_{count}@final" for count in COUNTS), "toxicity_spans@final",
    ],
    "language/2/abc/False": ["language@raw", "language_score@raw"],
    "trained_quality/1/taste/abc/good": ["taste_score@final"],
    "word_list/1/insults": ["insults@final"],
}  # fmt: skip
TURNS = {name: 1 if name.endswith("@raw") else 3 for names in MAKERS.values() for name in names}
RECORD = {
    "columns": dict(sorted(TURNS.items())),
    "gates": {"raw/spoken": 1},
    "makers": {name: maker for maker, names in MAKERS.items() for name in names},
    "passes": ["final/lines"],
    "floors": {"toxicity_spans@final": FLOOR},
    "steps": ["raw", "final"],
}


def kind_of(name):
    if name.partition("@")[0] in ("toxicity_spans", "insults"):
        return SPANS
    return pa.int64() if "judge_" in name else pa.string() if name == "language@raw" else pa.float64()


ANNOTATIONS = pa.schema(
    [*ANNOTATION_FIELDS, *(pa.field(name, kind_of(name)) for name in RECORD["columns"])],
    metadata={b"tamis": json.dumps(RECORD).encode()},
)


def make_judged_run(output, shards=SHARDS):
    """Write the run, and return its output."""
    for name, documents in shards.items():
        rows = [make_row(row, *document) for row, document in enumerate(documents)]
        texts = [{**dict.fromkeys(SCHEMA.names), "row": row, "id": f"{name}-{row}", "text": text, "source": name}
                 for row, (_, text, *_) in enumerate(documents)]  # fmt: skip
        write_table(output / "documents" / name, texts, SCHEMA)
        write_table(output / "annotations" / name, rows, ANNOTATIONS)
        decisions = [decide(name, row) for row in rows]
        write_table(output / "decisions" / name, decisions, DECISIONS)
        write_json(output / "ledger" / f"{name}.json", ledger_of(name, decisions))
    steps = [{"name": step, "clean": {}, "measure": [], "rules": rules} for step, rules in RULES.items()]
    configuration = {"steps": steps, "duplicates": None, "tokens": {"tokenizer": None}, "sample": None}
    write_json(output / "run.json", {"configuration": configuration, "limits": {}})
    listed = [{"name": name, "identity": "1-"} for name in shards]
    write_json(output / "shards.json", {"shards": listed})
    return output


def make_row(row, language, text, edits, windows):
    measured = {"row": row, "characters": len(text), "bytes": len(text.encode()), "language@raw": language,
                "language_score@raw": None if language is None else 0.75, "stopped_at": None,
                "edits": [{"step": "final/lines", "start": start, "end": end, "replacement": "", "reason": "menu"}
                          for start, end in edits]}  # fmt: skip
    if windows == "stopped":
        return {**measured, "stopped_at": "raw/spoken", "edits": []}
    measured |= {"taste_score@final": len(text) / 100, "insults@final": []}
    if windows is None:
        return measured
    for start, end in edits:
        text = text[:start] + text[end:]
    spans, read = [], []
    for said, who, scores in windows:
        start, end = text.index(said), text.index(said) + len(said)
        if who == "read":
            read.append(scores)
            spans += [{"start": start, "end": end, "label": label, "score": score, "unit": "window"}
                      for label, score in zip(LABELS, scores, strict=True) if score >= FLOOR]  # fmt: skip
    for number, label in enumerate(LABELS):
        own = sorted((scores[number] for scores in read), reverse=True)
        measured[f"{label}_score@final"] = max(own, default=0.0)
        measured[f"{label}_top3@final"] = sum(own[:3]) / min(3, len(windows))
        measured[f"{label}_share@final"] = sum(score >= LIMIT for score in own) / len(windows)
    audited = [scores for _, who, scores in windows if who == "audit"]
    numbers = (len(windows), len(read), flagged(read), len(audited), flagged(audited))
    measured |= {f"judge_{name}@final": number for name, number in zip(COUNTS, numbers, strict=True)}
    return {**measured, "toxicity_spans@final": spans}


def flagged(windows):
    return sum(max(scores) >= LIMIT for scores in windows)


def decide(shard, row):
    reasons, edits = [], []
    if row["stopped_at"]:
        reasons.append({"rule": "raw/spoken", "reason": "language_not_allowed", "action": "drop"})
    if (row.get("toxicity_score@final") or 0) > 0.6:
        reasons.append({"rule": "final/toxic", "reason": "high_toxicity", "action": "drop"})
    for span in row.get("toxicity_spans@final") or []:
        if span["label"] == "insult" and span["score"] >= 0.5:
            place = {"start": span["start"], "end": span["end"]}
            reasons.append({"rule": "final/insult", "reason": "toxicity_spans", "action": "mask", **place})
            edits.append({**place, "replacement": "<insult>", "rule": "final/insult"})
    if (row.get("taste_score@final") or 1) < 0.2:
        reasons.append({"rule": "final/good", "reason": "low_taste", "action": "tag"})
    dropped = any(reason["action"] == "drop" for reason in reasons)
    return {"row": row["row"], "id": f"{shard}-{row['row']}", "action": "drop" if dropped else "keep",
            "reasons": [{name: reason.get(name) for name in REASON.names} for reason in reasons],
            "edits": [] if dropped else edits, "tags": []}  # fmt: skip


def ledger_of(shard, decisions):
    """Counts that the report's other parts read; they are not what is tested with this run."""
    fired = [{reason["rule"] for reason in row["reasons"]} for row in decisions]
    none = {"judged": len(decisions), "nulls": 0, "alone": 0, "characters": 0, "tokens": 0}
    keys = [f"{step}/{name}" for step, rules in RULES.items() for name in rules]
    kept = sum(row["action"] == "keep" for row in decisions)
    return {
        "shard": shard, "fingerprint": "2e", "edited": 0, "tagged": {}, "languages": {}, "edits": {},
        "records": {"total": len(decisions), "skipped": {}, "failed": {}, "removed": len(decisions) - kept,
                    "kept": kept},
        "characters": {"extracted": 0, "removed": 0, "cut": 0, "added": 0, "kept": 0},
        "bytes": {"read": 0, "extracted": 0, "kept": 0}, "tokens": {"extracted": 0, "removed": 0, "kept": 0},
        "rules": {key: {**none, "documents": sum(key in names for names in fired),
                        "spans": sum(key in names for names in fired) if key == "final/insult" else 0}
                  for key in keys},
    }  # fmt: skip
