"""The funnel on a terminal: what was read, what each rule took away, and what is left."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from filters.control_tokens import ESCAPES
from filters.policy import Policy
from reports.ledger import Ledger
from reports.marked_text import visible

__all__ = ["view"]

Numbers = tuple[int | None, ...]
"""Documents, those removed for this reason alone, characters, tokens."""


def view(totals: Ledger, policy: Policy, *, estimated: bool) -> RenderableType:
    """The ledger of a run as something that a rich console prints.

    Args:
        totals: of the whole run.
        policy: what decided; its rules stand in their order.
        estimated: token counts are estimates.
    """
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("", overflow="fold")
    for name in ("documents", "alone", "characters", "tokens, estimated" if estimated else "tokens"):
        table.add_column(name, justify="right")
    for depth, label, numbers in _rows(totals, policy):
        cells = ["" if number is None else f"{number:,}" for number in numbers]
        table.add_row(Text("  " * depth + visible(label), "" if depth else "bold"), *cells)
    note = (
        "A document stands under every rule that removed it; alone: those that no other rule removed.\n"
        "Cut or masked: what was taken out, less what stands in its place."
    )
    return Group(table, Text(note, "dim"))


def _rows(totals: Ledger, policy: Policy) -> Iterator[tuple[int, str, Numbers]]:
    records, characters, tokens = totals["records"], totals["characters"], totals["tokens"]
    yield 0, "records read", (records["total"], None, None, None)
    for label, causes in (("skipped", records["skipped"]), ("failed", records["failed"])):
        yield 1, label, (sum(causes.values()), None, None, None)
        for cause, count in sorted(causes.items(), key=lambda item: (-item[1], item[0])):
            yield 2, cause, (count, None, None, None)
    extracted = records["removed"] + records["kept"]
    yield 0, "documents extracted", (extracted, None, characters["extracted"], tokens["extracted"])
    yield 1, "removed", (records["removed"], None, characters["removed"], tokens["removed"])
    for rule in _dropping(policy):
        counts = totals["rules"].get(rule)
        if counts is not None and counts["documents"]:
            yield 2, rule, (counts["documents"], counts["alone"], counts["characters"], counts["tokens"])
    marks, marking = totals["marks"], set(_marking(policy))
    less = tokens["extracted"] - tokens["removed"] - tokens["kept"] + marks["tokens"]
    net = characters["cut"] - characters["added"] + marks["characters"]
    yield 1, "cut or masked", (totals["edited"], None, net, less)
    for edit, changes in totals["edits"].items():
        if edit not in marking:
            yield 2, edit, (changes["documents"], None, changes["characters"] - changes["added"], None)
    if marks["documents"]:
        yield 1, "control tokens put in", (marks["documents"], None, marks["characters"], marks["tokens"])
        for edit in sorted(marking & totals["edits"].keys()):
            changes = totals["edits"][edit]
            yield 2, edit, (changes["documents"], None, changes["added"], changes["spans"])
    yield 0, "kept", (records["kept"], None, characters["kept"], tokens["kept"])
    for tag, count in totals["tagged"].items():
        yield 1, f"tagged {tag}", (count, None, None, None)


def _marking(policy: Policy) -> Iterator[str]:
    """Keys of the ledger under which control tokens are counted."""
    for step in policy.steps:
        yield from (f"{step.name}/{rule.name}" for rule in step.rules if rule.tokens is not None)
    yield ESCAPES


def _dropping(policy: Policy) -> Iterator[str]:
    """Keys of the ledger under which documents are removed."""
    for step in policy.steps:
        yield from (f"{step.name}/{rule.name}" for rule in step.rules if rule.action == "drop")
    yield "edits"
    if policy.duplicates is not None and policy.duplicates.action == "drop":
        yield "duplicates"
    if policy.splits is not None:
        yield "splits"
