"""Splits: what each gets, beside what was asked for, and what left because no split could take it."""

from typing import Any

from filters.splits import BRIDGES, LEAKS
from reports.ledger import Ledger

__all__ = ["split_report"]

Row = dict[str, Any]

BY = {"component": "documents that resemble each other stay together", "host": "the documents of a host stay together"}
LEFT = {
    LEAKS: "resembles documents of another split",
    BRIDGES: "resembles documents that earlier outputs keep in several splits",
}


def split_report(configuration: Row, totals: Ledger) -> Row | None:
    """What each split gets; None where the corpus is not divided.

    Args:
        configuration: of the run.
        totals: its ledger.

    Returns:
        ``by``, in words; ``splits``: name, share asked for, share of the kept documents (None without any), documents,
        characters, tokens, in the order of the configuration; ``left``: why, and the same counts as extracted.
    """
    section = configuration.get("splits")
    if section is None:
        return None
    kept = totals["records"]["kept"]
    found, left = totals.get("splits", {}), totals.get("left_splits", {})
    splits = [
        {"split": name, "asked": share, "share": found[name]["documents"] / kept if kept else None, **found[name]}
        for name, share in section["shares"].items()
    ]
    return {
        "by": BY[section["by"]],
        "splits": splits,
        "left": [{"why": LEFT[reason], **counts} for reason, counts in left.items() if counts["documents"]],
    }
