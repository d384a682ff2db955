"""The dataset card: what `datasets.load_dataset` and a reader need to know of the clean corpus."""

import json
import os
import re
from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from filters.control_tokens import ESCAPES
from reports.configured_rules import configured_rules, limits_in_words
from reports.finished_run import FinishedRun, open_run
from reports.ledger import Ledger, merge
from reports.marked_text import visible
from reports.splits import split_report
from storage.files import commit, exists

__all__ = ["dataset_card", "write_dataset_card"]

DATA_FILES = {"": "clean/**/*.parquet", "clean/": "**/*.parquet"}
"""Where the clean files lie, seen from the output and from ``clean/``: without this `datasets` would guess
splits from shard names that hold ``test`` or ``validation``."""
SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"),
         (10_000_000, "1M<n<10M"), (100_000_000, "10M<n<100M"), (1_000_000_000, "100M<n<1B"),
         (10_000_000_000, "1B<n<10B"), (100_000_000_000, "10B<n<100B"), (1_000_000_000_000, "100B<n<1T"))  # fmt: skip
SHARDS_NAMED = 20


def write_dataset_card(output: str | os.PathLike[str]) -> str:
    """Write ``README.md`` into the output and, where text was written, into its ``clean/``; return the former's path.

    Raises:
        OutputError: no run has finished there.
    """
    run = open_run(os.fspath(output))
    written = exists(f"{run.output}/clean")
    for folder, data_files in DATA_FILES.items() if written else [("", None)]:
        with commit(f"{run.output}/{folder}README.md") as file:
            file.write(dataset_card(run, data_files).encode())
    return f"{run.output}/README.md"


def dataset_card(run: FinishedRun, data_files: str | None = DATA_FILES[""]) -> str:
    """The card, with YAML front matter in the form of the Hugging Face Hub.

    Args:
        run: a finished run.
        data_files: where the clean files lie, seen from the card; None where no text was written.
    """
    totals = merge(run.ledgers())
    environment = Environment(
        loader=PackageLoader("reports", "templates"), undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, autoescape=True, keep_trailing_newline=True, finalize=_in_markdown,
    )  # fmt: skip
    environment.filters["count"] = lambda n: f"{n:,}"
    return environment.get_template("README.md").render(
        run=run,
        totals=totals,
        data_files=data_files,
        languages=_language_codes(totals),
        size=_size(totals["records"]["kept"]),
        splits=split_report(run.run["configuration"], totals),
        removals=_removals(run.run, totals),
        tokens=_control_tokens(run.run),
        escaped=totals["edits"].get(ESCAPES, {"documents": 0, "spans": 0, "characters": 0}),
        shards_named=SHARDS_NAMED,
    )


def _in_markdown(value: object) -> object:
    """Text on one line that ends no table cell and no code span; HTML is escaped by the template."""
    if not isinstance(value, str) or hasattr(value, "__html__"):
        return value
    return re.sub(r"\s+", " ", visible(value)).replace("|", "¦").replace("`", "'")


def _language_codes(totals: Ledger) -> list[str]:
    """Codes of the languages kept, most documents first; what is no code stays out of the front matter."""
    kept = [(code, counts["kept"]) for code, counts in totals["languages"].items() if counts["kept"]]
    ordered = sorted(kept, key=lambda item: (-item[1], item[0]))
    return [code for code, _ in ordered if re.fullmatch(r"[a-z]{2,3}", code)]


def _size(documents: int) -> str:
    return next((name for limit, name in SIZES if documents < limit), "n>1T")


def _control_tokens(run: Mapping[str, Any]) -> str | None:
    """The tokens that rules wrote into texts, as a list of Python's; None where no rule writes any."""
    written = (c.rule.tokens.written for c in configured_rules(run) if c.rule.tokens is not None)
    tokens = list(dict.fromkeys(token for each in written for token in each))
    return json.dumps(tokens, ensure_ascii=False) if tokens else None


def _removals(run: Mapping[str, Any], totals: Ledger) -> list[dict[str, Any]]:
    """Rules that removed documents, most first, with what passes them."""
    words = {c.key: limits_in_words(c) for c in configured_rules(run) if c.rule.action == "drop"}
    words |= {"duplicates": "is not the duplicate of a kept document", "edits": "edits leave text enough"}
    words["splits"] = "is in no component with documents of another split"
    rows = [
        {"rule": rule, "passes": words[rule], **counts}
        for rule, counts in totals["rules"].items()
        if rule in words and counts["documents"]
    ]
    return sorted(rows, key=lambda row: (-row["documents"], row["rule"]))
