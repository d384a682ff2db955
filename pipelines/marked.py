"""Markers: a stage's work on a shard is done once, and a marker, written last, vouches for its files."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from storage.files import exists, read_json, remove_tree, write_json

__all__ = ["once"]


def once(
    marker: str,
    fingerprint: str,
    task: AbstractContextManager[None],
    make: Callable[[], dict[str, Any]],
    whole: Callable[[dict[str, Any]], bool] = lambda _: True,
) -> dict[str, Any]:
    """What `make` returned when it was done under this fingerprint, now or in an earlier try.

    Args:
        marker: the path of the JSON file.
        fingerprint: of all that the files depend on.
        task: is entered for the work, where there is some.
        make: publishes the files, and returns what the marker holds, its fingerprint among it.
        whole: whether the files that a marker vouches for are still there.
    """
    if exists(marker):
        standing: dict[str, Any] = read_json(marker)
        if standing["fingerprint"] == fingerprint and whole(standing):
            return standing
    with task:
        remove_tree(marker)  # it must not vouch for files that are about to be replaced
        made = make()
        write_json(marker, made)
    return made
