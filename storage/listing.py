"""Which shards the inputs hold: names that say nothing of the machine, and Parquet files cut by row groups."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pyarrow as pa
from fsspec.core import has_magic

from filters.errors import InputError
from storage.files import open_input, place_of
from storage.hub import arrow_files
from storage.inputs import Input, Limits, Shard
from storage.layout import SUFFIXES, shard_path
from storage.parquet import row_group_cuts

__all__ = ["list_shards"]

OPENED_AT_ONCE = 16
CHANGES = ("ETag", "etag", "md5Hash", "checksum", "mtime", "LastModified", "last_modified", "updated", "created")


def list_shards(inputs: Sequence[Input], limits: Limits) -> list[Shard]:
    """Every shard of the inputs, sorted by name.

    A file's name is relative to the folder that was named, or to the fixed beginning of the glob. Files and
    folders whose name begins with a dot are passed over, unless they are named themselves.

    Raises:
        InputError: a path, folder or glob matches nothing, or two files would have one name, there or in an output.
    """
    files: dict[str, Shard] = {}
    for source in inputs:
        for shard in _files(source):
            other = files.setdefault(shard.name, shard)
            if other.url != shard.url:
                raise InputError(
                    f"{other.url} and {shard.url} would both be shard {shard.name!r}; "
                    f"put them into two inputs, or name the folder that holds both"
                )
    with ThreadPoolExecutor(OPENED_AT_ONCE) as pool:
        cut = pool.map(lambda shard: _cut(shard, limits), files.values())
        shards = sorted((shard for shards in cut for shard in shards), key=lambda shard: shard.name)
    _check_outputs(shards)
    return shards


def _check_outputs(shards: Sequence[Shard]) -> None:
    """Refuse shards of which one would write a file where another writes a file or a folder."""
    files: dict[str, Shard] = {}
    folders: dict[str, Shard] = {}
    for shard in shards:
        for suffix in SUFFIXES:
            path = shard_path("", "", shard.name, suffix)
            if (other := files.setdefault(path, shard)) is not shard:
                raise _colliding(other, shard)
        while (path := path.rpartition("/")[0]) and path not in folders:
            folders[path] = shard
    if both := sorted(files.keys() & folders.keys()):
        raise _colliding(files[both[0]], folders[both[0]])


def _colliding(one: Shard, other: Shard) -> InputError:
    return InputError(
        f"{one.url} and {other.url} would be shards {one.name!r} and {other.name!r}, whose files would lie in each "
        f"other's way in an output; put them into two inputs, or rename one"
    )


def _files(source: Input) -> Iterator[Shard]:
    for pattern in source.paths:
        found = sorted(_matches(pattern))
        if not found:
            raise InputError(f"input {source.name!r}: {pattern!r} matches no file; name a file, a folder or a glob")
        for relative, url, info in found:
            yield _shard(source, relative, url, info, "file")
    if source.dataset is not None:
        for relative, path in arrow_files(source):
            files, local = place_of(path)
            yield _shard(source, relative, path, files.info(local), "arrow")


def _shard(source: Input, relative: str, url: str, info: Mapping[str, Any], kind: str) -> Shard:
    size = int(info.get("size") or 0)
    change = next((info[key] for key in CHANGES if info.get(key) is not None), "")
    return Shard(f"{source.name}/{relative}", source.name, url, kind, size, f"{size}-{change}")


def _matches(pattern: str) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Relative name, URL and information of every file that a path, folder or glob names."""
    try:
        files, path = place_of(pattern)
        if files.isfile(path):
            root, found = path.rpartition("/")[0], {path: files.info(path)}
        elif files.isdir(path):
            root, found = path, files.find(path, detail=True)
        else:
            root, found = _fixed(path), files.glob(path, detail=True) if has_magic(path) else {}
    except (OSError, ValueError, ImportError) as error:
        raise InputError(f"{pattern!r} cannot be listed: {error}") from error
    for name, info in found.items():
        relative = name.removeprefix(root.rstrip("/")).lstrip("/")
        hidden = any(part.startswith(".") for part in relative.split("/"))
        if info["type"] == "file" and (name == path or not hidden):
            yield relative, files.unstrip_protocol(name), info


def _fixed(path: str) -> str:
    """The folders of a glob before its first wildcard."""
    fixed = []
    for part in path.split("/")[:-1]:
        if has_magic(part):
            break
        fixed.append(part)
    return "/".join(fixed)


def _cut(shard: Shard, limits: Limits) -> list[Shard]:
    """A Parquet file in several shards, where its row groups are many; any other file as it is."""
    if shard.format != "file":
        return [shard]
    try:
        with open_input(shard.url) as file:
            cuts = row_group_cuts(file, limits.shard_bytes) if file.read(4) == b"PAR1" else []
    except (OSError, pa.ArrowException):
        return [shard]  # reading it says what is wrong, as a failure
    if len(cuts) < 2:
        return [shard]
    width = len(str(cuts[-1][1]))
    return [
        replace(shard, name=f"{shard.name}#{a:0{width}}-{b:0{width}}", size=size, row_groups=(a, b))
        for a, b, size in cuts
    ]
