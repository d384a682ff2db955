"""Hugging Face datasets: the Arrow files that `datasets` keeps of them."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from filters.errors import InputError
from storage.inputs import Input

__all__ = ["arrow_files"]


def arrow_files(source: Input) -> Iterator[tuple[str, str]]:
    """The relative name and the path of every Arrow file of a dataset: ``<split>/<file>``.

    Raises:
        InputError: the dataset cannot be loaded, or is not kept in files (streaming, or a selection of rows).
    """
    import datasets  # slow to import, and most runs read none

    arguments = dict(source.dataset or {})
    try:
        if "saved" in arguments:
            loaded = datasets.load_from_disk(arguments["saved"])
        else:
            loaded = datasets.load_dataset(**arguments)
    except (OSError, ValueError, TypeError, datasets.exceptions.DatasetsError) as error:
        raise InputError(f"input {source.name!r}: the dataset {arguments} cannot be loaded: {error}") from error
    splits = loaded if isinstance(loaded, dict) else {str(getattr(loaded, "split", None) or "all"): loaded}
    for split, dataset in sorted(splits.items()):
        files = [entry["filename"] for entry in getattr(dataset, "cache_files", ())]
        if not files or dataset._indices is not None:
            raise InputError(
                f"input {source.name!r}: split {split!r} of the dataset is not kept in Arrow files of its own; "
                f"save it with save_to_disk and name the folder: {{saved: FOLDER}}"
            )
        for path in files:
            yield f"{split}/{PurePosixPath(path).name}", path
