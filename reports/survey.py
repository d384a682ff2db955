"""One pass over the numbers of a run: how each rule's signal is distributed, who is near its limit, which hosts."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import zip_longest

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from filters.errors import OutputError
from filters.measured import Measured, first_column, languages
from filters.rules import Verdict, judge
from reports.configured_rules import ConfiguredRule
from reports.finished_run import FinishedRun
from reports.histogram import Tally
from reports.nearest import Nearest, distance_to_limit

__all__ = ["Hosts", "RuleSurvey", "Survey", "survey"]

Bools = npt.NDArray[np.bool_]

EXAMPLES = 2
HOSTS_HELD = 200_000
TEXTS_HELD = 20_000


@dataclass
class RuleSurvey:
    """What the corpus looks like to one rule.

    Attributes:
        tally: numbers of the documents judged.
        texts: how often each text value was judged, and how often it failed, where the signal is text.
        removed: nearest documents in which the rule fired.
        kept: nearest documents that were kept.
    """

    tally: Tally = field(default_factory=Tally)
    texts: Counter[tuple[str, bool]] = field(default_factory=Counter)
    removed: Nearest = field(default_factory=lambda: Nearest(EXAMPLES))
    kept: Nearest = field(default_factory=lambda: Nearest(EXAMPLES))

    def add(self, ordinal: int, rows: npt.NDArray[np.int64], verdict: Verdict, kept: Bools) -> None:
        """Count a window."""
        known = verdict.judged & ~verdict.nulls
        if verdict.texts is None:
            self.tally.add(verdict.values[known])
        else:
            self._count_texts(verdict.texts, verdict.failed, known)
        distances = distance_to_limit(verdict)
        self.removed.add(ordinal, rows, verdict.failed & ~verdict.nulls, distances, verdict)
        self.kept.add(ordinal, rows, known & ~verdict.failed & kept, distances, verdict)

    def _count_texts(self, texts: pa.StringArray, failed: Bools, known: Bools) -> None:
        for fired in (False, True):
            counted = texts.filter(pa.array(known & (failed == fired))).value_counts()
            values, counts = counted.field("values").to_pylist(), counted.field("counts").to_pylist()
            self.texts.update({(value, fired): count for value, count in zip(values, counts, strict=True)})
        if len(self.texts) > TEXTS_HELD:
            most = sorted(self.texts.items(), key=lambda item: (-item[1], item[0]))
            self.texts = Counter(dict(most[: TEXTS_HELD // 2]))


@dataclass
class Hosts:
    """Documents and kept documents by host; at most `HOSTS_HELD` hosts are held, the rest forgotten.

    Attributes:
        table: host, documents, kept; sorted by documents, then host.
        pruned: hosts were forgotten, so that counts of rare hosts are lower bounds.
    """

    table: pa.Table = field(
        default_factory=lambda: pa.table(
            {"host": pa.array([], pa.string()), "documents": pa.array([], pa.int64()), "kept": pa.array([], pa.int64())}
        )
    )
    pruned: bool = False

    def add(self, hosts: pa.ChunkedArray, kept: Bools) -> None:
        """Count a window; null hosts are passed over."""
        ones = pa.array(np.ones(len(kept), np.int64))
        window = pa.table({"host": hosts, "documents": ones, "kept": pa.array(kept.astype(np.int64))})
        known = pa.concat_tables([self.table, window.filter(pc.is_valid(window["host"]))])
        summed = known.group_by("host").aggregate([("documents", "sum"), ("kept", "sum")])
        summed = summed.rename_columns(["host", "documents", "kept"])
        self.table = summed.sort_by([("documents", "descending"), ("host", "ascending")])
        if self.table.num_rows > HOSTS_HELD:
            self.table, self.pruned = self.table.slice(0, HOSTS_HELD // 2), True


@dataclass
class Survey:
    """What one pass over a run finds."""

    rules: dict[str, RuleSurvey]
    hosts: Hosts = field(default_factory=Hosts)


def survey(run: FinishedRun, rules: list[ConfiguredRule]) -> Survey:
    """Pass over annotations, decisions and hosts, shard by shard, a window at a time.

    Raises:
        OutputError: files that ought to hold the same documents do not.
    """
    judged = [rule for rule in rules if not rule.rule.spans]
    found = Survey({rule.key: RuleSurvey() for rule in judged})
    for ordinal, shard in enumerate(run.shards):
        measured = Measured.of(run.schema("annotations", shard))
        for annotations, kept, hosts in _windows(run, shard, judged):
            rows = annotations.column("row").to_numpy()
            for rule in judged:
                found.rules[rule.key].add(ordinal, rows, _verdict(rule, annotations, measured), kept)
            found.hosts.add(hosts, kept)
    return found


def _windows(
    run: FinishedRun, shard: str, rules: list[ConfiguredRule]
) -> Iterator[tuple[pa.RecordBatch, Bools, pa.ChunkedArray]]:
    """Annotations, whether kept, and the host, of the same documents side by side."""
    there = run.schema("annotations", shard).names
    wanted = {"row", "stopped_at"} | {n for n in there if n.startswith("language@")}
    for rule in rules:
        wanted |= {rule.column} | {n for n in there if rule.rule.by and n.startswith(f"{rule.rule.by}@")}
    if missing := sorted(wanted - set(there)):
        raise OutputError(f"{run.path('annotations', shard)} has no column {missing[0]!r}, which a rule judges")
    columns = [name for name in there if name in wanted]
    for annotations, decisions, documents in zip_longest(
        run.tables("annotations", shard, columns),
        run.tables("decisions", shard, ["row", "action"]),
        run.tables("documents", shard, ["row", "host"]),
    ):
        rows = [None if table is None else table["row"] for table in (annotations, decisions, documents)]
        if rows[0] is None or rows[0] != rows[1] or rows[0] != rows[2]:
            raise OutputError(
                f"annotations, decisions and documents of {shard} in {run.output} hold other rows; "
                "run the same command again with --overwrite"
            )
        kept = np.asarray(pc.equal(decisions["action"], "keep").to_numpy())
        yield annotations.combine_chunks().to_batches()[0], kept, documents["host"]


def _verdict(configured: ConfiguredRule, annotations: pa.RecordBatch, measured: Measured) -> Verdict:
    rule = configured.rule
    return judge(
        rule,
        annotations.column(configured.column),
        measured.mask(configured.column, annotations),
        languages(annotations),
        configured.quantiles,
        first_column(annotations, rule.by) if rule.by else None,
    )
