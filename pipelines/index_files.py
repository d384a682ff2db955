"""The files that a shard has in index/ for the exchange, and whether they stand in the size that they were written."""

from typing import Any

from filters.survivors import HASHES
from pipelines.job import Tools
from storage.files import size_of

__all__ = ["index_is_whole", "index_sizes"]


def index_sizes(kit: Tools, shard: str) -> dict[str, int | None]:
    """Bytes of each file of a shard, by its suffix."""
    return {suffix: size_of(kit.output("index", shard, suffix)) for suffix in _suffixes(kit)}


def index_is_whole(kit: Tools, shard: str, marker: dict[str, Any]) -> bool:
    """Whether the files of a measured shard stand in the size that its marker says; what does not is told.

    Damage within a file is found by its checksums, where it is read.
    """
    told: dict[str, int] = marker["index"]
    for suffix, found in index_sizes(kit, shard).items():
        if found != told[suffix]:
            how = "is missing" if found is None else f"has {found:,} bytes and not {told[suffix]:,}"
            kit.journal.tell(f"{kit.output('index', shard, suffix)} {how}: {shard} is measured again")
            return False
    return True


def _suffixes(kit: Tools) -> list[str]:
    near = kit.plan.near
    found = [f".{kind}.run" for kind in HASHES] if kit.plan.signed_step is not None else []
    found += [".near.run", ".near.signatures"] if near is not None else []
    return found + ([".near.sets", ".near.shingles"] if near is not None and near.verify == "exact" else [])
