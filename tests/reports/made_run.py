"""A finished run, made by hand: three shards, sixty records, every action, and text that wants to break the page."""

import json
import random

import pyarrow as pa
import pyarrow.parquet as pq
from made_documents import BEST, SHARDS, judge_plainly, make_document, reason

from filters.annotations import ANNOTATION_FIELDS
from filters.decisions import DECISIONS
from filters.documents import SCHEMA
from filters.signals import SPANS
from storage.chunks import FAILED
from storage.layout import CLEAN_FIELDS, GROUPS, REASON

RULES = {
    "raw": {
        "language": {"signal": "language", "one_of": ["en", "de"], "gate": True},
        "words": {"signal": "word_count", "minimum": {"en": 50, "default": 40}},
        "word_length": {"signal": "mean_word_length", "minimum": 3, "maximum": 10, "languages": ["en"]},
        "endless": {"signal": "word_count", "maximum": 100000},
    },
    "fineweb": {
        "best": {"signal": "unique_word_fraction", "keep_top": 0.9, "by": "language"},
        "repetitive": {"signal": "unique_word_fraction", "minimum": 0.36, "action": "tag", "tag": "repetitive"},
        "email": {"spans": "email", "action": "mask", "token": "<email>"},
        "insult": {"spans": "insults", "minimum": 0.5, "action": "remove"},
    },
}
RECORD = {
    "columns": {
        "language@raw": 1, "language_score@raw": 1, "word_count@raw": 2, "mean_word_length@raw": 2,
        "unique_word_fraction@fineweb": 3, "language@fineweb": 3, "email@fineweb": 3, "insults@fineweb": 3,
    },
    "gates": {"raw/language": 1},
    "passes": ["c4/c4_lines"],
    "floors": {"insults@fineweb": 0.3},
    "signed_step": "fineweb",
    "steps": ["raw", "c4", "fineweb"],
}  # fmt: skip
KIND_COUNTS = ("documents", "characters", "tokens")
ANNOTATIONS = pa.schema(
    [
        *ANNOTATION_FIELDS,
        pa.field("language@raw", pa.string()),
        pa.field("language_score@raw", pa.float64()),
        pa.field("word_count@raw", pa.int64()),
        pa.field("mean_word_length@raw", pa.float64()),
        pa.field("unique_word_fraction@fineweb", pa.float64()),
        pa.field("language@fineweb", pa.string()),
        pa.field("email@fineweb", SPANS),
        pa.field("insults@fineweb", SPANS),
    ],
    metadata={b"tamis": json.dumps(RECORD).encode()},
)


def make_run(output, *, floor=None, text=True, source=None, records=20):
    """Write a run; `floor` is the least word count of English, else 50."""
    output.mkdir(parents=True, exist_ok=True)
    steps = json.loads(json.dumps(RULES))
    if floor is not None:
        steps["raw"]["words"]["minimum"]["en"] = floor
    shards = [make_shard(name, i, steps, records) for i, name in enumerate(SHARDS)]
    first = {}
    for shard in shards:
        for d in shard["documents"]:
            elect(d, first)
    ledgers = []
    for shard in shards:
        if source is None:
            write_measured(output, shard)
        write_decided(output, shard, text)
        ledgers.append(ledger_of(shard))
        write_json(output / "ledger" / f"{shard['file']}.json", ledgers[-1])
    configuration = {
        "inputs": {"cc": {"paths": ["data/*.warc.gz"]}, "lines": {"paths": ["data/lines"]}},
        "output": {"path": str(output)},
        "extract": {"html": "trafilatura"},
        "annotators": {},
        "steps": [
            {"name": "raw", "clean": {}, "measure": [], "rules": steps["raw"]},
            {"name": "c4", "clean": {"c4_lines": {}}, "measure": [], "rules": {}},
            {"name": "fineweb", "clean": {}, "measure": [], "rules": steps["fineweb"]},
        ],
        "duplicates": {"of": "fineweb", "exact": True, "survivor": ["characters desc"], "action": "drop"},
        "tokens": {"tokenizer": None},
        "least_characters": 50,
        "sample": None,
        "substitutions": {"quality model": "left out: its weights are not shipped"},
    }
    run = {
        "configuration": configuration,
        "fingerprints": {"measure": "1f", "decide": "2e"},
        "limits": {"fineweb/best": BEST},
        "totals": {},
        "versions": {"tamis": "0.1.0"},
    }
    if source is not None:
        run["from"] = str(source)
    write_json(output / "run.json", run)
    write_json(output / "timings.json", {"stages": {"measure": 12.5, "decide": 0.75}, "spent": {"extract": 9.25}})
    write_json(
        output / "shards.json",
        {
            "shards": [
                {"name": n, "input": n.split("/")[0], "format": "warc", "size": 1000 + i, "identity": f"{1000 + i}-"}
                for i, n in enumerate(SHARDS)
            ]
        },
    )
    return ledgers


def make_shard(name, ordinal, steps, records):
    rng = random.Random(ordinal)
    documents, failed = [], []
    for row in range(records):
        if row == 3:
            failed.append(
                {
                    "shard": name,
                    "row": row,
                    "source": name,
                    "offset": 77,
                    "error": "bad_gzip_member",
                    "message": "the member ends early <b>",
                    "first_bytes": b"\x1f\x8b<script>\xff\x00",
                }
            )
        elif row != 5:
            documents.append(judge_plainly(make_document(name, row, rng), steps))
    return {
        "name": name, "file": name.replace("#", "~"), "documents": documents, "failed": failed,
        "skipped": {"redirect": 1} if records > 5 else {},
    }  # fmt: skip


def elect(d, first):
    """Row 8 is the same text in every shard: the first of them survives."""
    if d["row"] != 8 or d["dropped"]:
        return
    key = f"{d['shard']}:8"
    if "key" not in first:
        first["key"] = key
    else:
        d["dropped"] = True
        reason(d, "duplicates", "duplicate", None, survivor=first["key"], kind="text", similarity=1.0)


def write_measured(output, shard):
    docs = shard["documents"]
    write_table(output / "documents" / shard["file"], [{f.name: d.get(f.name) for f in SCHEMA} for d in docs], SCHEMA)
    rows = [
        {
            "row": d["row"], "characters": d["characters"],
            "bytes": len(d["text"].encode()), "stopped_at": d["stopped_at"], "edits": d["edits"],
            "language@raw": d["language"], "language_score@raw": 0.9,
            **({} if d["stopped_at"] else {
                "word_count@raw": d["word_count"], "mean_word_length@raw": d["mean_word_length"],
                "unique_word_fraction@fineweb": d["unique_word_fraction"], "language@fineweb": d["language"],
                "email@fineweb": d["spans"]["email"], "insults@fineweb": d["spans"]["insults"],
            }),
        }
        for d in docs
    ]  # fmt: skip
    write_table(output / "annotations" / shard["file"], rows, ANNOTATIONS)
    write_table(output / "failed" / shard["file"], shard["failed"], FAILED)
    keys = [f"{s}:8" for s in SHARDS]
    edges = [{"key": k, "kind": "text", "similarity": 1.0} for k in keys if k != f"{shard['name']}:8"]
    group = {"row": 8, "component": keys[0], "component_size": len(keys), "edges": edges}
    write_table(output / "groups" / shard["file"], [group] if any(d["row"] == 8 for d in docs) else [], GROUPS)


def write_decided(output, shard, text):
    docs = shard["documents"]
    rows = [
        {"row": d["row"], "id": d["id"], "action": "drop" if d["dropped"] else "keep", "reasons": d["reasons"],
         "edits": d["span_edits"], "tags": d["tags"]} for d in docs
    ]  # fmt: skip
    write_table(output / "decisions" / shard["file"], rows, DECISIONS)
    if text:
        clean = [clean_row(d, d["clean"]) for d in docs if not d["dropped"]]
        write_table(output / "clean" / shard["file"], clean, pa.schema(CLEAN_FIELDS))
        removed = [{**clean_row(d, d["text"]), "reasons": d["reasons"]} for d in docs if d["dropped"]]
        write_table(
            output / "removed" / shard["file"],
            removed,
            pa.schema([*CLEAN_FIELDS, pa.field("reasons", pa.list_(REASON))]),
        )


def clean_row(d, text):
    row = {field.name: d.get(field.name) for field in CLEAN_FIELDS}
    return {**row, "text": text, "token_count": len(text) // 4, "token_count_estimated": True, "component_size": 1}


def ledger_of(shard):
    docs = shard["documents"]
    kept = [d for d in docs if not d["dropped"]]
    removed = [d for d in docs if d["dropped"]]
    keys = [f"{step}/{name}" for step, rules in RULES.items() for name in rules] + ["duplicates", "edits"]
    return {
        "shard": shard["name"],
        "fingerprint": "2e",
        "records": {
            "total": len(docs) + len(shard["failed"]) + sum(shard["skipped"].values()), "skipped": shard["skipped"],
            "failed": {"bad_gzip_member": len(shard["failed"])} if shard["failed"] else {},
            "removed": len(removed), "kept": len(kept),
        },
        "edited": sum(d["clean"] != d["text"] for d in kept),
        "tagged": {"repetitive": sum("repetitive" in d["tags"] for d in kept)},
        "characters": {
            "extracted": sum(len(d["text"]) for d in docs), "removed": sum(len(d["text"]) for d in removed),
            "cut": sum(e["end"] - e["start"] for d in kept for e in [*d["edits"], *d["span_edits"]]),
            "added": sum(len(e["replacement"]) for d in kept for e in [*d["edits"], *d["span_edits"]]),
            "kept": sum(len(d["clean"]) for d in kept),
        },
        "bytes": {
            "read": 1000, "extracted": sum(len(d["text"].encode()) for d in docs),
            "kept": sum(len(d["clean"].encode()) for d in kept),
        },
        "tokens": {
            "extracted": sum(len(d["last"]) // 4 for d in docs), "removed": sum(len(d["last"]) // 4 for d in removed),
            "kept": sum(len(d["last"]) // 4 for d in kept),
        },
        "rules": {key: rule_counts(key, docs) for key in keys},
        "duplicates": {"url": dict.fromkeys(KIND_COUNTS, 0), "text": duplicate_counts(docs)},
        "languages": {
            code: {"documents": sum(d["language"] == code for d in docs),
                   "kept": sum(d["language"] == code for d in kept)}
            for code in sorted({d["language"] for d in docs})
        },
        "edits": edit_counts(docs),
    }  # fmt: skip


def rule_counts(key, docs):
    fired = [d for d in docs if any(r["rule"] == key for r in d["reasons"])]
    drops = {d["row"]: {r["rule"] for r in d["reasons"] if r["action"] == "drop"} for d in docs}
    return {
        "judged": len(docs), "nulls": 0, "documents": len(fired),
        "alone": sum(drops[d["row"]] == {key} for d in fired),
        "characters": sum(len(d["text"]) for d in fired if key in drops[d["row"]]),
        "tokens": sum(len(d["last"]) // 4 for d in fired if key in drops[d["row"]]),
        "spans": sum(r["rule"] == key and r["start"] is not None for d in fired for r in d["reasons"]),
    }  # fmt: skip


def duplicate_counts(docs):
    counts = rule_counts("duplicates", docs)
    return {name: counts[name] for name in KIND_COUNTS}


def edit_counts(docs):
    edited = [d for d in docs if d["edits"] and not d["dropped"]]
    cut = sum(e["end"] - e["start"] for d in edited for e in d["edits"])
    return (
        {"c4/c4_lines/no_end_mark": {"documents": len(edited), "spans": len(edited), "characters": cut, "added": 0}}
        if edited
        else {}
    )


def write_table(path, rows, schema):
    target = path.with_name(path.name + ".parquet")
    target.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows, schema), target, row_group_size=7)


def write_json(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False))
