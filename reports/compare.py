"""What two runs decide differently of the same documents."""

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from filters.errors import OutputError
from filters.policy import Rule
from reports.configured_rules import configured_rules
from reports.examples import excerpts
from reports.finished_run import FinishedRun, open_run
from reports.ledger import merge
from reports.words import reason_in_words

__all__ = ["Comparison", "RuleChange", "Side", "compare"]

EXAMPLES = 3
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Side:
    """What one of the two runs keeps."""

    output: str
    documents: int
    kept: int
    characters: int
    tokens: int


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A rule in both runs: documents in which it fired, and the flips of which it is a reason.

    Attributes:
        newly_removed: documents that A keeps and B removes by this rule (perhaps with others).
        no_longer_removed: documents that A removes by it and B keeps.
    """

    rule: str
    documents_a: int
    documents_b: int
    tokens_a: int
    tokens_b: int
    newly_removed: int
    no_longer_removed: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs side by side.

    Attributes:
        both_kept, both_removed, newly_removed, newly_kept: documents that both runs decide on, by fate in A and B.
        only_a, only_b: documents that the other run did not extract.
        rules: those that differ in anything.
        removed_examples, kept_examples: the first flips either way, with the reasons that removed them.
    """

    a: Side
    b: Side
    both_kept: int
    both_removed: int
    newly_removed: int
    newly_kept: int
    only_a: int
    only_b: int
    rules: tuple[RuleChange, ...]
    removed_examples: tuple[dict[str, Any], ...]
    kept_examples: tuple[dict[str, Any], ...]


def compare(a: str | os.PathLike[str], b: str | os.PathLike[str]) -> Comparison:
    """Compare two finished runs over the same shards, document by document.

    Raises:
        OutputError: one is not a finished run, or their shards differ, by name or by identity.
    """
    first, second = open_run(os.fspath(a)), open_run(os.fspath(b))
    _check_shards(first, second)
    counts: Counter[str] = Counter()
    newly_removed: Counter[str] = Counter()
    newly_kept: Counter[str] = Counter()
    removed: list[Place] = []
    kept: list[Place] = []
    for ordinal, shard in enumerate(first.shards):
        rows_a, kept_a = _fates(first, shard)
        rows_b, kept_b = _fates(second, shard)
        rows, in_a, in_b = np.intersect1d(rows_a, rows_b, assume_unique=True, return_indices=True)
        was, now = kept_a[in_a], kept_b[in_b]
        counts.update(
            both_kept=int((was & now).sum()),
            both_removed=int((~was & ~now).sum()),
            newly_removed=int((was & ~now).sum()),
            newly_kept=int((~was & now).sum()),
            only_a=len(rows_a) - len(rows),
            only_b=len(rows_b) - len(rows),
        )
        newly_removed.update(_rules_of(second, shard, rows[was & ~now]))
        newly_kept.update(_rules_of(first, shard, rows[~was & now]))
        removed += [(ordinal, int(row)) for row in rows[was & ~now][: EXAMPLES - len(removed)]]
        kept += [(ordinal, int(row)) for row in rows[~was & now][: EXAMPLES - len(kept)]]
    return Comparison(
        a=_side(first),
        b=_side(second),
        **{
            name: counts[name]
            for name in ("both_kept", "both_removed", "newly_removed", "newly_kept", "only_a", "only_b")
        },
        rules=_changes(first, second, newly_removed, newly_kept),
        removed_examples=_examples(second, removed),
        kept_examples=_examples(first, kept),
    )


def _check_shards(a: FinishedRun, b: FinishedRun) -> None:
    if a.shards == b.shards:
        for shard, first, second in zip(a.shards, a.identities, b.identities, strict=True):
            if first != second:
                raise OutputError(
                    f"Shard {shard!r} is another file in each run (identity {first!r} in {a.output}, {second!r} in "
                    f"{b.output}), so that equal rows are other documents; compare runs over the same inputs"
                )
        return
    parts = []
    for run, other in ((a, b), (b, a)):
        if missing := sorted(set(run.shards) - set(other.shards)):
            more = f" and {len(missing) - 1:,} more" if len(missing) > 1 else ""
            parts.append(f"{missing[0]!r}{more} only in {run.output}")
    raise OutputError(f"The two runs read different shards ({'; '.join(parts)}); compare runs over the same inputs")


def _fates(run: FinishedRun, shard: str) -> tuple[Ints, Bools]:
    """Rows of a shard, and whether each is kept."""
    rows, kept = [np.zeros(0, np.int64)], [np.zeros(0, np.bool_)]
    for table in run.tables("decisions", shard, ["row", "action"]):
        rows.append(table["row"].to_numpy())
        kept.append(pc.equal(table["action"], "keep").to_numpy())
    return np.concatenate(rows), np.concatenate(kept)


def _rules_of(run: FinishedRun, shard: str, rows: Ints) -> Counter[str]:
    """How many of the rows each rule removes."""
    found: Counter[str] = Counter()
    if not len(rows):
        return found
    for batch in _decisions_of(run, shard, rows):
        reasons = batch.column("reasons")
        flat = reasons.flatten()
        dropping = pc.equal(flat.field("action"), "drop")
        pairs = pa.table({"row": pc.list_parent_indices(reasons), "rule": flat.field("rule")}).filter(dropping)
        counted = pairs.group_by(["row", "rule"]).aggregate([])["rule"].value_counts()
        found.update({str(pair["values"]): pair["counts"].as_py() for pair in counted})
    return found


def _decisions_of(run: FinishedRun, shard: str, rows: Ints) -> Iterator[pa.RecordBatch]:
    wanted = pa.array(rows)
    for table in run.tables("decisions", shard, ["row", "reasons"]):
        yield from table.filter(pc.is_in(table["row"], value_set=wanted)).combine_chunks().to_batches()


def _side(run: FinishedRun) -> Side:
    totals = merge(run.ledgers())
    records = totals["records"]
    return Side(
        run.output,
        records["kept"] + records["removed"],
        records["kept"],
        totals["characters"]["kept"],
        totals["tokens"]["kept"],
    )


def _changes(
    a: FinishedRun, b: FinishedRun, newly_removed: Counter[str], newly_kept: Counter[str]
) -> tuple[RuleChange, ...]:
    rules_a, rules_b = merge(a.ledgers())["rules"], merge(b.ledgers())["rules"]
    changes = []
    for rule in sorted({*rules_a, *rules_b}):
        in_a, in_b = rules_a.get(rule), rules_b.get(rule)
        change = RuleChange(
            rule=rule,
            documents_a=in_a["documents"] if in_a else 0,
            documents_b=in_b["documents"] if in_b else 0,
            tokens_a=in_a["tokens"] if in_a else 0,
            tokens_b=in_b["tokens"] if in_b else 0,
            newly_removed=newly_removed[rule],
            no_longer_removed=newly_kept[rule],
        )
        same = change.documents_a == change.documents_b and change.tokens_a == change.tokens_b
        if not same or change.newly_removed or change.no_longer_removed:
            changes.append(change)
    return tuple(changes)


def _examples(run: FinishedRun, places: list[Place]) -> tuple[dict[str, Any], ...]:
    """Documents with the reasons for which this run removes them."""
    texts = excerpts(run, places)
    rules: dict[str, Rule] = {configured.key: configured.rule for configured in configured_rules(run.run)}
    examples = []
    for ordinal, row in places:
        reasons = run.rows("decisions", run.shards[ordinal], [row], ["reasons"])["reasons"].to_pylist()[0]
        words = [f"{r['rule']}: {reason_in_words(r, rules)}" for r in reasons if r["action"] == "drop"]
        examples.append({**texts[ordinal, row], "reasons": words})
    return tuple(examples)
