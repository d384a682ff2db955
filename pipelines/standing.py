"""What stands in an output already, and whether this run may go on with it."""

import hashlib
import json
from importlib import resources
from importlib.metadata import version
from pathlib import Path
from typing import Any

from filters.errors import OutputError
from pipelines.changes import Cost, changes
from pipelines.configuration import Configuration
from storage.files import exists, list_files, read_json, remove_tree, write_json
from storage.inputs import Shard
from storage.layout import SUFFIXES, shard_path

__all__ = ["CODE_CHANGED", "code_fingerprint", "prepare", "shard_rows"]

LIBRARIES = (
    "datasketch",
    "fasttext-community",
    "fastwarc",
    "numba",
    "numpy",
    "pyarrow",
    "resiliparse",
    "tokenizers",
    "trafilatura",
)
"""Another version of one of these may give another byte."""

ROOMS = ("filters", "classifiers", "storage", "pipelines")
FOLDERS = (
    *("extracted", "counts", "documents", "failed", "annotations", "index", "groups"),
    *("decisions", "clean", "removed", "spans", "ledger"),
)
MOST_NAMED = 12
CODE_CHANGED = "the code of Tamis, or a library under it, has changed: read again"


def code_fingerprint() -> str:
    """Digest of the code that measures and decides: every module of the rooms, and the libraries' versions."""
    digest = hashlib.sha256(" ".join(f"{name} {version(name)}" for name in LIBRARIES).encode())
    for room in ROOMS:
        root = Path(str(resources.files(room)))
        for path in sorted(root.rglob("*.py")):
            digest.update(f"{room}/{path.relative_to(root)}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:32]


def prepare(output: str, request: dict[str, Any], shards: list[Shard], *, overwrite: bool) -> None:
    """Write down what is about to be made, unless something else stands there.

    Args:
        output: the folder or URL.
        request: ``configuration`` (resolved, as a mapping), ``code``, ``from``, ``against`` and ``text``; ``counted``:
            the round of each count over the corpus.
        shards: what is read, in order.
        overwrite: redo what differs, and take away shards that are no longer among the inputs.

    Raises:
        OutputError: a run with another configuration, code or inputs stands there and `overwrite` is False.
    """
    started, listing = f"{output}/started.json", f"{output}/shards.json"
    rows = shard_rows(shards)
    if exists(started) and exists(listing):
        differences = _differences(read_json(started), request) + _changed_shards(read_json(listing)["shards"], rows)
        if differences and not overwrite:
            shown = "\n".join(f"  {d}" for d in differences[:MOST_NAMED])
            more = f"\n  and {len(differences) - MOST_NAMED} more" if len(differences) > MOST_NAMED else ""
            raise OutputError(
                f"{output} holds a run that differs from this one:\n{shown}{more}\n"
                f"give --overwrite to redo what this changes, or choose another --output"
            )
        _retract(output)
        _take_earlier_away(output, read_json(started).get("against") or {}, request.get("against") or {})
        if differences:
            _take_counts_away(output, read_json(started).get("counted") or [], request.get("counted") or [])
            _take_away(output, {row["name"] for row in read_json(listing)["shards"]} - {row["name"] for row in rows})
    elif list_files(f"{output}/clean") or list_files(f"{output}/documents"):
        raise OutputError(f"{output} holds files that no run of Tamis has signed; choose another --output")
    _retract(output)
    unwanted = [] if request["text"] else ["removed", "clean"]  # while clean/ stands, a kill is made good here
    if not (request["text"] and request["configuration"]["output"]["flagged_spans"]):
        unwanted.insert(0, "spans")
    _take_folders_away(output, unwanted, {row["name"] for row in rows})
    write_json(listing, {"shards": rows})
    write_json(started, request)


def shard_rows(shards: list[Shard]) -> list[dict[str, Any]]:
    """The shards as ``shards.json`` lists them."""
    return [
        {"name": s.name, "input": s.input, "format": s.format, "size": s.size, "identity": s.identity} for s in shards
    ]


def _differences(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    pair = (Configuration.model_validate_json(json.dumps(r["configuration"])) for r in (before, after))
    found = [str(change) for change in changes(*pair) if change.cost != Cost.NOTHING]
    if before["code"] != after["code"]:
        found.append(CODE_CHANGED)
    makers = [(r.get("makers") or {}) for r in (before, after)]
    changed = [name for name in makers[0].keys() & makers[1].keys() if makers[0][name] != makers[1][name]]
    found += [f"{name} is measured with other parameters, lists or models: measure again" for name in sorted(changed)]
    old, new = ((r.get("against") or {}) for r in (before, after))
    changed = [name for name in old.keys() & new.keys() if old[name] != new[name]]
    found += [f"duplicates.against.{name} has changed: find duplicates again" for name in sorted(changed)]
    if before["from"] != after["from"]:
        found.append(f"--from: {before['from']} -> {after['from']}: decide again")
    if before["text"] != after["text"]:
        found.append(f"the text is {'written' if after['text'] else 'not written'} (--no-text): decide again")
    return found


def _changed_shards(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> list[str]:
    old, new = ({row["name"]: row["identity"] for row in rows} for rows in (before, after))
    gone = [f"shard {name} is no longer among the inputs: decide again" for name in sorted(old.keys() - new.keys())]
    come = [f"shard {name} is new: read it" for name in sorted(new.keys() - old.keys())]
    other = [f"shard {n} has changed: read it again" for n in sorted(old.keys() & new.keys()) if old[n] != new[n]]
    return gone + come + other


def _retract(output: str) -> None:
    """From here on the output holds no finished run."""
    for name in ("run.json", "totals.json"):
        remove_tree(f"{output}/{name}")


def _take_earlier_away(output: str, before: dict[str, str], after: dict[str, str]) -> None:
    """Remove what was written of earlier outputs that have changed, or are no longer named."""
    for name, identity in before.items():
        if after.get(name) != identity:
            remove_tree(f"{output}/earlier/{name}")


def _take_counts_away(output: str, before: list[int], after: list[int]) -> None:
    """Remove what was counted where counts are numbered otherwise, and what was extracted for nothing.

    A marker vouches for the files of its round, by number: a number that goes to another round would be vouched for
    by two. Markers go first.
    """
    if before == after:
        return
    for folder in ("counts", *(() if after else ("extracted",))):
        for marker in list_files(f"{output}/{folder}", ".json"):
            remove_tree(marker)
        remove_tree(f"{output}/{folder}")


def _take_folders_away(output: str, folders: list[str], names: set[str]) -> None:
    """Remove what another decision wrote and this one does not, the markers that vouch for it first."""
    if any(exists(f"{output}/{folder}") for folder in folders):
        for name in sorted(names):
            remove_tree(shard_path(output, "ledger", name, ".json"))
    for folder in folders:
        remove_tree(f"{output}/{folder}")


def _take_away(output: str, names: set[str]) -> None:
    """Remove all files of shards that are gone: a reader of clean/ must not find them.

    Markers go first, so that one that is left by a kill never vouches for a file that is gone.
    """
    for suffix in SUFFIXES:
        for name in sorted(names):
            for folder in FOLDERS:
                remove_tree(shard_path(output, folder, name, suffix))
