"""What the judges of a run did, a line each, for a terminal."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.text import Text

from reports.marked_text import visible

__all__ = ["view"]

MOST = 3


def view(judges: Sequence[Mapping[str, Any]]) -> Text:
    """The lines.

    Args:
        judges: of a report, as `reports.judges.judge_reports` gives them.
    """
    return Text("\n".join(visible(", ".join(_parts(judge))) for judge in judges))


def _parts(judge: Mapping[str, Any]) -> Iterator[str]:
    measured = judge["documents"] - judge["stopped"]
    yield f"{judge['name']}@{judge['step']}: {judge['judged']:,} of {measured:,} documents judged"
    if judge["told"]:
        yield " ".join(f"{row['label']} {row['documents']:,}" for row in judge["told"][:MOST])
    if judge["by_windows"]:
        yield from _found(judge)
    elif not judge["told"]:
        medians = [row["median"] for row in judge["labels"] if row["median"] is not None]
        yield from (f"median {median:.3g}" for median in medians)


def _found(judge: Mapping[str, Any]) -> Iterator[str]:
    """Flagged documents of the labels that most have, windows, and the recall of the screen."""
    labels = sorted(judge["labels"], key=lambda row: (-row["flagged_documents"], row["label"]))
    flagged = [f"{row['label']} {row['flagged_documents']:,}" for row in labels[:MOST] if row["flagged_documents"]]
    yield f"at their limits {' '.join(flagged)}" if flagged else "none at a limit"
    windows = judge["windows"]
    if windows is None:
        return
    yield f"{windows['read']:,} of {windows['windows']:,} windows read"
    recall = windows["recall"]
    if recall is None:
        return
    if recall["value"] is None:
        yield f"recall not named ({recall['audited']:,} windows audited, about {recall['wanted']:,} wanted)"
    else:
        yield f"recall {recall['value']:.1%} ({recall['low']:.1%} to {recall['high']:.1%})"
