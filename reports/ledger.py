"""The ledger: what became of every record of a shard, in counts that merge by addition and must balance."""

from collections.abc import Iterable, Mapping
from typing import Any, NotRequired, TypedDict, cast

from filters.errors import RunError

__all__ = ["Ledger", "balance", "check", "merge"]


class Records(TypedDict):
    """Records by fate; ``total`` is what the reader counted."""

    total: int
    skipped: dict[str, int]  # by cause
    failed: dict[str, int]  # by error
    removed: int
    kept: int


class Characters(TypedDict):
    """Code points: those of kept documents are ``extracted - removed - cut + added``."""

    extracted: int
    removed: int  # in removed documents, as extracted
    cut: int  # by edits of kept documents
    added: int  # by replacements in kept documents
    kept: int


class Bytes(TypedDict):
    """Bytes of the input as stored, and UTF-8 bytes of the text."""

    read: int
    extracted: int
    kept: int


class Tokens(TypedDict):
    """Tokens, or the stated estimate of them."""

    extracted: int
    removed: int
    kept: int


class RuleCounts(TypedDict):
    """What one rule saw and did."""

    judged: int
    nulls: int
    documents: int  # in which it fired
    alone: int  # removed by this rule and no other
    characters: int
    tokens: int
    spans: int


class KindCounts(TypedDict):
    """Documents of one kind."""

    documents: int
    characters: int
    tokens: int


class MarkCounts(TypedDict):
    """Control tokens and escapes in kept documents."""

    documents: int  # into which one was written
    characters: int
    tokens: int  # one each


class LanguageCounts(TypedDict):
    """Documents of one language."""

    documents: int
    kept: int


class EditCounts(TypedDict):
    """What a cleaner or a rule changed in kept documents for one reason."""

    documents: int
    spans: int
    characters: int  # taken out
    added: int  # put in


class Ledger(TypedDict):
    """The counts of one shard, or their sum (then without ``shard`` and ``fingerprint``)."""

    shard: NotRequired[str]
    fingerprint: NotRequired[str]
    records: Records
    edited: int  # kept documents whose text was cut or replaced
    tagged: dict[str, int]
    characters: Characters
    bytes: Bytes
    tokens: Tokens
    marks: MarkCounts  # characters are among those added, tokens among those kept
    rules: dict[str, RuleCounts]  # by "step/rule", or "duplicates", "splits" and "edits"
    duplicates: NotRequired[dict[str, KindCounts]]  # by the kind of duplicate that a document is of its survivor
    earlier: NotRequired[dict[str, KindCounts]]  # duplicates of what an earlier output kept, by its name
    splits: NotRequired[dict[str, KindCounts]]  # kept documents by split, as they are written
    left_splits: NotRequired[dict[str, KindCounts]]  # by why no split could take a document, as extracted
    languages: dict[str, LanguageCounts]  # by code, or "unknown"
    edits: dict[str, EditCounts]  # by "step/reason", or "escapes" of control tokens
    flagged_spans: int  # written to spans/


def merge(ledgers: Iterable[Ledger]) -> Ledger:
    """The sum of ledgers: associative, commutative, its keys sorted. The sum of none is all zeros."""
    total: dict[str, Any] = cast(dict[str, Any], _nothing())
    for ledger in ledgers:
        _add(total, cast(Mapping[str, Any], ledger))
    return cast(Ledger, _sorted(total))


def balance(ledger: Ledger) -> tuple[int, int]:
    """Records and characters that came in and are not accounted for; (0, 0) where the ledger balances."""
    records, characters = ledger["records"], ledger["characters"]
    accounted = records["removed"] + records["kept"]
    accounted += sum(records["skipped"].values()) + sum(records["failed"].values())
    left = characters["removed"] + characters["kept"] + characters["cut"] - characters["added"]
    return records["total"] - accounted, characters["extracted"] - left


def check(ledger: Ledger) -> None:
    """Refuses a ledger in which a record or a character is missing, or counted twice.

    Raises:
        RunError: it does not balance; the message names the shard and by how much.
    """
    records, characters = balance(ledger)
    divided = ledger.get("splits", {})
    undivided = ledger["records"]["kept"] - sum(c["documents"] for c in divided.values()) if divided else 0
    if not records and not characters and not undivided:
        return
    where = f"The ledger of shard {ledger['shard']!r}" if "shard" in ledger else "The ledger of the whole run"
    missing = ((records, "record"), (characters, "character"), (undivided, "divided document"))
    faults = [_fault(n, unit) for n, unit in missing if n]
    raise RunError(
        f"{where} does not balance: {' and '.join(faults)} (records {dict(ledger['records'])}, "
        f"characters {dict(ledger['characters'])}). Do not use this output; this is a fault of Tamis, please report it"
    )


def _fault(missing: int, unit: str) -> str:
    plural = "" if abs(missing) == 1 else "s"
    return f"{abs(missing):,} {unit}{plural} {'unaccounted for' if missing > 0 else 'too many'}"


def _nothing() -> Ledger:
    return {
        "records": {"total": 0, "skipped": {}, "failed": {}, "removed": 0, "kept": 0},
        "edited": 0,
        "tagged": {},
        "characters": {"extracted": 0, "removed": 0, "cut": 0, "added": 0, "kept": 0},
        "bytes": {"read": 0, "extracted": 0, "kept": 0},
        "tokens": {"extracted": 0, "removed": 0, "kept": 0},
        "marks": {"documents": 0, "characters": 0, "tokens": 0},
        "rules": {},
        "duplicates": {},
        "earlier": {},
        "splits": {},
        "left_splits": {},
        "languages": {},
        "edits": {},
        "flagged_spans": 0,
    }


def _add(total: dict[str, Any], counts: Mapping[str, Any]) -> None:
    for name, value in counts.items():
        if isinstance(value, Mapping):
            _add(total.setdefault(name, {}), value)
        elif isinstance(value, int):
            total[name] = total.get(name, 0) + value


def _sorted(counts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _sorted(value) if isinstance(value, Mapping) else value for name, value in sorted(counts.items())}
