"""The report of a finished run: ``report/report.json`` and one page, ``report/index.html``."""

import os
from typing import Any

from filters.intervals import wilson
from filters.survivors import KINDS
from reports.configured_rules import configured_rules
from reports.duplicates import component_report
from reports.examples import marked_examples
from reports.finished_run import FinishedRun, open_run
from reports.judges import judge_reports
from reports.ledger import Ledger, merge
from reports.page import render
from reports.rule_report import removals, rule_reports
from reports.splits import split_report
from reports.survey import Hosts, survey
from storage.causes import MEANINGS
from storage.files import commit, exists, read_json, write_json

__all__ = ["build_report", "write_report"]

HOSTS_LISTED = 1_000
FAILURES_SHOWN = 3

Row = dict[str, Any]


def write_report(output: str | os.PathLike[str]) -> str:
    """Write the report of a run (again), and return the page's path.

    Raises:
        OutputError: no run has finished there, or its files do not fit together.
    """
    run = open_run(os.fspath(output))
    report = build_report(run)
    write_json(f"{run.output}/report/report.json", report)
    page = f"{run.output}/report/index.html"
    with commit(page) as file:
        file.write(render(report).encode())
    return page


def build_report(run: FinishedRun) -> Row:
    """All that the page shows, as plain data: what ``report.json`` holds."""
    ledgers = list(run.ledgers())
    totals = merge(ledgers)
    sample = run.run["configuration"].get("sample")
    sampled = sample is not None
    configured = configured_rules(run.run)
    found = survey(run, configured)
    marked = marked_examples(run, ledgers)
    rules = rule_reports(run, configured, found.rules, totals)
    judges = judge_reports(run, configured, found.rules)
    for rule in rules:
        rule["marked"] = marked.get(rule["key"], [])
        rule["judge"] = next(
            (i for i, judge in enumerate(judges) if judge["by_windows"] and rule["key"] in judge["rules"]), None
        )
    kept, documents = totals["records"]["kept"], totals["records"]["kept"] + totals["records"]["removed"]
    return {
        "output": run.output,
        "measured": run.measured,
        "sample": sample,
        "totals": totals,
        "tokens_estimated": not (run.run["configuration"].get("tokens") or {}).get("tokenizer"),
        "kept_share": kept / documents if documents else None,
        "kept_interval": wilson(kept, documents) if sampled else None,
        "funnel": _funnel(totals),
        "removals": removals(totals, {rule["key"]: rule["action"] for rule in rules}, sampled=sampled),
        "rules": rules,
        "judges": judges,
        "never_fired": [rule["key"] for rule in rules if not rule["documents"]],
        "edits": [{"key": key, **counts, "examples": marked.get(key, [])} for key, counts in totals["edits"].items()],
        "languages": _languages(totals),
        "hosts": _hosts(found.hosts),
        "shards": [_shard(ledger) for ledger in ledgers],
        "skipped": _by_cause("cause", totals["records"]["skipped"]),
        "failed": _failed(run, totals),
        "duplicates": {
            **component_report(run),
            "kinds": _kind_rows(totals),
            "against": _against_rows(run, totals),
            "lower_bound": sampled,
        },
        "splits": split_report(run.run["configuration"], totals),
        "timings": _timings(run),
        "substitutions": run.run["configuration"].get("substitutions", {}),
        "versions": run.run.get("versions", {}),
        "fingerprints": run.run.get("fingerprints", {}),
        "configuration": run.run["configuration"],
    }


def _funnel(totals: Ledger) -> list[Row]:
    """Every stage with documents, characters and tokens; None where a unit has no meaning."""
    records, characters, tokens = totals["records"], totals["characters"], totals["tokens"]
    extracted = records["removed"] + records["kept"]
    skipped, failed = sum(records["skipped"].values()), sum(records["failed"].values())
    marks = totals["marks"]
    edited = characters["cut"] - characters["added"] + marks["characters"]
    edited_tokens = tokens["extracted"] - tokens["removed"] - tokens["kept"] + marks["tokens"]
    return [
        {"stage": "read", "documents": records["total"], "characters": None, "tokens": None},
        {"stage": "skipped", "documents": skipped, "characters": None, "tokens": None},
        {"stage": "failed", "documents": failed, "characters": None, "tokens": None},
        {"stage": "extracted", "documents": extracted, "characters": characters["extracted"],
         "tokens": tokens["extracted"]},
        {"stage": "removed", "documents": records["removed"], "characters": characters["removed"],
         "tokens": tokens["removed"]},
        {"stage": "edited", "documents": totals["edited"], "characters": edited, "tokens": edited_tokens},
        *([{"stage": "marked", **marks}] if marks["documents"] else []),
        {"stage": "kept", "documents": records["kept"], "characters": characters["kept"], "tokens": tokens["kept"]},
    ]  # fmt: skip


def _languages(totals: Ledger) -> list[Row]:
    rows = [{"language": language, **counts} for language, counts in totals["languages"].items()]
    return sorted(rows, key=lambda row: (-row["documents"], row["language"]))


def _kind_rows(totals: Ledger) -> list[Row]:
    """What each kind of duplicate cost, the strongest first; a document is counted under the one it lost by."""
    return [{"kind": kind, **counts} for kind, counts in sorted(totals["duplicates"].items(), key=_strength)]


def _against_rows(run: FinishedRun, totals: Ledger) -> list[Row]:
    """What went as the duplicate of what each earlier output kept, in the order in which these are named."""
    nothing = {"documents": 0, "characters": 0, "tokens": 0}
    counts = totals.get("earlier", {})
    return [{"name": name, "output": place, **counts.get(name, nothing)} for name, place in run.against.items()]


def _strength(item: tuple[str, object]) -> int:
    return KINDS.index(item[0])


def _hosts(hosts: Hosts) -> Row:
    return {
        "most": hosts.table.slice(0, HOSTS_LISTED).to_pylist(),
        "count": hosts.table.num_rows,
        "lower_bounds": hosts.pruned,
    }


def _shard(ledger: Ledger) -> Row:
    records = ledger["records"]
    return {
        "shard": ledger["shard"],
        "records": records["total"],
        "skipped": sum(records["skipped"].values()),
        "failed": sum(records["failed"].values()),
        "removed": records["removed"],
        "kept": records["kept"],
        "tokens": ledger["tokens"]["kept"],
    }


def _by_cause(label: str, counts: dict[str, int]) -> list[Row]:
    """Causes, most first, each with what it means; None for a name that another version of Tamis gave."""
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [{label: name, "meaning": MEANINGS.get(name), "count": count} for name, count in ordered]


def _failed(run: FinishedRun, totals: Ledger) -> list[Row]:
    """Errors, most first, each with its first records."""
    examples: dict[str, list[Row]] = {error: [] for error in totals["records"]["failed"]}
    for shard in run.shards:
        if all(len(found) >= FAILURES_SHOWN for found in examples.values()):
            break
        if run.has("failed", shard):
            for table in run.tables(
                "failed", shard, ["shard", "row", "source", "offset", "error", "message", "first_bytes"]
            ):
                _collect(examples, table.to_pylist())
    rows = _by_cause("error", totals["records"]["failed"])
    return [{**row, "examples": examples[row["error"]]} for row in rows]


def _collect(examples: dict[str, list[Row]], failures: list[Row]) -> None:
    for failure in failures:
        found = examples.setdefault(failure["error"], [])
        if len(found) < FAILURES_SHOWN:
            first = failure["first_bytes"]
            found.append(
                {**failure, "first_bytes": None if first is None else first.decode("utf-8", "backslashreplace")}
            )


def _timings(run: FinishedRun) -> Row:
    """Seconds on the wall by stage, and of all workers together by what they did; the longest first."""
    path = f"{run.output}/timings.json"
    timings = read_json(path) if exists(path) else {}
    return {
        name: dict(sorted(timings.get(name, {}).items(), key=lambda item: (-item[1], item[0])))
        for name in ("stages", "spent")
    }
