"""Counting: what became of a shard's documents, for its ledger."""

from collections import Counter
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from filters.deciding import Decided
from filters.documents import outputs_of
from filters.edits import characters_added, characters_cut
from filters.errors import RunError
from filters.judging import Findings
from filters.measured import languages
from filters.policy import Policy
from filters.reasons import DUPLICATES, EDITED, SPLITS
from filters.splits import REASONS
from pipelines.token_counts import TokenCounts

__all__ = ["Counts"]

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

EDIT_COUNTS = ("documents", "spans", "characters", "added")
KIND_COUNTS = ("documents", "characters", "tokens")
RULE_COUNTS = ("judged", "nulls", "documents", "alone", "characters", "tokens", "spans")


class Counts:
    """The counts of a shard, batch by batch. A policy's rules are all there, those that never fired too."""

    def __init__(self, policy: Policy) -> None:
        names = [f"{step.name}/{rule.name}" for step in policy.steps for rule in step.rules]
        names += [EDITED] + ([DUPLICATES] if policy.duplicates is not None else [])
        names += [SPLITS] if policy.splits is not None else []
        self._policy = policy
        self._rules = {name: dict.fromkeys(RULE_COUNTS, 0) for name in names}
        kinds = policy.duplicates.kinds if policy.duplicates is not None else ()
        self._duplicates = {kind: dict.fromkeys(KIND_COUNTS, 0) for kind in kinds}
        splits = policy.splits.names if policy.splits is not None else ()
        self._splits = {name: dict.fromkeys(KIND_COUNTS, 0) for name in splits}
        self._left = {name: dict.fromkeys(KIND_COUNTS, 0) for name in (REASONS if splits else ())}
        self._earlier: dict[str, dict[str, int]] = {}
        self._documents: Counter[str] = Counter()
        self._characters: Counter[str] = Counter()
        self._bytes: Counter[str] = Counter()
        self._tokens: Counter[str] = Counter()
        self._marks: Counter[str] = Counter()
        self._tags: Counter[str] = Counter()
        self._languages: dict[str, dict[str, int]] = {}
        self._edits: dict[str, dict[str, int]] = {}
        self.flagged_spans = 0
        """Lines written of them."""

    def add(
        self,
        annotations: pa.RecordBatch,
        findings: Findings,
        decided: Decided,
        tokens: TokenCounts,
        kept_text: pa.Array | None,
    ) -> None:
        """Count a batch.

        Args:
            annotations: of the batch.
            findings: of the policy in it.
            decided: its decisions.
            tokens: of its documents.
            kept_text: the texts of kept documents as they are written; None where no text is.
        """
        kept, extracted = decided.kept, _ints(annotations.column("characters"))
        span_edits = decided.decisions.column("edits")
        cleaned = annotations.column("edits")
        edited, marks = findings.edited & kept, findings.marks[kept]
        self._documents.update(kept=int(kept.sum()), removed=int((~kept).sum()), edited=int(edited.sum()))
        self._characters.update(
            extracted=int(extracted.sum()),
            removed=int(extracted[~kept].sum()),
            cut=int((characters_cut(cleaned) + characters_cut(span_edits))[kept].sum()),
            added=int((characters_added(cleaned) + characters_added(span_edits))[kept].sum()),
            kept=int(findings.characters[kept].sum()) if kept_text is None else _total(pc.utf8_length(kept_text)),
        )
        self._bytes.update(
            extracted=_total(annotations.column("bytes")),
            kept=int(tokens.bytes_after[kept].sum()) if kept_text is None else _total(pc.binary_length(kept_text)),
        )
        written = int(findings.mark_characters[kept].sum())
        self._marks.update(documents=int((marks > 0).sum()), characters=written, tokens=int(marks.sum()))
        before, after = tokens.before, tokens.after
        self._tokens.update(extracted=int(before.sum()), removed=int(before[~kept].sum()), kept=int(after[kept].sum()))
        self._tags.update(dict(_value_counts(decided.decisions.column("tags").flatten())))
        self._count_rules(findings, decided, extracted, before)
        self._count_reasons(decided, extracted, before)
        self._count_splits(decided.decisions.column("split"), findings.characters, after)
        self._count_languages(languages(annotations), kept)
        self._count_edits(cleaned, kept)
        self._count_span_edits(span_edits)

    def ledger(self, shard: str, fingerprint: str, read: dict[str, Any]) -> dict[str, Any]:
        """The ledger of the shard.

        Args:
            shard: its name.
            fingerprint: of its decisions.
            read: the counts in the marker of the measure stage.

        Raises:
            RunError: the annotations are not those that were counted then.
        """
        if self._characters["extracted"] != read["characters"]:
            raise RunError(
                f"shard {shard!r} has {self._characters['extracted']:,} characters in its annotations, and "
                f"{read['characters']:,} were counted when it was measured: a file was changed since; delete its "
                f"marker documents/{shard.replace('#', '~')}.json and run `tamis run` again"
            )
        return {
            "shard": shard,
            "fingerprint": fingerprint,
            "records": {
                "total": read["records"],
                "skipped": read["skipped"],
                "failed": read["failed"],
                "removed": self._documents["removed"],
                "kept": self._documents["kept"],
            },
            "edited": self._documents["edited"],
            "tagged": dict(sorted(self._tags.items())),
            "characters": {name: self._characters[name] for name in ("extracted", "removed", "cut", "added", "kept")},
            "bytes": {"read": read["bytes"], **{name: self._bytes[name] for name in ("extracted", "kept")}},
            "tokens": {name: self._tokens[name] for name in ("extracted", "removed", "kept")},
            "marks": {name: self._marks[name] for name in KIND_COUNTS},
            "rules": self._rules,
            "duplicates": self._duplicates,
            "earlier": dict(sorted(self._earlier.items())),
            "splits": self._splits,
            "left_splits": self._left,
            "languages": dict(sorted(self._languages.items())),
            "edits": dict(sorted(self._edits.items())),
            "flagged_spans": self.flagged_spans,
        }

    def _count_rules(self, findings: Findings, decided: Decided, characters: Ints, tokens: Ints) -> None:
        fired: dict[str, tuple[Bools, bool]] = {}
        for name, rule, verdict in findings.outcomes:
            fired[name] = (verdict.failed, rule.action == "drop")
            self._rules[name]["judged"] += int(verdict.judged.sum())
            self._rules[name]["nulls"] += int(verdict.nulls.sum())
        for name, _, _, spans in findings.spans:
            self._rules[name]["spans"] += len(spans.rows)
        everyone = len(decided.kept)
        fired[EDITED] = (findings.nearly_empty, True)
        self._rules[EDITED]["judged"] += int(findings.edited.sum())
        if self._policy.duplicates is not None:
            fired[DUPLICATES] = (decided.duplicate, self._policy.duplicates.action == "drop")
            self._rules[DUPLICATES]["judged"] += int(findings.passes.sum())
        if self._policy.splits is not None:
            fired[SPLITS] = (decided.leaving, True)
            self._rules[SPLITS]["judged"] += int(findings.passes.sum())
        drops = sum(
            (mask.astype(np.int64) for mask, is_drop in fired.values() if is_drop), np.zeros(everyone, np.int64)
        )
        for name, (mask, is_drop) in fired.items():
            counts = self._rules[name]
            counts["documents"] += int(mask.sum())
            counts["characters"] += int(characters[mask].sum())
            counts["tokens"] += int(tokens[mask].sum())
            counts["alone"] += int((mask & (drops == 1)).sum()) if is_drop else 0

    def _count_reasons(self, decided: Decided, characters: Ints, tokens: Ints) -> None:
        """What each kind of duplicate, each earlier output and each clash of splits costs."""
        reasons = decided.decisions.column("reasons")
        flat, rows = reasons.flatten(), pc.list_parent_indices(reasons).to_numpy()
        for rule, field, costs in ((DUPLICATES, "kind", self._duplicates), (SPLITS, "reason", self._left)):
            of_rule = pc.equal(flat.field("rule"), rule)
            for name, counts in costs.items():
                mine = pc.and_(of_rule, pc.equal(flat.field(field), name)).fill_null(False)
                _add(counts, rows[mine.to_numpy(zero_copy_only=False)], characters, tokens)
        outputs = outputs_of(flat.field("survivor"))
        for name in pc.unique(outputs.drop_null()).to_pylist():
            mine = pc.and_(pc.equal(flat.field("rule"), DUPLICATES), pc.equal(outputs, name)).fill_null(False)
            counts = self._earlier.setdefault(name, dict.fromkeys(KIND_COUNTS, 0))
            _add(counts, rows[mine.to_numpy(zero_copy_only=False)], characters, tokens)

    def _count_splits(self, splits: pa.StringArray, characters: Ints, tokens: Ints) -> None:
        """What each split gets, as it is written."""
        for name, counts in self._splits.items():
            mine = pc.equal(splits, name).fill_null(False).to_numpy(zero_copy_only=False)
            _add(counts, np.flatnonzero(mine), characters, tokens)

    def _count_languages(self, spoken: pa.StringArray, kept: Bools) -> None:
        for language, count in _value_counts(spoken.fill_null("unknown")):
            self._languages.setdefault(language, {"documents": 0, "kept": 0})["documents"] += count
        for language, count in _value_counts(spoken.fill_null("unknown").filter(pa.array(kept))):
            self._languages[language]["kept"] += count

    def _count_edits(self, edits: pa.ListArray, kept: Bools) -> None:
        rows = pc.list_parent_indices(edits).to_numpy()
        flat = edits.flatten()
        mine = pa.array(kept[rows])
        names = pc.binary_join_element_wise(flat.field("step"), flat.field("reason"), "/").filter(mine)
        self._count_changes(names, rows[kept[rows]], flat.filter(mine))

    def _count_span_edits(self, edits: pa.ListArray) -> None:
        flat = edits.flatten()
        self._count_changes(flat.field("rule"), pc.list_parent_indices(edits).to_numpy(), flat)

    def _count_changes(self, names: pa.Array, rows: Ints, edits: pa.StructArray) -> None:
        cut = _ints(pc.subtract(edits.field("end"), edits.field("start")))
        added = _ints(pc.utf8_length(edits.field("replacement")))
        for name in pc.unique(names).to_pylist():
            chosen = pc.equal(names, name).to_numpy(zero_copy_only=False)
            counts = self._edits.setdefault(name, dict.fromkeys(EDIT_COUNTS, 0))
            counts["documents"] += len(np.unique(rows[chosen]))
            counts["spans"] += int(chosen.sum())
            counts["characters"] += int(cut[chosen].sum())
            counts["added"] += int(added[chosen].sum())


def _add(counts: dict[str, int], rows: npt.NDArray[np.intp], characters: Ints, tokens: Ints) -> None:
    amounts = (len(rows), int(characters[rows].sum()), int(tokens[rows].sum()))
    for name, amount in zip(KIND_COUNTS, amounts, strict=True):
        counts[name] += amount


def _ints(values: pa.Array) -> Ints:
    return np.asarray(values.to_numpy(zero_copy_only=False), np.int64)


def _total(values: pa.Array) -> int:
    return int(pc.sum(values, min_count=0).as_py())


def _value_counts(values: pa.Array) -> list[tuple[str, int]]:
    return [(entry["values"], entry["counts"]) for entry in pc.value_counts(values).to_pylist()]
