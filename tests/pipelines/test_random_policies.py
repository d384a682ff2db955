"""Two hundred random policies over random measurements: no broken promise about duplicates, ledgers or texts."""

import hashlib
import math
import random
from collections import Counter

import numpy as np
import pyarrow as pa
import pytest
from random_policies import HOSTS, MEASURED, SCHEMA, a_document, a_policy, a_signature

from filters.control_tokens import Escaping
from filters.deciding import decide_batch
from filters.documents import document_key
from filters.edits import apply_edits
from filters.judging import is_quantile, judge_batch
from filters.measured import replay
from filters.policy import Policy, Step
from filters.quantiles import count_values, quantile_limit
from filters.reasons import DUPLICATES, EDITED, SPLITS, Duplicated
from filters.split_elections import elect_within_splits
from filters.survivors import contenders_schema, elect
from filters.tagging import with_tokens
from pipelines.counting import Counts
from pipelines.placing import own_splits, placed
from pipelines.token_counts import token_counts
from reports.ledger import check, merge

SHARDS = 3


def outcome(rule, row, name, limits):
    """Whether a rule fires on a document, in plain Python; None: it does not judge it."""
    column = f"{rule.signal}@{name.partition('/')[0]}"
    language = row["language@raw"]
    if row.get("stopped_at") is not None and column != "words@raw":
        return None
    if rule.languages is not None and language not in rule.languages:
        return None

    def limit(given):
        if isinstance(given, dict):
            return given.get(language, given.get("default"))
        return given

    low, high = limit(rule.minimum), limit(rule.maximum)
    if rule.spans:
        if rule.minimum is not None and low is None:
            return None
        return any(low is None or span["score"] >= low for span in row[column] or [])
    if is_quantile(rule):
        found = limits[name].get(language if rule.by else "")
        low, high = (found, None) if rule.keep_top is not None else (None, found)
    if rule.one_of is None and low is None and high is None:
        return None
    value = row[column]
    if value is None:
        return rule.when_null == "fail"
    if rule.one_of is not None:
        return value not in rule.one_of
    return (low is not None and value < low) or (high is not None and value > high)


def named_rules(policy):
    return {f"{s.name}/{r.name}": r for s in policy.steps for r in s.rules}


def drops(policy, row, limits):
    judged = {name: (r, outcome(r, row, name, limits)) for name, r in named_rules(policy).items()}
    return any(fired and r.action == "drop" for r, fired in judged.values())


def left_after(policy, text, row, limits):
    """The text with all edits, in plain Python: span edits where rules act, merged, removing first."""
    for e in reversed(row["edits"]):
        text = text[: e["start"]] + e["replacement"] + text[e["end"] :]
    acting = []
    for name, rule in named_rules(policy).items():
        if rule.spans and rule.action in ("remove", "mask") and outcome(rule, row, name, limits):
            low = rule.minimum if not isinstance(rule.minimum, dict) else rule.minimum[row["language@raw"]]
            chosen = [s for s in row["email@last"] if low is None or s["score"] >= low]
            acting += [
                (s["start"], s["end"], rule.action == "mask", rule.token) for s in chosen if s["end"] > s["start"]
            ]
    merged = []
    for start, end, masked, token in sorted(acting):
        if merged and start < merged[-1][1]:
            a, b, m, t = merged[-1]
            merged[-1] = (a, max(b, end), *min((m, t), (masked, token)))
        else:
            merged.append((start, end, masked, token))
    for start, end, _, token in reversed(merged):
        text = text[:start] + token + text[end:]
    return text, bool(row["edits"] or merged)


def resolved(policy, rows):
    """Quantile limits, from the values of documents that pass every other rule."""
    fixed = Policy(tuple(Step(s.name, rules=tuple(r for r in s.rules if not is_quantile(r))) for s in policy.steps))
    limits = {}
    for name, rule in named_rules(policy).items():
        if not is_quantile(rule):
            continue
        groups = {}
        for text, row in rows:
            left, edited = left_after(fixed, text, row, {})
            value = row[f"{rule.signal}@{name.partition('/')[0]}"]
            if rule.languages is not None and row["language@raw"] not in rule.languages:
                continue
            if value is None or drops(fixed, row, {}) or (edited and len(left) < policy.least_characters):
                continue
            groups.setdefault(row["language@raw"] if rule.by else "", []).append(float(value))
        limits[name] = {}
        for group, values in groups.items():
            if group is None:
                continue
            share, top = (rule.keep_top, True) if rule.keep_top is not None else (rule.keep_bottom, False)
            limits[name][group] = quantile_limit(count_values(np.array(values)), share, top=top)
            assert sum(v >= limits[name][group] if top else v <= limits[name][group] for v in values) >= math.ceil(
                share * len(values) - 1e-9
            )
    return limits


def contenders(policy, batches, findings, signatures, hosts):
    near = policy.duplicates.near
    parts = []
    for shard, (batch, found) in enumerate(zip(batches, findings, strict=True)):
        order = [batch.column(f"{name}@raw").cast(pa.float64()) for name, _ in policy.duplicates.survivor]
        columns = [batch.column("row"), batch.column("text_hash"), batch.column("url_hash")]
        settled = pa.array([False] * len(batch))
        named = [pa.array(["all"] * len(batch)), pa.array([shard] * len(batch)), columns[0], settled]
        named += [*columns[1:], *order]
        if policy.splits is not None:
            by_host = own_splits(policy.splits, f"s{shard}", batch.column("row"), pa.array(hosts[shard], pa.string()))
            named.append(by_host if policy.splits.by == "host" else pa.nulls(len(batch), pa.string()))
        signed = [pa.array(map(_digest, signatures[shard]), pa.binary(16))] if near is not None else []
        order, divided = policy.duplicates.survivor, policy.splits is not None
        schema = contenders_schema(order, near=near is not None, divided=divided)
        parts.append(pa.RecordBatch.from_arrays([*named, *signed], schema=schema).filter(pa.array(found.passes)))
    return pa.Table.from_batches(parts)


def losers_in(shard, losers):
    mine = [loser for loser in losers.to_pylist() if loser["shard"] == shard]
    return Duplicated(
        np.array([loser["row"] for loser in mine], np.int64),
        pa.array([document_key(f"s{row['survivor_shard']}", row["survivor_row"]) for row in mine], pa.string()),
        pa.array([loser["kind"] for loser in mine], pa.string()),
        np.array([loser["similarity"] for loser in mine]),
    )


def _digest(signature):
    return None if signature is None else hashlib.md5(signature).digest()


def elected(policy, standing, signatures):
    """Losers and placements."""
    kinds, order, near = policy.duplicates.kinds, policy.duplicates.survivor, policy.duplicates.near

    def told_by(shards, rows):
        asked = zip(shards.tolist(), rows.tolist(), strict=True)
        return np.stack([np.frombuffer(signatures[shard][row], "<u4") for shard, row in asked])

    def hold(left):
        return elect(left, kinds, order, near, told_by)

    return (hold(standing), None) if policy.splits is None else elect_within_splits(standing, policy.splits, hold)


def placed_in(shard, policy, documents, placements):
    """Where the documents of a shard stand; those of its elections are all of one component."""
    moved = [row for row in (placements.to_pylist() if placements is not None else []) if row["shard"] == shard]
    for row in moved:
        row["survivor"] = row["reason"] and document_key(f"s{row['survivor_shard']}", row["survivor_row"])
    fields = [("row", pa.int64()), *[(name, pa.string()) for name in ("split", "reason", "between", "survivor")]]
    found = pa.Table.from_pylist(moved, schema=pa.schema(fields))
    component = pa.array(["all" if policy.duplicates is not None else None] * len(documents), pa.string())
    return placed(policy.splits, f"s{shard}", documents, component, found)


@pytest.mark.parametrize("seed", range(200))
def test_a_random_policy_keeps_its_promises(seed):
    draw = random.Random(seed)
    policy = a_policy(draw)
    shards = [[a_document(draw) for _ in range(draw.randint(0, 12))] for _ in range(SHARDS)]
    batches = [
        pa.RecordBatch.from_pylist([{"row": k, **row} for k, (_, row) in enumerate(shard)], schema=SCHEMA)
        for shard in shards
    ]
    limits = resolved(policy, [document for shard in shards for document in shard])
    findings = [judge_batch(policy, MEASURED, batch, limits) for batch in batches]
    losers, placements = None, None
    hosts = [[draw.choice(HOSTS) for _ in shard] for shard in shards]
    if policy.duplicates is not None:
        signatures = [[a_signature(draw) for _ in shard] for shard in shards]
        losers, placements = elected(policy, contenders(policy, batches, findings, signatures, hosts), signatures)
        _check_near(policy.duplicates, losers.to_pylist(), signatures)

    decisions, ledgers = [], []
    for number, (shard, batch, found) in enumerate(zip(shards, batches, findings, strict=True)):
        if policy.control_tokens:
            found = with_tokens(policy, MEASURED, pa.array([text for text, _ in shard], pa.string()), batch, found)
        ids, host = [f"s{number}:{k}" for k in range(len(shard))], pa.array(hosts[number], pa.string())
        named = pa.record_batch({"row": batch.column("row"), "id": ids, "host": host})
        duplicated = losers_in(number, losers) if losers is not None else None
        divided = placed_in(number, policy, named, placements) if policy.splits is not None else None
        decided = decide_batch(policy, MEASURED, named, found, duplicated, divided)
        rows = decided.decisions.to_pylist()
        texts = kept_texts([text for text, _ in shard], batch, decided)
        _check_documents(policy, limits, shard, rows, iter(texts.to_pylist()))
        counts = Counts(policy)
        written = texts if draw.random() < 0.5 else None
        counts.add(batch, found, decided, token_counts(batch, found), written)
        read = {"records": len(shard) + 3, "documents": len(shard), "skipped": {"a": 1}, "failed": {"b": 2}, "bytes": 5}
        read["characters"] = sum(len(text) for text, _ in shard)
        ledger = counts.ledger(f"s{number}", "f", read)
        check(ledger)
        assert (ledger["records"]["total"], ledger["records"]["kept"]) == (len(shard) + 3, int(decided.kept.sum()))
        assert ledger["characters"]["kept"] == sum(len(text) for text in texts.to_pylist())
        _check_rule_counts(ledger["rules"], shard, rows)
        decisions += rows
        ledgers.append(ledger)
    check(merge(ledgers))

    action = {row["id"]: row["action"] for row in decisions}
    lost = [(row["id"], r) for row in decisions for r in row["reasons"] if r["rule"] in (DUPLICATES, SPLITS)]
    for name, reason in lost:
        assert action[reason["survivor"]] == "keep", f"{name} lost to {reason['survivor']}, which is not kept"
    assert not {r["survivor"] for _, r in lost} & {name for name, _ in lost}
    _check_splits(policy, decisions)


def _check_splits(policy, decisions):
    """A component stands in one split, where its documents that left are told to have their survivor."""
    where = {row["id"]: row["split"] for row in decisions if row["action"] == "keep"}
    assert None not in where.values() if policy.splits is not None else {*where.values()} <= {None}
    if policy.splits is not None and policy.duplicates is not None:
        assert len({*where.values()}) <= 1
    for row in decisions:
        for reason in row["reasons"]:
            if reason["rule"] == SPLITS:
                own, other = reason["text_value"].split(", ")
                assert where[reason["survivor"]] == other
                assert policy.splits.names.index(own) < policy.splits.names.index(other)


def _check_near(duplicates, losers, signatures):
    """A near duplicate resembles its survivor, by as much as it says."""
    for loser in losers:
        if loser["kind"] == "near":
            pair = [(loser["shard"], loser["row"]), (loser["survivor_shard"], loser["survivor_row"])]
            one, other = (np.frombuffer(signatures[shard][row], "<u4") for shard, row in pair)
            assert loser["similarity"] == (one == other).mean()
            assert duplicates.near.verify == "off" or loser["similarity"] >= duplicates.near.similarity


def kept_texts(texts, batch, decided):
    kept = pa.array(decided.kept)
    left = pa.array(texts, pa.string()).filter(kept)
    left = replay(left, batch.column("edits").filter(kept), MEASURED.passes)
    return apply_edits(left, decided.decisions.column("edits").filter(kept))


def _check_documents(policy, limits, shard, rows, texts):
    """Every decision, its reasons and text against plain Python."""
    for (text, row), decision in zip(shard, rows, strict=True):
        fired = {name: outcome(rule, row, name, limits) for name, rule in named_rules(policy).items()}
        left, edited = left_after(policy, text, row, limits)
        empty = edited and len(left) < policy.least_characters
        told = {reason["rule"] for reason in decision["reasons"]}
        assert told - {DUPLICATES, SPLITS} == {name for name, fires in fired.items() if fires} | (
            {EDITED} if empty else set()
        )
        dropped = {reason["rule"] for reason in decision["reasons"] if reason["action"] == "drop"}
        assert (decision["action"] == "drop") == bool(dropped)
        assert all(reason["margin"] is None or reason["margin"] >= 0 for reason in decision["reasons"])
        if decision["action"] == "keep":
            written = next(texts)
            assert (Escaping(policy.control_tokens).restore(written) if policy.control_tokens else written) == left
        else:
            assert decision["edits"] == decision["tags"] == []


def _check_rule_counts(rules, shard, rows):
    documents, alone, characters = Counter(), Counter(), Counter()
    for (text, _), row in zip(shard, rows, strict=True):
        told = {reason["rule"] for reason in row["reasons"]}
        dropping = {reason["rule"] for reason in row["reasons"] if reason["action"] == "drop"}
        documents.update(told)
        characters.update({name: len(text) for name in told})
        alone.update(dropping if len(dropping) == 1 else ())
    for name, counts in rules.items():
        found = (counts["documents"], counts["alone"], counts["characters"])
        assert found == (documents[name], alone[name], characters[name]), name
    assert set(documents) <= set(rules)
